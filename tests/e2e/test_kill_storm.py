"""Twenty films, four processes each, SIGKILL at any moment: the books and the provider's true bill agree."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOUBT_IS_ABSENCE = """
from providers.contract import Found
from tasks import collect
async def look(provider, key): return Found("absent", raw="nobody looked")
collect._look = look
"""
BILLS_ARE_CUT = """
from tasks import collect
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
    ("plant", "runs", "figure"),
    [(DOUBT_IS_ABSENCE, 6, "double_billed"), (BILLS_ARE_CUT, 1, "lost")],
    ids=["doubt", "bills"],
)
def test_the_report_finds_a_planted_fault(plant, runs, figure):
    done = storm(runs, plant)
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])[figure] > 0
    assert "BROKEN: run " in done.stderr


def storm(runs: int, plant: str = "") -> subprocess.CompletedProcess[str]:
    code = f"import sys\nfrom bench.storm import storm\n{plant}\nsys.exit(storm.main(['--runs', '{runs}']))"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=900, check=False
    )
