"""The marts of the target, whichever engine built them."""

from contextlib import AbstractContextManager

from orchestration.publish.athena_marts import open_athena
from orchestration.publish.settings import Settings
from orchestration.publish.warehouse import Warehouse, open_warehouse


def open_marts(settings: Settings) -> AbstractContextManager[Warehouse]:
    """Open them for reading. Raises WarehouseUnreadable."""
    return open_athena(settings) if settings.target == "athena" else open_warehouse(settings.warehouse)
