"""The `reasons` of a similarity row -> words: one sentence for a card, all of it for who asks why.

An unknown or empty key says nothing.
"""

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
    return texts("reason.separator").join(parts) or texts("reason.none")


def explain_all(texts: Texts, reasons: Mapping[str, Any], mine: str, theirs: str) -> list[str]:
    """Every reason there is, a line each, with the values behind it; `mine` and `theirs` are the names."""
    lines = []
    if shared := [str(genre) for genre in reasons.get("shared_genres") or []]:
        lines.append(texts("why.shared_genres", genres=texts.joined(shared)))
    lines += [
        texts("why.related_genres", one=one, other=other, mine=mine, theirs=theirs)
        for one, other in (reasons.get("related_genres") or [])[:_GENRES]
    ]
    words = _features(texts)
    for entry in reasons.get("closest_features") or []:
        feature = entry.get("feature")
        if feature in words and entry.get("mine") is not None and entry.get("theirs") is not None:
            values = [_value(texts, feature, entry[side]) for side in ("mine", "theirs")]
            lines.append(
                texts("why.feature", feature=words[feature], mine=mine, theirs=theirs, one=values[0], other=values[1])
            )
    return [*lines, *filter(None, [_tracks(texts, reasons)]), *_years(texts, reasons)] or [texts("reason.none")]


def uses_generated_features(provider: str | None, reasons: Iterable[Mapping[str, Any]]) -> bool:
    """Whether anything shown rests on features that were generated for the demo."""
    return provider == GENERATED or any(reason.get("features_provider") == GENERATED for reason in reasons)


def _genres(texts: Texts, reasons: Mapping[str, Any]) -> str:
    shared = reasons.get("shared_genres") or []
    if shared:
        return texts("reason.shared_genres", genres=texts.joined([str(genre) for genre in shared[:_GENRES]]))
    related = reasons.get("related_genres") or []
    return texts("reason.related_genres", mine=related[0][0], theirs=related[0][1]) if related else ""


def _sound(texts: Texts, reasons: Mapping[str, Any]) -> str:
    words = _features(texts)
    entries = (entry.get("feature") for entry in reasons.get("closest_features") or [])
    names = [words[name] for name in entries if name in words][:_FEATURES]
    return texts("reason.closest_features", features=texts.joined(names)) if names else ""


def _tracks(texts: Texts, reasons: Mapping[str, Any]) -> str:
    count = int(reasons.get("shared_tracks") or 0)
    return texts.counted("reason.shared_tracks", count) if count else ""


def _years(texts: Texts, reasons: Mapping[str, Any]) -> list[str]:
    return [texts("reason.years")] if reasons.get("years") else []


def _features(texts: Texts) -> dict[str, str]:
    return {
        "danceability": texts("feature.danceability"),
        "energy": texts("feature.energy"),
        "loudness": texts("feature.loudness"),
        "speechiness": texts("feature.speechiness"),
        "acousticness": texts("feature.acousticness"),
        "instrumentalness": texts("feature.instrumentalness"),
        "liveness": texts("feature.liveness"),
        "valence": texts("feature.valence"),
        "tempo": texts("feature.tempo"),
    }


def _value(texts: Texts, feature: str, value: float) -> str:
    """A feature's value in its unit: beats a minute, decibels, or of 100."""
    if feature == "tempo":
        return texts("value.tempo", value=round(value))
    if feature == "loudness":
        return texts("value.loudness", value=round(value, 1))
    return texts("value.share", value=round(100 * value))
