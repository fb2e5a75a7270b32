"""How well names are understood: the labelled set of names/labels.py against the real catalogue, per kind and over all.

    python tests/benchmarks/bench_resolution.py [--show KIND] [--home FOLDER]

Needs ../shared/data. `--show` prints the queries of one kind of the tune split that were not answered right; `--home`
keeps the marts. A question back ("did you mean") is neither right nor wrong.
"""

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "chalice_bot")]

from chalicelib.catalogue import Catalogue, single_connections
from chalicelib.music import Artist
from chalicelib.resolution import FoundAlbum, FoundArtist, FoundTrack, Resolution, Unknown, Which
from chalicelib.resolve import resolve

from orchestration.local.stack import lease
from tests.benchmarks.names import world
from tests.benchmarks.names.labels import Label, labels

OUTCOMES = ("right", "asked, right first", "asked, right among", "asked, other", "wrong", "unanswered")
ALIKE = "absent, written alike"
Counts = dict[str, int]


def outcome(label: Label, resolution: Resolution) -> str:
    """What became of one query; of an absent name only an answer is wrong."""
    match resolution:
        case FoundArtist(artist):
            return "right" if artist.artist_id in label.wanted else "wrong"
        case FoundTrack(track):
            return "right" if track.track_id in label.wanted else "wrong"
        case FoundAlbum(album):
            return "right" if album.album_id in label.wanted else "wrong"
        case Which(_, choices) | Unknown(_, choices) if choices:
            ids = [one.artist_id if isinstance(one, Artist) else one.track_id for one in choices]
            if ids[0] in label.wanted:
                return "asked, right first"
            return "asked, right among" if label.wanted & set(ids) else "asked, other"
    return "unanswered"


def main(arguments: Sequence[str]) -> int:
    """Print both splits; 1 where a bar is missed on the test split."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show")
    parser.add_argument("--home", type=Path)
    given = parser.parse_args(arguments)
    found = labels(world.DATA)
    with tempfile.TemporaryDirectory() as scratch:
        home = given.home or Path(scratch)
        warehouse = home / "warehouse.duckdb"
        if not warehouse.is_file():
            world.hold_out(world.build_marts(home))
        with lease(home, ["postgres"], {}) as variables:
            world.publish(warehouse, variables)
            counts = _measure(variables["SEGUE_POSTGRES_URL"], found, given.show)
    for is_test in (False, True):
        _report(counts, is_test)
    sys.stdout.write("\ntest split:\n")
    return 0 if _meets_bars(counts) else 1


def _measure(url: str, found: list[Label], show: str | None) -> dict[tuple[bool, bool, str], Counts]:
    counts: dict[tuple[bool, bool, str], Counts] = defaultdict(lambda: dict.fromkeys(OUTCOMES, 0))
    with Catalogue(single_connections(url)).snapshot() as snapshot:
        for label in found:
            resolution = resolve(snapshot, label.text)
            became = outcome(label, resolution)
            kind = label.kind if label.wanted else ALIKE if label.is_shared else f"absent, {label.kind}"
            counts[label.is_test, bool(label.wanted), kind][became] += 1
            if show and show in kind and not label.is_test and became not in ("right", "unanswered"):
                sys.stdout.write(f"{became}: {label.text!r} -> {_short(resolution)}\n")
    return counts


def _report(counts: dict[tuple[bool, bool, str], Counts], is_test: bool) -> None:
    sys.stdout.write(f"\n{'test' if is_test else 'tune'} split{'':24}{'queries':>9}")
    sys.stdout.write("".join(f"{name:>20}" for name in OUTCOMES) + "\n")
    for is_here in (True, False):
        rows = {kind: one for (test, here, kind), one in counts.items() if (test, here) == (is_test, is_here)}
        for kind, one in rows.items():
            _row(kind, one)
        _row(f"all {'present' if is_here else 'absent'}", _sum(rows.values()))
    _row("over all", _sum(one for (test, _, _), one in counts.items() if test == is_test))


def _row(name: str, one: Counts) -> None:
    total = sum(one.values())
    cells = "".join(f"{count:>11} {100 * count / max(total, 1):6.2f} %" for count in one.values())
    sys.stdout.write(f"{name:<34}{total:>9}{cells}\n")


def _sum(rows: Iterable[Counts]) -> Counts:
    total = dict.fromkeys(OUTCOMES, 0)
    for row in rows:
        for name, count in row.items():
            total[name] += count
    return total


def _meets_bars(counts: dict[tuple[bool, bool, str], Counts]) -> bool:
    """Say how the test split stands against the bars, in one line each."""

    def tested(is_here: bool, fits: Callable[[str], bool]) -> Counts:
        return _sum(one for (test, here, kind), one in counts.items() if test and here == is_here and fits(kind))

    names = tested(True, lambda kind: kind.startswith(("artist", "alias", "name")))
    well_typed = tested(True, lambda kind: kind.startswith(("artist", "alias", "name")) and "typo" not in kind)
    absent = tested(
        False, lambda kind: kind.startswith(("absent, artist", "absent, alias", "absent, name", "absent, link"))
    )
    songs = tested(False, lambda kind: kind.startswith("absent, song"))
    alike = tested(False, lambda kind: kind == ALIKE)
    everything = _sum([tested(True, lambda _: True), tested(False, lambda _: True)])
    decided = names["right"] + names["wrong"] + names["unanswered"]
    first = names["right"] + names["asked, right first"]
    top, wrong = names["right"] / decided, everything["wrong"] / sum(everything.values())
    _say(
        f"names of artists in the catalogue ({sum(names.values())})",
        f"right {_share(names['right'], decided)} where not asked back (bar 98 %), {_share(names['right'], names)} "
        f"of all; right, or first in what is asked back, {_share(first, names)} of all",
    )
    _say(
        f"of these without typos ({sum(well_typed.values())})",
        f"right {_share(well_typed['right'], well_typed)}, wrong {_share(well_typed['wrong'], well_typed)} of all",
    )
    _say(
        f"names of artists not in the catalogue ({sum(absent.values())})",
        f"answered as somebody else: {absent['wrong']} (bar 0)",
    )
    _say(f"songs not in the catalogue ({sum(songs.values())})", f"answered as another: {songs['wrong']}")
    _say(
        f"absent, but something here is written alike ({sum(alike.values())})",
        f"asked back {_share(alike['asked, other'], alike)}, answered as what is here {_share(alike['wrong'], alike)}",
    )
    _say(
        f"silently wrong over all ({sum(everything.values())})",
        f"{_share(everything['wrong'], everything)} (bar 0.5 %)",
    )
    return top >= 0.98 and absent["wrong"] == 0 and wrong <= 0.005


def _share(part: int, whole: int | Counts) -> str:
    total = sum(whole.values()) if isinstance(whole, dict) else whole
    return f"{100 * part / max(total, 1):.2f} %"


def _say(what: str, figures: str) -> None:
    sys.stdout.write(f"{what}: {figures}\n")


def _short(resolution: Resolution) -> str:
    match resolution:
        case FoundArtist(artist):
            return f"artist {artist.name}"
        case FoundTrack(track):
            return f"song {track.name} by {', '.join(track.artist_names)}"
        case Which(_, choices) | Unknown(_, choices):
            return f"asked: {', '.join(f'{type(one).__name__} {one.name} ({one.popularity})' for one in choices)}"
    return type(resolution).__name__


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
