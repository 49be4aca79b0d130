"""Decides what comes next for one stage of one shot: the only place that does.

Pure: it reads no ledger and no clock. A run executes the step that it gives, and asks again; a plan asks it once about
what the ledger has, and so shows the step that a run would take.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from checks.diagnosis import rivals
from checks.fusion import disputed
from governor import retries
from manifests.film import Limits, Stage, TierName
from manifests.finding import Verdict
from manifests.take import Take

Does = Literal["keep", "make", "collect", "gate", "diagnose", "stop"]
"""What is done next.

keep: the take passed. make: buy the take. collect: the take is with its provider. gate: judge the take. diagnose: find
out whether the shot's entry is wrong. stop: nothing more is made until a person acts.
"""

Cause = Literal[
    "question", "contradiction", "wrong entry", "no progress", "nothing came", "written off", "no takes left"
]
"""Why a stage stops.

question: the gate is not sure of the take. contradiction: the judge passes what the local eye refuses. wrong entry: the
picture fits another line of the bible. no progress: another take would be a waste. nothing came: a paid take brought no
picture.
"""


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt at a stage, and what is known of it.

    `take`: None where it was never begun, or nothing was sent. `verdict`: what its gate said, None where none has
    looked. `passed`: its certificate holds under today's rules. `sent_back`: a person wants another, whatever its gate
    says. `asks`: what a person is still asked about it. `blames`: what a diagnosis would change in the shot's entry, ""
    where it blames something else, None where it was not made.
    """

    take: Take | None
    verdict: Verdict | None = None
    passed: bool = False
    sent_back: bool = False
    asks: tuple[str, ...] = ()
    blames: str | None = None


@dataclass(frozen=True, slots=True)
class Next:
    """The next step: what is done, with which attempt, counted from 1; and where the stage stops the cause, and why in
    words.
    """

    does: Does
    number: int
    cause: Cause | None = None
    why: str = ""


def attempts_allowed(limits: Limits, stage: Stage, tier: TierName) -> int:
    """How many takes a stage may have: the film's limit; an approval buys one final, not a series."""
    return limits.attempts if tier == "draft" or stage != "clip" else 1


def next_step(tried: Sequence[Tried], limits: Limits, allowed: int) -> Next:
    """What comes next. `tried`: the attempts so far, oldest first; `allowed`: how many takes the stage may have, 1 or
    more.
    """
    failed: list[Verdict] = []
    for number, attempt in enumerate(tried[:allowed], 1):
        if step := _not_judged(attempt, number) or _failed(attempt, number, failed, limits):
            return step
    if len(tried) < allowed:
        return Next("make", len(tried) + 1)
    failing = "failed, or were sent back" if any(attempt.sent_back for attempt in tried) else "failed"
    return Next("stop", allowed, "no takes left", f"{allowed} of {allowed} takes {failing}")


def _not_judged(attempt: Tried, number: int) -> Next | None:
    """The step that an attempt calls for until it has failed, or a person has sent it back; None after that."""
    take, said = attempt.take, attempt.verdict
    if take is None:
        return Next("make", number)
    if take.state != "settled":
        gone = "it was written off: change one thing about the shot"
        return Next("stop", number, "written off", gone) if take.state == "written_off" else Next("collect", number)
    if take.asset is None:
        brought = f"take {take.attempt} was paid for and brought nothing: change one thing about the shot"
        return Next("stop", number, "nothing came", brought)
    if attempt.passed and not attempt.sent_back:
        return Next("keep", number)
    if said is not None and (said.failed or attempt.sent_back):
        return None
    return Next("stop", number, "question", "; ".join(attempt.asks)) if attempt.asks else Next("gate", number)


def _failed(attempt: Tried, number: int, failed: list[Verdict], limits: Limits) -> Next | None:
    """Why no other take is bought after this one; None while another may help. Adds it to those that `failed`."""
    said = attempt.verdict
    if said is None or not said.failed:
        return None  # a person sent it back: no failure, and another is wanted
    if against := disputed(said):
        words = f"the judge passes what the local eye refuses ({', '.join(against)})"
        return Next("stop", number, "contradiction", words)
    failed.append(said)
    if not attempt.sent_back and rivals(said):
        if attempt.blames is None:
            return Next("diagnose", number)
        if attempt.blames:
            return Next("stop", number, "wrong entry", f"the manifest may be wrong ({attempt.blames})")
    why = retries.why_stuck(failed, limits)
    return Next("stop", number, "no progress", why) if why else None
