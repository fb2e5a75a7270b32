"""What dbt-athena, PyAthena, awswrangler and dlt send, in their own words, is planned: by its kind, for its engine."""

from collections.abc import Callable

import pytest

from orchestration.local.athena.translate import Plan, TrinoStep

Planner = Callable[..., Plan]

DBT = [
    ("create schema if not exists `d`", "CREATE_DATABASE", "CreateDatabase"),
    ("\n    drop schema if exists `d` cascade\n  ", "DROP_DATABASE", "DropDatabase"),
    (
        (
            '-- /* {"app": "dbt", "target_name": "athena"} */\n\n  \n'
            '    create table "awsdatacatalog"."d"."t__dbt_tmp"\n'
            "    with (\n      table_type='hive',\n      is_external=true,external_location='s3://lake/d/t/1',\n"
            "      partitioned_by=ARRAY['dt'],\n      bucketed_by=ARRAY['a'],\n      bucket_count=4,\n"
            "      write_compression='snappy',\n      format='parquet'\n    )\n    as\n      select 1 as a, 'x' as dt\n"
        ),
        "CREATE_TABLE_AS_SELECT",
        "awsdatacatalog",
    ),
    (
        (
            'create table "awsdatacatalog"."d"."t"\n    with (\n      table_type=\'iceberg\',\n      is_external=false,'
            "location='s3://lake/t/1',\n      partitioning=ARRAY['day(ts)', 'bucket(a, 5)'],\n      format='parquet'\n"
            "      ,\n      vacuum_max_snapshot_age_seconds=86400,\n"
            "      optimize_rewrite_delete_file_threshold=2\n    )\n"
            "    as\n      select 1 as a"
        ),
        "CREATE_TABLE_AS_SELECT",
        "iceberg",
    ),
    (
        'create or replace view\n    "awsdatacatalog"."d"."v"\n  as\n    select 1 as a\n',
        "CREATE_VIEW",
        "awsdatacatalog",
    ),
    (
        (
            "create external table `d`.`seed__dbt_tmp` (\n`id` string, `name` string)\n    row format serde "
            "'org.apache.hadoop.hive.serde2.OpenCSVSerde'\n    location 's3://lake/seed'\n    tblproperties (\n"
            "      'skip.header.line.count'='1'\n    )\n"
        ),
        "CREATE_TABLE",
        "CreateTable",
    ),
    (
        "create external table `d`.`seed` (id int , name string)\n    location 's3://lake/seed'\n\n  ",
        "CREATE_TABLE",
        "CreateTable",
    ),
    (
        "alter table `d`.`h` set tblproperties ('classification' = 'parquet')",
        "ALTER_TABLE_SET_TBLPROPERTIES",
        "ChangeTable",
    ),
    ("alter table `d`.`i` rename to `d`.`i__bkp`", "ALTER_TABLE_RENAME", "iceberg"),
    (
        "alter table `d`.`h`\n          add columns (`c` string, `e` array<int>)",
        "ALTER_TABLE_ADD_COLUMNS",
        "ChangeTable",
    ),
    ("alter table `d`.`i`\n          add columns (`c` timestamp)", "ALTER_TABLE_ADD_COLUMNS", "iceberg"),
    ("alter table awsdatacatalog.d.i add columns(b__dbt_alter bigint);", "ALTER_TABLE_ADD_COLUMNS", "iceberg"),
    ("update awsdatacatalog.d.i set b = cast(a as varchar);", "UPDATE", "awsdatacatalog"),
    ("alter table awsdatacatalog.d.i drop column b;", "ALTER_TABLE_DROP_COLUMN", "iceberg"),
    ("alter table awsdatacatalog.d.i\n          change column a c int", "ALTER_TABLE_CHANGE_COLUMN", "iceberg"),
    ("alter table `d`.`i` drop column `b`\n    ", "ALTER_TABLE_DROP_COLUMN", "iceberg"),
    ("alter table `d`.`h`\n          replace columns (`a` bigint)", "ALTER_TABLE_REPLACE_COLUMNS", "ChangeTable"),
    (
        (
            'insert into "awsdatacatalog"."d"."h" ("a", "dt")\n              (\n                 select "a", "dt"\n'
            '                 from "awsdatacatalog"."d"."t__dbt_tmp"\n              );'
        ),
        "INSERT",
        "awsdatacatalog",
    ),
    (
        (
            'merge into "awsdatacatalog"."d"."i" as target using "awsdatacatalog"."d"."t" as src\n on (\n'
            ' target.a = src.a\n )\n when matched then update set "b" = src."b"\n when not matched\n'
            ' then insert ("a", "b")\n values (src."a", src."b")'
        ),
        "MERGE",
        "awsdatacatalog",
    ),
    ('select distinct date_trunc(\'day\', dt) from "awsdatacatalog"."d"."t";', "SELECT", "awsdatacatalog"),
    ('select \'"awsdatacatalog"."d"."t" with many partitions created\'', "SELECT", "awsdatacatalog"),
    ("drop table if exists `d`.`i`\n    ", "DROP_TABLE", "iceberg"),
    ('drop view if exists "awsdatacatalog"."d"."v"\n    ', "DROP_VIEW", "awsdatacatalog"),
    ("optimize d.i rewrite data using bin_pack", "OPTIMIZE", "iceberg"),
    ("vacuum d.i", "VACUUM_TABLE", "iceberg"),
]
PYATHENA = [
    (
        (
            "CREATE EXTERNAL TABLE IF NOT EXISTS d.one_row (number_of_rows INT COMMENT 'some comment')\n"
            "COMMENT 'table comment'\nROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' LINES TERMINATED BY '\\n' "
            "STORED AS TEXTFILE\nLOCATION 's3://lake/one_row/'"
        ),
        "CREATE_TABLE",
        "CreateTable",
    ),
    (
        (
            "CREATE EXTERNAL TABLE IF NOT EXISTS `d`.`t` (\n`a` BIGINT,\n`b` STRING\n)\n"
            "PARTITIONED BY (\n`dt` STRING\n)\n"
            "STORED AS PARQUET\nLOCATION 's3://lake/t/'\nTBLPROPERTIES ('parquet.compress'='SNAPPY')\n"
        ),
        "CREATE_TABLE",
        "CreateTable",
    ),
    (
        (
            "\nCREATE TABLE `d`.`t` (\n\ta INT,\n\t`dt` TIMESTAMP\n)\n"
            "PARTITIONED BY (\n\tday(`dt`),\n\tbucket(5, a)\n)\n"
            "LOCATION 's3://lake/t/'\nTBLPROPERTIES (\n\t'table_type' = 'ICEBERG',\n\t'format' = 'parquet'\n)\n"
        ),
        "CREATE_TABLE",
        "iceberg",
    ),
    (
        (
            "\nCREATE EXTERNAL TABLE d.t (\n\ta INT\n)\nROW FORMAT SERDE\n'org.openx.data.jsonserde.JsonSerDe'\n"
            "WITH SERDEPROPERTIES (\n\t'ignore.malformed.json' = 'true'\n)\nSTORED AS INPUTFORMAT "
            "'org.apache.hadoop.mapred.TextInputFormat' OUTPUTFORMAT "
            "'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'\nLOCATION 's3://lake/t/'\n"
        ),
        "CREATE_TABLE",
        "CreateTable",
    ),
    ("\nDROP TABLE `d`.`h`", "DROP_TABLE", "DropTable"),
    ('SHOW CREATE VIEW "d"."v";', "SHOW_CREATE_VIEW", "ShowTable"),
    (
        "\n                ALTER TABLE h ADD PARTITION (dt='x', n=1)\n                LOCATION 's3://lake/p/'\n",
        "ALTER_TABLE_ADD_PARTITION",
        "AddPartitions",
    ),
    ("SHOW PARTITIONS h", "SHOW_PARTITIONS", "ShowPartitions"),
    ("DESCRIBE h", "DESCRIBE_TABLE", "ShowTable"),
    ("SHOW COLUMNS IN h", "SHOW_COLUMNS", "ShowTable"),
    (
        (
            "\nUNLOAD (\n\tSELECT * FROM h\n)\nTO 's3://lake/unload/20260101/id/'\nWITH (\n\tformat = 'PARQUET',\n"
            "\tcompression = 'SNAPPY'\n)\n"
        ),
        "UNLOAD",
        "unload",
    ),
    (
        (
            "            SELECT table_schema, table_name\n            FROM information_schema.tables\n"
            "            WHERE table_schema = 'd'"
        ),
        "SELECT",
        "awsdatacatalog",
    ),
]
AWSWRANGLER = [
    (
        (
            'CREATE TABLE "d"."temp_table_1"\nWITH(\n    external_location = \'s3://lake/temp_table_1\',\n'
            "    partitioned_by = ARRAY['dt'],\n    bucketed_by = ARRAY['a'],\n    bucket_count = 2,\n"
            "    write_compression = 'SNAPPY',\n    format = 'PARQUET')\nAS select * from h\nWITH NO DATA"
        ),
        "CREATE_TABLE_AS_SELECT",
        "awsdatacatalog",
    ),
    ("UNLOAD (select * from h) TO 's3://lake/u' WITH (  format='PARQUET'  , compression='snappy')", "UNLOAD", "unload"),
    ("MSCK REPAIR TABLE `h`;", "MSCK_REPAIR_TABLE", "RepairPartitions"),
    ("DESCRIBE `h`;", "DESCRIBE_TABLE", "ShowTable"),
    ("SHOW CREATE TABLE `h`;", "SHOW_CREATE_TABLE", "ShowTable"),
    (
        (
            "CREATE TABLE IF NOT EXISTS `t` (id bigint, ts timestamp COMMENT 'when')  PARTITIONED BY (day(ts), id) "
            "LOCATION 's3://lake/t' TBLPROPERTIES ('table_type' ='ICEBERG', 'format'='parquet', "
            "'write_target_data_file_size_bytes'='536870912')"
        ),
        "CREATE_TABLE",
        "iceberg",
    ),
    ("ALTER TABLE `i` ADD COLUMNS (`x` double, `y` array<string>)", "ALTER_TABLE_ADD_COLUMNS", "iceberg"),
    ("ALTER TABLE `i` CHANGE COLUMN `a` `a` bigint", "ALTER_TABLE_CHANGE_COLUMN", "iceberg"),
    (
        (
            '\n        INSERT INTO "d"."i" ("a", "b")\n        SELECT "a", "b"\n          FROM "d"."temp_table"\n'
            '          ORDER BY "a"\n        '
        ),
        "INSERT",
        "awsdatacatalog",
    ),
    (
        (
            '\n            MERGE INTO "d"."i" target\n            USING "d"."temp_table" source\n'
            '            ON (target."a" = source."a" OR (target."a" IS NULL AND source."a" IS NULL))\n'
            '            WHEN MATCHED THEN\n                UPDATE SET "b" = source."b"\n'
            "            WHEN NOT MATCHED THEN\n"
            '                INSERT ("a", "b")\n                VALUES (source."a", source."b")\n        '
        ),
        "MERGE",
        "awsdatacatalog",
    ),
    ('\n            DELETE FROM "d"."i" WHERE "a" IN (SELECT "a" FROM "d"."temp_table")\n', "DELETE", "awsdatacatalog"),
    ('SELECT * FROM "h"', "SELECT", "awsdatacatalog"),
]
DLT = [
    ("CREATE DATABASE `d_staging` LOCATION 's3://lake/d_staging/'", "CREATE_DATABASE", "CreateDatabase"),
    ("DROP DATABASE `d` CASCADE", "DROP_DATABASE", "DropDatabase"),
    ("DROP TABLE IF EXISTS `d`.`i`", "DROP_TABLE", "iceberg"),
    (
        (
            "CREATE EXTERNAL TABLE `d`.`t`\n                        (`a` bigint, `_dlt_id` string, `m` decimal(38,9))\n"
            "                        STORED AS PARQUET\n                        LOCATION 's3://lake/d/t'"
        ),
        "CREATE_TABLE",
        "CreateTable",
    ),
    (
        (
            "CREATE TABLE `d`.`_dlt_loads`\n"
            "                        (`load_id` string, `status` bigint, `inserted_at` timestamp)"
            "\n                        PARTITIONED BY (day(`inserted_at`))LOCATION 's3://lake/d/_dlt_loads'\n"
            "                        TBLPROPERTIES ('table_type'='ICEBERG', 'format'='parquet')"
        ),
        "CREATE_TABLE",
        "iceberg",
    ),
    ("ALTER TABLE `d`.`h` ADD COLUMNS (`c` double)", "ALTER_TABLE_ADD_COLUMNS", "ChangeTable"),
    ('INSERT INTO "d"."i"(a, b) VALUES(1, \'x\')', "INSERT", "awsdatacatalog"),
    ('DELETE FROM "d"."i" WHERE 1=1', "DELETE", "awsdatacatalog"),
    ('CREATE TABLE "d"."insert_t" AS SELECT "a" FROM "d"."h"', "CREATE_TABLE_AS_SELECT", "awsdatacatalog"),
    (
        "SELECT table_name, column_name FROM INFORMATION_SCHEMA.COLUMNS WHERE table_schema = 'd' ORDER BY 1",
        "SELECT",
        "awsdatacatalog",
    ),
]


@pytest.mark.parametrize(
    ("sql", "kind", "engine"),
    [
        pytest.param(*one, id=f"{client}-{number}-{one[1].lower()}")
        for client, found in (("dbt", DBT), ("pyathena", PYATHENA), ("awswrangler", AWSWRANGLER), ("dlt", DLT))
        for number, one in enumerate(found)
    ],
)
def test_statements_of_clients(planned: Planner, sql: str, kind: str, engine: str) -> None:
    made = planned(sql)
    assert made.substatement_type == kind
    step = made.steps[0]
    if isinstance(step, TrinoStep):
        assert engine == next(name for name in ("iceberg", "unload", "awsdatacatalog") if _names(step, name))
    else:
        assert type(step).__name__ == engine


def _names(step: TrinoStep, catalog: str) -> bool:
    return f'"{catalog}".' in step.sql or f"{catalog}." in step.sql or step.catalog == catalog
