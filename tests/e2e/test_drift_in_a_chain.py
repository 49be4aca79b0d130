"""A hue that creeps three degrees a link is caught at the fifth shot, and the sixth opens on the masters again."""

from __future__ import annotations

import copy
from typing import Any

import pytest

SHOTS = tuple(f"SC010_SH0{n}0" for n in range(10, 16))


@pytest.fixture
def chain(film_of):
    """Six shots of the same two people, each opening on the last frame of the one before."""

    def make():
        film = film_of("SH0040")
        film.edit("scenes/SC010.yaml", _chained)
        return film

    return make


def _chained(scene: dict[str, Any]) -> None:
    first = scene["shots"][0]
    scene["shots"] = [copy.deepcopy(first) | {"id": shot, "chain": shot != SHOTS[0]} for shot in SHOTS]


def _links(film) -> list[int]:
    return [film.ledger.takes(shot=shot, stage="clip")[-1].request.chain_links for shot in SHOTS]


def test_a_chain_that_creeps_is_caught_at_the_fifth_shot_and_the_sixth_opens_on_the_masters(chain):
    film = chain()
    film.flaws(*({"shot": s, "stage": "clip", "flaw": "drifted_hue", "degrees_per_link": 3.0} for s in SHOTS))

    outcome = film.run()

    assert outcome.exit_code == 3, outcome.message
    assert _links(film) == [0, 1, 2, 3, 4, 0]
    notes = film.ledger.notes(kind="drift", scope="scene:SC010")
    assert {note.text.partition(" ")[0] for note in notes} >= {"D104"}
    assert all("SC010_SH0140" in note.text for note in notes)
    assert outcome.re_anchored == tuple(note.text for note in notes)
    assert film.run().generated == 0


def test_the_same_chain_without_the_creep_goes_on(chain):
    film = chain()

    outcome = film.run()

    assert outcome.exit_code == 3, outcome.message
    assert _links(film) == [0, 1, 2, 3, 4, 5]
    assert film.ledger.notes(kind="drift", scope="scene:SC010") == ()
    assert outcome.re_anchored == ()
