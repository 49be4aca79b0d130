"""One shot's journey at one tier: references, frames, clip, each made and gated, and told where a person is wanted."""

from __future__ import annotations

from dataclasses import replace

from flows.perform import Journey, perform
from flows.scene_run import SceneRun
from flows.shot_state import ShotState, held_up, status_of_error
from flows.steps import see_references
from governor.errors import LedgerTrouble
from manifests.decision import Binding
from manifests.errors import GateError
from manifests.film import TierName
from manifests.names import scene_of_shot
from manifests.scene import Shot
from production.journey import stop_words
from production.journey.shot import SoFar, Wanted, next_of_shot
from production.purchasing.tell import tell_of_refusal


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


async def _journey(at: Journey) -> ShotState:
    """Execute the steps that the journey gives until the clip has come through."""
    run, shot = at.run, at.wanted.shot
    references = await see_references(run, shot)
    if not references.passed:
        raise stop_words.no_references(shot, references)
    while at.take is None:
        await perform(at, next_of_shot(at.known, at.wanted, at.so_far, frozenset(at.unexplained)))
    frames, take, links = at.so_far.frames, at.take, at.so_far.opening.chain_links
    end = frames.get("end_panel")
    return ShotState(
        shot, "done", "", frames["panel"], end, at.clip, take.generation_key, links, take.version, take.attempt
    )


def _not_begun(
    run: SceneRun,
    shot: Shot,
    tier: TierName,
    before: ShotState | None,
    draft: ShotState | None,
    binding: Binding | None,
) -> ShotState | None:
    """Why nothing is done for the shot now; None where its journey begins."""
    if parked := run.services.ledger.parked(shot.id).get(shot.id):  # what was made of it stays on record
        run.services.telemetry.say(shot.id, "shot", "waits" if parked.kind == "hold" else "cached", str(parked))
        return ShotState(shot, parked.kind, str(parked), panel=draft.panel if draft else None)
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
        f"{shot.id}: it opens on {before.shot.id}, which is {left_out}. gate undo {before.shot.id} --parked takes "
        "that back; or "
        f"drop chain from it in scenes/{scene}.yaml, and it is made from the locked pictures"
    )
