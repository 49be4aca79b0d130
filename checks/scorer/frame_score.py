"""V111, V112 and V113 on a panel or a clip's key frames:
is everybody, and the place, still as near to the masters as this film usually is?
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checks.contract import ASK, Rule, Tally, Trouble
from checks.gates.faces import settled_by_face
from checks.gates.sight import TimedFrame
from checks.rules import panel_rules
from checks.scorer.axes import ASK_BELOW, AxisScore, Key, axis_scores, together
from checks.scorer.compare import compare
from checks.scorer.framing import setting_of, subjects_of
from checks.scorer.learning import Learned
from checks.scorer.subject import Axis, Panel
from checks.seeing.eye import Eye
from checks.seeing.masters import References, Rgb
from checks.seeing.stage import expected
from manifests.bible import Bible
from manifests.finding import Finding, Verdict
from manifests.scene import Shot

RULES: dict[Axis, Rule] = {
    "identity": panel_rules.IDENTITY_KEPT,
    "wardrobe": panel_rules.WARDROBE_KEPT,
    "location": panel_rules.LOCATION_KEPT,
}


def score_frames(
    frames: Sequence[TimedFrame], shot: Shot, bible: Bible, references: References, learned: Learned, eye: Eye
) -> dict[Key, AxisScore]:
    """Every axis of everybody in the shot, and of its place, over all its frames. Raises MasterMissing, EyesDiffer.

    Whom the baseline has seen in fewer than three approved pictures is left out: nobody knows what is usual for them.
    """
    panels = [panel_of(frame.picture, shot, frame.progress, bible, references) for frame in frames]
    found = together(compare(p.picture, p.subjects, learned.masters, eye, p.setting) for p in panels)
    return axis_scores([item for item in found if learned.baseline.knows(item.entity)], learned.baseline)


def panel_of(picture: Rgb, shot: Shot, progress: float, bible: Bible, references: References) -> Panel:
    """A picture with the characters and the place that its blocking gives it. Raises MasterMissing."""
    stage = expected(shot, progress, references)
    return Panel(picture, subjects_of(stage, bible, references), setting_of(shot, progress))


def judge_kept(
    frames: Sequence[TimedFrame],
    shot: Shot,
    bible: Bible,
    references: References,
    learned: Learned | None,
    eye: Eye,
    tally: Tally,
) -> None:
    """Judge a shot by its frames. A failing axis is an error;
    one that a stronger eye should see is a warning, its flaw `ask:…`.

    Without a baseline, or one of another eye, the rules are not checked; nor of whom an earlier rule has already found
    wrong: one flaw, one finding.
    """
    if learned is None:
        skip_kept(shot, tally, "the film has too few approved pictures to know what is usual")
        return
    if learned.baseline.eye != eye.name:
        skip_kept(shot, tally, f"the usual values were learnt by {learned.baseline.eye}, and {eye.name} looks now")
        return
    label = frames[0].label if len(frames) == 1 else f"{len(frames)} key frames"
    scores = score_frames(frames, shot, bible, references, learned, eye)
    blamed = {finding.subject for finding in tally.verdict().findings if finding.severity == "error"}
    for entity, axis in _axes_of(shot):
        score = scores.get((entity, axis))
        if entity in blamed:
            tally.skip([RULES[axis]], entity, "another rule has found it wrong already")
        elif score is None:
            tally.skip(
                [RULES[axis]], entity, f"too few approved pictures show {entity}, or too little of it is seen here"
            )
        else:
            _judge(entity, axis, score, label, tally)


def skip_kept(shot: Shot, tally: Tally, why: str) -> None:
    """Write down that nothing was held against what is usual here, and why."""
    for entity, axis in _axes_of(shot):
        tally.skip([RULES[axis]], entity, why)


def _axes_of(shot: Shot) -> Iterator[Key]:
    for member in shot.cast:
        yield member.character, "identity"
        yield member.character, "wardrobe"
    yield shot.location, "location"


def _judge(entity: str, axis: Axis, score: AxisScore, label: str, tally: Tally) -> None:
    rule = RULES[axis]
    words = f"{label}: {entity}'s {axis} is {score.z:+.1f} deviations from what is usual here, most in {score.channel}"
    evidence: dict[str, float | str] = {
        "z": score.z,
        "channel": score.channel,
        "channel_z": score.channel_z,
        "frame": label,
    }
    # A channel that may only ask cannot fail a picture, however far off it is.
    value = score.z if score.strong else max(score.z, rule.threshold(tally.thresholds))
    cure = f"Make it again from {entity}'s locked pictures, without an earlier output as a reference."
    asks = {"identity": f"is this still {entity}?", "wardrobe": f"are these still {entity}'s clothes?"}
    question = asks.get(axis, f"is this still {entity}?")
    trouble = Trouble(f"{axis}_kept:{entity}", words, cure, evidence, question=question)
    tally.judge(rule, entity, value, trouble, settled=settled_by_face(tally, entity) if axis == "identity" else "")
    judged = tally.verdict()
    if judged.scores[-1].passed and score.z < ASK_BELOW:
        ask = Finding(
            rule=rule.code,
            severity="warning",
            subject=entity,
            flaw=f"{ASK}{axis}:{entity}",
            message=words,
            cure="Look at it, or let the judge look: the local eye cannot tell.",
            evidence=evidence,
        )
        tally.add(Verdict(scores=(), findings=(ask,)))
