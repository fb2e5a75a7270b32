"""The one normalising function: what it makes equal, and that a key is its own key."""

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.publish.database import publisher

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def connection(server: str) -> Iterator[psycopg.Connection]:
    with publisher(server):
        pass
    with psycopg.connect(server, autocommit=True) as connection:
        yield connection


def key(connection: psycopg.Connection, name: str) -> str:
    row = connection.execute("select serving.search_key(%s)", (name,)).fetchone()
    assert row is not None
    return str(row[0])


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("ＢＴＳ", "bts"),
        ("SHINee", "shinee"),
        ("D’Angelo", "D'Angelo"),
        ("Guns N’ Roses", "guns n roses"),
        ("Derek And The Dominos", "Derek & the Dominos"),
        ("Beyoncé", "beyonce"),
        ("에스파", "에스파"),
        ("\ufeff10cc", "10cc"),
        ("N.W.A", "nwa"),
        ("Jay\u2010Z", "Jay-Z"),
        ("The Commodores", "Commodores"),
        ("Sigur\u00a0Rós", "sigur ros"),
        ("Ke$ha", "Kesha"),
        ("Straße", "strasse"),
        ("İlhan", "ilhan"),
    ],
)
def test_forms_of_one_name_have_one_key(connection: psycopg.Connection, name: str, other: str) -> None:
    assert key(connection, name) == key(connection, other) != ""


@pytest.mark.parametrize(("name", "expected"), [("!!!", "!!!"), ("The The", "the"), ("The Band", "band"), ("か", "か")])
def test_short_and_odd_names_keep_a_key(connection: psycopg.Connection, name: str, expected: str) -> None:
    assert key(connection, name) == expected
    assert key(connection, "が") != key(connection, "か")


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20))
def test_key_of_a_key_is_itself(connection: psycopg.Connection, name: str) -> None:
    assert key(connection, key(connection, name)) == key(connection, name)
