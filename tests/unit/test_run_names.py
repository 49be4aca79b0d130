"""What runs and their steps are called on Prefect's page."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

import pytest
from prefect import Flow, Task

import flows
import tasks
from flows.naming import what_it_makes
from flows.turn import named


@pytest.mark.parametrize(
    ("flow", "given", "words"),
    [
        ("scene", {"scene": "SC010", "tier": "final", "night": False}, "SC010 drafts and finals"),
        ("scene", {"scene": "SC010", "tier": "draft", "night": False}, "SC010 drafts"),
        ("scene", {"scene": "SC010", "tier": "final", "night": True}, "SC010 drafts"),
        ("film", {"film": "", "tier": "final"}, "film drafts and finals"),
        ("film", {"film": "", "tier": "draft"}, "film drafts"),
        ("finals", {"scene": "SC010", "film": ""}, "SC010 finals"),
        ("turnaround", {"character": "marit", "wardrobe": "every wardrobe"}, "turnaround of marit"),
        ("reconcile", {"scene": "every scene", "film": ""}, "reconcile every scene"),
    ],
)
def test_a_run_is_called_by_its_scene_and_by_how_far_it_goes(flow: str, given: dict[str, Any], words: str) -> None:
    assert what_it_makes(flow, given) == words


def test_a_run_says_in_its_name_what_a_person_is_to_do_now_and_no_more_what_that_was() -> None:
    once = named("SC010 drafts · 23 Nov 17:18", "your turn: ⋮ → Resume")
    assert once == "SC010 drafts — your turn: ⋮ → Resume · 23 Nov 17:18"
    assert named(once, "incomplete") == "SC010 drafts — incomplete · 23 Nov 17:18"
    assert named(named("neat-weasel", "budget"), "incomplete") == "neat-weasel — incomplete"


def test_no_flow_and_no_task_leaves_its_name_to_prefect_which_makes_one_up() -> None:
    made = {
        made.name: made.flow_run_name if isinstance(made, Flow) else made.task_run_name
        for package in (flows, tasks)
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
        for made in vars(import_module(module.name)).values()
        if isinstance(made, Flow | Task)
    }
    assert len(made) > 15
    assert [name for name, given in made.items() if not given] == []
    names = [given for given in made.values() if isinstance(given, str)]
    assert all("{" in given for given in names), "each says of which shot, scene or view it is"
