"""The limit on what one query may scan, as a property of Athena's work group."""

from collections.abc import Iterator

import boto3
import pytest
from botocore.stub import Stubber

from orchestration.errors import CalledWrongly
from orchestration.work_group import WorkGroupRefused, read, set_limit


@pytest.fixture
def athena() -> Iterator[Stubber]:
    """An Athena that answers what a test expects to be asked, in order, and nothing else."""
    client = boto3.client("athena", region_name="ap-northeast-2", aws_access_key_id="k", aws_secret_access_key="s")
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def test_a_missing_work_group_is_made_with_the_limit(athena: Stubber) -> None:
    athena.add_response("list_work_groups", {"WorkGroups": [{"Name": "primary"}]}, {})
    expected = {"BytesScannedCutoffPerQuery": 20_000_000, "EnforceWorkGroupConfiguration": False}
    athena.add_response("create_work_group", {}, {"Name": "segue", "Configuration": expected})
    assert set_limit(athena.client, "segue", 20_000_000) == "created"


def test_a_work_group_that_is_there_gets_the_new_limit(athena: Stubber) -> None:
    athena.add_response("list_work_groups", {"WorkGroups": [{"Name": "primary"}], "NextToken": "more"}, {})
    athena.add_response("list_work_groups", {"WorkGroups": [{"Name": "segue"}]}, {"NextToken": "more"})
    changes = {"ConfigurationUpdates": {"BytesScannedCutoffPerQuery": 30_000_000}}
    athena.add_response("update_work_group", {}, {"WorkGroup": "segue", **changes})
    assert set_limit(athena.client, "segue", 30_000_000) == "changed"


def test_an_athena_that_refuses_is_told_with_the_way_out(athena: Stubber) -> None:
    athena.add_client_error("list_work_groups", "AccessDeniedException", "no")
    with pytest.raises(WorkGroupRefused, match=r"segue may scan: .*AccessDenied.*unset SEGUE_ATHENA_QUERY_BYTES"):
        set_limit(athena.client, "segue", 30_000_000)


@pytest.mark.parametrize("given", ["", "much", "-1", "9999999", "1e9"])
def test_what_athena_would_not_take_is_refused(given: str) -> None:
    with pytest.raises(CalledWrongly, match="SEGUE_ATHENA_QUERY_BYTES"):
        read({"SEGUE_ATHENA_QUERY_BYTES": given})


def test_the_work_group_may_have_another_name() -> None:
    assert read({"SEGUE_ATHENA_QUERY_BYTES": "10000000"}) == ("segue", 10_000_000)
    assert read({"SEGUE_ATHENA_QUERY_BYTES": "10000000", "SEGUE_ATHENA_WORK_GROUP": "mine"})[0] == "mine"
