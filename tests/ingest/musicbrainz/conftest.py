"""The same small catalogue and servers as for Spotify, and a lake that Spotify has filled."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.ingest.conftest import Ingest
from tests.ingest.spotify.conftest import Serve, catalogue, dynamodb_url, names, serve
from tests.ingest.spotify.running import Running

__all__ = ["catalogue", "dynamodb_url", "names", "serve"]

Fill = Callable[..., Running]


@pytest.fixture
def fill(ingest: Ingest, serve: Serve, names: Path) -> Fill:
    """Load three artists and 14 tracks with a development key; then the faults begin."""

    def filled(*faults: Any, **settings: Any) -> Running:
        running = serve(**settings)
        assert ingest("spotify", "--names", names, **running.environment)[0] == 0
        running.server.apis.faults.add(faults)
        running.forget()
        return running

    return filled
