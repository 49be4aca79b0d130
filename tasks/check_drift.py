"""Check drift: hold the shots made so far against the locked masters and say whose chain must go back to them."""

from __future__ import annotations

import asyncio

from prefect import task
from prefect.context import TaskRunContext

from checks.drift import DriftReport, DriftShot, Measured, as_told, judge_drift, measure, with_scores
from manifests.certificate import Certified
from manifests.keys import hash_json
from tasks.current import Run, current

Clips = dict[str, tuple[Certified, int]]
"""By shot, in story order: its certified clip, and the chained shots between it and the masters."""

_METHOD = "2"
"""Raise it when the same clips would be judged otherwise: by another CUSUM, or from other crops."""

_measured: dict[str, Measured] = {}
"""What was measured in this process, by clip and data: a later check reads it instead of decoding again."""


def _key(context: TaskRunContext, parameters: dict[str, Clips]) -> str:  # noqa: ARG001  Prefect's signature
    run = current()
    masters = _masters(run)
    clips = [[_clip_key(run, shot, clip, masters), links] for shot, (clip, links) in parameters["clips"].items()]
    return f"drift-{hash_json([_METHOD, clips])}"


@task(task_run_name="{upto} drift check", cache_key_fn=_key, persist_result=True)
async def check_drift(upto: str, clips: Clips) -> DriftReport:  # noqa: ARG001  names the run
    """Judge the clips made so far. Free, and done once for the same clips, masters and rules."""
    run = current()
    film = run.services.folder.film
    masters = _masters(run)
    measured = await asyncio.gather(
        *(asyncio.to_thread(_measure, run, shot, *clip, masters) for shot, clip in clips.items())
    )
    return judge_drift(measured, film.thresholds, film.limits.drift_every, run.services.eye_name())


def _measure(run: Run, shot: str, clip: Certified, links: int, masters: str) -> Measured:
    services, told = run.services, run.services.shot(shot)
    key = _clip_key(run, shot, clip, masters)
    if key not in _measured:
        item = DriftShot(told, services.artefact_path(clip.artefact), links)
        _measured[key] = measure(item, services.folder.bible, services.references(), services.eye())
    return with_scores(as_told(_measured[key], told, links), clip.certificate.scores)


def _masters(run: Run) -> str:
    """What clips are held against: the locked pictures, the rules and the eye."""
    services = run.services
    return hash_json([sorted(services.hashes().items()), services.rules(), services.eye_name()])


def _clip_key(run: Run, shot: str, clip: Certified, masters: str) -> str:
    return hash_json([clip.sha256, clip.certificate.sha256, run.services.shot(shot).model_dump(mode="json"), masters])
