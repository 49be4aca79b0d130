"""A hundred planted flaws and more: how many the gates catch by their right name, misname, miss, and accuse falsely.

    python -m bench.flaws            the table
    python -m bench.flaws --json     and one line of JSON at its end
    python -m bench.flaws --docs     and write it into docs/flaws.md
    python -m bench.flaws --quick    a third of it
    python -m bench.flaws --seed 7   on other dice; thresholds were set on seeds 101 and up, the docs are made with 1

The takes are previz's, of the example film, and the clean ones differ as good takes do. Nothing is sent, nothing is
spent.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import click
import cv2
import numpy as np

from bench.planting import clean, clips, panels
from bench.planting.kinds import CLEAN, Kind, Outcome, Stage, Stand
from bench.planting.takes import Takes
from manifests.scene import Shot

DOCS = Path(__file__).resolve().parents[1] / "docs" / "flaws.md"
REPORTED_SEED = 1
CONTROLS: dict[Stage, int] = {"panel": 36, "clip": 32}
_VARIANTS = 4
_TRIES = 9
_TOLD_EVERY = 20
_BEGIN, _END = "<!-- from python -m bench.flaws --docs -->", "<!-- end -->"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
@click.option("--quick", is_flag=True, help="A third of it.")
@click.option("--docs", is_flag=True, help="Write the table into docs/flaws.md.")
@click.option("--seed", default=REPORTED_SEED, show_default=True, help="Other dice: other shots, people, grain.")
@click.option("--jobs", default=min(8, os.cpu_count() or 1), show_default=True, help="Processes.")
@click.option("--only", default="", help="Only kinds whose name holds this.")
def main(*, as_json: bool, quick: bool, docs: bool, seed: int, jobs: int, only: str) -> None:
    """Plant, gate, count."""
    began = time.monotonic()
    wanted = [job for job in _jobs(seed) if only in job[1]][:: 3 if quick else 1]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool, tempfile.TemporaryDirectory() as folder:
        outcomes = []
        for outcome in pool.map(_run, [(folder, *job) for job in wanted], chunksize=2):
            outcomes.append(outcome)
            for line in _not_right([outcome]):
                click.echo(line, err=True)
            if len(outcomes) % _TOLD_EVERY == 0:
                click.echo(f"{len(outcomes)} of {len(wanted)}", err=True)
    table, lines = _table(outcomes), _not_right(outcomes)
    took_s = round(time.monotonic() - began, 1)
    click.echo("\n".join([*table, "", *lines, "", f"{len(outcomes)} takes in {took_s:.0f} s, {jobs} processes"]))
    if docs:
        _write_docs(table, lines, seed)
    if as_json:
        click.echo(json.dumps({**_counts(outcomes), "seed": seed, "seconds": took_s}))


Job = tuple[int, str, Stage, float, int]
"""The seed of its dice, the kind's name, its stage, the strength, and the number by which its shot is chosen."""


def _jobs(seed: int) -> list[Job]:
    jobs: list[Job] = []
    for kind in (*panels.KINDS, *clips.KINDS):
        jobs += [(seed, kind.name, kind.stage, strength, len(jobs) + n) for n, strength in enumerate(kind.strengths)]
    for stage, count in CONTROLS.items():
        jobs += [(seed, CLEAN, stage, float(n % _VARIANTS), n) for n in range(count)]
    return jobs


def _run(job: tuple[str, int, str, Stage, float, int]) -> Outcome:
    """Make one take and gate it."""
    folder, seed, name, stage, strength, number = job
    cv2.setNumThreads(1)
    takes = _takes(Path(folder))
    dice = np.random.default_rng([seed, number, len(name), *name.encode()])
    if name == CLEAN:
        shot = _shot(takes, number % len(takes.scene.shots), stage, dice)
        shot = clean.moved(shot, number) if stage == "clip" else shot
        stand = Stand(takes, shot, f"{stage}-{os.getpid()}", int(dice.integers(1 << 30)), dice)
        verdict = (clean.panel if stage == "panel" else clean.clip)(stand, int(strength))
        return _outcome(
            Kind(CLEAN, stage, (), "", (), lambda *_: None), strength, shot, sorted(verdict.flaws), verdict.findings
        )
    kind = next(k for k in (*panels.KINDS, *clips.KINDS) if (k.name, k.stage) == (name, stage))
    for _ in range(_TRIES * 4):
        shot = _shot(takes, int(dice.integers(len(takes.scene.shots))), stage, dice)
        stand = Stand(takes, shot, f"{stage}-{os.getpid()}", int(dice.integers(1 << 30)), dice)
        if kind.fits(shot) and (made := kind.make(stand, strength)) is not None:
            return _outcome(kind, strength, shot, sorted(made.flaws), made.findings)
    raise SystemExit(f"no shot of the example film can have: {name}")


def _shot(takes: Takes, index: int, stage: Stage, dice: np.random.Generator) -> Shot:
    shot = takes.scene.shots[index]
    seconds = float(dice.choice([1.5, 2.0, 2.5])) if stage == "clip" else shot.duration_s
    changes = {"chain": False, "mode": "start_frame", "dialogue": (), "duration_s": seconds}
    return shot.model_copy(update=changes)


def _outcome(kind: Kind, strength: float, shot: Shot, flaws: list[str], findings: tuple[object, ...]) -> Outcome:
    words = tuple(str(getattr(finding, "message", "")) for finding in findings)
    return Outcome(kind.name, kind.stage, strength, kind.unit, shot.id, kind.named, tuple(flaws), words)


_made: dict[Path, Takes] = {}


def _takes(folder: Path) -> Takes:
    """One a process: its pictures are read once."""
    return _made.setdefault(folder, Takes(folder))


def _table(outcomes: list[Outcome]) -> list[str]:
    """A row a kind, the worst caught first within a stage; then the clean takes and the sums."""
    rows = ["| planted | in | strengths | planted | caught | misnamed | missed |", "|---|---|---|---|---|---|---|"]
    kinds: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.kind != CLEAN:
            kinds.setdefault((outcome.stage, outcome.kind), []).append(outcome)
    for (stage, name), own in kinds.items():
        words = Counter(outcome.word for outcome in own)
        strengths = f"{', '.join(f'{o.strength:g}' for o in own)} {own[0].unit}" if own[0].unit else ""
        rows.append(
            f"| {name} | {stage} | {strengths} | {len(own)} | {words['caught']} | {words['misnamed']} | "
            f"{words['missed']} |"
        )
    for stage in ("panel", "clip"):
        own = [outcome for outcome in outcomes if outcome.stage == stage and outcome.kind != CLEAN]
        words = Counter(outcome.word for outcome in own)
        rows.append(
            f"| **all of them** | **{stage}** |  | **{len(own)}** | **{words['caught']}** | "
            f"**{words['misnamed']}** | **{words['missed']}** |"
        )
    rows += ["", "| clean takes | of | falsely accused |", "|---|---|---|"]
    for stage in ("panel", "clip"):
        own = [outcome for outcome in outcomes if outcome.stage == stage and outcome.kind == CLEAN]
        rows.append(f"| {stage}s | {len(own)} | {sum(outcome.word == 'accused' for outcome in own)} |")
    return rows


def _not_right(outcomes: list[Outcome]) -> list[str]:
    """A line for each that was not caught by its right name, or accused."""
    lines = []
    for outcome in outcomes:
        called = ", ".join(outcome.flaws) or "nothing"
        what = f"{outcome.kind} ({outcome.strength:g} {outcome.unit})" if outcome.unit else outcome.kind
        if outcome.word in {"misnamed", "missed", "accused"}:
            lines.append(f"- {outcome.word}: {outcome.stage}, {what}, {outcome.shot}: the gate says {called}")
        elif outcome.besides:
            lines.append(f"- caught, and more: {outcome.stage}, {what}, {outcome.shot}: the gate says {called}")
    return lines


def _counts(outcomes: list[Outcome]) -> dict[str, object]:
    flawed, good = [o for o in outcomes if o.kind != CLEAN], [o for o in outcomes if o.kind == CLEAN]
    words = Counter(outcome.word for outcome in flawed)
    kinds = {
        f"{stage}: {name}": dict(Counter(o.word for o in flawed if (o.stage, o.kind) == (stage, name)))
        for stage, name in dict.fromkeys((o.stage, o.kind) for o in flawed)
    }
    return {
        "planted": len(flawed),
        "caught": words["caught"],
        "misnamed": words["misnamed"],
        "missed": words["missed"],
        "clean": len(good),
        "falsely_accused": sum(outcome.word == "accused" for outcome in good),
        "kinds": kinds,
    }


def _write_docs(table: list[str], lines: list[str], seed: int) -> None:
    text = DOCS.read_text()
    head, _, rest = text.partition(_BEGIN)
    tail = rest.partition(_END)[2]
    body = "\n".join(
        [
            _BEGIN,
            "",
            f"With `--seed {seed}`:",
            "",
            *table,
            "",
            "Not caught by the right name, or called more:",
            "",
            *lines,
            "",
            _END,
        ]
    )
    DOCS.write_text(f"{head}{body}{tail}")


if __name__ == "__main__":
    main()
