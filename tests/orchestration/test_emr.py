"""`segue spark submit`: the request is one that EMR Serverless takes, and the code in S3 runs."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import boto3
import botocore.session
import pytest
from botocore.validate import ParamValidator
from moto import mock_aws

from orchestration.emr import Place, SubmitFailed, code_prefix, packed, request, submit
from orchestration.errors import CalledWrongly
from orchestration.settings import ROOT

ROLE = "arn:aws:iam::123456789012:role/segue-spark"
PLACE = Place("00f1abcdefghij0h", ROLE, "s3://bucket/spark/", "s3://bucket/environment.tar.gz")
WORDS = ("--vectors", "s3://bucket/v", "--credits", "s3://bucket/c", "--lake", "s3://bucket/lake")


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")


def test_the_request_is_what_the_service_describes() -> None:
    shape = (
        botocore.session.get_session().get_service_model("emr-serverless").operation_model("StartJobRun").input_shape
    )
    assert shape is not None
    asked = {**request(PLACE, "neighbours", WORDS, "s3://bucket/code"), "clientToken": "x"}
    assert not ParamValidator().validate(asked, shape).has_errors()
    assert ParamValidator().validate({**asked, "jobDriver": {"spark": {}}}, shape).has_errors(), "nothing was validated"


def test_a_submitted_job_names_code_that_is_there() -> None:
    with mock_aws():
        s3, emr = boto3.client("s3"), boto3.client("emr-serverless")
        s3.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
        application = emr.create_application(name="a", releaseLabel="emr-7.9.0", type="SPARK")["applicationId"]
        place = Place(application, ROLE, "s3://bucket/spark")
        run = submit(place, "neighbours", WORDS, ["spark.executor.cores=4"], ROOT, s3, emr)
        found = emr.get_job_run(applicationId=application, jobRunId=run)["jobRun"]
        driver = found["jobDriver"]["sparkSubmit"]
        keys = {one["Key"] for one in s3.list_objects_v2(Bucket="bucket")["Contents"]}
        code = code_prefix(place, packed(ROOT)).removeprefix("s3://bucket/")
        assert keys == {f"{code}/spark.zip", f"{code}/__main__.py"}
        assert driver["entryPoint"] == f"s3://bucket/{code}/__main__.py"
        assert driver["entryPointArguments"] == ["neighbours", *WORDS]
        assert f"spark.submit.pyFiles=s3://bucket/{code}/spark.zip" in driver["sparkSubmitParameters"]
        assert "spark.executor.cores=4" in driver["sparkSubmitParameters"]


def test_what_aws_refuses_is_told() -> None:
    with mock_aws(), pytest.raises(SubmitFailed, match="No run was started"):
        submit(PLACE, "neighbours", WORDS, [], ROOT, boto3.client("s3"), boto3.client("emr-serverless"))


def test_a_place_outside_s3_is_called_wrong() -> None:
    with pytest.raises(CalledWrongly, match="expected s3://"):
        Place("a", ROLE, "a/folder").checked()


def test_the_entry_point_finds_the_jobs_in_the_zip(tmp_path: Path) -> None:
    """As spark-submit starts it: the entry point alone in a folder, the zip on the path, nothing else of ours."""
    archive = packed(ROOT)
    assert archive == packed(ROOT)
    assert "spark/report/page.html" in zipfile.ZipFile(io.BytesIO(archive)).namelist()
    (tmp_path / "spark.zip").write_bytes(archive)
    entry = tmp_path / "__main__.py"
    entry.write_bytes((ROOT / "spark" / "__main__.py").read_bytes())
    words = [sys.executable, str(entry), "neighbours", "--help"]
    said = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, env={"PYTHONPATH": "spark.zip"})
    assert said.returncode == 0, said.stderr
    assert "int_tracks_standardised" in said.stdout
