"""What people are told where a stage of a shot stops: why, which layer is to blame, and what they can do."""

from __future__ import annotations

from collections.abc import Sequence

from manifests.diagnosis import Diagnosis
from manifests.film import Stage
from manifests.finding import Verdict
from manifests.names import scene_of_shot
from manifests.scene import Shot
from production.journey.errors import Asked, Escalated, JourneyError, NotReady
from production.journey.next_step import Next
from production.journey.readiness import Obstacle
from production.journey.unsure import how_to_answer

_REWORDED = {
    "panel": "change its camera, a mark or a wardrobe, or the words in bible/",
    "clip": "change its motion or its camera, or the words in bible/",
}
"""What of a film's own files is in a stage's prompt: a shot's motion is in its clip's alone."""


def reasons(verdict: Verdict) -> str:
    """What failed a verdict, or kept it from passing, a clause each."""
    told = [finding for finding in verdict.findings if finding.severity == "error"] or verdict.questions
    return "; ".join(f"{finding.rule} {finding.message}" for finding in told)


def asked(shot: Shot, stage: Stage, version: int, verdict: Verdict) -> Asked:
    """What a person is asked about a take, and how to answer."""
    said = "; ".join(f"{f.rule} {f.message}" for f in verdict.questions)
    return Asked(f"{shot.id} {stage.replace('_', ' ')} v{version:03d}", said, how_to_answer(shot.id))


def not_filed(shot: Shot, stage: Stage, version: int, kept: object) -> Escalated:
    """A gate's kept result passes the take, and no gate has filed that: somebody wrote into what is kept, in the
    folder `kept`.
    """
    cure = f"Remove {kept}, which is kept for speed alone; then: gate resume {scene_of_shot(shot.id)}"
    thing = f"{shot.id} {stage.replace('_', ' ')} v{version:03d}"
    return Escalated(thing, "its gate's kept result names no certificate that is on file", cure)


def escalated(shot: Shot, stage: Stage, step: Next, verdict: Verdict, found: Diagnosis | None) -> Escalated:
    """What goes to a person. `found`: which layer is to blame, None where no diagnosis can be made."""
    because = f"{step.why}: {reasons(verdict)}" + (f"; {found.words}" if found else "")
    cure = f"{_cure(shot, stage, step, verdict, found)} {scene_of_shot(shot.id)}"
    return Escalated(f"{shot.id} {stage}", because, cure)


def contradicted(shot: Shot, before: str, verdict: Verdict, found: Diagnosis) -> Escalated:
    """A chained shot's entry contradicts the shot that it opens on."""
    return Escalated(
        f"{shot.id} panel",
        f"it opens on {before}, and {reasons(verdict)}; {found.words}",
        f"{found.fix}. If the line is right, drop chain; then gate resume {scene_of_shot(shot.id)}",
    )


def not_ready(shot: Shot, obstacles: Sequence[Obstacle]) -> JourneyError:
    """Why a shot is not generated. A person looks at a picture that is not there, or not the locked one."""
    first = obstacles[0]
    if first.kind == "reference":
        why = "; ".join(each.why for each in obstacles if each.kind == "reference")
        return Escalated(f"{shot.id} references", why, f"gate lint; then gate run {scene_of_shot(shot.id)}")
    more = f" (and {len(obstacles) - 1} more: gate matrix {scene_of_shot(shot.id)})" if len(obstacles) > 1 else ""
    return NotReady(shot.id, f"{first.why}{more}", first.cure, first.kind)


def _cure(shot: Shot, stage: Stage, step: Next, verdict: Verdict, found: Diagnosis | None) -> str:
    """What a person can do, up to the name of the scene."""
    ways = _REWORDED["clip" if stage == "clip" else "panel"]
    if step.cause == "contradiction":
        rules = ", ".join(sorted({f.rule for f in verdict.findings if f.severity == "error"}))
        return (
            f"Look at it. If the judge is right, lower {rules} in film.yaml (thresholds); if not, {ways}; then "
            "gate resume"
        )
    ways = f"{ways}, edit one thing"
    if found is not None and found.layer == "manifest":
        ways = f'if the entry is right, ask for another take (gate retake {shot.id} --change seed --why "..."), {ways}'
    if stage != "clip":
        ways += f" (gate edit {shot.id}), or composite it by hand (gate comp export {shot.id})"
    ways = f"{ways}; then gate resume"
    return f"{found.fix}. Or {ways}" if found and found.fix else f"No re-roll will fix it: {ways}"
