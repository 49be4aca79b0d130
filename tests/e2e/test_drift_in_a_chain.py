"""A hue that creeps from link to link is caught at the shot that crosses,
and that shot is made again from the masters.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

SHOTS = tuple(f"SC010_SH0{n}0" for n in range(10, 14))
SECOND, CROSSES, LAST = SHOTS[1:]
CREEP = 6.5
"""Degrees of hue a link: the sum crosses at the third shot, long before the first reading (at the fifth,
or here the last).
"""


@pytest.fixture
def chain(film_of):
    """Four shots of the same two people, each opening on the last frame of the one before."""

    def make(degrees_per_link=0.0):
        film = film_of("SH0040")
        film.edit("scenes/SC010.yaml", _chained)
        if degrees_per_link:
            creep = {"stage": "clip", "flaw": "drifted_hue", "degrees_per_link": degrees_per_link}
            film.flaws(*({"shot": shot, **creep} for shot in SHOTS))
        return film

    return make


def _chained(scene: dict[str, Any]) -> None:
    first = scene["shots"][0]
    scene["shots"] = [copy.deepcopy(first) | {"id": shot, "chain": shot != SHOTS[0]} for shot in SHOTS]


def _links(film, tier="draft") -> list[int]:
    return [film.ledger.takes(shot=shot, stage="clip", tier=tier)[-1].request.chain_links for shot in SHOTS]


def _takes(film) -> list[int]:
    return [len(film.ledger.takes(shot=shot, stage="clip", tier="draft")) for shot in SHOTS]


def _takes_file(outcome, shot) -> Path:
    return next(Path(outcome.draft).parent.glob(f"clips/{shot}_draft_*.mp4"))


def _middle(film, shot: int):
    """The frame in the middle of the shot of that number, each a second long."""
    from checks.seeing.decode import decode

    return decode(Path(film), [24 * shot + 12]).kept[24 * shot + 12]


def _apart(a, b) -> float:
    """Delta-E between two frames, past rain and coding."""
    import numpy as np

    from checks.seeing.colour import lab, mean_lab

    soft = [lab(np.asarray(p, np.float32)) for p in (a, b)]
    tiles = [
        [mean_lab(t, np.ones(t.shape[:2], np.float32)) for r in np.array_split(p, 6) for t in np.array_split(r, 8, 1)]
        for p in soft
    ]
    return float(np.linalg.norm(np.array(tiles[0]) - np.array(tiles[1]), axis=1).mean())


def test_a_crossing_does_not_wait_the_shot_is_made_again_from_the_masters_and_its_final_is_too(chain):
    film = chain(CREEP)

    outcome = film.run()

    assert outcome.exit_code == 3, outcome.message
    assert _links(film) == [0, 1, 0, 1]
    assert _takes(film) == [1, 1, 2, 1]
    notes = film.ledger.notes(kind="drift", scope="scene:SC010")
    assert {note.text.partition(" ")[0] for note in notes} >= {"D104"}
    assert all(CROSSES in note.text for note in notes)
    (said,) = outcome.re_anchored
    assert said.startswith(f"{CROSSES} was made again from the locked pictures, not from the last frame of {SECOND}: ")
    assert "CUSUM" in said
    assert outcome.drifted == ()

    colours = {match.shot: match for match in outcome.colours}
    assert [colours[shot].state for shot in SHOTS[1:]] == ["matched", "left", "matched"]
    assert colours[SECOND].before > 2.0 > 0.5 > colours[SECOND].after
    takes = _middle(_takes_file(outcome, SHOTS[0]), 0), _middle(_takes_file(outcome, SECOND), 0)
    cut = _middle(outcome.draft, 0), _middle(outcome.draft, 1)
    assert _apart(*cut) < _apart(*takes) / 2

    assert film.stale() == set()
    film.approve()
    finished = film.run()
    assert (finished.ending, finished.re_anchored) == ("finished", outcome.re_anchored), finished.message
    assert _links(film, "final") == [0, 1, 0, 1]
    assert _takes(film) == [1, 1, 2, 1]
    assert len(film.ledger.notes(kind="reanchor", scope="scene:SC010")) == 1


def test_where_a_shot_has_no_take_left_the_next_one_is_made_from_the_masters(chain):
    film = chain(CREEP)
    film.edit("film.yaml", lambda d: d.update(limits={"attempts": 1}))

    outcome = film.run()

    assert outcome.exit_code == 3, outcome.message
    assert _links(film) == [0, 1, 2, 0]
    assert [line.partition(" ")[0] for line in outcome.re_anchored] == [LAST]
    assert all(CROSSES in line for line in outcome.drifted)
    assert outcome.drifted
    assert film.stale() == set()


def test_the_same_chain_without_the_creep_goes_on(chain):
    film = chain()

    outcome = film.run()

    assert outcome.exit_code == 3, outcome.message
    assert _links(film) == [0, 1, 2, 3]
    assert film.ledger.notes(kind="drift", scope="scene:SC010") == ()
    assert (outcome.re_anchored, outcome.drifted) == ((), ())
