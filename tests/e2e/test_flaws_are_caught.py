"""Each scripted flaw meets its gate: named, fixed by the next take, or handed to a person; the other shots go on."""

from __future__ import annotations

import copy
from typing import Any

import pytest

FLAWS: dict[str, tuple[dict[str, Any], str, str]] = {
    "SC010_SH0010": ({"flaw": "drifted_hue", "degrees": 30.0}, "panel", "hue"),
    "SC010_SH0020": ({"flaw": "wrong_wardrobe", "character": "ilse"}, "panel", "wardrobe:ilse"),
    "SC010_SH0030": ({"flaw": "missing_character", "character": "pia"}, "panel", "missing:pia"),
    "SC010_SH0040": ({"flaw": "swapped_sides"}, "panel", "blocking:ilse+pia"),
    "SC010_SH0050": ({"flaw": "wrong_location", "location": "cafe_door"}, "panel", "location:cafe_main"),
    "SC010_SH0060": ({"flaw": "frozen", "stage": "clip"}, "clip", "frozen"),
    "SC010_SH0070": ({"flaw": "cut_inside", "stage": "clip"}, "clip", "cut"),
    "SC010_SH0080": ({"flaw": "wrong_duration", "stage": "clip"}, "clip", "duration"),
    "SC010_SH0090": ({"flaw": "black"}, "panel", "black"),
}
"""By shot: what goes wrong, at which gate, and the word by which that gate names it."""

CLEAN = "SC010_SH0100"
BLAMES_THE_MANIFEST = {"SC010_SH0020", "SC010_SH0050"}
"""The pictures that fit another line of the bible: a person is asked after one take, and no second is bought."""


@pytest.fixture
def flawed(film_of):
    """The nine shots, each made from masters, and a tenth in which nothing goes wrong; `attempts`: on which it does."""

    def make(attempts):
        film = film_of(*(f"SH00{n}0" for n in range(1, 10)))
        film.edit("scenes/SC010.yaml", _unchain)
        film.flaws(*({"shot": shot, "attempts": attempts, **flaw} for shot, (flaw, _, _) in FLAWS.items()))
        return film

    return make


def _unchain(scene: dict[str, Any]) -> None:
    for shot in scene["shots"]:
        shot.pop("chain", None)
        if FLAWS[shot["id"]][1] == "clip":
            shot["duration_s"] = 2  # stillness is judged over a second
    clean = copy.deepcopy(next(s for s in scene["shots"] if s["id"] == "SC010_SH0040"))
    scene["shots"].append(clean | {"id": CLEAN, "motion": "Ilse pulls her sleeves down and looks at the stove."})


def test_each_flaw_is_named_by_its_gate_and_mended_by_the_second_take(flawed):
    film = flawed([1])

    outcome = film.run()

    assert outcome.exit_code == 1, outcome.message
    for shot in BLAMES_THE_MANIFEST:
        assert [verdict.flaws for verdict in film.verdicts(shot, "panel")] == [{FLAWS[shot][2]}]
        film.say("retake", shot, "--change", "seed", "--why", "the entry is right", "--yes")

    outcome = film.run()

    assert outcome.exit_code == 3, outcome.message
    for shot, (_, stage, named) in FLAWS.items():
        first, second = film.verdicts(shot, stage)
        assert first.flaws == {named}, shot
        assert second.passed, shot
    takes = {shot: len(film.ledger.takes(shot=shot)) for shot in FLAWS}
    assert takes == dict.fromkeys(FLAWS, 3) | {"SC010_SH0070": 4}  # that one has an end panel too
    assert len(film.ledger.takes(shot=CLEAN)) == 2
    assert film.ledger.audit() == []


def test_a_flaw_that_stays_goes_to_a_person_after_two_takes_and_the_other_shots_go_on(flawed):
    film = flawed("all")

    outcome = film.run()

    assert (outcome.exit_code, outcome.ending) == (1, "incomplete")
    status = {line.shot: line.status for line in outcome.shots}
    assert status == dict.fromkeys(FLAWS, "escalated") | {CLEAN: "done"}
    for shot, (_, stage, named) in FLAWS.items():
        takes = 1 if shot in BLAMES_THE_MANIFEST else 2
        assert [verdict.flaws for verdict in film.verdicts(shot, stage)] == [{named}] * takes, shot
        assert stage == "clip" or not film.ledger.takes(shot=shot, stage="clip"), shot
    waits = {note.scope.rpartition(":")[2]: note.text for note in film.ledger.escalations("SC010")}
    assert waits.keys() == FLAWS.keys()
    for shot, (_, _, named) in FLAWS.items():
        why = "the manifest may be wrong" if shot in BLAMES_THE_MANIFEST else f"the same flaw 2 times ({named})"
        assert why in waits[shot]
    assert outcome.draft is not None  # the cut plays, with a sentence where a shot is missing
