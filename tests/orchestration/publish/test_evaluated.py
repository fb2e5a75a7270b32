"""`python -m orchestration.evaluation` on marts whose figures are known, and the gate where they were made worse."""

import hashlib
import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from orchestration.evaluation.errors import NoReference
from orchestration.evaluation.measuring import measure
from orchestration.publish import __main__ as command
from orchestration.publish import publishing
from orchestration.publish.settings import Settings
from tests.dbt_project import lake
from tests.orchestration.publish.small_marts import ARTISTS, write_marts

pytestmark = pytest.mark.slow

COUNTRY = "alter table marts.dim_artists add column country varchar"
STRANGERS = (
    f"{COUNTRY}; update marts.artist_similarity set neighbour_artist_id = "
    f"'a' || ((cast(artist_id[2:] as integer) + {ARTISTS // 2}) % {ARTISTS})"
)
"""Everybody's one neighbour is the artist opposite, who is none of the related."""


def relatives(number: int) -> set[str]:
    return {f"a{(number + step) % ARTISTS}" for step in range(1, 6)}


def contents(folder: Path) -> dict[str, str]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def evaluate(settings: Settings, *words: str) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in settings.environ.items() if name != "SEGUE_POSTGRES_URL"}
    called = [sys.executable, "-m", "orchestration.evaluation", *words]
    return subprocess.run(called, env=dict(variables), capture_output=True, text=True, check=False)


def figures(said: str, method: str = "blend") -> dict[tuple[str, str], tuple[float, int]]:
    rows: list[dict[str, Any]] = json.loads(said)["figures"]
    return {
        (row["seed_group"], row["metric"]): (row["value"], row["seed_count"]) for row in rows if row["method"] == method
    }


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evaluated")
    lake.declare(folder / "lake")
    (folder / "lake" / "raw_segue" / "init").touch()  # dlt's mark of a dataset that it knows
    (folder / "truth").mkdir()
    lines = [f"a{number},{other},1" for number in range(ARTISTS) for other in sorted(relatives(number))]
    (folder / "truth" / "related_artists.csv").write_text("artist_id,related_artist_id,rank\n" + "\n".join(lines))
    return folder


@pytest.fixture(scope="module")
def good(home: Path, server: str) -> Iterator[tuple[Settings, str]]:
    """Marts where everybody's one neighbour is related, what was said of them, and that nothing else changed."""
    settings = write_marts(home, server, "r1", extra=COUNTRY)
    before = contents(home)
    done = evaluate(settings, str(home / "truth"), "--json")
    assert done.returncode == 0, done.stderr
    after = contents(home)
    assert before.items() <= after.items()
    assert {Path(file).relative_to(home).parts[0] for file in after.keys() - before.keys()} <= {"dbt", "evaluation"}
    yield settings, done.stdout


def test_figures_are_those_worked_out_by_hand(good: tuple[Settings, str]) -> None:
    blend = figures(good[1])
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, 6))
    assert blend["all", "recall@20"] == (0.2, ARTISTS)
    assert blend["all", "nDCG@20"] == (round(1 / ideal, 9), ARTISTS)
    assert blend["all", "hit@10"] == blend["all", "coverage"] == (1.0, ARTISTS)
    assert blend["all", "popularity_bias"] == (0.0, ARTISTS)
    held_out = [number for number in range(ARTISTS) if hashlib.md5(f"a{number}".encode()).hexdigest()[0] in "01234"]
    assert blend["held_out", "recall@20"] == (0.2, len(held_out))
    assert blend["tuned", "recall@20"] == (0.2, ARTISTS - len(held_out))


def test_the_baseline_breaks_ties_by_id(good: tuple[Settings, str]) -> None:
    """All artists have one genre: everybody's 20 are those with the smallest ids."""
    everybody = sorted(f"a{number}" for number in range(ARTISTS))
    shares = [
        len(relatives(number) & set([one for one in everybody if one != f"a{number}"][:20])) / 5
        for number in range(ARTISTS)
    ]
    jaccard = figures(good[1], "genre_jaccard")
    assert jaccard["all", "recall@20"] == (round(sum(shares) / ARTISTS, 9), ARTISTS)
    assert jaccard["all", "genre_diversity"] == (0.0, ARTISTS)


def test_the_plot_is_an_svg_under_the_state_folder(good: tuple[Settings, str], home: Path) -> None:
    plot = Path(json.loads(good[1])["plot"])
    assert plot == home / "evaluation" / "r1.svg"
    assert "recall@20 by group" in plot.read_text(encoding="utf-8")


@pytest.mark.usefixtures("without_dbt")
def test_a_build_made_worse_on_purpose_is_not_published(
    good: tuple[Settings, str], home: Path, database: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    first, said = good
    keep(first, said)
    publishing.publish(first)
    worse = write_marts(home, database, "r2", extra=STRANGERS)
    answer = evaluate(worse, str(home / "truth"), "--json").stdout
    assert figures(answer)["all", "recall@20"] == (0.0, ARTISTS)
    assert figures(answer)["all", "stability"] == (0.0, ARTISTS)
    keep(worse, answer)

    assert publish(worse, monkeypatch) == 1
    told = capsys.readouterr().err
    assert "group all: 0.200 published, 0.000 now (40 artists)" in told
    assert "margin is 0.02" in told and "--allow-worse" in told
    assert current(database) == "gr1"

    equal = write_marts(home, database, "r3")
    shutil.copy(first.warehouse, equal.warehouse)
    assert publish(equal, monkeypatch) == 0
    assert current(database) == "gr3"


def keep(settings: Settings, said: str) -> None:
    """Write the figures into the mart, as the build does with the same models."""
    with duckdb.connect(str(settings.warehouse)) as marts:
        marts.execute("delete from marts.recommendation_quality")
        for row in json.loads(said)["figures"]:
            marts.execute(
                "insert into marts.recommendation_quality values ('run', ?, ?, ?, ?, ?, now()::timestamp)",
                [row["method"], row["seed_group"], row["metric"], row["value"], row["seed_count"]],
            )


def publish(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> int:
    with monkeypatch.context() as patched:
        for name, value in settings.environ.items():
            if name.startswith("SEGUE_"):
                patched.setenv(name, value)
        assert os.environ["SEGUE_RUN_ID"] == settings.run_id
        return command.main(["publish"])


def current(url: str) -> str:
    with psycopg.connect(url) as connection:
        return str((connection.execute("select generation from serving.current").fetchone() or [""])[0])


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "nothing of that name"),
        ({"related_artists.csv": "a,b\n1,2\n"}, "artist_id"),
        ({"related_artists.csv": "", "related_artists.jsonl": ""}, "related_artists.csv, related_artists.jsonl"),
    ],
    ids=["none", "other columns", "two"],
)
def test_a_folder_without_a_reference_is_named(
    good: tuple[Settings, str], tmp_path: Path, files: dict[str, str], told: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(NoReference) as refused:
        measure(good[0], tmp_path)
    assert told in str(refused.value) and str(tmp_path) in str(refused.value)
