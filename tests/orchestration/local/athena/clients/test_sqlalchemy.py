"""PyAthena's dialect of SQLAlchemy: queries, reflection, tables made and filled."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import quote_plus
from uuid import uuid4

import pytest
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    create_engine,
    func,
    insert,
    inspect,
    literal,
    select,
    text,
    types,
)
from sqlalchemy.exc import NoSuchTableError

from tests.orchestration.local.athena.clients.conftest import BUCKET, MANY

pytestmark = pytest.mark.slow


@pytest.fixture
def engine(athena: dict[str, str], database: str) -> Iterator[Engine]:
    """An engine as its documents say to make one, with a location for new tables."""
    where, tables = quote_plus(athena["AWS_ATHENA_S3_STAGING_DIR"]), quote_plus(f"s3://{BUCKET}/{uuid4()}/")
    host = f"athena.{athena['AWS_REGION']}.amazonaws.com:443"
    options = f"s3_staging_dir={where}&location={tables}&poll_interval=0.05"
    made = create_engine(f"awsathena+rest://:@{host}/{database}?{options}")
    yield made
    made.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """An open connection."""
    with engine.connect() as opened:
        yield opened


def test_text_and_parameters(connection: Connection) -> None:
    assert connection.execute(text("select title from songs order by song_id")).fetchall() == [
        ("Hey Jude",),
        ("Yesterday",),
    ]
    assert connection.execute(text("select :word, date_parse('20191030', '%Y%m%d')"), {"word": "cat"}).one() == (
        "cat",
        datetime(2019, 10, 30),
    )
    assert connection.execute(select(literal("密林", String()))).scalar() == "密林"


def test_schemas_tables_and_views_are_listed(engine: Engine, database: str) -> None:
    inspector = inspect(engine)
    assert {"default", database} <= set(inspector.get_schema_names())
    assert {"songs", "many", "complex"} <= set(inspector.get_table_names(schema=database))
    assert "titles" not in inspector.get_table_names(schema=database)
    assert inspector.get_view_names(schema=database) == ["titles"]
    assert "songs" in (inspector.get_view_definition("titles", schema=database) or "")
    assert inspector.has_table("songs", schema=database)
    assert not inspector.has_table("nothing", schema=database)


def test_table_is_reflected_with_its_storage(connection: Connection, database: str) -> None:
    songs = Table("songs", MetaData(), autoload_with=connection)
    assert [(column.name, str(column.type), column.comment) for column in songs.columns] == [
        ("song_id", "INTEGER", "its number"),
        ("title", "VARCHAR", None),
        ("seconds", "DOUBLE", None),
    ]
    assert songs.comment == "what is sung"
    storage = songs.dialect_options["awsathena"]
    assert storage["location"].rstrip("/") == f"s3://{BUCKET}/{database}/songs"
    assert storage["row_format"] == "SERDE 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe'"
    assert storage["file_format"] == (
        "INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat' "
        "OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'"
    )
    assert storage["serdeproperties"] == {"field.delim": "\t", "line.delim": "\n", "serialization.format": "\t"}


def test_unknown_tables_are_not_reflected(connection: Connection) -> None:
    with pytest.raises(NoSuchTableError):
        Table("nothing", MetaData(), autoload_with=connection)
    with pytest.raises(NoSuchTableError):
        Table("nothing", MetaData(schema="nowhere"), autoload_with=connection)


def test_every_type_is_reflected_and_read(connection: Connection, database: str) -> None:
    table = Table("complex", MetaData(schema=database), autoload_with=connection)
    row = list(connection.execute(table.select()).one())
    assert row[:9] == [True, 127, 32767, 2147483647, 9223372036854775807, 0.5, 0.25, "a string", "varchar"]
    assert row[9:12] == [datetime(2017, 1, 1), date(2017, 1, 2), b"123"]
    assert row[15] == Decimal("0.1")
    assert isinstance(table.c.col_decimal.type, types.DECIMAL)
    assert (table.c.col_decimal.type.precision, table.c.col_decimal.type.scale) == (10, 1)
    assert isinstance(table.c.col_varchar.type, types.VARCHAR)
    assert table.c.col_varchar.type.length == 10
    assert isinstance(table.c.col_timestamp.type, types.TIMESTAMP)


def test_offset_limit_and_functions(connection: Connection, database: str) -> None:
    many = Table("many", MetaData(schema=database), autoload_with=connection)
    page = many.select().order_by(many.c.a).offset(10).limit(5)
    assert connection.execute(page).fetchall() == [(number,) for number in range(10, 15)]
    assert connection.execute(select(func.count(), func.max(many.c.a)).select_from(many)).one() == (MANY, MANY - 1)


def test_table_is_made_filled_and_dropped(engine: Engine, connection: Connection, database: str) -> None:
    table = Table(
        "made",
        MetaData(schema=database),
        Column("n", types.INTEGER, comment="a number"),
        Column("name", types.String(10)),
        Column("day", types.DATE),
        awsathena_file_format="PARQUET",
        awsathena_compression="SNAPPY",
    )
    table.create(bind=connection)
    connection.execute(insert(table).values(n=1, name="one", day=date(2026, 11, 23)))
    assert connection.execute(table.select()).fetchall() == [(1, "one", date(2026, 11, 23))]
    found = inspect(engine).get_table_options("made", schema=database)
    assert found["awsathena_compression"] == "SNAPPY"
    assert found["awsathena_row_format"] == "SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'"
    table.drop(bind=connection)
    assert not inspect(engine).has_table("made", schema=database)


def test_iceberg_table_is_made_filled_and_changed(connection: Connection, database: str) -> None:
    table = Table(
        "changing",
        MetaData(schema=database),
        Column("n", types.INTEGER),
        Column("name", types.String),
        awsathena_tblproperties={"table_type": "ICEBERG"},
    )
    table.create(bind=connection)
    connection.execute(insert(table), [{"n": 1, "name": "one"}, {"n": 2, "name": "two"}])
    connection.execute(table.update().where(table.c.n == 2).values(name="deux"))
    connection.execute(table.delete().where(table.c.n == 1))
    assert connection.execute(table.select()).fetchall() == [(2, "deux")]
    table.drop(bind=connection)
