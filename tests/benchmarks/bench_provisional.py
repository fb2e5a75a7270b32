"""How far provisional neighbours agree with those of the build, and how long they take, on the real catalogue.

Each of 150 published artists is taken for one that is in no build yet: described by its own published rows, and then
compared with what the build says of it.
"""

import statistics
import sys
import tempfile
import time
from math import log10
from pathlib import Path
from typing import Any

from chalicelib.catalogue import Catalogue, single_connections
from chalicelib.provisional import FEATURES, Described, neighbours
from chalicelib.snapshot import Snapshot

from orchestration.local import stack
from tests.segue_command import segue_in

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "catalog"
ARTISTS = 150


def main() -> int:
    """Print the shares; 1 where the real catalogue is absent."""
    if not DATA.is_dir():
        sys.stderr.write(f"needs the real catalogue in {DATA}\n")
        return 1
    with tempfile.TemporaryDirectory(prefix="segue-bench-") as folder:
        home = Path(folder) / "state"
        with segue_in(home) as segue, stack.lease(home, ["postgres"], {}) as variables:
            segue.run("run", "--source", "catalogue_dump", str(DATA))
            with Catalogue(single_connections(variables["SEGUE_POSTGRES_URL"])).snapshot() as snapshot:
                _compare(snapshot)
    return 0


def _compare(snapshot: Snapshot) -> None:
    wanted = "select * from {s}.dim_artists where genres is not null order by md5(artist_id) limit %(count)s"
    artists = snapshot.rows(wanted, count=ARTISTS)
    first_ten, all_twenty, seconds = [], [], []
    for artist in artists:
        described = _described(snapshot, artist)
        before = time.perf_counter()
        found = [one.artist.artist_id for one in neighbours(snapshot, artist["artist_id"], described, 20)]
        seconds.append(time.perf_counter() - before)
        built = {one.artist.artist_id for one in snapshot.similar_artists(artist["artist_id"], 20)}
        first_ten.append(len(built & set(found[:10])) / 10)
        all_twenty.append(len(built & set(found)) / 20)
    times = statistics.quantiles([1000 * one for one in seconds], n=20)
    print(  # noqa: T201
        f"provisional neighbours of {len(artists)} artists: of the first 10, {statistics.fmean(first_ten):.3f} are "
        f"among the build's 20; of all 20, {statistics.fmean(all_twenty):.3f}; "
        f"p50 {times[9]:.0f} ms, p95 {times[18]:.0f} ms"
    )


def _described(snapshot: Snapshot, artist: dict[str, Any]) -> Described:
    own = artist["artist_id"]
    genres = snapshot.rows("select genre, weight from {s}.artist_genres where artist_id = %(own)s", own=own)
    tracks = snapshot.rows(
        "select tracks.* from {s}.artist_tracks inner join {s}.dim_tracks as tracks using (track_id)"
        " where artist_tracks.artist_id = %(own)s",
        own=own,
    )
    others = snapshot.rows(
        "select theirs.artist_id, count(*) as shared from {s}.artist_tracks as mine"
        " inner join {s}.artist_tracks as theirs on theirs.track_id = mine.track_id"
        " where mine.artist_id = %(own)s and theirs.artist_id <> mine.artist_id group by theirs.artist_id",
        own=own,
    )
    values = {name: [float(one[name]) for one in tracks if one[name] is not None] for name in FEATURES}
    years = [one["release_year"] for one in tracks if one["release_year"]]
    return Described(
        genres={one["genre"]: float(one["weight"]) for one in genres},
        features_provider=artist["features_provider"],
        features={name: statistics.fmean(given) for name, given in values.items() if given},
        credits={one["artist_id"]: int(one["shared"]) for one in others},
        mean_year=statistics.fmean(years) if years else None,
        audience=log10(artist["followers"]) if artist["followers"] else None,
        popularity=artist["popularity"],
    )


if __name__ == "__main__":
    sys.exit(main())
