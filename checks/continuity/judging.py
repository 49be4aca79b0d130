"""The continuity check: the ledger, what is open between neighbouring shots, and what the film accepts.
It reads, and looks at no picture.
"""

from __future__ import annotations

from collections.abc import Sequence

from checks.continuity.look import judge_look
from checks.continuity.people import judge_people
from checks.continuity.props import judge_props
from checks.continuity.story import Story, Told
from checks.rules.continuity_rules import IDLE_WAIVER
from manifests.bible import Bible
from manifests.finding import Finding
from manifests.privacy import PRIVATE
from manifests.scene import Scene
from manifests.story.continuity import ContinuityWaiver
from manifests.story.states import Accepted, ContinuityFinding, ShotContinuity


def check_continuity(
    scenes: Sequence[Scene], bible: Bible, left_out: frozenset[str] = frozenset()
) -> tuple[ShotContinuity, ...]:
    """Judge each shot of these scenes, in story order, against those before it, by the C2 rules. `left_out`: shots that
    are not in the film.
    """
    story = Story.of(scenes, bible, left_out)
    return tuple(_judged(story, told) for told in story.told)


def _judged(story: Story, told: Told) -> ShotContinuity:
    everything = (*judge_people(story, told), *judge_props(story, told), *judge_look(story, told))
    accepted: dict[int, Accepted] = {}
    idle: list[Finding] = []
    for waiver in told.shot.continuity:
        fits = [n for n, each in enumerate(everything) if n not in accepted and _fits(waiver, each)]
        if len(fits) == 1 or (fits and waiver.of):
            accepted |= {n: Accepted(found=everything[n], why=_why(waiver, told)) for n in fits}
        elif told.place:  # the first shot has none before it that is known here
            idle.append(_idle(told, waiver, [everything[n] for n in fits]))
    still_open = tuple(each for n, each in enumerate(everything) if n not in accepted)
    return ShotContinuity(line=told.line, open=still_open, accepted=tuple(accepted.values()), idle=tuple(idle))


def _fits(waiver: ContinuityWaiver, found: ContinuityFinding) -> bool:
    return waiver.change == found.change and (waiver.of is None or waiver.of in found.of)


def _why(waiver: ContinuityWaiver, told: Told) -> str:
    return PRIVATE if told.shot.private else waiver.why


def _idle(told: Told, waiver: ContinuityWaiver, several: list[ContinuityFinding]) -> Finding:
    whose = f" of {waiver.of}" if waiver.of else ""
    names = ", ".join(each.of[0] for each in several if each.of)
    message = f"the waiver of {waiver.change}{whose} accepts nothing: the shot has no such change"
    cure = "Take it away, or correct change and of"
    if several:
        message = f"the waiver of {waiver.change} does not say which of {len(several)} changes it accepts ({names})"
        cure = f"Write one waiver for each, with of: {several[0].of[0]}" if several[0].of else cure
    return Finding(
        rule=IDLE_WAIVER.code,
        severity=IDLE_WAIVER.severity,
        subject=told.shot.id,
        flaw=f"{IDLE_WAIVER.page.name}:{waiver.change}{f':{waiver.of}' if waiver.of else ''}",
        message=message,
        cure=cure,
    )
