"""A judge's answers as scores and findings, by the V2 rules; each is the worst of the pictures of one artefact."""

from __future__ import annotations

from collections.abc import Sequence

from checks.contract import Rule, Tally, Thresholds, Trouble
from checks.judge.answer import Answer, Axis, LocationAnswer
from checks.judge.words import NONE
from checks.rules import judge_rules as rules
from manifests.finding import Verdict


def findings_of(answers: Sequence[Answer], thresholds: Thresholds, *, words: bool = True) -> Verdict:
    """The judge's verdict on one artefact: a panel, or the key frames of a clip.

    `words`: whether its sentences may be repeated; of a private shot they are not.
    """
    tally = Tally(thresholds)
    for who in dict.fromkeys(who for answer in answers for who, _ in answer.claim.cast):
        _judge_somebody(who, [answer for answer in answers if who in answer.characters], tally, words=words)
    _judge_place(answers, tally, words=words)
    _judge_count(answers, tally)
    for rule, flaw, cure, axes in (
        (rules.BLOCKING, "blocking", "Give the model the blocking guide again.", [a.blocking for a in answers]),
        (
            rules.CONTINUITY,
            "continuity",
            "Look at both shots; say in the shot what must not change.",
            [a.continuity for a in answers],
        ),
        (rules.ARTEFACTS, "artefacts", "Make it again.", [a.artefacts for a in answers]),
    ):
        _judge_axis(rule, "frame", flaw, cure, _labelled(answers, axes), tally, words=words)
    return tally.verdict()


_Labelled = list[tuple[str, Axis]]

_SILENT = "the judge says that it does not apply, or that it cannot tell"


def _labelled(answers: Sequence[Answer], axes: Sequence[Axis]) -> _Labelled:
    return [(answer.claim.label, axis) for answer, axis in zip(answers, axes, strict=True)]


def _judge_somebody(who: str, answers: Sequence[Answer], tally: Tally, *, words: bool) -> None:
    worst = min(answers, key=lambda answer: answer.characters[who].presence)
    presence = worst.characters[who].presence
    trouble = Trouble(
        f"missing:{who}",
        f"{worst.claim.label}: the judge does not see {who}",
        f"Show the model {who}'s views and the blocking guide again.",
        {"picture": worst.claim.label},
    )
    tally.judge(rules.PRESENCE, who, presence, trouble)
    for rule, flaw, cure, axes in (
        (
            rules.IDENTITY,
            f"identity:{who}",
            f"Make it again from {who}'s locked views; do not use this picture as a reference.",
            [answer.characters[who].identity for answer in answers],
        ),
        (
            rules.WARDROBE,
            f"wardrobe:{who}",
            "Show the model the views in the asked wardrobe, or change the shot's wardrobe.",
            [answer.characters[who].wardrobe for answer in answers],
        ),
    ):
        _judge_axis(rule, who, flaw, cure, _labelled(answers, axes), tally, words=words)


def _judge_axis(rule: Rule, subject: str, flaw: str, cure: str, axes: _Labelled, tally: Tally, *, words: bool) -> None:
    scored = [(axis.score, label, axis) for label, axis in axes if axis.score is not None]
    if not scored:
        tally.skip([rule], subject, _SILENT)
        return
    score, label, axis = min(scored, key=lambda each: each[0])
    evidence: dict[str, float | str] = {"picture": label}
    if axis.box is not None:
        evidence |= {"x": axis.box.x, "y": axis.box.y, "w": axis.box.w, "h": axis.box.h}
    said = f": {axis.evidence}" if words else ""
    what = rule.page.name.removeprefix("judge_")
    about = f"its {what}" if subject == "frame" else f"{subject}'s {what}"
    tally.judge(rule, subject, score, Trouble(flaw, f"{label}: the judge doubts {about}{said}", cure, evidence))


def _judge_place(answers: Sequence[Answer], tally: Tally, *, words: bool) -> None:
    judged = [(_advantage(a.claim.location, a.location), a) for a in answers if a.location.scores]
    asked = answers[0].claim.location
    if not judged:
        tally.skip([rules.LOCATION], asked, _SILENT)
        return
    value, worst = min(judged, key=lambda each: each[0])
    scores, best = worst.location.scores, worst.location.best
    mine, other = scores.get(asked, 0.0), scores.get(best, 0.0)
    said = f" ({worst.location.evidence})" if words else ""
    if best in {NONE, asked}:
        message, cure = f"{worst.claim.label}: the judge finds no plate of the bible in it{said}", "Make it again."
    else:
        message = (
            f"{worst.claim.label}: the manifest says {asked}, and to the judge the picture fits {best} better "
            f"({other:.2f} against {mine:.2f}){said}: is the manifest wrong?"
        )
        cure = f"Make it again, or change one line of the shot: location: {best}"
    evidence: dict[str, float | str] = {
        "fits": best,
        "fit_asked": mine,
        "fit_rival": other,
        "picture": worst.claim.label,
    }
    tally.judge(rules.LOCATION, asked, value, Trouble(f"location:{asked}", message, cure, evidence))


def _advantage(asked: str, setting: LocationAnswer) -> float:
    """The asked plate's score less the best of the others; where no plate fits at all, less a whole."""
    rest = max((score for plate, score in setting.scores.items() if plate != asked), default=0.0)
    mine = setting.scores.get(asked, 0.0)
    return mine - rest if setting.best != NONE else mine - 1.0


def _judge_count(answers: Sequence[Answer], tally: Tally) -> None:
    worst = max(answers, key=lambda answer: abs(answer.people - len(answer.claim.cast)))
    wanted = len(worst.claim.cast)
    trouble = Trouble(
        "count",
        f"{worst.claim.label}: the judge counts {worst.people} people and animals, and the shot has {wanted}",
        "Say in the prompt how many there are; make it again.",
        {"counted": worst.people, "asked": wanted},
    )
    tally.judge(rules.COUNT, "frame", float(abs(worst.people - wanted)), trouble)
