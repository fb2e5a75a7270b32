"""PyAthena's cursors that return data frames: pandas, Arrow, polars, from the CSV file and from UNLOAD's parquet."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

import pandas as pd  # type: ignore[import-untyped]
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.fs  # type: ignore[import-untyped]
import pytest
from pyathena.arrow.async_cursor import AsyncArrowCursor
from pyathena.arrow.cursor import ArrowCursor
from pyathena.error import OperationalError
from pyathena.pandas.async_cursor import AsyncPandasCursor
from pyathena.pandas.cursor import PandasCursor
from pyathena.pandas.util import to_sql
from pyathena.polars.async_cursor import AsyncPolarsCursor
from pyathena.polars.cursor import PolarsCursor
from pyathena.s3fs.async_cursor import AsyncS3FSCursor

from tests.orchestration.local.athena.clients.conftest import MANY, Connect

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:engine='auto' is deprecated"),  # PyAthena says so to pandas
]

SONGS = "select song_id, title, seconds from songs order by song_id"
FROM = pytest.mark.parametrize("unload", [False, True], ids=["csv", "unload"])
STORABLE = """
    select col_boolean, col_tinyint, col_smallint, col_int, col_bigint, col_float, col_double, col_string,
        col_varchar, col_timestamp, col_date, col_binary, col_array, col_map, col_struct, col_decimal
    from complex
"""
"""UNLOAD cannot write time and json."""


@pytest.fixture(autouse=True)
def arrow_finds_s3(athena: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Arrow's S3FileSystem reads none of the variables (apache/arrow#49643): it must be told in code."""
    told = partial(pyarrow.fs.S3FileSystem, endpoint_override=athena["AWS_ENDPOINT_URL_S3"])
    monkeypatch.setattr(pyarrow.fs, "S3FileSystem", told)


@FROM
@pytest.mark.parametrize("cursor_class", [PandasCursor, ArrowCursor, PolarsCursor], ids=["pandas", "arrow", "polars"])
def test_rows_and_pages(connected: Connect, cursor_class: Any, unload: bool) -> None:
    cursor = connected().cursor(cursor_class, unload=unload)
    found = cursor.execute("select a from many").fetchall()
    assert sorted(int(number) for (number,) in found) == list(range(MANY))
    assert len(cursor.execute("select a from many limit 15").fetchmany(10)) == 10
    assert len(cursor.fetchmany(10)) == 5
    assert cursor.execute("select title from songs where song_id = 3").fetchall() == []


@FROM
def test_pandas(connected: Connect, unload: bool) -> None:
    frame = connected().cursor(PandasCursor, unload=unload).execute(SONGS).as_pandas()
    assert list(frame.columns) == ["song_id", "title", "seconds"]
    assert frame["song_id"].tolist() == [1, 2]
    assert frame["title"].tolist() == ["Hey Jude", "Yesterday"]
    assert frame["seconds"].fillna(-1).tolist() == [431.5, -1]


@FROM
def test_arrow(connected: Connect, unload: bool) -> None:
    table = connected().cursor(ArrowCursor, unload=unload).execute(SONGS).as_arrow()
    assert table.schema == pa.schema(
        [pa.field("song_id", pa.int32()), pa.field("title", pa.string()), pa.field("seconds", pa.float64())]
    )
    assert table.to_pylist() == [
        {"song_id": 1, "title": "Hey Jude", "seconds": 431.5},
        {"song_id": 2, "title": "Yesterday", "seconds": None},
    ]


@FROM
def test_polars(connected: Connect, unload: bool) -> None:
    frame = connected().cursor(PolarsCursor, unload=unload).execute(SONGS).as_polars()
    assert {name: str(kind) for name, kind in frame.schema.items()} == {
        "song_id": "Int32",
        "title": "String",
        "seconds": "Float64",
    }
    assert frame.rows() == [(1, "Hey Jude", 431.5), (2, "Yesterday", None)]


def test_unload_keeps_every_type_it_can(connected: Connect) -> None:
    cursor = connected().cursor(ArrowCursor, unload=True)
    table = cursor.execute(STORABLE).as_arrow()
    assert [table.schema.field(name).type for name in table.schema.names[:13]] == [
        *(pa.bool_(), pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.float32(), pa.float64()),
        *(pa.string(), pa.string(), pa.timestamp("ns"), pa.date32(), pa.binary(), pa.list_(pa.int32())),
    ]
    assert [table.schema.field(name).type for name in table.schema.names[13:]] == [
        pa.map_(pa.int32(), pa.int32()),
        pa.struct([pa.field("a", pa.int32()), pa.field("b", pa.int32())]),
        pa.decimal128(10, 1),
    ]
    (row,) = zip(*table.to_pydict().values(), strict=True)
    assert row[:9] == (True, 127, 32767, 2147483647, 9223372036854775807, 0.5, 0.25, "a string", "varchar")
    assert row[9:13] == (datetime(2017, 1, 1), date(2017, 1, 2), b"123", [1, 2])
    assert row[13:] == ([(1, 2), (3, 4)], {"a": 1, "b": 2}, Decimal("0.1"))
    assert cursor.data_manifest_location.endswith(f"{cursor.query_id}-manifest.csv")
    assert cursor.substatement_type == "UNLOAD"


def test_unload_refuses_what_hive_cannot_keep(connected: Connect) -> None:
    cursor = connected().cursor(ArrowCursor, unload=True)
    with pytest.raises(OperationalError, match="Unsupported Hive type: time"):
        cursor.execute("select cast(col_timestamp as time) as col_time from complex")


@FROM
@pytest.mark.parametrize("cursor_class", [AsyncPandasCursor, AsyncArrowCursor, AsyncPolarsCursor])
def test_futures(connected: Connect, cursor_class: Any, unload: bool) -> None:
    cursor = connected().cursor(cursor_class, unload=unload)
    _, future = cursor.execute(SONGS)
    assert [row[:2] for row in future.result().fetchall()] == [(1, "Hey Jude"), (2, "Yesterday")]
    cursor.close()


def test_futures_of_the_s3_file_system(connected: Connect) -> None:
    cursor = connected().cursor(AsyncS3FSCursor)
    _, future = cursor.execute(SONGS)
    assert future.result().fetchall() == [(1, "Hey Jude", 431.5), (2, "Yesterday", None)]
    cursor.close()


def test_frames_reuse_a_result_too(connected: Connect) -> None:
    cursor = connected().cursor(PandasCursor, result_reuse_enable=True, result_reuse_minutes=5)
    sql = f"select max(a) as a from many -- {datetime.now(UTC)}"
    assert not cursor.execute(sql).reused_previous_result
    assert cursor.execute(sql).reused_previous_result
    assert cursor.as_pandas()["a"].tolist() == [MANY - 1]


def test_pandas_writes_a_table(connected: Connect, athena: dict[str, str]) -> None:
    connection = connected()
    frame = pd.DataFrame({"n": [1, 2], "name": ["a", "b"]})
    location = f"{athena['AWS_ATHENA_S3_STAGING_DIR']}{uuid4()}/"
    to_sql(frame, "written", connection, location, schema=connection.schema_name, if_exists="replace")
    cursor = connection.cursor()
    assert sorted(cursor.execute("select n, name from written").fetchall()) == [(1, "a"), (2, "b")]
    cursor.execute("drop table written")
