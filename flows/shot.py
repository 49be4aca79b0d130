"""One shot's journey at one tier: references, panel, panel gate, clip, clip gate; and what happens when a gate says no."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from flows.hands import frame_by_hand, in_hand
from flows.steps import (
    find_cause_of_opening,
    judge_clip,
    judge_opening,
    judge_panel,
    see_references,
    take_clip,
    take_panel,
)
from flows.takes import Maker, reasons, until_passed
from governor.errors import (
    BudgetRefused,
    CreditShort,
    Fenced,
    LedgerTrouble,
    NightOver,
    NotApproved,
    Parked,
    PriceRefused,
    Refusal,
    RefusedBefore,
    Stopped,
)
from manifests.certificate import Certified
from manifests.decision import Binding
from manifests.errors import GateError
from manifests.film import TierName
from manifests.handwork import FrameStage
from manifests.scene import Shot
from providers.errors import KeyLimit, NoCredit, RateLimited, Refused, Unavailable
from tasks.current import current
from tasks.errors import Asked, ByHand, CreditEnded, Escalated, InDoubt, InHand, Uncollected
from tasks.gate_result import GateResult, certified
from tasks.generate import Made
from tasks.make_clip import clip_requests
from tasks.make_panel import panel_requests
from tasks.open_on_last_frame import open_on_last_frame
from tasks.tell import tell_of_refusal
from wiring import anchoring
from wiring.anchoring import Crossing, ReAnchoring
from wiring.requests import Opening
from wiring.telemetry import State

Status = Literal[
    "done", "escalated", "asks", "waits", "hold", "omit", "blocked:budget", "blocked:credit", "blocked:stop", "blocked:window", "blocked:moderation",
    "blocked:approval", "blocked:doubt", "blocked:fenced", "blocked",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShotState:
    """How far a shot is. `key`: the generation key of its clip; `links`: chained shots between it and the masters.

    `attempt`: which take of its clip passed. `adrift`: what has drifted in it; nothing is chained to it then.
    """

    shot: Shot
    status: Status
    message: str = ""
    panel: Certified | None = None
    end_panel: Certified | None = None
    clip: Certified | None = None
    key: str = ""
    links: int = 0
    version: int = 0
    attempt: int = 0
    adrift: tuple[Crossing, ...] = ()

    @property
    def done(self) -> bool:
        """True when its clip is certified."""
        return self.clip is not None


async def film_shot(
    shot: Shot, tier: TierName, before: ShotState | None, draft: ShotState | None = None, binding: Binding | None = None
) -> ShotState:
    """Take one shot through its journey. `before`: the state of the shot it opens on, None where it is made from masters.

    Never raises for this shot's own sake: a shot that does not come through says so in its state, and the others go on.
    """
    run = current()
    if parked := run.services.ledger.parked(shot.id).get(shot.id):
        return _left_out(shot, parked, draft)
    waiting = ShotState(shot, "waits", "it waits for the shot before it")
    if tier != "draft" and binding is None:
        return replace(waiting, status="blocked:approval", message="it waits for a person's yes")
    if before is not None and not before.done:
        return replace(waiting, message=_waits_for(shot, before))
    async with run.lanes:
        if run.halted is not None:
            return replace(waiting, status=_status(run.halted), message=f"not begun: {run.halted}")
        try:
            return await _journey(shot, tier, before, draft, binding)
        except (GateError, LedgerTrouble) as error:
            state = held_up(shot, error, draft)
            await tell_of_refusal(run, error)
            return state


def _left_out(shot: Shot, parked: Parked, draft: ShotState | None) -> ShotState:
    """Nothing is made of a shot that a person has on hold, or cut from the film; what was made of it stays in the books."""
    current().services.telemetry.say(shot.id, "shot", "waits" if parked.kind == "hold" else "cached", str(parked))
    return ShotState(shot, parked.kind, str(parked), panel=draft.panel if draft else None)


def _waits_for(shot: Shot, before: ShotState) -> str:
    if before.status not in {"hold", "omit"}:
        return f"it opens on {before.shot.id}, which is not done ({before.status})"
    left_out = "on hold" if before.status == "hold" else "cut from the film"
    scene = shot.id.partition("_")[0]
    return (
        f"{shot.id}: it opens on {before.shot.id}, which is {left_out}. gate undo {before.shot.id} --parked takes that back; or "
        f"drop chain from it in scenes/{scene}.yaml, and it is made from the locked pictures"
    )


async def _journey(
    shot: Shot, tier: TierName, before: ShotState | None, draft: ShotState | None, binding: Binding | None
) -> ShotState:
    references = await see_references(shot)
    if not references.passed:
        raise Escalated(
            f"{shot.id} references", reasons(references), f"gate lint; then gate run {shot.id.partition('_')[0]}"
        )
    panel, chained = await _opening_panel(shot, tier, before, draft)
    end_panel = draft.end_panel if draft else None
    if shot.mode == "start_end_frames" and end_panel is None:
        end_panel = await _panel(shot, "end_panel", tier)
    opening = Opening(before.key, before.links + 1) if before and chained else Opening("", 0)
    maker = _clip_maker(shot, tier, panel, end_panel, opening, binding, draft)
    clip, made = await until_passed(shot, "clip", tier, maker)
    take = made.take
    return ShotState(
        shot, "done", "", panel, end_panel, clip, take.generation_key, opening.chain_links, take.version, take.attempt
    )


async def _opening_panel(
    shot: Shot, tier: TierName, before: ShotState | None, draft: ShotState | None
) -> tuple[Certified, bool]:
    """The panel the clip opens on, and whether it is the last frame of the shot before."""
    run = current()
    if before is not None and before.clip is not None and in_hand(shot, "panel") is None:
        frame = await open_on_last_frame(before.clip)
        result = await judge_opening(shot, tier, frame, before.shot, before.clip)
        if result.certificate:
            run.services.telemetry.say(shot.id, "panel", "done", f"opens on {before.shot.id}")
            return certified(run, result, shot.id, "panel"), True
        if odd := await find_cause_of_opening(shot, before.shot, before.key, result.verdict):
            raise Escalated(
                f"{shot.id} panel",
                f"it opens on {before.shot.id}, and {reasons(result.verdict)}; {odd.words}",
                f"{odd.fix}. If the line is right, drop chain; then gate resume {shot.id.partition('_')[0]}",
            )
        found = ReAnchoring(shot.id, before.shot.id, why=f"it failed its gate ({reasons(result.verdict)})")
        anchoring.record(run.services, found, before.key)
        run.re_anchored[shot.id] = found
        run.services.telemetry.say(shot.id, "panel", "retake", found.words)
    if draft is not None and draft.panel is not None and draft.links == 0:
        return draft.panel, False
    return await _panel(shot, "panel", tier), False


async def _panel(shot: Shot, stage: FrameStage, tier: TierName) -> Certified:
    """A frame that is made from the masters: by a model, or by whoever has it in hand."""
    if hands := in_hand(shot, stage):
        return (await frame_by_hand(shot, hands, tier)).certified
    panel, _ = await until_passed(shot, stage, tier, _panel_maker(shot, stage, tier))
    return panel


def _panel_maker(shot: Shot, stage: FrameStage, tier: TierName) -> Maker:
    async def make(number: int) -> Made:
        return await take_panel(shot, stage, tier, number)

    async def judge(made: Made) -> GateResult:
        return await judge_panel(shot, stage, tier, made)

    return Maker(make, judge, panel_requests(current(), shot, stage, tier))


def _clip_maker(
    shot: Shot, tier: TierName, panel: Certified, end_panel: Certified | None, opening: Opening, binding: Binding | None,
    draft: ShotState | None,
) -> Maker:  # fmt: skip
    async def make(number: int) -> Made:
        return await take_clip(shot, tier, number, panel, end_panel, opening, binding)

    async def judge(made: Made) -> GateResult:
        return await judge_clip(shot, tier, made, panel, end_panel, draft.clip if draft else None)

    return Maker(make, judge, clip_requests(current(), shot, tier, panel, end_panel, opening))


def held_up(shot: Shot, error: Exception, draft: ShotState | None) -> ShotState:
    """The state of a shot that does not come through, said and written down. A wall that every shot would meet halts the run.

    A credit that has ended is one provider's: what others make goes on.
    """
    run = current()
    status = _status(error)
    if status in _HALTS and run.halted is None:
        run.halted = error
    if status == "blocked:credit" and not isinstance(error, CreditShort) and run.short is None:
        run.short = error
    ledger = run.services.ledger
    if status == "escalated" and str(error) not in {n.text for n in ledger.escalations(run.scene.id)}:
        ledger.note("escalation", f"shot:{shot.id}", str(error))
    if status == "blocked:credit" and str(error) not in {n.text for n in ledger.notes(scope=f"shot:{shot.id}")}:
        ledger.note("credit", f"shot:{shot.id}", str(error))
    run.services.telemetry.say(shot.id, "shot", _SHOWN.get(status, "blocked"), str(error))
    return ShotState(shot, status, str(error), panel=draft.panel if draft else None)


def _status(error: Exception) -> Status:
    if isinstance(error, Parked):
        return error.kind
    for kind, status in _STATUSES:
        if isinstance(error, kind):
            return status
    return "blocked"


_STATUSES: tuple[tuple[type[Exception], Status], ...] = (
    (BudgetRefused, "blocked:budget"), (PriceRefused, "blocked:budget"), (NightOver, "blocked:window"), (Stopped, "blocked:stop"),
    (CreditShort, "blocked:credit"), (Fenced, "blocked:fenced"), (NotApproved, "blocked:approval"), (KeyLimit, "blocked:credit"),
    (NoCredit, "blocked:credit"), (CreditEnded, "blocked:credit"), (Refused, "blocked:moderation"), (RefusedBefore, "blocked:moderation"),
    (InDoubt, "blocked:doubt"), (ByHand, "waits"), (Asked, "asks"), (Refusal, "blocked"), (Uncollected, "blocked"), (InHand, "blocked"),
    (RateLimited, "blocked"), (Unavailable, "blocked"),
    (GateError, "escalated"),
)  # fmt: skip
_SHOWN: dict[Status, State] = {"escalated": "escalated", "waits": "waits", "asks": "waits"}
_HALTS: frozenset[Status] = frozenset({"blocked:budget", "blocked:stop", "blocked:window", "blocked:fenced"})
"""After one of these nothing new is begun: the next shot would meet the same wall, and half a shot is money lost."""
