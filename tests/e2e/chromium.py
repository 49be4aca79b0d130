"""The browser that all tests of pages drive."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

_NAMED = Path(__file__).parents[2] / ".venv" / "browser"
"""Where the set-up wrote down which one it found."""


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium without windows. While it is open, no other test of the process can run a loop of its own."""
    path = (_NAMED.read_text().strip() if _NAMED.exists() else "") or shutil.which("chromium")
    is_root = os.geteuid() == 0  # whom Chromium's sandbox refuses
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"] if is_root else [], chromium_sandbox=not is_root
        )
        yield browser
        browser.close()
