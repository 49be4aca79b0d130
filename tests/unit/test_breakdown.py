"""What is left to buy, in one breakdown for every command."""

from __future__ import annotations

import pytest

from manifests.spending.breakdown import breakdown_of, in_table, in_words
from manifests.spending.plan import MadeFrom, PlanStep

MADE = MadeFrom(prompt="a" * 64, references="b" * 64, shot="c" * 64, model="previz previz-clip-1")


def step(shot, tier="draft", **changes):
    fields = {
        "shot": f"SC010_SH{shot:04d}",
        "stage": "clip",
        "tier": tier,
        "does": "run",
        "why": "it was never made",
        "made_from": MADE,
        "provider": "previz",
        "low_microusd": 200_000,
        "likely_microusd": 210_000,
        "high_microusd": 240_000,
        "takes_left": 3 if tier == "draft" else 1,
    }
    return PlanStep(**{**fields, **changes})


def test_likely_is_one_take_and_worst_is_every_take_at_the_most_that_is_held():
    cost = breakdown_of([step(10), step(10, stage="panel"), step(10, "final"), step(20, "hero")])
    assert (cost.drafts.steps, cost.drafts.likely_microusd, cost.drafts.worst_microusd) == (2, 420_000, 6 * 240_000)
    assert (cost.finals.steps, cost.finals.likely_microusd, cost.finals.worst_microusd) == (2, 420_000, 2 * 240_000)
    assert cost.total == cost.drafts + cost.finals
    assert list(cost.parts) == ["drafts", "finals", "total"]


@pytest.mark.parametrize(
    ("does", "block", "counts"),
    [
        ("cached", None, 0),
        ("collect", None, 0),
        ("blocked", "attempts", 0),
        ("blocked", "approval", 1),
        ("blocked", "cap", 1),
    ],
)
def test_what_is_there_costs_nothing_and_what_a_persons_word_lifts_counts(does, block, counts):
    assert breakdown_of([step(10, does=does, block=block)]).total.steps == counts


def test_what_is_bought_longer_is_said_once_a_shot_with_its_part_of_the_likely_price():
    three = {"plays_ms": 3000, "bought_ms": 4000, "longer_microusd": 35_000}
    five = {"plays_ms": 5000, "bought_ms": 5041, "longer_microusd": 100_000}
    cost = breakdown_of(
        [step(10, **three), step(10, "final", **three), step(20, **five), step(30, plays_ms=4000, bought_ms=4000)]
    )
    assert cost.longer == "2 shots are bought longer than they play: 3 s as 4 s, 5 s as 5.041 s, $0.17"
    assert breakdown_of([step(10, **three)]).longer == "1 shot is bought longer than it plays: 3 s as 4 s, $0.035"
    assert breakdown_of([step(30)]).longer == ""
    assert breakdown_of([step(10, does="cached", **three)]).longer == ""


def test_every_command_prints_it_with_the_same_words():
    cost = breakdown_of([step(10), step(10, "final", plays_ms=3000, bought_ms=4000, longer_microusd=35_000)])
    assert in_words(cost) == "likely $0.42, worst $0.96 (drafts $0.21, worst $0.72; finals $0.21, worst $0.24)"
    assert in_words(breakdown_of([step(10)])) == "likely $0.21, worst $0.72"
    assert [line.split() for line in in_table({"": cost})][:4] == [
        ["left", "to", "buy", "likely", "worst"],
        ["drafts", "$0.21", "$0.72"],
        ["finals", "$0.21", "$0.24"],
        ["total", "$0.42", "$0.96"],
    ]
    assert in_table({"": cost})[-1] == "  1 shot is bought longer than it plays: 3 s as 4 s, $0.035"
    two = in_table({"previz": cost, "twin": breakdown_of([step(10)])})
    assert [len(line) for line in two[:5]] == [64] * 5
    assert two[0].split() == ["previz", "twin"]
    assert two[2].split() == ["drafts", "$0.21", "$0.72", "$0.21", "$0.72"]
    assert two[-1].strip().startswith("previz: 1 shot")


def test_an_amount_is_never_rounded_down():
    cost = breakdown_of([step(10, low_microusd=1, likely_microusd=100_001, high_microusd=100_001, takes_left=1)])
    assert in_words(cost) == "likely $0.11, worst $0.11"
