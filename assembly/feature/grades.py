"""Grades of an assembly as .cube files: a CDL, a LUT, or the one before the other, in full or legal range."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import scipy
from numpy.typing import NDArray

from assembly import grade as cubes
from manifests.assembly.parts import Cdl, Grade
from manifests.keys import hash_json

Colours = NDArray[np.float64]
"""Rows of red, green and blue; 0 is black and 1 is white."""

_SIDE = 33
_LUMA = np.array([0.2126, 0.7152, 0.0722])  # Rec. 709, as the CDL's saturation is defined.
_LEGAL_BLACK, _LEGAL_WIDTH = 64 / 1023, 876 / 1023
"""Where a legal-range signal has its black, and how far above it its white."""


def written(grade: Grade, root: Path, work: Path) -> str:
    """Write the grade into `work` under the name of its content, which is given. Its LUT lies below `root`.
    Raises UnfitGrade.
    """
    if grade.lut and grade.cdl is None and grade.lut_range == "full":
        return cubes.brought(root / grade.lut, work)
    lut = cubes.table(cubes.bring(root / grade.lut, work / "lut.cube")) if grade.lut else None
    steps = np.linspace(0, 1, _SIDE)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")  # red changes fastest in a .cube
    colours = np.stack([red, green, blue], axis=-1).reshape(-1, 3)
    if grade.cdl:
        colours = by_cdl(colours, grade.cdl)
    if lut:
        colours = by_lut(colours, lut, legal=grade.lut_range == "legal")
    rows = [f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in np.clip(colours, 0, 1).tolist()]
    into = work / f"grade_{hash_json(rows)[:32]}.cube"
    into.write_text("\n".join([f"LUT_3D_SIZE {_SIDE}", *rows]) + "\n", encoding="ascii")
    return into.name


def by_cdl(colours: Colours, cdl: Cdl) -> Colours:
    """The colours after slope, offset and power of each channel, then saturation (ASC CDL 1.2)."""
    graded = np.clip(colours * np.array(cdl.slope) + np.array(cdl.offset), 0, 1) ** np.array(cdl.power)
    luma = (graded @ _LUMA)[:, None]
    saturated: Colours = np.clip(luma + cdl.saturation * (graded - luma), 0, 1)
    return saturated


def by_lut(colours: Colours, lut: cubes.Table, *, legal: bool) -> Colours:
    """The colours after the LUT. One for legal range is given, and gives, black at 64 and white at 940 of 1023."""
    given = colours * _LEGAL_WIDTH + _LEGAL_BLACK if legal else colours
    low, high = np.array(lut.low), np.array(lut.high)
    side = len(lut.colours)
    places = np.clip((given - low) / (high - low), 0, 1) * (side - 1)
    # The table's first axis is blue, its last red.
    found = np.stack(
        [scipy.ndimage.map_coordinates(lut.colours[..., channel], places[:, ::-1].T, order=1) for channel in range(3)],
        axis=-1,
    )
    return (found - _LEGAL_BLACK) / _LEGAL_WIDTH if legal else found
