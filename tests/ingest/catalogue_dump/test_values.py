"""What one cell may hold, and what is said when it may not."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.catalogue_dump.values import check_range, parse


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("bigint", "48", 48),
        ("bigint", "48.0", 48),
        ("bigint", "-3", -3),
        ("double", "-9.725", -9.725),
        ("double", "5.61e-06", 5.61e-06),
        ("bool", "True", True),
        ("bool", "0", False),
        ("bool", "FALSE", False),
        ("json", '["k-pop", "dance pop"]', '["k-pop", "dance pop"]'),
        ("json", "['k-pop', \"children's\"]", '["k-pop", "children\'s"]'),
        ("json", "pop|rock", '["pop", "rock"]'),
        ("json", "pop; rock", '["pop", "rock"]'),
        ("json", "pop", '["pop"]'),
        ("json", "[]", "[]"),
        ("json", '["한국"]', '["한국"]'),
        ("text", " a ", " a "),
        ("text", "", None),
        ("double", "", None),
    ],
)
def test_cells_that_are_understood(kind: str, cell: str, value: object) -> None:
    assert parse(kind, cell, textual=True) == value


@pytest.mark.parametrize(
    ("kind", "cell", "reason"),
    [
        ("bigint", "many", "not a whole number"),
        ("bigint", "1.5", "not a whole number"),
        ("bigint", "9" * 30, "more than 64 bits"),
        ("double", "nan", "not a number"),
        ("double", "inf", "not a number"),
        ("double", "1_0", "not a number"),
        ("double", "0,5", "not a number"),
        ("bool", "yes", "not True, False, 1 or 0"),
        ("json", "pop|rock;jazz", "not clear"),
        ("json", "pop, rock", "not clear"),
        ("json", '["pop", 3]', "not a list of texts"),
        ("json", "[pop", "neither a JSON list nor a Python one"),
        ("json", '{"a": 1}', "not a list"),
        ("text", "a\0b", "NUL"),
        ("text", "a\udcffb", "not UTF-8"),
        ("json", '["a\\u0000"]', "NUL"),
    ],
)
def test_cells_that_are_not(kind: str, cell: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse(kind, cell, textual=True)


@pytest.mark.parametrize(
    ("kind", "given_value", "reason"),
    [
        ("bigint", "70", "the text '70', not a whole number"),
        ("bigint", True, "the boolean True"),
        ("double", "0.5", "the text '0.5', not a number"),
        ("text", 1975, "the number 1975, not a text"),
        ("bool", "true", "the text 'true'"),
        ("json", {"a": 1}, "not a list of texts"),
        ("json", [["pop"]], "not a list of texts"),
    ],
)
def test_a_typed_value_of_another_type_is_a_clash(kind: str, given_value: object, reason: str) -> None:
    """Case 9: a type change goes to quarantine, it is not guessed right."""
    with pytest.raises(ValueError, match=reason):
        parse(kind, given_value, textual=False)


@pytest.mark.parametrize(
    ("column", "value"), [("danceability", 1.01), ("energy", -0.1), ("key", 12), ("popularity", 101)]
)
def test_values_that_cannot_be_meant(column: str, value: float) -> None:
    with pytest.raises(ValueError, match=r"is .*, not "):
        check_range(column, value)


@pytest.mark.parametrize(("column", "value"), [("loudness", 1.2), ("tempo", 0.0), ("danceability", 1.0), ("key", -1)])
def test_real_blemishes_stay(column: str, value: float) -> None:
    check_range(column, value)


@given(st.integers(-(2**63) + 1, 2**63 - 1))
def test_every_whole_number_of_64_bits_comes_back(number: int) -> None:
    assert parse("bigint", str(number), textual=True) == number
    assert parse("bigint", number, textual=False) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_number_comes_back(number: float) -> None:
    assert parse("double", repr(number), textual=True) == number


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@given(st.lists(NAMES))
def test_a_list_is_the_same_in_every_notation(names: list[str]) -> None:
    for cell in (json.dumps(names), json.dumps(names, ensure_ascii=False), repr(names)):
        assert json.loads(parse("json", cell, textual=True)) == names
    assert json.loads(parse("json", names, textual=False)) == names


@given(st.sampled_from(["bigint", "double", "bool", "json", "text"]), st.text(st.characters()))
def test_any_text_gives_a_value_or_a_reason(kind: str, cell: str) -> None:
    try:
        value = parse(kind, cell, textual=True)
    except ValueError as reason:
        assert str(reason)
    else:
        assert value is None or not (isinstance(value, float) and math.isnan(value))
