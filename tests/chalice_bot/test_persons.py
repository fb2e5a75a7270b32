"""A person's messages in a minute, each counted once."""

import pytest
from chalicelib.persons import Person, person_of

MINUTE = 29_900_000
AT = MINUTE * 60_000 + 5_000


@pytest.mark.parametrize(
    ("minute", "message", "place"),
    [
        (MINUTE, "m4", 4),
        (MINUTE, "m3", 3),  # it comes again
        (MINUTE - 1, "m4", 1),
        (MINUTE + 1, "m4", 0),  # it comes late
    ],
)
def test_the_place_of_a_message_in_its_minute(minute: int, message: str, place: int) -> None:
    assert Person(minute=minute, messages=3, last="m3").place(message, AT) == place


def test_a_person_is_what_is_kept_of_them() -> None:
    unreachable = {"unreachable_at": "2026-11-06T21:20:00.123Z"}
    rate = {"minute": MINUTE, "messages": 3, "last": "m3"}
    assert person_of({}) == Person()
    assert person_of({"LOCALE": {"locale": "ko"}, "CHOSEN": {}, "RATE": rate, "UNREACHABLE": unreachable}) == Person(
        "ko", True, MINUTE, 3, "m3", 1_794_000_000_123
    )
