"""Films, four processes each, SIGKILL at any moment:
the ledger and the true bill agree, at the loopback provider and at each real adapter.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from providers import registry
from rehearsal.application import rehearsed

MAKERS = {"openrouter", "replicate", "byteplus", "fal", "evolink", "gemini", "previz"}
ROOT = Path(__file__).resolve().parents[2]
DOUBT_IS_ABSENCE = """
from providers.contract import LookupResult
from production.purchasing import collect
async def look(*asked): return LookupResult("absent", raw="nobody looked")
collect._look = look
"""
BILLS_ARE_CUT = """
from production.purchasing import collect
settle = collect._settle
collect._settle = lambda run, take, bill, asset, raw: settle(run, take, bill and bill - 1, asset, raw)
"""


def test_twenty_runs_buy_nothing_twice_lose_nothing_and_pass_no_cap():
    done = storm(20)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["runs"], told["double_billed"], told["lost"], told["over_cap_usd"]) == (20, 0, 0, 0)
    assert told["kills"] >= 60
    assert told["jobs_billed"] >= 200
    assert min(told["cap_use"]["list"], told["cap_use"]["marker"]) >= 0.98
    assert told["cap_use"]["neither"] >= 0.85
    assert re.search(r"[1-9] orphans fenced", done.stderr)
    # What is in doubt at the end is all of a provider that tells nothing, and each is named and priced.
    doubts = [line for line in done.stderr.splitlines() if "in doubt" in line]
    assert sum(line.count(" held") for line in doubts) == told["in_doubt"]
    assert all(" neither " in line for line in doubts)


@pytest.mark.parametrize(
    ("plant", "runs", "words", "figure"),
    [(DOUBT_IS_ABSENCE, 2, ("--providers", "replicate"), "double_billed"), (BILLS_ARE_CUT, 1, (), "lost")],
    ids=["doubt", "bills"],
)
def test_the_report_finds_a_planted_fault(plant, runs, words, figure):
    done = storm(runs, *words, plant=plant)
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])[figure] > 0
    assert "BROKEN: run " in done.stderr


def test_each_real_adapter_buys_nothing_twice_and_loses_nothing():
    done = storm(1, "--providers", "all")
    assert done.returncode == 0, done.stderr
    told = {line["provider"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert set(told) == MAKERS
    for line in told.values():
        assert (line["double_billed"], line["lost"], line["over_cap_usd"]) == (0, 0, 0)
        # A call in doubt was made, too; its hold fills the cap, so that on a busy machine fewer others are bought.
        assert line["jobs_billed"] + line["in_doubt"] >= 10
        assert line["in_doubt"] == 0 or line["way"] == "neither"
    assert sum(line["kills"] for line in told.values()) >= 20
    # Every maker of clips who is paid by the call is rehearsed, and none is forgotten here.
    assert {name for name in rehearsed() if "clip" in registry.factory(name).operations} == MAKERS - {"previz"}


def test_a_bill_above_its_hold_stops_everything_and_is_booked():
    done = storm(1, "--providers", "openrouter", "--surprises")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["lost"] == 0
    assert re.search(r"\$\d[\d.]* above", done.stderr)


def storm(runs: int, *words: str, plant: str = "") -> subprocess.CompletedProcess[str]:
    told = ["--runs", str(runs), *words]
    code = f"import sys\nfrom bench.storm import storm\n{plant}\nsys.exit(storm.main({told!r}))"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=900, check=False
    )
