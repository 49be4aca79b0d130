"""A film of a real portrait whose panel somebody hands in: a run by the command line asks about another face in the
same suit, and nobody doubts the right one relit, tilted and mirrored.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest

from providers.handoff.job import HandJob
from tests.integration import photographs as photo

PRICES = Path(__file__).parents[2] / "docs" / "handoff.prices.yaml"
SHOT = "SC010_SH0020"
WHO = {"V101", "V102", "V111", "V116"}
"""The rules that say who somebody is."""


@pytest.fixture
def film(film_of):
    """Ilse is the portrait from every side, in every wardrobe, alone in the shot; and the place is a photograph."""
    small = film_of("SH0020")
    small.prices(PRICES)
    small.edit(
        "film.yaml", lambda d: d.update(providers={"panel": "handoff", "clip": "handoff", "clip_model": "mitte"})
    )
    views = sorted((small.root / "assets" / "characters" / "ilse").rglob("*.png"))
    for number, view in enumerate(views):
        photo.written(view, photo.cut_out(photo.relit(photo.portrait(), 1 - 0.04 * number)))
    photo.written(small.root / "assets" / "locations" / "cafe_door.png", photo.plate())
    mark = {"x": 0.5, "y": 1.0, "scale": 0.889, "facing": "front"}
    small.edit_shot(
        SHOT,
        cast=[{"character": "ilse", "wardrobe": "raincoat", "start": mark}],
        props=[],
        motion="She turns her head to the window.",
        camera={"size": "medium", "move": "push_in", "amount": 0.02},
    )
    small.say("lock", "--yes")
    return small


def handed_in(film, picture):
    """The run's outcome after the open panel was saved as this picture, and what the gate said of it."""
    assert film.run().ending == "waits for hands"
    folder = max((film.state / "handoffs").iterdir())
    job = HandJob.from_stored((folder / ".job.json").read_bytes())
    photo.written(folder / job.save_as, cv2.resize(picture, (1280, 720), interpolation=cv2.INTER_CUBIC))
    outcome = film.run()
    return outcome, film.verdicts(SHOT, "panel")[-1]


def test_another_face_in_the_suit_is_asked_about_and_nobody_doubts_hers_relit_tilted_and_mirrored(film):
    outcome, verdict = handed_in(film, photo.panel(photo.cut_out(photo.in_her_suit(2))))

    assert outcome.ending == "waits for an answer"
    assert "is this ilse's face?" in outcome.message
    assert {found.rule for found in verdict.questions} & WHO == {"V116"}

    film.say("retake", SHOT, "--change", "seed", "--why", "another face", "--yes")
    hers = photo.panel(photo.cut_out(photo.portrait()))
    outcome, verdict = handed_in(film, photo.tilted(photo.relit(photo.mirrored(hers), 0.7), -6))

    assert not verdict.failed, verdict.findings
    assert WHO.isdisjoint(found.rule for found in verdict.findings if found.severity != "info"), verdict.findings
