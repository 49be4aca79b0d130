"""How a call reads for people and for programs."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from desk.cli.money import log
from desk.cli.money.log_lines import WIDTH, paragraph, totals, totals_in_words
from governor.other_tools.generation_log import LoggedReference, LogLine
from governor.other_tools.log_facts import exported, facts
from manifests.film import Bought
from manifests.spending.log_map import Outcome


def a_line(**changed):
    fields = {
        "call": "c" * 64,
        "source": "gate",
        "opened_at": "2026-11-21T12:00:00.123+00:00",
        "scene": "SC010",
        "shot": "SC010_SH0040",
        "stage": "clip",
        "tier": "draft",
        "provider": "fal",
        "model": "seedance-1-pro",
        "outcome": "settled",
        "prompt": "Wide shot, 35 mm. Fog drifts.",
        "raw": "",
        "cost": 390_000,
        "take": 2,
        "references": (LoggedReference("location", "locations/quay", "a" * 64),),
        "operation": "clip",
        "mode": "start_frame",
        "resolution": "480p",
        "frames": 96,
        "fps": 24,
        "seed": 7,
        "attempt": 2,
        "likely": 390_000,
        "held": 780_000,
        "state": "settled",
        "sent": True,
    }
    return LogLine(**{**fields, **changed})


def test_a_call_says_in_two_lines_what_was_asked_and_what_came_of_it():
    first, second = paragraph(a_line()).splitlines()
    for word in (
        "2026-11-21 12:00:00",
        "SC010_SH0040",
        "clip",
        "draft",
        "v002",
        "fal seedance-1-pro",
        "$0.39",
        "settled",
    ):
        assert word in first
    for word in ("likely $0.39, held $0.78", "1 reference ", "480p", "4 s (96 frames)", "seed 7", "Fog drifts"):
        assert word in second


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_no_line_is_wider_than_a_terminal(outcome):
    words = "a long way 電影 " * 60
    told = paragraph(
        a_line(
            outcome=outcome,
            prompt=words,
            raw=words,
            model="m" * 200,
            shot="SC0100_SH0040",
            cost=9_999_999,
            assumed=True,
            stage="end_panel",
        )
    ).splitlines()
    assert [line for line in told if len(line) > WIDTH] == []
    assert len(told) == (2 if outcome in {"held", "sent", "in_flight", "settled"} else 3)


def test_a_failure_is_told_in_the_providers_words_without_its_keys():
    told = paragraph(
        a_line(outcome="refused", raw="401 {\x1b[2J'Authorization': 'Bearer CANARY'}", cost=None, state="released")
    )
    assert "said: 401" in told
    assert "CANARY" not in told
    assert "\x1b" not in told


@pytest.mark.parametrize(
    ("changed", "shown"),
    [
        ({"assumed": True}, "~$0.39"),
        ({"cost": None, "state": "submitted"}, " -  "),
        ({"cost": None, "state": "released", "late": 50_000}, " $0.05"),
        ({"cost": None, "source": "my-script", "state": None}, " -  "),
        ({"cost": None, "state": "released"}, " $0.00"),
    ],
)
def test_a_cost_says_how_sure_it_is(changed, shown):
    assert shown in paragraph(a_line(**changed)).splitlines()[0]


def test_a_call_of_another_tool_is_marked():
    assert "    from my-script · Wide shot" in paragraph(
        a_line(source="my-script", take=None, likely=None, held=None, resolution=None, operation=None, seed=None)
    )


def test_an_export_keeps_its_order_and_no_key():
    line = a_line(raw="https://cdn/x.mp4?token=CANARY Authorization: Bearer CANARY")
    told = exported(line)
    assert "CANARY" not in told
    assert "\n" not in told
    assert list(json.loads(told)) == list(facts(a_line(source="other", references=())))
    assert list(json.loads(told))[:5] == ["schema", "call", "source", "opened_at", "sent_at"]
    assert json.loads(told)["schema"] == "gate/log/1"


def test_totals_keep_other_tools_apart():
    lines = [
        a_line(),
        a_line(assumed=True),
        a_line(cost=None, state="in_doubt"),
        a_line(source="x"),
        a_line(source="x", cost=None),
    ]
    said = totals(lines)
    assert (said["spent_microusd"], said["assumed_microusd"], said["held_microusd"]) == (780_000, 390_000, 780_000)
    assert (said["other_calls"], said["other_spent_microusd"], said["other_unpriced"]) == (2, 390_000, 1)
    words = "3 calls, $0.78 spent (~$0.39 of it assumed), $0.78 held; other tools: 2 calls, $0.39, 1 without a price"
    assert totals_in_words(lines) == words


def test_the_filters_offer_what_there_is():
    assert get_args(Outcome) == log.OUTCOMES
    assert {*get_args(Bought), "other"} == set(log.STAGES)
