"""Films the drafts of a chain: each is held against the masters at once, and one that has drifted goes back to them.

A chained shot opens on the last frame of the shot before. Where that chain has drifted the locked pictures take the frame's
place: of the clip that crossed, if its shot has a take left, else of the shot that comes next. docs/drift.md tells it in full.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from checks.drift import DriftReport
from checks.drift_rules import AXIS_RULES
from flows.hands import in_hand
from flows.shot import ShotState, film_shot
from flows.steps import see_drift
from manifests.certificate import Certified
from manifests.scene import Shot
from tasks.current import current
from wiring import anchoring
from wiring.anchoring import Crossing, ReAnchoring


async def film_draft(shot: Shot, before: ShotState | None, states: Mapping[str, ShotState]) -> ShotState:
    """Film a draft. `before`: the state of the shot it is chained to, None where it begins a chain; `states`: of all so far."""
    opens_on = None if before is None or _is_anchored(shot, before) else before
    state = await film_shot(shot, "draft", opens_on)
    if opens_on is None or state.links == 0 or state.clip is None:
        return state
    found = await _crossings(shot, state.clip, state.links, states)
    if not found:
        return state
    run = current()
    if state.attempt >= run.services.folder.film.limits.attempts:
        run.services.telemetry.say(
            shot.id, "drift", "retake", f"{_words(found)}; no take is left: the next shot is re-anchored"
        )
        return replace(state, adrift=found)
    _anchor(ReAnchoring(shot.id, opens_on.shot.id, found, again=True), opens_on.key)
    return await film_shot(shot, "draft", None)


def note_drift(report: DriftReport) -> None:
    """Write down, once each, what a check found."""
    run = current()
    scope = f"scene:{run.scene.id}"
    known = {note.text for note in run.services.ledger.notes(kind="drift", scope=scope)}
    for text in (f"{finding.rule} {finding.message}" for finding in report.drifted):
        if text not in known:
            run.services.ledger.note("drift", scope, text)


def _is_anchored(shot: Shot, before: ShotState) -> bool:
    """Whether the shot is made from the masters, or by hand, although it is chained; if so, that is on record."""
    run = current()
    if in_hand(shot, "panel"):
        return True
    if before.clip is None:
        return False
    if before.adrift:
        _anchor(ReAnchoring(shot.id, before.shot.id, before.adrift), before.key)
    elif known := anchoring.standing(run.services, shot.id, before.key):
        run.re_anchored[shot.id] = known
    return shot.id in run.re_anchored


def _anchor(found: ReAnchoring, opens_on: str) -> None:
    run = current()
    anchoring.record(run.services, found, opens_on)
    run.re_anchored[found.shot] = found
    run.services.telemetry.say(found.shot, "panel", "retake", found.words)


async def _crossings(shot: Shot, clip: Certified, links: int, states: Mapping[str, ShotState]) -> tuple[Crossing, ...]:
    """What crossed its alarm in this shot, the worst first. Free, and done once for the same clips."""
    run = current()
    report = await see_drift(shot, {**_chain_before(shot, states), shot.id: (clip, links)})
    note_drift(report)
    thresholds = run.services.folder.film.thresholds
    crossed = [
        Crossing(point.entity, point.axis, point.cusum, AXIS_RULES[point.axis].threshold(thresholds))
        for point in report.series if point.shot == shot.id and point.alarm
    ]  # fmt: skip
    return tuple(sorted(crossed, key=lambda c: (c.alarm - c.cusum, c.entity, c.axis)))


def _chain_before(shot: Shot, states: Mapping[str, ShotState]) -> dict[str, tuple[Certified, int]]:
    """The clips of the chain that this shot goes on with, in story order, each with its links."""
    shots = current().scene.shots
    end = begin = shots.index(shot)
    while begin and shots[begin].chain:
        begin -= 1
    chain = (states[before.id] for before in shots[begin:end] if before.id in states)
    return {state.shot.id: (state.clip, state.links) for state in chain if state.clip is not None}


def _words(found: tuple[Crossing, ...]) -> str:
    return ReAnchoring("", "", found).words.rpartition(": ")[2]
