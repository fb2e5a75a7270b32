"""A place in the text sent to Trino leads back to the same character of the user's text."""

from hypothesis import given
from hypothesis import strategies as st

from orchestration.local.athena.translate.positions import Edit, Edits

TEXT = st.text(alphabet="ab\n", max_size=30)


@st.composite
def edited(draw: st.DrawFn) -> Edits:
    """A text, and replacements that do not overlap."""
    text = draw(TEXT)
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True)))
    pairs = zip(places[::2], places[1::2], strict=False)
    return Edits.of(text, [Edit(start, end, draw(st.text(alphabet="x\n", max_size=5))) for start, end in pairs])


def place(text: str, offset: int) -> str:
    """`line 1:15` by its definition: lines and columns count from one."""
    lines = text[:offset].split("\n")
    return f"line {len(lines)}:{len(lines[-1]) + 1}"


@given(edited())
def test_what_was_not_replaced_keeps_its_place(edits: Edits) -> None:
    sent = edits.applied()
    offset = 0
    for number, one in enumerate([*edits.edits, Edit(len(edits.text), len(edits.text), "")]):
        begin = edits.edits[number - 1].end if number else 0
        for original in range(begin, one.start):
            assert sent[offset] == edits.text[original]
            assert edits.in_users_text(f"{place(sent, offset)}: x") == f"{place(edits.text, original)}: x"
            offset += 1
        for _ in one.new:
            assert edits.in_users_text(place(sent, offset)) == place(edits.text, one.start)
            offset += 1


def test_a_place_behind_the_end_is_the_end() -> None:
    edits = Edits.of("select 1", [Edit(7, 8, "long")])
    assert edits.in_users_text("line 9:9: x") == "line 1:9: x"


def test_the_empty_replacement_of_the_end_leads_to_it() -> None:
    edits = Edits.of("select 1;", [Edit(8, 9, "")])
    assert edits.applied() == "select 1"
    assert edits.in_users_text("line 1:9: mismatched input '<EOF>'") == "line 1:10: mismatched input '<EOF>'"
