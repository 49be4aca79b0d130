"""One verdict of two eyes: neither is averaged away, and no picture is bought while they contradict each other."""

from __future__ import annotations

import pytest

from checks.contract import Tally, Trouble
from checks.fusion import asks, disputed, fuse, unsure
from checks.rules import judge_rules, panel_rules

LOCAL = {
    "presence": panel_rules.PRESENCE,
    "identity": panel_rules.IDENTITY,
    "wardrobe": panel_rules.WARDROBE,
    "location": panel_rules.LOCATION,
}
JUDGE = {
    "identity": judge_rules.IDENTITY,
    "wardrobe": judge_rules.WARDROBE,
    "location": judge_rules.LOCATION,
    "count": judge_rules.COUNT,
}
SUBJECTS = {"location": "cafe", "count": "frame"}


def verdict(rules, **values):
    """A verdict with a value for each axis; None does not apply."""
    tally = Tally({})
    for axis, value in values.items():
        subject = SUBJECTS.get(axis, "ada")
        tally.judge(rules[axis], subject, value, Trouble(f"{axis}:{subject}", "no", "yes"))
    return tally.verdict()


def local(**values):
    return verdict(LOCAL, **values)


def judge(**values):
    return verdict(JUDGE, **values)


def flaws(fused):
    return {f.flaw for f in fused.findings}


@pytest.mark.parametrize(
    ("mine", "theirs", "passes", "for_a_person", "shown"),
    [
        (0.3, 0.9, True, (), set()),
        (0.3, 0.1, False, (), {"identity:ada", "disagreement:identity:ada"}),
        (-0.2, 0.1, False, (), {"identity:ada"}),
        (-0.2, 0.9, False, ("identity:ada",), {"identity:ada", "disagreement:identity:ada"}),
        (0.3, None, True, (), set()),
        (-0.2, None, False, (), {"identity:ada"}),
        (None, 0.9, True, (), set()),
        (None, 0.1, False, (), {"identity:ada"}),
    ],
)
def test_the_rule_of_fusion(mine, theirs, passes, for_a_person, shown):
    fused = fuse(local(identity=mine), judge(identity=theirs))

    assert (fused.passed, disputed(fused), flaws(fused)) == (passes, for_a_person, shown)
    assert len(fused.scores) == 2


def test_a_disagreement_shows_both_numbers_and_fails_nothing_by_itself():
    found = next(
        f for f in fuse(local(identity=0.3), judge(identity=0.1)).findings if f.flaw.startswith("disagreement:")
    )

    assert found.severity == "warning"
    assert (found.evidence["local"], found.evidence["judge"]) == (0.3, 0.1)
    assert (found.evidence["local_says"], found.evidence["judge_says"]) == ("pass", "fail")
    assert "0.30" in found.message
    assert "0.10" in found.message


def test_a_flaw_that_both_see_is_mended_before_a_person_is_asked():
    both = fuse(local(identity=-0.2, wardrobe=-0.2), judge(identity=0.9, wardrobe=0.1))
    counted = fuse(local(identity=-0.2), judge(identity=0.9, count=1.0))

    assert disputed(both) == disputed(counted) == ()


def test_what_only_the_judge_looks_at_counts_by_itself():
    assert not fuse(local(identity=0.3), judge(count=1.0)).passed


@pytest.mark.parametrize(
    ("values", "asked"),
    [
        ({"identity": 0.3, "wardrobe": 0.3}, False),
        ({"identity": 0.08}, True),
        ({"identity": 0.01}, True),
        ({"presence": 0.4, "identity": -0.2, "wardrobe": None}, False),
        ({"presence": 0.4, "identity": 0.3, "wardrobe": None}, True),
        ({"presence": None, "identity": None, "wardrobe": None}, False),
        ({"location": 0.12}, True),
        ({"location": None}, True),
    ],
)
def test_the_judge_is_asked_where_the_local_eye_is_not_sure_or_has_nothing_to_say(values, asked):
    assert asks(local(**values), "ask") is asked
    assert asks(local(**values), "always")
    assert not asks(local(**values), "never")


def test_a_warning_that_the_local_eye_is_not_sure_is_asked_about_and_settled_by_a_pass():
    unsure_of = local(identity=0.3)
    warning = (
        fuse(local(identity=0.3), judge(identity=0.1)).findings[-1].model_copy(update={"flaw": "ask:identity:ada"})
    )
    unsure_of = unsure_of.model_copy(update={"findings": (warning,)})

    assert list(unsure(unsure_of)) == ["ask:identity:ada"]
    assert asks(unsure_of, "ask")
    assert flaws(fuse(unsure_of, judge(identity=0.9))) == set()
    assert flaws(fuse(unsure_of, judge(identity=None))) == {"ask:identity:ada"}


def test_of_a_spoiled_picture_nothing_is_asked():
    tally = Tally({})
    tally.judge(panel_rules.ARTEFACTS, "panel", 0.5)
    tally.judge(panel_rules.IDENTITY, "ada", 0.06)

    assert not asks(tally.verdict(), "always")
