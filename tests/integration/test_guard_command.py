"""gate guard: two pictures in, one sentence, an exit code, and a picture of what moved."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest
from PIL import Image


@pytest.fixture
def edit(tmp_path, monkeypatch):
    """A picture, the same after something in it moved by ten pixels, and a mask over that."""
    monkeypatch.chdir(tmp_path)
    before = np.random.default_rng(1).integers(60, 190, (45, 80, 3), dtype=np.uint8)
    before = cv2.resize(before, (640, 360), interpolation=cv2.INTER_CUBIC)
    after, mask = before.copy(), np.zeros((360, 640), np.uint8)
    after[150:210, 300:360], mask[140:220, 290:375] = before[150:210, 295:355], 255
    for name, picture in {"before": before, "after": after, "mask": mask}.items():
        Image.fromarray(picture).save(f"{name}.png")
    return tmp_path


def test_what_moved_is_said_drawn_and_ends_with_1(edit, gate):
    code, out, err = gate("guard", "before.png", "after.png", "--heat", "heat.png")

    assert (code, err) == (1, "")
    assert "V114" in out
    with Image.open(edit / "heat.png") as heat:
        assert heat.size == (1280, 784)
        assert np.asarray(heat)[300:420, 600:720].max() > 200  # the spot is the brightest thing in a dimmed picture


def test_what_the_mask_allows_ends_with_0(edit, gate):
    code, out, _ = gate("guard", "before.png", "after.png", "--mask", "mask.png", "--json")

    assert code == 0
    assert json.loads(out) | {"passed": True, "worst_px": 0.0, "spots": []} == json.loads(out)


@pytest.mark.parametrize(
    ("name", "says"),
    [("nothing.png", "nothing.png"), ("text.png", "not a PNG|no PNG"), ("square.png", "does not have the shape of")],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(edit, gate, name, says):
    (edit / "text.png").write_text("not a picture")
    Image.new("RGB", (64, 64)).save(edit / "square.png")

    code, out, err = gate("guard", "before.png", name)

    assert (code, out) == (2, "")
    assert any(word in err for word in says.split("|"))
