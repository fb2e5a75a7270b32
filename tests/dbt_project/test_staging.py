"""What staging shows of the raw tables: completed loads only, the newest row per key, blemishes mended."""

from pathlib import Path

import pytest

from .build import RunDbt, query
from .lake import append

pytestmark = pytest.mark.slow
TRACK = {"provider": "catalogue_dump", "track_id": "t1"}


def test_only_completed_loads_and_the_newest_row_are_visible(home: Path, dbt: RunDbt) -> None:
    lake = home / "lake"
    artist = {"provider": "spotify", "artist_id": "a1"}
    append(lake, "raw_spotify", "artists", [artist | {"name": "old"}], load_id="1")
    newer = artist | {"name": "new", "retrieved_at": "2026-11-02 00:00:00"}
    append(lake, "raw_spotify", "artists", [newer], load_id="2")
    newest = artist | {"name": "half loaded", "retrieved_at": "2026-11-03 00:00:00"}
    append(lake, "raw_spotify", "artists", [newest], load_id="3", is_complete=False)

    dbt(home, "run", "--select", "stg_spotify__artists")

    assert query(home, "select artist_id, name from staging.stg_spotify__artists") == [("a1", "new")]


def test_audio_values_that_were_not_measured_become_null(home: Path, dbt: RunDbt) -> None:
    rows = [
        TRACK | {"tempo": 0, "loudness": 1.5, "key": -1, "energy": "nan", "valence": 0.5},
        TRACK | {"track_id": "t2", "tempo": 120, "loudness": -7, "key": 3, "energy": 0.25, "valence": 2},
    ]
    append(home / "lake", "raw_catalogue_dump", "audio_features", rows)

    dbt(home, "run", "--select", "stg_catalogue_dump__audio_features")

    columns = "track_id, tempo, loudness, key, energy, valence"
    assert query(home, f"select {columns} from staging.stg_catalogue_dump__audio_features order by 1") == [
        ("t1", None, 0.0, None, None, 0.5),
        ("t2", 120.0, -7.0, 3, 0.25, None),
    ]


def test_release_year_is_read_from_every_precision(home: Path, dbt: RunDbt) -> None:
    years = {"1998": 1998, "1998-05": 1998, "1998-05-20": 1998, "": None, "soon": None}
    rows = [TRACK | {"track_id": f"t{date}", "name": "x", "release_date": date} for date in years]
    append(home / "lake", "raw_catalogue_dump", "tracks", rows)

    dbt(home, "run", "--select", "stg_catalogue_dump__tracks")

    assert dict(query(home, "select release_date, release_year from staging.stg_catalogue_dump__tracks")) == years
