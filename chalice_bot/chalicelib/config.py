"""The environment -> one frozen dataclass. Entry points read it once; nothing reads it at import."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.errors import NotConfigured

GRAPH_API_URL = "https://graph.facebook.com/v26.0"


@dataclass(frozen=True)
class Music:
    """Where unknown artists are looked up: a Spotify key, two providers that need none, and their shared deadlines."""

    spotify_id: str
    spotify_secret: str = field(repr=False)
    market: str
    spotify_api_url: str
    spotify_token_url: str
    reccobeats_url: str
    musicbrainz_url: str
    musicbrainz_contact: str
    musicbrainz_calls_per_second: float
    state_table: str
    provider: str


@dataclass(frozen=True)
class Config:
    """What the bot knows about its surroundings; secrets stay out of its printed form."""

    postgres_url: str = field(repr=False)
    page_token: str = field(default="", repr=False)
    app_secrets: tuple[str, ...] = field(default=(), repr=False)
    verify_token: str = field(default="", repr=False)
    graph_api_url: str = GRAPH_API_URL
    queue_url: str = ""
    dead_letters_url: str = ""
    answered_table: str = "segue_answered"
    bot_table: str = "segue_bot"
    waiting_table: str = "segue_waiting"
    person_key: str = field(default="", repr=False)
    music: Music | None = None


def _read_music(environ: Mapping[str, str]) -> Music | None:
    """Read the same variables as `ingest/`; None without a Spotify key: then nothing is looked up."""
    key, secret = environ.get("SPOTIFY_CLIENT_ID", ""), environ.get("SPOTIFY_CLIENT_SECRET", "")
    if not key or not secret:
        return None
    return Music(
        spotify_id=key,
        spotify_secret=secret,
        market=environ.get("SPOTIFY_MARKET") or "KR",
        spotify_api_url=environ.get("SPOTIFY_API_URL") or "https://api.spotify.com/v1/",
        spotify_token_url=environ.get("SPOTIFY_TOKEN_URL") or "https://accounts.spotify.com/api/token",
        reccobeats_url=environ.get("RECCOBEATS_API_URL") or "https://api.reccobeats.com/v1",
        musicbrainz_url=environ.get("MUSICBRAINZ_API_URL") or "https://musicbrainz.org/ws/2",
        musicbrainz_contact=environ.get("MUSICBRAINZ_CONTACT") or "contact not set",
        musicbrainz_calls_per_second=float(environ.get("MUSICBRAINZ_CALLS_PER_SECOND") or 1),
        state_table=environ.get("SEGUE_STATE_TABLE") or "segue_state",
        provider=environ.get("SEGUE_PROVIDER") or "spotify",
    )


def read_config(environ: Mapping[str, str]) -> Config:
    """Read what there is; what an entry point cannot do without, it asks for with `require`."""
    secrets = (secret.strip() for secret in environ.get("MESSENGER_APP_SECRET", "").split(","))
    return Config(
        postgres_url=environ.get("SEGUE_POSTGRES_URL", ""),
        page_token=environ.get("MESSENGER_PAGE_TOKEN", ""),
        app_secrets=tuple(secret for secret in secrets if secret),
        verify_token=environ.get("MESSENGER_VERIFY_TOKEN", ""),
        graph_api_url=(environ.get("GRAPH_API_URL") or GRAPH_API_URL).rstrip("/"),
        queue_url=environ.get("SEGUE_QUEUE_URL", ""),
        dead_letters_url=environ.get("SEGUE_DEAD_LETTERS_URL", ""),
        answered_table=environ.get("SEGUE_ANSWERED_TABLE") or "segue_answered",
        bot_table=environ.get("SEGUE_BOT_TABLE") or "segue_bot",
        person_key=environ.get("SEGUE_PERSON_KEY", ""),
        waiting_table=environ.get("SEGUE_WAITING_TABLE") or "segue_waiting",
        music=_read_music(environ),
    )


_VARIABLES = {
    "postgres_url": ("SEGUE_POSTGRES_URL", "postgresql://user:password@host:5432/segue"),
    "page_token": ("MESSENGER_PAGE_TOKEN", "the page's access token"),
    "app_secrets": ("MESSENGER_APP_SECRET", "the app's secret; while it is rotated, both, with a comma between"),
    "queue_url": ("SEGUE_QUEUE_URL", "the queue between webhook and worker"),
    "person_key": ("SEGUE_PERSON_KEY", "the secret that keys the hashes of people"),
    "dead_letters_url": ("SEGUE_DEAD_LETTERS_URL", "the queue of what no trying helps"),
    "verify_token": ("MESSENGER_VERIFY_TOKEN", "the word typed into the app's webhook form"),
}


def require(config: Config, *names: str) -> Config:
    """Hand the configuration back, or raise NotConfigured naming every variable that is missing."""
    missing = [_VARIABLES[name] for name in names if not getattr(config, name)]
    if missing:
        wanted = "; ".join(f"{variable} ({meaning})" for variable, meaning in missing)
        raise NotConfigured(
            f"The bot needs what is not set: {wanted}. Next: set it, or start the local stack: segue up"
        )
    return config
