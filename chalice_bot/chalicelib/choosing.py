"""Readings of one text -> the one that is meant, or a question, or mere suggestions. Pure.

Answering for the wrong one is worse than asking: an answer needs one reading that stands out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from chalicelib.names import Match

SURE = 0.55  # an alias below this confidence (one that sources call ambiguous) is suggested, not answered
_AHEAD = 0.25  # by how much the surest of two aliases must beat the next one to be answered without asking
_BETTER_KNOWN = 20  # points of popularity by which an artist must beat a song of the same name


@dataclass(frozen=True)
class Verdict:
    """`answer` is what is meant, if anything stands out; `choices` are the other readings, the likeliest first."""

    answer: Match | None
    choices: tuple[Match, ...] = ()
    is_doubtful: bool = False
    """Whether the choices merely may be meant: suggestions rather than readings."""


def choose(matches: Sequence[Match]) -> Verdict | None:
    """Choose among everything of one name; None where there is nothing."""
    artists = _surest_first([match for match in matches if match.kind == "artist"])
    tracks = _best_forms([match for match in matches if match.kind == "track"])
    sure = [artist for artist in artists if artist.confidence >= SURE]
    if sure:
        return _choose_artist(sure[0], artists[1:], tracks)
    if len(tracks) == 1 and not artists:
        return Verdict(tracks[0])
    if tracks:
        return Verdict(None, (*tracks, *artists))
    return Verdict(None, tuple(artists), is_doubtful=True) if artists else None


def _choose_artist(best: Match, others: Sequence[Match], tracks: Sequence[Match]) -> Verdict:
    rivals = [other for other in others if not _beats(best, other)]
    close = [track for track in tracks if best.popularity - track.popularity < _BETTER_KNOWN]
    if rivals or close:
        known = sorted([best, *rivals, *close], key=lambda match: -match.popularity)
        return Verdict(None, (*known, *(other for other in others if other not in rivals)))
    return Verdict(best, tuple(others))


def _beats(best: Match, other: Match) -> bool:
    """An own name beats an alias, and a much surer alias the next."""
    if (best.form == "name") != (other.form == "name"):
        return best.form == "name"
    return best.confidence - other.confidence >= _AHEAD


def _surest_first(artists: Sequence[Match]) -> list[Match]:
    return sorted(
        artists, key=lambda match: (match.form != "name", -match.confidence, -match.popularity, match.subject_id)
    )


def _best_forms(tracks: Sequence[Match]) -> list[Match]:
    """Songs of the very title if there are any, else those of a longer one that names a version of it."""
    by_form = sorted(tracks, key=lambda match: match.form == "short title")
    for _, found in groupby(by_form, key=lambda match: match.form):
        return list(found)
    return []
