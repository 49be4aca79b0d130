"""How long `gate plan` takes after imports: a scene of 62 shots made out of the harbour's, against the nine it has.

Prints one JSON line. For a new film and for one whose every step is made: seconds to open the film and to plan it,
ledger transactions, and the ratio of 62 shots to nine: about seven is in step with the scene.
"""

from __future__ import annotations

import copy
import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch

from ruamel.yaml import YAML
from sqlalchemy import event

from governor.purchase import Epoch, Purchase
from manifests.certificate import certificate_for
from manifests.decision import Binding, Decision
from manifests.film import Stage, TierName
from manifests.finding import Verdict
from manifests.scene import Scene
from manifests.spending.plan import PlanStep
from manifests.take import Artefact, Request
from production.journey import standing
from production.journey.standing import Attempt, Known, StageStatus
from production.planning import bindings, limits, plan_scene, write_steps
from wiring import film_files, opening
from wiring.services import Services
from wiring.settings import read_settings

HARBOUR = Path(__file__).resolve().parent.parent / "examples" / "harbour"
SCENE = "SC010"
LONG = 62
PASSED = Verdict(scores=(), findings=())


def main() -> None:
    """Plan both scenes twice each: before anything is made, and when all of it is."""
    with tempfile.TemporaryDirectory() as folder:
        told = {shots: _measured(grown(Path(folder) / f"film{shots}", shots)) for shots in (9, LONG)}
    for state in ("new", "made"):
        told[LONG][state]["ratio_to_nine"] = round(told[LONG][state]["plan_s"] / told[9][state]["plan_s"], 2)
    print(json.dumps({str(shots): facts for shots, facts in told.items()}))


def grown(root: Path, shots: int) -> Path:
    """The harbour with its nine shots told again until there are `shots` of them."""
    shutil.copytree(HARBOUR, root, ignore=shutil.ignore_patterns(".gate", "art", "__pycache__"))
    path, yaml = root / "scenes" / f"{SCENE}.yaml", YAML()
    scene = yaml.load(path)
    told = scene["shots"]
    scene["shots"] = [copy.deepcopy(told[number % len(told)]) for number in range(shots)]
    for number, shot in enumerate(scene["shots"], 1):
        shot["id"] = f"{SCENE}_SH{number * 10:04d}"
    yaml.dump(scene, path)
    return root


def make_all(film: Services) -> None:
    """File a take and a certificate for every step, as if it had been made: a few bytes stand for each picture."""
    scene = film.scene(SCENE)
    epoch = film.ledger.begin_epoch(SCENE, "bench")
    asked: dict[tuple[str, str, str], Attempt] = {}

    def noting(known: Known, shot: str, stage: Stage, tier: TierName, request: Request) -> StageStatus:
        status = standing.status_of(known, shot, stage, tier, request)
        asked[shot, stage, tier] = status.attempt
        return status

    for _ in range(2 * len(scene.shots)):
        with patch.object(write_steps, "status_of", noting):
            journey = plan_scene.plan_scene(film, scene)
        bound = bindings.bindings_of(film, scene, journey.drafts)
        known = [step for step in journey.steps if step.does == "run" and step.key]
        ready = [step for step in known if step.tier == "draft" or step.shot in bound]
        for step in ready:
            _make(film, scene, step, asked[step.place], epoch, bound.get(step.shot))
        if not ready:
            return


def _make(film: Services, scene: Scene, step: PlanStep, attempt: Attempt, epoch: Epoch, bound: Binding | None) -> None:
    ledger, above = film.ledger, step.tier != "draft"
    if above and bound:
        ledger.decide(_yes(bound))
    purchase = Purchase(
        generation_key=attempt.key,
        recipe=attempt.recipe,
        film=film.folder.film.code,
        scene=SCENE,
        shot=step.shot,
        stage=step.stage,
        tier=step.tier,
        attempt=1,
        attempts_max=3,
        provider=step.provider,
        model="a model",
        request=attempt.request,
        quote=film.provider(_stage(step)).quote(attempt.request, film.prices.price_of),
        changed="first take",
        epoch=epoch,
        binding=bound if above else None,
    )
    ledger.hold(purchase)
    ledger.submitted(attempt.key, attempt.key[:20])
    asset = _picture(film, attempt.key, "video/mp4" if step.stage == "clip" else "image/png")
    ledger.settle(attempt.key, 0, asset)
    ledger.record_verdict(attempt.key, PASSED)
    _certify(film, asset, step.shot, _stage(step), step.tier)
    if step.stage == "clip":
        _last_frame(film, scene, step, asset)


def _stage(step: PlanStep) -> Stage:
    assert step.stage != "judge", "the film of this benchmark names no judge"
    assert step.stage != "write", "a plan asks no writer"
    assert step.stage != "view", "a scene makes no views of the bible"
    return step.stage


def _last_frame(film: Services, scene: Scene, step: PlanStep, clip: Artefact) -> None:
    """The frame that a chained shot would open on."""
    frame = _picture(film, f"last of {clip.sha256}", "image/png")
    note = film.settings.state / "vault" / "last_frames" / f"{clip.sha256}.json"
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_text(frame.stored())
    ids = [shot.id for shot in scene.shots]
    for after in ids[ids.index(step.shot) + 1 :][:1]:
        _certify(film, frame, after, "panel", "draft")


def _picture(film: Services, words: str, kind: Literal["video/mp4", "image/png"]) -> Artefact:
    return Artefact(sha256=film.vault.put_bytes(words.encode()), media_type=kind, size_bytes=len(words))


def _certify(film: Services, asset: Artefact, shot: str, stage: Stage, tier: TierName) -> None:
    film.ledger.file_certificate(
        certificate_for(
            asset, PASSED, shot=shot, stage=stage, tier=tier, references=(), rules=film.rules(), eye=film.eye_name()
        )
    )


def _yes(bound: Binding) -> Decision:
    return Decision(
        kind="approve",
        scope=f"shot:{bound.shot}",
        who="the bench",
        made_at="2026-11-21T12:00:00Z",
        door="terminal",
        binding=bound,
    )


def _measured(root: Path) -> dict[str, Any]:
    settings = read_settings(root)
    opening.open_services(settings).rules()  # the first time, pictures are taken in and libraries are loaded
    plan_scene.plan_scene(opening.open_services(settings), opening.open_services(settings).scene(SCENE))
    new = _timed(root)
    make_all(opening.open_services(settings))
    return {"new": new, "made": _timed(root)}


def _timed(root: Path) -> dict[str, Any]:
    film_files.read_once.cache_clear()
    opening._open_once.cache_clear()
    began = time.perf_counter()
    film = opening.open_services(read_settings(root))
    opened = time.perf_counter()
    reads: list[object] = []
    event.listen(film.ledger._database.engine, "begin", reads.append)
    made = limits.plan_within_limits(film, film.scene(SCENE)).plan
    ended = time.perf_counter()
    cached = sum(step.does == "cached" for step in made.steps)
    seconds = {"open_s": round(opened - began, 3), "plan_s": round(ended - opened, 3), "all_s": round(ended - began, 3)}
    return {"steps": len(made.steps), "cached": cached, **seconds, "ledger_transactions": len(reads)}


if __name__ == "__main__":
    main()
