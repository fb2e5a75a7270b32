"""The `reasons` of a similarity row -> words: one sentence for a card, all of it for who asks why.

An unknown or empty key says nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.language import Texts

GENERATED = "demo"  # the features_provider whose values were made up from genres
_GENRES, _FEATURES = 3, 2
_ENOUGH = 2  # traits that say what a song is like, without any figure


def explain(texts: Texts, reasons: Mapping[str, Any]) -> str:
    """Why two artists or two songs are similar, the most telling first."""
    sayings = (_traits, _genres, _sound, _closeness, _tracks)
    parts = [part for part in (saying(texts, reasons) for saying in sayings) if part]
    if len(parts) < 2:
        parts += _years(texts, reasons)
    return texts("reason.separator").join(parts) or texts("reason.none")


def explain_all(texts: Texts, reasons: Mapping[str, Any], mine: str, theirs: str) -> list[str]:
    """Every reason there is, a line each, with the values behind it; `mine` and `theirs` are the names."""
    lines = _trait_lines(texts, reasons, mine, theirs)
    if shared := [str(genre) for genre in reasons.get("shared_genres") or []]:
        lines.append(texts("why.shared_genres", genres=texts.joined(shared)))
    lines += [
        texts("why.related_genres", one=one, other=other, mine=mine, theirs=theirs)
        for one, other in (reasons.get("related_genres") or [])[:_GENRES]
    ]
    words = _features(texts)
    lines += [
        texts("why.feature", feature=words[entry["feature"]], mine=mine, theirs=theirs, **_values(texts, entry))
        for entry in _measured(texts, reasons, "closest_features")
    ]
    lines += [
        texts("why.close", feature=words[entry["feature"]], mine=mine, theirs=theirs, **_values(texts, entry))
        for entry in _measured(texts, reasons, "close_features")
    ]
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


def _traits(texts: Texts, reasons: Mapping[str, Any]) -> str:
    """What both songs are: "both slow, acoustic and quiet"."""
    words = _trait_words(texts)
    known = [words[name] for entry in reasons.get("traits") or [] if (name := entry.get("trait")) in words]
    if not known:
        return ""
    last = known[-1][1]
    if first := texts("trait.comma").join(inner for inner, _ in known[:-1]):
        last = texts("trait.last", first=first, last=last)
    return texts("reason.traits", traits=last)


def _trait_lines(texts: Texts, reasons: Mapping[str, Any], mine: str, theirs: str) -> list[str]:
    words = _trait_words(texts)
    return [
        texts("why.trait", trait=words[entry["trait"]][1], mine=mine, theirs=theirs, **_values(texts, entry))
        for entry in _measured(texts, reasons, "traits")
        if entry.get("trait") in words
    ]


def _closeness(texts: Texts, reasons: Mapping[str, Any]) -> str:
    """In which values two songs hardly differ, where traits do not say enough."""
    told = {entry.get("feature") for entry in reasons.get("traits") or []}
    entries = [one for one in _measured(texts, reasons, "close_features") if one["feature"] not in told][:_FEATURES]
    if not entries or len(told) >= _ENOUGH:
        return ""
    names = [_features(texts)[entry["feature"]] for entry in entries]
    features = names[0] if len(names) == 1 else texts("reason.two_features", one=names[0], other=names[1])
    for entry in entries:
        if entry["feature"] == "tempo":
            one, other = round(entry["mine"]), round(entry["theirs"])
            if one == other:
                return texts("reason.close_at_tempo", features=features, tempo=one)
            return texts("reason.close_with_tempo", features=features, one=one, other=other)
    return texts("reason.close", features=features)


def _measured(texts: Texts, reasons: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    """The entries of a kind that name a known feature and both values."""
    return [
        entry
        for entry in reasons.get(kind) or []
        if entry.get("feature") in _features(texts)
        and entry.get("mine") is not None
        and entry.get("theirs") is not None
    ]


def _values(texts: Texts, entry: Mapping[str, Any]) -> dict[str, str]:
    return {
        "one": _value(texts, entry["feature"], entry["mine"]),
        "other": _value(texts, entry["feature"], entry["theirs"]),
    }


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


def _trait_words(texts: Texts) -> dict[str, tuple[str, str]]:
    """Each trait as it stands in the middle of a list and at its end: in Korean the two differ."""
    return {
        "acoustic": (texts("trait.acoustic.and"), texts("trait.acoustic")),
        "calm": (texts("trait.calm.and"), texts("trait.calm")),
        "cheerful": (texts("trait.cheerful.and"), texts("trait.cheerful")),
        "danceable": (texts("trait.danceable.and"), texts("trait.danceable")),
        "dark": (texts("trait.dark.and"), texts("trait.dark")),
        "electric": (texts("trait.electric.and"), texts("trait.electric")),
        "energetic": (texts("trait.energetic.and"), texts("trait.energetic")),
        "fast": (texts("trait.fast.and"), texts("trait.fast")),
        "instrumental": (texts("trait.instrumental.and"), texts("trait.instrumental")),
        "live": (texts("trait.live.and"), texts("trait.live")),
        "loud": (texts("trait.loud.and"), texts("trait.loud")),
        "melancholic": (texts("trait.melancholic.and"), texts("trait.melancholic")),
        "quiet": (texts("trait.quiet.and"), texts("trait.quiet")),
        "slow": (texts("trait.slow.and"), texts("trait.slow")),
        "wordy": (texts("trait.wordy.and"), texts("trait.wordy")),
    }


def _value(texts: Texts, feature: str, value: float) -> str:
    """A feature's value in its unit: beats a minute, decibels, or of 100."""
    if feature == "tempo":
        return texts("value.tempo", value=round(value))
    if feature == "loudness":
        return texts("value.loudness", value=round(value, 1))
    return texts("value.share", value=round(100 * value))
