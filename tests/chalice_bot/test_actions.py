"""What a button carries comes back as it was written, and nothing else is taken for it."""

import hypothesis.strategies as st
import pytest
from chalicelib.actions import LONGEST, Action, read
from chalicelib.graphemes import length
from chalicelib.language import LOCALES
from hypothesis import given

from orchestration.local.messenger.limits import PAYLOAD

ONE, OTHER = "6YVMFz59CuY7ngCxTxjpxE", "0000000000000000000ive"
LOCALE = st.sampled_from(LOCALES)
ARTIST_OR_TRACK = st.sampled_from(["artist", "track"])
ACTIONS = st.one_of(
    st.builds(Action, st.sampled_from(["ARTIST", "TRACK", "SONGS", "OTHERS", "ANY"]), st.just(ONE), locale=LOCALE),
    st.builds(Action, st.just("CHOOSE"), st.just(ONE), ARTIST_OR_TRACK, text=st.text(min_size=1), locale=LOCALE),
    st.builds(Action, st.sampled_from(["ASK", "NONE"]), text=st.text(min_size=1), locale=LOCALE),
    st.builds(
        Action,
        st.just("MORE"),
        st.just(ONE),
        st.sampled_from(["artist", "songs", "others", "any"]),
        offset=st.integers(0, 9999),
        locale=LOCALE,
    ),
    st.builds(Action, st.just("WHY"), st.just(ONE), ARTIST_OR_TRACK, st.just(OTHER), locale=LOCALE),
    st.builds(
        Action,
        st.just("THUMB"),
        st.just(ONE),
        ARTIST_OR_TRACK,
        st.sampled_from([OTHER, "-"]),
        word=st.sampled_from(["up", "down"]),
        locale=LOCALE,
    ),
    st.builds(Action, st.sampled_from(["LOCALE", "HELP", "GET_STARTED"]), locale=LOCALE),
    st.builds(Action, st.just("FORGET"), word=st.sampled_from(["ask", "sure"]), locale=LOCALE),
)


@given(ACTIONS)
def test_what_is_written_is_read_back(action: Action) -> None:
    assert read(action.write()) == action


@pytest.mark.parametrize(
    ("payload", "action"),
    [
        (f"ARTIST|{ONE}|ko", Action("ARTIST", ONE, locale="ko")),
        (f"ARTIST|{ONE}", Action("ARTIST", ONE)),
        (f"MORE|artist|{ONE}|10|en", Action("MORE", ONE, "artist", offset=10, locale="en")),
        (f"THUMB|down|artist|{ONE}|-|en", Action("THUMB", ONE, "artist", word="down", locale="en")),
        (f"CHOOSE|track|{ONE}|a|b|ko", Action("CHOOSE", ONE, "track", text="a|b", locale="ko")),
        ("GET_STARTED", Action("GET_STARTED")),
    ],
)
def test_a_payload_has_this_form(payload: str, action: Action) -> None:
    assert (action.write(), read(payload)) == (payload, action)


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "|",
        "ARTIST",
        "ARTIST|short|ko",
        f"ARTIST|{ONE}|fr",
        f"ARTIST|{ONE}|ko|ko",
        f"artist|{ONE}|ko",
        f"ARTIST|{ONE}|ko\n",
        f"MORE|album|{ONE}|10|en",
        f"MORE|artist|{ONE}|-1|en",
        f"MORE|artist|{ONE}|٣|en",
        f"THUMB|sideways|artist|{ONE}|-|en",
        "LOCALE",
        "LOCALE|fr",
        "PAYLOAD_QUICK_REPLY",
    ],
)
def test_anything_else_is_nothing(payload: str) -> None:
    assert read(payload) is None


@given(st.text())
def test_no_text_is_an_error(text: str) -> None:
    read(text)


@pytest.mark.parametrize("key", ["a" * 2000, "🎵" * 2000, "에" * 980])
def test_a_long_key_is_shortened_to_what_messenger_carries(key: str) -> None:
    payload = Action("CHOOSE", ONE, "artist", text=key, locale="ko").write()
    assert LONGEST - 1 <= length(payload) <= PAYLOAD
    found = read(payload)
    assert found is not None and (found.identifier, found.locale) == (ONE, "ko")
    assert key.startswith(found.text)


@pytest.mark.parametrize(
    ("action", "subject"),
    [
        (Action("ARTIST", ONE), f"ARTIST|{ONE}"),
        (Action("SONGS", ONE), f"ARTIST|{ONE}"),
        (Action("OTHERS", ONE), f"TRACK|{ONE}"),
        (Action("MORE", ONE, "songs"), f"ARTIST|{ONE}"),
        (Action("MORE", ONE, "any"), f"TRACK|{ONE}"),
        (Action("THUMB", ONE, "track", word="up"), f"TRACK|{ONE}"),
        (Action("HELP"), ""),
    ],
)
def test_the_subject_is_named_as_in_the_tables(action: Action, subject: str) -> None:
    assert action.subject == subject
