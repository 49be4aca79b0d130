"""kill -9 at ten moments of one film: each resume collects what was bought, and nothing is bought or made twice."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from wiring.prefect_server import film_server
from wiring.settings import read_settings

SEED = 20261121
DRAFT_KILLS, FINAL_KILLS = 6, 4
KILLS_WITH_THE_SERVER = 3
"""How many of them take Prefect's server along; the others have one that stays, as beside another run of the film."""

DRAFT_LINES, FINAL_LINES = (1, 8), (9, 13)
"""Which line of progress is waited for. A run in which every draft is there prints nine of them;
finals come after that.
"""

PAUSE_S_MAX = 0.9
"""Then this long at most: a take is made in about a second, so that all of its moments are met."""

WIND_DOWN_S = 20.0
YOUNG_S = 120.0


@pytest.fixture
def film(tmp_path, cut_out):
    """Three shots at $0.39 a draft, so that the ledger has something to add up."""
    root = cut_out(tmp_path / "film", ("SH0040", "SH0050", "SH0070"))
    prices = root / "halt.prices.yaml"
    prices.write_text(prices.read_text(encoding="utf-8").replace("[480p]", "[480p, 720p]"), encoding="utf-8")
    return root


def test_ten_kills_of_one_film_buy_nothing_twice_and_leave_nothing_behind(
    film, gate, gate_command, attempts_of, open_books
):
    given = ("--film", str(film), "--prices", str(film / "halt.prices.yaml"))
    chance = random.Random(SEED)

    def kill_once(lines: tuple[int, int]) -> None:
        before = _settled(attempts_of(film))
        _run_and_kill(gate_command("resume", "SC010", *given), chance.randint(*lines), chance.uniform(0, PAUSE_S_MAX))
        assert before.items() <= _settled(attempts_of(film)).items()

    for _ in range(KILLS_WITH_THE_SERVER):
        kill_once(DRAFT_LINES)
    with server_of(film):
        for _ in range(DRAFT_KILLS - KILLS_WITH_THE_SERVER):
            kill_once(DRAFT_LINES)
        drafted = gate("resume", "SC010", *given)
        assert drafted.returncode == 3, drafted.stderr
        assert gate("approve", "SC010", "--yes", *given).returncode == 0
        for _ in range(FINAL_KILLS):
            kill_once(FINAL_LINES)
    before = _settled(attempts_of(film))
    finished = gate("resume", "SC010", *given)
    _nobody_works_for(film)

    assert finished.returncode == 0, finished.stderr
    assert "its process is gone; it is Crashed now" in finished.stderr
    assert _left_in(film / ".gate") == []
    attempts = attempts_of(film)
    assert before.items() <= _settled(attempts).items()
    bought = [row["generation_key"] for row in attempts if row["state"] != "released"]
    assert len(bought) == len(set(bought)) == 9  # three panels, three drafts, three finals
    ledger, previz = open_books(film)
    bills = previz.bills()
    assert sorted(bills) == sorted(row["job_id"] for row in attempts if row["state"] == "settled")
    assert sum(bills.values()) == ledger.balance("scene:SC010").settled == 6 * 390_000
    assert ledger.balance("scene:SC010").held == 0
    assert ledger.audit() == []


@contextlib.contextmanager
def server_of(film: Path) -> Iterator[None]:
    """The film's Prefect server, for as long as the block."""
    before = dict(os.environ)
    server = film_server.start(read_settings(film))
    os.environ.clear()
    os.environ.update(before)
    try:
        server.wait()
        yield
    finally:
        server.stop()


def _left_in(state: Path) -> list[Path]:
    """What killed processes would leave, but for what is younger than a minute: that goes with the start after."""
    kinds = ("alive/*", "claims/*", "tmp/*", "lanes/*/*", "providers/*/.tmp-*", "vault/objects/*/.tmp-*")
    return [
        path
        for kind in kinds
        for path in state.glob(kind)
        if time.time() - path.stat().st_mtime > YOUNG_S or ".tmp-" not in path.name
    ]


def _run_and_kill(command: list[str], line: int, pause_s: float) -> None:
    """Start the command, wait for its progress, and kill its process without warning."""
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=_clean()
    ) as process:
        assert process.stderr is not None
        said: list[str] = []
        for heard in process.stderr:
            said.append(heard)
            if sum(words.startswith("  ") for words in said) == line:
                break
        time.sleep(pause_s)
        assert process.poll() is None, f"it ended before line {line}: {''.join(said)}"
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL


def _settled(attempts: list) -> dict[str, tuple[str, str]]:
    """What is paid for and in the vault, with the moment it was booked at: neither ever changes."""
    return {row["generation_key"]: (row["asset"], row["moved_at"]) for row in attempts if row["state"] == "settled"}


def _nobody_works_for(film: Path) -> None:
    """Wait for every process of that film to end: a server that lost its run goes by itself."""
    until = time.monotonic() + WIND_DOWN_S
    while left := _processes_of(film):
        assert time.monotonic() < until, f"still there: {left}"
        time.sleep(0.2)


def _processes_of(film: Path) -> list[str]:
    word, found = str(film).encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int(process.name) != os.getpid() and word in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode()[:200])
    return found


def _clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("GATE_", "PREFECT_"))}
