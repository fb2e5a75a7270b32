"""The gate: which loss stops a publication, what it says, and that readers keep what they had."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import psycopg
import pytest

from orchestration.errors import CalledWrongly
from orchestration.publish import publishing
from orchestration.publish.errors import PublishRefused
from orchestration.publish.gate import FEWEST_SEEDS, Figure, lost, no_longer_compared, read_published
from orchestration.publish.settings import Settings, read_settings

Publication = Callable[..., Settings]
BEFORE = {"all": Figure(0.4, 100), "korean": Figure(0.3, FEWEST_SEEDS)}


@pytest.mark.parametrize(
    ("now", "named"),
    [
        ({"all": Figure(0.4, 100), "korean": Figure(0.3, FEWEST_SEEDS)}, []),
        ({"all": Figure(0.38, 100), "korean": Figure(0.9, FEWEST_SEEDS)}, []),
        ({"all": Figure(0.41, 100), "korean": Figure(0.2, FEWEST_SEEDS)}, ["korean"]),
        ({"all": Figure(0.379, 100), "korean": Figure(0.27, FEWEST_SEEDS)}, ["korean", "all"]),
        ({"all": Figure(0.4, 100), "korean": Figure(0.1, FEWEST_SEEDS - 1)}, []),
        ({"all": Figure(0.4, 100), "popular": Figure(0.1, 100)}, []),
        ({}, []),
    ],
    ids=[
        "equal",
        "just the margin",
        "one group",
        "two, the greatest loss first",
        "too few",
        "not both",
        "no reference",
    ],
)
def test_a_group_that_lost_more_than_the_margin_is_named(now: dict[str, Figure], named: list[str]) -> None:
    assert [words.split()[1].rstrip(":") for words in lost(BEFORE, now, margin=0.02)] == named


def test_a_group_that_was_small_when_published_stops_nothing() -> None:
    assert lost({"all": Figure(0.9, FEWEST_SEEDS - 1)}, {"all": Figure(0.1, 100)}, margin=0.02) == []
    assert lost({"all": Figure(0.9, None)}, {"all": Figure(0.1, 100)}, margin=0.02)


def test_it_says_of_how_many_artists_the_figures_are() -> None:
    assert lost(BEFORE, {"all": Figure(0.3, 90)}, 0.02) == [
        "group all: 0.400 published, 0.300 now (90 artists, 100 then)"
    ]
    assert lost(BEFORE, {"all": Figure(0.3, 100)}, 0.02) == ["group all: 0.400 published, 0.300 now (100 artists)"]


def test_a_group_of_which_nothing_is_known_any_more_is_named() -> None:
    now = {"all": Figure(0.4, 100), "korean": Figure(0.3, FEWEST_SEEDS - 1)}
    assert no_longer_compared(BEFORE, now) == ["korean"]
    assert no_longer_compared(BEFORE, {}) == ["all", "korean"]
    assert no_longer_compared(BEFORE, BEFORE) == no_longer_compared({"all": Figure(0.9, FEWEST_SEEDS - 1)}, {}) == []


def test_figures_from_before_there_were_groups_are_those_of_all(tmp_path: Path) -> None:
    folder = tmp_path / "raw_segue" / "published_quality"
    folder.mkdir(parents=True)
    old = "'blend' as method, 'recall@20' as metric, 0.5::double as value"
    duckdb.execute(f"copy (select 'g1' as generation, {old}) to '{folder}/1.parquet'")
    new = "'korean' as seed_group, cast(40 as bigint) as seed_count"
    duckdb.execute(f"copy (select 'g2' as generation, {old}, {new}) to '{folder}/2.parquet'")
    assert read_published(str(tmp_path), "g1") == {"all": Figure(0.5, None)}
    assert read_published(str(tmp_path), "g2") == {"korean": Figure(0.5, 40)}
    assert read_published(str(tmp_path), "g3") == read_published(str(tmp_path / "none"), "g1") == {}


@pytest.mark.parametrize("margin", ["-0.1", "2", "much", "nan"])
def test_a_margin_that_is_none_is_called_wrongly(margin: str) -> None:
    with pytest.raises(CalledWrongly, match="SEGUE_QUALITY_MARGIN"):
        read_settings({"SEGUE_POSTGRES_URL": "postgresql://host/x", "SEGUE_QUALITY_MARGIN": margin})


@pytest.mark.slow
@pytest.mark.usefixtures("without_dbt")
def test_a_worse_blend_is_not_published_unless_asked(marts: Publication, database: str) -> None:
    worse = "update marts.recommendation_quality set value = 0.37"

    def current() -> str:
        with psycopg.connect(database) as connection:
            return str((connection.execute("select generation from serving.current").fetchone() or [""])[0])

    publishing.publish(marts("r1"))
    with pytest.raises(PublishRefused, match=r"than in gr1.*group all: 0\.400 published, 0\.370 now \(40 artists\)"):
        publishing.publish(marts("r2", extra=worse))
    assert current() == "gr1"
    publishing.publish(marts("r3"))
    assert current() == "gr3"
    publishing.publish(marts("r4", extra=worse), allow_worse=True)
    assert current() == "gr4"
    # what is published counts, not what was published last: after a rollback it is the better one again
    publishing.rollback(marts("r5"))
    with pytest.raises(PublishRefused, match="than in gr3"):
        publishing.publish(marts("r6", extra=worse))
    assert current() == "gr3"
