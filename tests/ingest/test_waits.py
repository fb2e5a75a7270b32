import pytest

from ingest.waits import LONGEST_DEADLINE, back_off, parse_retry_after

NOW = 1_800_000_000.0  # Fri, 15 Jan 2027 08:00:00 GMT


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3", 3.0),
        ("86236", 86_236.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("Fri, 15 Jan 2027 09:00:00 GMT", 3600.0),
        ("Fri, 15 Jan 2027 07:00:00 GMT", 0.0),
        (None, None),
        ("", None),
        ("-5", None),
        ("nan", None),
        ("soon", None),
    ],
)
def test_retry_after_is_read_in_every_form(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW).seconds == seconds


@pytest.mark.parametrize("value", ["99999999", "inf", "Fri, 15 Jan 2100 09:00:00 GMT"])
def test_an_absurd_wait_is_cut_and_flagged(value: str) -> None:
    asked = parse_retry_after(value, NOW)
    assert (asked.seconds, asked.is_absurd) == (LONGEST_DEADLINE, True)


def test_back_off_grows_and_stays_bounded() -> None:
    assert 0.25 <= back_off(0) <= 0.5
    assert 1.0 <= back_off(2) <= 2.0
    assert back_off(50) <= 8.0
