"""The script of a rehearsal: what it may say, and which calls its faults befall."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from rehearsal.faults import FAULTS, Fault, Script

CALL = {"provider": "openrouter", "operation": "clip", "model": "m", "prompt": "A quay.", "with_reference": True}


def struck(fault, calls=10, seed="1"):
    found = []
    for number in range(1, calls + 1):
        if fault.strikes(number, len(found), seed):
            found.append(number)
    return found


@pytest.mark.parametrize(
    ("when", "calls"),
    [
        ({}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        ({"at": 3}, [3]),
        ({"at": (2, 9)}, [2, 9]),
        ({"onwards": 8}, [8, 9, 10]),
        ({"times": 2}, [1, 2]),
        ({"onwards": 5, "times": 1}, [5]),
        ({"chance": 0.0}, []),
        ({"chance": 1.0}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
    ],
)
def test_a_fault_befalls_the_calls_that_it_names(when, calls):
    assert struck(Fault(fault="stuck", **when)) == calls


def test_chance_is_the_same_for_a_seed_and_near_what_was_asked_for():
    fault = Fault(fault="stuck", chance=0.3)
    nights = [tuple(struck(fault, 400, seed)) for seed in ("1 0", "1 0", "2 0")]
    assert nights[0] == nights[1] != nights[2]
    assert all(90 < len(night) < 150 for night in nights)


@pytest.mark.parametrize(
    ("narrowed", "concerns"),
    [
        ({}, True),
        ({"provider": "fal"}, False),
        ({"operation": "panel"}, False),
        ({"model": "m"}, True),
        ({"prompt_contains": "QUAY"}, True),
        ({"prompt_contains": "lamp"}, False),
        ({"with_reference": True}, True),
        ({"with_reference": False}, False),
    ],
)
def test_a_fault_is_about_the_calls_it_is_narrowed_to(narrowed, concerns):
    assert Fault(fault="stuck", **narrowed).concerns(**CALL) == concerns


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"fault": "stuck", "at": 1, "chance": 0.5}, "one of at, onwards and chance"),
        ({"fault": "stuck", "percent": 50}, "stuck takes no percent"),
        ({"fault": "drift"}, "a drift says of what: of: identity"),
        ({"fault": "bill_percent"}, "percent: 200"),
        ({"fault": "cost_null", "how": "held"}, "cost_null happens absent or null, not held"),
        ({"fault": "drift", "of": "colour", "strength": 2}, "less than or equal to 1"),
        ({"fault": "storm"}, "Input should be"),
    ],
)
def test_a_fault_that_does_not_fit_together_is_refused(fault, words):
    with pytest.raises(ValidationError, match=words):
        Fault.model_validate(fault)


def test_a_raised_limit_keeps_the_count_of_faults_and_another_fault_begins_anew():
    script = Script(faults=[Fault(fault="stuck", at=3)])
    richer = script.model_copy(update={"accounts": ({"provider": "openrouter"},)})
    assert richer.name == script.name
    assert Script(faults=[Fault(fault="stuck", at=4)]).name != script.name


def test_every_fault_can_be_said_on_one_line():
    for name in FAULTS:
        details = {"drift": {"of": "colour"}, "bill_percent": {"percent": 160}}.get(name, {})
        said = Fault.model_validate({"fault": name, "at": [1, 2], **details}).said()
        assert said.startswith(f"{name} (at 1, 2")
        assert "\n" not in said
