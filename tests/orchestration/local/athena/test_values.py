"""What Athena prints and how it describes types; the expected texts are those of the documentation and of PyAthena."""

import base64
import binascii
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.local.athena.trino_client import Column, Real
from orchestration.local.athena.values import column_info, printer, text_column_info
from tests.orchestration.local.athena.fake_trino import row_signature, signature

INTEGER, VARCHAR = signature("integer"), signature("varchar", 2_147_483_647)
NAMED = row_signature(("a", INTEGER), ("b", VARCHAR))


@pytest.mark.parametrize(
    ("value", "kind", "printed"),
    [
        (True, signature("boolean"), "true"),
        (False, signature("boolean"), "false"),
        (127, signature("tinyint"), "127"),
        (-9_223_372_036_854_775_808, signature("bigint"), "-9223372036854775808"),
        (Real("0.1"), signature("real"), "0.1"),
        (Real("1.0E7"), signature("double"), "1.0E7"),
        ("NaN", signature("double"), "NaN"),
        ("-Infinity", signature("double"), "-Infinity"),
        ("1.50", signature("decimal", 10, 2), "1.50"),
        ("a  ", signature("char", 3), "a  "),
        ("", VARCHAR, ""),
        ("null", VARCHAR, "null"),
        ("aGVsbG8=", signature("varbinary"), "68 65 6c 6c 6f"),
        ("", signature("varbinary"), ""),
        ("2026-11-23", signature("date"), "2026-11-23"),
        ("10:11:12", signature("time", 0), "10:11:12.000"),
        ("10:11:12.1", signature("time", 1), "10:11:12.100"),
        ("10:11:12.123456+09:00", signature("time with time zone", 6), "10:11:12.123456+09:00"),
        ("10:11:12-03:30", signature("time with time zone", 0), "10:11:12.000-03:30"),
        ("2026-11-23 10:11:12", signature("timestamp", 0), "2026-11-23 10:11:12.000"),
        ("2026-11-23 10:11:12.123", signature("timestamp", 3), "2026-11-23 10:11:12.123"),
        ("2026-11-23 10:11:12.123456", signature("timestamp", 6), "2026-11-23 10:11:12.123456"),
        ("2026-11-23 10:11:12 UTC", signature("timestamp with time zone", 0), "2026-11-23 10:11:12.000 UTC"),
        (
            "2026-11-23 10:11:12.5 Asia/Seoul",
            signature("timestamp with time zone", 1),
            "2026-11-23 10:11:12.500 Asia/Seoul",
        ),
        ('{"a":1.5}', signature("json"), '{"a":1.5}'),
        ("10.0.0.1", signature("ipaddress"), "10.0.0.1"),
        ("12151fd2-7586-11e9-8f9e-2a86e4085a59", signature("uuid"), "12151fd2-7586-11e9-8f9e-2a86e4085a59"),
        ("2 03:04:05.678", signature("interval day to second"), "2 03:04:05.678"),
        ("1-3", signature("interval year to month"), "1-3"),
        ([1, None, 2], signature("array", INTEGER), "[1, null, 2]"),
        ([], signature("array", INTEGER), "[]"),
        ([[1], []], signature("array", signature("array", INTEGER)), "[[1], []]"),
        (["AP8="], signature("array", signature("varbinary")), "[00 ff]"),
        ([True], signature("array", signature("boolean")), "[true]"),
        (["2026-11-23 10:11:12"], signature("array", signature("timestamp", 0)), "[2026-11-23 10:11:12.000]"),
        ({"a": 1, "b": None}, signature("map", VARCHAR, INTEGER), "{a=1, b=null}"),
        ({}, signature("map", VARCHAR, INTEGER), "{}"),
        ({"1": [2]}, signature("map", INTEGER, signature("array", INTEGER)), "{1=[2]}"),
        ([1, "x"], NAMED, "{a=1, b=x}"),
        ([1, None], NAMED, "{a=1, b=null}"),
        ([1, "x"], row_signature((None, INTEGER), (None, VARCHAR)), "{field0=1, field1=x}"),
        ([[1, "x"]], signature("array", NAMED), "[{a=1, b=x}]"),
        ([[1, "x"], 2], row_signature(("inner", NAMED), ("n", INTEGER)), "{inner={a=1, b=x}, n=2}"),
    ],
)
def test_value_is_printed_as_by_athena(value: Any, kind: dict[str, Any], printed: str) -> None:
    assert printer(kind)(value) == printed


@pytest.mark.parametrize("kind", [INTEGER, VARCHAR, NAMED, signature("array", INTEGER), signature("unknown")])
def test_null_has_no_text(kind: dict[str, Any]) -> None:
    assert printer(kind)(None) is None


@given(st.binary(max_size=70))
def test_varbinary_reads_back_as_pyathena_does(content: bytes) -> None:
    printed = printer(signature("varbinary"))(base64.b64encode(content).decode())
    assert printed is not None
    assert binascii.a2b_hex("".join(printed.split(" "))) == content


@pytest.mark.parametrize(
    ("kind", "name", "precision", "scale", "case_sensitive"),
    [
        (signature("boolean"), "boolean", 0, 0, False),
        (signature("tinyint"), "tinyint", 3, 0, False),
        (signature("smallint"), "smallint", 5, 0, False),
        (signature("integer"), "integer", 10, 0, False),
        (signature("bigint"), "bigint", 19, 0, False),
        (signature("real"), "float", 17, 0, False),
        (signature("double"), "double", 17, 0, False),
        (signature("decimal", 38, 9), "decimal", 38, 9, False),
        (signature("varchar", 2_147_483_647), "varchar", 2_147_483_647, 0, True),
        (signature("varchar", 10), "varchar", 10, 0, True),
        (signature("char", 3), "char", 3, 0, True),
        (signature("varbinary"), "varbinary", 1_073_741_824, 0, False),
        (signature("date"), "date", 0, 0, False),
        (signature("time", 3), "time", 3, 0, False),
        (signature("timestamp", 6), "timestamp", 3, 0, False),
        (signature("timestamp with time zone", 3), "timestamp with time zone", 3, 0, False),
        (signature("json"), "json", 0, 0, False),
        (signature("array", INTEGER), "array", 0, 0, False),
        (signature("map", VARCHAR, INTEGER), "map", 0, 0, False),
        (NAMED, "row", 0, 0, False),
    ],
)
def test_column_is_described_as_by_athena(
    kind: dict[str, Any], name: str, precision: int, scale: int, case_sensitive: bool
) -> None:
    assert column_info(Column("a", kind)) == {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": "a",
        "Label": "a",
        "Type": name,
        "Precision": precision,
        "Scale": scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": case_sensitive,
    }


def test_column_of_a_listing_is_a_string() -> None:
    info = text_column_info("tab_name", "string")
    assert (info["Type"], info["Precision"], info["CaseSensitive"]) == ("string", 0, True)
