"""File formats and SerDes: the classes Athena writes into Glue for `stored as` and `row format`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.local.athena.translate.names import is_iceberg
from orchestration.local.athena.translate.refuse import hive_failure
from orchestration.local.athena.translate.steps import HIVE_CATALOG, ONE_WRITER, Table

_TEXT_IN = "org.apache.hadoop.mapred.TextInputFormat"
_TEXT_OUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
OPEN_CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
_IO = "org.apache.hadoop.hive.ql.io"


@dataclass(frozen=True)
class Format:
    """Input format, output format and SerDe."""

    reads: str
    writes: str
    serde: str


FORMATS = {
    "TEXTFILE": Format(_TEXT_IN, _TEXT_OUT, LAZY_SIMPLE),
    "JSONFILE": Format(_TEXT_IN, _TEXT_OUT, "org.apache.hive.hcatalog.data.JsonSerDe"),
    "SEQUENCEFILE": Format(
        "org.apache.hadoop.mapred.SequenceFileInputFormat", f"{_IO}.HiveSequenceFileOutputFormat", LAZY_SIMPLE
    ),
    "RCFILE": Format(
        f"{_IO}.RCFileInputFormat",
        f"{_IO}.RCFileOutputFormat",
        "org.apache.hadoop.hive.serde2.columnar.LazyBinaryColumnarSerDe",
    ),
    "PARQUET": Format(
        f"{_IO}.parquet.MapredParquetInputFormat",
        f"{_IO}.parquet.MapredParquetOutputFormat",
        f"{_IO}.parquet.serde.ParquetHiveSerDe",
    ),
    "ORC": Format(f"{_IO}.orc.OrcInputFormat", f"{_IO}.orc.OrcOutputFormat", f"{_IO}.orc.OrcSerde"),
    "AVRO": Format(
        f"{_IO}.avro.AvroContainerInputFormat",
        f"{_IO}.avro.AvroContainerOutputFormat",
        "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
    ),
}
_SERDES = {
    *(one.serde for one in FORMATS.values()),
    OPEN_CSV,
    "org.openx.data.jsonserde.JsonSerDe",
    "org.apache.hadoop.hive.serde2.RegexSerDe",
    "org.apache.hadoop.hive.serde2.columnar.ColumnarSerDe",
}


_KEEPS_COMMENTS = ("LazySimpleSerDe", "ColumnarSerDe", "LazyBinaryColumnarSerDe", "ParquetHiveSerDe", "OrcSerde")
FROM_DESERIALIZER = "from deserializer"


def commented(table: Table, columns: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return columns as Hive shows them: a SerDe that tells the columns itself tells no comments."""
    serde = str(table["StorageDescriptor"].get("SerdeInfo", {}).get("SerializationLibrary", ""))
    if not serde or serde.rpartition(".")[2] in _KEEPS_COMMENTS:
        return list(columns)
    return [{**one, "Comment": one.get("Comment") or FROM_DESERIALIZER} for one in columns]


_COMPRESSION_KEYS = ("parquet.compression", "parquet.compress", "orc.compress", "write.compression", "write.compress")
_CODECS = {"SNAPPY": "SNAPPY", "GZIP": "GZIP", "ZLIB": "GZIP", "ZSTD": "ZSTD", "LZ4": "LZ4", "NONE": "NONE"}


def session_of(table: Table | None) -> dict[str, str]:
    """Return Trino's session for rows written into a table: its compression, and one writer if it has partitions."""
    if table is None:
        return {}
    known = {key.lower(): str(value).upper() for key, value in table.get("Parameters", {}).items()}
    codecs = [_CODECS[known[key]] for key in _COMPRESSION_KEYS if known.get(key) in _CODECS]
    session = {f"{HIVE_CATALOG}.compression_codec": codecs[0]} if codecs else {}
    return session | (ONE_WRITER if table.get("PartitionKeys") or is_iceberg(table) else {})


def check_serde(name: str) -> str:
    """Return the class of a SerDe that can be read here.

    Raises:
        Refused: any other, in Hive's words.
    """
    for known in _SERDES:
        if known.lower() == name.lower():
            return known
    raise hive_failure(f"SemanticException Cannot validate serde: {name}")
