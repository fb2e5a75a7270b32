"""What may be published and where a rollback goes, without a server."""

from datetime import UTC, datetime

import pytest

from orchestration.errors import CalledWrongly
from orchestration.publish.building import postgres_variables
from orchestration.publish.errors import NothingToRollBack, PublishRefused
from orchestration.publish.generations import Generation
from orchestration.publish.publishing import choose, refuse_shrunken
from orchestration.publish.settings import read_settings


def generation(name: str, artists: int = 100, is_current: bool = False) -> Generation:
    return Generation(name, name[1:], datetime(2026, 11, 23, tzinfo=UTC), {"dim_artists": artists}, is_current)


KNOWN = [generation("g3"), generation("g2", is_current=True), generation("g1")]


@pytest.mark.parametrize(("to", "expected"), [(None, "g1"), ("g3", "g3"), ("g2", "g2")])
def test_rollback_goes_to_the_one_before_or_the_one_named(to: str | None, expected: str) -> None:
    assert choose(KNOWN, to).name == expected


@pytest.mark.parametrize(("known", "to"), [(KNOWN, "g9"), (KNOWN[:2], None), ([], None)])
def test_rollback_to_nothing_is_refused(known: list[Generation], to: str | None) -> None:
    with pytest.raises(NothingToRollBack):
        choose(known, to)


def test_half_is_enough_and_less_is_refused_with_both_counts() -> None:
    refuse_shrunken(KNOWN, {"dim_artists": 50}, allow_shrink=False)
    refuse_shrunken(KNOWN, {"dim_artists": 1}, allow_shrink=True)
    with pytest.raises(PublishRefused, match="dim_artists: 100 rows published, 49 now"):
        refuse_shrunken(KNOWN, {"dim_artists": 49}, allow_shrink=False)


def test_no_artists_are_never_published() -> None:
    with pytest.raises(PublishRefused, match="dim_artists is empty"):
        refuse_shrunken([], {"dim_artists": 0}, allow_shrink=True)


def test_generation_is_the_run_id_as_a_schema_name() -> None:
    url = "postgresql://me:p%40ss@127.0.0.1:5555/segue"
    settings = read_settings({"SEGUE_POSTGRES_URL": url, "SEGUE_RUN_ID": "20261123T013000Z-abc123"})
    assert settings.generation == "g20261123t013000z_abc123"
    assert postgres_variables(url)["SEGUE_POSTGRES_PASSWORD"] == "p@ss"


@pytest.mark.parametrize("url", ["", "mysql://host/x", "postgresql://host"])
def test_missing_or_odd_address_is_called_wrongly(url: str) -> None:
    with pytest.raises(CalledWrongly, match="SEGUE_POSTGRES_URL"):
        read_settings({"SEGUE_POSTGRES_URL": url})
