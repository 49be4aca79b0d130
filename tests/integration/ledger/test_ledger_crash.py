"""Processes that die between the steps, and many that hold at once."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from governor.errors import BudgetRefused, LedgerBroken
from governor.ledger import Ledger
from governor.reconcile import Sighting, reconcile

CENT = 10_000
ROOT = Path(__file__).parents[3]
CHILD = """
import importlib.util, os, signal, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("makers", sys.argv[1])
makers = importlib.util.module_from_spec(spec); spec.loader.exec_module(makers)
folder, step = Path(sys.argv[2]), sys.argv[3]
ledger = makers._open(folder)
bought = makers._purchase(ledger.begin_epoch("SC010", "r1"), cents=39)
def die(here):
    if here == step: os.kill(os.getpid(), signal.SIGKILL)
grant = ledger.hold(bought); die("held")
grant.redeem(bought.generation_key); die("redeemed")
(folder / "posted").touch(); die("posted")
ledger.submitted(bought.generation_key, "job-1"); die("submitted")
ledger.settle(bought.generation_key, 30 * 10_000, None, "bill"); die("settled")
"""
HOLDER = """
import importlib.util, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("makers", sys.argv[1])
makers = importlib.util.module_from_spec(spec); spec.loader.exec_module(makers)
from governor.errors import BudgetRefused
ledger = makers._open(Path(sys.argv[2]))
epoch, held = ledger.current_epoch("SC010"), 0
for number in range(15):
    try:
        ledger.hold(makers._purchase(epoch, cents=7, words=f"{sys.argv[3]} {number}")); held += 1
    except BudgetRefused:
        pass
print(held)
"""


def child(program: str, *arguments: str) -> subprocess.Popen[str]:
    makers = str(Path(__file__).with_name("conftest.py"))
    return subprocess.Popen(
        [sys.executable, "-c", program, makers, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(ROOT)},
    )


@pytest.mark.parametrize(
    ("step", "state"),
    [
        ("held", "released"),
        ("redeemed", "released"),
        ("posted", "submitted"),
        ("submitted", "submitted"),
        ("settled", "settled"),
    ],
    ids=lambda value: value,
)
def test_a_run_killed_after_a_step_is_brought_home_without_paying_twice(tmp_path, open_ledger, step, state):
    with child(CHILD, str(tmp_path), step) as killed:
        assert killed.wait(60) == -signal.SIGKILL
    posted = (tmp_path / "posted").exists()
    ledger = open_ledger(tmp_path)
    assert ledger.audit() == []
    newer = ledger.begin_epoch("SC010", "r2")
    for left in ledger.marks_open():
        attempt = ledger.attempt_under(left.generation_key)
        seen = (
            Sighting("found", "in the list", "job-1") if posted else Sighting("absent", "not listed", attempt=attempt)
        )
        reconcile(ledger, left, newer, lambda _take, seen=seen: seen)
    (take,) = ledger.takes(released_too=True)
    assert take.state == state
    assert (
        ledger.balance("scene:SC010").held + ledger.balance("scene:SC010").settled
        == {
            "released": 0,
            "submitted": 39 * CENT,
            "settled": 30 * CENT,
        }[state]
    )
    assert ledger.audit() == []
    ledger.close()


def test_processes_that_race_for_one_cap_never_pass_it(tmp_path, open_ledger):
    ledger = open_ledger(tmp_path)
    ledger.begin_epoch("SC010", "r1")
    racers = [child(HOLDER, str(tmp_path), f"racer {number}") for number in range(3)]
    held = sum(int(racer.communicate(timeout=60)[0]) for racer in racers)
    assert held == 80 // 7  # the shot's cap of $0.80, at 7 cents each
    assert ledger.balance("shot:SC010_SH0010").held == held * 7 * CENT
    assert ledger.audit() == []
    ledger.close()


def test_threads_that_race_for_one_cap_never_pass_it(ledger, epoch, purchase):
    refused = []

    def race(name: str) -> None:
        for number in range(6):
            try:
                ledger.hold(purchase(epoch, cents=7, words=f"{name} {number}"))
            except BudgetRefused as refusal:
                refused.append(refusal)

    threads = [threading.Thread(target=race, args=(f"thread {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(ledger.takes()) == 80 // 7
    assert len(refused) == 24 - 80 // 7


def test_a_file_that_is_no_ledger_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "ledger.db"
    path.write_bytes(b"not a database, but long enough to look like one" * 50)
    before = path.read_bytes()
    with pytest.raises(LedgerBroken):
        Ledger.open(path, stop_file=tmp_path / "STOP")
    assert path.read_bytes() == before
