"""The tables of the target, whichever engine built them."""

from collections.abc import Sequence
from contextlib import AbstractContextManager

from orchestration.publish.athena_marts import WRITTEN_BACK, open_athena
from orchestration.publish.settings import Settings
from orchestration.publish.warehouse import TABLES, Warehouse, open_warehouse


def open_marts(settings: Settings) -> AbstractContextManager[Warehouse]:
    """Open the marts that publishing reads. Raises WarehouseUnreadable."""
    return open_tables(settings, "marts", (*TABLES, *WRITTEN_BACK))


def open_tables(settings: Settings, schema: str, names: Sequence[str]) -> AbstractContextManager[Warehouse]:
    """Open these tables of one schema for reading. Raises WarehouseUnreadable."""
    if settings.target == "athena":
        return open_athena(settings, schema, names)
    return open_warehouse(settings.warehouse, schema)
