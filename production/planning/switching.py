"""What another provider would change: the price of what is left, what is bought again, what it cannot do, what it
refuses.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from governor import policy
from governor.errors import SwitchNotDecided
from governor.scene_records import SceneRecords
from manifests.decision import Decision, Door
from manifests.errors import GateError
from manifests.film import Bought
from manifests.scene import Scene
from manifests.spending.breakdown import Breakdown
from manifests.spending.plan import PlanStep
from manifests.take import Operation
from production.journey.standing import SceneKnown
from production.planning.plan_scene import plan_scene
from production.planning.shot_file import rewritten, with_edit
from providers import registry
from providers.capabilities import Capabilities
from wiring.services import Services

SwitchedStage = Literal["clip", "panel"]


@dataclass(frozen=True, slots=True)
class StepChange:
    """One step under both providers, at its likely price in micro-dollars. `again`: it is made, and would be bought
    again.

    `refused`: why the other one cannot make it; `now_refused`: why today's cannot.
    """

    shot: str
    stage: Bought
    tier: str
    now_microusd: int
    then_microusd: int
    again: bool
    refused: str
    now_refused: str

    @property
    def delta_microusd(self) -> int:
        """What the switch adds to this step; below 0 where it saves."""
        return self.then_microusd - self.now_microusd


@dataclass(frozen=True, slots=True)
class Comparison:
    """A scene with one stage at another provider. `now_cost`, `then_cost`: what is left to buy with each.
    `left_microusd`: what is left under the scene's cap.
    """

    scene: str
    stage: SwitchedStage
    now: str
    to: str
    changes: tuple[StepChange, ...]
    lost: tuple[str, ...]
    left_microusd: int
    now_cost: Breakdown
    then_cost: Breakdown

    @property
    def delta_microusd(self) -> int:
        """What the switch adds to all that is left to be bought, with what is bought again."""
        return sum(change.delta_microusd for change in self.changes)

    @property
    def coming_microusd(self) -> int:
        """The part of the delta for what is not made yet."""
        return sum(change.delta_microusd for change in self.changes if not change.again)

    @property
    def again_microusd(self) -> int:
        """The part of the delta for what is made, and would be bought again because its generation key changes."""
        return sum(change.delta_microusd for change in self.changes if change.again)

    @property
    def errors(self) -> tuple[str, ...]:
        """What the other provider refuses and today's does not, a sentence each."""
        gained = [c for c in self.changes if c.refused and not c.now_refused]
        return tuple(dict.fromkeys(f"{c.shot} {c.tier} {c.stage}: {c.refused}" for c in gained))


def compare(services: Services, scene: Scene, to: str, stage: SwitchedStage) -> Comparison:
    """Plan the scene with both and set the plans side by side. Spends nothing. Raises Invalid where nobody has that
    name.
    """
    return _compare(services, _with(services, stage, to), scene, stage, services.ledger.of_scene(scene.id))


def switch_refusal(services: Services, scene: Scene, records: SceneRecords) -> SwitchNotDecided | None:
    """Why a run may not go on with the providers that film.yaml names: the switch costs much, and nobody decided it."""
    stages: tuple[SwitchedStage, ...] = ("clip", "panel")
    for stage in stages:
        own = {shot.id for shot in scene.shots if stage in shot.providers}
        used, named = records.last_provider(stage, but=own), _named(services, stage)
        if used is None or used == named:
            continue
        decided = [d.amount_microusd for d in records.decisions if _is_about(d, scene.id, stage, named)]
        compared = _since(services, used, scene, stage, records)
        refusal = policy.switch_allowed(
            compared.delta_microusd,
            compared.left_microusd,
            decided[-1] if decided else None,
            scene=scene.id,
            stage=stage,
            to=named,
        )
        if refusal:
            return refusal
    return None


def switch(
    services: Services,
    scene: Scene,
    to: str,
    stage: SwitchedStage,
    why: str,
    *,
    who: str = "",
    door: Door = "command line",
) -> Comparison:
    """Name the provider in film.yaml with the decision of `who` (whoever sits here): both are written, or neither is.
    Raises Invalid, NotAPerson, FileBusy, FileChanged, and ManifestError where the film would no longer read.
    """
    compared = compare(services, scene, to, stage)
    path = services.folder.root / "film.yaml"
    before = path.read_bytes()
    decision = Decision(
        kind="switch_provider",
        scope=f"scene:{scene.id}",
        who=who or services.settings.who,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        door=door,
        why=why,
        amount_microusd=max(0, compared.delta_microusd),
        subject=_subject(stage, to),
    )
    with rewritten(services.folder.root, path, _naming(path, stage, to), before=before):
        services.ledger.decide(decision)
    return compared


def _naming(path: Path, stage: SwitchedStage, to: str) -> str:
    """The text of film.yaml with that provider for the stage."""

    def name(document: Any) -> None:
        document.setdefault("providers", {})[stage] = to
        document["providers"].pop(f"{stage}_model", None)  # it was one of the other provider's

    return with_edit(path, name)


def makers_of_clips(services: Services) -> list[str]:
    """Who can be named for clips: the film's own first, then everybody else that is installed and makes any."""
    now = services.folder.film.providers.clip
    return [now, *(name for name in registry.known() if name != now and _makes_clips(services, name))]


def _makes_clips(services: Services, name: str) -> bool:
    try:
        services.provider_called(name).capabilities("clip")
    except GateError:
        return False
    return True


def features_lost(now: Capabilities, then: Capabilities) -> tuple[str, ...]:
    """What the one can do and the other cannot, each in a few words."""
    lost = [_lengths_lost(now, then)] if now.durations_s else []
    for field in dataclasses.fields(Capabilities):
        a, b, words = getattr(now, field.name), getattr(then, field.name), field.name.replace("_", " ")
        if field.name in {"durations_s", "any_duration", "retires_on", "sizes"}:
            continue
        if isinstance(a, bool):
            lost.append(f"no {words}" if a and not b else "")
        elif isinstance(a, int) and isinstance(b, int):
            lost.append(f"{words.removesuffix(' max')}: at most {b}, now {a}" if b < a else "")
        elif isinstance(a, tuple) and isinstance(b, tuple):
            gone = [str(each) for each in a if each not in b]
            lost.append(f"{words}: no {', '.join(gone)}" if gone else "")
    lost.append(f"it retires on {then.retires_on}" if then.retires_on and not now.retires_on else "")
    return tuple(words for words in lost if words)


def _lengths_lost(now: Capabilities, then: Capabilities) -> str:
    if then.any_duration and then.durations_s:
        low, high = min(then.durations_s), max(then.durations_s)
        return (
            f"lengths: only {low:g} to {high:g} s" if low > min(now.durations_s) or high < max(now.durations_s) else ""
        )
    if now.any_duration or set(now.durations_s) - set(then.durations_s):
        return f"lengths: only {', '.join(f'{s:g}' for s in then.durations_s) or 'none'} s"
    return ""


def _since(services: Services, used: str, scene: Scene, stage: SwitchedStage, records: SceneRecords) -> Comparison:
    """What the switch that film.yaml makes adds. Where nobody can be asked about the one before, all of the new one's
    price.
    """
    try:
        return _compare(_with(services, stage, used), services, scene, stage, records)
    except GateError:
        return _compare(services, services, scene, stage, records, nothing_before=True)


def _compare(
    now: Services,
    then: Services,
    scene: Scene,
    stage: SwitchedStage,
    records: SceneRecords,
    *,
    nothing_before: bool = False,
) -> Comparison:
    known = SceneKnown.of(now, scene.id)
    before = plan_scene(now, scene, known)
    after = plan_scene(then, scene, dataclasses.replace(known, services=then))
    was = {} if nothing_before else {step.place: step for step in before.steps}
    changes = tuple(_change(was.get(step.place), step) for step in after.steps)
    operation: Operation = "clip" if stage == "clip" else "panel"
    lost = features_lost(now.provider(stage).capabilities(operation), then.provider(stage).capabilities(operation))
    left = records.at_start(f"scene:{scene.id}", now.folder.film.budget.scene_usd).left
    return Comparison(
        scene.id, stage, _named(now, stage), _named(then, stage), changes, lost, left, before.cost, after.cost
    )


def _change(was: PlanStep | None, step: PlanStep) -> StepChange:
    return StepChange(
        step.shot,
        step.stage,
        step.tier,
        was.likely_microusd if was and was.counts else 0,
        step.likely_microusd if step.counts else 0,
        again=was is not None and was.does in {"cached", "collect"} and step.does not in {"cached", "collect"},
        refused=_refused(step),
        now_refused=_refused(was) if was else "",
    )


def _refused(step: PlanStep) -> str:
    return step.why if step.block in {"invalid", "price"} else ""


def _with(services: Services, stage: SwitchedStage, name: str) -> Services:
    """The same film with another provider for one stage, and its default model there."""
    film = services.folder.film
    model = getattr(film.providers, f"{stage}_model") if name == getattr(film.providers, stage) else None
    providers = film.providers.model_copy(update={stage: name, f"{stage}_model": model})
    folder = dataclasses.replace(services.folder, film=film.model_copy(update={"providers": providers}))
    other = dataclasses.replace(services, folder=folder)
    other.provider(stage)
    return other


def _named(services: Services, stage: SwitchedStage) -> str:
    providers = services.folder.film.providers
    return providers.clip if stage == "clip" else providers.panel


def _subject(stage: SwitchedStage, to: str) -> str:
    return f"{stage}: {to}"


def _is_about(decision: Decision, scene: str, stage: SwitchedStage, to: str) -> bool:
    about = (decision.kind, decision.scope, decision.subject)
    return about == ("switch_provider", f"scene:{scene}", _subject(stage, to))
