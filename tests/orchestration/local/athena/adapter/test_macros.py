"""The macros that dbt offers on every database: dbt-tests-adapter's cases for each, all in one project."""

from importlib import import_module

import pytest
from dbt.tests.adapter.utils import fixture_escape_single_quotes as quotes
from dbt.tests.adapter.utils.base_utils import BaseUtils

MACROS = (
    "any_value",
    "bool_or",
    "concat",
    "date_trunc",
    "dateadd",
    "hash",
    "length",
    "listagg",
    "position",
    "replace",
    "right",
    "string_literal",
)
"""Not here: what dbt-athena itself does not offer on Athena (cast to `string`, last_day, split_part from the end)."""


def files(kind: str, *endings: str) -> dict[str, str]:
    """Return the files among the cases: a constant `models__test_hash_sql` holds the model test_hash.sql."""
    found = {}
    for macro in MACROS:
        for name, text in vars(import_module(f"dbt.tests.adapter.utils.fixture_{macro}")).items():
            stem, _, ending = name.removeprefix(kind).rpartition("_")
            if name.startswith(kind) and ending in endings:
                found[f"{stem}.{ending}"] = text
    return found


class TestMacros(BaseUtils):
    @pytest.fixture(scope="class")
    def models(self) -> dict[str, str]:
        return {
            **files("models__", "sql", "yml"),
            "test_escape_single_quotes.sql": quotes.models__test_escape_single_quotes_quote_sql,
            "test_escape_single_quotes.yml": quotes.models__test_escape_single_quotes_yml,
        }

    @pytest.fixture(scope="class")
    def seeds(self) -> dict[str, str]:
        return files("seeds__", "csv")
