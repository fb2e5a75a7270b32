from pathlib import Path

import pytest

from orchestration.local.music_api.errors import CatalogueError
from orchestration.local.music_api.reading import read

from .conftest import write

ARTIST, TRACK = "a" * 22, "t" * 22


def _folder(tmp_path: Path, artists: list[dict[str, str]], tracks: list[dict[str, str]]) -> Path:
    write(tmp_path / "artists.csv", artists)
    write(tmp_path / "tracks.csv", tracks)
    return tmp_path


def test_columns_may_be_few_extra_and_in_any_order(tmp_path: Path) -> None:
    tracks = [
        {"colour": "red", "name": "One", "artist_ids": f'["{ARTIST}"]', "track_id": TRACK, "isrc": "KRA302400123"}
    ]
    catalogue = read(_folder(tmp_path, [{"country": "KR", "name": "A", "artist_id": ARTIST}], tracks))
    assert catalogue.artists[ARTIST].country == "KR"
    assert catalogue.artists[ARTIST].genres == ()
    assert catalogue.tracks[TRACK].isrc == "KRA302400123"
    assert catalogue.albums[catalogue.tracks[TRACK].album_id].name == "One"


def test_credits_come_from_the_pairs_where_tracks_have_none(tmp_path: Path) -> None:
    folder = _folder(tmp_path, [{"artist_id": ARTIST, "name": "A"}], [{"track_id": TRACK, "name": "One"}])
    write(folder / "track_artists.csv", [{"track_id": TRACK, "artist_id": ARTIST}])
    assert read(folder).tracks[TRACK].artist_ids == (ARTIST,)


def test_rows_that_cannot_be_used_are_left_out_and_counted(tmp_path: Path) -> None:
    tracks = [
        {"track_id": TRACK, "name": "One", "artist_ids": f'["{ARTIST}"]', "popularity": "much"},
        {"track_id": "", "name": "Two", "artist_ids": f'["{ARTIST}"]', "popularity": ""},
        {"track_id": "u" * 22, "name": "Three", "artist_ids": '["nobody"]', "popularity": ""},
        {"track_id": "v" * 22, "name": "Four", "artist_ids": "not json", "popularity": ""},
    ]
    catalogue = read(_folder(tmp_path, [{"artist_id": ARTIST, "name": "A"}], tracks))
    assert list(catalogue.tracks) == [TRACK]
    assert catalogue.tracks[TRACK].popularity == 0
    assert catalogue.skipped_rows == 3


def test_missing_file_is_refused_naming_it(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"artists\.csv: cannot read it .*segue demo export"):
        read(tmp_path)


def test_missing_column_is_refused_naming_it(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="the column artist_id is missing"):
        read(_folder(tmp_path, [{"name": "A"}], [{"track_id": TRACK, "name": "One"}]))


def test_file_in_another_charset_is_refused(tmp_path: Path) -> None:
    (tmp_path / "artists.csv").write_bytes("artist_id,name\n1,에스파\n".encode("cp949"))
    with pytest.raises(CatalogueError, match="is not a CSV file in UTF-8"):
        read(tmp_path)


@pytest.mark.slow
def test_real_catalogue_is_read_whole(shared_data: Path) -> None:
    catalogue = read(shared_data / "catalog")
    assert (len(catalogue.artists), len(catalogue.tracks), catalogue.skipped_rows) == (7351, 31819, 0)
    assert sum(len(album.track_ids) for album in catalogue.albums.values()) == 31819
    recordings_of: dict[str, set[tuple[str, int]]] = {track.isrc: set() for track in catalogue.tracks.values()}
    for track in catalogue.tracks.values():
        recordings_of[track.isrc].add((track.artist_ids[0], track.duration_ms))
    assert all(len(recordings) == 1 for recordings in recordings_of.values())
