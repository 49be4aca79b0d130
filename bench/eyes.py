"""How well each eye tells drift from legitimate change:
AUC per kind of drift on a labelled film set, of takes with three key frames.

    python -m bench.eyes [--json] [--quick] [--seed N] [--scenes N] [--workers N]     single metrics and the local eye
    python -m bench.eyes --calm [--json] [--quick]                                   the same set, with a calmer camera
    python -m bench.eyes --chains [--json] [--quick]                                 drift that creeps over 30 shots
    python -m bench.eyes --real [--json]                                             real photographs, edited
    python -m bench.eyes --judge gemini                                              asks the judge too; needs a key
    (with --docs each writes its table into docs/eyes.md)

Prints a table, progress on stderr, and with --json ends with one JSON line: `auc` per axis and `all`, per metric and
`ours` (and `ours_panel`: the same on one picture, a take's first), its 95 % `interval`, `by_strength`, `recall_at_5`,
and `speed_ratio` of a drift check to the plain way (below 1 is faster).
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is there: processes, not threads, share the cores

from bench.eyesight import pages
from bench.eyesight.auc import auc, auc_of, recall_at
from bench.eyesight.measure import OURS, PANEL, Measured, Row, measure, scores
from bench.eyesight.plain import METRICS
from bench.filmset.drifts import AXES, STRENGTHS
from bench.filmset.labelled import MEASURED_SEED, told

Scores = Sequence[tuple[Row, Mapping[str, float]]]
QUICK = {"scenes": 3, "consistent": 6}
WHOLE = {"scenes": 14, "consistent": 10}
CALM = 0.35
"""Of the freedom that camera, poses and light have in the labelled set:
about a third, tried on other scenes than the published ones.
"""

_SHOWN = (*METRICS, OURS, PANEL)
_SPEED = Path(__file__).with_name("drift_speed.py")


def main() -> int:
    """Measure what is asked for and print."""
    asked = _asked()
    begun = time.monotonic()

    def say(words: str) -> None:
        told(f"{time.monotonic() - begun:5.0f} s  {words}")

    if asked.chains:
        from bench.eyesight import chains  # noqa: PLC0415  the product's CUSUM is needed for nothing else

        name, page = "chains", pages.chains
        found = chains.report(asked.seed, asked.workers, quick=asked.quick, say=say)
    elif asked.real:
        from bench.eyesight import real  # noqa: PLC0415  its pictures are read for nothing else

        name, page = "real", pages.real
        found = real.report(say)
    elif asked.calm:
        name, page = "calm", pages.calm
        found = _calm(asked, say)
    else:
        name, page = "labelled", pages.labelled
        found = _labelled(asked, say)
    if asked.docs:
        pages.write(name, page(found))
    if asked.json:
        print(json.dumps(_finite(found), allow_nan=False))
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="end with one JSON line")
    parser.add_argument("--quick", action="store_true", help="a small set, for a first look (intervals are wide)")
    parser.add_argument("--seed", type=int, default=MEASURED_SEED, help="one seed draws one set (%(default)s)")
    parser.add_argument("--scenes", type=int)
    parser.add_argument("--workers", type=int, default=min(4, len(os.sched_getaffinity(0))))
    parser.add_argument("--chains", action="store_true", help="creeping drift over chains of 30 shots")
    parser.add_argument("--calm", action="store_true", help=f"camera, poses and light with {CALM:.0%} of their freedom")
    parser.add_argument("--real", action="store_true", help="photographs that scikit-image ships, edited")
    parser.add_argument("--docs", action="store_true", help="write the table into docs/eyes.md too")
    parser.add_argument("--judge", choices=("gemini",), help="ask this judge too; needs its key")
    parser.add_argument(
        "--judge-usd", type=float, default=2.0, help="what asking it may cost at most (%(default)s USD)"
    )
    return parser.parse_args()


def _labelled(asked: argparse.Namespace, say: Callable[[str], None]) -> dict[str, Any]:
    size = QUICK if asked.quick else WHOLE
    found = _summed_up(asked, say) | {"speed_ratio": None if asked.quick else _speed_ratio(say)}
    if asked.judge:
        from bench.eyesight import judge  # noqa: PLC0415  it needs a key, and is asked for by name

        scenes = asked.scenes or size["scenes"]
        said = judge.report(asked.judge, asked.seed, scenes, size["consistent"], asked.judge_usd, say)
        if said is not None:
            found["auc"]["judge"], found["interval"]["judge"] = said.pop("auc"), said.pop("interval")
            found["judge"] = said
    _print(found)
    return found


def _calm(asked: argparse.Namespace, say: Callable[[str], None]) -> dict[str, Any]:
    """The same people and rooms, and drifts as large, where little else changes:
    how much of the error is the camera's.
    """
    found = _summed_up(asked, say, CALM) | {"freedom": CALM}
    _print(found)
    return found


def _summed_up(asked: argparse.Namespace, say: Callable[[str], None], freedom: float = 1.0) -> dict[str, Any]:
    size = QUICK if asked.quick else WHOLE
    set_ = measure(asked.seed, asked.scenes or size["scenes"], size["consistent"], 1, asked.workers, say, freedom)
    return summary(list(scores(set_))) | {"seed": asked.seed}


def summary(rows: Scores) -> dict[str, Any]:
    """All numbers of the labelled set."""
    good = [pair for pair in rows if pair[0].axis is None]
    names = list(rows[0][1])
    auc_by: dict[str, dict[str, float]] = {}
    interval: dict[str, dict[str, tuple[float, float]]] = {}
    for name in names:
        fine = _of(good, name)
        for axis in (*AXES, "all"):
            found = auc(fine, _of([p for p in rows if p[0].axis and axis in {p[0].axis, "all"}], name))
            auc_by.setdefault(name, {})[axis] = found.value
            interval.setdefault(name, {})[axis] = (found.low, found.high)
    bad = [pair for pair in rows if pair[0].axis is not None]
    by_strength = {
        name: {s: _plain_auc(good, [p for p in bad if p[0].strength == s], name) for s in STRENGTHS} for name in names
    }
    ours = {
        axis: {
            s: _plain_auc(good, [p for p in bad if (p[0].axis, p[0].strength) == (axis, s)], OURS) for s in STRENGTHS
        }
        for axis in AXES
    }
    return {
        "auc": auc_by,
        "interval": interval,
        "by_strength": by_strength,
        "ours_by_axis_and_strength": ours,
        "by_framing": {f: _by_framing(rows, f) for f in ("wide", "full", "medium", "close")},
        "recall_at_5": {
            name: round(recall_at([v for _, v in _of(good, name)], [v for _, v in _of(bad, name)]), 3) for name in names
        },
        "takes": {"consistent": len(good), "drifted": len(bad)},
        "behind": [
            axis for axis in AXES if max(auc_by[n][axis] for n in names if n not in {OURS, PANEL}) > auc_by[OURS][axis]
        ],
    }


def _by_framing(rows: Scores, framing: str) -> dict[str, float]:
    good, bad = ([p for p in rows if p[0].framing == framing and (p[0].axis is None) == fine] for fine in (True, False))
    return {name: _plain_auc(good, bad, name) for name in ("frame_ssim", "frame_embedding", OURS)}


def _of(pairs: Scores, name: str) -> list[tuple[str, float]]:
    return [(row.scene, values[name]) for row, values in pairs if name in values]


def _plain_auc(good: Scores, bad: Scores, name: str) -> float:
    return round(auc_of([v for _, v in _of(good, name)], [v for _, v in _of(bad, name)]), 3)


def _speed_ratio(say: Callable[[str], None]) -> float | None:
    """A five-shot drift check to the plain way, measured in one run; None where that benchmark cannot be run."""
    if not _SPEED.is_file():
        return None
    say("speed: a five-shot drift check, ours and the plain way")
    ran = subprocess.run(
        [sys.executable, _SPEED, "--resolution", "480p", "--json"], capture_output=True, text=True, check=False
    )
    lines = ran.stdout.strip().splitlines()
    return float(json.loads(lines[-1])["speed_ratio"]) if ran.returncode == 0 and lines else None


def _finite(found: Any) -> Any:
    """The same with null for what could not be measured: no picture of that framing, say."""
    if isinstance(found, Mapping):
        return {key: _finite(value) for key, value in found.items()}
    if isinstance(found, list | tuple):
        return [_finite(value) for value in found]
    return None if isinstance(found, float) and math.isnan(found) else found


def _print(found: Mapping[str, Any]) -> None:
    drawn = found["takes"]
    print(f"AUC, {drawn['consistent']} consistent and {drawn['drifted']} drifted takes, seed {found['seed']}")
    print(f"{'':20}", *(axis.removeprefix("set_")[:9].rjust(9) for axis in (*AXES, "all")))
    for name in _SHOWN:
        print(f"{name:20}", *(f"{found['auc'][name][axis]:9.3f}" for axis in (*AXES, "all")))
    if "judge" in found["auc"]:
        print(f"{'judge':20}", *(f"{found['auc']['judge'][axis]:9.3f}" for axis in (*AXES, "all")))
    low = [found["interval"][OURS][axis] for axis in (*AXES, "all")]
    print(f"{'ours, 95 %':20}", *(f"{a:.2f}–{b:.2f}".rjust(9) for a, b in low))
    for strength in STRENGTHS:
        row = [found["ours_by_axis_and_strength"][axis][strength] for axis in AXES]
        print(f"{'ours, ' + strength:20}", *(f"{v:9.3f}" for v in (*row, found["by_strength"][OURS][strength])))
    best = {n: max(found["auc"][n]["all"], found["auc"][n + "_z"]["all"]) for n in METRICS}
    print("calibrated per film as ours is, over all:", ", ".join(f"{n} {v:.3f}" for n, v in best.items()))
    print("over all, by framing:", json.dumps(_finite(found["by_framing"])))
    print(f"at 5 % false alarms found: ours {found['recall_at_5'][OURS]:.0%},", end=" ")
    print(", ".join(f"{n} {found['recall_at_5'][n]:.0%}" for n in ("frame_ssim", "frame_colour", "frame_embedding")))
    print("behind a single metric on:", ", ".join(found["behind"]) or "no axis")


__all__ = ["Measured", "main", "summary"]

if __name__ == "__main__":
    sys.exit(main())
