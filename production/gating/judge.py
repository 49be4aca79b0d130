"""The film's judge: what it is asked about a picture that a gate has looked at, and one verdict of both eyes.

The question is bought once, like any other call. The vault keeps the answer, so a later run works out the verdict
again without a call.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from checks.errors import NoAnswer
from checks.fusion import fuse
from checks.judge.answer import Answer, read_answer
from checks.judge.findings import findings_of
from governor.errors import RefusedBefore
from manifests.certificate import Certificate
from manifests.film import Stage, TierName
from manifests.finding import Verdict
from manifests.scene import Shot
from production.gating.result import GateResult, issue
from production.journey.asking import TRIES, asking, sheets_for
from production.journey.errors import Escalated, GenerationFailed
from production.purchasing.generate import generate
from production.purchasing.run import Run
from providers.contract import VisionJudge
from providers.errors import NoVerdict, Refused
from wiring.services import Services

if TYPE_CHECKING:
    from checks.judge.question import QuestionSheet


async def verdict_of_both(run: Run, shot_id: str, stage: Stage, tier: TierName, local: GateResult) -> GateResult:
    """The verdict of both eyes over what `local` judged, and its certificate if it passes. The ledger decides what is
    bought.

    Raises Escalated where the judge gives no verdict, and what a paid call raises.
    """
    services, asset = run.services, local.asset
    shot = services.shot(shot_id)
    judge = services.judge()
    if judge is None:
        return local
    if known := known_judgement(services, shot_id, stage, local):
        return known
    sheets = sheets_for(services, shot, stage, asset)
    sheet = next((each for each in sheets if asking(services, judge, each.question, 1).take), None)
    answers = await _answered(run, judge, sheet or sheets[0], shot, tier)
    said = findings_of(answers, services.folder.film.thresholds, words=not shot.private)
    return issue(services, asset, fuse(local.verdict, said), shot_id, stage, tier, judge=services.judge_name())


def known_judgement(services: Services, shot_id: str, stage: Stage, local: GateResult) -> GateResult | None:
    """What both eyes have certified already, where the judge has no answer to today's questions; else None."""
    asset, judge = local.asset, services.judge()
    if judge is None or (stands := _on_file(services, asset.sha256, shot_id, stage)) is None:
        return None
    sheets = sheets_for(services, services.shot(shot_id), stage, asset)
    if any(asking(services, judge, each.question, 1).take for each in sheets):
        return None
    return GateResult(asset=asset, verdict=Verdict(scores=stands.scores, findings=()), certificate=stands.sha256)


async def _answered(run: Run, judge: VisionJudge, sheet: QuestionSheet, shot: Shot, tier: TierName) -> Sequence[Answer]:
    """What the judge says, asked once more where its first answer is not a verdict. Raises Escalated where that is none
    either.
    """
    why = ""
    for number in range(1, TRIES + 1):
        try:
            made = await generate(run, asking(run.services, judge, sheet.question, number), shot.id, "judge", tier, ())
            return read_answer(sheet, json.loads(run.services.vault.path(made.asset.sha256).read_bytes()))
        except (NoVerdict, NoAnswer, GenerationFailed) as error:
            # What does not fit its schema is quoted where that is said, and of a private shot nothing is.
            why = "its answer does not fit the question" if shot.private else f"{error.thing}: {error.cause}"
            run.services.telemetry.say(shot.id, "judge", "retake", why)
        except (Refused, RefusedBefore) as error:
            why = f"its moderation will not look ({error.cause})"
            break
    raise Escalated(
        f"{shot.id} judge",
        f"{judge.name} gave no verdict: {why}",
        f"Look at it yourself; then set judge: never in film.yaml, or change one thing: gate resume {run.scene.id}",
    )


def _on_file(services: Services, asset: str, shot: str, stage: Stage) -> Certificate | None:
    """A certificate that today's rules and eyes wrote. What has passed is not asked about again for another neighbour's
    sake.
    """
    rules, eye = services.rules(), services.eye_name()
    filed = services.ledger.certificates(asset, shot, stage)
    return next((each for each in filed if (each.rules, each.eye) == (rules, eye)), None)
