"""The engine's cost beside the work: a chain of 62 shots, and 62 shots on their own,
at a rehearsal whose jobs take 20 s.

    python -m bench.engine chain|apart [--shots 62] [--job-s 20] [--lanes 5]

Panels and clips are small ready-made pictures and every gate passes at once, so that only waiting and the engine
remain. Each run has a Prefect server of its own, as `gate run` has. Prints one JSON line:
- `ratio`: seconds of the run to those of its critical path, 1 at best. The path is the panel, which all shots share,
  the clips that cannot be made side by side (all of a chain, or those of one lane), and the cut (`cut_s`), which waits
  for the last of them;
- `server`, `client`, `pixels`: CPU seconds a shot of Prefect's server, of this process's event loop, and of its work in
  threads and in FFmpeg, without `start`: the CPU seconds that the server takes to start and the client to load Prefect,
  once a run.
"""

from __future__ import annotations

import argparse
import asyncio
import copy
import json
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from ruamel.yaml import YAML

from bench.poll import ROOT, house
from checks.drift import DriftReport
from manifests.finding import Verdict
from wiring.opening import open_services
from wiring.prefect_server.record import Files, read_record
from wiring.settings import read_settings, settle_environment
from wiring.telemetry import StageChange

_TICKS = os.sysconf("SC_CLK_TCK")
_NOTHING = DriftReport(drifted=(), re_anchor=(), read_at=(), series=(), composition={}, eye="none")
_BUDGET = {"film_usd": "900.00", "scene_usd": "600.00", "run_usd": "600.00", "shot_usd": "40.00"}


def main() -> None:
    """Run the film and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shots", type=int, default=62)
    parser.add_argument("--job-s", type=float, default=20.0, help="how long a job takes")
    parser.add_argument("--lanes", type=int, default=5, help="shots side by side, where they stand alone")
    parser.add_argument("film", choices=["chain", "apart"], help="shots that open on one another, or on their own")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, house(Path(folder), told.job_s, faults="[]") as url:
        film = lay_out(Path(folder) / "film", told.shots, told.lanes, chained=told.film == "chain")
        os.environ["GATE_REHEARSAL"] = url
        clips = told.shots if told.film == "chain" else -(-told.shots // told.lanes)
        found = measured(film, told.shots, jobs_s=(1 + clips) * told.job_s)
    print(json.dumps({"film": told.film, "shots": told.shots, "lanes": told.lanes, "job_s": told.job_s, **found}))


def lay_out(film: Path, shots: int, lanes: int, *, chained: bool) -> Path:
    """The harbour's café, told again until there are `shots` of it;
    each a second long, panels made by BytePlus' models and clips by OpenRouter's.
    """
    shutil.copytree(ROOT / "examples" / "harbour", film, ignore=shutil.ignore_patterns(".gate", "art", "__pycache__"))
    first, second = _edit(film / "scenes" / "SC010.yaml", lambda scene: _told_again(scene, shots, chained=chained))
    assert first["location"] == second["location"]
    limits = {"lanes": lanes, "in_flight": 16, "drift_every": 5}
    made_by = {"panel": "byteplus", "clip": "openrouter"}
    _edit(
        film / "film.yaml",
        lambda told: told.update(
            providers=made_by,
            budget=_BUDGET,
            limits={**told.get("limits", {}), **limits},
            finish={"colour_match": False},
        ),
    )
    return film


def measured(film: Path, shots: int, *, jobs_s: float) -> dict[str, float]:
    """Run the scene to its draft cut, and say what that took. `jobs_s`: the seconds of its jobs one after another."""
    settings = read_settings(film)
    settle_environment(settings)  # before Prefect is imported, as a command does
    from desk.cli.making import run_flow, server_for  # noqa: PLC0415  same

    services, said = open_services(settings), list[tuple[float, StageChange]]()
    loads = time.process_time()
    from flows import scene  # noqa: F401, PLC0415  a run loads it, and Prefect with it

    loads = time.process_time() - loads
    services.telemetry.listen(lambda change: said.append((time.monotonic(), change)))
    with server_for(services):
        record = read_record(Files(settings.state / "server" / "runs"))
        assert record is not None
        started = cpu_of(record.pid)
        with ready_made(), counting_threads() as threads:
            children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            cpu, began = time.process_time(), time.monotonic()
            outcome = run_flow(settings, "SC010")
            wall_s, client = time.monotonic() - began, time.process_time() - cpu
            children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - children
        _quiet(record.pid)
        busy = cpu_of(record.pid) - started
    if outcome.ending != "waits for approval":
        raise SystemExit(f"the run ended otherwise than it should: {outcome.ending}: {outcome.message}")
    a_shot = {"server": busy, "client": client - sum(threads), "pixels": sum(threads) + children}
    cut_s = float(np.ptp([at for at, change in said if change.stage == "draft cut"]))
    return {
        "wall_s": round(wall_s, 1),
        "cut_s": round(cut_s, 1),
        "ratio": round(wall_s / (jobs_s + cut_s), 3),
        **{name: round(seconds / shots, 3) for name, seconds in a_shot.items()},
        "engine": round((a_shot["server"] + a_shot["client"]) / shots, 3),
        "start": round(started + loads, 1),
    }


@contextmanager
def ready_made() -> Iterator[None]:
    """Every gate passes, and nothing drifts: what a gate takes is measured elsewhere
    (bench/drift_speed.py, docs/qc.md).
    """
    from production.gating import clip, drift, panel  # noqa: PLC0415  a start without it is measured, too

    good = Verdict(scores=(), findings=())
    with ExitStack() as stack:
        for gate in (clip, panel):
            stack.enter_context(patch.object(gate, "look", lambda _case, _eye, _faces: good))
        stack.enter_context(patch.object(drift, "_measure", lambda *_given: []))
        stack.enter_context(patch.object(drift, "judge_drift", lambda *_given: _NOTHING))
        yield


@contextmanager
def counting_threads() -> Iterator[list[float]]:
    """The CPU seconds of each piece of work that was handed to a thread."""
    spent: list[float] = []
    plain = asyncio.to_thread

    async def counted(work: Callable[..., Any], /, *given: Any, **named: Any) -> Any:
        def timed() -> Any:
            began = time.thread_time()
            try:
                return work(*given, **named)
            finally:
                spent.append(time.thread_time() - began)

        return await plain(timed)

    with patch.object(asyncio, "to_thread", counted):
        yield spent


def cpu_of(pid: int) -> float:
    """The CPU seconds that a process has taken so far, with all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _quiet(pid: int) -> None:
    """Wait until the server has worked off what it was told: it learns of tasks from events, and is behind."""
    before = -1.0
    while (now := cpu_of(pid)) - before > 0.1:
        before = now
        time.sleep(2)


def _told_again(scene: dict[str, Any], shots: int, *, chained: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    by_id = {shot["id"]: shot for shot in scene["shots"]}
    first, second = by_id["SC010_SH0040"], by_id["SC010_SH0050"]
    again = second if chained else first
    scene["shots"] = [first, *(copy.deepcopy(again) for _ in range(shots - 1))]
    for number, shot in enumerate(scene["shots"], 1):
        shot["id"], shot["duration_s"] = f"SC010_SH{number * 10:04d}", 1.0
        shot["motion"] = f"Beat {number}. {shot['motion']}"  # alike, they would be one clip, bought once
        for name in ("dialogue", "transition"):
            shot.pop(name, None)
    return first, second


def _edit(path: Path, change: Callable[[dict[str, Any]], Any]) -> Any:
    yaml = YAML()
    document = yaml.load(path)
    given = change(document)
    yaml.dump(document, path)
    return given


if __name__ == "__main__":
    main()
