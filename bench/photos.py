"""How often `gate score` is wrong about photographs of things and pets that nobody drew.

    python -m bench.photos DIR [--json]

DIR: the folder `dataset` of DreamBooth's photographs (github.com/google/dreambooth: 30 subjects, four to six
photographs each; Unsplash's licence, so none of them is kept here). Each subject is in one of two halves by the hash of
its name; thresholds were chosen on `development` alone. With one, two and three references, every further photograph of
the subject, and photographs of the half's other subjects, are judged as `gate score --pairs` judges them:
- `auc`: how often a good picture's likeness is above a stranger's; 0.5 is chance, 1 the best;
- `good`, `strangers`: of 100 pictures of the same and of another subject, how many pass, ask and fail.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from checks.scorer.any_pictures import Given, bounded, known_from, look_at, look_at_tests, score_against
from checks.scorer.baseline import PICTURES_MIN
from checks.scorer.whole import likeness, says
from checks.seeing.eye import Eye, open_eye
from checks.seeing.masters import Rgb
from checks.seeing.pictures import read_picture
from desk.cli.tools.pairs import verdict_of

_STRANGERS = 8
"""Other photographs beside each set of references: all of them would take hours with three references."""

_SETS = 2
"""Sets of references of each subject and size."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--references", type=int, choices=(1, 2, 3), help="only with so many; three take an hour")
    parser.add_argument("--json", action="store_true", help="end with one line for programs")
    told = parser.parse_args()
    subjects = {each.name: sorted(each.glob("*.jpg")) for each in sorted(told.folder.iterdir()) if each.is_dir()}
    if not subjects:
        raise SystemExit(f"{told.folder} has no folders of photographs: name DreamBooth's dataset folder")
    eye, found = open_eye(), {}
    for half in ("development", "kept aside"):
        names = {name: files for name, files in subjects.items() if half_of(name) == half}
        for count in (1, 2, 3) if told.references is None else (told.references,):
            found[f"{half}, {count}"] = row = measured(names, count, eye)
            print(f"{half:<12} {len(names):>3} subjects, {count} references: {in_words(row)}", flush=True)
    if told.json:
        print(json.dumps(found))


def half_of(name: str) -> str:
    """The half that a subject belongs to, for ever."""
    return "development" if int(hashlib.sha256(name.encode()).hexdigest(), 16) % 2 else "kept aside"


def measured(subjects: dict[str, list[Path]], count: int, eye: Eye) -> dict[str, Any]:
    """The rates with this many references."""
    alikes: dict[str, list[float]] = {"good": [], "strangers": []}
    verdicts: dict[str, Counter[str]] = {"good": Counter(), "strangers": Counter()}
    for name, references, tests in sets_of(subjects, count):
        print(f"  {name}, {count} references", file=sys.stderr)
        for path, (alike, verdict) in zip(tests, _judged(references, tests, eye), strict=True):
            kind = "good" if path in subjects[name] else "strangers"
            alikes[kind].append(alike)
            verdicts[kind][verdict] += 1
    good, strangers = np.array(alikes["good"])[:, None], np.array(alikes["strangers"])[None]
    rates = {kind: {v: n / verdicts[kind].total() for v, n in verdicts[kind].items()} for kind in verdicts}
    pairs = {kind: verdicts[kind].total() for kind in verdicts}
    return {"auc": float((good > strangers).mean() + 0.5 * (good == strangers).mean()), **rates, "pictures": pairs}


def _judged(references: list[Path], tests: list[Path], eye: Eye) -> Iterator[tuple[float, str]]:
    """Likeness and verdict of each; with fewer than three references nothing but the whole picture decides."""
    if len(references) < PICTURES_MIN:
        known = [_read(path) for path in references]
        for path in tests:
            alike = likeness(_read(path), known, eye)
            yield alike, says(alike, len(known))
        return
    measured = known_from(look_at([Given(path.name, _read(path)) for path in references], [])[0], eye)
    for path in tests:
        [score] = score_against(
            measured, look_at_tests(measured.references, [Given(path.name, _read(path))]), eye
        ).pictures
        yield score.likeness or 0.0, verdict_of(score)[0]


def sets_of(subjects: dict[str, list[Path]], count: int) -> Iterator[tuple[str, list[Path], list[Path]]]:
    """Subject, references and tests: the rest of its own, and photographs of others, the same ones in each run."""
    for name, files in subjects.items():
        chance = np.random.default_rng(int(hashlib.sha256(name.encode()).hexdigest()[:8], 16))
        others = [path for other, paths in subjects.items() if other != name for path in paths]
        every = list(combinations(files, count))
        for at in chance.choice(len(every), min(_SETS, len(every)), replace=False):
            references = list(every[at])
            strangers = [others[i] for i in chance.choice(len(others), min(_STRANGERS, len(others)), replace=False)]
            yield name, references, [path for path in files if path not in references] + strangers


def in_words(row: dict[str, Any]) -> str:
    """One line for people."""
    said = "; ".join(
        f"{kind} of 100: " + ", ".join(f"{100 * row[kind].get(v, 0):.1f} {v}" for v in ("pass", "ask", "fail"))
        for kind in ("good", "strangers")
    )
    return f"AUC {row['auc']:.3f}; {said} ({row['pictures']['good']} and {row['pictures']['strangers']})"


@lru_cache(400)
def _read(path: Path) -> Rgb:
    return bounded(read_picture(path)[..., :3])


if __name__ == "__main__":
    main()
