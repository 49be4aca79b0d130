"""What a plan says of a stage's next step, where that is not to buy a take."""

from __future__ import annotations

from manifests.money import format_usd
from manifests.spending.plan import Block, Does
from manifests.take import Take
from production.journey.next_step import Cause
from production.journey.standing import StageStatus
from production.journey.unsure import how_to_answer

_BLOCKS: dict[Cause, Block] = {
    "question": "asked",
    "contradiction": "escalated",
    "wrong entry": "escalated",
    "no progress": "escalated",
    "nothing came": "escalated",
    "written off": "doubt",
    "no takes left": "attempts",
}
_FREE: dict[str, str] = {
    "keep": "passed its gate; its file is lost, and a run brings it back for $0",
    "gate": "is paid for, and waits for its gate",
    "diagnose": "failed its gate; a run looks first whether the shot's entry is wrong, for $0",
}
_SAID_IN_FULL = frozenset({"nothing came", "written off"})


def told(shot: str, status: StageStatus) -> tuple[Does, str, Block | None]:
    """What a plan shows of this stage: what is done, why, and what blocks it."""
    step, take = status.next, status.attempt.take
    version = f"v{take.version if take else 0:03d}"
    if step.cause is not None:
        return "blocked", _stopped(shot, version, step.cause, step.why), _BLOCKS[step.cause]
    if step.does == "collect" and take is not None:
        return _with_its_provider(take)
    if status.passed is not None:
        return "cached", f"{version} passed its gate", None
    return "collect", f"{version} {_FREE[step.does]}", None


def _with_its_provider(take: Take) -> tuple[Does, str, Block | None]:
    held = f"${format_usd(take.held_microusd)}"
    if take.state == "in_doubt":
        why = f"nobody knows whether {take.provider} took it; {held} stays held: gate resume asks again"
        return "blocked", why, "doubt"
    return "collect", f"it is {take.state} at {take.provider}, {held} held", None


def counted(number: int, what: str) -> str:
    """A number with its noun: 1 take, 2 takes."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def _stopped(shot: str, version: str, cause: Cause, why: str) -> str:
    if cause == "question":
        return f"{version} asks you: {why}. {how_to_answer(shot)}"
    return why if cause in _SAID_IN_FULL else f"{why}: a person looks at it"
