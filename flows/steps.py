"""The steps of a shot's journey and of a cut, each with the steps it comes after: this is the graph that Prefect's page
draws.

references → panel take → panel gate → clip take → clip gate → drift check → cut. A chained shot's opening frame
comes after the clip gate, and the drift check, of the shot before. A final comes after its panel and its own draft.
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Mapping
from typing import Any

from prefect import Task

from checks.colour_match import ColourMatches
from checks.drift import DriftReport
from checks.fail_limits import ask_instead
from checks.unsure import judged_before, settle, settled_as_approved, settled_as_usual
from flows.scene_run import SceneRun
from flows.step import Step
from manifests.certificate import Certified
from manifests.cut import Cut
from manifests.decision import Binding
from manifests.diagnosis import Diagnosis
from manifests.film import Resolution, Stage, TierName
from manifests.finding import Verdict
from manifests.handwork import FrameStage
from manifests.scene import Shot
from manifests.take import Artefact
from production.gating.drift import Clips
from production.gating.judge import known_judgement
from production.gating.result import GateResult, answered, awaits_judge, issue, on_file, settled
from production.journey.requests import tier_of
from production.journey.standing import Attempt
from production.journey.unsure import marks_known
from production.purchasing.generate import Made
from tasks.ask_judge import ask_judge
from tasks.check_drift import check_drift
from tasks.check_references import check_references
from tasks.diagnose import diagnose
from tasks.diagnose_opening import diagnose_opening
from tasks.gate_clip import gate_clip
from tasks.gate_panel import gate_panel
from tasks.make_clip import make_clip
from tasks.make_cut import make_cut
from tasks.make_panel import make_panel
from tasks.make_reel import make_reel
from tasks.match_colours import match_colours

_PANELS: tuple[FrameStage, ...] = ("panel", "end_panel")


async def see_references(run: SceneRun, shot: Shot) -> Verdict:
    """Whether every picture that the shot needs is there, and is the locked one."""
    return await run.graph.run(Step(f"{shot.id} references"), check_references, run.services, shot.id)


async def take_panel(run: SceneRun, shot: Shot, stage: FrameStage, tier: TierName, attempt: Attempt) -> Made:
    """A panel's take; the first comes after the references, or the drift check that sent the shot back to them."""
    after = (f"{shot.id} references", f"{shot.id} drift") if attempt.number == 1 else (f"{shot.id} {stage}",)
    step = Step(f"{shot.id} {stage} take", after)
    return await run.graph.run(step, make_panel, run, shot.id, stage, tier, attempt)


async def judge_panel(run: SceneRun, shot: Shot, stage: FrameStage, tier: TierName, made: Made) -> GateResult:
    """What the gate says of a panel's take."""
    step = Step(f"{shot.id} {stage}", (f"{shot.id} {stage} take",))
    maker = made.take.provider
    result = await _judged(run, step, gate_panel, shot, stage, tier, maker, shot.id, stage, tier, made)
    return answered(run.services, result, shot.id, stage, tier, night=run.terms.at_night)


async def judge_opening(
    run: SceneRun, shot: Shot, tier: TierName, frame: Artefact, before: Shot, clip: Certified
) -> GateResult:
    """What the gate says of the frame that a chained shot opens on. Nobody is asked again what was settled of the clip
    that it ends.
    """
    made = f"{before.id} {tier if tier == 'draft' else tier_of(before)}"
    step = Step(f"{shot.id} panel", (f"{shot.id} references", made, f"{before.id} drift"))
    maker = run.services.provider("clip", before).name
    given = (shot.id, "panel", tier, frame)
    result = await _judged(run, step, gate_panel, shot, "panel", tier, maker, *given, maker=maker)
    if not result.verdict.questions:
        return result
    said = judged_before(result.verdict, clip.certificate.scores, f"settled by {before.id}")
    return settled(run.services, result, said, shot.id, "panel", tier)


async def judge_handwork(
    run: SceneRun, shot: Shot, stage: FrameStage, tier: TierName, made: Made, *, human: bool
) -> GateResult:
    """What the gate says of a frame that people have in hand; no judge is asked about it."""
    step = Step(f"{shot.id} {stage}", (f"{shot.id} {stage} take", f"{shot.id} {stage} guard"))
    maker = made.take.provider
    result = await _gated(run, step, gate_panel, shot, stage, tier, maker, shot.id, stage, tier, made, human=human)
    return answered(run.services, result, shot.id, stage, tier, night=run.terms.at_night)


async def take_clip(
    run: SceneRun,
    shot: Shot,
    tier: TierName,
    attempt: Attempt,
    panel: Certified,
    end_panel: Certified | None,
    binding: Binding | None,
) -> Made:
    """A clip's take; the first comes after its panels, a final's after its draft too."""
    first = [*(f"{shot.id} {stage}" for stage in _PANELS), *([] if tier == "draft" else [f"{shot.id} draft"])]
    step = Step(f"{shot.id} {tier} take", tuple(first) if attempt.number == 1 else (f"{shot.id} {tier}",))
    return await run.graph.run(step, make_clip, run, shot.id, tier, attempt, panel, end_panel, binding)


async def judge_clip(
    run: SceneRun,
    shot: Shot,
    tier: TierName,
    made: Made,
    panel: Certified,
    end_panel: Certified | None,
    draft: Certified | None,
) -> GateResult:
    """What the gate says of a clip's take."""
    step = Step(f"{shot.id} {tier}", (f"{shot.id} {tier} take",))
    given = (shot.id, tier, made, panel, end_panel, draft)
    result = await _judged(run, step, gate_clip, shot, "clip", tier, made.take.provider, *given)
    opens = panel if shot.mode not in {"references", "text"} else None  # else it has not seen its panel
    shown = (each.certificate for each in (opens, end_panel, draft) if each is not None)
    return answered(run.services, result, shot.id, "clip", tier, *shown, night=run.terms.at_night)


async def see_drift(run: SceneRun, shot: Shot, clips: Clips) -> DriftReport:
    """Hold a chained shot, with the chain before it, against the masters."""
    return await run.graph.run(
        Step(f"{shot.id} drift", (f"{shot.id} draft",)), check_drift, run.services, shot.id, clips
    )


async def see_all_drift(run: SceneRun, upto: str, clips: Clips, new: Iterable[Shot]) -> DriftReport:
    """The scheduled check of all clips so far. `new`: the shots that came since the last one, which it comes after
    too.
    """
    name = f"{run.scene.id} drift"
    after = (name, *(f"{shot.id} draft" for shot in new), *(f"{shot.id} drift" for shot in new))
    of_all = check_drift.with_options(task_run_name="drift check of all up to {upto}")
    return await run.graph.run(Step(name, after), of_all, run.services, upto, clips)


async def find_cause(run: SceneRun, shot: Shot, stage: Stage) -> Diagnosis | None:
    """Which layer is to blame for what failed."""
    failed = (f"{shot.id} {stage}",) if stage != "clip" else (f"{shot.id} draft", f"{shot.id} {tier_of(shot)}")
    return await run.graph.run(Step(f"{shot.id} diagnosis", failed), diagnose, run.services, shot.id)


async def find_cause_of_opening(
    run: SceneRun, shot: Shot, before: Shot, key: str, verdict: Verdict
) -> Diagnosis | None:
    """Whether a chained shot's entry contradicts the shot it opens on."""
    step = Step(f"{shot.id} diagnosis", (f"{shot.id} panel",))
    return await run.graph.run(step, diagnose_opening, run.services, shot.id, before.id, key, verdict)


async def see_colours(run: SceneRun, tier: TierName, clips: dict[str, Certified]) -> ColourMatches:
    """The corrections that bring a chain's clips to the colours of its first."""
    first = next(iter(clips))
    return await run.graph.run(
        Step(f"{first} colours", _gated_at(run, tier, clips)), match_colours, run.services, first, clips
    )


async def cut(run: SceneRun, name: str, cut: Cut, resolution: Resolution, clips: Iterable[str]) -> Artefact:
    """Render the cut. `clips`: the shots that have one."""
    return await run.graph.run(
        Step(f"{name} cut", _before_cut(run, cut.tier, clips)), make_cut, run.services, name, cut, resolution
    )


async def reel(run: SceneRun, name: str, cut: Cut, clips: Iterable[str]) -> Artefact:
    """Render the dailies."""
    return await run.graph.run(
        Step(f"{name} reel", _before_cut(run, cut.tier, clips)), make_reel, run.services, name, cut
    )


def _before_cut(run: SceneRun, tier: TierName, clips: Iterable[str]) -> tuple[str, ...]:
    """A draft cut comes after the drift check, which comes after its clips; a final one after its clips. Colours come
    between.
    """
    shots = tuple(clips)
    return (*_gated_at(run, tier, shots), *(f"{shot} colours" for shot in shots))


def _gated_at(run: SceneRun, tier: TierName, shots: Iterable[str] | Mapping[str, object]) -> tuple[str, ...]:
    if tier == "draft" and run.graph.has(checked := f"{run.scene.id} drift"):
        return (checked,)
    return tuple(f"{shot} {tier if tier == 'draft' else tier_of(run.services.shot(shot))}" for shot in shots)


async def _judged(
    run: SceneRun,
    step: Step,
    gate: Task[..., Coroutine[Any, Any, GateResult]],
    shot: Shot,
    stage: Stage,
    tier: TierName,
    by: str,
    *given: Any,
    **named: Any,
) -> GateResult:
    """The gate's word, with the judge's where the film has one and it is to be asked. `by`: the picture's provider."""
    result = await _gated(run, step, gate, shot, stage, tier, by, *given, **named)
    if not awaits_judge(run.services, result.verdict, night=run.terms.at_night):
        return result
    if known := known_judgement(run.services, shot.id, stage, result):
        return known
    return await run.graph.run(Step(step.name, (step.name,)), ask_judge, run, shot.id, stage, tier, result)


async def _gated(
    run: SceneRun,
    step: Step,
    gate: Task[..., Coroutine[Any, Any, GateResult]],
    shot: Shot,
    stage: Stage,
    tier: TierName,
    by: str,
    *given: Any,
    **named: Any,
) -> GateResult:
    """The gate's word, in which a rule asks where it may not fail this film's pictures, and another has no answer.

    Where a kept pass names a certificate that the ledger lacks, the gate looks again. That is so after the ledger was
    restored from a backup, or when somebody wrote into the cache.
    """
    result = await run.graph.run(step, gate, run.services, *given, **named)
    if result.certificate and on_file(run.services, result, shot.id, stage) is None:
        result = await run.graph.run(step, gate.with_options(refresh_cache=True), run.services, *given, **named)
    if marks_known(run.services, by):
        return result
    verdict = ask_instead(result.verdict, run.limits.of(stage, by))
    twice = run.limits.approved_twice(stage, by)
    if said := settled_as_usual(verdict) | settled_as_approved(verdict, twice):
        verdict, human = settle(verdict, said), bool(named.get("human"))
        return issue(run.services, result.asset, verdict, shot.id, stage, tier, human=human)
    return result.model_copy(update={"verdict": verdict})
