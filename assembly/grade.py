"""The show grade: a three-dimensional .cube file, read and checked before ffmpeg sees it."""

from __future__ import annotations

import math
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assembly.errors import UnfitGrade
from manifests.keys import hash_file

_BYTES_MAX = 16_000_000  # A cube of 65 points a side, the largest in use, takes 8 MB.
_SIDE_MAX = 65
_CURE = "Export a 3D LUT as .cube (17, 33 or 65 points a side), or drop finish.grade"


def bring(cube: Path, into: Path) -> Path:
    """Check the .cube at `cube` and copy it to `into`. Raises UnfitGrade, naming the line.

    The copy has a plain name of ours: a path with a colon or a quote would end the filter's option.
    """
    try:
        if cube.stat().st_size > _BYTES_MAX:
            raise UnfitGrade(str(cube), f"it is larger than {_BYTES_MAX // 1_000_000} MB", _CURE)
        lines = cube.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UnfitGrade(str(cube), f"it cannot be read ({type(error).__name__})", _CURE) from error
    _check(cube, lines)
    shutil.copyfile(cube, into)
    return into


def brought(cube: Path, work: Path) -> str:
    """Bring the .cube into `work` under the name of its content, which is given."""
    into = work / "grade.cube"
    return into.rename(work / f"grade_{hash_file(bring(cube, into))[:32]}.cube").name


@dataclass(frozen=True)
class Table:
    """What a LUT holds: colours by blue, green and red, and which colours its first and last points stand for."""

    colours: NDArray[np.float64]
    low: tuple[float, ...]
    high: tuple[float, ...]


def table(cube: Path) -> Table:
    """Read a .cube that `bring` has checked."""
    ends = {"DOMAIN_MIN": (0.0, 0.0, 0.0), "DOMAIN_MAX": (1.0, 1.0, 1.0)}
    rows: list[list[float]] = []
    for line in cube.read_text(encoding="utf-8-sig").splitlines():
        words = line.split("#", 1)[0].split()
        if words and words[0] in ends and _is_colour(words[1:]):
            ends[words[0]] = (float(words[1]), float(words[2]), float(words[3]))
        elif words and not words[0][0].isalpha():
            rows.append([float(word) for word in words])
    side = round(len(rows) ** (1 / 3))
    low, high = ends["DOMAIN_MIN"], ends["DOMAIN_MAX"]
    if not all(a < b for a, b in zip(low, high, strict=True)):
        raise UnfitGrade(str(cube), "its DOMAIN_MIN is not below its DOMAIN_MAX", _CURE)
    return Table(np.array(rows).reshape(side, side, side, 3), low, high)


def _check(cube: Path, lines: list[str]) -> None:
    side, rows = 0, 0
    for number, line in enumerate(lines, start=1):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        if words[0] == "LUT_3D_SIZE":
            side = int(words[1]) if len(words) == 2 and words[1].isdigit() else 0
            if not 2 <= side <= _SIDE_MAX:
                raise UnfitGrade(f"{cube}:{number}", f"LUT_3D_SIZE is a number from 2 to {_SIDE_MAX}", _CURE)
        elif not words[0][0].isalpha():
            if not _is_colour(words):
                raise UnfitGrade(f"{cube}:{number}", f"{line.strip()[:40]!r} is not a colour of three numbers", _CURE)
            rows += 1
    if not side:
        raise UnfitGrade(str(cube), "it has no LUT_3D_SIZE", _CURE)
    if rows != side**3:
        raise UnfitGrade(str(cube), f"it holds {rows} colours where {side} a side make {side**3}", _CURE)


def _is_colour(words: list[str]) -> bool:
    try:
        return len(words) == 3 and all(math.isfinite(float(word)) for word in words)
    except ValueError:
        return False
