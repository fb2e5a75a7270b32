"""A page-scoped id, sealed for as long as an answer is owed: unreadable without the key, refused once too old."""

import json
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass
from hashlib import sha256


@dataclass(frozen=True)
class Owed:
    """To whom an answer is owed, in which language, and when they wrote (milliseconds since 1970)."""

    person: str
    locale: str
    asked_at_ms: int


class Seal:
    """Fernet (AES-128-CBC with HMAC-SHA256) under a key that is derived from `SEGUE_PERSON_KEY`."""

    def __init__(self, person_key: str) -> None:
        from cryptography.fernet import Fernet  # a tenth of a second that only whoever waits costs

        self._fernet = Fernet(urlsafe_b64encode(sha256(b"waiting|" + person_key.encode()).digest()))

    def close(self, owed: Owed) -> str:
        """Return the sealed text."""
        return self._fernet.encrypt(json.dumps(asdict(owed)).encode()).decode()

    def open(self, sealed: str, longest_seconds: int) -> Owed | None:
        """Read what `close` wrote; None where it is older than that, or not ours."""
        from cryptography.fernet import InvalidToken

        try:
            return Owed(**json.loads(self._fernet.decrypt(sealed.encode(), ttl=longest_seconds)))
        except InvalidToken:
            return None
