"""What the film's judge adds to the plan of a shot: one line a tier, with what its looks would cost."""

from __future__ import annotations

from collections.abc import Sequence

from governor.errors import PriceRefused
from manifests.film import TierName
from manifests.keys import hash_bytes, hash_json
from manifests.question import Question
from manifests.scene import Shot
from manifests.spending.plan import Block, Does, MadeFrom, PlanStep
from manifests.spending.price import Quote
from production.journey.asking import TRIES, coming_questions
from production.journey.next_step import attempts_allowed
from providers.contract import VisionJudge
from providers.errors import Invalid
from wiring.services import Services


def judge_step(services: Services, shot: Shot, tier: TierName, steps: Sequence[PlanStep]) -> PlanStep | None:
    """The looks at what `steps` of the shot make at this tier; None where the film has no judge.

    Under `judge: ask` nobody knows beforehand how often the local eye will not be sure: each is counted as one look,
    and the least is none at all.
    """
    judge = services.judge()
    if judge is None or not steps:
        return None
    asked = coming_questions(services, shot, panels=any(s.stage != "clip" for s in steps))
    made = [step for step in steps if step.does != "cached"]
    to_come = [q for q, what in asked if any((step.stage == "clip") == (what == "clip") for step in made)]
    does, why, block = _does(steps, made, len(to_come), always=services.folder.film.judge == "always")
    quotes: list[Quote] = []
    try:
        quotes = [_quote(services, judge, question) for question in to_come] if does == "run" else []
    except (PriceRefused, Invalid) as refusal:
        does, why, block = (
            "blocked",
            f"{refusal.cause}. {refusal.cure}",
            "price" if isinstance(refusal, PriceRefused) else "invalid",
        )
    return PlanStep(
        shot=shot.id,
        stage="judge",
        tier=tier,
        does=does,
        why=why,
        block=block,
        provider=judge.name,
        made_from=_made_from([question for question, _ in asked], f"{judge.name} {judge.model('score')}"),
        price=quotes[0].price if quotes else None,
        low_microusd=sum(q.low_microusd for q in quotes) if services.folder.film.judge == "always" else 0,
        likely_microusd=sum(q.likely_microusd for q in quotes),
        high_microusd=sum(q.high_microusd for q in quotes),
        takes_left=TRIES * attempts_allowed(services.folder.film.limits, "clip", tier) if quotes else 0,
    )


def _quote(services: Services, judge: VisionJudge, question: Question) -> Quote:
    judge.question_payload(question)  # raises for more pictures than it looks at
    return judge.question_quote(question, services.prices.price_of)


def _does(
    steps: Sequence[PlanStep], made: Sequence[PlanStep], looks: int, *, always: bool
) -> tuple[Does, str, Block | None]:
    if not made:
        return "cached", f"what it would look at has passed ({len(steps)})", None
    if all(step.does == "blocked" for step in made):
        return "blocked", "what it would look at is blocked", "upstream"
    counted = f"{looks} look{'' if looks == 1 else 's'}"
    return "run", counted if always else f"{counted} at most; asked where the local eye is not sure", None


def _made_from(asked: Sequence[Question], model: str) -> MadeFrom:
    references = [[p.label, p.sha256] for q in asked for p in q.pictures if p.role == "reference"]
    words = hash_bytes("\n".join(question.instruction for question in asked).encode())
    return MadeFrom(
        prompt=words, references=hash_json(references), shot=hash_json([q.answer for q in asked]), model=model
    )
