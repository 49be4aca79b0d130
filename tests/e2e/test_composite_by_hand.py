"""A shot that will not come right goes to a person's hands, and comes back into the film."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from manifests.keys import hash_file
from production.review.scene import scene_view

SHOT, OTHER = "SC010_SH0040", "SC010_SH0080"
AT_DOOR, CHAINED = "SC010_SH0020", "SC010_SH0050"


@pytest.fixture
def stuck(film_of: Any) -> Any:
    """A film in which one shot wears the wrong clothes whatever is tried, and whose first polish moves a hand."""
    film = film_of("SH0040", "SH0080")
    film.flaws(
        {"shot": SHOT, "flaw": "wrong_wardrobe", "character": "ilse"}, {"shot": SHOT, "flaw": "moved", "attempts": [1]}
    )
    assert _status(film.run()) == {SHOT: "escalated", OTHER: "done"}
    return film


def test_a_shot_that_will_not_come_right_is_composed_by_hand_polished_approved_and_finished(stuck):
    film = stuck
    said = film.say("comp", "export", SHOT, "--yes")
    kit = film.state / "handoffs" / f"{SHOT}_comp_v001"
    assert str(kit) in said
    assert film.stale() == {SHOT}

    artist(kit)
    assert "human-approved geometry" in film.say("comp", "import", SHOT, "--minutes", "12", "--yes")
    assert "1 polish pass, previz" in film.say("comp", "polish", SHOT, "--yes")
    rejected = film.run()

    line = next(line for line in rejected.shots if line.shot == SHOT)
    assert (rejected.ending, line.status) == ("waits for hands", "waits")
    assert "V114" in line.message
    heat = next((film.root / "out" / "heat").glob("*_heat.png"))
    assert str(heat) in line.message
    with Image.open(heat) as drawn:
        assert drawn.size == (1280, 784)  # the frame, and a foot that says how far
    shown = next(s for s in scene_view(film.services, film.services.scene("SC010")).shots if s.id == SHOT).hands[0]
    assert (shown.polish, shown.heat) == ("rejected", f"{hash_file(heat)}.png")  # the room shows it too
    film.say("comp", "polish", SHOT, "--yes")
    moved_nothing = film.run()
    assert "which counts" in next(line for line in moved_nothing.shots if line.shot == SHOT).message

    film.say("comp", "use", SHOT, "polish", "--yes")
    drafted = film.run()
    assert drafted.ending == "waits for approval", drafted.message
    film.approve()
    assert film.run().ending == "finished"

    made = film.ledger.takes(shot=SHOT, stage="panel")
    assert [(t.provider, t.origin) for t in made[-3:]] == [("hand", "human"), ("previz", "model"), ("previz", "model")]
    assert made[-3].cost_microusd == 0
    assert [t.parent for t in made[-2:]] == [made[-3].generation_key] * 2
    clip = film.ledger.takes(shot=SHOT, stage="clip", tier="final")[-1]
    assert clip.request.references[0].sha256 == made[-1].asset.sha256
    certificate = film.ledger.certificate(made[-1].asset.sha256, SHOT, "panel")
    assert certificate.origin == "human"
    assert [
        h.minutes for each in film.ledger.decided(SHOT) if (h := each.decision.hands) and h.work == "composite"
    ] == [12]


def test_a_composite_is_the_last_frame_of_a_clip_and_takes_a_chained_shot_off_its_chain(drafted):
    drafted.edit_shot(AT_DOOR, mode="start_end_frames")
    for shot, *end in ((AT_DOOR, "--end"), (CHAINED,)):
        drafted.say("comp", "export", shot, *end, "--yes")
        name = f"{shot}_{'end_' if end else ''}comp_v001"
        artist(drafted.state / "handoffs" / name)
        drafted.say("comp", "import", shot, *end, "--yes")
    before = drafted.ledger.takes(shot=CHAINED, stage="clip")[-1].order
    assert before.chain_links == 1

    outcome = drafted.run()

    assert outcome.ending == "waits for approval", outcome.message
    end_panel = drafted.ledger.takes(shot=AT_DOOR, stage="end_panel")[-1]
    clip = drafted.ledger.takes(shot=AT_DOOR, stage="clip")[-1].order
    assert end_panel.origin == "human"
    assert ("end_frame", end_panel.asset.sha256) in {(r.role, r.sha256) for r in clip.references}
    panel = drafted.ledger.takes(shot=CHAINED, stage="panel")[-1]
    chained = drafted.ledger.takes(shot=CHAINED, stage="clip")[-1].order
    assert (panel.origin, chained.chain_links, chained.references[0].sha256) == ("human", 0, panel.asset.sha256)
    assert drafted.stale() == set()


def artist(kit: Path) -> None:
    """What a person would do in a paint program: lay the layers of the kit over one another, flatten,
    save under the name.
    """
    layers = sorted((kit / "layers").glob("*.png"))
    picture = _opened(layers[0])
    for layer in layers[1:]:
        picture.alpha_composite(_opened(layer))
    noise = np.random.default_rng(7).normal(0, 1.2, (picture.height, picture.width, 1))
    pixels = np.clip(np.asarray(picture.convert("RGB")) + noise, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(kit / f"{kit.name}.png")


def _opened(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("RGBA")


def _status(outcome: Any) -> dict[str, str]:
    return {line.shot: line.status for line in outcome.shots}
