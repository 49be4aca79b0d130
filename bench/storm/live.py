"""The loopback provider as a process of its own, for as long as somebody needs it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench.storm.bill import TrueBill

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Live:
    """A running server: its address, and its true bill as another process reads it."""

    url: str
    bill: TrueBill

    def tell(self, **words: Any) -> None:
        """How it behaves from now on; see server.Desk."""
        httpx.post(f"{self.url}/control", json=words, trust_env=False, timeout=30).raise_for_status()

    def told_anew(self, *script: dict[str, Any]) -> None:
        """Forget what went wrong before; let these faults befall the next calls, one each."""
        self.tell(script=script, odds={}, seed=0, blind=False)


@contextmanager
def live(folder: Path) -> Iterator[Live]:
    """Start it in `folder`, and end it. It ends by itself too when we are killed: its standard input closes."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.storm.server", folder], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url:
            raise RuntimeError("the loopback provider did not start")
        bill = TrueBill(folder / "bill.sqlite")
        try:
            yield Live(url, bill)
        finally:
            bill.close()
    finally:
        process.terminate()
        process.communicate()
