"""How often the panel gate is wrong: of 100 good pictures, how many pass, ask and fail; of 100 with each flaw, how many
it catches, asks about and misses; per kind of material.

    python -m bench.gates                    every material: about an hour on two cores
    python -m bench.gates --only "free"      those whose name holds this
    python -m bench.gates --quick            a fifth of the takes: the figures are rough
    python -m bench.gates --good 12          only good takes, so many of each film
    python -m bench.gates --json             ends with one line of JSON
    python -m bench.gates --docs             writes the table into docs/eyes.md
    python -m bench.gates --keep DIR         keeps what was measured: a film whose file is there is only counted again

The thresholds come from other scenes than those counted, except the ones that a film learns from its own approved
pictures, as the product does: 14 here. No key is needed, and nothing is spent.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is there: processes, not threads, share the cores

import cv2

from bench.filmset.labelled import told
from bench.gating import pages
from bench.gating.drawn import drawn
from bench.gating.film import Made, film_of, measured, with_approved
from bench.gating.looks import LOOKS, PLAIN
from bench.gating.material import GOOD, Material
from bench.gating.photographs import photographs
from bench.gating.record import Counted, Judged, Record, keep, kept
from wiring.own_eyes import eye_here, faces_here
from wiring.settings import read_settings

SEED = 8
"""Drawn after the limits were chosen. They were developed on 21; 7 was counted while they changed."""

CALM = 0.35
APPROVED = 14
"""Approved pictures of each film: 12 are the least from which a rule may fail one."""

GOOD_MORE = 3
"""Good takes for each flawed one: one in a hundred that fail is to be seen."""

LOOK_KINDS = ("good", "another person", "another room", "other clothes", "missing", "extra", "mirrored")


@dataclass(frozen=True, slots=True)
class Job:
    """One film. `each`: takes of each kind. `folder`: where its record is kept; None where it is not. `good`: so many
    good takes and no others; None for all kinds.
    """

    material: str
    number: int
    each: int
    seed: int
    folder: Path | None = None
    good: int | None = None

    def count(self, kind: str) -> int:
        """How many takes of this kind are gated."""
        if self.good is not None:
            return self.good if kind == GOOD else 0
        return GOOD_MORE * self.each if kind == GOOD else self.each

    @property
    def file(self) -> Path | None:
        """The file of the film's record."""
        name = "".join(letter if letter.isalnum() else "-" for letter in self.material)
        only = "" if self.good is None else f"-good{self.good}"
        return None if self.folder is None else self.folder / f"{name}-{self.seed}-{self.number}{only}.json"


def main() -> int:
    """Gate everything that is asked for, and print."""
    asked = _asked()
    begun = time.monotonic()
    found: dict[str, Counted] = {}
    jobs = [replace(job, good=asked.good) for job in _jobs(asked) if asked.only in job.material]
    with ProcessPoolExecutor(asked.workers, get_context("spawn")) as pool:
        for number, (job, record) in enumerate(zip(jobs, pool.map(_record, jobs), strict=True), 1):
            _add(found, job.material, record.counted())
            if job.material == FREE:
                _add(found, NEW, record.counted_when_new())
            told(f"{time.monotonic() - begun:5.0f} s  {number} of {len(jobs)} films gated: {job.material}")
    if asked.only in PREVIZ:
        told(f"{time.monotonic() - begun:5.0f} s  planting flaws into the animatic")
        found[PREVIZ] = _animatic(quick=asked.quick)
    found = {name: found[name] for name in SHOWN if name in found}
    print("\n".join(pages.plain(found)))
    if asked.docs:
        pages.write(found, asked.seed)
    if asked.json:
        print(json.dumps({name: {kind: dict(n) for kind, n in each.items()} for name, each in found.items()}))
    return 0


PREVIZ = "animatic (previz)"
FREE, CALMER, NEW, PHOTOS = "drawn, free camera", "drawn, calm camera", "drawn, nothing approved yet", "photographs"
SHOWN = (FREE, CALMER, NEW, PHOTOS, PREVIZ, *(look.name for look in LOOKS))
"""In the order of the page."""


def _jobs(asked: argparse.Namespace) -> Iterator[Job]:
    free, fewer, each = (3, 1, 2) if asked.quick else (8, 2, 4)
    yield from (Job(FREE, number, each, asked.seed, asked.keep) for number in range(free))
    yield from (Job(PHOTOS, number, each, asked.seed + number, asked.keep) for number in range(fewer))
    yield from (Job(look.name, number, each - 1, asked.seed, asked.keep) for number, look in enumerate(LOOKS))
    yield from (Job(CALMER, number, each, asked.seed, asked.keep) for number in range(fewer))


def _add(found: dict[str, Counted], material: str, counted: Counted) -> None:
    total = found.setdefault(material, {})
    for kind, answers in counted.items():
        total.setdefault(kind, Counter()).update(answers)


def _record(job: Job) -> Record:
    """What one film's gate measures; read where it was kept."""
    record = kept(job.file) if job.file else None
    if record is None:
        record = _gated(job)
        if job.file:
            keep(record, job.file)
    return record


def _gated(job: Job) -> Record:
    cv2.setNumThreads(1)
    settings, material = read_settings(), _material(job)
    eye, faces = eye_here(settings), faces_here(settings)
    kinds = LOOK_KINDS if job.material in {look.name for look in LOOKS} else material.kinds
    with tempfile.TemporaryDirectory() as folder:
        film = film_of(Path(folder), material.views, material.plates)
        approved = list(material.approved(APPROVED))
        film = with_approved(film, approved, eye)

        def judged(made: Made) -> Judged:
            return Judged(shot=made.shot, verdict=measured(made, film, eye, faces))

        return Record(
            approved=tuple(judged(made) for made in approved),
            takes={kind: tuple(judged(made) for made in material.takes(kind, job.count(kind))) for kind in kinds},
        )


def _material(job: Job) -> Material:
    if job.material == PHOTOS:
        return photographs(job.seed)
    look = next((each for each in LOOKS if each.name == job.material), PLAIN)
    return drawn(job.seed, job.number, CALM if job.material == CALMER else 1.0, look)


def _animatic(*, quick: bool) -> Counted:
    """The figures of bench.flaws, which plants flaws into the example film's own animatic; there nobody is asked."""
    command = [sys.executable, "-m", "bench.flaws", "--json", *(["--quick"] if quick else [])]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).resolve().parents[1])
    said: Mapping[str, int] = json.loads(ran.stdout.strip().splitlines()[-1])
    clean, planted, accused = said["clean"], said["planted"], said["falsely_accused"]
    return {
        "good": Counter({"pass": clean - accused, "fail": accused}),
        pages.ANY_FLAW: Counter({"fail": planted - said["missed"], "pass": said["missed"]}),
    }


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="end with one JSON line")
    parser.add_argument("--quick", action="store_true", help="a fifth of the takes")
    parser.add_argument("--docs", action="store_true", help="write the table into docs/eyes.md too")
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep measurements in this folder, and read those that are in it"
    )
    parser.add_argument("--only", default="", help="only materials whose name holds this")
    parser.add_argument("--good", type=int, metavar="N", help="only good takes, so many of each film")
    parser.add_argument("--seed", type=int, default=SEED, help="one seed draws one set (%(default)s)")
    parser.add_argument("--workers", type=int, default=min(4, len(os.sched_getaffinity(0))))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
