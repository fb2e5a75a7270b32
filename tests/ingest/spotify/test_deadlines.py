from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ingest.deadlines import Deadline, Deadlines


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        yield boto3.client("dynamodb", region_name="ap-northeast-2")


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def made(dynamodb: Any, clock: Clock, key: str = "an id") -> Deadlines:
    return Deadlines("spotify", key, "segue_state", dynamodb, clock, recheck_seconds=3.0)


def test_without_a_table_there_is_no_deadline(dynamodb: Any) -> None:
    assert made(dynamodb, Clock()).current() is None


def test_another_process_with_the_same_key_sees_it_and_one_with_another_does_not(dynamodb: Any) -> None:
    clock = Clock()
    made(dynamodb, clock).extend(Deadline(1_100.0, "quota"))
    assert made(dynamodb, clock).current() == Deadline(1_100.0, "quota")
    assert made(dynamodb, clock, "another id").current() is None


def test_a_deadline_is_only_ever_extended(dynamodb: Any) -> None:
    clock = Clock()
    deadlines = made(dynamodb, clock)
    deadlines.extend(Deadline(1_100.0, "quota"))
    deadlines.extend(Deadline(1_050.0, "shorter"))
    assert deadlines.current() == Deadline(1_100.0, "quota")
    deadlines.extend(Deadline(1_200.0, "longer"))
    assert deadlines.current() == Deadline(1_200.0, "longer")


def test_it_is_read_again_after_some_seconds(dynamodb: Any) -> None:
    clock = Clock()
    ours, theirs = made(dynamodb, clock), made(dynamodb, clock)
    assert ours.current() is None
    theirs.extend(Deadline(1_100.0, "quota"))
    assert ours.current() is None
    clock.now += 3.0
    assert ours.current() is not None


def test_it_ends_by_itself(dynamodb: Any) -> None:
    clock = Clock()
    deadlines = made(dynamodb, clock)
    deadlines.extend(Deadline(1_100.0, "quota"))
    clock.now = 1_100.0
    assert deadlines.current() is None


def test_the_item_holds_no_key_and_expires(dynamodb: Any) -> None:
    made(dynamodb, Clock()).extend(Deadline(1_100.0, "quota"))
    (item,) = dynamodb.scan(TableName="segue_state")["Items"]
    assert item["pk"]["S"].startswith("deadline#spotify#")
    assert len(item["pk"]["S"]) == len("deadline#spotify#") + 16
    assert item["expires_at"]["N"] == str(1_100 + 86_400)
    assert "an id" not in str(item)


KEY = {"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST"}


def make_table(dynamodb: Any) -> None:
    attributes = [{"AttributeName": "pk", "AttributeType": "S"}]
    dynamodb.create_table(TableName="segue_state", AttributeDefinitions=attributes, **KEY)


def expiry(dynamodb: Any) -> str:
    return str(dynamodb.describe_time_to_live(TableName="segue_state")["TimeToLiveDescription"]["TimeToLiveStatus"])


def test_two_processes_may_find_an_empty_account_at_once(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    create = dynamodb.create_table

    def create_as_the_second(**arguments: Any) -> None:
        monkeypatch.undo()
        create(**arguments)
        create(**arguments)

    monkeypatch.setattr(dynamodb, "create_table", create_as_the_second)
    made(dynamodb, Clock()).extend(Deadline(1_100.0, "quota"))
    assert made(dynamodb, Clock()).current() == Deadline(1_100.0, "quota")
    assert expiry(dynamodb) == "ENABLED"


def test_items_expire_although_a_kill_fell_after_the_table_was_made(dynamodb: Any) -> None:
    make_table(dynamodb)
    assert expiry(dynamodb) == "DISABLED"
    made(dynamodb, Clock()).extend(Deadline(1_100.0, "quota"))
    assert expiry(dynamodb) == "ENABLED"
