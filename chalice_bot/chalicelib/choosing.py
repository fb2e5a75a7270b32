"""Readings of one text -> the one that is meant, or a question, or mere suggestions. Pure.

Answering for the wrong one is worse than asking: an answer needs one reading that stands out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from chalicelib.names import Match

MOST_CHOICES = 13  # quick replies that one message holds
SURE = 0.55  # an alias below this confidence (one that sources call ambiguous) is suggested, not answered
_AHEAD = 0.25  # by how much the surest of two aliases must beat the next one to be answered without asking
_LIKELIER = 20  # points of popularity that count for an artist when it and songs of its name are put in order
_WELL_KNOWN = 40  # popularity from which a song with a short title is likelier meant than somebody who is not here


@dataclass(frozen=True)
class Verdict:
    """`answer` is what is meant, if anything stands out; `choices` are the other readings, the likeliest first."""

    answer: Match | None
    choices: tuple[Match, ...] = ()
    is_doubtful: bool = False
    """Whether the choices merely may be meant: suggestions rather than readings."""


def choose(matches: Sequence[Match], *, is_short: bool = False) -> Verdict | None:
    """Choose among everything of one name; None where there is nothing.

    A hardly known song with a short title is no answer: somebody who is not in the catalogue may have it for a name.
    """
    artists = _surest_first([match for match in matches if match.kind == "artist"])
    tracks = _best_forms([match for match in matches if match.kind == "track"])
    if artists and artists[0].confidence >= SURE:
        return _choose_artist(artists[0], artists[1:], tracks)
    if len(tracks) == 1 and not artists:
        is_clear = not is_short or tracks[0].popularity is None or tracks[0].popularity >= _WELL_KNOWN
        return Verdict(tracks[0]) if is_clear else Verdict(None, tuple(tracks), is_doubtful=True)
    if tracks:
        return Verdict(None, (*tracks, *artists))
    return Verdict(None, tuple(artists), is_doubtful=True) if artists else None


def _choose_artist(best: Match, others: Sequence[Match], tracks: Sequence[Match]) -> Verdict:
    """The artist, unless another one or a better known song has the name as well."""
    rivals = [other for other in others if not _beats(best, other)]
    if not rivals and all(_fame(best) >= _fame(track) for track in tracks):
        return Verdict(best, tuple(others))
    artists = [best, *rivals]
    readings = sorted([*artists, *tracks[: MOST_CHOICES - len(artists)]], key=lambda match: -_likelihood(match))
    return Verdict(None, (*readings, *(other for other in others if other not in rivals)))


def _likelihood(match: Match) -> int:
    return _fame(match) + (_LIKELIER if match.kind == "artist" else 0)


def _fame(match: Match) -> int:
    return match.popularity or 0


def _beats(best: Match, other: Match) -> bool:
    """An own name beats an alias, with its very marks it beats one without; and a much surer alias beats the next."""
    if (best.form == "name") != (other.form == "name"):
        return best.form == "name"
    if best.form == "name" and best.is_exact != other.is_exact:
        return best.is_exact
    return best.confidence - other.confidence >= _AHEAD


def _surest_first(artists: Sequence[Match]) -> list[Match]:
    return sorted(
        artists,
        key=lambda match: (
            match.form != "name",
            not match.is_exact,
            -match.confidence,
            -_fame(match),
            match.subject_id,
        ),
    )


def _best_forms(tracks: Sequence[Match]) -> list[Match]:
    """Songs of the very title if there are any, else those of a longer one that names a version of it."""
    by_form = sorted(tracks, key=lambda match: match.form == "short title")
    for _, found in groupby(by_form, key=lambda match: match.form):
        return list(found)
    return []
