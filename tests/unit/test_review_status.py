"""One word for where a shot stands: what people said, what passed, what is blocked."""

from __future__ import annotations

import pytest

from governor.decisions.exclusions import excluded
from governor.decisions.undoing import standing
from governor.purchase import Decided
from manifests.decision import Decision, Remark
from manifests.scene import Camera, Shot
from manifests.spending.plan import MadeFrom, PlanStep
from manifests.take import Request, Take
from production.review.status import disagreement, last_words, status_of
from production.review.takes import words_between

SHOT = "SC010_SH0010"
MADE = MadeFrom(prompt="0" * 64, references="0" * 64, shot="0" * 64, model="m")


def step(tier, stage, does, block=None):
    return PlanStep(
        shot=SHOT, stage=stage, tier=tier, does=does, why="", block=block, made_from=MADE, provider="previz"
    )


def take(stage="clip", tier="draft", key="a"):
    staging = Shot(id=SHOT, location="quay", camera=Camera(size="wide"), motion="fog", duration_s=4)
    request = Request(
        operation="clip" if stage == "clip" else "panel",
        shot=SHOT,
        staging=staging,
        prompt="fog",
        references=(),
        resolution="480p",
        frames=96,
        seed=1,
    )
    return Take(
        generation_key=key * 64,
        recipe="0" * 64,
        shot=SHOT,
        stage=stage,
        tier=tier,
        attempt=1,
        version=1,
        provider="previz",
        model="m",
        request=request,
        changed="first take",
        state="settled",
        held_microusd=0,
    )


def said(number, kind, who="Mia", about="a", **given):
    remark = Remark(take=about * 64) if about else Remark()
    return Decided(
        number,
        Decision(
            kind=kind,
            scope=f"shot:{SHOT}",
            who=who,
            made_at="2026-11-21T12:00:00Z",
            door="review room",
            remark=remark,
            **given,
        ),
    )


DRAFTED = [step("draft", "panel", "cached"), step("draft", "clip", "cached")]
FINAL = step("final", "clip", "blocked", "approval")
ESCALATED = step("draft", "clip", "blocked", "escalated")


@pytest.mark.parametrize(
    ("steps", "shown", "words", "yes", "credit", "status"),
    [
        ([step("draft", "panel", "run"), step("draft", "clip", "run"), FINAL], None, [], False, False, "planned"),
        ([step("draft", "panel", "blocked", "escalated"), FINAL], take("panel"), [], False, False, "panel?"),
        ([*DRAFTED, FINAL], take(), [], False, False, "draft?"),
        ([DRAFTED[0], ESCALATED, FINAL], take(), [], False, False, "draft?"),
        ([*DRAFTED, FINAL], take(), [said(1, "circle")], False, False, "circled"),
        ([*DRAFTED, FINAL], take(), [said(1, "post_fix")], False, False, "circled"),
        ([DRAFTED[0], ESCALATED, FINAL], take(), [said(1, "circle")], False, False, "draft?"),  # its gate refuses it
        ([*DRAFTED, FINAL], take(), [said(1, "retake")], False, False, "retake"),
        ([*DRAFTED, FINAL], take(), [said(1, "edit_layer")], False, False, "retake"),
        ([DRAFTED[0], ESCALATED, FINAL], take(), [said(1, "composite")], False, False, "comp"),
        ([*DRAFTED, step("final", "clip", "run")], take(), [], True, False, "circled"),
        ([*DRAFTED, step("final", "clip", "cached")], take(tier="final"), [], True, False, "final"),
        ([*DRAFTED, step("final", "clip", "blocked", "attempts")], take(tier="final"), [], True, False, "final?"),
        ([*DRAFTED, step("final", "clip", "cached")], take(tier="final"), [said(1, "omit")], True, False, "omit"),
        ([*DRAFTED, FINAL], take(), [said(1, "hold")], False, False, "hold"),
        ([*DRAFTED, FINAL], take(), [said(1, "hold"), said(2, "circle", "Ben")], False, False, "hold"),
        ([*DRAFTED, FINAL], take(), [said(1, "omit"), said(2, "circle", "Ben")], False, False, "hold"),
        ([*DRAFTED, FINAL], take(), [said(1, "retake"), said(2, "circle", "Ben")], False, False, "draft?"),
        ([step("draft", "clip", "blocked", "moderation"), FINAL], None, [], False, False, "blocked:moderation"),
        ([step("draft", "clip", "blocked", "cap"), FINAL], None, [], False, False, "blocked:budget"),
        ([step("draft", "clip", "blocked", "stopped"), FINAL], None, [], False, False, "blocked:stop"),
        (
            [*DRAFTED, step("final", "clip", "blocked", "stopped")],
            take(),
            [],
            False,
            False,
            "draft?",
        ),  # nothing of it would run
        ([*DRAFTED, step("final", "clip", "blocked", "stopped")], take(), [], True, False, "blocked:stop"),
        ([step("draft", "clip", "run"), FINAL], None, [], False, True, "blocked:credit"),
        ([*DRAFTED, FINAL], take(), [], False, True, "draft?"),
    ],
)
def test_a_shot_has_one_status(steps, shown, words, yes, credit, status):
    left_out = excluded(words).get(SHOT)
    assert status_of(steps, shown, words, excluded=left_out, yes=yes, credit=credit) == status


def test_each_persons_last_word_on_the_take_that_is_shown_counts():
    every = [
        said(1, "retake"),
        said(2, "circle"),
        said(3, "retake", "Ben", about="b"),
        said(4, "note", "Ben"),
        said(5, "hold", "Zoe", about=""),
    ]
    words = last_words(every, take())
    assert [(w.decision.who, w.decision.kind) for w in words] == [("Mia", "circle"), ("Zoe", "hold")]
    assert disagreement(words) == "Mia says circle; Zoe says hold"
    assert disagreement(words[:1]) == ""


def test_what_was_taken_back_stands_no_longer():
    every = [said(1, "circle"), said(2, "circle", "Ben"), said(3, "undo", subject="1")]
    assert [each.number for each in standing(every)] == [2]


@pytest.mark.parametrize(
    ("before", "now", "runs"),
    [
        (
            "a violent kick",
            "a boot kicks the door",
            [("same", "a"), ("out", "violent kick"), ("in", "boot kicks the door")],
        ),
        ("rain falls", "rain falls", []),
        ("", "rain", [("in", "rain")]),
        ("rain", "", [("out", "rain")]),
    ],
)
def test_two_prompts_are_compared_in_words(before, now, runs):
    assert [(run.kind, run.text) for run in words_between(before, now)] == runs
