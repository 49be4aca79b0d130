"""How a frame that people have in hand stands in a plan: one step, which says what is waited for, or what the next pass
would cost.
"""

from __future__ import annotations

from dataclasses import dataclass

from governor.errors import PriceRefused
from manifests.certificate import Certified
from manifests.handwork import FrameStage, Handwork
from manifests.scene import Shot
from manifests.spending.plan import Block, Does
from manifests.spending.price import Quote
from manifests.take import Artefact, Request, Take
from production.hands.hand_requests import composite_request, pass_request
from production.hands.passes import take_of
from production.journey.handwork import Hands, hands_of
from production.journey.requests import NOT_MADE
from production.journey.standing import Attempt, SceneKnown, attempt_at, certified_asset
from providers.errors import Invalid


@dataclass(frozen=True, slots=True)
class HandStep:
    """The step of a frame in hand. `passed`: the frame, where it is certified; `quote`: of the passes that are still to
    be bought.
    """

    request: Request
    does: Does
    why: str
    block: Block | None = None
    key: str | None = None
    quote: Quote | None = None
    passed: Certified | None = None


def hands_on(known: SceneKnown, shot: Shot, stage: FrameStage) -> Hands | None:
    """The work that stands on the frame, as the plan's records have it."""
    return hands_of(known.records.decided_on(shot.id), stage)


def hand_step(known: SceneKnown, shot: Shot, hands: Hands) -> HandStep:
    """What a run would do next with the frame. Asks nobody and spends nothing."""
    services, composite = known.services, hands.composite
    base = _attempt(known, shot, hands, composite) if composite else None
    if hands.kit is not None:
        asked = base.request if base else _stand_in(known, shot, hands.kit)
        return HandStep(asked, "blocked", f"waits for hands: gate comp import {shot.id}", "hands")
    if base is not None and not hands.passes:
        return _taken(known, shot, hands, base.request, base.key, base.take)
    on = hands.passes[0].on or ""
    under = take_of(known.services, shot.id, on)
    is_composite = composite is not None and composite.asset is not None and composite.asset.sha256 == on
    if hands.used is not None and hands.used.asset is not None and hands.used.asset.sha256 == on:
        if under is not None:
            return _taken(known, shot, hands, under.order, under.generation_key, under)
        if base is not None and is_composite:  # no run has taken it in yet, and none buys the pass any more
            return _taken(known, shot, hands, base.request, base.key, base.take)
    before = (base.key if base and is_composite else under.generation_key if under else "", on)
    coming: list[Quote] = []
    last: HandStep | None = None
    for work in hands.passes:
        on, parent = before[1] or NOT_MADE, before[0] or NOT_MADE
        request = pass_request(
            services.folder, known.hashes, shot, "draft", work, on=on, parent=parent, can=services.can("panel", shot)
        )
        last, before = _pass(known, shot, hands, work, request, coming)
        if last.does == "blocked":
            return last
    assert last is not None
    return last


def _pass(
    known: SceneKnown, shot: Shot, hands: Hands, work: Handwork, request: Request, coming: list[Quote]
) -> tuple[HandStep, tuple[str, str]]:
    """One pass, and what the next one would be over: its key and its picture, "" where it is not made."""
    services = known.services
    try:
        attempt = attempt_at(services, hands.stage, request, known.records)
        take = attempt.take
        if take is None:
            coming.append(services.provider("panel", shot).quote(request, services.prices.price_of))
    except (Invalid, PriceRefused) as refusal:
        block: Block = "price" if isinstance(refusal, PriceRefused) else "invalid"
        return HandStep(request, "blocked", f"{refusal.cause}. {refusal.cure}", block), ("", "")
    if take is None:
        why = (
            f"1 {work.work} pass over v{_version(known, request)}"
            if len(coming) == 1
            else f"{len(coming)} passes, the last a {work.work}"
        )
        return HandStep(request, "run", why, key=attempt.key, quote=_sum(coming)), (attempt.key, "")
    named = (attempt.key, take.asset.sha256 if take.asset else "")
    if take.state != "settled" or take.asset is None:
        return HandStep(
            request, "collect", f"its {work.work} is {take.state} at {take.provider}", key=attempt.key
        ), named
    said = known.records.verdict(attempt.key)
    if said is None or (said.passed and work.work == "demolish"):
        return HandStep(request, "collect", f"its {work.work} is made, and waits for its guard", key=attempt.key), named
    if said.passed and (work.work != "polish" or (hands.used is not None and hands.used.asset == take.asset)):
        return _taken(known, shot, hands, request, attempt.key, take), named
    why = f"its {work.work} was rejected: gate explain {shot.id}"
    if said.passed:
        why = f"a person says which counts: gate comp use {shot.id} polish (or composite)"
    return HandStep(request, "blocked", why, "hands", attempt.key), named


def _taken(known: SceneKnown, shot: Shot, hands: Hands, request: Request, key: str, take: Take | None) -> HandStep:
    """A frame that is there, or will be for nothing."""
    passed = certified_asset(known, take.asset, shot.id, hands.stage) if take and take.asset else None
    version = f"v{take.version:03d} " if take else ""
    if passed is None:
        return HandStep(request, "collect", f"{version}it is made by hand, and waits for its gate", key=key)
    said = "human-approved geometry, passed its gate" if hands.human else "passed its guard and its gate"
    return HandStep(request, "cached", f"{version}{said}", key=key, passed=passed)


def _attempt(known: SceneKnown, shot: Shot, hands: Hands, composite: Handwork) -> Attempt:
    request = composite_request(known.services.folder, shot, "draft", composite)
    return attempt_at(known.services, hands.stage, request, known.records)


def _version(known: SceneKnown, request: Request) -> str:
    on = next((r.sha256 for r in request.references if r.role == "edited"), "")
    take = take_of(known.services, request.shot, on)
    return f"{take.version:03d}" if take else "000, the composite"


def _stand_in(known: SceneKnown, shot: Shot, kit: Handwork) -> Request:
    """What would be asked for once somebody has handed a composite in."""
    empty = Artefact(sha256=NOT_MADE, media_type="image/png", size_bytes=0)
    return composite_request(known.services.folder, shot, "draft", kit.model_copy(update={"asset": empty}))


def _sum(quotes: list[Quote]) -> Quote:
    return Quote(
        low_microusd=sum(q.low_microusd for q in quotes),
        likely_microusd=sum(q.likely_microusd for q in quotes),
        high_microusd=sum(q.high_microusd for q in quotes),
        price=quotes[-1].price,
    )
