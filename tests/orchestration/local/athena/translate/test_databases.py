"""Databases are Glue's."""

from collections.abc import Callable

import pytest

from orchestration.local.athena.translate import Plan
from orchestration.local.athena.translate.steps import ChangeDatabase, CreateDatabase, DropDatabase, Step

Planner = Callable[..., Plan]


@pytest.mark.parametrize(
    ("sql", "step"),
    [
        ("create database a", CreateDatabase({"Name": "a"})),
        ("create schema if not exists `A-b`", CreateDatabase({"Name": "a-b"}, if_not_exists=True)),
        ("create schema if not exists `awsdatacatalog`.`a`;", CreateDatabase({"Name": "a"}, if_not_exists=True)),
        (
            "CREATE DATABASE a COMMENT 'x' LOCATION 's3://b/a/' WITH DBPROPERTIES ('k'='v', 'l'='w')",
            CreateDatabase(
                {"Name": "a", "Description": "x", "LocationUri": "s3://b/a/", "Parameters": {"k": "v", "l": "w"}}
            ),
        ),
        ("alter database a set dbproperties ('k'='v')", ChangeDatabase("a", parameters={"k": "v"})),
        ("alter schema a set location 's3://b/'", ChangeDatabase("a", location="s3://b/")),
        ("drop database a", DropDatabase("a")),
        ("drop database a restrict", DropDatabase("a")),
        ("drop schema if exists `a` cascade", DropDatabase("a", if_exists=True, cascade=True)),
    ],
)
def test_databases(planned: Planner, sql: str, step: Step) -> None:
    assert planned(sql).steps == (step,)
