"""A shift of colour as a .cube file, so that the cut applies it as it applies any grade."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from manifests.cut import ColourShift
from manifests.keys import hash_json

_SIDE = 33
"""Points a side: the usual size; between them the shift is as good as straight."""


def written(shift: ColourShift, work: Path) -> str:
    """Write the LUT into `work` under the name of its content, which is given."""
    return write(shift, work / f"colour_{hash_json(shift.model_dump(mode='json'))[:32]}.cube").name


def write(shift: ColourShift, into: Path) -> Path:
    """Write the LUT at `into` and return it. What leaves the cube of RGB is clipped."""
    steps = np.linspace(0, 1, _SIDE, dtype=np.float32)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")  # red changes fastest in a .cube
    lab = cv2.cvtColor(np.stack([red, green, blue], axis=-1).reshape(1, -1, 3), cv2.COLOR_RGB2LAB)[0].astype(np.float64)
    turn = shift.saturation * np.exp(1j * np.radians(shift.hue_degrees))
    chroma = (lab[:, 1] + 1j * lab[:, 2]) * turn + complex(shift.a_offset, shift.b_offset)
    lightness = np.clip(lab[:, 0] * shift.lightness_gain + shift.lightness_offset, 0, 100)
    moved = np.stack([lightness, chroma.real, chroma.imag], axis=-1).astype(np.float32)
    rows = np.clip(cv2.cvtColor(moved[None], cv2.COLOR_LAB2RGB)[0], 0, 1)
    lines = [f"LUT_3D_SIZE {_SIDE}", *(f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in rows)]
    into.write_text("\n".join(lines) + "\n", encoding="ascii")
    return into
