"""The steps of a shot's journey and of a cut, each with the steps it comes after: this is the graph that Prefect's page draws.

references → panel take → panel gate → clip take → clip gate → drift check → cut. A chained shot's opening frame comes after the
clip gate, and the drift check, of the shot before. A final comes after its panel and its own draft.
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Mapping
from typing import Any

from prefect import Task

from checks.colour_match import ColourMatches
from checks.drift import DriftReport
from checks.unsure import judged_before
from manifests.certificate import Certified
from manifests.cut import Cut
from manifests.decision import Binding
from manifests.diagnosis import Diagnosis
from manifests.film import Resolution, Stage, TierName
from manifests.finding import Verdict
from manifests.handwork import FrameStage
from manifests.scene import Shot
from manifests.take import Artefact
from tasks.ask_judge import ask_judge, known_judgement
from tasks.check_drift import Clips, check_drift
from tasks.check_references import check_references
from tasks.current import current
from tasks.diagnose import diagnose, diagnose_opening
from tasks.gate_clip import gate_clip
from tasks.gate_panel import gate_panel
from tasks.gate_result import GateResult, answered, awaits_judge, on_file, settled
from tasks.generate import Made
from tasks.make_clip import known_clip, make_clip
from tasks.make_cut import make_cut, make_reel
from tasks.make_panel import known_panel, make_panel
from tasks.match_colours import match_colours
from tasks.step import Step
from wiring.requests import Opening, tier_of

_PANELS: tuple[FrameStage, ...] = ("panel", "end_panel")


async def see_references(shot: Shot) -> Verdict:
    """Whether every picture that the shot needs is there, and is the locked one."""
    return await Step(f"{shot.id} references").run(check_references, shot.id)


async def take_panel(shot: Shot, stage: FrameStage, tier: TierName, number: int) -> Made:
    """A panel's take; the first comes after the references, or the drift check that sent the shot back to them."""
    if known := known_panel(shot.id, stage, tier, number):
        return known
    after = (f"{shot.id} references", f"{shot.id} drift") if number == 1 else (f"{shot.id} {stage}",)
    return await Step(f"{shot.id} {stage} take", after).run(make_panel, shot.id, stage, tier, number)


async def judge_panel(shot: Shot, stage: FrameStage, tier: TierName, made: Made) -> GateResult:
    """What the gate says of a panel's take."""
    step = Step(f"{shot.id} {stage}", (f"{shot.id} {stage} take",))
    result = await _judged(step, gate_panel, shot, stage, tier, shot.id, stage, tier, made)
    return answered(current(), result, shot.id, stage, tier)


async def judge_opening(shot: Shot, tier: TierName, frame: Artefact, before: Shot, clip: Certified) -> GateResult:
    """What the gate says of the frame that a chained shot opens on. Nobody is asked again what was settled of the clip that it ends."""
    made = f"{before.id} {tier if tier == 'draft' else tier_of(before)}"
    step, run = Step(f"{shot.id} panel", (f"{shot.id} references", made, f"{before.id} drift")), current()
    maker = run.services.provider("clip", before).name
    result = await _judged(step, gate_panel, shot, "panel", tier, shot.id, "panel", tier, frame, maker=maker)
    if not result.verdict.questions:
        return result
    said = judged_before(result.verdict, clip.certificate.scores, f"settled by {before.id}")
    return settled(run, result, said, shot.id, "panel", tier)


async def judge_handwork(shot: Shot, stage: FrameStage, tier: TierName, made: Made, *, human: bool) -> GateResult:
    """What the gate says of a frame that people have in hand; no judge is asked about it."""
    step = Step(f"{shot.id} {stage}", (f"{shot.id} {stage} take", f"{shot.id} {stage} guard"))
    return await _gated(step, gate_panel, shot, stage, shot.id, stage, tier, made, human=human)


async def take_clip(
    shot: Shot, tier: TierName, number: int, panel: Certified, end_panel: Certified | None, opening: Opening,
    binding: Binding | None,
) -> Made:  # fmt: skip
    """A clip's take; the first comes after its panels, a final's after its draft too."""
    if known := known_clip(shot.id, tier, number, panel, end_panel, opening):
        return known
    first = [*(f"{shot.id} {stage}" for stage in _PANELS), *([] if tier == "draft" else [f"{shot.id} draft"])]
    step = Step(f"{shot.id} {tier} take", tuple(first) if number == 1 else (f"{shot.id} {tier}",))
    return await step.run(make_clip, shot.id, tier, number, panel, end_panel, opening, binding)


async def judge_clip(
    shot: Shot, tier: TierName, made: Made, panel: Certified, end_panel: Certified | None, draft: Certified | None
) -> GateResult:
    """What the gate says of a clip's take."""
    step = Step(f"{shot.id} {tier}", (f"{shot.id} {tier} take",))
    result = await _judged(step, gate_clip, shot, "clip", tier, shot.id, tier, made, panel, end_panel, draft)
    opens = panel if shot.mode not in {"references", "text"} else None  # else it has not seen its panel
    shown = (each.certificate for each in (opens, end_panel, draft) if each is not None)
    return answered(current(), result, shot.id, "clip", tier, *shown)


async def see_drift(shot: Shot, clips: Clips) -> DriftReport:
    """Hold a chained shot, with the chain before it, against the masters."""
    return await Step(f"{shot.id} drift", (f"{shot.id} draft",)).run(check_drift, shot.id, clips)


async def see_all_drift(upto: str, clips: Clips, new: Iterable[Shot]) -> DriftReport:
    """The scheduled check of all clips so far. `new`: the shots that came since the last one, which it comes after too."""
    name = f"{current().scene.id} drift"
    after = (name, *(f"{shot.id} draft" for shot in new), *(f"{shot.id} drift" for shot in new))
    of_all = check_drift.with_options(task_run_name="drift check of all up to {upto}")
    return await Step(name, after).run(of_all, upto, clips)


async def find_cause(shot: Shot, stage: Stage) -> Diagnosis | None:
    """Which layer is to blame for what failed."""
    failed = (f"{shot.id} {stage}",) if stage != "clip" else (f"{shot.id} draft", f"{shot.id} {tier_of(shot)}")
    return await Step(f"{shot.id} diagnosis", failed).run(diagnose, shot.id)


async def find_cause_of_opening(shot: Shot, before: Shot, key: str, verdict: Verdict) -> Diagnosis | None:
    """Whether a chained shot's entry contradicts the shot it opens on."""
    step = Step(f"{shot.id} diagnosis", (f"{shot.id} panel",))
    return await step.run(diagnose_opening, shot.id, before.id, key, verdict)


async def see_colours(tier: TierName, clips: dict[str, Certified]) -> ColourMatches:
    """What brings a chain's clips to the colours of its first."""
    first = next(iter(clips))
    return await Step(f"{first} colours", _gated_at(tier, clips)).run(match_colours, first, clips)


async def cut(name: str, cut: Cut, resolution: Resolution, clips: Iterable[str]) -> Artefact:
    """Render the cut. `clips`: the shots that have one."""
    return await Step(f"{name} cut", _before_cut(cut.tier, clips)).run(make_cut, name, cut, resolution)


async def reel(name: str, cut: Cut, clips: Iterable[str]) -> Artefact:
    """Render the dailies."""
    return await Step(f"{name} reel", _before_cut(cut.tier, clips)).run(make_reel, name, cut)


def _before_cut(tier: TierName, clips: Iterable[str]) -> tuple[str, ...]:
    """A draft cut comes after the drift check, which comes after its clips; a final one after its clips. Colours come between."""
    shots = tuple(clips)
    return (*_gated_at(tier, shots), *(f"{shot} colours" for shot in shots))


def _gated_at(tier: TierName, shots: Iterable[str] | Mapping[str, object]) -> tuple[str, ...]:
    run = current()
    if tier == "draft" and (checked := f"{run.scene.id} drift") in run.ran:
        return (checked,)
    return tuple(f"{shot} {tier if tier == 'draft' else tier_of(run.services.shot(shot))}" for shot in shots)


async def _judged(
    step: Step,
    gate: Task[..., Coroutine[Any, Any, GateResult]],
    shot: Shot,
    stage: Stage,
    tier: TierName,
    *given: Any,
    **named: Any,
) -> GateResult:
    """The gate's word, with the judge's where the film has one and it is to be asked."""
    result = await _gated(step, gate, shot, stage, *given, **named)
    if not awaits_judge(current(), result.verdict):
        return result
    if known := known_judgement(shot.id, stage, result):
        return known
    return await Step(step.name, (step.name,)).run(ask_judge, shot.id, stage, tier, result)


async def _gated(
    step: Step, gate: Task[..., Coroutine[Any, Any, GateResult]], shot: Shot, stage: Stage, *given: Any, **named: Any
) -> GateResult:
    """The gate's word. Where a kept pass names a certificate that the ledger lacks, the gate looks again.

    That is so after the books were restored from a backup, or when somebody wrote into the cache.
    """
    result = await step.run(gate, *given, **named)
    if result.certificate and on_file(current(), result, shot.id, stage) is None:
        result = await step.run(gate.with_options(refresh_cache=True), *given, **named)
    return result
