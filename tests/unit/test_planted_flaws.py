"""How bench/flaws.py counts."""

from __future__ import annotations

import pytest

from bench import flaws
from bench.planting.kinds import CLEAN, Outcome


def outcome(kind: str, named: tuple[str, ...], *said: str) -> Outcome:
    return Outcome(kind, "panel", 0.0, "", "SC010_SH0010", named, said)


@pytest.mark.parametrize(
    ("told", "word"),
    [
        (outcome("bars", ("bars",), "bars"), "caught"),
        (outcome("wrong wardrobe", ("wardrobe",), "wardrobe:ilse"), "caught"),
        (outcome("wrong wardrobe", ("wardrobe",), "identity:ilse"), "misnamed"),
        (outcome("bars", ("bars",)), "missed"),
        (outcome(CLEAN, ()), "passed"),
        (outcome(CLEAN, (), "hue"), "accused"),
    ],
)
def test_an_outcome_is_one_word(told, word):
    assert told.word == word


def test_what_was_called_more_than_its_right_name_is_told():
    assert outcome("bars", ("bars",), "bars", "hue").besides
    assert not outcome("bars", ("bars",), "bars").besides
    assert flaws._not_right([outcome("bars", ("bars",), "bars")]) == []
    assert len(flaws._not_right([outcome("bars", ("bars",), "bars", "hue"), outcome(CLEAN, (), "hue")])) == 2


def test_a_hundred_flaws_and_sixty_clean_takes_are_made_on_the_dice_that_are_asked_for():
    jobs = flaws._jobs(7)

    assert sum(name != CLEAN for _, name, *_ in jobs) >= 100
    assert sum(name == CLEAN for _, name, *_ in jobs) >= 60
    assert {seed for seed, *_ in jobs} == {7}
    assert len(set(jobs)) == len(jobs)


def test_the_counts_add_up():
    told = [
        outcome("bars", ("bars",), "bars"),
        outcome("bars", ("bars",)),
        outcome(CLEAN, ()),
        outcome(CLEAN, (), "hue"),
    ]

    counts = flaws._counts(told)

    assert (counts["planted"], counts["caught"], counts["missed"], counts["clean"], counts["falsely_accused"]) == (
        2,
        1,
        1,
        2,
        1,
    )
    assert any("| bars | panel |" in row and row.endswith("| 2 | 1 | 0 | 1 |") for row in flaws._table(told))
