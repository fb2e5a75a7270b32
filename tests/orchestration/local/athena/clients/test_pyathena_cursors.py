"""PyAthena's cursors that need no data frames: default, dict, async, S3 file system.

What is expected of `complex` is what PyAthena's authors note of the real service.
"""

import asyncio
import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from pyathena import aio_connect
from pyathena.async_cursor import AsyncCursor
from pyathena.cursor import DictCursor
from pyathena.error import DatabaseError, OperationalError, ProgrammingError
from pyathena.filesystem.s3 import S3FileSystem
from pyathena.model import AthenaQueryExecution
from pyathena.s3fs.cursor import S3FSCursor

from tests.orchestration.local.athena.clients.conftest import MANY, Connect

pytestmark = pytest.mark.slow

OF_EVERY_TYPE = """
    select col_boolean, col_tinyint, col_smallint, col_int, col_bigint, col_float, col_double, col_string,
        col_varchar, col_timestamp, cast(col_timestamp as time) as col_time, col_date, col_binary, col_array,
        cast(col_array as json) as col_array_json, col_map, cast(col_map as json) as col_map_json, col_struct,
        col_decimal
    from complex
"""


def test_rows_are_fetched_one_by_one(connected: Connect) -> None:
    cursor = connected().cursor()
    cursor.execute("select song_id, title, seconds from songs order by song_id")
    assert (cursor.rowcount, cursor.rownumber) == (-1, 0)
    assert cursor.fetchone() == (1, "Hey Jude", 431.5)
    assert cursor.fetchone() == (2, "Yesterday", None)
    assert cursor.fetchone() is None
    assert cursor.rownumber == 2


def test_execution_is_described(connected: Connect, database: str, athena: dict[str, str]) -> None:
    cursor = connected().cursor()
    cursor.execute("select * from songs")
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", cursor.query_id)
    assert cursor.output_location == f"{athena['AWS_ATHENA_S3_STAGING_DIR']}{cursor.query_id}.csv"
    assert (cursor.database, cursor.catalog, cursor.work_group) == (database, "awsdatacatalog", "primary")
    assert (cursor.statement_type, cursor.substatement_type) == ("DML", "SELECT")
    assert (cursor.state, cursor.state_change_reason) == (AthenaQueryExecution.STATE_SUCCEEDED, None)
    assert cursor.submission_date_time <= cursor.completion_date_time
    assert cursor.data_scanned_in_bytes > 0
    assert 0 < cursor.engine_execution_time_in_millis <= cursor.total_execution_time_in_millis
    assert cursor.effective_engine_version == "Athena engine version 3"
    assert cursor.data_manifest_location is None


def test_pages_follow_one_another(connected: Connect) -> None:
    cursor = connected().cursor()
    cursor.execute("select a from many order by a")
    assert cursor.fetchmany(10) == [(number,) for number in range(10)]
    assert cursor.fetchall() == [(number,) for number in range(10, MANY)]


def test_values_and_descriptions_of_every_type(connected: Connect) -> None:
    cursor = connected().cursor()
    cursor.execute(OF_EVERY_TYPE)
    assert [(name, *rest) for name, _, _, _, *rest in cursor.description] == [
        ("col_boolean", 0, 0, "UNKNOWN"),
        ("col_tinyint", 3, 0, "UNKNOWN"),
        ("col_smallint", 5, 0, "UNKNOWN"),
        ("col_int", 10, 0, "UNKNOWN"),
        ("col_bigint", 19, 0, "UNKNOWN"),
        ("col_float", 17, 0, "UNKNOWN"),
        ("col_double", 17, 0, "UNKNOWN"),
        ("col_string", 2147483647, 0, "UNKNOWN"),
        ("col_varchar", 10, 0, "UNKNOWN"),
        ("col_timestamp", 3, 0, "UNKNOWN"),
        ("col_time", 3, 0, "UNKNOWN"),
        ("col_date", 0, 0, "UNKNOWN"),
        ("col_binary", 1073741824, 0, "UNKNOWN"),
        ("col_array", 0, 0, "UNKNOWN"),
        ("col_array_json", 0, 0, "UNKNOWN"),
        ("col_map", 0, 0, "UNKNOWN"),
        ("col_map_json", 0, 0, "UNKNOWN"),
        ("col_struct", 0, 0, "UNKNOWN"),
        ("col_decimal", 10, 1, "UNKNOWN"),
    ]
    kinds = "boolean tinyint smallint integer bigint float double varchar varchar timestamp time date varbinary"
    assert [kind for _, kind, *_ in cursor.description] == [
        *kinds.split(),
        *["array", "json", "map", "json", "row", "decimal"],
    ]
    row = cursor.fetchone()
    assert row[:9] == (True, 127, 32767, 2147483647, 9223372036854775807, 0.5, 0.25, "a string", "varchar")
    assert row[9:13] == (datetime(2017, 1, 1), time(0, 0, 0), date(2017, 1, 2), b"123")
    assert row[14] == [1, 2]
    assert row[16] == {"1": 2, "3": 4}
    assert row[18] == Decimal("0.1")
    assert [len(row[13]), len(row[15]), set(row[17])] == [2, 2, {"a", "b"}]


def test_rows_as_dictionaries(connected: Connect) -> None:
    cursor = connected(cursor_class=DictCursor).cursor()
    cursor.execute("select title, seconds from songs order by song_id")
    assert cursor.fetchall() == [{"title": "Hey Jude", "seconds": 431.5}, {"title": "Yesterday", "seconds": None}]


def test_query_without_a_table_or_rows(connected: Connect) -> None:
    cursor = connected().cursor()
    cursor.execute("select title from songs where song_id = 3")
    assert cursor.description == [("title", "varchar", None, None, 2147483647, 0, "UNKNOWN")]
    assert cursor.fetchall() == []


@pytest.mark.parametrize(
    ("sql", "parameters", "style", "expected"),
    [
        ("select a from many where a < %(top)d order by a", {"top": 2}, "pyformat", [(0,), (1,)]),
        ("select title from songs where title = %(title)s", {"title": "Hey Jude"}, "pyformat", [("Hey Jude",)]),
        ("select a from many where a < ? order by a", ["2"], "qmark", [(0,), (1,)]),
        ("select title from songs where title = ?", ["'Hey Jude'"], "qmark", [("Hey Jude",)]),
        ("select %(nothing)s", {"nothing": None}, "pyformat", [(None,)]),
        ("select %(text)s", {"text": "It's 100%;\n\t\\ \"`王兢"}, "pyformat", [("It's 100%;\n\t\\ \"`王兢",)]),
        ("select %(exact)s", {"exact": Decimal("0.00000000001")}, "pyformat", [(Decimal("0.00000000001"),)]),
        ("select %(day)s", {"day": date(2026, 11, 23)}, "pyformat", [(date(2026, 11, 23),)]),
        (
            "select %(at)s",
            {"at": datetime(2026, 11, 23, 1, 2, 3, 4000)},
            "pyformat",
            [(datetime(2026, 11, 23, 1, 2, 3, 4000),)],
        ),
        ("select a from many where a in %(some)s order by a", {"some": [1, 5]}, "pyformat", [(1,), (5,)]),
    ],
    ids=["number", "text", "qmark_number", "qmark_text", "null", "hard_text", "decimal", "date", "timestamp", "list"],
)
def test_parameters(connected: Connect, sql: str, parameters: Any, style: Any, expected: list[tuple[Any, ...]]) -> None:
    cursor = connected().cursor()
    cursor.execute(sql, parameters, paramstyle=style)
    assert cursor.fetchall() == expected


def test_percent_signs_stand_for_themselves(connected: Connect) -> None:
    cursor = connected().cursor()
    cursor.execute("select title, '%' from songs where title like '%Jud%'")
    assert cursor.fetchall() == [("Hey Jude", "%")]


def test_executemany_inserts(connected: Connect, database: str) -> None:
    cursor = connected().cursor()
    cursor.execute("create table pairs with (format = 'PARQUET') as select 0 as a, 'none' as b")
    cursor.executemany("insert into pairs (a, b) values (%(a)d, %(b)s)", [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}])
    cursor.execute("select * from pairs order by a")
    assert cursor.fetchall() == [(0, "none"), (1, "x"), (2, "y")]
    cursor.execute("drop table pairs")


def test_written_rows_are_counted(connected: Connect, athena: dict[str, str]) -> None:
    cursor = connected().cursor()
    where = f"{athena['AWS_ATHENA_S3_STAGING_DIR']}tables/counted"
    cursor.execute(
        f"create table counted with (table_type = 'ICEBERG', is_external = false, location = '{where}')"
        " as select a from many where a < 4"
    )
    assert cursor.rowcount == 4
    cursor.execute("insert into counted select a + 10 from many where a < 3")
    assert cursor.rowcount == 3
    cursor.execute("update counted set a = -1 where a >= 10")
    assert cursor.rowcount == 3
    cursor.execute("delete from counted where a = -1")
    assert cursor.rowcount == 3
    cursor.execute("drop table counted")


def test_errors_are_athenas(connected: Connect) -> None:
    cursor = connected().cursor()
    with pytest.raises(OperationalError, match=r"TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog\..*\.no' does not"):
        cursor.execute("select * from no")
    with pytest.raises(OperationalError, match=r"COLUMN_NOT_FOUND: line 1:8: Column 'nobody' cannot be resolved"):
        cursor.execute("select nobody from songs")
    with pytest.raises(DatabaseError, match="mismatched input 'blah'"):
        cursor.execute("blah")
    assert cursor.description is None
    with pytest.raises(ProgrammingError):
        cursor.fetchall()


def test_show_and_describe(connected: Connect, database: str) -> None:
    cursor = connected().cursor()
    cursor.execute("show tables")
    assert {("songs",), ("many",), ("complex",), ("titles",)} <= set(cursor.fetchall())
    cursor.execute("describe songs")
    found = [tuple(part.strip() for part in line.split("\t")) for (line,) in cursor.fetchall()]
    assert found == [("song_id", "int", "its number"), ("title", "string", ""), ("seconds", "double", "")]
    cursor.execute("show create table songs")
    assert cursor.fetchone() == (f"CREATE EXTERNAL TABLE `{database}.songs`(",)
    cursor.execute("explain select 1")
    assert cursor.fetchall()


def test_same_query_again_is_taken_from_the_list(connected: Connect) -> None:
    cursor = connected().cursor()
    sql = f"select * from songs -- {datetime.now(UTC)}"
    first = cursor.execute(sql).query_id
    assert cursor.execute(sql).query_id != first
    second = cursor.query_id
    assert cursor.execute(sql, cache_size=100).query_id == second
    assert cursor.execute(sql, cache_expiration_time=3600).query_id == second
    assert sorted(cursor.fetchall()) == [(1, "Hey Jude", 431.5), (2, "Yesterday", None)]


def test_result_is_reused_when_asked(connected: Connect) -> None:
    cursor = connected(result_reuse_enable=True, result_reuse_minutes=5).cursor()
    sql = f"select count(*) from many where a >= 0 -- {datetime.now(UTC)}"
    first = cursor.execute(sql)
    assert (first.reused_previous_result, first.result_reuse_enabled, first.result_reuse_minutes) == (False, True, 5)
    again = cursor.execute(sql)
    assert again.reused_previous_result
    assert again.fetchall() == [(MANY,)]


def test_futures_of_an_async_cursor(connected: Connect) -> None:
    cursor = connected().cursor(AsyncCursor)
    started = [cursor.execute(f"select {number} as n") for number in range(4)]
    assert [future.result().fetchall() for _, future in started] == [[(0,)], [(1,)], [(2,)], [(3,)]]
    query_id, future = cursor.execute("select * from no")
    assert future.result().state == "FAILED"
    assert cursor.query_execution(query_id).result().query == "select * from no"
    cursor.close()


def test_async_cursor_cancels(connected: Connect) -> None:
    cursor = connected().cursor(AsyncCursor)
    query_id, future = cursor.execute(
        "select sum(rand()) from many m1 cross join many m2 cross join many m3 cross join many m4"
    )
    cursor.cancel(query_id).result()
    assert future.result().state == "CANCELLED"
    cursor.close()


def test_cursor_reads_the_file_in_s3(connected: Connect) -> None:
    cursor = connected().cursor(S3FSCursor)
    cursor.execute("select title, seconds, '' as empty, cast(null as varchar) as nothing from songs order by song_id")
    assert cursor.fetchall() == [("Hey Jude", 431.5, "", None), ("Yesterday", None, "", None)]
    assert cursor.execute("select a from many order by a").fetchall() == [(number,) for number in range(MANY)]
    cursor.execute("show databases")
    assert ("default",) in cursor.fetchall()


def test_s3_file_system_reads_and_lists(connected: Connect, athena: dict[str, str]) -> None:
    connection = connected()
    cursor = connection.cursor()
    cursor.execute("select 'it' as what")
    files = S3FileSystem(connection=connection)
    folder = athena["AWS_ATHENA_S3_STAGING_DIR"]
    assert files.cat(cursor.output_location) == b'"what"\n"it"\n'
    assert f"{folder.removeprefix('s3://')}{cursor.query_id}.csv" in files.ls(folder, detail=False, refresh=True)


def test_cursor_of_asyncio(database: str, athena: dict[str, str]) -> None:
    async def asked() -> list[tuple[Any, ...]]:
        connection = await aio_connect(
            s3_staging_dir=athena["AWS_ATHENA_S3_STAGING_DIR"], schema_name=database, poll_interval=0.05
        )
        async with connection, connection.cursor() as cursor:
            await cursor.execute("select title from songs order by song_id")
            found: list[tuple[Any, ...]] = await cursor.fetchall()
            return found

    assert asyncio.run(asked()) == [("Hey Jude",), ("Yesterday",)]
