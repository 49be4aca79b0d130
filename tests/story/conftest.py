"""An empty film, and the real command line in this process."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from desk.cli import main


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[object, str, str]]:
    """Type a command into the real program; gives its exit code, standard output and standard error."""

    def typed(*words: str | Path) -> tuple[object, str, str]:
        before = dict(os.environ)
        monkeypatch.setattr(sys, "argv", ["gate", *map(str, words)])
        try:
            with pytest.raises(SystemExit) as ended:
                main.main()
        finally:
            os.environ.clear()
            os.environ.update(before)
        return (ended.value.code, *capsys.readouterr())

    return typed


@pytest.fixture
def film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gate: Callable[..., object]) -> Path:
    """A film as `gate init` begins one, and we stand in it."""
    for name in [name for name in os.environ if name.startswith("GATE_")]:
        monkeypatch.delenv(name)
    gate("init", tmp_path / "lamp")
    monkeypatch.chdir(tmp_path / "lamp")
    return tmp_path / "lamp"
