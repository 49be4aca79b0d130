"""A film with a judge: what was drawn wrong is named by both eyes, made again, and every look is in the ledger."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from governor.ledger import Ledger

FAULTS = [{"fault": "drift", "of": "wardrobe", "operation": "clip", "at": 1, "prompt_contains": "dungarees"}]
"""Only one of the two shots has somebody in dungarees: Ilse in it wears another coat in its first clip."""


@pytest.fixture
def film(film_of, rehearsed_here):
    """Two shots, rehearsed on the session's server, and Gemini looks at every panel and clip."""

    film = film_of("SH0020", "SH0040")
    film.edit("film.yaml", lambda told: told.update(judge="always"))
    film.edit("film.yaml", lambda told: told["providers"].update(judge="gemini"))
    return film


def test_a_judge_names_what_was_drawn_wrong_and_its_looks_are_billed_as_booked(film, tmp_path):
    script = tmp_path / "drift.yaml"
    YAML().dump({"faults": FAULTS}, script)

    told = json.loads(film.say("rehearse", "SC010", "--provider", "openrouter", "--script", str(script), "--json"))
    rows = {row["provider"]: row for row in told["providers"]}
    assert set(rows) == {"gemini", "openrouter"}
    for row in rows.values():
        assert row["true_microusd"] == row["booked_microusd"] > 0
        assert (row["difference_microusd"], row["held_microusd"], row["refused"]) == (0, 0, 0)
    assert rows["gemini"]["jobs"] == 5  # two panels, two clips, and the second take of one of them
    assert told["faults"][0]["ended"][0].endswith("refused by its gate: wardrobe:ilse")
    assert told["outcome"]["ending"] == "waits for approval"

    with contextlib.closing(
        Ledger.open(Path(told["copy"]) / ".gate/ledger.sqlite", stop_file=tmp_path / "stop")
    ) as ledger:
        first, second = ledger.takes(shot="SC010_SH0040", stage="clip")
        said = ledger.verdict(first.generation_key)
        assert {(f.rule, f.flaw) for f in said.findings if f.severity == "error"} >= {("V202", "wardrobe:ilse")}
        assert ledger.verdict(second.generation_key).passed
        (certificate,) = ledger.certificates(second.asset.sha256, "SC010_SH0040", "clip")
        assert certificate.judge == "gemini gemini-3.8-flash"
        assert {score.rule for score in certificate.scores} >= {"V102", "V201", "V203", "V208"}
        looks = ledger.takes(stage="judge")
        assert sum(look.cost_microusd for look in looks) == rows["gemini"]["true_microusd"]
        assert all(look.asset.media_type == "application/json" for look in looks)
        assert ledger.audit() == []
