"""Which requests the journal may leave out: after those that stay, everything is as it was."""

import json

import pytest

from orchestration.local.journal import Entry
from orchestration.local.superseded import shortened

CREDENTIAL = "AWS4-HMAC-SHA256 Credential=segue/20261123/ap-northeast-2"
S3 = {"HTTP_AUTHORIZATION": f"{CREDENTIAL}/s3/aws4_request, x"}
DELETE = '<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{}<Quiet>true</Quiet></Delete>'


def entry(line: str, headers: dict[str, str] | None = None) -> Entry:
    """An entry of one line; what a body holds stands after the path: keys to delete, or what Glue is asked."""
    method, target, *body = line.split(" ", 2)
    if method == "GLUE":
        glue = {"HTTP_AUTHORIZATION": f"{CREDENTIAL}/glue/aws4_request, x", "HTTP_X_AMZ_TARGET": f"AWSGlue.{target}"}
        return Entry(1.0, 2, "POST", "/", "", glue, "".join(body))
    path, _, query = target.partition("?")
    keys = "".join(f"<Object>{key}</Object>" for key in body)
    return Entry(1.0, 2, method, path, query, S3 | (headers or {}), DELETE.format(keys))


def left(entries: list[Entry]) -> list[int]:
    """The places of the entries that stay."""
    places = {id(one): place for place, one in enumerate(entries)}
    return [places[id(one)] for one in shortened(entries, str.encode)]


def glue(operation: str, **asked: object) -> str:
    return f"GLUE {operation} {json.dumps(asked)}"


OF_T = {"DatabaseName": "d", "TableName": "t"}
TABLE = {"DatabaseName": "d", "TableInput": {"Name": "t"}}
OTHER = {"DatabaseName": "d", "TableInput": {"Name": "u"}}


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        pytest.param(["PUT /b", "PUT /b/k", "PUT /b/k"], [0, 2], id="written twice"),
        pytest.param(["PUT /b", "PUT /b/k", "DELETE /b/k", "PUT /b/l"], [0, 3], id="deleted"),
        pytest.param(["PUT /b?versioning", "PUT /b/k", "PUT /b/k"], [0, 1, 2], id="versioned"),
        pytest.param(["POST /b/k?uploads", "PUT /b/k", "DELETE /b/k"], [0, 1, 2], id="multipart"),
        pytest.param(
            ["PUT /b/k", "PUT /b/l", "PUT /b/m", "POST /b?delete <Key>k</Key><Key>l</Key>"], [2], id="deleted together"
        ),
        pytest.param(["PUT /b/k", "POST /b?delete <Key>k</Key>", "PUT /b/k"], [2], id="deleted and written again"),
        pytest.param(
            ["POST /b/k?uploads", "PUT /b/l", "POST /b?delete <Key>k</Key><Key>l</Key>"],
            [0, 1, 2],
            id="one of those deleted came in parts",
        ),
        pytest.param(
            ["PUT /b/k", "POST /b?delete <Key>k</Key><VersionId>1</VersionId>"], [0, 1], id="one version deleted"
        ),
        pytest.param(
            [
                glue("CreateTable", **TABLE),
                glue("UpdateTable", **TABLE),
                glue("UpdateColumnStatisticsForTable", **OF_T),
                glue("BatchCreatePartition", **OF_T),
                glue("CreateTable", **OTHER),
                glue("DeleteTable", DatabaseName="d", Name="t", CatalogId="1"),
                glue("CreateTable", **TABLE),
            ],
            [4, 6],
            id="table deleted and made again",
        ),
        pytest.param(
            [
                glue("CreateTable", **TABLE),
                glue("CreateTable", **OTHER),
                glue("BatchDeleteTable", DatabaseName="d", TablesToDelete=["t", "u"]),
            ],
            [],
            id="tables deleted together",
        ),
        pytest.param(
            [
                glue("CreateDatabase", DatabaseInput={"Name": "d"}),
                glue("CreateTable", **TABLE),
                glue("CreateDatabase", DatabaseInput={"Name": "e"}),
                glue("DeleteDatabase", Name="d"),
            ],
            [2],
            id="database deleted",
        ),
        pytest.param(
            [glue("CreateTable", **TABLE), glue("DeleteTable", DatabaseName="other", Name="t")],
            [0],
            id="another's table",
        ),
    ],
)
def test_superseded_requests_are_left_out(lines: list[str], kept: list[int]) -> None:
    assert left([entry(line) for line in lines]) == kept


def test_source_of_a_copy_stays() -> None:
    copy = entry("PUT /b/copy", {"HTTP_X_AMZ_COPY_SOURCE": "b/%EC%97%90"})
    assert left([entry("PUT /b/에"), copy, entry("DELETE /b/에")]) == [0, 1, 2]


def test_conditional_write_keeps_what_it_depends_on() -> None:
    assert left([entry("PUT /b/k"), entry("PUT /b/k", {"HTTP_IF_MATCH": '"etag"'})]) == [0, 1]
