"""Hive's `create external table`: what Glue gets, to the letter; and the empty Iceberg tables Trino makes."""

from collections.abc import Callable
from typing import Any

import pytest

from orchestration.local.athena.translate import InvalidRequest, Plan, Refused
from orchestration.local.athena.translate.steps import CreateTable

Planner = Callable[..., Plan]
Sent = Callable[..., list[str]]
IO = "org.apache.hadoop.hive.ql.io"
TEXT = ("org.apache.hadoop.mapred.TextInputFormat", f"{IO}.HiveIgnoreKeyTextOutputFormat")
LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"


def table_input(planned: Planner, sql: str) -> dict[str, Any]:
    (step,) = planned(sql).steps
    assert isinstance(step, CreateTable)
    return dict(step.table_input)


def test_every_clause_reaches_glue(planned: Planner) -> None:
    (step,) = planned(
        "create external table if not exists `s`.`T` (`A b` int comment 'it\\'s', c string) comment 'tbl' "
        "partitioned by (dt string comment 'day', n int) clustered by (c) sorted by (c desc) into 8 buckets "
        "row format delimited fields terminated by '\\t' escaped by '\\\\' collection items terminated by ',' "
        "map keys terminated by ':' lines terminated by '\\n' null defined as 'N' stored as textfile "
        "location 's3://b/t/' tblproperties ('skip.header.line.count'='1', 'projection.enabled'='true');"
    ).steps
    assert isinstance(step, CreateTable)
    assert (step.database, step.if_not_exists) == ("s", True)
    assert step.table_input == {
        "Name": "t",
        "Owner": "hadoop",
        "Retention": 0,
        "TableType": "EXTERNAL_TABLE",
        "StorageDescriptor": {
            "Columns": [{"Name": "a b", "Type": "int", "Comment": "it's"}, {"Name": "c", "Type": "string"}],
            "Location": "s3://b/t/",
            "InputFormat": TEXT[0],
            "OutputFormat": TEXT[1],
            "Compressed": False,
            "NumberOfBuckets": 8,
            "SerdeInfo": {
                "SerializationLibrary": LAZY,
                "Parameters": {
                    "serialization.format": "\t",
                    "field.delim": "\t",
                    "escape.delim": "\\",
                    "collection.delim": ",",
                    "mapkey.delim": ":",
                    "line.delim": "\n",
                    "serialization.null.format": "N",
                },
            },
            "BucketColumns": ["c"],
            "SortColumns": [{"Column": "c", "SortOrder": 0}],
            "Parameters": {},
            "StoredAsSubDirectories": False,
        },
        "PartitionKeys": [{"Name": "dt", "Type": "string", "Comment": "day"}, {"Name": "n", "Type": "int"}],
        "Parameters": {
            "EXTERNAL": "TRUE",
            "comment": "tbl",
            "skip.header.line.count": "1",
            "projection.enabled": "true",
        },
    }


@pytest.mark.parametrize(
    ("clauses", "serde", "formats"),
    [
        ("", LAZY, TEXT),
        ("stored as textfile", LAZY, TEXT),
        (
            "STORED AS PARQUET",
            f"{IO}.parquet.serde.ParquetHiveSerDe",
            (f"{IO}.parquet.MapredParquetInputFormat", f"{IO}.parquet.MapredParquetOutputFormat"),
        ),
        ("stored as orc", f"{IO}.orc.OrcSerde", (f"{IO}.orc.OrcInputFormat", f"{IO}.orc.OrcOutputFormat")),
        (
            "stored as avro",
            "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
            (f"{IO}.avro.AvroContainerInputFormat", f"{IO}.avro.AvroContainerOutputFormat"),
        ),
        ("row format serde 'org.openx.data.jsonserde.JsonSerDe'", "org.openx.data.jsonserde.JsonSerDe", TEXT),
        (
            "row format serde 'org.apache.hive.hcatalog.data.JsonSerDe' with serdeproperties ('paths'='a')",
            "org.apache.hive.hcatalog.data.JsonSerDe",
            TEXT,
        ),
        (
            "row format serde 'org.apache.hadoop.hive.serde2.OpenCSVSerde' stored as textfile",
            "org.apache.hadoop.hive.serde2.OpenCSVSerde",
            TEXT,
        ),
        (
            "row format serde 'org.apache.hadoop.hive.serde2.RegexSerDe' with serdeproperties ('input.regex'='(.*)')",
            "org.apache.hadoop.hive.serde2.RegexSerDe",
            TEXT,
        ),
        (
            f"row format serde '{IO}.orc.OrcSerde' stored as inputformat 'in' outputformat 'out'",
            f"{IO}.orc.OrcSerde",
            ("in", "out"),
        ),
    ],
)
def test_formats_and_serdes(planned: Planner, clauses: str, serde: str, formats: tuple[str, str]) -> None:
    storage = table_input(planned, f"create external table t (a string) {clauses} location 's3://b/t/'")[
        "StorageDescriptor"
    ]
    assert storage["SerdeInfo"]["SerializationLibrary"] == serde
    assert (storage["InputFormat"], storage["OutputFormat"]) == formats


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("BOOLEAN", "boolean"),
        ("tinyint", "tinyint"),
        ("smallint", "smallint"),
        ("INT", "int"),
        ("integer", "int"),
        ("bigint", "bigint"),
        ("float", "float"),
        ("double", "double"),
        ("decimal", "decimal(10,0)"),
        ("decimal(15)", "decimal(15,0)"),
        ("DECIMAL( 11, 5 )", "decimal(11,5)"),
        ("char(10)", "char(10)"),
        ("varchar(10)", "varchar(10)"),
        ("string", "string"),
        ("binary", "binary"),
        ("date", "date"),
        ("timestamp", "timestamp"),
        ("ARRAY<int>", "array<int>"),
        ("map<string, array<int>>", "map<string,array<int>>"),
        ("STRUCT<a: int, `B`: struct<c:decimal(3,1) comment 'x'>>", "struct<a:int,b:struct<c:decimal(3,1)>>"),
    ],
)
def test_types_are_kept_as_glue_spells_them(planned: Planner, written: str, kept: str) -> None:
    made = table_input(planned, f"create external table t (a {written}) location 's3://b/t/'")
    assert made["StorageDescriptor"]["Columns"] == [{"Name": "a", "Type": kept}]


@pytest.mark.parametrize(
    "written", ["varchar", "json", "uniontype<int>", "array<int", "row(a int)", "map<int>", "time"]
)
def test_types_hive_does_not_have_do_not_parse(planned: Planner, written: str) -> None:
    with pytest.raises(InvalidRequest, match="mismatched input"):
        planned(f"create external table t (a {written}) location 's3://b/t/'")


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("create external table t (a int)", "An external table needs a LOCATION"),
        ("create external table t (a int) location '/tmp'", "Invalid location /tmp"),
        ("create external table t location 's3://b/t/'", "Either list of columns or a custom serializer"),
        ("create external table t (a int, A int) location 's3://b/t/'", "Duplicate column name: a"),
        (
            "create external table t (a int) partitioned by (a int) location 's3://b/t/'",
            "Column repeated in partitioning columns",
        ),
        (
            (
                "create external table t (a string, b int) row format serde "
                "'org.apache.hadoop.hive.serde2.OpenCSVSerde' location 's3://b/t/'"
            ),
            "Column 'b' has type int",
        ),
        ("create external table t (a int) stored as ion location 's3://b/t/'", "Unrecognized file format"),
        (
            "create external table t (a int) row format serde 'com.amazonaws.glue.serde.GrokSerDe' location 's3://b/t/'",
            "Cannot validate serde: com.amazonaws.glue.serde.GrokSerDe",
        ),
        ("create external table t (a int) partitioned by (a) location 's3://b/t/'", "need a type"),
        ("create table t (a int) location 's3://b/t/'", "use CREATE EXTERNAL TABLE"),
        (
            "create external table t (a int) location 's3://b/t/' tblproperties ('table_type'='ICEBERG')",
            "External keyword not supported for table type ICEBERG",
        ),
        (
            "create table t (a int) location 's3://b/t/' tblproperties ('table_type'='DELTA')",
            "Unsupported table type: DELTA",
        ),
    ],
)
def test_tables_that_can_not_be(planned: Planner, sql: str, message: str) -> None:
    with pytest.raises(Refused) as refused:
        planned(sql)
    assert message in str(refused.value)


def test_an_iceberg_table_is_trinos(sent: Sent) -> None:
    assert sent(
        "CREATE TABLE IF NOT EXISTS `s`.`T` (id bigint COMMENT 'key', ts timestamp, "
        "`st` struct<a:int,b:array<string>>, m map<string,float>, d decimal(3,2), b binary) COMMENT 'it\\'s' "
        "PARTITIONED BY (day(ts), bucket(16, id), "
        "truncate(4, `st`), id) LOCATION 's3://b/t/' "
        "TBLPROPERTIES ('table_type' ='ICEBERG', 'format'='orc', 'vacuum_max_snapshot_age_seconds'='60')"
    ) == [
        (
            'create table if not exists "iceberg"."s"."t" ("id" bigint comment \'key\', "ts" timestamp(6), '
            '"st" row("a" integer, "b" array(varchar)), "m" map(varchar, real), "d" decimal(3,2), "b" varbinary) '
            "comment 'it''s' with (location = 's3://b/t', format = 'ORC', "
            "extra_properties = MAP(ARRAY['vacuum_max_snapshot_age_seconds'], ARRAY['60']), "
            "partitioning = ARRAY['day(ts)', 'bucket(id, 16)', 'truncate(st, 4)', 'id'])"
        )
    ]


@pytest.mark.parametrize(
    ("clauses", "message"),
    [
        (
            "location 's3://b/t' tblproperties ('table_type'='iceberg', 'nope'='1')",
            "Unsupported table property key: nope",
        ),
        ("tblproperties ('table_type'='iceberg')", "Table location can not be null"),
        ("location 'x' tblproperties ('table_type'='iceberg')", "is not an address in Amazon S3"),
        ("stored as parquet location 's3://b/t' tblproperties ('table_type'='iceberg')", "STORED AS is not supported"),
        (
            "partitioned by (b int) location 's3://b/t' tblproperties ('table_type'='iceberg')",
            "a type in PARTITIONED BY is not supported",
        ),
        (
            "partitioned by (week(a)) location 's3://b/t' tblproperties ('table_type'='iceberg')",
            "Unsupported partition transform: week",
        ),
        (
            "clustered by (a) into 2 buckets location 's3://b/t' tblproperties ('table_type'='iceberg')",
            "CLUSTERED BY is not supported",
        ),
    ],
)
def test_iceberg_tables_that_can_not_be(planned: Planner, clauses: str, message: str) -> None:
    with pytest.raises(Refused) as refused:
        planned(f"create table t (a int) {clauses}")
    assert message in str(refused.value)
