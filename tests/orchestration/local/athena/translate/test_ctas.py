"""`create table .. as select`: each property honoured in Trino's words, or refused."""

from collections.abc import Callable

import pytest

from orchestration.local.athena.translate import Plan, Refused, StatementType, TrinoStep
from orchestration.local.athena.translate.steps import WriteManifest

Planner = Callable[..., Plan]
Sent = Callable[..., list[str]]
DEFAULT = "WITH (external_location = 's3://out/tables/id/', format = 'PARQUET')"


def step_of(made: Plan) -> TrinoStep:
    step = made.steps[0]
    assert isinstance(step, TrinoStep)
    return step


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("create table t as select 1", f'create table "awsdatacatalog"."d"."t" {DEFAULT} as select 1'),
        (
            "create table if not exists s.t as (select 1);",
            f'create table if not exists "awsdatacatalog"."s"."t" {DEFAULT} as (select 1)',
        ),
        (
            'CREATE TABLE "AwsDataCatalog"."s"."t" AS WITH a AS (SELECT 1) SELECT * FROM a WITH NO DATA',
            f'CREATE TABLE "awsdatacatalog"."s"."t" {DEFAULT} AS WITH a AS (SELECT 1) SELECT * FROM a WITH NO DATA',
        ),
        (
            "create table t (x, y) comment 'c' as values (1, 2)",
            f'create table "awsdatacatalog"."d"."t" (x, y) comment \'c\' {DEFAULT} as values (1, 2)',
        ),
        ("create table t as table h", f'create table "awsdatacatalog"."d"."t" {DEFAULT} as table h'),
        ("create table t as select 1.5 as x", f'create table "awsdatacatalog"."d"."t" {DEFAULT} as select 1.5E0 as x'),
    ],
)
def test_the_query_stays_and_the_location_is_below_the_output_location(sent: Sent, sql: str, expected: str) -> None:
    assert sent(sql) == [expected]


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("external_location='s3://b/x'", "external_location = 's3://b/x/', format = 'PARQUET'"),
        ("external_location='s3://b/x/', is_external=true", "external_location = 's3://b/x/', format = 'PARQUET'"),
        ("table_type='hive'", "external_location = 's3://out/tables/id/', format = 'PARQUET'"),
        ("format='orc'", "external_location = 's3://out/tables/id/', format = 'ORC'"),
        ("format='Avro'", "external_location = 's3://out/tables/id/', format = 'AVRO'"),
        ("FORMAT='JSON'", "external_location = 's3://out/tables/id/', format = 'JSON'"),
        (
            "format='TEXTFILE', field_delimiter=','",
            "external_location = 's3://out/tables/id/', format = 'TEXTFILE', textfile_field_separator = ','",
        ),
        (
            "partitioned_by=ARRAY['a','b']",
            "external_location = 's3://out/tables/id/', format = 'PARQUET', partitioned_by = ARRAY['a', 'b']",
        ),
        (
            "bucketed_by=array['a'], bucket_count=4",
            "external_location = 's3://out/tables/id/', format = 'PARQUET', bucketed_by = ARRAY['a'], bucket_count = 4",
        ),
    ],
)
def test_properties_of_hive_tables(sent: Sent, given: str, written: str) -> None:
    assert sent(f"create table t with ({given}) as select 1") == [
        f'create table "awsdatacatalog"."d"."t" WITH ({written}) as select 1'
    ]


@pytest.mark.parametrize(
    ("given", "codec"),
    [
        ("format='PARQUET'", "GZIP"),
        ("write_compression='SNAPPY'", "SNAPPY"),
        ("parquet_compression='zstd'", "ZSTD"),
        ("format='ORC', orc_compression='ZLIB'", "GZIP"),
        ("format='ORC', write_compression='LZ4'", "LZ4"),
        ("format='AVRO', write_compression='deflate'", "GZIP"),
        ("format='TEXTFILE', write_compression='NONE'", "NONE"),
    ],
)
def test_compression_is_a_matter_of_the_session(planned: Planner, given: str, codec: str) -> None:
    step = step_of(planned(f"create table t with ({given}) as select 1"))
    assert step.session == {"awsdatacatalog.compression_codec": codec}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("nope=1", "Catalog 'awsdatacatalog' table property 'nope' does not exist"),
        ("csv_separator=','", "table property 'csv_separator' does not exist"),
        ("location='s3://b/x'", "table property 'location' does not exist"),
        ("partitioning=ARRAY['a']", "table property 'partitioning' does not exist"),
        ("vacuum_min_snapshots_to_keep=1", "table property 'vacuum_min_snapshots_to_keep' does not exist"),
        ("table_type='delta'", "'table_type': [delta], expected HIVE or ICEBERG"),
        ("is_external=false", "'is_external': [False], expected true for a Hive table"),
        ("format='CSV'", "'format': [CSV], expected PARQUET, ORC, AVRO, JSON, TEXTFILE"),
        ("format='ION'", "'format': [ION], expected PARQUET"),
        ("external_location='/tmp/x'", "'external_location': [/tmp/x], expected an address that starts with s3://"),
        ("field_delimiter=','", "'field_delimiter': [,], expected none: only TEXTFILE has a delimiter"),
        ("format='TEXTFILE', field_delimiter='||'", "'field_delimiter': [||], expected a single character"),
        ("write_compression='brotli'", "'write_compression': [brotli], expected for PARQUET one of NONE, SNAPPY"),
        ("orc_compression='ZLIB'", "'orc_compression': [ZLIB], expected none: the format is PARQUET"),
        (
            "write_compression='GZIP', parquet_compression='GZIP'",
            "Only one of write_compression and parquet_compression",
        ),
        ("partitioned_by='a'", "'partitioned_by': [a], expected ARRAY['..', ..]"),
        ("bucketed_by=ARRAY['a'], bucket_count='4'", "'bucket_count': [4], expected a whole number"),
        ("table_type='ICEBERG', external_location='s3://b/x'", "table property 'external_location' does not exist"),
        ("table_type='ICEBERG', partitioned_by=ARRAY['a']", "table property 'partitioned_by' does not exist"),
        ("table_type='ICEBERG', bucket_count=1", "table property 'bucket_count' does not exist"),
        ("table_type='ICEBERG', is_external=true", "'is_external': [True], expected false for an Iceberg table"),
        ("table_type='ICEBERG', format='TEXTFILE'", "'format': [TEXTFILE]"),
        ("table_type='ICEBERG', write_compression='lzo'", "'write_compression': [lzo]"),
        ("table_type='ICEBERG', vacuum_max_snapshot_age_seconds='x'", "'vacuum_max_snapshot_age_seconds': [x]"),
        ("table_type='ICEBERG', format_version=1", "table property 'format_version' does not exist"),
    ],
)
def test_what_would_change_the_result_and_can_not_be_honoured_is_refused(
    planned: Planner, given: str, message: str
) -> None:
    with pytest.raises(Refused) as refused:
        planned(f"create table t with ({given}) as select 1")
    assert refused.value.code == "INVALID_TABLE_PROPERTY"
    assert message in refused.value.message


def test_the_same_property_twice_is_refused(planned: Planner) -> None:
    with pytest.raises(Refused, match="DUPLICATE_PROPERTY: Duplicate property: format"):
        planned("create table t with (format='ORC', format='AVRO') as select 1")


def test_a_work_group_that_enforces_a_location_takes_no_other(planned: Planner) -> None:
    with pytest.raises(Refused, match="Athena Workgroup that enforces a centralized output location"):
        planned("create table t with (external_location='s3://b/x/') as select 1", enforced_location="s3://out/")
    made = planned("create table t as select 1", enforced_location="s3://out/")
    assert made.table_location == "s3://out/tables/id/"


def test_iceberg_tables_are_made_in_their_own_catalogue(planned: Planner) -> None:
    made = planned(
        "create table d.t with (table_type='iceberg', is_external=false, location='s3://b/x', format='parquet', "
        "partitioning=ARRAY['day(ts)', 'bucket(id, 16)'], write_compression='snappy', vacuum_min_snapshots_to_keep=3, "
        "optimize_rewrite_data_file_threshold=7) as select 1"
    )
    step = step_of(made)
    assert step.sql == (
        'create table "iceberg"."d"."t" WITH (location = \'s3://b/x/\', format = \'PARQUET\', '
        "extra_properties = MAP(ARRAY['write_compression', 'optimize_rewrite_data_file_threshold', "
        "'vacuum_min_snapshots_to_keep'], ARRAY['snappy', '7', '3']), "
        "partitioning = ARRAY['day(ts)', 'bucket(id, 16)']) as select 1"
    )
    assert step.session["iceberg.compression_codec"] == "SNAPPY"


@pytest.mark.parametrize(
    "given",
    [
        "partitioned_by=ARRAY['a']",
        "bucketed_by=ARRAY['a'], bucket_count=2",
        "table_type='ICEBERG', partitioning=ARRAY['a']",
    ],
)
def test_one_writer_counts_the_partitions(planned: Planner, given: str) -> None:
    session = step_of(planned(f"create table t with ({given}) as select 1 as a")).session
    assert {"task_max_writer_count": "1", "task_min_writer_count": "1"}.items() <= session.items()


@pytest.mark.parametrize(
    ("given", "codec"),
    [
        ("format='parquet'", "ZSTD"),
        ("format='orc'", "GZIP"),
        ("write_compression='gzip'", "GZIP"),
        ("write_compression='lz4'", "LZ4"),
        ("write_compression='none'", "NONE"),
        ("write_compression='UNCOMPRESSED'", "NONE"),
    ],
)
def test_compression_of_iceberg_tables(planned: Planner, given: str, codec: str) -> None:
    step = step_of(planned(f"create table t with (table_type='ICEBERG', location='s3://b/x', {given}) as select 1"))
    assert step.session == {"iceberg.compression_codec": codec}


def test_the_files_are_listed_in_a_manifest(planned: Planner) -> None:
    made = planned("create table t with (external_location='s3://b/x') as select 1")
    assert (made.statement_type, made.substatement_type) == (StatementType.DDL, "CREATE_TABLE_AS_SELECT")
    assert made.steps[1] == WriteManifest("s3://b/x/", "s3://out/tables/id-manifest.csv")
    assert (made.manifest, made.table_location) == ("s3://out/tables/id-manifest.csv", "s3://b/x/")
    iceberg = planned("create table t with (table_type='ICEBERG', location='s3://b/x') as select 1")
    assert iceberg.steps[1] == WriteManifest("s3://b/x/data/", "s3://out/tables/id-manifest.csv")


def test_places_in_the_query_are_those_of_the_users_text(planned: Planner) -> None:
    sql = "create table t with (format='ORC')\nas select 1.5 as a, nope"
    step = step_of(planned(sql))
    column = step.sql.splitlines()[1].index("nope") + 1
    assert step.in_users_words(f"line 2:{column}: Column 'nope'") == "line 2:21: Column 'nope'"


def test_parameters_go_into_the_query(sent: Sent) -> None:
    assert sent("create table t as select ? as x", "'a'")[0].endswith("as select 'a' as x")
