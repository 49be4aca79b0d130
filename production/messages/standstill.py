"""Whether a scene still stands as its last run left it.
Then a run has nothing to do, and need not start Prefect's server.

A `Ground` is a fingerprint of everything that the outcome of a run depends on. When in doubt it differs: then the run
starts, and finds out for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from manifests.keys import hash_json
from manifests.scene import Scene
from manifests.spending.plan import PlanStep
from production.journey.approved import film_baseline
from production.journey.standing import SceneKnown
from production.planning.bindings import bindings_of
from production.planning.limits import plan_within_limits
from production.planning.plan_scene import plan_scene
from wiring.services import Services
from wiring.settings import Settings

_CODE = (
    "assembly",
    "checks",
    "desk",
    "flows",
    "governor",
    "manifests",
    "production",
    "providers",
    "tasks",
    "vault",
    "wiring",
)
"""The packages beside this one: a program that was changed may decide otherwise."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The basis of a scene's outcome, as hashes. `written`:
    the film's files, the settings, this program, and what people decided.

    `books`: the ledger's entries about the scene, its plan at today's prices, and what people saved by hand. `idle`:
    nothing is to be made, nothing is in flight, and nothing that was made waits for its gate.
    """

    written: str
    books: str
    idle: bool


def ground_of(services: Services, scene: Scene) -> Ground:
    """Read everything again. Asks nobody outside, spends nothing and writes nothing."""
    known = SceneKnown.of(services, scene.id)
    journey = plan_scene(services, scene, known)
    steps = plan_within_limits(services, scene, known=known, journey=journey).plan.steps
    bound = bindings_of(services, scene, journey.drafts)
    usual = film_baseline(services)
    decided = [[each.number, each.decision.stored()] for each in known.records.decided]
    books = [
        known.records.mark(scene.id),
        [step.model_dump(mode="json") for step in steps],
        {shot: binding.model_dump(mode="json") for shot, binding in bound.items()},
        list(_stats(_files(services.settings.handoffs))),
        usual.stored() if usual else "",
    ]
    written = [_written(services), sorted(known.hashes.items()), known.rules, known.eye, decided]
    return Ground(hash_json(written), hash_json(books), _is_idle(services, scene, steps))


def stamp(paths: Iterable[Path]) -> str:
    """A hash that changes when one of these files is written, replaced or removed.
    A folder stands for every file in it.
    """
    return hash_json([list(_stats(_files(path) if path.is_dir() else [path])) for path in sorted(paths)])


def _written(services: Services) -> list[object]:
    settings, eye = services.settings, services.own_eye()
    named = (settings.prices, settings.flaws, eye.weights if eye else None, settings.keys)
    beside = Path(__file__).parents[2]
    return [
        version("check-the-gate"),
        [list(_stats(sorted((beside / name).rglob("*.py")))) for name in _CODE],
        hash_json(str(settings)),  # hashed, as an address may hold a password
        list(_stats(_of_the_film(settings))),
        list(_stats(path for path in named if path)),
    ]


def _is_idle(services: Services, scene: Scene, steps: Iterable[PlanStep]) -> bool:
    """Whether a run would leave every step as it is. Work by hand is in flight until the person saves it:
    nobody can hurry that.
    """
    in_flight = services.ledger.marks_open(scene.id)
    waited_for = {take.generation_key for take in in_flight if services.provider_called(take.provider).by_hand}
    rests = (step.does != "run" and (step.does != "collect" or step.key in waited_for) for step in steps)
    return len(waited_for) == len(in_flight) and all(rests)


def _of_the_film(settings: Settings) -> Iterator[Path]:
    """Every file that a person may have put into the film: all but the tool's own files, and hidden ones."""
    ours = {settings.state, settings.out}
    return (path for path in _files(settings.film) if not ours.intersection(path.parents))


def _files(folder: Path) -> Iterator[Path]:
    """The files in a folder, in order, without those that are hidden or lie in a hidden folder."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not path.name.startswith("."):
            yield from _files(path) if path.is_dir() and not path.is_symlink() else [path]


def _stats(paths: Iterable[Path]) -> Iterator[list[object]]:
    """Facts that change with a file's content: nobody can set the time of its last change, the last of these."""
    for path in paths:
        try:
            at = path.stat()
        except OSError:
            yield [str(path)]
        else:
            yield [str(path), at.st_ino, at.st_size, at.st_mtime_ns, at.st_ctime_ns]
