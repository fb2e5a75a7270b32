"""Every failure the bot can report: what we did, what we got, the next step; never a text or a person."""

from datetime import datetime


class BotError(Exception):
    """The bot could not do its work; the base of all others."""


class NotConfigured(BotError):
    """A variable is missing or makes no sense; nothing was started."""


class CatalogueUnavailable(BotError):
    """Postgres did not answer, or refused us. Trying again later may help."""


class NothingPublished(BotError):
    """Postgres answers, but no generation is published that could be read."""


class MemoryUnavailable(BotError):
    """DynamoDB did not take or give what people told. An answer needs it not, so it goes out all the same."""


class LookupFailed(BotError):
    """A provider that was asked for an unknown artist did not help; a little later it may."""


class PutOff(BotError):
    """A provider's quota is used up: it may not be asked before `until` (UTC)."""

    def __init__(self, until: datetime) -> None:
        """Say until when."""
        self.until = until
        super().__init__(f"Asking for an unknown artist: the quota is used up until {until:%Y-%m-%d %H:%M:%S} UTC")


class BadSignature(BotError):
    """A delivery is not signed with one of our app secrets; nothing of it was parsed."""


class BadPayload(BotError):
    """A signed delivery is no JSON object of the shape that Messenger sends."""


class QueueUnavailable(BotError):
    """The queue did not take a message; Messenger shall deliver again."""


class SendFailed(BotError):
    """The Graph API did not send a message; the code and subcode are Meta's, the status is HTTP's."""

    def __init__(self, what: str, *, code: int | None = None, subcode: int | None = None, status: int | None = None):
        """Compose the message from the facts, which stay readable as attributes."""
        self.code, self.subcode, self.status = code, subcode, status
        facts = {"code": code, "subcode": subcode, "HTTP status": status}
        said = ", ".join(f"{name} {value}" for name, value in facts.items() if value is not None)
        super().__init__(f"The Graph API did not do what the bot asked of it: {what}" + (f" ({said})" if said else ""))


class TemporarySendFailure(SendFailed):
    """Nothing was sent, and the same call may work in a moment."""


class UncertainSend(SendFailed):
    """No answer came: whether the message was sent is unknown, so it is never repeated."""


class PartlySent(SendFailed):
    """The first messages of a reply went out and a later one did not; trying again would double the first."""


class Throttled(SendFailed):
    """Too many calls: every send pauses."""


class PersonUnreachable(SendFailed):
    """Final for this person: blocked, gone, or outside the 24-hour window."""


class WindowClosed(PersonUnreachable):
    """Not even tried: the person's last act is more than 24 hours ago."""


class MessageRefused(SendFailed):
    """Final for this message: the Graph API finds it wrong. A fault of ours."""


class AccessRefused(SendFailed):
    """The page token or its permission is no longer valid: no send can work until somebody mends it."""
