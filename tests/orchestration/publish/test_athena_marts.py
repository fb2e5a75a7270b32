"""Marts of Athena, read from Glue's entries and the files in S3; moto stands for both."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import duckdb
import pytest
from moto import mock_aws

from orchestration.publish.athena_marts import open_athena
from orchestration.publish.errors import WarehouseUnreadable
from orchestration.publish.settings import Settings

PARQUET = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
COLUMNS = {"genre": "varchar(5)", "artist_count": "bigint", "weight": "double"}


class Catalogue:
    """Glue's database segue_marts and a bucket."""

    def __init__(self, folder: Path) -> None:
        self.s3, self.glue, self.folder = boto3.client("s3"), boto3.client("glue"), folder
        self.s3.create_bucket(Bucket="tables", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
        self.glue.create_database(DatabaseInput={"Name": "segue_marts"})

    def table(self, *files: str, name: str = "dim_genres", columns: dict[str, str] | None = None, **more: Any) -> None:
        """A table over one file per query."""
        for number, query in enumerate(files):
            self.put(name, f"{number}.parquet", query)
        storage = {
            "Columns": [{"Name": column, "Type": kind} for column, kind in (columns or COLUMNS).items()],
            "Location": f"s3://tables/{name}/build1",
            "InputFormat": more.pop("input_format", PARQUET),
        }
        table: Any = {"Name": name, "StorageDescriptor": storage, **more}
        self.glue.create_table(DatabaseName="segue_marts", TableInput=table)

    def put(self, name: str, key: str, query: str) -> None:
        """Write a query's rows as one object."""
        file = self.folder / "rows.parquet"
        duckdb.sql(f"copy ({query}) to '{file}' (format parquet)")
        self.s3.upload_file(str(file), "tables", f"{name}/build1/{key}")


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Catalogue]:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_GLUE", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"ACCESS_KEY_ID": "k", "SECRET_ACCESS_KEY": "s", "DEFAULT_REGION": "ap-northeast-2"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        yield Catalogue(tmp_path)


def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "home", Path("none"), "s3://lake", "postgresql://u@h/d", "r1", {}, target="athena")


def test_rows_of_all_files_come_with_the_types_that_glue_names(catalogue: Catalogue, tmp_path: Path) -> None:
    catalogue.table(
        "select 'k-pop' as genre, 3 as artist_count, 1 as weight",
        "select 'jazz' as genre, 2 as artist_count, 2 as weight",
    )
    with open_athena(settings(tmp_path)) as warehouse:
        assert warehouse.columns("dim_genres") == {"genre": "text", "artist_count": "bigint", "weight": "double"}
        assert warehouse.count("dim_genres") == 2
        rows = [row for batch in warehouse.batches("dim_genres") for row in batch.to_pylist()]
    assert sorted(row["genre"] for row in rows) == ["jazz", "k-pop"]


def test_what_athena_does_not_see_in_a_folder_is_not_read(catalogue: Catalogue, tmp_path: Path) -> None:
    catalogue.table("select 'k-pop' as genre, 3 as artist_count, 1.0 as weight")
    catalogue.put("dim_genres", "_hidden", "select 'not this' as genre, 0 as artist_count, 1.0 as weight")
    catalogue.s3.put_object(Bucket="tables", Key="dim_genres/build1/empty", Body=b"")
    catalogue.s3.put_object(Bucket="tables", Key="dim_genres/build10/other", Body=b"another build")
    with open_athena(settings(tmp_path)) as warehouse:
        assert warehouse.count("dim_genres") == 1


def test_a_mart_without_rows_has_its_columns(catalogue: Catalogue, tmp_path: Path) -> None:
    catalogue.table()
    with open_athena(settings(tmp_path)) as warehouse:
        assert warehouse.count("dim_genres") == 0
        assert warehouse.columns("dim_genres")["weight"] == "double"


def test_nothing_is_left_on_the_disk(catalogue: Catalogue, tmp_path: Path) -> None:
    catalogue.table("select 'k-pop' as genre, 3 as artist_count, 1.0 as weight")
    with open_athena(settings(tmp_path)):
        assert list((tmp_path / "home").rglob("*.parquet"))
    assert not list((tmp_path / "home").iterdir())


def test_a_mart_that_is_not_built_is_named(catalogue: Catalogue, tmp_path: Path) -> None:
    with open_athena(settings(tmp_path)) as warehouse:
        assert not warehouse.has("recommendation_quality")
        with pytest.raises(WarehouseUnreadable, match=r"segue_marts has no table marts\.dim_tracks"):
            warehouse.count("dim_tracks")


@pytest.mark.parametrize(
    "more",
    [{"input_format": "Text"}, {"PartitionKeys": [{"Name": "dt", "Type": "string"}]}],
    ids=["text", "partitions"],
)
def test_a_table_that_files_alone_do_not_tell_is_refused(catalogue: Catalogue, tmp_path: Path, more: Any) -> None:
    catalogue.table(**more)
    with pytest.raises(WarehouseUnreadable, match=r"segue_marts\.dim_genres is not a Hive table of parquet"):
        open_athena(settings(tmp_path)).__enter__()


def test_a_catalogue_without_marts_says_what_to_do(catalogue: Catalogue, tmp_path: Path) -> None:
    catalogue.glue.delete_database(Name="segue_marts")
    with pytest.raises(WarehouseUnreadable, match=r"segue_marts\. Next: segue build --target athena"):
        open_athena(settings(tmp_path)).__enter__()
