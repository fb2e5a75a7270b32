"""What `show` and `msck repair` answer, in the form Athena gives it: names padded to twenty places, one line a row."""

import re
from collections.abc import Sequence

from orchestration.local.athena.translate import partitions as named
from orchestration.local.athena.translate.hive_formats import commented
from orchestration.local.athena.translate.names import is_iceberg, is_view
from orchestration.local.athena.translate.refuse import hive_failure
from orchestration.local.athena.translate.steps import Answer, Table
from orchestration.local.athena.translate.view_columns import definition

WIDTH = 20


def databases(names: Sequence[str], pattern: str | None) -> Answer:
    """Answer `show databases`."""
    return _list("database_name", [name for name in names if matches(name, pattern)])


def tables(found: Sequence[Table], pattern: str | None, views_only: bool) -> Answer:
    """Answer `show tables` and `show views`."""
    names = [str(one["Name"]) for one in found if is_view(one) or not views_only]
    return _list("views" if views_only else "tab_name", [name for name in names if matches(name, pattern)])


def partitions(table: Table, values: Sequence[Sequence[str]]) -> Answer:
    """Answer `show partitions`."""
    if not named.keys(table):
        raise hive_failure(
            "Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. "
            f"Table {table['Name']} is not a partitioned table"
        )
    return _list("partition", [named.name_of(table, one) for one in values])


def repaired(table: Table, values: Sequence[Sequence[str]]) -> Answer:
    """Answer `msck repair table`: which partitions were missing, and that they were added."""
    names = [f"{table['Name']}:{named.name_of(table, one)}" for one in values]
    lines = ["\t".join(["Partitions not in metastore:", *names])] if names else []
    return lines_of("result", [*lines, *(f"Repair: Added partition to metastore {name}" for name in names)])


def columns(table: Table) -> Answer:
    """Answer `show columns`."""
    found = [*table["StorageDescriptor"]["Columns"], *table.get("PartitionKeys", [])]
    return lines_of("field", [str(one["Name"]).ljust(WIDTH) for one in found])


def properties(table: Table, key: str | None) -> Answer:
    """Answer `show tblproperties`."""
    known = {str(name): str(value) for name, value in table.get("Parameters", {}).items()}
    header = (("prpt_name", "string"), ("prpt_value", "string"))
    if key is None:
        return Answer(header, tuple((f"{name}\t{known[name]}",) for name in sorted(known)))
    missing = f"Table {table.get('DatabaseName', '')}.{table['Name']} does not have property: {key}"
    return Answer(header, ((known.get(key, missing),),))


def create_view(table: Table) -> Answer:
    """Answer `show create view`: the text Trino keeps in Glue."""
    if not is_view(table):
        raise hive_failure(f"SemanticException {table['Name']} is not a view")
    view = definition(table)
    if view is None:
        raise hive_failure(f"SemanticException {table['Name']} is a view that Athena did not make")
    text = str(view["originalSql"]).rstrip("\n")
    name = f"{table.get('DatabaseName', 'default')}.{table['Name']}"
    return lines_of("Create View", f"CREATE VIEW {name} AS \n{text}".split("\n"))


def create_table(table: Table, name: str) -> Answer:
    """Answer `show create table` of a Hive table."""
    if is_view(table) or is_iceberg(table):
        raise hive_failure(f"SemanticException {name} is no Hive table")
    storage = table["StorageDescriptor"]
    lines = [f"CREATE EXTERNAL TABLE `{name}`(", *_definitions(commented(table, storage["Columns"]))]
    comment = table.get("Parameters", {}).get("comment")
    if comment is not None:
        lines.append(f"COMMENT '{escaped(comment)}'")
    if table.get("PartitionKeys"):
        lines += ["PARTITIONED BY ( ", *_definitions(table["PartitionKeys"])]
    if storage.get("BucketColumns"):
        lines += ["CLUSTERED BY ( ", *_joined([f"  {one}" for one in storage["BucketColumns"]], ") ")]
        lines.append(f"INTO {storage['NumberOfBuckets']} BUCKETS")
    lines += _row_format(storage)
    lines += ["STORED AS INPUTFORMAT ", f"  '{storage['InputFormat']}' "]
    lines += ["OUTPUTFORMAT ", f"  '{storage['OutputFormat']}'", "LOCATION", f"  '{storage['Location']}'"]
    hidden = ("EXTERNAL", "comment")
    kept = {key: value for key, value in table.get("Parameters", {}).items() if key not in hidden}
    lines += ["TBLPROPERTIES (", *_pairs(kept, ")")]
    return lines_of("createtab_stmt", lines)


def _row_format(storage: Table) -> list[str]:
    given = storage["SerdeInfo"].get("Parameters", {})
    lines = ["ROW FORMAT SERDE ", f"  '{storage['SerdeInfo']['SerializationLibrary']}' "]
    if given == {"serialization.format": "1"} or not given:
        return lines
    return [*lines, "WITH SERDEPROPERTIES ( ", *_pairs(given, ") ")]


def _definitions(found: Sequence[Table]) -> list[str]:
    lines = []
    for one in found:
        comment = f" COMMENT '{escaped(one['Comment'])}'" if one.get("Comment") is not None else ""
        lines.append(f"  `{one['Name']}` {one['Type']}{comment}")
    return _joined(lines, ")")


def _pairs(values: Table, end: str) -> list[str]:
    return _joined([f"  '{escaped(name)}'='{escaped(values[name])}'" for name in sorted(values)], end)


def _joined(lines: Sequence[str], end: str) -> list[str]:
    if not lines:
        return [end]
    return [f"{line}, " for line in lines[:-1]] + [lines[-1] + end]


def escaped(text: str) -> str:
    """Return a text as Hive writes it between quotes."""
    signs = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\x01": "\\u0001"}
    return "".join(signs.get(sign, sign) for sign in str(text))


def matches(name: str, pattern: str | None) -> bool:
    """Whether a name matches Hive's pattern: `*` is anything, `|` is or, a regular expression holds too."""
    if pattern is None:
        return True
    expression = re.sub(r"(?<!\.)\*", ".*", pattern)
    return re.fullmatch(f"(?:{expression})", name, re.IGNORECASE) is not None


def _list(column: str, names: Sequence[str]) -> Answer:
    return lines_of(column, sorted(names))


def lines_of(column: str, lines: Sequence[str]) -> Answer:
    """Return an answer of one column of text."""
    return Answer(((column, "string"),), tuple((line,) for line in lines))
