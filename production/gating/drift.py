"""The shots made so far before the drift check: what is measured of each clip, once a process."""

from __future__ import annotations

import asyncio

from checks.drift import DriftReport, judge_drift
from checks.drift_shot import DriftShot, Measured, as_told, measure, with_scores
from manifests.certificate import Certified
from manifests.keys import hash_json
from wiring.services import Services

Clips = dict[str, tuple[Certified, int]]
"""By shot, in story order: its certified clip, and the chained shots between it and the masters."""

_METHOD = "2"
"""Raise it when the same clips would be judged otherwise: by another CUSUM, or from other crops."""

_measured: dict[str, Measured] = {}
"""The values measured in this process, by clip and data: a later check reads them instead of decoding again."""


def drift_key(services: Services, clips: Clips) -> str:
    """Names everything that the report depends on."""
    masters = _masters(services)
    told = [[_clip_key(services, shot, clip, masters), links] for shot, (clip, links) in clips.items()]
    return f"drift-{hash_json([_METHOD, told])}"


async def judge_clips(services: Services, clips: Clips) -> DriftReport:
    """Hold the clips against the locked masters, and say whose chain must go back to them. Raises CheckError,
    VaultError.
    """
    film = services.folder.film
    measured = await asyncio.to_thread(_measure, services, clips)
    return judge_drift(measured, film.thresholds, film.limits.drift_every, services.eye_name())


def _measure(services: Services, clips: Clips) -> list[Measured]:
    """Each clip's measurement; those that this process has not measured yet together, so that the eye is asked once."""
    masters = _masters(services)
    keys = {shot: _clip_key(services, shot, clip, masters) for shot, (clip, _) in clips.items()}
    new = {
        keys[shot]: DriftShot(services.shot(shot), services.artefact_path(clip.artefact), links)
        for shot, (clip, links) in clips.items()
        if keys[shot] not in _measured
    }
    if new:
        found = measure(tuple(new.values()), services.folder.bible, services.references(), services.eye())
        _measured.update(zip(new, found, strict=True))
    return [
        with_scores(as_told(_measured[keys[shot]], services.shot(shot), links), clip.certificate.scores)
        for shot, (clip, links) in clips.items()
    ]


def _masters(services: Services) -> str:
    """What clips are held against: the locked pictures, the rules and the eye."""
    return hash_json([sorted(services.hashes().items()), services.rules(), services.eye_name()])


def _clip_key(services: Services, shot: str, clip: Certified, masters: str) -> str:
    return hash_json([clip.sha256, clip.certificate.sha256, services.shot(shot).model_dump(mode="json"), masters])
