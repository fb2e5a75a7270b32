"""`segue spark submit`: a Spark job on EMR Serverless, with the very code that runs here.

The code goes to S3 as one zip; `spark/__main__.py` in it is every job's entry point, and what follows the job's name on
the command line are its arguments.
"""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from orchestration.errors import CalledWrongly, OrchestrationError

_PACKAGE = "spark"
_ENDINGS = (".py", ".html")
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


class SubmitFailed(OrchestrationError):
    """S3 or EMR Serverless refused; no job run was started. Exit code 1."""


@dataclass(frozen=True)
class Place:
    """Where a job runs: the EMR Serverless application, the role that it takes, and a prefix in S3 for code and logs.

    `environment` is a packed virtual environment (venv-pack) in S3: the jobs need numpy, the report matplotlib as well.
    """

    application: str
    role: str
    prefix: str
    environment: str | None = None

    def checked(self) -> "Place":
        """Raise CalledWrongly where the prefix is no place in S3."""
        if urlsplit(self.prefix).scheme != "s3" or not urlsplit(self.prefix).netloc:
            raise CalledWrongly(f"--to is {self.prefix!r}; expected s3://bucket/prefix. Next: change it.")
        return self


def packed(root: Path) -> bytes:
    """The package `spark` as a zip; the same files give the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted((root / _PACKAGE).rglob("*")):
            if file.suffix in _ENDINGS:
                archive.writestr(zipfile.ZipInfo(str(file.relative_to(root)), _FIXED_TIME), file.read_bytes())
    return target.getvalue()


def request(place: Place, job: str, arguments: Sequence[str], code: str, options: Sequence[str] = ()) -> dict[str, Any]:
    """The parameters of StartJobRun; `code` is where the code is in S3, `options` are spark.<key>=<value>."""
    settings = [f"spark.submit.pyFiles={code}/spark.zip"]
    if place.environment:
        settings += [
            f"spark.archives={place.environment}#environment",
            "spark.emr-serverless.driverEnv.PYSPARK_DRIVER_PYTHON=./environment/bin/python",
            "spark.emr-serverless.driverEnv.PYSPARK_PYTHON=./environment/bin/python",
            "spark.executorEnv.PYSPARK_PYTHON=./environment/bin/python",
        ]
    return {
        "applicationId": place.application,
        "executionRoleArn": place.role,
        "name": f"segue-{job}",
        "jobDriver": {
            "sparkSubmit": {
                "entryPoint": f"{code}/__main__.py",
                "entryPointArguments": [job, *arguments],
                "sparkSubmitParameters": " ".join(f"--conf {one}" for one in (*settings, *options)),
            }
        },
        "configurationOverrides": {
            "monitoringConfiguration": {
                "s3MonitoringConfiguration": {"logUri": f"{place.prefix.rstrip('/')}/logs/"},
            }
        },
    }


def code_prefix(place: Place, archive: bytes) -> str:
    """Where the code goes: named by what it is, so that a run that has begun keeps the code it began with."""
    return f"{place.prefix.rstrip('/')}/code/{hashlib.sha256(archive).hexdigest()[:12]}"


def submit(
    place: Place, job: str, arguments: Sequence[str], options: Sequence[str], root: Path, s3: Any, emr: Any
) -> str:
    """Put the code into S3 and start the job run; return its id. Raises CalledWrongly, SubmitFailed."""
    archive = packed(root)
    code = code_prefix(place.checked(), archive)
    at = urlsplit(code)
    entry = (root / _PACKAGE / "__main__.py").read_bytes()
    try:
        for name, body in (("spark.zip", archive), ("__main__.py", entry)):
            s3.put_object(Bucket=at.netloc, Key=f"{at.path.lstrip('/')}/{name}", Body=body)
        started = emr.start_job_run(**request(place, job, arguments, code, options))
    except (ClientError, BotoCoreError) as error:
        raise SubmitFailed(
            f"Submitting the Spark job {job}: AWS refused ({error}). No run was started. Next: compare application, "
            "the role and the bucket with those of your account, and AWS_DEFAULT_REGION with theirs."
        ) from error
    return str(started["jobRunId"])
