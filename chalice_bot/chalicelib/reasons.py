"""The `reasons` of a similarity row -> one sentence. An unknown or empty key says nothing."""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.language import Texts

GENERATED = "demo"  # the features_provider whose values were made up from genres
_GENRES, _FEATURES = 3, 2


def explain(texts: Texts, reasons: Mapping[str, Any]) -> str:
    """Why two artists or two songs are similar, the most telling first."""
    parts = [part for part in (_genres(texts, reasons), _sound(texts, reasons), _tracks(texts, reasons)) if part]
    if len(parts) < 2:
        parts += _years(texts, reasons)
    return texts("reasons.separator").join(parts) or texts("reasons.none")


def uses_generated_features(provider: str | None, reasons: Iterable[Mapping[str, Any]]) -> bool:
    """Whether anything shown rests on features that were generated for the demo."""
    return provider == GENERATED or any(reason.get("features_provider") == GENERATED for reason in reasons)


def _genres(texts: Texts, reasons: Mapping[str, Any]) -> str:
    shared = reasons.get("shared_genres") or []
    if shared:
        return texts("reasons.shared_genres", genres=texts.joined([str(genre) for genre in shared[:_GENRES]]))
    related = reasons.get("related_genres") or []
    return texts("reasons.related_genres", mine=related[0][0], theirs=related[0][1]) if related else ""


def _sound(texts: Texts, reasons: Mapping[str, Any]) -> str:
    words = texts.entries["features"]
    entries = (entry.get("feature") for entry in reasons.get("closest_features") or [])
    names = [words[name] for name in entries if name in words][:_FEATURES]
    return texts("reasons.closest_features", features=texts.joined(names)) if names else ""


def _tracks(texts: Texts, reasons: Mapping[str, Any]) -> str:
    count = int(reasons.get("shared_tracks") or 0)
    return texts.counted("reasons.shared_tracks", count) if count else ""


def _years(texts: Texts, reasons: Mapping[str, Any]) -> list[str]:
    return [texts("reasons.years")] if reasons.get("years") else []
