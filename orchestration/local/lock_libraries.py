"""`python -m orchestration.local.lock_libraries PROGRAM group:artifact:version[:packaging]..`: renew a lock file.

Resolves a Java program and what it needs from a Maven repository, fetches each file once to take its SHA-256, and
writes `libraries/PROGRAM.lock`. Read the change before committing it: from then on these very files are run.
"""

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from jgo.maven import Dependency, MavenContext, PythonResolver

from orchestration.local.java import locked

_HEADER = "# group:artifact:version[:classifier]:packaging sha256\n"
_SCOPES = ("compile", "runtime")
_TIMEOUT_SECONDS = 600


def resolve(programs: Sequence[str], repo_cache: Path, alone: bool = False) -> dict[str, str]:
    """Return every file of the programs, by its coordinates, with its SHA-256; `alone`, without what they need.

    What is no jar (Trino's `tar.gz`) is one file and needs nothing else.
    """
    context = MavenContext(resolver=PythonResolver(), repo_cache=repo_cache, local_repos=[], timeout=_TIMEOUT_SECONDS)
    chosen: dict[tuple[str, ...], Dependency] = {}
    for program in programs:
        root = _root(context, program)
        for one in (root, *([] if alone else _needed(context, root))):
            # The first program decides the version of what both need.
            chosen.setdefault((one.groupId, one.artifactId, one.classifier, one.type), one)
    return {_coordinates(one): _sha256(one.artifact.resolve()) for one in chosen.values()}


def _needed(context: MavenContext, root: Dependency) -> list[Dependency]:
    if root.type != "jar":
        return []
    _, nodes = context.resolver.get_dependency_list([root])
    return [one.dep for one in nodes if one.dep.scope in _SCOPES and not one.dep.optional]


def _root(context: MavenContext, coordinates: str) -> Dependency:
    group, name, version, *packaging = coordinates.split(":")
    component = context.project(group, name).at_version(version)
    return Dependency(component.artifact("", packaging[0] if packaging else "jar"))


def _coordinates(one: Dependency) -> str:
    artifact = one.artifact
    words = (artifact.groupId, artifact.artifactId, artifact.version, artifact.classifier, artifact.packaging)
    return ":".join(word for word in words if word)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def as_lock(files: Iterable[tuple[str, str]]) -> str:
    """Return the text of a lock file."""
    return _HEADER + "".join(f"{coordinates} {sha256}\n" for coordinates, sha256 in sorted(files))


def main(arguments: list[str] | None = None) -> int:
    """Write one lock file."""
    parser = argparse.ArgumentParser(prog="python -m orchestration.local.lock_libraries", description=__doc__)
    parser.add_argument("program", help="the lock file's name, as elasticmq")
    parser.add_argument("coordinates", nargs="+", help="as org.elasticmq:elasticmq-server_2.13:1.6.12")
    parser.add_argument("--alone", action="store_true", help="these files and no more: the host has what they need")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as cache:
        files = resolve(options.coordinates, Path(cache), options.alone)
    locked(options.program).write_text(as_lock(files.items()), encoding="utf-8")
    sys.stdout.write(f"{len(files)} files in {locked(options.program).name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
