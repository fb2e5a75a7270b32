"""Typed JSON: everything that DynamoDB can write comes back whole, and nothing else passes."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as some

from ingest.dynamodb.typed_json import (
    DEEPEST,
    Undecodable,
    decode,
    decode_item,
    encode,
    number,
    parse,
    plain_text,
    typed_text,
)

NUMBERS = some.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**30), max_value=10**30)
SCALARS = some.none() | some.booleans() | some.text() | NUMBERS | some.binary(min_size=1)
SETS = some.frozensets(some.text(), min_size=1) | some.frozensets(NUMBERS, min_size=1)
VALUES = some.recursive(
    SCALARS | SETS | some.frozensets(some.binary(min_size=1), min_size=1),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_every_value_survives(value: Any) -> None:
    line = json.dumps(encode(value))
    again = decode(parse(line))
    assert again == value
    assert json.dumps(encode(again)) == line


@given(some.recursive(SCALARS | SETS, lambda inner: some.lists(inner, max_size=3), max_leaves=6))
def test_boto3_agrees(value: Any) -> None:
    theirs = TypeSerializer().serialize(_for_boto3(value))
    assert _for_boto3(decode(json.loads(json.dumps(theirs, default=_base64)))) == TypeDeserializer().deserialize(theirs)


def _for_boto3(value: Any) -> Any:
    """Binary and mutable sets, as boto3 has them."""
    if isinstance(value, bytes):
        return Binary(value)
    if isinstance(value, frozenset):
        return {_for_boto3(one) for one in value}
    return [_for_boto3(one) for one in value] if isinstance(value, list) else value


def _base64(value: Any) -> str:
    return str(encode(bytes(value))["B"])


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ({"N": "12345678901234567890123456789012345678"}, Decimal("12345678901234567890123456789012345678")),
        ({"N": "-1E-130"}, Decimal("-1E-130")),
        ({"N": "9.9999999999999999999999999999999999999E+125"}, Decimal("9.9999999999999999999999999999999999999E125")),
        ({"NS": ["3", "2", "3.0"]}, frozenset({Decimal(2), Decimal(3)})),
        ({"B": "aGVsbG8="}, b"hello"),
        ({"BS": ["aXMgZmFzdA=="]}, frozenset({b"is fast"})),
        ({"NULL": True}, None),
        ({"S": ""}, ""),
        ({"M": {"N": {"N": "1"}, "n": {"S": "both"}, "": {"L": []}}}, {"N": Decimal(1), "n": "both", "": []}),
    ],
    ids=str,
)
def test_types_are_kept(typed: Any, value: Any) -> None:
    assert decode(typed) == value


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"S": "a", "N": "1"},
        {"X": "a"},
        {"s": "a"},
        "a",
        None,
        {"N": 1},
        {"N": "NaN"},
        {"N": "1e999"},
        {"N": "1" * 39},
        {"N": " 1"},
        {"B": "no base64"},
        {"BOOL": "true"},
        {"NULL": False},
        {"SS": []},
        {"NS": ["x"]},
        {"L": {}},
        {"M": []},
        {"M": {"a": {"L": [{"S": 1}]}}},
    ],
    ids=str,
)
def test_what_dynamodb_cannot_write_is_undecodable(typed: Any) -> None:
    with pytest.raises(Undecodable):
        decode(typed)


def test_the_place_of_a_wrong_value_is_named() -> None:
    with pytest.raises(Undecodable, match=r"album\.tracks\[1\]: unknown type tag 'T'"):
        decode_item({"album": {"M": {"tracks": {"L": [{"S": "a"}, {"T": 1}]}}}})


def test_nesting_is_taken_as_deep_as_dynamodb_allows_and_no_deeper() -> None:
    deep: Any = {"S": "bottom"}
    for _ in range(DEEPEST):
        deep = {"M": {"in": deep}}
    assert encode(decode(parse(json.dumps(deep)))) == deep
    with pytest.raises(Undecodable, match="deeper"):
        decode({"L": [deep]})
    with pytest.raises(Undecodable):
        parse("[" * 100_000)


@pytest.mark.parametrize("line", ['{"S":"a","S":"b"}', '{"N":NaN}', '{"S":"a"', "", "\x00"])
def test_a_line_that_is_no_json_is_undecodable(line: str) -> None:
    with pytest.raises(Undecodable):
        parse(line)


@pytest.mark.parametrize(
    ("text", "shortest"),
    [("3.0", "3"), ("100", "100"), ("-0.50", "-0.5"), ("0E5", "0"), ("-0", "0"), ("1E+100", "1E+100")],
)
def test_equal_numbers_have_one_text(text: str, shortest: str) -> None:
    assert number(Decimal(text)) == shortest


def test_equal_items_give_equal_text_and_plain_text_is_for_sql() -> None:
    one = {"b": frozenset({"KR", "US"}), "a": Decimal("0.1234567890123456789"), "c": {"x": None, "y": b"hi"}}
    assert typed_text(one) == (
        '{"a":{"N":"0.1234567890123456789"},"b":{"SS":["KR","US"]},"c":{"M":{"x":{"NULL":true},"y":{"B":"aGk="}}}}'
    )
    assert plain_text(one) == '{"b":["KR","US"],"a":0.1234567890123456789,"c":{"x":null,"y":"aGk="}}'


@pytest.mark.parametrize("name", ["users", "products", "book", "all-types"])
def test_real_items_decode_to_the_values_written_beside_them(shared_data: Path, name: str) -> None:
    folder = shared_data / "fixtures/dynamodb/olpa_streaming_json/examples/dynamodb/fixture"
    (typed,) = folder.glob(f"{name}-dynamodb.json*")
    lines = typed.read_text().splitlines() if typed.suffix == ".jsonl" else [typed.read_text()]
    items = [decode_item(parse(line)["Item"]) for line in lines if line.strip()]
    normal = json.loads((folder / f"{name}-normal.json").read_text())
    ours = [json.loads(plain_text(item)) for item in items]
    assert _in_order(ours) == _in_order(normal if isinstance(normal, list) else [normal])


def _in_order(value: Any) -> Any:
    """Lists of plain members sorted, each member once: some of them stand for sets."""
    if isinstance(value, dict):
        return {name: _in_order(one) for name, one in value.items()}
    if isinstance(value, list):
        members = [_in_order(one) for one in value]
        return members if any(isinstance(one, dict | list) for one in members) else sorted(set(members), key=repr)
    return value
