"""The loopback provider, or a rehearsal, as a process of its own, for as long as somebody needs it."""

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
from rehearsal.faults import Script

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
    """Start the loopback provider in `folder`, and end it."""
    with _served("bench.storm.server", str(folder)) as url:
        bill = TrueBill(folder / "bill.sqlite")
        try:
            yield Live(url, bill)
        finally:
            bill.close()


@contextmanager
def house(folder: Path, script: Script) -> Iterator[str]:
    """Start a rehearsal whose house lies in `folder`/house, and end it; gives its address."""
    path = folder / "script.yaml"
    path.write_text(script.model_dump_json(exclude_none=True), encoding="utf-8")
    with _served("rehearsal.serve", "--state", str(folder / "house"), "--script", str(path)) as url:
        yield url


@contextmanager
def _served(module: str, *words: str) -> Iterator[str]:
    """A server that prints its address. It ends by itself too when we are killed: its standard input closes."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *words], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url:
            raise RuntimeError(f"{module} did not start")
        yield url
    finally:
        process.terminate()
        process.communicate()
