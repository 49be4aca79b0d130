"""Which takes of a shot go along in a turnover."""

from __future__ import annotations

import pytest

from assembly.turnover.timecode import counting_of
from production.post.takes import takes_of
from production.turnover.media import TurnoverOrder, _gone, _others
from tests.integration.film_assembly.turnover_cuts import film_cut, film_shot

FIRST = "SC010_SH0010"


@pytest.mark.parametrize(
    ("alternates", "expected"),
    [
        ("none", []),
        ("passed", [("draft", "v003")]),
        ("all", [("draft", "v001"), ("draft", "v003")]),
    ],
)
def test_alternates_are_the_other_takes_that_passed_or_all_that_were_made(paid, alternates, expected):
    paid.make(FIRST, "panel")
    paid.make(FIRST, "clip", flaw="frozen")
    paid.make(FIRST, "clip", number=2)
    paid.make(FIRST, "clip", number=3)
    services = paid.services
    known = {each.shot.id: each for each in takes_of(services, services.scene("SC010"), "draft")}
    shot = film_shot(10, 24)
    shot = shot.model_copy(update={"item": shot.item.model_copy(update={"take": "v002"})})
    cut = film_cut(24, [shot], tier="draft")
    order = TurnoverOrder(services, cut, known, counting_of(24), alternates)
    assert [(each.tier, each.take) for each in _others(order, shot)] == expected
    assert _gone(order, shot) == []
    for each in _others(order, shot):
        each.file.unlink()
    assert _others(order, shot) == []
    assert [take for _, take, _ in _gone(order, shot)] == [f"{tier} {take}" for tier, take in expected]
