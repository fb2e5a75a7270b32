"""The original project's 556 names against the real catalogue: every name that is in it is found, none is guessed."""

import csv
import unicodedata
from pathlib import Path

import pytest

from orchestration.local.music_api.server import serving
from orchestration.local.music_api.settings import Settings
from tests.ingest.conftest import Ingest
from tests.ingest.spotify.running import environment_of
from tests.ingest.visible import visible_rows

pytestmark = pytest.mark.slow


def letters(name: str) -> str:
    """Another, cruder notion of equal names: letters and digits only, no accents, no `the`, no `and`."""
    plain = unicodedata.normalize("NFKD", name).casefold().replace("&", " and ")
    words = "".join(char if char.isalnum() or char.isspace() else "" for char in plain).split()
    return "".join(word for word in words if word not in ("the", "and"))


@pytest.mark.parametrize("profile", ["development", "extended"])
def test_all_names_of_the_catalogue_are_matched(
    ingest: Ingest, home: Path, shared_data: Path, dynamodb_url: str, profile: str
) -> None:
    with (shared_data / "catalog" / "artists.csv").open(encoding="utf-8-sig", newline="") as file:
        known = {row["artist_id"]: row["name"] for row in csv.DictReader(file)}
    path = shared_data / "names" / "original_artist_list.csv"
    listed = set(path.read_text(encoding="utf-8-sig").splitlines())
    with serving(shared_data / "catalog", Settings(profile=profile)) as server:
        environment = environment_of(server, dynamodb_url) | {"SEGUE_STATE_TABLE": f"names_{profile}"}
        code, summary = ingest("spotify", "--names", path, **environment)
    assert (code, summary["names"]["asked"]) == (0, 556)
    matches = {row["query"]: row for row in visible_rows(home, "raw_spotify", "name_matches")}
    assert len(matches) == 556
    taken = {query: row["artist_id"] for query, row in matches.items() if row["status"] == "matched"}
    assert listed & set(known.values()) <= set(taken), "a name that is in the catalogue letter by letter is matched"
    assert {query for query, one in taken.items() if letters(query) != letters(known[one])} == set()
    assert len(taken) >= 389
    assert all(row["reason"] for row in matches.values() if row["status"] != "matched")
