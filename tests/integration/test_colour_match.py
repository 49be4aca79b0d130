"""The cut applies what was measured: the .cube and the measurement are one and the same change of colour."""

from __future__ import annotations

import numpy as np

from assembly import colour_match as lut
from assembly import grade
from checks import colour_match
from manifests.cut import ColourShift

LEVELS = 1.5
"""Of 255: between its points a cube of 33 a side is straight, and the measurement is not."""


def test_the_cube_does_what_was_measured(tmp_path):
    shift = ColourShift(
        lightness_gain=0.95, lightness_offset=2.0, saturation=1.1, hue_degrees=-9.0, a_offset=2.0, b_offset=-3.0
    )
    path = grade.bring(lut.write(shift, tmp_path / "made.cube"), tmp_path / "brought.cube")

    rows = np.array([[float(word) for word in line.split()] for line in path.read_text().splitlines()[1:]])
    points = rows.reshape(33, 33, 33, 3)
    on_points = np.array([[4, 9, 16], [30, 12, 2], [16, 16, 16], [8, 24, 20], [28, 26, 22]])
    asked = np.rint(on_points / 32 * 255).astype(np.uint8)[None]
    wanted = colour_match.recoloured(asked, shift)[0].astype(float)
    given = np.array([points[b, g, r] for r, g, b in on_points]) * 255

    assert np.abs(given - wanted).max() < LEVELS
