"""A recorded line is heard with the picture that shows its time, wherever an editor put that picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.io import wavfile

from manifests.assembly.assembly import Assembly
from manifests.assembly.parts import Part
from manifests.scene import Shot
from production.post.layout import elements_of
from production.post.sounding import sounds_of
from production.post.takes import ShotTakes

RATE = 8_000
SHOT = Shot.model_validate(
    {
        "id": "SC010_SH0010",
        "location": "quay",
        "camera": {"size": "wide"},
        "motion": "Rain.",
        "duration_s": 4,
        "dialogue": [{"character": "ada", "text": "Tea?", "from_s": 2, "to_s": 3}],
    }
)
OTHER = Shot.model_validate({**SHOT.model_dump(), "id": "SC010_SH0020", "dialogue": []})
WHOLE, LINE = {"shot": SHOT.id}, {"shot": SHOT.id, "file": "line.wav"}


@pytest.mark.parametrize(
    ("order", "line", "heard"),
    [
        ([WHOLE], LINE, (2.0, 0.0, 1.0)),
        ([{**WHOLE, "from_s": 1.5}], LINE, (0.5, 0.0, 1.0)),
        ([{**WHOLE, "from_s": 2.25}], LINE, (0.0, 0.25, 0.75)),
        ([{**WHOLE, "to_s": 1}, {"shot": OTHER.id}, {**WHOLE, "from_s": 1}], LINE, (6.0, 0.0, 1.0)),
        ([{**WHOLE, "to_s": 1}], LINE, None),
        ([{**WHOLE, "from_s": 3}], LINE, None),
        ([{**WHOLE, "from_s": 1.5}], {**LINE, "offset_s": 0.25}, (0.25, 0.0, 1.0)),
    ],
)
def test_a_line_begins_with_the_picture_that_shows_its_time(
    tmp_path: Path, order: list[dict[str, Any]], line: dict[str, Any], heard: tuple[float, float, float] | None
) -> None:
    wavfile.write(tmp_path / "line.wav", RATE, np.full(RATE, 0.1, np.float32))
    assembly = Assembly.model_validate({"order": [Part.model_validate(part) for part in order], "dialogue": [line]})
    elements = elements_of(assembly.order, {"SC010": [SHOT, OTHER]}, 24)
    known = {shot.id: ShotTakes(shot, {}) for shot in (SHOT, OTHER)}
    found = sounds_of(tmp_path, assembly, elements, 24, known, [])
    assert [(sound.start_s, sound.from_s, sound.seconds) for sound in found] == ([heard] if heard else [])
