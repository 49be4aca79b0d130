"""One shot's journey at one tier: references, frames, clip, each made and gated, and told where a person is wanted.

The journey gives each step, by what is on record; it is executed as a task of Prefect's, and what came of it is kept
for the next decision.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from flows.hands import frame_by_hand
from flows.scene_run import SceneRun
from flows.shot_state import ShotState, held_up, status_of_error
from flows.steps import (
    find_cause,
    find_cause_of_opening,
    judge_clip,
    judge_opening,
    judge_panel,
    see_references,
    take_clip,
    take_panel,
)
from governor.errors import LedgerTrouble
from manifests.certificate import Certified
from manifests.decision import Binding
from manifests.errors import GateError
from manifests.film import Stage, TierName
from manifests.names import scene_of_shot
from manifests.scene import Shot
from manifests.take import Take
from production.gating.result import GateResult, certified
from production.journey import anchoring, stop_words
from production.journey.anchoring import ReAnchoring
from production.journey.regating import failed_again
from production.journey.shot import ShotDoes, ShotStep, SoFar, Wanted, next_of_shot
from production.journey.standing import Judgement, Known, StageStatus
from production.purchasing.generate import Made, as_made
from production.purchasing.tell import tell_of_refusal
from wiring.telemetry import State


async def film_shot(
    run: SceneRun,
    shot: Shot,
    tier: TierName,
    before: ShotState | None,
    draft: ShotState | None = None,
    binding: Binding | None = None,
) -> ShotState:
    """Take one shot through its journey. `before`: the state of the shot it opens on, None where it is made from
    masters.

    Never raises for this shot's own sake: a shot that does not come through says so in its state, and the others go on.
    """
    if held := _not_begun(run, shot, tier, before, draft, binding):
        return held
    wanted = Wanted(shot, tier, before.link if before else None, draft.drafted if draft else None)
    at = Journey(run, wanted, binding, SoFar.at_start(wanted))
    try:
        return await _journey(at)
    except (GateError, LedgerTrouble) as error:
        state = held_up(run, shot, error, draft)
        await tell_of_refusal(run, error)
        return state


def _not_begun(
    run: SceneRun,
    shot: Shot,
    tier: TierName,
    before: ShotState | None,
    draft: ShotState | None,
    binding: Binding | None,
) -> ShotState | None:
    """Why nothing is done for the shot now; None where its journey begins."""
    if excluded := run.services.ledger.excluded(shot.id).get(shot.id):  # its takes stay on record
        run.services.telemetry.say(shot.id, "shot", "waits" if excluded.kind == "hold" else "cached", str(excluded))
        return ShotState(shot, excluded.kind, str(excluded), panel=draft.panel if draft else None)
    waiting = ShotState(shot, "waits", "it waits for the shot before it")
    if tier != "draft" and binding is None:
        return replace(waiting, status="blocked:approval", message="it waits for a person's approval")
    if before is not None and not before.done:
        return replace(waiting, message=_waits_for(shot, before))
    if run.walls.halted is not None:
        return replace(waiting, status=status_of_error(run.walls.halted), message=f"not begun: {run.walls.halted}")
    return None


def _waits_for(shot: Shot, before: ShotState) -> str:
    if before.status not in {"hold", "omit"}:
        return f"it opens on {before.shot.id}, which is not done ({before.status})"
    left_out = "on hold" if before.status == "hold" else "omitted from the film"
    scene = scene_of_shot(shot.id)
    return (
        f"{shot.id}: it opens on {before.shot.id}, which is {left_out}. gate undo {before.shot.id} --excluded takes "
        "that back; or "
        f"drop chain from it in scenes/{scene}.yaml, and it is made from the locked pictures"
    )


@dataclass(slots=True)
class Journey:
    """One shot at one tier while its steps are executed.

    `made`: the takes that this start has made, by generation key; `judged`: what their gates have said; `unexplained`:
    those of which no diagnosis can be made. `clip`, `take`: the clip that passed, None until then.
    """

    run: SceneRun
    wanted: Wanted
    binding: Binding | None
    so_far: SoFar
    judged: dict[str, Judgement] = field(default_factory=dict)
    made: dict[str, Made] = field(default_factory=dict)
    unexplained: set[str] = field(default_factory=set)
    clip: Certified | None = None
    take: Take | None = None

    def made_for(self, status: StageStatus) -> Made:
        """The take that a step is about, out of this start or out of the ledger."""
        made = self.made.get(status.attempt.key) or as_made(status.attempt)
        assert made is not None, "only a take that is paid for, and brought a picture, is judged or kept"
        return made


async def _journey(at: Journey) -> ShotState:
    """Execute the steps that the journey gives until the clip has come through.

    Raises what a paid call raises, and Asked, Escalated and ByHand where a person is wanted.
    """
    run, shot = at.run, at.wanted.shot
    references = await see_references(run, shot)
    facts = run.facts[shot.id].with_references(references.findings)
    known = Known.now(run.services, at.judged)
    while at.take is None:
        step = next_of_shot(known, at.wanted, at.so_far, facts, frozenset(at.unexplained))
        if step.does in {"make", "collect"}:  # of the pictures that are locked now, whatever was locked meanwhile
            known = Known.now(run.services, at.judged)
            step = next_of_shot(known, at.wanted, at.so_far, facts, frozenset(at.unexplained))
        await _EXECUTE[step.does](at, step)
    frames, take, links = at.so_far.frames, at.take, at.so_far.opening.chain_links
    end = frames.get("end_panel")
    return ShotState(
        shot, "done", "", frames["panel"], end, at.clip, take.generation_key, links, take.version, take.attempt
    )


async def _open(at: Journey, _step: ShotStep) -> None:
    """Judge the last frame of the shot before as this one's first; where it fails, the masters take its place."""
    run, shot, before = at.run, at.wanted.shot, at.wanted.before
    assert before is not None
    frame = await asyncio.to_thread(run.services.last_frame, before.clip.artefact, before.shot.frames)
    result = await judge_opening(run, shot, at.wanted.tier, frame, before.shot, before.clip)
    if result.certificate:
        run.services.telemetry.say(shot.id, "panel", "done", f"opens on {before.shot.id}")
        at.so_far = at.so_far.with_frame("panel", certified(run.services, result, shot.id, "panel"), before.opening)
        return
    if odd := await find_cause_of_opening(run, shot, before.shot, before.key, result.verdict):
        raise stop_words.contradicted(shot, before.shot.id, result.verdict, odd)
    why = f"it failed its gate ({stop_words.reasons(result.verdict)})"
    re_anchor(run, ReAnchoring(shot.id, before.shot.id, why=why), before.key)
    at.so_far = replace(at.so_far, anchored=True)


def re_anchor(run: SceneRun, found: ReAnchoring, opens_on: str) -> None:
    """Write a re-anchoring down, and say it. `opens_on`: the generation key of the clip that the shot does not open
    on.
    """
    anchoring.record(run.services, found, opens_on)
    run.re_anchored[found.shot] = found
    run.services.telemetry.say(found.shot, "panel", "retake", found.words)


async def _take_in_hand(at: Journey, step: ShotStep) -> None:
    assert step.hands is not None
    frame = await frame_by_hand(at.run, at.wanted.shot, step.hands, at.wanted.tier)
    at.so_far = at.so_far.with_frame(step.hands.stage, frame.certified)


async def _make(at: Journey, step: ShotStep) -> None:
    """Get the take: collect it where its provider has it, else buy it."""
    run, shot, tier, attempt = at.run, at.wanted.shot, at.wanted.tier, _status(step).attempt
    if step.stage == "clip":
        panel, end_panel = at.so_far.frames["panel"], at.so_far.frames.get("end_panel")
        at.made[attempt.key] = await take_clip(run, shot, tier, attempt, panel, end_panel, at.binding)
    else:
        at.made[attempt.key] = await take_panel(run, shot, step.stage, tier, attempt)


async def _gate(at: Journey, step: ShotStep) -> None:
    """Judge the take, and keep what was said of it."""
    services, shot, status = at.run.services, at.wanted.shot, _status(step)
    made, key = at.made_for(status), status.attempt.key
    if key in at.judged:
        raise stop_words.not_filed(shot, step.stage, made.take.version, services.settings.vault / "steps")
    result = await _judge(at, step.stage, made)
    services.ledger.record_verdict(key, result.verdict)
    passed = certified(services, result, shot.id, step.stage) if result.certificate else None
    at.judged[key] = Judgement(result.verdict, passed)
    if status.again is not None and passed is None and not result.verdict.questions:
        words = f"v{made.take.version:03d} again: {stop_words.reasons(result.verdict)}"
        services.telemetry.say(shot.id, step.stage, "retake", words)
        failed_again(services, made.take, status.again)
    elif result.verdict.failed:
        services.telemetry.say(shot.id, step.stage, "retake", stop_words.reasons(result.verdict))


async def _judge(at: Journey, stage: Stage, made: Made) -> GateResult:
    wanted, frames = at.wanted, at.so_far.frames
    if stage != "clip":
        return await judge_panel(at.run, wanted.shot, stage, wanted.tier, made)
    draft = wanted.draft.clip if wanted.draft else None
    return await judge_clip(at.run, wanted.shot, wanted.tier, made, frames["panel"], frames.get("end_panel"), draft)


async def _diagnose(at: Journey, step: ShotStep) -> None:
    """Find out whether the shot's entry is why the take failed; the ledger keeps what was found."""
    key = _status(step).attempt.key
    found = await find_cause(at.run, at.wanted.shot, step.stage)
    if found is None or found.take != key:
        at.unexplained.add(key)


async def _keep(at: Journey, step: ShotStep) -> None:
    status = _status(step)
    made, passed = at.made_for(status), status.passed or status.lost
    assert passed is not None
    state: State = "done" if made.fresh else "cached"
    at.run.services.telemetry.say(at.wanted.shot.id, step.stage, state, f"v{made.take.version:03d}")
    if step.stage == "clip":
        at.clip, at.take = passed, made.take
    else:
        at.so_far = at.so_far.with_frame(step.stage, passed)


async def _not_ready(at: Journey, step: ShotStep) -> None:
    """Raise why it is not generated."""
    raise stop_words.not_ready(at.wanted.shot, step.obstacles)


async def _stop(at: Journey, step: ShotStep) -> None:
    """Raise what a person is told."""
    shot, stage, status = at.wanted.shot, step.stage, _status(step)
    if status.next.cause in {"nothing came", "written off"}:
        await _make(at, step)  # the paid step says itself why it is not bought
    made = at.made_for(status)
    verdict = at.judged[status.attempt.key].verdict
    assert verdict is not None
    if status.next.cause == "question":
        raise stop_words.asked(shot, stage, made.take.version, verdict)
    raise stop_words.escalated(shot, stage, status.next, verdict, await find_cause(at.run, shot, stage))


def _status(step: ShotStep) -> StageStatus:
    assert step.status is not None, "a stage that a provider makes has a status"
    return step.status


_EXECUTE: dict[ShotDoes, Callable[[Journey, ShotStep], Awaitable[None]]] = {
    "open": _open,
    "take in hand": _take_in_hand,
    "make": _make,
    "collect": _make,
    "gate": _gate,
    "diagnose": _diagnose,
    "keep": _keep,
    "stop": _stop,
    "not ready": _not_ready,
}
