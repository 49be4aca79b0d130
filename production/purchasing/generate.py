"""The one paid step: hold, submit, collect, settle. It asks the ledger first, so that nothing is bought twice.

Whatever instant this process is killed at, the next one finds the attempt in the ledger and goes on from there: a grant
that was never redeemed is given back, a job whose id is known is collected, and a call that may have gone out is looked
for at the provider before anything else happens. docs/money.md draws it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass

from governor.errors import NoSuchTake, NotApproved, ProviderBusy
from governor.purchase import Purchase
from manifests.decision import Binding
from manifests.film import Bought, TierName
from manifests.names import scene_of_shot
from manifests.privacy import speaking_of
from manifests.question import Question
from manifests.take import Artefact, Request, Take
from production.journey.asking import TRIES, Asking
from production.journey.errors import CreditEnded, GenerationFailed, InHand
from production.journey.retaking import what_changed
from production.journey.standing import Attempt
from production.planning.plan_file import refuse_unplanned
from production.purchasing.claim import claimed
from production.purchasing.collect import collect, recover
from production.purchasing.reconcile import recover_all
from production.purchasing.run import LEASE_S, Run, Say, lane
from production.purchasing.submit import answerer_of, submit
from production.purchasing.tell import tell_of_caps
from providers.contract import Provider
from providers.errors import Invalid, KeyLimit, NoCredit

_BUSY_S = 1.0
_AT_HAND_MAX = 1_000_000
"""What lies with people takes no lane: a whole scene may be laid out at once."""

_SILENT_S = 1.5
"""A wait for a slot that lasts longer is announced; nothing is silent for two seconds."""


@dataclass(frozen=True, slots=True)
class Made:
    """A take that is paid for and in the vault; `fresh` when this run made it."""

    take: Take
    asset: Artefact
    fresh: bool


async def generate(
    run: Run,
    attempt: Attempt | Asking,
    shot: str,
    stage: Bought,
    tier: TierName,
    inputs: tuple[str, ...],
    binding: Binding | None = None,
) -> Made:
    """Get the take of one attempt: read it, collect it, or buy it. `inputs`: the certificates it is made from.

    Raises the ledger's refusals, the provider's errors, and those of production/journey/errors.py.
    """
    take = attempt.take
    if take and take.state == "settled":
        return Made(take, _asset(take, shot, stage), fresh=False)
    provider = _provider(run, attempt)
    private = attempt.request.private or run.services.folder.is_private(shot)
    async with claimed(run, attempt.key, shot):
        with speaking_of(private=private):
            take = _as_it_is_now(run, attempt)
            if take and take.state == "settled":
                return Made(take, _asset(take, shot, stage), fresh=False)
            if take and (scene := scene_of_shot(take.shot)) != run.scene.id:  # only that scene's run may close it
                raise InHand(
                    f"{shot} {stage}",
                    f"{take.shot} asks the same, and has no answer yet",
                    f"First: gate resume {scene}",
                )
            if take and (take := await recover(run, provider, take)):
                take = await collect(run, provider, take)  # free, so it needs no lane: a lane of 0 stops new calls only
            else:
                async with _in_a_lane(run, provider, shot, stage):
                    run.services.telemetry.say(shot, stage, "works", f"take {attempt.number}")
                    refuse_unplanned(run.terms.plan, shot, stage, tier)
                    _refuse_unapproved(run, shot, stage, tier)
                    _refuse_dry(run, provider, shot, stage)
                    purchase = _purchase(run, provider, attempt, shot, stage, tier, inputs, binding)
                    sent = await _submit_in_turn(run, provider, purchase)
                    take = await collect(run, provider, sent, just_sent=True)
    run.spending.made += 1
    await tell_of_caps(run)
    return Made(take, _asset(take, shot, stage), fresh=True)


def as_made(attempt: Attempt) -> Made | None:
    """What the ledger has of the attempt, where it is paid for and brought something."""
    take = attempt.take
    return Made(take, take.asset, fresh=False) if take and take.state == "settled" and take.asset else None


async def _submit_in_turn(run: Run, provider: Provider, purchase: Purchase) -> Take:
    """Send it as soon as the provider may be given one call more. Raises ProviderBusy after `run.patience_s`.

    A call that a dead process left there would take a lane for ever: it is recovered first.
    """
    clock = asyncio.get_running_loop().time
    until = clock() + run.patience_s
    while True:
        try:
            return await submit(run, provider, purchase)
        except ProviderBusy:
            if clock() >= until:
                raise
        except (KeyLimit, NoCredit) as error:
            run.spending.dry.setdefault(provider.name, error)
            raise
        await recover_all(run.services)
        await asyncio.sleep(_BUSY_S)


def _refuse_dry(run: Run, provider: Provider, shot: str, stage: Bought) -> None:
    """Raise CreditEnded where the provider's credit has ended; nor is a panel bought whose clip could not be."""
    services, needed = run.services, [provider.name]
    if run.spending.dry and stage in {"panel", "end_panel"}:
        needed.append(services.provider("clip", services.shot(shot)).name)
    if name := next((name for name in needed if name in run.spending.dry), ""):
        met = run.spending.dry[name]
        cure = getattr(met, "cure", f"Add credit, then: gate resume {run.scene.id}")
        raise CreditEnded(f"{shot} {stage}", f"not begun: the credit of {name} has ended ({met})", cure)


@asynccontextmanager
async def _in_a_lane(run: Run, provider: Provider, shot: str, stage: Bought) -> AsyncIterator[None]:
    """A slot of the provider's limit while the block lasts; a wait for one is told in words."""
    words = (
        f"waits for a slot at {provider.name}: all of its concurrency limit {lane(provider.name)} in Prefect are "
        "taken. "
        f"Those of a run that was killed on another machine come free within {LEASE_S:g} s; a limit of 0 stops new "
        "calls until it is raised"
    )
    say = run.services.telemetry.say
    notice = asyncio.get_running_loop().call_later(_SILENT_S, lambda: say(shot, stage, "waits", words))
    try:
        async with _lane_of(run, provider, lambda trouble: say(shot, stage, "works", trouble)):
            notice.cancel()
            yield
    finally:
        notice.cancel()


def _lane_of(run: Run, provider: Provider, say: Say) -> AbstractAsyncContextManager[None]:
    """A slot of the provider's shared limit, where it works outside of this machine."""
    if provider.embedded or provider.by_hand:
        return nullcontext()
    return run.slot_of(run.services.settings, provider.name, say)


def _provider(run: Run, attempt: Attempt | Asking) -> Provider:
    """Who makes it, or who is asked. Raises Invalid where the film has dropped its judge or writer."""
    services, request = run.services, attempt.request
    if not isinstance(request, Question):
        return services.provider("clip" if request.operation == "clip" else "panel", request.staging)
    role, asked = ("writer", services.writer()) if request.operation == "write" else ("judge", services.judge())
    if asked is None:
        raise Invalid(f"the film's {role}", "film.yaml names none any more", f"Name one: providers: {role}")
    return asked


def _refuse_unapproved(run: Run, shot: str, stage: Bought, tier: TierName) -> None:
    """Raise NotApproved where a run that makes approved finals only would buy a draft."""
    if run.terms.approved_only and tier == "draft":
        cause = "this run makes approved finals, and buys no draft"
        raise NotApproved(f"{shot} {stage}", cause, f"Make the draft first: gate run {run.scene.id}")


def _as_it_is_now(run: Run, attempt: Attempt | Asking) -> Take | None:
    """The attempt's take: another process may have brought it home while we waited for the claim."""
    try:
        take = run.services.ledger.take(attempt.key)
    except NoSuchTake:
        return None
    return None if take.state == "released" else take.model_copy(update={"request": attempt.request})


def _purchase(
    run: Run,
    provider: Provider,
    attempt: Attempt | Asking,
    shot: str,
    stage: Bought,
    tier: TierName,
    inputs: tuple[str, ...],
    binding: Binding | None,
) -> Purchase:
    services, film, request = run.services, run.services.folder.film, attempt.request
    key, price_of = services.key_scope(provider), services.prices.price_of
    return Purchase(
        generation_key=attempt.key,
        recipe=attempt.recipe,
        film=film.code,
        scene=run.scene.id,
        shot=shot,
        stage=stage,
        tier=tier,
        attempt=attempt.number,
        attempts_max=TRIES if isinstance(request, Question) else film.limits.attempts,
        provider=provider.name,
        model=provider.model(request.operation),
        request=request,
        quote=answerer_of(provider, request).question_quote(request, price_of)
        if isinstance(request, Question)
        else provider.quote(request, price_of),
        retires_on=provider.capabilities(request.operation).retires_on,
        in_flight_max=_AT_HAND_MAX if provider.by_hand else film.limits.in_flight,
        night=run.terms.night.name if run.terms.night else "",
        plan=run.terms.plan.hash if run.terms.plan else None,
        also=(key,) if key else (),
        changed=_changed(run, attempt, shot, stage, tier),
        parent=None if isinstance(request, Question) else request.parent,
        epoch=run.epoch,
        inputs=inputs,
        binding=binding,
        foreseen_microusd=run.spending.foreseen_microusd,
        unseen_s=provider.unseen_s.get(request.operation),
        draft_approval=film.tiers.draft.approve == "person",
        resolution=request.resolution if isinstance(request, Request) and stage == "clip" else None,
    )


def _changed(run: Run, attempt: Attempt | Asking, shot: str, stage: Bought, tier: TierName) -> str:
    if stage == "write":
        return "first words" if attempt.number == 1 else "asked once more"
    if isinstance(attempt, Asking) or stage == "judge":
        return "first look" if attempt.number == 1 else "asked once more"
    if stage == "view":
        return "first take" if attempt.number == 1 else "seed"
    return what_changed(run.services, attempt.request, attempt.recipe, shot, stage, tier)


def _asset(take: Take, shot: str, stage: Bought) -> Artefact:
    if take.asset is None:
        cure = f"Change one thing about the shot, then: gate run {scene_of_shot(shot)}"
        raise GenerationFailed(f"{shot} {stage}", f"take {take.attempt} was paid for and brought nothing", cure)
    return take.asset
