"""Gathers the wrap of a film, or of some of its scenes, from the ledger, the plan and the vault. Buys nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from production.wrap import costs, lessons
from production.wrap.deletable import Spare, spare_objects, sums
from production.wrap.facts import Wrap
from production.wrap.history import SceneHistory, history_of, views_of
from wiring.services import Services


@dataclass(frozen=True, slots=True)
class Wrapped:
    """The report, with what it was made from: each scene's history, and the objects that the film does not need."""

    report: Wrap
    scenes: tuple[SceneHistory, ...]
    spare: tuple[Spare, ...]


def wrap_of(services: Services, scenes: Iterable[str], tell: Callable[[str], None] = lambda _: None) -> Wrapped:
    """The wrap of these scenes. `tell`: hears each scene before it is read.

    What may be deleted is listed only where all scenes are wrapped: a picture may stand in another one. Raises
    NotAFilm, PriceRefused, StoreDown, StoreRefused.
    """
    told = []
    for scene in scenes:
        tell(scene)
        told.append(history_of(services, scene))
    whole = {each.scene.id for each in told} == set(services.folder.scenes)
    spare = spare_objects(services, told) if whole else ()
    lines = [line for each in told for line in each.lines]
    views = views_of(services).lines if whole else ()
    by_scene = {each.scene.id: tuple(costs.shot_costs(each)) for each in told}
    report = Wrap(
        film=services.folder.film.code,
        title=services.folder.film.title,
        made_at=services.ledger.now().isoformat(timespec="seconds"),
        scenes=tuple(costs.scene_sums(each, by_scene[each.scene.id]) for each in told),
        shots=tuple(shot for shots in by_scene.values() for shot in shots),
        stages=tuple(costs.stage_costs([*lines, *views])),
        models=tuple(costs.model_costs([*lines, *views])),
        gates=tuple(costs.gate_costs(told)),
        lessons=lessons.lessons(told),
        rules=lessons.rule_records(told),
        reworded=tuple(lessons.reworded(told)),
        deletable=tuple(sums(spare)),
        views_microusd=costs.spent(views),
        elsewhere_microusd=costs.spent(line for each in told for line in each.elsewhere),
        held_microusd=sum(line.still_held for line in [*lines, *views]),
    )
    return Wrapped(report, tuple(told), spare)
