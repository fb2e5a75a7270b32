"""What the journal may leave out, and what a kill in the middle of a line costs."""

from pathlib import Path

import pytest

from orchestration.local.journal import Entry, Journal, shortened

S3 = {"HTTP_AUTHORIZATION": "AWS4-HMAC-SHA256 Credential=segue/20261123/ap-northeast-2/s3/aws4_request, x"}


def entry(line: str, headers: dict[str, str] | None = None) -> Entry:
    method, target = line.split(" ")
    path, _, query = target.partition("?")
    return Entry(1.0, 2, method, path, query, S3 | (headers or {}), "body")


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        pytest.param(["PUT /b", "PUT /b/k", "PUT /b/k"], [0, 2], id="written twice"),
        pytest.param(["PUT /b", "PUT /b/k", "DELETE /b/k", "PUT /b/l"], [0, 3], id="deleted"),
        pytest.param(["PUT /b?versioning", "PUT /b/k", "PUT /b/k"], [0, 1, 2], id="versioned"),
        pytest.param(["POST /b/k?uploads", "PUT /b/k", "DELETE /b/k"], [0, 1, 2], id="multipart"),
        pytest.param(["PUT /b/k", "POST /b?delete", "PUT /b/k"], [1, 2], id="deleted with others, written again"),
    ],
)
def test_superseded_objects_are_left_out(lines: list[str], kept: list[int]) -> None:
    entries = [entry(line) for line in lines]
    assert [entries.index(one) for one in shortened(entries)] == [
        min(index for index, other in enumerate(entries) if other == entries[place]) for place in kept
    ]
    assert len(shortened(entries)) == len(kept)


def test_source_of_a_copy_stays() -> None:
    copy = entry("PUT /b/copy", {"HTTP_X_AMZ_COPY_SOURCE": "b/%EC%97%90"})
    entries = [entry("PUT /b/에"), copy, entry("DELETE /b/에")]
    assert shortened(entries) == entries


def test_conditional_write_keeps_what_it_depends_on() -> None:
    entries = [entry("PUT /b/k"), entry("PUT /b/k", {"HTTP_IF_MATCH": '"etag"'})]
    assert shortened(entries) == entries


def test_line_cut_by_a_kill_is_not_read(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.append(entry("PUT /b"))
    with journal.file.open("ab") as file:
        file.write(b'{"at": 1.0, "se')
    assert journal.read() == [entry("PUT /b")]


def test_bodies_nobody_names_are_removed(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    kept, gone = journal.keep_body(b"kept"), journal.keep_body(b"gone")
    journal.rewrite([Entry(1.0, 2, "PUT", "/b/k", "", S3, kept)])
    assert journal.body(kept) == b"kept"
    assert not (journal.bodies / gone).exists()
