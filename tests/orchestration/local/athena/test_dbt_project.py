"""Somebody's dbt project outside this repository, two copies at once, with nothing set but the printed variables.

The project is in `shop/`: seeds, a table that lies in S3 beside dbt, views, a table, an Iceberg merge, a snapshot.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import pytest
from pyathena import connect

from orchestration.steps import DBT
from tests.orchestration.local.athena.clients.conftest import BUCKET, run

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).with_name("shop")
VISITS = """
create external table {schema}.visits (customer_id int, page string, seen_at string)
row format serde 'org.openx.data.jsonserde.JsonSerDe' location 's3://{bucket}/{schema}/visits/'
"""
LONG_AGO = "2026-03-01T08:00:00Z"
Words = tuple[str, ...]


@dataclass(frozen=True)
class Shop:
    """One copy of the project and the database that it builds."""

    folder: Path
    schema: str
    environment: dict[str, str]

    def start(self, *words: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [DBT, "--no-use-colors", *words],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def dbt(self, *words: str) -> None:
        assert ended(self.start(*words)) == 0

    def outcomes(self) -> dict[str, str]:
        """What became of each node of the last command, by its short name."""
        results = self.read("run_results.json")["results"]
        return {_short(one["unique_id"]): one["status"] for one in results}

    def read(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "target" / name).read_text(encoding="utf-8"))
        return found

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What PyAthena reads."""
        with connect(schema_name=self.schema, poll_interval=0.05) as connection, connection.cursor() as cursor:
            return list(cursor.execute(sql).fetchall())

    def change(self, seed: str, old: str, new: str) -> None:
        file = self.folder / "seeds" / f"{seed}.csv"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")


def _short(unique_id: str) -> str:
    """`model.shop.orders` -> `orders`; a unit test stands under its model, and another test before a digest."""
    kind, _, name, *more = unique_id.split(".")
    return more[0] if kind == "unit_test" else name


def ended(process: "subprocess.Popen[str]") -> int:
    """Wait for a command; a failing test shows what it said."""
    said, _ = process.communicate(timeout=400)
    print(said)  # noqa: T201
    return process.returncode


@pytest.fixture(scope="module")
def shops(
    athena: dict[str, str], worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Shop, Shop]]:
    """Two copies in two databases, built by two `dbt build` at the same time."""
    folder = tmp_path_factory.mktemp("shops")
    only = {"PATH": os.environ["PATH"], "HOME": str(folder), **athena}
    first, second = (Shop(folder / name, f"shop_{name}_{worker_id}", only) for name in ("first", "second"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in athena.items():
            patch.setenv(name, value)
        for shop, last_seen in ((first, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"), (second, LONG_AGO)):
            shutil.copytree(PROJECT, shop.folder)
            profiles = shop.folder / "profiles.yml"
            profiles.write_text(profiles.read_text(encoding="utf-8").replace("SCHEMA", shop.schema), encoding="utf-8")
            lay_out_visits(shop.schema, last_seen)
        builds = [shop.start("build") for shop in (first, second)]
        assert [ended(build) for build in builds] == [0, 0]
        yield first, second


def lay_out_visits(schema: str, last_seen: str) -> None:
    """What the web shop wrote before dbt came: a JSON file, and its table."""
    seen = ((1, LONG_AGO), (1, LONG_AGO), (4, last_seen))
    lines = [json.dumps({"customer_id": customer, "page": "/", "seen_at": at}) for customer, at in seen]
    boto3.client("s3").put_object(Bucket=BUCKET, Key=f"{schema}/visits/1.json", Body="\n".join(lines).encode())
    run(
        boto3.client("athena"),
        f"drop database if exists {schema} cascade",
        f"create database {schema}",
        VISITS.format(schema=schema, bucket=BUCKET),
    )


def test_two_builds_at_once_end_with_all_rows_and_tests(shops: tuple[Shop, Shop]) -> None:
    for shop in shops:
        outcomes = shop.outcomes()
        assert set(outcomes.values()) == {"success", "pass"}
        assert {"raw_orders", "stg_visits", "orders", "customers", "order_history"} <= outcomes.keys()
        assert {"what_was_sent_back_does_not_count", "nobody_pays_less_than_nothing"} <= outcomes.keys()
        customers = shop.rows("select * from customers order by customer_id")
        assert customers == [
            (1, "Ada Kim", 2, Decimal("23.00"), 2),
            (2, "Bo Lee", 1, Decimal("20.00"), 0),
            (3, "Cleo Park, Jr.", 1, Decimal("0.00"), 0),
            (4, "Dan", 0, Decimal("0.00"), 1),
        ]
        assert len(shop.rows("select * from stg_orders")) == len(shop.rows("select * from order_history")) == 4


def test_the_catalogue_knows_what_was_documented(shops: tuple[Shop, Shop]) -> None:
    shop, _ = shops
    shop.dbt("docs", "generate")
    catalog = shop.read("catalog.json")
    assert {name.rsplit(".", 1)[1] for name in catalog["nodes"]} == {
        *("raw_customers", "raw_orders", "raw_payments"),
        *("stg_customers", "stg_orders", "stg_payments", "stg_visits"),
        *("orders", "customers", "order_history"),
    }
    assert set(catalog["sources"]) == {"source.shop.web.visits"} and not catalog["errors"]
    found = catalog["nodes"]["model.shop.customers"]
    assert found["metadata"]["comment"] == "One customer, with what they bought and how often they looked."
    assert {name: column["type"] for name, column in found["columns"].items()} == {
        "customer_id": "int",
        "name": "string",
        "order_count": "bigint",
        "lifetime_value": "decimal(38,2)",
        "visit_count": "bigint",
    }
    view = boto3.client("glue").get_table(DatabaseName=shop.schema, Name="stg_customers")["Table"]
    assert view["Description"] == "One customer: the name in one piece."
    comments = {one["Name"]: one.get("Comment") for one in view["StorageDescriptor"]["Columns"]}
    assert comments["customer_id"] == "Its key."


def test_a_source_is_fresh_or_not(shops: tuple[Shop, Shop]) -> None:
    looks = [shop.start("source", "freshness") for shop in shops]
    assert [ended(look) for look in looks] == [0, 1]
    states = [shop.read("sources.json")["results"][0]["status"] for shop in shops]
    assert states == ["pass", "error"]


def test_what_changed_is_merged_and_its_history_kept(shops: tuple[Shop, Shop]) -> None:
    shop, _ = shops
    (before,) = {row[0] for row in shop.rows("select distinct written_by from orders")}
    shop.change(
        "raw_orders", "102,1,2026-03-04,placed,2026-03-04 10:30:00", "102,1,2026-03-04,shipped,2026-03-10 11:00:00"
    )
    shop.change("raw_orders", "104,3", "105,4,2026-03-11,placed,2026-03-11 07:45:00\n104,3")
    for words in (("seed", "--select", "raw_orders"), ("snapshot",), ("run", "--select", "orders", "customers")):
        shop.dbt(*words)
    orders = shop.rows("select order_id, status, amount, written_by from orders order by order_id")
    assert [(order, status, amount, by == before) for order, status, amount, by in orders] == [
        (101, "shipped", Decimal("15.00"), True),
        (102, "shipped", Decimal("8.00"), False),
        (103, "shipped", Decimal("20.00"), True),
        (104, "returned", Decimal("9.99"), True),
        (105, "placed", Decimal("0.00"), False),
    ]
    assert shop.rows("select order_count from customers where customer_id = 4") == [(1,)]
    history = "select order_id, status, dbt_valid_from, dbt_valid_to from order_history order by 1, 3"
    shipped = datetime(2026, 3, 10, 11)
    assert shop.rows(history) == [
        (101, "shipped", datetime(2026, 3, 2, 9), None),
        (102, "placed", datetime(2026, 3, 4, 10, 30), shipped),
        (102, "shipped", shipped, None),
        (103, "shipped", datetime(2026, 3, 6, 12), None),
        (104, "returned", datetime(2026, 3, 9, 8, 15), None),
        (105, "placed", datetime(2026, 3, 11, 7, 45), None),
    ]


def test_a_failing_test_fails_the_build_and_stops_what_stands_on_it(shops: tuple[Shop, Shop]) -> None:
    _, shop = shops
    shop.change("raw_payments", "1250", "-9999")
    shop.change("raw_orders", "2026-03-02 09:00:00", "2026-03-12 09:00:00")
    assert ended(shop.start("build", "--select", "raw_payments", "raw_orders", "orders", "customers")) == 1
    outcomes = shop.outcomes()
    assert outcomes["nobody_pays_less_than_nothing"] == "fail"
    assert outcomes["customers"] == "skipped"
    assert shop.rows("select lifetime_value from customers where customer_id = 1") == [(Decimal("23.00"),)]
