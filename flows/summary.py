"""Sums a run up: how it ended, what it cost, where things lie, and the next command to type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from checks.drift import DriftReport
from flows.approval import Approval
from flows.delivery import Delivery
from flows.outcome import DraftWaiting, Ending, SceneOutcome, ShotLine
from flows.scene_run import SceneRun
from flows.shot_state import ShotState
from manifests.money import rounded_usd
from production.planning.draft_approval import drafts_that_wait

_EXCLUDED = frozenset({"hold", "omit"})

ENDINGS: tuple[tuple[str, Ending], ...] = (
    ("blocked:fenced", "fenced"),
    ("blocked:stop", "stopped"),
    ("blocked:window", "window closed"),
    ("blocked:budget", "budget"),
    ("blocked:credit", "credit"),
)


def summarise(
    run: SceneRun,
    drafts: Mapping[str, ShotState],
    finals: Mapping[str, ShotState],
    delivery: Delivery,
    yes: Approval | None,
    drift: DriftReport | None,
) -> SceneOutcome:
    """The outcome of the run under way."""
    states = {**drafts, **finals}
    ending = _ending(run, drafts, finals, yes)
    waiting = _drafts_waiting(run, drafts)
    message, following = _words(run, ending, states, yes, waiting)
    balance = run.services.ledger.balance(f"scene:{run.scene.id}")
    return SceneOutcome(
        scene=run.scene.id,
        ending=ending,
        message=message,
        next=following,
        generated=run.spending.made,
        settled_microusd=balance.settled,
        held_microusd=balance.held,
        shots=tuple(_line(shot.id, drafts, finals) for shot in run.scene.shots),
        film=_text(delivery.film),
        draft=_text(delivery.draft),
        reel=_text(delivery.reel),
        contact_sheet=_text(delivery.contact_sheet),
        timeline=_text(delivery.timeline),
        drift_chart=_text(delivery.drift_chart),
        approvals=tuple(f"{d.who}, {d.door}, {d.scope}, {d.made_at}" for d in yes.decisions) if yes else (),
        lapsed=tuple(f"{shot}: {', '.join(names)} changed" for shot, names in yes.lapsed.items()) if yes else (),
        re_anchored=tuple(f"{shot} was {a.words}" for shot, a in sorted(run.re_anchored.items())),
        colours=tuple(match for _, match in sorted(delivery.colours.items())),
        dry=tuple(sorted(run.spending.dry)) if run.walls.short else (),
        left_out=_left_out(run),
        drafts_waiting=waiting,
        drifted=tuple(f"{f.rule} {f.message}" for f in drift.drifted) if drift else (),
    )


def _ending(
    run: SceneRun, drafts: Mapping[str, ShotState], finals: Mapping[str, ShotState], yes: Approval | None
) -> Ending:
    statuses = {state.status for state in [*drafts.values(), *finals.values()]}
    for status, ending in ENDINGS:
        if status in statuses:
            return ending
    wanted = [state for state in finals.values() if state.status != "omit"]
    if len(finals) == len(run.scene.shots) and wanted and all(state.done for state in wanted):
        return "finished"
    made = run.terms.approved_only and yes is not None and all(finals[shot].done for shot in yes.given)
    drafted = all(state.done or state.status in _EXCLUDED for state in drafts.values())
    undone = statuses - {"done", "omit"}
    asks = any(state.status == "blocked:approval" for state in drafts.values())  # a draft that a person approves first
    asks = asks and undone <= {"blocked:approval", "waits", "hold"}
    drafted = drafted and yes is not None and (bool(yes.missing) or run.terms.stops_at_drafts)
    if "asks" not in undone and (made or asks or drafted):
        return "waits for approval"
    if undone and undone <= {"asks", "waits", "hold", *(["blocked:approval"] if "asks" in undone else [])}:
        return "waits for an answer" if "asks" in undone else "on hold" if "hold" in undone else "waits for hands"
    if yes is not None and (yes.missing or run.terms.stops_at_drafts):
        return "incomplete"
    return "refused" if "blocked:moderation" in statuses else "incomplete"


def _words(
    run: SceneRun,
    ending: Ending,
    states: Mapping[str, ShotState],
    yes: Approval | None,
    waiting: tuple[DraftWaiting, ...],
) -> tuple[str, tuple[str, ...]]:
    if ending == "waits for an answer":
        message, following = _waits_for_an_answer(run, states)
    elif ending == "waits for approval" and waiting:
        message, following = _wait_for_drafts(run, states, waiting)
    else:
        message, following = _told(run, ending, states, yes)
    return " ".join([message, *(f"Left out: {line}." for line in _left_out(run))]), following


def _drafts_waiting(run: SceneRun, drafts: Mapping[str, ShotState]) -> tuple[DraftWaiting, ...]:
    """What a person sees before a draft is bought, of each draft that ended this run for want of an approval."""
    if not any(state.status == "blocked:approval" for state in drafts.values()):
        return ()
    return tuple(
        DraftWaiting(
            shot=shot,
            resolution=asked.binding.resolution,
            provider=asked.binding.provider,
            high_microusd=asked.binding.price_microusd,
            picture=asked.picture,
            prompt=asked.prompt,
            lapsed=asked.lapsed,
        )
        for shot, asked in drafts_that_wait(run.services, run.scene).items()
    )


def _wait_for_drafts(
    run: SceneRun, states: Mapping[str, ShotState], waiting: tuple[DraftWaiting, ...]
) -> tuple[str, tuple[str, ...]]:
    scene, done = run.scene.id, sum(state.done for state in states.values())
    total = sum(each.high_microusd for each in waiting)
    drafts = "draft waits" if len(waiting) == 1 else "drafts wait"
    lapsed = "".join(f" The approval of {e.shot} lapsed: {', '.join(e.lapsed)} changed." for e in waiting if e.lapsed)
    said = f"{len(waiting)} {drafts} for your approval: at most ${rounded_usd(total)} together.{lapsed}"
    made = f" {done} of {len(states)} shots are done." if done else ""
    return f"{said}{made} Nothing is spent until then.", (f"gate approve {scene} --tier draft", f"gate resume {scene}")


def _left_out(run: SceneRun) -> tuple[str, ...]:
    """What people have on hold or omitted from the film: it is named wherever the scene is reported."""
    return tuple(excluded.words for excluded in run.services.ledger.excluded(run.scene.id).values())


def _told(
    run: SceneRun, ending: Ending, every: Mapping[str, ShotState], yes: Approval | None
) -> tuple[str, tuple[str, ...]]:
    scene = run.scene.id
    states = {shot: state for shot, state in every.items() if state.status not in _EXCLUDED}
    if ending == "finished":
        return f"{scene} is finished: {len(states)} shots passed every gate.", (
            f"gate cost {scene}",
            f"gate status {scene}",
        )
    if ending == "on hold" or not states:
        held = next(state.shot.id for state in every.values() if state.status in _EXCLUDED)
        done = sum(state.done for state in states.values())
        return f"{done} of {len(states)} other shots are done.", (
            f"gate undo {held} --excluded",
            f"gate resume {scene}",
        )
    if ending == "waits for approval" and yes is not None:
        return _waits_for_a_yes(run, yes)
    held_up = [state for state in states.values() if not state.done]
    if ending == "waits for hands":
        files = " ".join(state.message for state in held_up if state.message.startswith(f"{state.shot.id} "))
        return f"{len(held_up)} of {len(states)} shots wait for people. {files}", (
            f"gate handoff {scene}",
            f"gate resume {scene}",
        )
    if run.walls.met is not None:
        return str(run.walls.met), (*cures(run.walls.met), f"gate resume {scene}")
    # What only waits for another shot is counted: the one that it waits for says why. By hand a shot waits on its own.
    told = [s for s in held_up if s.status != "waits" or s.message.startswith(f"{s.shot.id} ")] or held_up[:1]
    words = "\n".join(f"  {line}" for line in by_cause(told))
    if more := len(held_up) - len(told):
        words += f"\n  {more} more {'waits' if more == 1 else 'wait'} for these."
    done = len(states) - len(held_up)
    verb = "offers" if told[0].status == "blocked:moderation" else "explain"
    return f"{done} of {len(states)} shots are done.\n{words}", (
        f"gate {verb} {told[0].shot.id}",
        f"gate resume {scene}",
    )


def _waits_for_an_answer(run: SceneRun, states: Mapping[str, ShotState]) -> tuple[str, tuple[str, ...]]:
    """The questions in words, a line each, and the commands of the first; every line names its own."""
    asking, shots = [state for state in states.values() if state.status == "asks"], len(states)
    scene, first = run.scene.id, asking[0].shot.id
    wait = "shot waits" if len(asking) == 1 else "shots wait"
    lines = "\n".join(f"  {state.message}" for state in asking)
    said = (
        f"{len(asking)} of {shots} {wait} for your answer; nothing is bought for "
        f"{'it' if len(asking) == 1 else 'them'} until then."
    )
    return f"{said}\n{lines}", (
        f"gate verdict {first} pass",
        f'gate retake {first} --change seed --why "..."',
        f"gate resume {scene}",
    )


def by_cause(held_up: Sequence[ShotState]) -> list[str]:
    """A line for each cause, with every shot that it holds up. Shots differ in their own name alone, wherever it stands
    in the words.
    """
    found: dict[tuple[str, str], list[ShotState]] = {}
    for state in held_up:
        found.setdefault((state.status, state.message.replace(state.shot.id, "…")), []).append(state)
    return [
        f"{', '.join(each.shot.id for each in alike)} {status}: {alike[0].message.removeprefix(f'{alike[0].shot.id} ')}"
        for (status, _), alike in found.items()
    ]


def _waits_for_a_yes(run: SceneRun, yes: Approval) -> tuple[str, tuple[str, ...]]:
    scene = run.scene.id
    if run.terms.approved_only and (yes.given or yes.unfinished):
        made = f"{len(yes.given)} of {len(run.scene.shots)} shots are approved, and their finals are made"
        waits = f"{len(yes.missing)} wait for an approval, {len(yes.unfinished)} for a draft that stands"
        return f"{made}; {waits}.", (f"gate run {scene}", f"gate approve {scene}")
    if run.terms.stops_at_drafts and not yes.missing:
        why = "Finals are made by day." if run.terms.night else "This run was for drafts only."
        return f"The drafts stand, and their finals are approved. {why}", (f"gate resume {scene}",)
    total = sum(yes.bindings[shot].price_microusd for shot in yes.missing)
    lapsed = "".join(f" The approval of {s} lapsed: {', '.join(names)} changed." for s, names in yes.lapsed.items())
    said = (
        f"{len(yes.missing)} finals wait for a person's approval: ${rounded_usd(total)}.{lapsed} Nothing is spent "
        "until then."
    )
    return said, (f"gate approve {scene}", f"gate resume {scene}")


def cures(error: Exception) -> tuple[str, ...]:
    """The command that an error's fix names, in a tuple; none where it names no command."""
    cure = getattr(error, "cure", "")
    _, found, command = cure.partition("gate ")
    return (f"gate {command.rstrip('.')}",) if found else ()


def _line(shot: str, drafts: Mapping[str, ShotState], finals: Mapping[str, ShotState]) -> ShotLine:
    draft, final = drafts.get(shot), finals.get(shot)
    state = final or draft
    return ShotLine(
        shot=shot,
        status=state.status if state else "waits",
        message=state.message if state else "",
        draft=draft.clip.sha256 if draft and draft.clip else None,
        final=final.clip.sha256 if final and final.clip else None,
    )


def _text(path: object) -> str | None:
    return None if path is None else str(path)
