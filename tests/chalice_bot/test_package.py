"""`chalice package` makes the two functions without an account or a network."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import app as bot
import pytest

SOURCE = Path(bot.__file__).parent


@pytest.mark.slow
def test_the_package_holds_the_bot_and_its_worker(tmp_path: Path) -> None:
    project, out = tmp_path / "chalice_bot", tmp_path / "out"
    shutil.copytree(SOURCE, project, ignore=shutil.ignore_patterns("__pycache__", "deployments"))
    (project / "requirements.txt").write_text("")  # wheels come from an index, which this test does without
    variables = {**os.environ, "AWS_DEFAULT_REGION": "ap-northeast-2"}
    chalice = Path(sys.executable).with_name("chalice")
    command = [str(chalice), "package", "--merge-template", ".chalice/resources.json", str(out)]
    subprocess.run(command, cwd=project, env=variables, check=True, capture_output=True)

    template = json.loads((out / "sam.json").read_text())
    trigger = template["Resources"]["Consume"]["Properties"]["Events"]["ConsumeSqsEventSource"]["Properties"]
    assert trigger["BatchSize"] > 1
    assert trigger["FunctionResponseTypes"] == ["ReportBatchItemFailures"]  # else what fails would be deleted as well
    assert trigger["Queue"]["Fn::Sub"].endswith(":segue-messages.fifo")
    queues = {name: template["Resources"][name]["Properties"] for name in ("Messages", "DeadLetters")}
    assert all(queue["FifoQueue"] for queue in queues.values())
    assert queues["Messages"]["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["DeadLetters", "Arn"]}
    assert queues["Messages"]["VisibilityTimeout"] >= 6 * template["Resources"]["Consume"]["Properties"]["Timeout"]
    routes = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    assert {path: set(methods) for path, methods in routes.items()} == {
        "/webhook": {"get", "post"},
        "/deletion": {"post"},
        "/deletion/{code}": {"get"},
    }
    with zipfile.ZipFile(out / "deployment.zip") as package:
        names = set(package.namelist())
    texts = {f"chalicelib/texts/{locale}/LC_MESSAGES/segue.mo" for locale in ("en", "ko")}
    assert {"app.py", "chalicelib/ask.py", *texts} <= names


def test_the_bot_imports_nothing_else_of_segue() -> None:
    code = "import sys, app; print([name for name in sys.modules if name.startswith(('ingest', 'orchestration'))])"
    done = subprocess.run([sys.executable, "-c", code], cwd=SOURCE, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


IN_LAMBDA = {"boto3", "botocore", "s3transfer", "python-dateutil", "six", "jmespath", "urllib3", "chalice"}
"""What the runtime brings, and what chalice adds itself."""
MOST_MEGABYTES = 50


def packaged() -> set[str]:
    """The distributions that requirements.txt names."""
    lines = (SOURCE / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return {line.partition("==")[0] for line in lines if not line.startswith("#")}


def test_the_package_brings_all_that_the_bot_imports_and_nothing_that_lambda_has() -> None:
    code = "import app, sys; from chalicelib import staff; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], cwd=SOURCE, capture_output=True, text=True, check=True)
    owners = packages_distributions()
    imported = {owner.lower().replace("_", "-") for name in done.stdout.split() for owner in owners.get(name, ())}
    imported -= {"segue", "setuptools", "pip"}  # what the environment of a developer loads at each start
    imported -= {"chardet", "simplejson"}  # what libraries use where it happens to be
    assert imported - IN_LAMBDA <= packaged()
    assert not packaged() & {"boto3", "botocore", "s3transfer"}


def test_the_package_is_small_enough() -> None:
    """By what is installed here without its byte code, which no wheel holds."""
    files = [file for name in packaged() for file in distribution(name).files or () if file.suffix != ".pyc"]
    sizes = [Path(str(file.locate())).stat().st_size for file in files if Path(str(file.locate())).exists()]
    own = sum(file.stat().st_size for file in SOURCE.rglob("*.*") if file.is_file())
    assert 10 < (sum(sizes) + own) / 1e6 < MOST_MEGABYTES
