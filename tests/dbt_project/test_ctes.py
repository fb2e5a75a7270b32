"""What a model works out it uses once, or it is a model: Trino, and so Athena, works a CTE out anew at each use."""

import re
from pathlib import Path

import pytest

MODELS = Path(__file__).parents[2] / "dbt_project" / "models"
_CTE = re.compile(r"(?:^with|^\),\n+)\s*(\w+) as \(\n(.*?)(?=^\))", re.MULTILINE | re.DOTALL)
_WORK = re.compile(r"\b(join|union|group by|over|distinct|unnest)\b")


def repeated(sql: str) -> list[str]:
    """Return the CTEs that do more than pick rows of one table, and that more than one place reads."""
    bare = re.sub(r"--.*", "", sql)
    ctes: list[tuple[str, str]] = _CTE.findall(bare)
    reads = {name: re.compile(rf"\b(?:from|join) {name}\b") for name, _ in ctes}

    def works(body: str) -> bool:
        return bool(_WORK.search(body)) or any(read.search(body) for read in reads.values())

    return [name for name, body in ctes if works(body) and len(reads[name].findall(bare)) > 1]


@pytest.mark.parametrize("model", sorted(MODELS.rglob("*.sql")), ids=lambda path: path.stem)
def test_no_cte_that_works_is_used_twice(model: Path) -> None:
    assert repeated(model.read_text()) == []


def test_such_a_cte_would_be_found() -> None:
    counts = "with counts as (\n    select a, count(*) as n from t\n    group by a\n)"
    assert repeated(
        f"{counts},\n\nmost as (\n    select max(n) from counts\n)\n\nselect * from counts cross join most"
    ) == ["counts"]
    assert repeated(f"{counts}\n\nselect * from counts") == []
