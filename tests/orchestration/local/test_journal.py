"""What a kill in the middle of a line costs, and which bodies go."""

from dataclasses import replace
from pathlib import Path

from orchestration.local.journal import Entry, Journal

ENTRY = Entry(1.0, 2, "PUT", "/b", "", {}, "body")


def test_line_cut_by_a_kill_is_not_read(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append(ENTRY)
    with journal.file.open("ab") as file:
        file.write(b'{"at": 1.0, "se')
    assert journal.read() == [ENTRY]


def test_bodies_nobody_names_are_removed(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    kept, gone = journal.keep_body(b"kept"), journal.keep_body(b"gone")
    journal.rewrite([replace(ENTRY, body=kept)])
    assert journal.body(kept) == b"kept"
    assert not (journal.bodies / gone).exists()
