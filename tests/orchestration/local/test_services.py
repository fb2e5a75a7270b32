"""DynamoDB, SQS and moto: what they hold is there after `down` and after a kill, and they listen on 127.0.0.1 only."""

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from orchestration.local import stack
from orchestration.local.aws_client import client
from orchestration.local.stack import down, up

Variables = dict[str, str]
LONG_AGO = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A state folder; nothing of it runs afterwards."""
    folder = tmp_path / "state"
    yield folder
    down(folder)


def put_item(variables: Variables) -> None:
    dynamodb = client("dynamodb", variables["AWS_ENDPOINT_URL_DYNAMODB"])
    table = variables["SEGUE_STATE_TABLE"]
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}, "n": {"N": "1"}})
    expiry = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}


def get_item(variables: Variables) -> Any:
    dynamodb = client("dynamodb", variables["AWS_ENDPOINT_URL_DYNAMODB"])
    return dynamodb.get_item(TableName=variables["SEGUE_STATE_TABLE"], Key={"pk": {"S": "a"}})["Item"]


def send_message(variables: Variables) -> None:
    sqs = client("sqs", variables["AWS_ENDPOINT_URL_SQS"])
    sqs.send_message(QueueUrl=variables["SEGUE_QUEUE_URL"], MessageBody="에스파", MessageGroupId="one")


def see_messages(variables: Variables) -> Any:
    sqs = client("sqs", variables["AWS_ENDPOINT_URL_SQS"])
    found = sqs.receive_message(QueueUrl=variables["SEGUE_QUEUE_URL"], VisibilityTimeout=0, WaitTimeSeconds=2)
    return [message["Body"] for message in found["Messages"]]


def fill_aws(variables: Variables) -> None:
    s3, glue, secrets = (client(name, variables["AWS_ENDPOINT_URL_S3"]) for name in ("s3", "glue", "secretsmanager"))
    s3.create_bucket(Bucket="lake", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
    for body in (b"old", "에스파".encode()):
        s3.put_object(Bucket="lake", Key="a b/에스파+1.txt", Body=body)
    s3.put_object(Bucket="lake", Key="gone", Body=b"x")
    s3.delete_object(Bucket="lake", Key="gone")
    upload = s3.create_multipart_upload(Bucket="lake", Key="big")["UploadId"]
    part = s3.upload_part(Bucket="lake", Key="big", UploadId=upload, PartNumber=1, Body=b"z" * 6_000_000)
    parts = {"Parts": [{"ETag": part["ETag"], "PartNumber": 1}]}
    s3.complete_multipart_upload(Bucket="lake", Key="big", UploadId=upload, MultipartUpload=parts)
    s3.copy_object(Bucket="lake", Key="copy", CopySource={"Bucket": "lake", "Key": "a b/에스파+1.txt"})
    glue.create_database(DatabaseInput={"Name": "raw"})
    glue.create_table(DatabaseName="raw", TableInput={"Name": "artists"})
    secrets.create_secret(Name="spotify", SecretString="first")
    secrets.put_secret_value(SecretId="spotify", SecretString="second")


def see_aws(variables: Variables) -> Any:
    s3, glue, secrets, sts = (
        client(name, variables["AWS_ENDPOINT_URL_S3"]) for name in ("s3", "glue", "secretsmanager", "sts")
    )
    listed = {one["Key"]: one for one in s3.list_objects_v2(Bucket="lake")["Contents"]}
    assert sorted(listed) == ["a b/에스파+1.txt", "big", "copy"]
    assert listed["big"]["Size"] == 6_000_000
    for key in ("a b/에스파+1.txt", "copy"):
        assert s3.get_object(Bucket="lake", Key=key)["Body"].read().decode() == "에스파"
    table = glue.get_table(DatabaseName="raw", Name="artists")["Table"]
    secret = secrets.get_secret_value(SecretId="spotify")
    assert secret["SecretString"] == "second"
    assert sts.get_caller_identity()["Account"] == "123456789012"
    dates = [one["LastModified"] for one in listed.values()] + [table["CreateTime"], secret["CreatedDate"]]
    assert min(dates) > LONG_AGO
    return dates, [one["ETag"] for one in listed.values()], secret["ARN"], secret["VersionId"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "fill", "see"),
    [
        pytest.param("dynamodb", put_item, get_item, id="dynamodb"),
        pytest.param("sqs", send_message, see_messages, id="sqs"),
        pytest.param("aws", fill_aws, see_aws, id="aws"),
    ],
)
def test_what_it_holds_survives_down_and_kill(
    home: Path, name: str, fill: Callable[[Variables], None], see: Callable[[Variables], Any]
) -> None:
    fill(up(home, [name]))
    before = see(up(home, [name]))
    service = next(one for one in stack.status(home) if one.name == name)
    assert service.pid is not None
    process = psutil.Process(service.pid)
    listens = {one.laddr.ip.removeprefix("::ffff:") for one in process.net_connections("tcp") if not one.raddr}
    assert listens == {"127.0.0.1"}
    process.kill()
    psutil.wait_procs([process], timeout=10)
    assert see(up(home, [name])) == before
    assert down(home) == [name]
    running = [" ".join(one.info["cmdline"] or []) for one in psutil.process_iter(["cmdline"])]
    assert [command for command in running if str(home) in command] == []
    assert see(up(home, [name])) == before
