"""A five-shot drift check against the plain way to do it, in one run over the same clips, with the same verdicts.

Ours: each clip is decoded once; that pass feeds the technical checks and keeps the key frames and the last; crops are embedded
together, none of them twice. The plain way: a pass for the technical checks, a seek for each key frame, a full-size
SSIM (scikit-image, grey) of every frame with the first, and one picture a call to the embedding.

The clips are a chain of the harbour whose hues creep, so that there is something to find. Prints seconds of CPU of both, their
ratio and the verdicts; with `--json` a last line for programs: `speed_ratio`, ours to plain (below 0.1 is asked), and `same_verdicts`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import torch
from skimage.metrics import structural_similarity

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from checks.decode import decode, last_frame
from checks.drift import DriftReport, DriftShot, judge_drift, measure, measure_pictures, moments
from checks.eye import Eye, Fit, OpenClipEye, Picture, Vectors
from checks.masters import References
from checks.technical import Watcher
from manifests.film import Resolution
from manifests.keys import hash_file
from manifests.reading import FilmFolder, read_film
from manifests.take import Reference, Request
from providers.previz import flaws, render

HARBOUR = Path(__file__).resolve().parent.parent / "examples" / "harbour"
SHOT, SHOTS, DEGREES_PER_LINK = "SC010_SH0040", 5, 3.0
LIMIT = 0.1


@dataclass(frozen=True)
class Found:
    """What a way of checking came to: technical facts of each clip, and the drift report."""

    technical: tuple[tuple[float, ...], ...]
    report: DriftReport

    @property
    def verdict(self) -> tuple[object, ...]:
        """What is decided: cuts, stillness and black; who drifted, by which rule, from which shot; who goes back to the masters."""
        drifted = tuple((f.rule, f.subject, f.evidence["shot"]) for f in self.report.drifted)
        return self.technical, drifted, self.report.re_anchor


class OneAtATime:
    """The same eye, asked for one picture a call, with no memory of what it has seen."""

    def __init__(self, eye: OpenClipEye) -> None:
        self._eye, self.name = eye, eye.name

    def embed(self, pictures: Sequence[Picture], fit: Fit = "letterbox") -> Vectors:
        """Embed each by itself."""
        rows = []
        for picture in pictures:
            self._eye.forget()
            rows.append(self._eye.embed([picture], fit)[0])
        return np.stack(rows)


def main() -> None:
    """Draw the clips, check them both ways, and compare."""
    options = _options()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    film = read_film(HARBOUR)
    paths = {name: film.assets / f"{name}.png" for name in film.bible.assets()}
    masters = References(paths, {name: hash_file(path) for name, path in paths.items()})
    eye = OpenClipEye(None, None, None)
    folder = Path(tempfile.mkdtemp())
    try:
        shots = _draw(film, masters, folder, options.resolution, options.seconds)
        OpenClipEye(None, None, folder / "eye").embed(
            [np.zeros((8, 8, 3), np.uint8)]
        )  # opens the quick tower, as a film does
        check(shots[:1], film, masters, eye)  # weights, masters and modules are read before the clock runs
        eye.forget()
        ours, ours_s = _timed(lambda: check(shots, film, masters, eye))
        plain, plain_s = _timed(lambda: check_plainly(shots, film, masters, OneAtATime(eye)))
    finally:
        shutil.rmtree(folder)
    ratio, same = round(ours_s / plain_s, 4), ours.verdict == plain.verdict
    frames = sum(item.shot.frames for item in shots)
    print(f"{SHOTS} shots of {options.seconds:g} s at {options.resolution}, {frames} frames, one thread")
    print(f"ours        {ours_s:7.2f} CPU-s  {frames / ours_s:6.1f} frames a second")
    print(f"plain way   {plain_s:7.2f} CPU-s  {frames / plain_s:6.1f} frames a second")
    print(f"ratio       {ratio:7.4f}        at most {LIMIT}")
    print(
        f"verdicts    {'the same' if same else 'DIFFERENT'}: {', '.join(sorted({f.rule for f in ours.report.drifted}))}"
    )
    if options.json:
        told = {
            "speed_ratio": ratio,
            "same_verdicts": same,
            "ours_cpu_s": round(ours_s, 2),
            "plain_cpu_s": round(plain_s, 2),
        }
        print(json.dumps({**told, "resolution": options.resolution, "seconds": options.seconds, "frames": frames}))
    if not same or not ours.report.drifted:
        raise SystemExit("the two ways do not agree, or found nothing")


def check(shots: Sequence[DriftShot], film: FilmFolder, masters: References, eye: Eye) -> Found:
    """Our way: one pass a clip."""
    technical, measured = [], []
    for item in shots:
        watcher = Watcher()
        measured.append(measure(item, film.bible, masters, eye, watcher.see))
        technical.append(_facts(watcher))
    return Found(tuple(technical), judge_drift(measured, film.film.thresholds, 5, eye.name))


def check_plainly(shots: Sequence[DriftShot], film: FilmFolder, masters: References, eye: Eye) -> Found:
    """The plain way."""
    technical, measured = [], []
    for item in shots:
        watcher = Watcher()
        decode(item.clip, (), watcher.see)
        technical.append(_facts(watcher))
        _ssim_of_every_frame(item.clip)
        pictures = {index: _sought(item.clip, index) for index in moments(item.shot)}
        measured.append(measure_pictures(item, pictures, film.bible, masters, eye))
    return Found(tuple(technical), judge_drift(measured, film.film.thresholds, 5, eye.name))


def _facts(watcher: Watcher) -> tuple[float, ...]:
    return watcher.black_share(), watcher.still_seconds(), *watcher.cut(), watcher.flicker()


def _sought(clip: Path, index: int) -> Picture:
    """One frame by seeking: to the key frame before it, and on from there."""
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        assert stream.average_rate is not None
        wanted = round(index / stream.average_rate / stream.time_base)
        container.seek(wanted, stream=stream, backward=True)
        for frame in container.decode(stream):
            if frame.pts is not None and frame.pts >= wanted:
                return np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
    raise SystemExit(f"{clip.name} has no frame {index}")


def _ssim_of_every_frame(clip: Path) -> float:
    """The least SSIM of a frame with the clip's first, at full size."""
    first: Picture | None = None
    least = 1.0
    with av.open(str(clip)) as container:
        for frame in container.decode(container.streams.video[0]):
            grey = np.asarray(frame.to_ndarray(format="gray"), np.uint8)
            first = grey if first is None else first
            least = min(least, float(structural_similarity(first, grey, win_size=7)))  # type: ignore[no-untyped-call]
    return least


def _draw(
    film: FilmFolder, masters: References, folder: Path, resolution: Resolution, seconds: float
) -> tuple[DriftShot, ...]:
    """A chain in which every link turns the hues a little further; each opens on the last frame of the one before."""
    items: list[DriftShot] = []
    for link in range(SHOTS):
        changes = {"id": f"SC010_SH{100 + link * 10:04d}", "duration_s": seconds, "chain": link > 0, "dialogue": ()}
        shot = film.scenes["SC010"].shot(SHOT).model_copy(update=changes)
        start, clip = folder / f"{shot.id}.png", folder / f"{shot.id}.mp4"
        asked: dict[str, Any] = {
            "shot": shot.id, "staging": shot, "prompt": "as written", "seed": 1, "references": (),
            "weather": film.bible.locations[shot.location].weather,
        }  # fmt: skip
        if items:
            last_frame(items[-1].clip, start)
        else:
            panel = Request(operation="panel", resolution="720p", frames=1, **asked)
            render.panel(panel, flaws.direct(panel, ()), _reader(masters, start), start)
        asked["references"] = (Reference(role="start_frame", name="start", sha256=hash_file(start)),)
        request = Request(operation="clip", resolution=resolution, frames=shot.frames, chain_links=link, **asked)
        creep = flaws.Flaw(shot=shot.id, stage="clip", flaw="drifted_hue", degrees_per_link=DEGREES_PER_LINK)
        render.clip(request, flaws.direct(request, (creep,)), _reader(masters, start), clip)
        items.append(DriftShot(shot, clip, link))
    return tuple(items)


def _reader(masters: References, start: Path) -> Callable[[str], Any]:
    def read(name: str) -> Any:
        if name == "start_frame":
            return cv2.imread(str(start))
        pixels = cv2.imread(str(masters.paths[name]), cv2.IMREAD_UNCHANGED)
        assert pixels is not None
        if pixels.shape[2] == 4:
            pixels[..., :3] = np.rint(pixels[..., :3] * (pixels[..., 3:] / 255.0))
        return pixels

    return read


def _timed(work: Callable[[], Found]) -> tuple[Found, float]:
    began = time.process_time()
    done = work()
    return done, time.process_time() - began


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resolution", choices=("480p", "720p", "1080p"), default="720p")
    parser.add_argument("--seconds", type=float, default=5.0, help="length of each shot (default 5)")
    parser.add_argument("--json", action="store_true", help="end with a line of JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
