"""What the loader makes of the facts: ids, aliases and generated values."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.local.demo import DataFileError, DemoCatalogue, load
from orchestration.local.demo.scripts import script_of

ARTIST = "- artist: {}\n  from: US\n  genres: [rock, pop]\n  aliases: [{}]\n  songs: [2001 One, 2002 Two, 2003 Three]\n"
SHARES = ("danceability", "energy", "speechiness", "acousticness", "instrumentalness", "liveness", "valence")


def written(folder: Path, *texts: str) -> DemoCatalogue:
    for number, text in enumerate(texts):
        (folder / f"{number}.yml").write_text(text, encoding="utf-8")
    return load(folder)


def test_ids_are_unique_and_recognisable(demo: DemoCatalogue) -> None:
    for ids, form in (
        ([artist.artist_id for artist in demo.artists], r"demoArtist\d{12}"),
        ([track.track_id for track in demo.tracks], r"demoTrack0\d{12}"),
        ([track.album_id for track in demo.tracks], r"demoAlbum0\d{12}"),
        ([track.isrc for track in demo.tracks], r"ZZDEM\d{7}"),
    ):
        assert len(ids) == len(set(ids))
        assert all(re.fullmatch(form, each) for each in ids)


def test_an_id_is_a_hash_of_the_name_alone(demo: DemoCatalogue) -> None:
    number = int(hashlib.sha256(b"artist\x1faespa\x1f").hexdigest()[:32], 16)
    expected = "demoArtist" + str(number)[-12:]
    assert [artist.artist_id for artist in demo.artists if artist.name == "aespa"] == [expected]


def test_adding_an_artist_changes_no_other_row(tmp_path: Path) -> None:
    before = written(tmp_path, ARTIST.format("Second", "Zweiter"))
    after = written(tmp_path, ARTIST.format("First", "Erster"), ARTIST.format("Second", "Zweiter"))
    assert before.tracks == after.tracks[3:]
    assert before.audio_features == after.audio_features[3:]
    assert before.artists == after.artists[1:]


def test_an_alias_that_names_another_artist_too_is_ambiguous(tmp_path: Path) -> None:
    made = written(tmp_path, ARTIST.format("Alpha", "Omega, Only Mine"), ARTIST.format("Beta", "ＡＬＰＨＡ, omega"))
    flags = {(alias.name, alias.alias): alias.is_ambiguous for alias in made.aliases}
    assert flags == {
        ("Alpha", "Omega"): True,
        ("Alpha", "Only Mine"): False,
        ("Beta", "ＡＬＰＨＡ"): True,
        ("Beta", "omega"): True,
    }


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("에스파", "hangul"),
        ("아이유 IU", "hangul"),
        ("宇多田ヒカル", "kana"),
        ("周杰倫", "han"),
        ("Beyoncé", "latin"),
        ("!!!", "latin"),
        ("أم كلثوم", "arabic"),
        ("Кино", "cyrillic"),
        ("लता मंगेशकर", "devanagari"),
    ],
)
def test_script_is_the_one_that_tells(name: str, script: str) -> None:
    assert script_of(name) == script


def test_generated_values_are_within_their_ranges(demo: DemoCatalogue) -> None:
    for row in demo.audio_features:
        assert all(0 <= getattr(row, name) <= 1 for name in SHARES), row
        assert 60 <= row.tempo <= 200, row
        assert -20 <= row.loudness <= -2, row
        assert row.key in range(12) and row.mode in (0, 1) and row.time_signature in (3, 4), row
        assert 120_000 <= row.duration_ms <= 420_000, row
    assert all(0 <= artist.popularity <= 100 and artist.followers > 0 for artist in demo.artists)
    assert all(1 <= track.popularity <= 100 for track in demo.tracks)


def test_similar_genres_sound_alike(demo: DemoCatalogue) -> None:
    def mean(genre: str, feature: str) -> float:
        of = {artist.artist_id for artist in demo.artists if genre in artist.genres}
        ids = {track.track_id for track in demo.tracks if track.artist_ids[0] in of}
        values: list[float] = [getattr(row, feature) for row in demo.audio_features if row.track_id in ids]
        return sum(values) / len(values)

    assert abs(mean("k-pop girl group", "energy") - mean("k-pop boy group", "energy")) < 0.1
    assert mean("hard rock", "energy") - mean("neoclassical", "energy") > 0.3


def test_a_fresh_process_makes_the_same_rows(demo: DemoCatalogue) -> None:
    program = "import hashlib; from orchestration.local.demo import load; "
    program += "print(hashlib.sha256(repr(load()).encode()).hexdigest())"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=_root())
    assert run.stdout.strip() == hashlib.sha256(repr(demo).encode()).hexdigest()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- [unclosed", "is not YAML"),
        ("artist: alone", "it should be a list of artists"),
        ("- artist: No songs\n", r"it needs \['artist', 'from', 'genres', 'songs'\]"),
        (ARTIST.format("A", "B").replace("2001 One", "One"), "should read `2003 Title`"),
        (ARTIST.format("A", "B").replace("2001 One", "2001 One | Nobody"), "guest 'Nobody'"),
        (ARTIST.format("A", "B") * 2, "'A' stands there twice"),
        (ARTIST.format("A", "B").replace("2001 One", "{2001 One: cut}"), "should be a list of texts"),
    ],
)
def test_a_wrong_data_file_is_refused_with_what_is_right(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(DataFileError, match=says):
        written(tmp_path, text)


def _root() -> Path:
    return Path(__file__).resolve().parents[4]
