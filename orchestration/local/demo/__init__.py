"""The bundled demo catalogue: well-known artists and songs as facts (artists/*.yml), sound and popularity generated.

`load()` gives its rows, `export(folder)` writes them in the catalogue dump format.
"""

from orchestration.local.demo.catalogue import load
from orchestration.local.demo.errors import DataFileError, DemoError
from orchestration.local.demo.export import export
from orchestration.local.demo.rows import DemoCatalogue

__all__ = ["DataFileError", "DemoCatalogue", "DemoError", "export", "load"]
