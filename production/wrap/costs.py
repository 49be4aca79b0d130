"""What a film has cost: by shot, by stage, by model and by gate. Pure sums over what the ledger says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from governor.other_tools.generation_log import LogLine
from manifests.scene import Shot
from production.wrap.facts import GateCost, ModelCost, SceneWrap, ShotCost, ShotStanding, StageCost
from production.wrap.history import PANELS, SceneHistory

_REFUSED = "refused"


def shot_costs(told: SceneHistory) -> Iterator[ShotCost]:
    """Every shot of the scene, in story order."""
    by_shot: dict[str, list[LogLine]] = defaultdict(list)
    for line in told.lines:
        by_shot[line.shot or ""].append(line)
    for shot in told.scene.shots:
        lines = by_shot[shot.id]
        made = [line for line in lines if line.asset]
        yield ShotCost(
            scene=told.scene.id,
            shot=shot.id,
            standing=_standing(told, shot),
            seconds=shot.duration_s,
            panels=sum(line.stage in PANELS for line in made),
            clips=sum(line.stage == "clip" for line in made),
            failed=sum(failed(told, line) for line in lines),
            panel_microusd=spent(line for line in lines if line.stage in PANELS),
            draft_microusd=spent(line for line in lines if line.stage == "clip" and line.tier == "draft"),
            final_microusd=spent(line for line in lines if line.stage == "clip" and line.tier != "draft"),
            other_microusd=spent(line for line in lines if line.stage not in PANELS and line.stage != "clip"),
            private=shot.private,
        )


def scene_sums(told: SceneHistory, shots: Sequence[ShotCost]) -> SceneWrap:
    """One scene. `shots`: its own. Calls that name no shot of it, such as a writer's for the whole scene, count too."""
    finals = [shot for shot in shots if shot.standing == "final"]
    drafts = [shot for shot in shots if shot.standing == "draft"]
    return SceneWrap(
        scene=told.scene.id,
        title=told.scene.title,
        shots=len(shots),
        finals=len(finals),
        drafts=len(drafts),
        final_seconds=sum(shot.seconds for shot in finals),
        draft_seconds=sum(shot.seconds for shot in drafts),
        microusd=spent(told.lines),
    )


def stage_costs(lines: Iterable[LogLine]) -> Iterator[StageCost]:
    """A line for each stage and tier that had a call, the dearest first."""
    groups: dict[tuple[str, str], list[LogLine]] = defaultdict(list)
    for line in lines:
        groups[line.stage, line.tier].append(line)
    for (stage, tier), of in sorted(groups.items(), key=lambda pair: (-spent(pair[1]), pair[0])):
        made = sum(line.asset is not None for line in of)
        yield StageCost(stage=stage, tier=tier, calls=len(of), made=made, microusd=spent(of))


def model_costs(lines: Iterable[LogLine]) -> Iterator[ModelCost]:
    """A line for each model that was called, the dearest first. What is expected counts only calls that were billed,
    so that the two can be compared; a call whose hold was booked for want of a bill is in neither.
    """
    groups: dict[tuple[str, str, str], list[LogLine]] = defaultdict(list)
    for line in lines:
        groups[line.provider, line.model, line.operation or line.stage].append(line)
    for (provider, model, operation), of in sorted(groups.items(), key=lambda pair: (-spent(pair[1]), pair[0])):
        billed = [line for line in of if line.cost is not None and line.take is not None and not line.assumed]
        yield ModelCost(
            provider=provider,
            model=model,
            operation=operation,
            calls=len(of),
            refused=sum(line.outcome == _REFUSED for line in of),
            expected_microusd=sum(line.likely or 0 for line in billed),
            billed_microusd=sum(line.cost or 0 for line in billed),
        )


def gate_costs(scenes: Iterable[SceneHistory]) -> Iterator[GateCost]:
    """What the panel gate and the clip gate did, over all scenes."""
    known = tuple(scenes)
    gates: tuple[Literal["panel", "clip"], ...] = ("panel", "clip")
    for gate in gates:
        stages = PANELS if gate == "panel" else {"clip"}
        judged = [
            (told, line) for told in known for line in told.pictures() if line.stage in stages and told.verdict(line)
        ]
        refused = [(told, line) for told, line in judged if failed(told, line)]
        overruled = [line for told, line in refused if told.called_good(line)]
        yield GateCost(
            gate=gate,
            judged=len(judged),
            failed=len(refused),
            failed_microusd=spent(line for _, line in refused),
            spared_microusd=sum(_next_price(told, line) for told, line in refused),
            judge_microusd=spent(line for told in known for line in _looks(told, gate)),
            overruled=len(overruled),
            overruled_microusd=spent(overruled),
        )


def failed(told: SceneHistory, line: LogLine) -> bool:
    """Whether a gate refused the take that a call brought."""
    verdict = told.verdict(line)
    return verdict is not None and verdict.failed


def spent(lines: Iterable[LogLine]) -> int:
    """What these calls count for, in micro-dollars; those that have not ended count nothing."""
    return sum(line.spent or 0 for line in lines)


def _looks(told: SceneHistory, gate: str) -> Iterator[LogLine]:
    """A judge's paid looks. It sees a panel as it is, and of a clip frames, which no call has brought."""
    panels = {line.asset for line in told.pictures() if line.stage in PANELS}
    for line in told.lines:
        if line.stage == "judge":
            of_panel = any(shown.role == "judged" and shown.sha256 in panels for shown in line.references)
            if of_panel == (gate == "panel"):
                yield line


def _next_price(told: SceneHistory, line: LogLine) -> int:
    """What would have been bought from this take next: by the newest such call of its shot, else by the plan."""
    if line.stage == "clip" and line.tier != "draft":
        return 0
    tier_is_draft = line.stage in PANELS
    asked = [
        other.likely
        for other in told.lines
        if other.shot == line.shot and other.stage == "clip" and (other.tier == "draft") == tier_is_draft
    ]
    if asked:
        return asked[-1] or 0
    steps = (step for step in told.plan.of(line.shot or "") if step.stage == "clip")
    return sum(step.likely_microusd for step in steps if (step.tier == "draft") == tier_is_draft)


def _standing(told: SceneHistory, shot: Shot) -> ShotStanding:
    if excluded := told.excluded.get(shot.id):
        return "omit" if excluded.kind == "omit" else "hold"
    finals = [step for step in told.plan.of(shot.id) if step.stage == "clip" and step.tier != "draft"]
    if finals and finals[-1].does == "cached":
        return "final"
    return "draft" if shot.id in told.plan.drafts else "open"
