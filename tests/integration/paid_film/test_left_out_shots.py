"""The way back from a hold or an omit takes back that word, and nobody's request."""

from __future__ import annotations

import shlex

import pytest

from governor.decisions import undoing
from manifests.decision import Remark
from production.bible.saying import say
from production.journey.retaking import retake

SHOT = "SC010_SH0010"
DOOR = "command line"


@pytest.fixture
def typed(paid, gate, monkeypatch):
    """Types a command as somebody."""

    def type_it(who, *words):
        monkeypatch.setenv("GATE_WHO", who)
        code, out, err = gate(*words, "--film", str(paid.root))
        return code, out + err

    return type_it


def standing(paid):
    return [(e.decision.who, e.decision.kind) for e in undoing.standing(paid.services.ledger.decided(SHOT))]


@pytest.mark.parametrize("kind", ["hold", "omit"])
def test_the_printed_way_back_from_a_hold_keeps_what_somebody_asked_for_since(paid, typed, kind):
    paid.draft()
    say(paid.services, kind, SHOT, who="Ada", door=DOOR, remark=Remark())
    retake(paid.services, SHOT, change="seed", flaw=None, why="the hand", who="Bo", door=DOOR)
    say(paid.services, "note", SHOT, who="Ada", door=DOOR, remark=Remark(), why="the light is good")
    back = paid.services.ledger.excluded(SHOT)[SHOT].back

    code, said = typed("Ada", *shlex.split(back)[1:], "--yes")

    assert (code, f"Ada took back of {SHOT}: {kind}" in said) == (0, True), said
    assert standing(paid) == [("Bo", "retake"), ("Ada", "note")]
    assert paid.services.ledger.excluded(SHOT) == {}


def test_who_did_not_exclude_a_shot_takes_nothing_back_that_way(paid, typed):
    say(paid.services, "hold", SHOT, who="Ada", door=DOOR, remark=Remark())
    code, said = typed("Bo", "undo", SHOT, "--parked", "--yes")
    assert (code, "not on hold, nor cut, by a word of Bo (Ada put it on hold)" in said) == (2, True), said
    assert standing(paid) == [("Ada", "hold")]
