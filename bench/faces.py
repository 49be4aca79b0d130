"""How well faces are told apart in photographs, by the size of the head.

    python -m bench.faces DIR [--model FILE.onnx --limit N] [--references N] [--json]

DIR: a folder that holds a folder of photographs for each person; or a folder with a file `master.csv` of the columns
file_x,file_y,Decision (Yes: one person), as deepface's tests have it. No photograph is kept here. The second picture of
each pair is made smaller until its head has 64, 48, 32, 24 and 16 lines; the first keeps its size, as locked pictures
do. With --references N, each person's picture is held against N others of theirs, and against N of everybody else.
- `auc`: how often one person's pair is nearer than a pair of two; 0.5 is chance, 1 the best;
- `good`, `strangers`: of 100 pairs of one and of two people, how many pass, ask and fail as V116 and `gate score` judge
  them; `not found`: pairs in which no face was found, which other channels judge. Those are left out of the others.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from checks.faces.faces import NOT_COMPARED, FaceEye
from checks.faces.likeness import face_likeness, shared_face
from checks.faces.models import ARCFACE_LIMIT, OwnFaces, open_faces
from checks.scorer.any_pictures import bounded
from checks.seeing.masters import Rgb
from checks.seeing.pictures import read_picture

LINES = (None, 64, 48, 32, 24, 16)
"""Heads in lines; None: the picture as it is, at 720 lines at most."""

_SUFFIXES = {".jpg", ".jpeg", ".png"}
_SETS = 4
"""Sets of references a picture is held against, of its own person and of each other one."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Some references, a test, and whether it shows the same person."""

    references: tuple[Path, ...]
    test: Path
    same: bool


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", type=Path, help="an ArcFace model (.onnx) instead of dlib's")
    parser.add_argument("--limit", type=float, default=ARCFACE_LIMIT, help="its cosine distance of one person")
    parser.add_argument("--references", type=int, default=1, choices=(1, 2, 3))
    parser.add_argument("--json", action="store_true", help="end with one line for programs")
    told = parser.parse_args()
    eye = open_faces(None if told.model is None else OwnFaces(told.model, told.limit))
    if eye is None:
        raise SystemExit(NOT_COMPARED)
    trials = tuple(trials_in(told.folder, told.references))
    if not trials:
        raise SystemExit(f"{told.folder} has no folders of people with photographs, and no master.csv")
    counts = Counter(trial.same for trial in trials)
    print(f"{eye.name}: {counts[True]} comparisons of one person, {counts[False]} of two", flush=True)
    rows = {}
    for lines in LINES:
        rows[str(lines or "as it is")] = row = measured(trials, lines, eye)
        print(f"  head of {lines or 'its own'} lines: {in_words(row)}", flush=True)
    if told.json:
        print(json.dumps(rows))


def trials_in(folder: Path, references: int) -> Iterator[Trial]:
    """Every comparison that a folder offers: its list's, or of each person's pictures among themselves and with all."""
    listed = folder / "master.csv"
    if listed.is_file() and references == 1:
        yield from (Trial((one,), other, same) for one, other, same in _listed(listed))
        return
    people = _people_of(_listed(listed)) if listed.is_file() else {}
    people |= {each.name: _photographs(each) for each in sorted(folder.iterdir()) if each.is_dir()}
    for name, files in people.items():
        for test in files:
            for other, theirs in people.items():
                sets = list(combinations([path for path in theirs if path != test], references))
                chance = np.random.default_rng(len(name) * 1000 + files.index(test))
                for at in chance.choice(len(sets), min(_SETS, len(sets)), replace=False) if sets else ():
                    yield Trial(sets[at], test, other == name)


def _listed(file: Path) -> Iterator[tuple[Path, Path, bool]]:
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield file.parent / row["file_x"], file.parent / row["file_y"], row["Decision"] == "Yes"


def _people_of(listed: Iterator[tuple[Path, Path, bool]]) -> dict[str, list[Path]]:
    """The photographs that a list's pairs of one person join, by the name of the first."""
    joined: dict[Path, set[Path]] = {}
    for one, other, same in listed:
        if same:
            group = joined.get(one, {one}) | joined.get(other, {other})
            joined |= dict.fromkeys(group, group)
    return {min(group).stem: sorted(group) for group in joined.values()}


def measured(trials: tuple[Trial, ...], lines: int | None, eye: FaceEye) -> dict[str, Any]:
    """The rates with heads of this many lines."""
    shares: dict[bool, list[float]] = {True: [], False: []}
    says: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for number, trial in enumerate(trials):
        print(f"\r  {number + 1} of {len(trials)}", end="", file=sys.stderr)
        small = _smaller(trial.test, lines, eye)
        if small is None:
            continue  # the photograph's own head has fewer lines
        known = shared_face([_read(path) for path in trial.references], eye)
        found = face_likeness(small, known, eye) if known else None
        says[trial.same]["not found" if found is None else found.says] += 1
        if found is not None:
            shares[trial.same].append(found.share)
    print("\r", end="", file=sys.stderr)
    good, strangers = np.array(shares[True])[:, None], np.array(shares[False])[None]
    auc = float((good < strangers).mean() + 0.5 * (good == strangers).mean()) if good.size and strangers.size else None
    return {"auc": auc, "good": _rates(says[True]), "strangers": _rates(says[False])}


def in_words(row: dict[str, Any]) -> str:
    """One line for people."""
    said = "; ".join(
        f"{kind} of 100: "
        + ", ".join(f"{100 * row[kind][verdict]:.1f} {verdict}" for verdict in ("pass", "ask", "fail"))
        + f" ({row[kind]['compared']}, {row[kind]['not found']} not found)"
        for kind in ("good", "strangers")
    )
    return f"AUC {'n/a' if row['auc'] is None else format(row['auc'], '.3f')}; {said}"


def _rates(says: Counter[str]) -> dict[str, float]:
    compared = says.total() - says["not found"]
    rates = {verdict: says[verdict] / max(1, compared) for verdict in ("pass", "ask", "fail")}
    return {**rates, "compared": compared, "not found": says["not found"]}


def _smaller(path: Path, lines: int | None, eye: FaceEye) -> Rgb | None:
    """The photograph with its largest head at so many lines; None where it has fewer, or no face is found."""
    picture = _read(path)
    if lines is None:
        return picture
    faces = shared_face([picture], eye)
    if not faces or faces[0].lines < lines:
        return None
    scale = lines / faces[0].lines
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


@lru_cache(1000)
def _read(path: Path) -> Rgb:
    return bounded(read_picture(path)[..., :3])


def _photographs(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)


if __name__ == "__main__":
    main()
