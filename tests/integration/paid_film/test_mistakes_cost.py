"""What a mistake costs is the price book's word, or a person's, and never a guess."""

from __future__ import annotations

import pytest

from governor.errors import PriceRefused
from production.learning.calibrating import priced

CENT = 10_000


def test_a_false_reject_buys_the_same_again_and_a_false_accept_the_next_thing(paid):
    shots = paid.services.scene("SC010").shots
    seconds = sum(shot.duration_s for shot in shots) / len(shots)

    panel, clip = (priced(paid.services, ["SC010"], None, None).by_stage[stage] for stage in ("panel", "clip"))

    assert (panel.false_reject, clip.false_reject) == (4 * CENT, round(5 * CENT * seconds))
    assert (panel.false_accept, clip.false_accept) == (clip.false_reject, round(10 * CENT * seconds))


def test_a_price_that_nobody_knows_is_asked_for_and_not_taken_for_nothing(paid):
    paid.edit("film.yaml", lambda told: told.update(providers={"panel": "previz", "clip": "evolink"}))

    with pytest.raises(PriceRefused):
        priced(paid.services, ["SC010"], None, None)
    with pytest.raises(PriceRefused):
        priced(paid.services, ["SC010"], 4 * CENT, None)

    given = priced(paid.services, ["SC010"], 4 * CENT, 30 * CENT).by_stage["clip"]
    assert (given.false_reject, given.false_accept) == (4 * CENT, 30 * CENT)
