"""A run for one purchase that a person asks for beside the runs of a scene."""

from __future__ import annotations

from uuid import uuid4

from manifests.scene import Scene
from production.purchasing.run import Run
from wiring.alive import works_here
from wiring.services import Services


def beside(services: Services, scene: Scene, subject: str) -> Run:
    """A run of `scene` that may buy something for `subject`, under all of the film's caps.

    A run under way is not fenced by it: while one works here, or has a call in flight, its epoch is used.
    """
    ledger, film = services.ledger, services.folder.film
    epoch = ledger.current_epoch(scene.id)
    if epoch is None or not (works_here(services.settings, epoch.run) or list(ledger.marks_open(scene.id))):
        epoch = ledger.begin_epoch(scene.id, f"beside-{uuid4().hex[:12]}")
    budget = film.budget
    caps = {
        f"film:{film.code}": budget.film_usd,
        f"scene:{scene.id}": budget.scene_usd,
        f"run:{epoch.run}": budget.run_usd,
        f"shot:{subject}": budget.shot_usd,
    }
    ledger.declare_caps(caps | {f"key:{name}": usd for name, usd in budget.keys.items()})
    return Run(services, scene, epoch)
