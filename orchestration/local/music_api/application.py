"""One request -> one answer over all three APIs: faults first, then tokens and limits, then the API asked for."""

import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from orchestration.local.music_api.catalogue import Catalogue
from orchestration.local.music_api.errors import Refused, spotify_refusal
from orchestration.local.music_api.faults import Faults
from orchestration.local.music_api.images import picture
from orchestration.local.music_api.limits import Limits
from orchestration.local.music_api.messages import Answer, Request, json_answer
from orchestration.local.music_api.musicbrainz import MusicBrainzApi
from orchestration.local.music_api.musicbrainz import refusal as musicbrainz_refusal
from orchestration.local.music_api.reccobeats import ReccoBeatsApi
from orchestration.local.music_api.reccobeats import refusal as reccobeats_refusal
from orchestration.local.music_api.settings import Settings
from orchestration.local.music_api.spoiling import spoiled, without_asking
from orchestration.local.music_api.spotify import SpotifyApi
from orchestration.local.music_api.tokens import Tokens

_PREMIUM = "Active premium subscription required for the owner of the app. Restore it in the developer dashboard."
_LOG_LENGTH = 100_000


class MusicApis:
    """The three APIs over one catalogue, with everything that changes while they run."""

    def __init__(self, catalogue: Catalogue, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self.catalogue = catalogue
        self.settings = settings
        self.faults = Faults()
        self.tokens = Tokens(clock)
        self.limits = Limits(clock)
        self.log: deque[dict[str, Any]] = deque(maxlen=_LOG_LENGTH)
        self._spotify = SpotifyApi(catalogue)
        self._reccobeats = ReccoBeatsApi(catalogue)
        self._musicbrainz = MusicBrainzApi(catalogue)

    def answer(self, request: Request) -> Answer:
        """Return the answer, spoiled where a rule says so, and write the request down."""
        entry: dict[str, Any] = {
            "method": request.method,
            "path": request.path,
            "query": request.raw_query,
            "status": None,
            "client_id": None,
            "user_agent": request.headers.get("user-agent"),
            "fault": None,
            "at": datetime.now(UTC).isoformat(),
        }
        self.log.append(entry)
        rule = self.faults.hitting(request)
        entry["fault"] = rule.kind if rule else None
        answer = without_asking(rule.kind, rule.details) if rule else None
        if answer is None:
            if rule and rule.kind == "expire_token":
                self.tokens.expire(request)
            answer = self._asked(request, entry)
            answer = spoiled(answer, rule.kind, rule.details) if rule else answer
        entry["status"] = None if answer.cut_after == 0 else answer.status
        return answer

    def _asked(self, request: Request, entry: dict[str, Any]) -> Answer:
        try:
            if request.path in ("/api/token", "/api/token/"):
                return self.tokens.issue(request, self.settings.token_seconds)
            if request.path.startswith("/v1/"):
                return self._ask_spotify(request, entry)
            if request.path.startswith("/reccobeats/v1/"):
                return self._ask_reccobeats(request)
            if request.path.startswith("/musicbrainz/ws/2/"):
                return self._ask_musicbrainz(request)
            if request.path.startswith("/images/"):
                return picture(request.path)
            raise Refused(404, {"error": "nothing here", "known": ["/api/token", "/v1/", "/reccobeats/v1/"]})
        except Refused as refused:
            return json_answer(refused.payload, refused.status, refused.headers)

    def _ask_spotify(self, request: Request, entry: dict[str, Any]) -> Answer:
        settings = self.settings
        client_id = entry["client_id"] = self.tokens.client_of(request)
        if settings.needs_premium:
            raise spotify_refusal(403, _PREMIUM)
        wait = self.limits.wait_of_client(client_id, settings.rate_limit, settings.rate_window)
        if wait:
            raise spotify_refusal(429, "API rate limit exceeded", headers={"Retry-After": str(wait)})
        if not self.limits.within_quota(settings.quota):
            after = settings.quota_retry_after
            headers = {} if after is None else {"Retry-After": after}
            raise spotify_refusal(429, "Too many requests", "QUOTA_EXCEEDED", headers)
        return self._spotify.answer(request, settings.profile, client_id, settings.relinked_percent)

    def _ask_reccobeats(self, request: Request) -> Answer:
        if not self.limits.slow_enough("reccobeats " + request.source, self.settings.reccobeats_rate):
            raise reccobeats_refusal(429, 4291, "Too many requests", request, {"Retry-After": "1"})
        return self._reccobeats.answer(request, self.settings.reccobeats_unknown_percent)

    def _ask_musicbrainz(self, request: Request) -> Answer:
        if not self.limits.slow_enough("musicbrainz " + request.source, self.settings.musicbrainz_rate):
            raise musicbrainz_refusal(503, "Your requests are exceeding the allowable rate limit.")
        return self._musicbrainz.answer(request)
