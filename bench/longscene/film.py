"""The film of `bench.room`: a long scene made out of the harbour's nine shots, whose panels and drafts previz draws."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path
from typing import Any
from unittest.mock import patch

from ruamel.yaml import YAML

from governor.purchase import Epoch, Purchase
from manifests.certificate import certificate_for
from manifests.film import Stage, TierName, frame_size
from manifests.finding import Verdict
from manifests.spending.plan import PlanStep
from manifests.take import Artefact, Request
from production.journey import standing
from production.journey.standing import Attempt, Known, StageStatus
from production.planning import plan_scene, write_steps
from providers.previz.adapter import no_canon
from providers.previz.drawing import Drawing
from wiring import opening
from wiring.services import Services
from wiring.settings import read_settings

HARBOUR = Path(__file__).resolve().parents[2] / "examples" / "harbour"
SCENE = "SC010"
PASSED = Verdict(scores=(), findings=())


def drawn(root: Path, shots: int, seconds: float = 1.0) -> Path:
    """A film in `root` whose scene has `shots` shots of `seconds` each, all with a draft that waits for a person."""
    _write_scene(root, shots, seconds)
    film = opening.open_services(read_settings(root))
    film.rules()
    draw = Drawing(film.vault.path, no_canon)
    asked: dict[tuple[str, str, str], Attempt] = {}

    def noting(known: Known, shot: str, stage: Stage, tier: TierName, request: Request) -> StageStatus:
        status = standing.status_of(known, shot, stage, tier, request)
        asked[shot, stage, tier] = status.attempt
        return status

    epoch = film.ledger.begin_epoch(SCENE, "bench")
    for _ in ("panels", "clips"):
        with patch.object(write_steps, "status_of", noting):
            journey = plan_scene.plan_scene(film, film.scene(SCENE))
        for step in journey.steps:
            if step.does == "run" and step.key and step.tier == "draft":
                _file(film, step, asked[step.place], epoch, draw)
    return root


def _write_scene(root: Path, shots: int, seconds: float) -> None:
    """The harbour's shots told again, each with everybody a little further on, so that no two pictures are the same."""
    shutil.copytree(HARBOUR, root, ignore=shutil.ignore_patterns(".gate", "art", "out", "__pycache__"))
    path, yaml = root / "scenes" / f"{SCENE}.yaml", YAML()
    scene = yaml.load(path)
    told: list[dict[str, Any]] = scene["shots"]
    scene["shots"] = [copy.deepcopy(told[number % len(told)]) for number in range(shots)]
    for number, shot in enumerate(scene["shots"], 1):
        shot.update(id=f"{SCENE}_SH{number * 10:04d}", duration_s=seconds, seed=number)
        for field in ("chain", "dialogue", "transition"):
            shot.pop(field, None)
        for placed in shot.get("cast", []):
            placed["start"]["scale"] = round(placed["start"]["scale"] * (1 - 0.002 * number), 4)
            placed.pop("end", None)
    yaml.dump(scene, path)


def _file(film: Services, step: PlanStep, attempt: Attempt, epoch: Epoch, draw: Drawing) -> None:
    stage: Stage = "clip" if step.stage == "clip" else "panel"
    ledger, request = film.ledger, attempt.request
    ledger.hold(
        Purchase(
            generation_key=attempt.key,
            recipe=attempt.recipe,
            film=film.folder.film.code,
            scene=SCENE,
            shot=step.shot,
            stage=stage,
            tier=step.tier,
            attempt=1,
            attempts_max=3,
            provider=step.provider,
            model="previz",
            request=request,
            quote=film.provider(stage).quote(request, film.prices.price_of),
            changed="first take",
            epoch=epoch,
            binding=None,
        )
    )
    ledger.submitted(attempt.key, attempt.key[:20])
    asset = _picture(film, request, draw, "video/mp4" if stage == "clip" else "image/png")
    ledger.settle(attempt.key, 0, asset)
    ledger.record_verdict(attempt.key, PASSED)
    ledger.file_certificate(
        certificate_for(
            asset,
            PASSED,
            shot=step.shot,
            stage=stage,
            tier="draft",
            references=(),
            rules=film.rules(),
            eye=film.eye_name(),
        )
    )


def _picture(film: Services, request: Request, draw: Drawing, kind: Any) -> Artefact:
    made = film.settings.state / "tmp" / f"drawn.{'mp4' if kind == 'video/mp4' else 'png'}"
    made.parent.mkdir(parents=True, exist_ok=True)
    draw.write(request, (), made)
    width, height = frame_size(request.resolution, film.folder.film.aspect)
    frames, size = request.frames if kind == "video/mp4" else 1, made.stat().st_size
    sha256 = film.vault.put_file(made)
    return Artefact(sha256=sha256, media_type=kind, width=width, height=height, frames=frames, size_bytes=size)
