"""Makes and gates takes of one stage of a shot until one passes, or another would be a waste."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from checks.diagnosis import rivals
from checks.fusion import disputed
from flows.steps import find_cause
from governor import retries
from manifests.certificate import Certified
from manifests.diagnosis import Diagnosis
from manifests.film import Stage, TierName
from manifests.finding import Verdict
from manifests.scene import Shot
from tasks.current import current
from tasks.errors import Asked, Escalated
from tasks.gate_result import GateResult, certified
from tasks.generate import Made
from wiring.regating import failed_again, take_to_gate_again
from wiring.retaking import set_aside
from wiring.standing import RequestFor
from wiring.unsure import how_to_answer


@dataclass(frozen=True, slots=True)
class Maker:
    """How one stage of a shot is made and judged. `make` gets the take of an attempt, counted from 1; `requests` says what it asks."""

    make: Callable[[int], Awaitable[Made]]
    judge: Callable[[Made], Awaitable[GateResult]]
    requests: RequestFor


async def until_passed(shot: Shot, stage: Stage, tier: TierName, maker: Maker) -> tuple[Certified, Made]:
    """Make and gate takes until one passes. Raises Escalated when the attempts are spent, or another take would be a waste; Asked
    where the gate is not sure of one: it is kept, and no other is made until a person has answered.

    A take that was made before its shot's entry was corrected is gated again first, for nothing.
    """
    run = current()
    limits = run.services.folder.film.limits
    if found := await _gated_again(shot, stage, tier, maker):
        return found
    sent_back = set_aside(run.services.ledger.decided(shot.id)) if tier == "draft" else frozenset()
    allowed = limits.attempts if tier == "draft" or stage != "clip" else 1  # an approval buys one final, not a series
    failed: list[frozenset[str]] = []
    scores: list[float] = []
    for number in range(1, allowed + 1):
        made = await maker.make(number)
        result = await maker.judge(made)
        overruled = made.take.generation_key in sent_back
        run.services.ledger.record_verdict(made.take.generation_key, result.verdict)
        if overruled and not result.verdict.failed:
            continue  # a person wants another, whatever its gate says
        if result.certificate:
            return _passed(shot, stage, made, result)
        if result.verdict.questions:
            raise _asked(shot, stage, made, result.verdict)
        if against := disputed(result.verdict):
            raise await _contradiction(shot, stage, against, result.verdict)
        failed.append(result.verdict.flaws)
        scores.append(retries.closeness(result.verdict))
        run.services.telemetry.say(shot.id, stage, "retake", reasons(result.verdict))
        if not overruled and rivals(result.verdict):
            await _refuse_wrong_line(shot, stage, result.verdict)
        if why := retries.mere_luck(failed, scores, limits):
            raise await _escalation(shot, stage, why, result.verdict)
    failing = "failed, or were sent back" if sent_back else "failed"
    raise await _escalation(shot, stage, f"{allowed} of {allowed} takes {failing}", result.verdict)


def reasons(verdict: Verdict) -> str:
    """What failed a verdict, or kept it from passing, a clause each."""
    told = [finding for finding in verdict.findings if finding.severity == "error"] or verdict.questions
    return "; ".join(f"{finding.rule} {finding.message}" for finding in told)


def _asked(shot: Shot, stage: Stage, made: Made, verdict: Verdict) -> Asked:
    """What a person is asked about a take, and how to answer."""
    return Asked(
        f"{shot.id} {stage.replace('_', ' ')} v{made.take.version:03d}",
        "; ".join(f"{f.rule} {f.message}" for f in verdict.questions), how_to_answer(shot.id),
    )  # fmt: skip


def _passed(shot: Shot, stage: Stage, made: Made, result: GateResult) -> tuple[Certified, Made]:
    state: Literal["done", "cached"] = "done" if made.fresh else "cached"
    passed = certified(current(), result, shot.id, stage)
    current().services.telemetry.say(shot.id, stage, state, f"v{made.take.version:03d}")
    return passed, made


async def _gated_again(shot: Shot, stage: Stage, tier: TierName, maker: Maker) -> tuple[Certified, Made] | None:
    """A take that shows what the corrected entry asks for now. None where there is none, or it fails under that entry too."""
    services = current().services
    now = maker.requests(1)
    take = take_to_gate_again(services, now, stage, tier)
    if take is None or take.asset is None:
        return None
    made = Made(take, take.asset, fresh=False)
    result = await maker.judge(made)
    services.ledger.record_verdict(take.generation_key, result.verdict)
    if result.certificate:
        return _passed(shot, stage, made, result)
    if result.verdict.questions:
        raise _asked(shot, stage, made, result.verdict)
    services.telemetry.say(shot.id, stage, "retake", f"v{take.version:03d} again: {reasons(result.verdict)}")
    failed_again(services, take, now)
    return None


async def _refuse_wrong_line(shot: Shot, stage: Stage, verdict: Verdict) -> None:
    """Raise Escalated where the shot's entry is probably wrong: another take of it would show the same."""
    found = await find_cause(shot, stage)
    if found is not None and found.layer == "manifest":
        raise _escalated(shot, stage, "the manifest may be wrong, so no other take was bought", verdict, found)


async def _contradiction(shot: Shot, stage: Stage, against: tuple[str, ...], verdict: Verdict) -> Escalated:
    """Another take would be bought on the word of one eye while the other contradicts it."""
    found = await find_cause(shot, stage)
    told = f"; {found.words}" if found else ""
    rules = ", ".join(sorted({f.rule for f in verdict.findings if f.severity == "error"}))
    why = f"the judge passes what the local eye refuses ({', '.join(against)}): {reasons(verdict)}{told}"
    cure = f"Look at it. If the judge is right, lower {rules} in film.yaml (thresholds); if not, change one thing; then gate resume"
    return Escalated(f"{shot.id} {stage}", why, f"{cure} {shot.id.partition('_')[0]}")


async def _escalation(shot: Shot, stage: Stage, why: str, verdict: Verdict) -> Escalated:
    """What goes to a person: what failed, which layer is to blame, and what would mend that."""
    return _escalated(shot, stage, why, verdict, await find_cause(shot, stage))


def _escalated(shot: Shot, stage: Stage, why: str, verdict: Verdict, found: Diagnosis | None) -> Escalated:
    told = f"; {found.words}" if found else ""
    ways = "change the words, edit one thing"
    if found is not None and found.layer == "manifest":
        ways = f'if the entry is right, ask for another take (gate retake {shot.id} --change seed --why "..."), {ways}'
    if stage != "clip":
        ways += f" (gate edit {shot.id}), or composite it by hand (gate comp export {shot.id})"
    ways = f"{ways}; then gate resume"
    cure = f"{found.fix}. Or {ways}" if found and found.fix else f"No re-roll will mend it: {ways}"
    return Escalated(f"{shot.id} {stage}", f"{why}: {reasons(verdict)}{told}", f"{cure} {shot.id.partition('_')[0]}")
