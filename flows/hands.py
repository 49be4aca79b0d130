"""A frame that a person has in hand: the composite is taken, passes over it are made and guarded, and a person says
which counts.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from flows.scene_run import SceneRun
from flows.step import Step
from flows.steps import judge_handwork
from manifests.certificate import Certified
from manifests.film import TierName
from manifests.finding import Verdict
from manifests.handwork import FrameStage, Handwork
from manifests.scene import Shot
from production.gating.guard import GuardResult
from production.gating.result import GateResult, certified
from production.hands import kit_folder
from production.hands.hand_requests import composite_request, pass_request
from production.hands.passes import take_of
from production.journey import stop_words
from production.journey.errors import ByHand, Escalated
from production.journey.handwork import Hands, hands_of
from production.journey.standing import Attempt, attempt_at
from production.purchasing.generate import Made, as_made
from tasks.guard_edit import guard_edit
from tasks.make_pass import make_pass
from tasks.take_composite import take_composite
from wiring.services import Services


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame that came from hands, with its certificate."""

    certified: Certified
    made: Made
    result: GateResult


def in_hand(run: SceneRun, shot: Shot, stage: FrameStage) -> Hands | None:
    """The work that stands on a shot's frame; None where nobody has it in hand."""
    return hands_of(run.services.ledger.decided(shot.id), stage)


async def frame_by_hand(run: SceneRun, shot: Shot, hands: Hands, tier: TierName) -> Frame:
    """The frame as hands have it. Raises ByHand while a person is waited for, Escalated where a pass or a gate says
    no.
    """
    if hands.kit is not None:
        _, save = kit_folder.place(run.services, shot.id, hands.stage, hands.kit.number)
        raise ByHand(
            f"{shot.id} {hands.stage}",
            f"a person composes it: save {save.name} in {save.parent}",
            f"Then: gate comp import {shot.id}; or not: gate undo {shot.id}",
        )
    frame = await _composed(run, shot, hands, tier) if hands.composite is not None else None
    if not hands.passes:
        assert frame is not None
        return frame
    on = hands.passes[0].on
    made = frame.made if frame and frame.made.asset.sha256 == on else _taken_before(run, shot, hands)
    if hands.used is not None and hands.used.asset is not None and hands.used.asset.sha256 == on:
        return await _as_it_was(run, shot, hands, tier, made)
    for work in hands.passes:
        frame, made = await _passed(run, shot, hands, tier, work, made)
    if frame is None:
        raise Escalated(
            f"{shot.id} {hands.stage}", "nothing was put where something was removed", f"gate undo {shot.id}"
        )
    if hands.passes[-1].work == "polish" and (hands.used is None or hands.used.asset != made.asset):
        raise ByHand(
            f"{shot.id} {hands.stage}",
            "its polish moved nothing; a person says which counts, the composite or the polish",
            f"gate comp use {shot.id} polish; or: gate comp use {shot.id} composite",
        )
    return frame


async def _as_it_was(run: SceneRun, shot: Shot, hands: Hands, tier: TierName, made: Made) -> Frame:
    """The picture under a polish that a person did not take."""
    return _through(run, shot, hands, made, await judge_handwork(run, shot, hands.stage, tier, made, human=hands.human))


async def _composed(run: SceneRun, shot: Shot, hands: Hands, tier: TierName) -> Frame:
    assert hands.composite is not None
    services, work = run.services, hands.composite
    attempt = attempt_at(services, hands.stage, composite_request(services.folder, shot, tier, work))
    made = as_made(attempt)
    if made is None:
        step = Step(f"{shot.id} {hands.stage} take", (f"{shot.id} references",))
        made = await run.graph.run(step, take_composite, run, shot.id, tier, work, attempt)
    result = await judge_handwork(run, shot, hands.stage, tier, made, human=True)
    run.services.ledger.record_verdict(made.take.generation_key, result.verdict)
    return _through(run, shot, hands, made, result)


async def _passed(
    run: SceneRun, shot: Shot, hands: Hands, tier: TierName, work: Handwork, over: Made
) -> tuple[Frame | None, Made]:
    """One pass, made and guarded; a demolition leaves no frame that a gate could judge, and everything else is gated
    too.
    """
    ledger, stage = run.services.ledger, hands.stage
    take, guard = f"{shot.id} {stage} take", f"{shot.id} {stage} guard"
    attempt = _attempt_over(run.services, shot, tier, work, over)
    made = as_made(attempt)
    if made is None:
        step = Step(take, (f"{shot.id} {stage}", guard, f"{shot.id} references"))
        made = await run.graph.run(step, make_pass, run, shot.id, tier, work, attempt)
    guarded = await run.graph.run(Step(guard, (take,)), guard_edit, run.services, shot.id, over.asset, made, work)
    if not guarded.verdict.passed:
        ledger.record_verdict(made.take.generation_key, guarded.verdict)
        raise _moved(run.services, shot, hands, work, made, guarded)
    if work.work == "demolish":
        ledger.record_verdict(made.take.generation_key, guarded.verdict)
        return None, made
    result = await judge_handwork(run, shot, stage, tier, made, human=hands.human)
    both = Verdict(
        scores=(*result.verdict.scores, *guarded.verdict.scores),
        findings=(*result.verdict.findings, *guarded.verdict.findings),
    )
    ledger.record_verdict(made.take.generation_key, both)
    return _through(run, shot, hands, made, result), made


def _attempt_over(services: Services, shot: Shot, tier: TierName, work: Handwork, over: Made) -> Attempt:
    """The pass as it would be asked for now, over the picture of the take `over`."""
    folder, hashes, can = services.folder, services.hashes(), services.can("panel", shot)
    on, parent = over.asset.sha256, over.take.generation_key
    return attempt_at(
        services, work.stage, pass_request(folder, hashes, shot, tier, work, on=on, parent=parent, can=can)
    )


def _through(run: SceneRun, shot: Shot, hands: Hands, made: Made, result: GateResult) -> Frame:
    """The frame as it passed. Raises Asked where its gate is not sure, Escalated where it failed."""
    if result.verdict.questions:
        raise stop_words.asked(shot, hands.stage, made.take.version, result.verdict)
    if not result.certificate:
        said = "; ".join(f"{f.rule} {f.message}" for f in result.verdict.findings if f.severity == "error")
        raise Escalated(
            f"{shot.id} {hands.stage}",
            f"v{made.take.version:03d} by hand did not pass its gate: {said}",
            f"Hand in another: gate comp import {shot.id} FILE; or take it back: gate undo {shot.id}",
        )
    words = " · human-approved geometry" if hands.human else ""
    run.services.telemetry.say(
        shot.id, hands.stage, "done" if made.fresh else "cached", f"v{made.take.version:03d}{words}"
    )
    return Frame(certified(run.services, result, shot.id, hands.stage), made, result)


def _moved(services: Services, shot: Shot, hands: Hands, work: Handwork, made: Made, guarded: GuardResult) -> ByHand:
    """What a person is told of a pass that moved something; its heat map lies where people look."""
    assert guarded.heat is not None
    folder = services.settings.out / "heat"
    folder.mkdir(parents=True, exist_ok=True)
    shown = folder / f"{shot.id}_{hands.stage}_v{made.take.version:03d}_{work.work}_heat.png"
    shutil.copyfile(services.artefact_path(guarded.heat), shown)
    said = "; ".join(f"{f.rule} {f.message}" for f in guarded.verdict.findings)
    keep = f"The composite stays: gate comp use {shot.id} composite; or polish it once more: gate comp polish {shot.id}"
    other = f"The earlier note stays: gate undo {shot.id}; or say it in other words: gate edit {shot.id}"
    return ByHand(
        f"{shot.id} {hands.stage}",
        f"its {work.work} was rejected: {said}; look at {shown}",
        keep if work.work == "polish" else other,
    )


def _taken_before(run: SceneRun, shot: Shot, hands: Hands) -> Made:
    """The take that the first pass is over. Raises Escalated where the ledger has it no longer."""
    on = hands.passes[0].on if hands.passes else None
    take = take_of(run.services, shot.id, on) if on else None
    if take is None or take.asset is None:
        raise Escalated(f"{shot.id} {hands.stage}", "the picture to change is in no take", f"gate undo {shot.id}")
    return Made(take, take.asset, fresh=False)
