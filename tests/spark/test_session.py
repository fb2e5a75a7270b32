"""How a session is set up: here, under spark-submit, and with S3."""

from pathlib import Path

import pytest

from spark.errors import CalledWrongly
from spark.session import options

HERE = {"PATH": "/usr/bin"}
SUBMITTED = {"PYSPARK_GATEWAY_PORT": "1234"}


def test_here_it_takes_all_cores_and_listens_on_this_machine_alone() -> None:
    found = options(HERE, None, [])
    assert found["spark.master"] == "local[*]"
    assert {found["spark.driver.host"], found["spark.driver.bindAddress"]} == {"127.0.0.1"}


def test_under_spark_submit_master_and_memory_are_not_ours() -> None:
    found = options(SUBMITTED, None, [])
    assert not {"spark.master", "spark.driver.memory", "spark.driver.host"} & found.keys()


def test_what_the_caller_says_comes_last() -> None:
    assert options(HERE, None, ["spark.driver.memory=9g", "spark.x=a=b"]).items() >= {
        ("spark.driver.memory", "9g"),
        ("spark.x", "a=b"),
    }


@pytest.mark.parametrize("wrong", ["spark.driver.memory", "driver.memory=1g"])
def test_an_option_of_another_form_is_named(wrong: str) -> None:
    with pytest.raises(CalledWrongly, match=wrong):
        options(HERE, None, [wrong])


def test_s3_is_where_every_other_client_finds_it() -> None:
    variables = {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:5000", "AWS_DEFAULT_REGION": "ap-northeast-2"}
    found = options(HERE | variables, Path("/jars"), [])
    assert found["spark.driver.extraClassPath"] == "/jars/*"
    assert found["spark.hadoop.fs.s3a.endpoint"] == "http://127.0.0.1:5000"
    assert found["spark.hadoop.fs.s3a.connection.ssl.enabled"] == "false"
    assert found["spark.hadoop.fs.s3.impl"] == found["spark.hadoop.fs.s3a.impl"]
    assert "spark.hadoop.fs.s3a.endpoint" not in options(HERE, Path("/jars"), [])
