"""A shot on hold or omitted from the film is bought by no run, approved by no door, and named by every report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from governor.errors import Excluded
from production.dailies.gather import gather
from production.planning.bindings import bindings_now
from production.planning.plan_scene import plan_scene
from production.planning.run_options import RunOptions
from production.review.approving import approve

SCENE = "SC010"
DOOR, CAFE, CHAINED, LAST = (f"{SCENE}_{shot}" for shot in ("SH0020", "SH0040", "SH0050", "SH0060"))


def test_a_shot_that_is_left_out_is_never_bought_and_always_named(drafted):
    plan_file = drafted.root / "plan.json"
    drafted.say("plan", SCENE, "-o", str(plan_file))
    bindings = bindings_now(drafted.services, drafted.services.scene(SCENE))
    drafted.say("hold", DOOR, "--why", "another take of her is coming", "--yes")
    assert "omitted from the film: " in drafted.say("omit", CHAINED, LAST, "--yes")
    made = len(drafted.attempts())

    plan = json.loads(drafted.say("plan", SCENE, "--json"))
    assert {s["shot"] for s in plan["steps"] if s["block"] in {"hold", "omit"}} == {DOOR, CHAINED, LAST}
    assert f"{DOOR} is left out" in plan["sentence"]
    assert f"gate undo {LAST} --excluded" in plan["sentence"]
    with pytest.raises(Excluded, match=f"gate undo {DOOR} --excluded"):
        drafted.say("approve", DOOR, "--yes")
    with pytest.raises(Excluded):  # the one hand behind every door
        approve(drafted.services, bindings.values(), who="Ben", door="prefect form")
    assert f"Not included: {DOOR}" in drafted.say("approve", SCENE, "--yes")

    outcome = drafted.run(options=RunOptions(plan_file))  # leaving out is not a move of the plan
    bought = {row["shot"] for row in drafted.attempts()[made:]}
    assert bought == {CAFE}
    assert (outcome.ending, outcome.exit_code, outcome.film) == ("on hold", 3, None)
    assert [line.split(":")[0] for line in outcome.left_out] == [DOOR, CHAINED, LAST]
    assert DOOR in outcome.message
    assert f"gate undo {DOOR} --excluded" in outcome.next

    drafted.say("omit", DOOR, "--yes")  # her last word counts
    outcome = drafted.run()
    assert outcome.ending == "finished"
    assert [line.status for line in outcome.shots] == ["omit", "done", "omit", "omit"]
    timeline = json.loads(Path(outcome.timeline).read_text())
    clips = [c["name"] for c in timeline["tracks"]["children"][0]["children"] if c["OTIO_SCHEMA"].startswith("Clip")]
    assert len(clips) == 1
    assert {row["shot"] for row in drafted.attempts()[made:]} == {CAFE}
    status = json.loads(drafted.say("status", SCENE, "--json"))["shots"]
    assert [row["draft"] for row in status] == ["cut", "done", "cut", "cut"]
    told = gather(drafted.services, SCENE, "2026-11-22", None)
    assert [row.standing for row in told.shots] == ["omit", "final", "omit", "omit"]

    drafted.say("undo", DOOR, "--yes")
    assert drafted.ledger.excluded(SCENE).keys() == {DOOR, CHAINED, LAST}  # her hold from before stands again
    for shot in (DOOR, CHAINED, LAST):
        drafted.say("undo", shot, "--excluded", "--yes")
    assert drafted.ledger.excluded(SCENE) == {}
    assert drafted.stale() == set()  # nothing is bought again


def test_what_is_chained_to_a_shot_that_is_left_out_waits_and_says_what_to_do(drafted):
    made = len(drafted.attempts())
    drafted.say("omit", CHAINED, "--yes")
    outcome = drafted.run()
    line = next(line for line in outcome.shots if line.shot == LAST)
    assert line.status == "waits"
    assert f"gate undo {CHAINED} --excluded" in line.message
    assert "drop chain" in line.message
    assert len(drafted.attempts()) == made

    drafted.edit_shot(LAST, chain=False)
    assert drafted.stale() == {CHAINED, LAST}
    steps = plan_scene(drafted.services, drafted.services.scene(SCENE)).of(LAST)
    assert [step.does for step in steps if step.tier == "draft"] == ["run", "run"]
