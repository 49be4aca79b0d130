"""Whom a gate asks when it is not sure, and what people have answered.

An approval is a verdict `pass` (gate verdict), or a circle in the review room, on the very picture; a no is a retake.
Nothing is bought while a question is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from governor.decisions import undoing
from governor.purchase import Decided
from manifests.decision import Decision
from manifests.film import WhenUnsure
from manifests.finding import Finding, Verdict
from manifests.names import scene_of_shot
from manifests.take import Take
from production.journey.approved import ANIMATIC
from wiring.services import Services

_KEEPS = frozenset({"circle", "post_fix"})


def bands_for(services: Services, maker: str) -> Mapping[str, float] | None:
    """The film's ask bands for what this provider makes; None where nobody is asked, since the marks are known: the
    thresholds were measured on just such pictures.
    """
    return None if marks_known(services, maker) else services.folder.film.ask_bands


def marks_known(services: Services, maker: str) -> bool:
    """Whether this provider puts everybody on their mark to the pixel: the embedded animatic, and a rehearsal, which
    draws as it does.
    """
    return maker == ANIMATIC or services.settings.rehearsal is not None


def who_answers(services: Services, *, night: bool) -> WhenUnsure:
    """Who answers a question: at night always a person, in the morning."""
    return "person" if night else services.folder.film.when_unsure


def gone_on(verdict: Verdict) -> dict[tuple[str, str], str]:
    """Every question, answered with yes by nobody."""
    return {(f.rule, f.subject): "nobody was asked, since when_unsure is go_on" for f in verdict.questions}


def confirmed(decided: Iterable[Decided], asset: str, verdict: Verdict) -> dict[tuple[str, str], str]:
    """The questions about this picture that somebody has said yes to, by rule and subject, with who and why."""
    found: dict[tuple[str, str], str] = {}
    about = [each.decision for each in undoing.standing(decided) if _is_about(each.decision, asset)]
    for question in verdict.questions:
        newest = next(
            (d for d in reversed(about) if d.label is None or question.rule in (d.label.rules or (question.rule,))),
            None,
        )
        if newest is not None and _is_yes(newest):
            found[question.rule, question.subject] = f"yes, says {newest.who}" + (
                f" ({newest.why})" if newest.why else ""
            )
    return found


def open_questions(verdict: Verdict | None, decided: Iterable[Decided], take: Take) -> tuple[str, ...]:
    """What a person is still asked about a take, a sentence each; nothing where it passed, failed or was answered."""
    return tuple(finding.message for finding in open_findings(verdict, decided, take))


def open_findings(verdict: Verdict | None, decided: Iterable[Decided], take: Take) -> tuple[Finding, ...]:
    """The questions of a take's gate that nobody has answered."""
    if verdict is None or take.asset is None or not verdict.questions:
        return ()
    said = confirmed(decided, take.asset.sha256, verdict)
    return tuple(f for f in verdict.questions if (f.rule, f.subject) not in said)


def how_to_answer(shot: str) -> str:
    """The commands that answer, and the one that goes on."""
    scene = scene_of_shot(shot)
    return (
        f"Look at it: gate review {scene}. Yes: gate verdict {shot} pass; no: gate retake {shot} --change seed; "
        f"then: gate resume {scene}"
    )


def _is_about(decision: Decision, asset: str) -> bool:
    if decision.label is not None:
        return decision.label.asset == asset
    return decision.kind in _KEEPS and decision.remark is not None and decision.remark.asset == asset


def _is_yes(decision: Decision) -> bool:
    return decision.kind in _KEEPS or (decision.label is not None and decision.label.good)
