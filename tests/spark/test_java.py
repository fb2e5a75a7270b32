"""Which Java Spark runs on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as parquet  # type: ignore[import-untyped]
import pytest

from spark.java import OLDEST, java_home, usable_version, wrapped
from spark.transforms.distances import FEATURES

ROOT = Path(__file__).resolve().parents[2]
LACKS_THE_MODULE = 'for word; do case "$word" in --add-modules=*) exit 1;; esac; done\n'


def java_that_says(folder: Path, version: str, before: str = "") -> Path:
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\n{before}echo 'openjdk version \"{version}\"' >&2\n", encoding="utf-8")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("version", "expected"),
    [("17.0.15", 17), ("21.0.2", 21), ("25.0.2", 25), ("11.0.20", None), ("1.8.0_372", None)],
)
def test_java_is_used_from_17_on(tmp_path: Path, version: str, expected: int | None) -> None:
    assert usable_version(java_that_says(tmp_path, version)) == expected


def test_a_java_without_the_module_that_spark_asks_for_is_not_used(tmp_path: Path) -> None:
    assert usable_version(java_that_says(tmp_path, "25.0.2", LACKS_THE_MODULE)) is None


def test_java_home_comes_before_path(tmp_path: Path) -> None:
    named, on_path = (java_that_says(tmp_path / name, f"{OLDEST}.0.1") for name in ("named", "path"))
    variables = {"JAVA_HOME": str(named.parent.parent), "PATH": str(on_path.parent)}
    assert java_home(variables) == tmp_path / "named"
    assert java_home({"PATH": str(on_path.parent)}) == tmp_path / "path"


def test_without_a_usable_java_jdk4pys_is_wrapped(tmp_path: Path) -> None:
    old = java_that_says(tmp_path / "old", "11.0.20")
    home = java_home({"JAVA_HOME": str(old.parent.parent), "PATH": "", "SEGUE_CACHE": str(tmp_path / "cache")})
    assert home == tmp_path / "cache" / "spark-java"
    assert (usable_version(home / "bin" / "java") or 0) >= OLDEST


def test_the_wrapper_drops_one_argument_and_keeps_the_others_as_they_are(tmp_path: Path) -> None:
    says = tmp_path / "says"
    says.write_text('#!/bin/sh\nfor word; do echo "[$word]"; done\n', encoding="utf-8")
    says.chmod(0o755)
    program = wrapped(says, tmp_path) / "bin" / "java"
    words = ["-cp", "a b*", "--add-modules=jdk.incubator.vector", "", "--add-modules=other"]
    answer = subprocess.run([program, *words], capture_output=True, text=True, check=True, env=dict(os.environ))
    assert answer.stdout.split("\n") == ["[-cp]", "[a b*]", "[]", "[--add-modules=other]", ""]


@pytest.mark.slow
def test_a_job_runs_where_there_is_no_java_but_jdk4pys(tmp_path: Path) -> None:
    numbers, ids = [1, 2, 3], ["t1", "t2", "t3"]
    keys = {"number": numbers, "track_id": ids, "sort_key": ids, "recording_number": numbers, "artist_number": numbers}
    values = {name: [0.0, 1.0, 3.0] if name == "tempo" else [0.0] * 3 for name in FEATURES}
    parquet.write_table(pa.table(keys | values), tmp_path / "vectors.parquet")
    parquet.write_table(pa.table({"track_id": ids, "artist_id": ["a", "b", "c"]}), tmp_path / "credits.parquet")
    tools = tmp_path / "tools"
    tools.mkdir()
    for folder in reversed(os.environ["PATH"].split(os.pathsep)):
        for program in Path(folder).glob("[!.]*"):
            if not program.name.startswith("java"):
                (tools / program.name).unlink(missing_ok=True)
                (tools / program.name).symlink_to(program)
    words = ["--vectors", "vectors.parquet", "--credits", "credits.parquet", "--lake", "lake", "--json"]
    answer = subprocess.run(
        [sys.executable, "-m", "spark", "neighbours", *words],
        cwd=tmp_path,
        env={
            "PATH": str(tools),
            "PYTHONPATH": str(ROOT),
            "HOME": str(tmp_path),
            "SEGUE_CACHE": str(tmp_path / "cache"),
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout)["rows"] == 6
    assert (tmp_path / "cache" / "spark-java" / "bin" / "java").is_file()
