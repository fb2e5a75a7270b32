"""Steps are done once, by whichever process; what is written later is known to its own process at once."""

from typing import Any

import pytest
from chalicelib.errors import MemoryUnavailable
from chalicelib.later import Later
from chalicelib.once import Once, Records

pytestmark = pytest.mark.slow


def test_a_step_whose_end_waits_to_be_written_was_done_before_here_and_perhaps_elsewhere(dynamodb: Any) -> None:
    later = Later(dynamodb)
    here, elsewhere = (Once(Records("segue_answered", dynamodb, one)) for one in (later, Later(dynamodb)))
    done: list[str] = []
    assert here.do("m", "send 0", lambda: done.append("here")) == "now"
    assert here.do("m", "send 0", lambda: done.append("again")) == "before"
    assert (here.state("m", "send 0"), elsewhere.state("m", "send 0")) == ("COMPLETED", "INPROGRESS")
    assert elsewhere.do("m", "send 0", lambda: done.append("elsewhere")) == "perhaps"
    later.write()
    assert elsewhere.do("m", "send 0", lambda: done.append("elsewhere")) == "before"
    assert done == ["here"]


def test_a_step_that_fails_may_be_done_again(dynamodb: Any) -> None:
    later = Later(dynamodb)
    once = Once(Records("segue_answered", dynamodb, later))
    with pytest.raises(ZeroDivisionError):
        once.do("m", "send 0", lambda: 1 // 0)
    later.write()
    assert once.state("m", "send 0") == ""
    assert once.do("m", "send 0", lambda: None) == "now"


def test_what_dynamodb_is_too_busy_for_is_given_to_it_again(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Busy:
        """Writes the first item of a call alone."""

        def batch_write_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:
            ((table, requests),) = RequestItems.items()
            dynamodb.batch_write_item(RequestItems={table: requests[:1]})
            return {"UnprocessedItems": {table: requests[1:]} if requests[1:] else {}}

    pauses: list[float] = []
    monkeypatch.setattr("chalicelib.later.time.sleep", pauses.append)
    later = Later(Busy())
    for count, is_enough in ((4, True), (5, False)):
        pauses.clear()
        for number in range(count):
            later.put("segue_answered", (str(number),), {"id": {"S": str(number)}})
        if is_enough:
            later.write()
        else:
            with pytest.raises(MemoryUnavailable, match="UnprocessedItems"):
                later.write()
    assert pauses == [0.05, 0.2, 0.8]
    assert len(dynamodb.scan(TableName="segue_answered")["Items"]) == 4
