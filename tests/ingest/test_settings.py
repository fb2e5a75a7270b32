"""The environment is read once, and nonsense in it is refused before anything happens."""

import re
from pathlib import Path

import pytest

from ingest.errors import CalledWrongly
from ingest.settings import from_environment


def test_defaults_lie_in_the_current_directory() -> None:
    settings = from_environment({})
    assert settings.home == Path.cwd() / ".segue"
    assert settings.lake_url == str(Path.cwd() / ".segue" / "lake")
    assert settings.provider is None


def test_a_fresh_run_id_is_utc_time_and_six_digits() -> None:
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{6}", from_environment({}).run_id)


@pytest.mark.parametrize(
    ("given", "url"),
    [("/data/lake", "/data/lake"), ("file:///data/lake", "/data/lake"), ("s3://bucket/a/", "s3://bucket/a")],
)
def test_lake_urls_that_are_known(given: str, url: str) -> None:
    assert from_environment({"SEGUE_LAKE_URL": given}).lake_url == url


@pytest.mark.parametrize("given", ["gs://bucket/lake", "http://example.org/lake", "s4://x"])
def test_a_lake_url_of_another_scheme_is_refused_by_name(given: str) -> None:
    with pytest.raises(CalledWrongly, match=r"SEGUE_LAKE_URL is .*s3://bucket"):
        from_environment({"SEGUE_LAKE_URL": given})


def test_the_provider_label_can_be_overridden() -> None:
    assert from_environment({"SEGUE_PROVIDER": "demo"}).provider_label("spotify") == "demo"
    assert from_environment({}).provider_label("spotify") == "spotify"


def test_a_lake_on_s3_and_one_in_a_folder_never_share_what_is_half_loaded() -> None:
    on_s3 = from_environment({"SEGUE_LAKE_URL": "s3://bucket/lake"})
    assert on_s3.dlt_home != from_environment({}).dlt_home and on_s3.dlt_home.parent == on_s3.home


def test_tables_are_laid_out_in_glue_for_athena_alone() -> None:
    given = {"SEGUE_LAKE_URL": "s3://bucket/lake", "SEGUE_TARGET": "athena"}
    assert from_environment(given).glue_schema == "segue"
    assert from_environment({**given, "SEGUE_ATHENA_SCHEMA": "mine"}).glue_schema == "mine"
    assert from_environment({"SEGUE_LAKE_URL": "s3://bucket/lake"}).glue_schema is None


def test_a_lake_that_athena_cannot_read_is_refused() -> None:
    with pytest.raises(CalledWrongly, match=r"SEGUE_LAKE_URL is '/lake'.*s3://"):
        from_environment({"SEGUE_LAKE_URL": "/lake", "SEGUE_TARGET": "athena"})
