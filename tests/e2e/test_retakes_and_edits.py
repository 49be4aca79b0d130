"""A retake makes exactly the one thing again; an edit changes one part of a frame,
and what lies outside of it is guarded.
"""

from __future__ import annotations

from typing import Any

import click
import pytest

from production.planning.plan_scene import plan_scene
from wiring.errors import HandsRefused, RetakeRefused

SHOT, ALONE = "SC010_SH0020", ("--why", "the hands are wrong")


def test_a_retake_says_what_to_edit_and_takes_no_second_thing_along(drafted):
    with pytest.raises(RetakeRefused, match=r"prompt is the same.*Edit its words"):
        drafted.say("retake", SHOT, "--change", "prompt", *ALONE, "--yes")
    drafted.edit_shot(SHOT, motion="Marit holds both hands out.", seed=5)
    with pytest.raises(RetakeRefused, match="prompt and seed changed"):
        drafted.say("retake", SHOT, "--change", "prompt", *ALONE, "--yes")
    drafted.edit_shot(SHOT, seed=0)
    with pytest.raises(RetakeRefused, match="prompt changed since its last take"):
        drafted.say("retake", SHOT, "--change", "reference", *ALONE, "--yes")
    assert not drafted.ledger.decided(SHOT)

    said = drafted.say("retake", SHOT, "--change", "prompt", "--flaw", "wrong_hand", *ALONE, "--yes")
    assert "clip v001: prompt (wrong_hand)" in said
    assert "Nothing is spent yet" in said
    assert drafted.run().generated == 1

    take = drafted.ledger.takes(shot=SHOT, stage="clip")[-1]
    assert (take.version, take.changed) == (2, "prompt (wrong_hand)")


def test_another_seed_is_one_more_take_until_the_same_flaw_comes_twice_and_it_can_be_taken_back(drafted):
    drafted.say("retake", SHOT, "--change", "seed", "--flaw", "wrong_hand", *ALONE, "--yes")
    assert drafted.stale() == {SHOT}
    assert drafted.run().generated == 1
    first, second = drafted.ledger.takes(shot=SHOT, stage="clip")
    assert (second.attempt, second.changed, second.recipe) == (2, "seed (wrong_hand)", first.recipe)
    assert drafted.stale() == set()

    with pytest.raises(RetakeRefused, match=r"same flaw 2 times.*gate comp export"):
        drafted.say("retake", SHOT, "--change", "seed", "--flaw", "wrong_hand", *ALONE, "--yes")
    assert "took back" in drafted.say("undo", SHOT, "--yes")
    assert drafted.stale() == set()
    plan = plan_scene(drafted.services, drafted.services.scene("SC010"))
    assert plan.drafts[SHOT].clip.sha256 == first.asset.sha256
    with pytest.raises(RetakeRefused, match="nothing stands"):
        drafted.say("undo", SHOT, "--yes")


def test_an_edit_changes_one_part_of_the_frame_and_makes_the_clip_anew(drafted):
    with pytest.raises(HandsRefused, match="asks for 2 things"):
        drafted.say("edit", SHOT, "--only", "ilse", "--say", "remove the hood and open the coat", "--yes")
    with pytest.raises(HandsRefused, match="nobody can tell where"):
        drafted.say("edit", SHOT, "--only", "the brass bell", "--say", "gone", "--yes")
    with pytest.raises(click.UsageError):
        drafted.say("edit", SHOT, "--only", "ilse", "--yes")

    assert "1 pass where it was found" in drafted.say(
        "edit", SHOT, "--only", "Ilse's hand", "--say", "open, palm down", "--yes"
    )
    assert drafted.run().ending == "waits for approval"

    before, edited = drafted.ledger.takes(shot=SHOT, stage="panel")
    assert (edited.parent, edited.changed, edited.request.edit.work) == (before.generation_key, "edit", "edit")
    assert edited.request.references[0].role == "edited"
    assert {s.rule for s in drafted.ledger.verdict(edited.generation_key).scores} >= {"V102", "V114"}
    clip = drafted.ledger.takes(shot=SHOT, stage="clip")[-1]
    assert (clip.version, clip.request.references[0].sha256) == (2, edited.asset.sha256)


def test_what_is_emptied_first_and_filled_anew_is_two_passes_each_guarded(drafted):
    said = drafted.say(
        "edit",
        SHOT,
        "--demolish",
        "the red suitcase",
        "--rebuild",
        "one red suitcase",
        "--box",
        "0.1,0.7,0.25,0.3",
        "--yes",
    )
    assert "2 passes" in said
    assert drafted.run().ending == "waits for approval"

    before, emptied, filled = drafted.ledger.takes(shot=SHOT, stage="panel")
    assert [t.changed for t in (emptied, filled)] == ["demolish", "rebuild"]
    assert [t.parent for t in (emptied, filled)] == [before.generation_key, emptied.generation_key]
    assert {s.rule for s in drafted.ledger.verdict(emptied.generation_key).scores} == {"V114"}
    assert drafted.ledger.certificate(emptied.asset.sha256, SHOT, "panel") is None
    assert drafted.ledger.certificate(filled.asset.sha256, SHOT, "panel").origin == ""

    drafted.say("undo", SHOT, "--yes")
    assert drafted.stale() == set()


def test_an_edit_that_moves_something_else_is_refused_and_the_frame_stays(drafted: Any):
    drafted.flaws({"shot": SHOT, "flaw": "moved"})
    drafted.say("edit", SHOT, "--only", "red suitcase", "--say", "closed, its lid shut", "--yes")
    line = next(line for line in drafted.run().shots if line.shot == SHOT)

    assert line.status == "waits"
    assert "V114" in line.message
    assert "_edit_heat.png" in line.message
    drafted.say("undo", SHOT, "--yes")
    assert drafted.stale() == set()
