"""What `describe` answers: lines of cells padded to twenty places and separated by tabs, as Hive prints them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from orchestration.local.athena.translate.hive_formats import FROM_DESERIALIZER, commented
from orchestration.local.athena.translate.hive_types import of_glue
from orchestration.local.athena.translate.plan import Refused
from orchestration.local.athena.translate.refuse import hive_failure
from orchestration.local.athena.translate.steps import Answer, Table

_HEADER = (("col_name", "string"), ("data_type", "string"), ("comment", "string"))
_EMPTY = "\t \t "
_INSIDE = {"array": ("$elem$",), "map": ("$key$", "$value$")}
_TITLES = "# col_name            \tdata_type           \tcomment             "


def table(found: Table) -> Answer:
    """Answer `describe t`."""
    lines = _columns([*commented(found, found["StorageDescriptor"]["Columns"]), *found.get("PartitionKeys", [])])
    if found.get("PartitionKeys"):
        lines += [_EMPTY, _title("# Partition Information"), _TITLES, _EMPTY]
        lines += _columns(found["PartitionKeys"])
    return _answer(lines)


def column(found: Table, path: Sequence[str]) -> Answer:
    """Answer `describe t col` and `describe t col.field`: `$elem$`, `$key$`, `$value$` go into arrays and maps."""
    columns = {one["Name"]: one for one in commented(found, found["StorageDescriptor"]["Columns"])}
    columns |= {one["Name"]: one for one in found.get("PartitionKeys", [])}
    if path[0] not in columns:
        raise _no_field(path[0], list(columns))
    if len(path) == 1:
        return _answer(_columns([columns[path[0]]]))
    kind = of_glue(columns[path[0]]["Type"])
    for name in path[1:]:
        parts = {part or _INSIDE[kind.name][at]: inner for at, (part, inner) in enumerate(kind.parts)}
        if name not in parts:
            raise _no_field(name, list(parts))
        kind = parts[name]
    return _answer([_line(path[-1], kind.in_glue(), FROM_DESERIALIZER)])


def _no_field(name: str, known: Sequence[str]) -> Refused:
    return hive_failure(
        "Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. "
        f"cannot find field {name} from {_names(known)}"
    )


def extended(found: Table) -> Answer:
    """Answer `describe extended t`: the columns, and everything in one line as Thrift would write it."""
    return _answer([*_cells(table(found)), _EMPTY, f"Detailed Table Information\t{_thrift(found)}\t "])


def _thrift(found: Table) -> str:
    storage = found["StorageDescriptor"]
    serde = storage.get("SerdeInfo", {})
    inside = ", ".join(
        f"{name}:{value}"
        for name, value in (
            ("tableName", found["Name"]),
            ("dbName", found.get("DatabaseName", "")),
            ("owner", found.get("Owner", "null")),
            ("createTime", _seconds(found.get("CreateTime"))),
            ("lastAccessTime", _seconds(found.get("LastAccessTime"))),
            ("retention", found.get("Retention", 0)),
            ("sd", f"StorageDescriptor(cols:{_fields(storage['Columns'])}"),
            ("location", storage.get("Location", "")),
            ("inputFormat", storage.get("InputFormat", "null")),
            ("outputFormat", storage.get("OutputFormat", "null")),
            ("compressed", str(bool(storage.get("Compressed"))).lower()),
            ("numBuckets", storage.get("NumberOfBuckets", -1)),
            ("serdeInfo", f"SerDeInfo(name:null, serializationLib:{serde.get('SerializationLibrary', 'null')}"),
            ("parameters", f"{_map(serde.get('Parameters', {}))})"),
            ("bucketCols", _names(storage.get("BucketColumns", []))),
            ("sortCols", _names([one["Column"] for one in storage.get("SortColumns", [])])),
            ("parameters", f"{_map(storage.get('Parameters', {}))})"),
            ("partitionKeys", _fields(found.get("PartitionKeys", []))),
            ("parameters", _map(found.get("Parameters", {}))),
            ("viewOriginalText", found.get("ViewOriginalText", "null")),
            ("viewExpandedText", found.get("ViewExpandedText", "null")),
            ("tableType", found.get("TableType", "")),
        )
    )
    return f"Table({inside})"


def _fields(found: Sequence[Mapping[str, Any]]) -> str:
    columns = (
        f"FieldSchema(name:{one['Name']}, type:{one['Type']}, comment:{one.get('Comment', 'null')})" for one in found
    )
    return f"[{', '.join(columns)}]"


def _map(values: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{name}={values[name]}" for name in sorted(values)) + "}"


def _seconds(moment: object) -> int:
    return int(moment.timestamp()) if isinstance(moment, datetime) else 0


def formatted(found: Table) -> Answer:
    """Answer `describe formatted t`."""
    lines = [*_cells(table(found)), _EMPTY, _title("# Detailed Table Information")]
    lines += [
        _line("Database:", str(found.get("DatabaseName", "")), None),
        _line("Owner:", str(found.get("Owner", "")), None),
        _line("CreateTime:", _time(found.get("CreateTime")), None),
        _line("LastAccessTime:", _time(found.get("LastAccessTime")), None),
        _line("Protect Mode:", "None", None),
        _line("Retention:", str(found.get("Retention", 0)), None),
        _line("Location:", str(found["StorageDescriptor"].get("Location", "")), None),
        _line("Table Type:", str(found.get("TableType", "")), None),
    ]
    lines += [_title("Table Parameters:"), *_parameters(found.get("Parameters", {})), _EMPTY]
    return _answer([*lines, *_storage(found["StorageDescriptor"])])


def partition(found: Table, one: Mapping[str, Any]) -> Answer:
    """Answer `describe formatted t partition (..)`."""
    lines = [*_cells(table(found)), _EMPTY, _title("# Detailed Partition Information")]
    lines += [
        _line("Partition Value:", f"[{', '.join(one['Values'])}]", None),
        _line("Database:", str(found.get("DatabaseName", "")), None),
        _line("Table:", str(found["Name"]), None),
        _line("CreateTime:", _time(one.get("CreationTime")), None),
        _line("LastAccessTime:", _time(one.get("LastAccessTime")), None),
        _line("Protect Mode:", "None", None),
        _line("Location:", str(one["StorageDescriptor"].get("Location", "")), None),
    ]
    lines += [_title("Partition Parameters:"), *_parameters(one.get("Parameters", {})), _EMPTY]
    return _answer([*lines, *_storage(one["StorageDescriptor"])])


def _storage(storage: Mapping[str, Any]) -> list[str]:
    serde = storage.get("SerdeInfo", {})
    return [
        _title("# Storage Information"),
        _line("SerDe Library:", str(serde.get("SerializationLibrary", "")), None),
        _line("InputFormat:", str(storage.get("InputFormat", "")), None),
        _line("OutputFormat:", str(storage.get("OutputFormat", "")), None),
        _line("Compressed:", "Yes" if storage.get("Compressed") else "No", None),
        _line("Num Buckets:", str(storage.get("NumberOfBuckets", -1)), None),
        _line("Bucket Columns:", _names(storage.get("BucketColumns", [])), None),
        _line("Sort Columns:", _names([one["Column"] for one in storage.get("SortColumns", [])]), None),
        _title("Storage Desc Params:"),
        *_parameters(serde.get("Parameters", {})),
    ]


def _names(names: Sequence[str]) -> str:
    return f"[{', '.join(names)}]"


def _parameters(values: Mapping[str, Any]) -> list[str]:
    return [f"\t{name.ljust(20)}\t{str(values[name]).ljust(20)}" for name in sorted(values)]


def _time(moment: object) -> str:
    if not isinstance(moment, datetime):
        return "UNKNOWN"
    return moment.astimezone(UTC).strftime("%a %b %d %H:%M:%S UTC %Y")


def _columns(found: Sequence[Mapping[str, Any]]) -> list[str]:
    return [_line(str(one["Name"]), str(one["Type"]), str(one.get("Comment") or "")) for one in found]


def _title(text: str) -> str:
    return f"{text}\t \t "


def _line(first: str, second: str, third: str | None) -> str:
    last = " " if third is None else third.ljust(20)
    return f"{first.ljust(20)}\t{second.ljust(20)}\t{last}"


def _cells(answer: Answer) -> list[str]:
    return [row[0] or "" for row in answer.rows]


def _answer(lines: Sequence[str]) -> Answer:
    return Answer(_HEADER, tuple((line,) for line in lines))
