"""Every reason why two artists, or two songs, are similar is true: worked out anew, in plain Python, from the files."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from .oracle import TRAITS, close_features, shared_traits, telling_features
from .raw_catalogue import RawCatalogue, read_catalogue

pytestmark = pytest.mark.slow
SAMPLE = 1000


@pytest.fixture(scope="module")
def raw(shared_data: Path) -> RawCatalogue:
    return read_catalogue(shared_data / "catalog")


def test_reasons_of_a_thousand_pairs_are_true(
    catalogue_warehouse: duckdb.DuckDBPyConnection, raw: RawCatalogue
) -> None:
    pairs = catalogue_warehouse.execute(
        f"""select artist_id, neighbour_artist_id, reasons from marts.artist_similarity
        order by md5(artist_id || neighbour_artist_id || method), method limit {SAMPLE}"""
    ).fetchall()
    assert len(pairs) == SAMPLE
    given = {(mine, theirs): json.loads(text) for mine, theirs, text in pairs}
    untrue = {pair: found for pair, reasons in given.items() if (found := _untrue(raw, *pair, reasons))}
    assert untrue == {}
    kinds = {kind for reasons in given.values() for kind in reasons}  # or nothing would have been tested
    assert kinds == {
        "shared_genres",
        "related_genres",
        "closest_features",
        "features_provider",
        "shared_tracks",
        "years",
    }


def test_reasons_of_a_thousand_pairs_of_songs_are_true(
    catalogue_warehouse: duckdb.DuckDBPyConnection, raw: RawCatalogue
) -> None:
    pairs = catalogue_warehouse.execute(
        f"""select distinct track_id, neighbour_track_id, reasons from marts.track_similarity
        order by md5(track_id || neighbour_track_id) limit {SAMPLE}"""
    ).fetchall()
    assert len(pairs) == SAMPLE
    given = {(mine, theirs): json.loads(text) for mine, theirs, text in pairs}
    untrue = {pair: found for pair, reasons in given.items() if reasons != (found := _song_reasons(raw, *pair))}
    assert untrue == {}
    named = {entry["trait"] for reasons in given.values() for entry in reasons.get("traits", [])}
    assert named == set(TRAITS)  # or one would not have been tested
    assert any(set(reasons) == {"features_provider"} for reasons in given.values())


def _song_reasons(raw: RawCatalogue, mine: str, theirs: str) -> dict[str, Any]:
    """What the reasons have to say, from the files."""
    one, other = raw.songs[mine], raw.songs[theirs]

    def values(feature: str) -> dict[str, Any]:
        sides = {"mine": one[feature], "theirs": other[feature]}
        return {"feature": feature} | {side: pytest.approx(value, abs=0.00051) for side, value in sides.items()}

    artists = raw.makers[mine], raw.makers[theirs]
    reasons = {
        "traits": [{"trait": trait} | values(TRAITS[trait][0]) for trait in shared_traits(one, other, raw.shares)],
        "close_features": [values(feature) for feature in close_features(one, other)],
        "shared_genres": raw.shared_genres(*artists) if artists[0] != artists[1] else [],
        "features_provider": "catalogue_dump",
    }
    return {kind: value for kind, value in reasons.items() if value}


def _untrue(raw: RawCatalogue, mine: str, theirs: str, reasons: dict[str, Any]) -> list[str]:
    """What the reasons say, or leave out, against the files."""
    expected = {
        "shared_genres": raw.shared_genres(mine, theirs),
        "related_genres": raw.related_genres(mine, theirs),
        "shared_tracks": len(raw.tracks[mine] & raw.tracks[theirs]),
    }
    found = [
        f"{kind}: {reasons.get(kind)} where the files say {value}"
        for kind, value in expected.items()
        if (reasons.get(kind) or type(value)()) != value
    ]
    my_year, their_year = raw.years.get(mine), raw.years.get(theirs)
    if my_year is not None and their_year is not None and abs(my_year - their_year) <= 10:
        if reasons.get("years") != pytest.approx([my_year, their_year], abs=0.51):
            found.append(f"years: {reasons.get('years')} where the files say {my_year} and {their_year}")
    elif "years" in reasons:
        found.append(f"years: {reasons['years']} where the files say {my_year} and {their_year}")
    return found + _untrue_features(raw, mine, theirs, reasons)


def _untrue_features(raw: RawCatalogue, mine: str, theirs: str, reasons: dict[str, Any]) -> list[str]:
    entries = reasons.get("closest_features", [])
    my_values, their_values = raw.features.get(mine) or {}, raw.features.get(theirs) or {}
    both = all(any(value is not None for value in values.values()) for values in (my_values, their_values))
    named = telling_features(my_values, their_values, raw.scales) if both else []
    found = []
    if [entry["feature"] for entry in entries] != named:
        found.append(f"closest_features: {entries} where the files say {named}")
    if reasons.get("features_provider") != ("catalogue_dump" if named else None):
        found.append(f"features_provider: {reasons.get('features_provider')}")
    for entry in entries:
        values = [my_values.get(entry["feature"]), their_values.get(entry["feature"])]
        if [entry["mine"], entry["theirs"]] != pytest.approx(values, abs=0.00051):
            found.append(f"closest_features: {entry} where the files say {values}")
    return found
