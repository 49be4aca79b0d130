"""Films the drafts of a chain: each is held against the masters at once, and one that has drifted goes back to them.

A chained shot opens on the last frame of the shot before. Where that chain has drifted the locked pictures take the
frame's place: of the clip that crossed, if its shot has a take left, else of the shot that comes next. docs/drift.md
tells it in full.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from checks.drift import DriftReport
from checks.rules.drift_rules import AXIS_RULES
from flows.hands import in_hand
from flows.scene_run import SceneRun
from flows.shot import film_shot, re_anchor
from flows.shot_state import ShotState
from flows.steps import see_drift
from manifests.certificate import Certified
from manifests.scene import Shot
from production.journey import anchoring
from production.journey.anchoring import Crossing, ReAnchoring


async def film_draft(run: SceneRun, shot: Shot, before: ShotState | None, states: Mapping[str, ShotState]) -> ShotState:
    """Film a draft. `before`: the state of the shot it is chained to, None where it begins a chain; `states`: of all so
    far.
    """
    opens_on = None if before is None or _is_anchored(run, shot, before) else before
    state = await film_shot(run, shot, "draft", opens_on)
    if opens_on is None or state.links == 0 or state.clip is None:
        return state
    found = await _crossings(run, shot, state.clip, state.links, states)
    if not found:
        return state
    if not anchoring.is_made_again(run.services.folder.film.limits, state.attempt):
        run.services.telemetry.say(
            shot.id, "drift", "retake", f"{_words(found)}; no take is left: the next shot is re-anchored"
        )
        return replace(state, adrift=found)
    re_anchor(run, ReAnchoring(shot.id, opens_on.shot.id, found, again=True), opens_on.key)
    return await film_shot(run, shot, "draft", None)


def note_drift(run: SceneRun, report: DriftReport) -> None:
    """Write down, once each, what a check found."""
    if not report.drifted:
        return
    scope = f"scene:{run.scene.id}"
    known = {note.text for note in run.services.ledger.notes(kind="drift", scope=scope)}
    for text in (f"{finding.rule} {finding.message}" for finding in report.drifted):
        if text not in known:
            run.services.ledger.note("drift", scope, text)


def _is_anchored(run: SceneRun, shot: Shot, before: ShotState) -> bool:
    """Whether the shot is made from the masters, or by hand, although it is chained; if so, that is on record."""
    if in_hand(run, shot, "panel"):
        return True
    if before.clip is None:
        return False
    if before.adrift:
        re_anchor(run, ReAnchoring(shot.id, before.shot.id, before.adrift), before.key)
    elif known := anchoring.standing(run.services, shot.id, before.key):
        run.re_anchored[shot.id] = known
    return shot.id in run.re_anchored


async def _crossings(
    run: SceneRun, shot: Shot, clip: Certified, links: int, states: Mapping[str, ShotState]
) -> tuple[Crossing, ...]:
    """What crossed its alarm in this shot, the worst first. Free, and done once for the same clips."""
    report = await see_drift(run, shot, {**_chain_before(run, shot, states), shot.id: (clip, links)})
    note_drift(run, report)
    thresholds = run.services.folder.film.thresholds
    crossed = [
        Crossing(point.entity, point.axis, point.cusum, AXIS_RULES[point.axis].threshold(thresholds))
        for point in report.series
        if point.shot == shot.id and point.alarm
    ]
    return tuple(sorted(crossed, key=lambda c: (c.alarm - c.cusum, c.entity, c.axis)))


def _chain_before(run: SceneRun, shot: Shot, states: Mapping[str, ShotState]) -> dict[str, tuple[Certified, int]]:
    """The clips of the chain that this shot goes on with, in story order, each with its links."""
    shots = run.scene.shots
    end = begin = shots.index(shot)
    while begin and shots[begin].chain:
        begin -= 1
    chain = (states[before.id] for before in shots[begin:end] if before.id in states)
    return {state.shot.id: (state.clip, state.links) for state in chain if state.clip is not None}


def _words(found: tuple[Crossing, ...]) -> str:
    return ReAnchoring("", "", found).words.rpartition(": ")[2]
