"""Fetching pinned libraries: once, whole or not at all, and a clear word where that is not possible."""

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from orchestration.local import java
from orchestration.local.errors import DownloadFailed

WHOLE = b"a library" * 1000
NAME = "thing-1.0.jar"


@dataclass
class Repository:
    """A Maven repository with one file; `body` is what it hands out."""

    url: str
    body: bytes = WHOLE
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def repository() -> Iterator[Repository]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if not self.path.endswith(NAME):
                self.send_error(404)
                return
            known.asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(known.body)))
            self.end_headers()
            self.wfile.write(known.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known = Repository(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield known
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def pinned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locks = tmp_path / "locks"
    locks.mkdir()
    (locks / "program.lock").write_text(f"# comment\norg.example:thing:1.0:jar {hashlib.sha256(WHOLE).hexdigest()}\n")
    monkeypatch.setattr(java, "_LOCKS", locks)


def fetch(tmp_path: Path, repository: Repository) -> Path:
    return java.libraries("program", tmp_path / "cache", {"test": repository.url}) / NAME


def test_library_is_fetched_once(tmp_path: Path, repository: Repository) -> None:
    assert java.libraries_state("program", tmp_path / "cache") == (1, 0)
    assert fetch(tmp_path, repository).read_bytes() == WHOLE
    assert fetch(tmp_path, repository).read_bytes() == WHOLE
    assert len(repository.asked) == 1
    assert java.libraries_state("program", tmp_path / "cache") == (0, 0)


def test_damaged_library_is_fetched_again(tmp_path: Path, repository: Repository) -> None:
    fetch(tmp_path, repository).write_bytes(WHOLE[:100])
    assert java.libraries_state("program", tmp_path / "cache") == (0, 1)
    assert fetch(tmp_path, repository).read_bytes() == WHOLE
    assert len(repository.asked) == 2


def test_damaged_download_is_thrown_away(tmp_path: Path, repository: Repository) -> None:
    repository.body = WHOLE[:100]
    with pytest.raises(DownloadFailed, match=r"thing-1\.0\.jar came damaged"):
        fetch(tmp_path, repository)
    assert java.libraries_state("program", tmp_path / "cache") == (1, 0)
    repository.body = WHOLE
    assert fetch(tmp_path, repository).read_bytes() == WHOLE


def test_no_network_names_the_next_step(tmp_path: Path) -> None:
    nobody = Repository("http://127.0.0.1:1")
    with pytest.raises(DownloadFailed, match=r"(?s)thing-1\.0\.jar.*connect to the network.*SEGUE_CACHE") as caught:
        fetch(tmp_path, nobody)
    assert "http://" not in str(caught.value)


def test_two_first_starts_fetch_once_between_them(tmp_path: Path, repository: Repository) -> None:
    with ThreadPoolExecutor(2) as pool:
        files = list(pool.map(lambda _: fetch(tmp_path, repository), range(2)))
    assert {file.read_bytes() for file in files} == {WHOLE}
    assert len(repository.asked) == 1
