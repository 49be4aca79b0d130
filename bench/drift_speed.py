"""A drift check of five chained shots against the plain ways to do it, in one run over the same clips.

A drift check holds the middle and the end of each clip against the locked masters. Ours decodes only what these two
frames need, compares only what drift is read from, gives rivals up as soon as they are farther off, and embeds the
crops of all shots together, none of them twice. The plain way decodes each clip whole, measures the two frames as a
gate measures a frame, and embeds one picture a call; it remembers no vector. Beside it: with a seek a frame instead of
the whole decode; and with a full-size SSIM (scikit-image, grey) of every frame with the clip's first in the same pass.

All must come to the same values and verdicts, or it fails. Technical checks are no part of any: the clip gate makes
them before, in a decode of its own. A last line has them in both nevertheless, as earlier figures had.

The clips are a chain of the harbour whose hues creep, so that there is something to find. Its shots have the same
camera, as chained shots mostly have; `--cameras` gives each its own, and with it crops that no other shot has. previz
writes a key frame every 48; `--one-key-frame` writes the clips as x264 does when it is not told otherwise. Prints
seconds of CPU (the best of three, with SSIM of one); with `--json` a last line for programs, ratios of ours to a plain
way: `ratio_without_ssim` (1/3 is asked), `ratio_to_seeking`, `speed_ratio` (with SSIM, 0.1 is asked),
`ratio_with_technical`, and `same_verdicts`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.drifting.clips import SHOTS, Chain, draw
from bench.drifting.reading import by_seeking, whole, with_ssim
from checks.drift import DriftReport, judge_drift
from checks.drift_shot import DriftShot, Measured, as_told, measure, moments
from checks.gates.frame_gate import see
from checks.gates.sight import Sight, TimedFrame
from checks.gates.technical import Watcher
from checks.rules.drift_rules import Axis
from checks.seeing import stage
from checks.seeing.decode import decode
from checks.seeing.eye import Eye, Fit, OpenClipEye, Picture, Vectors
from checks.seeing.masters import References
from manifests.keys import hash_file
from manifests.reading.film_folder import FilmFolder, read_film
from manifests.scene import Shot

HARBOUR = Path(__file__).resolve().parent.parent / "examples" / "harbour"
LIMIT, LIMIT_WITH_SSIM = 0.333, 0.1
ROUNDS = 3
TOLERANCE = 0.001
"""Degrees, or cosine distance, by which two ways may differ: sums are taken in another order. Values have 4 digits."""

Frames = Callable[[Path, Sequence[int]], Mapping[int, Picture]]


@dataclass(frozen=True)
class Found:
    """The results of one way of checking: each shot's measurements, and the drift report."""

    measured: tuple[Measured, ...]
    report: DriftReport

    @property
    def verdict(self) -> tuple[object, ...]:
        """The decisions: which entities drifted, by which rule, from which shot; which shots go back to the masters."""
        drifted = tuple((f.rule, f.subject, f.evidence["shot"]) for f in self.report.drifted)
        return drifted, self.report.re_anchor

    def agrees(self, other: Found) -> bool:
        """Whether the other came to the same decisions, from the same values."""
        both = zip(self.measured, other.measured, strict=True)
        return self.verdict == other.verdict and all(_near(a.values, b.values) for a, b in both)


class OneAtATime:
    """The same eye, asked for one picture a call, with no memory of what it has seen."""

    def __init__(self, eye: OpenClipEye) -> None:
        self._eye, self.name, self.noise = eye, eye.name, eye.noise

    def embed(self, pictures: Sequence[Picture], fit: Fit = "letterbox") -> Vectors:
        """Embed each by itself."""
        rows = []
        for picture in pictures:
            self._eye.forget()
            rows.append(self._eye.embed([picture], fit)[0])
        return np.stack(rows)


@dataclass(frozen=True)
class Rig:
    """The film, its masters and the eye that all ways share."""

    film: FilmFolder
    masters: References
    eye: OpenClipEye

    def check(self, shots: Sequence[DriftShot]) -> Found:
        """Our way."""
        measured = measure(shots, self.film.bible, self.masters, self.eye)
        return Found(measured, judge_drift(measured, self.film.film.thresholds, 5, self.eye.name))

    def check_plainly(self, shots: Sequence[DriftShot], frames: Frames) -> Found:
        """The plain way, with `frames` to read a clip's frames, by number, and its last."""
        eye = OneAtATime(self.eye)
        measured = tuple(self._measured(item, frames(item.clip, moments(item.shot)), eye) for item in shots)
        return Found(measured, judge_drift(measured, self.film.film.thresholds, 5, eye.name))

    def look(self, shot: Shot, pictures: Mapping[int, Picture], eye: Eye) -> list[Sight]:
        """Each frame as a gate sees it; the last one gets the embeddings."""
        end = max(pictures)
        timed = [TimedFrame(picture, index / end, f"frame {index}") for index, picture in sorted(pictures.items())]
        return [see(f, shot, self.film.bible, self.masters, eye if f.progress == 1 else None) for f in timed]

    def _measured(self, item: DriftShot, pictures: Mapping[int, Picture], eye: Eye) -> Measured:
        sights = self.look(item.shot, pictures, eye)
        values: defaultdict[tuple[str, Axis], list[float]] = defaultdict(list)
        for sight in sights:
            for key, value in _values(sight, item.shot):
                values[key].append(value)
        means = {key: round(sum(each) / len(each), 4) for key, each in values.items()}
        still = [sight.composition for sight in sights if sight.composition is not None]
        found = Measured(item.shot.id, item.chain_links, means, round(min(still), 4) if still else None)
        return as_told(found, item.shot, item.chain_links)


def main() -> None:
    """Draw the clips, check them all ways, and compare."""
    options = _options()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    film = read_film(HARBOUR)
    paths = {name: film.assets / f"{name}.png" for name in film.bible.assets()}
    masters = References(paths, {name: hash_file(path) for name, path in paths.items()})
    rig = Rig(film, masters, OpenClipEye())
    folder = Path(tempfile.mkdtemp())
    try:
        shots = draw(film, masters, folder, _chain(options))
        OpenClipEye(None, folder / "eye").embed(
            [np.zeros((8, 8, 3), np.uint8)]
        )  # opens the quick tower, as a film does
        rig.check(shots[:1])  # weights, masters and modules are read before the clock runs
        rig.check_plainly(shots[:1], whole)
        found, took = _all_ways(rig, shots)
    finally:
        shutil.rmtree(folder)
    ours = found["ours"]
    same = all(ours.agrees(other) for other in found.values())
    _tell(options, took, sum(item.shot.frames for item in shots), ours, same=same)
    if not same or not ours.report.drifted:
        raise SystemExit("the ways do not agree, or found nothing")


def _all_ways(rig: Rig, shots: Sequence[DriftShot]) -> tuple[dict[str, Found], dict[str, float]]:
    def after_the_gate() -> Found:
        return rig.check(shots)

    def technically() -> None:
        for item in shots:
            _technical(item.clip)

    def gate() -> None:
        for item in shots:
            rig.look(item.shot, whole(item.clip, moments(item.shot)), rig.eye)

    ways: dict[str, tuple[Callable[[], Found], Callable[[], None] | None, int]] = {
        "ours": (lambda: rig.check(shots), None, ROUNDS),
        "after the gate": (after_the_gate, gate, ROUNDS),
        "plain": (lambda: rig.check_plainly(shots, whole), None, ROUNDS),
        "seeking": (lambda: rig.check_plainly(shots, by_seeking), None, ROUNDS),
        "with SSIM": (lambda: rig.check_plainly(shots, with_ssim), None, 1),
    }
    found, took = {}, {}
    for name, (way, before, rounds) in ways.items():
        found[name], took[name] = _best(rig, way, before, rounds)
    began = time.process_time()
    technically()
    took["technical"] = time.process_time() - began
    return found, took


def _tell(options: argparse.Namespace, took: Mapping[str, float], frames: int, ours: Found, *, same: bool) -> None:
    mine, technical = took["ours"], took["technical"]
    ratios = {
        "ratio_without_ssim": mine / took["plain"],
        "ratio_to_seeking": mine / took["seeking"],
        "speed_ratio": mine / took["with SSIM"],
        "ratio_with_technical": (mine + technical) / (took["seeking"] + technical),
    }
    print(f"{SHOTS} shots of {options.seconds:g} s at {options.resolution}, {frames} frames, one thread")
    for name, seconds in took.items():
        print(f"{name:<22}{seconds:7.2f} CPU-s  {1000 * seconds / SHOTS:7.0f} CPU-ms a shot")
    for name, ratio in ratios.items():
        print(f"{name:<22}{ratio:7.3f}        {1 / ratio:5.1f} times as quick")
    print(f"asked: at most {LIMIT} without SSIM, {LIMIT_WITH_SSIM} with it")
    rules = ", ".join(sorted({f.rule for f in ours.report.drifted}))
    print(f"values and verdicts   {'the same' if same else 'DIFFERENT'}: {rules}")
    if options.json:
        told = {name: round(ratio, 4) for name, ratio in ratios.items()} | {"same_verdicts": same}
        told |= {f"{name.replace(' ', '_')}_cpu_s": round(seconds, 3) for name, seconds in took.items()}
        asked = {"resolution": options.resolution, "seconds": options.seconds, "cameras": options.cameras}
        asked |= {"one_key_frame": options.one_key_frame}
        print(json.dumps({**told, **asked, "frames": frames}))


def _values(sight: Sight, shot: Shot) -> Iterator[tuple[tuple[str, Axis], float]]:
    place = sight.place
    if place.passed_by_pixels:
        if place.turn is not None:
            yield (shot.location, "hue"), place.turn
        if place.embedded is not None:
            yield (shot.location, "location"), place.embedded
    for person in sight.people:
        if person.recognised and person.turn is not None:
            yield (person.entity, "wardrobe"), person.turn
        if person.recognised and person.embedded is not None:
            yield (person.entity, "identity"), person.embedded


def _near(mine: Mapping[Any, float], other: Mapping[Any, float]) -> bool:
    return mine.keys() == other.keys() and all(abs(value - other[key]) <= TOLERANCE for key, value in mine.items())


def _technical(clip: Path) -> tuple[float, ...]:
    watcher = Watcher()
    decode(clip, (), watcher.see)
    return watcher.black_share(), watcher.still_seconds(), *watcher.cut(), watcher.flicker()


def _chain(options: argparse.Namespace) -> Chain:
    return Chain(options.resolution, options.seconds, options.cameras, options.one_key_frame)


def _best(rig: Rig, work: Callable[[], Found], before: Callable[[], None] | None, rounds: int) -> tuple[Found, float]:
    """The least CPU time of so many rounds, each of which begins with nothing in memory but `before`'s."""
    least, done = float("inf"), None
    for _ in range(rounds):
        rig.eye.forget()
        stage.forget()
        if before is not None:
            before()
        began = time.process_time()
        done = work()
        least = min(least, time.process_time() - began)
    assert done is not None
    return done, least


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resolution", choices=("480p", "720p", "1080p"), default="720p")
    parser.add_argument("--seconds", type=float, default=5.0, help="length of each shot (default 5)")
    parser.add_argument("--cameras", action="store_true", help="each shot has a camera of its own")
    parser.add_argument("--one-key-frame", action="store_true", help="clips with a key frame every 250, as x264 writes")
    parser.add_argument("--json", action="store_true", help="end with a line of JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
