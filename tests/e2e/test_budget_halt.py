"""Nine shots at $0.39 under a cap of $0.50: one clip is bought, nothing is held, and a sentence says what to do."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

SHOT_MICROUSD = 390_000


@pytest.fixture
def harbour(tmp_path: Path, harbour_folder: Path) -> Path:
    """The whole example, copied, so that the repository stays as it is."""
    return Path(
        shutil.copytree(harbour_folder, tmp_path / "harbour", ignore=shutil.ignore_patterns(".gate", "__pycache__"))
    )


def test_the_nine_shot_scene_halts_under_its_cap_and_names_the_cap_the_need_and_the_next_command(harbour, gate):
    prices = ("--film", str(harbour), "--prices", str(harbour / "halt.prices.yaml"))

    planned = json.loads(gate("plan", "SC010", "--json", *prices).stdout)
    halted = gate("run", "SC010", *prices, "--cap", "0.50", "--json")
    cost = json.loads(gate("cost", "SC010", "--film", str(harbour), "--json").stdout)

    assert planned["cost"]["total"]["likely_usd"] == 3.51
    assert "Traceback" not in halted.stderr  # a refusal is a sentence
    assert halted.returncode == 4, halted.stderr
    outcome = json.loads(halted.stdout)
    assert outcome["ending"] == "budget"
    assert (cost["settled_usd"], cost["held_usd"], cost["cap_usd"]) == (0.39, 0.0, 0.5)
    assert (outcome["settled_microusd"], outcome["held_microusd"]) == (SHOT_MICROUSD, 0)
    assert "its cap of $0.50 has $0.11 left and this needs $0.39" in outcome["message"]
    assert 'gate cap scene:SC010 --usd 3.51 --why "..."' in outcome["message"]
    assert outcome["next"][0].startswith('gate cap scene:SC010 --usd 3.51 --why "..."')
