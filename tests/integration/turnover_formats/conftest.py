"""A folder that the files of a turnover lie in."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A turnover's folder."""
    return tmp_path_factory.mktemp("turnover")
