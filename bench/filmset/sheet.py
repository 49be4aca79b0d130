"""Contact sheets of the film set: `python -m bench.filmset.sheet --out eyes.jpg`.
Each drift beside the same shot without it.

    python -m bench.filmset.sheet [--out SHEET.jpg] [--seed 1] [--scene N]

Without `--scene`: masters, consistent pictures, and ten axes at three strengths, before and after, from the scenes in
turn. With it: every picture of that scene. PNG or JPEG by the name.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from bench.filmset.brush import Picture
from bench.filmset.drifts import AXES, PERSON_AXES, STRENGTHS, Axis
from bench.filmset.frame import take
from bench.filmset.labelled import (
    DEVELOPMENT_SEED,
    Masters,
    drifted_pair,
    film_scene,
    masters_of,
    on_ground,
    scene_of,
    told,
)
from bench.filmset.scenes import shot
from manifests.staging import Box

_WIDE, _GAP = 1280, 6
_PAPER, _INK = 250, (40, 40, 44)
_QUALITY = 60


def main() -> None:
    """Draw and write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("eyes.jpg"))
    parser.add_argument("--seed", type=int, default=DEVELOPMENT_SEED)
    parser.add_argument("--scene", type=int, help="every picture of this scene instead")
    asked = parser.parse_args()
    sheet = of_axes(asked.seed) if asked.scene is None else of_scene(asked.seed, asked.scene)
    how = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY, cv2.IMWRITE_JPEG_OPTIMIZE, 1] if asked.out.suffix == ".jpg" else []
    cv2.imwrite(str(asked.out), sheet[..., ::-1], how)
    told(f"{asked.out}: {sheet.shape[1]} × {sheet.shape[0]}, {asked.out.stat().st_size // 1000} kB")


def of_axes(seed: int) -> Picture:
    """Masters and consistent pictures of three scenes, then a row for each axis: three pairs of before and after."""
    rows = []
    for number in range(3):
        here, rng = scene_of(seed, number)
        masters = masters_of(here, rng, approved=0)
        panels = [take(here, shot(here, rng), rng).picture for _ in range(3)]
        rows.append(_row([_views(masters), masters.plates[0], *panels], 146))
    body = [_line("Masters, plate, and consistent pictures: camera, framing, light and poses are random"), *rows]
    body.append(_line("Ten kinds of drift: the same shot before and after, subtle, clear and gross"))
    for index, axis in enumerate(AXES):
        cells = []
        for step, (strength, amount) in enumerate(STRENGTHS.items()):
            cells += list(pair(seed, (3 * index + step) % 14, axis, amount))
            told(f"{axis}: {strength}")
        body += [_line(axis.replace("_", " "), small=True), _row(cells, 118)]
    return np.concatenate(body)


def pair(seed: int, number: int, axis: Axis, amount: float) -> tuple[Picture, Picture]:
    """One shot without and with the drift. Of a person, only the part of the picture with them in it."""
    here, rng = scene_of(seed, number)
    other, taken = drifted_pair(here, axis, amount, rng)
    before, after = take(here, taken, np.random.default_rng(1)), take(other, taken, np.random.default_rng(1), here)
    if axis not in PERSON_AXES:
        return before.picture, after.picture
    box = next(p.figure for p in before.placed if p.entity == here.cast[taken.lead].name)
    return _around(before.picture, box), _around(after.picture, box)


def of_scene(seed: int, number: int) -> Picture:
    """All of one scene, six pictures a row, each with its label."""
    done = film_scene(seed, number)
    cells = [cv2.resize(plate, (640, 360), interpolation=cv2.INTER_AREA) for plate in done.masters.plates]
    cells += [shot[0].picture for shot in done.masters.approved]
    labels = ["plate"] * 3 + ["approved"] * len(done.masters.approved)
    for item in done.items:
        cells.append(item.frames[0].picture)
        labels.append(f"{item.axis} {item.strength} {100 * item.changed:.1f} %" if item.axis else "consistent")
    marked = [_labelled(np.asarray(cell, np.uint8), label) for cell, label in zip(cells, labels, strict=True)]
    return np.concatenate([_row(marked[at : at + 6], 300, 2880) for at in range(0, len(marked), 6)])


def _around(picture: Picture, box: Box) -> Picture:
    """A 16:9 part with the upper half of the figure, enlarged."""
    height, width = picture.shape[:2]
    tall = min(1.0, max(0.62 * (box.bottom - box.top), 0.30))
    middle, top = (box.left + box.right) / 2, np.clip(box.top - 0.02, 0, 1 - tall)
    left = np.clip(middle - tall / 2, 0, 1 - tall)
    part = picture[
        round(top * height) : round((top + tall) * height), round(left * width) : round((left + tall) * width)
    ]
    return np.asarray(cv2.resize(part, (480, 270), interpolation=cv2.INTER_CUBIC), np.uint8)


def _views(masters: Masters) -> Picture:
    views = [on_ground(view) for view in next(iter(masters.views.values())).values()]
    tall = max(view.shape[0] for view in views)
    wide = max(view.shape[1] for view in views)
    cells = [np.full((tall, wide, 3), 196, np.uint8) for _ in views]
    for cell, view in zip(cells, views, strict=True):
        left = (wide - view.shape[1]) // 2
        cell[tall - view.shape[0] :, left : left + view.shape[1]] = view
    return np.concatenate(cells, 1)


def _row(cells: Sequence[Picture], tall: int, wide: int = _WIDE) -> Picture:
    """Cells side by side, of one height, spread over the sheet's width."""
    scale = (wide - _GAP * (len(cells) + 1)) / sum(cell.shape[1] / cell.shape[0] for cell in cells)
    tall = min(tall, int(scale))
    out = np.full((tall + _GAP, wide, 3), _PAPER, np.uint8)
    at = _GAP
    for cell in cells:
        across = int(tall * cell.shape[1] / cell.shape[0])
        out[:tall, at : at + across] = cv2.resize(cell, (across, tall), interpolation=cv2.INTER_AREA)
        at += across + _GAP
    return out


def _line(words: str, *, small: bool = False) -> Picture:
    out = np.full((20 if small else 30, _WIDE, 3), _PAPER, np.uint8)
    size = 0.42 if small else 0.55
    cv2.putText(out, words, (_GAP, 14 if small else 21), cv2.FONT_HERSHEY_SIMPLEX, size, _INK, 1, cv2.LINE_AA)
    return out


def _labelled(picture: Picture, words: str) -> Picture:
    out = picture.copy()
    for colour, thick in (((255, 255, 255), 3), ((0, 0, 0), 1)):
        cv2.putText(out, words, (8, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.7, colour, thick, cv2.LINE_AA)
    return out


if __name__ == "__main__":
    main()
