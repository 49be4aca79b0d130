"""The one paid step: hold, submit, collect, settle. It asks the ledger first, so that nothing is bought twice.

Whatever instant this process is killed at, the next one finds the attempt in the ledger and goes on from there: a grant that
was never redeemed is given back, a job whose id is known is collected, and a call that may have gone out is looked for at the
provider before anything else happens.
"""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from prefect.concurrency.asyncio import concurrency

from governor.purchase import Proof, Purchase
from manifests.decision import Binding
from manifests.film import Stage, TierName
from manifests.take import Artefact, Take
from providers.contract import Fetched, JobStatus, Provider
from providers.errors import OutcomeUnknown, ProviderError
from tasks.current import Run
from tasks.errors import GenerationFailed, InDoubt
from wiring.planning_file import refuse_unplanned
from wiring.standing import Attempt

_POLL_S_MAX = 5.0
_LEASE_S = 60.0
"""Prefect frees a lane this long after its holder was killed; 68 s were measured."""


@dataclass(frozen=True, slots=True)
class Made:
    """A take that is paid for and in the vault; `fresh` when this run made it."""

    take: Take
    asset: Artefact
    fresh: bool


async def generate(
    run: Run,
    attempt: Attempt,
    shot: str,
    stage: Stage,
    tier: TierName,
    inputs: tuple[str, ...],
    binding: Binding | None = None,
) -> Made:
    """Get the take of one attempt: read it, collect it, or buy it. `inputs`: the certificates it is made from.

    Raises the ledger's refusals, the provider's errors, InDoubt and GenerationFailed.
    """
    services = run.services
    take = attempt.take
    if take and take.state == "settled":
        return Made(take, _asset(take, shot, stage), fresh=False)
    provider = services.provider(stage)
    if take:
        take = await _bring_home(run, provider, take)
    async with _lane_of(provider):
        if take is None:
            services.telemetry.say(shot, stage, "works", f"take {attempt.number}")
            take = await _submit(run, provider, attempt, shot, stage, tier, inputs, binding)
        take = await _collect(run, provider, take)
    run.generated += 1
    return Made(take, _asset(take, shot, stage), fresh=True)


def _lane_of(provider: Provider) -> AbstractAsyncContextManager[None]:
    """A slot of the provider's shared limit. Losing its lease must not abandon a job that is paid for."""
    if provider.embedded:
        return nullcontext()
    return concurrency(lane(provider.name), occupy=1, lease_duration=_LEASE_S, raise_on_lease_renewal_failure=False)


def lane(provider: str) -> str:
    """The name of a provider's concurrency limit in Prefect; set it to 0 there to stop new calls."""
    return f"provider-{provider}"


async def _submit(
    run: Run, provider: Provider, attempt: Attempt, shot: str, stage: Stage, tier: TierName,
    inputs: tuple[str, ...], binding: Binding | None,
) -> Take:  # fmt: skip
    services, ledger = run.services, run.services.ledger
    refuse_unplanned(run.plan, shot, stage, tier)
    purchase = Purchase(
        generation_key=attempt.key, recipe=attempt.recipe, film=services.folder.film.code, scene=run.scene.id, shot=shot,
        stage=stage, tier=tier, attempt=attempt.number, attempts_max=services.folder.film.limits.attempts,
        provider=provider.name, model=services.model(stage), request=attempt.request,
        quote=provider.quote(attempt.request, services.prices.price_of),
        changed="first take" if attempt.number == 1 else "seed", parent=attempt.request.parent, epoch=run.epoch,
        inputs=inputs, binding=binding, foreseen_microusd=run.foreseen_microusd,
    )  # fmt: skip
    grant = ledger.hold(purchase)
    run.holds(shot, stage, purchase.quote.likely_microusd)
    try:
        job = await provider.submit(grant, attempt.key, attempt.request)
    except OutcomeUnknown as error:
        ledger.doubt(attempt.key, error.raw)
        raise _in_doubt(shot, stage, error.raw) from error
    except ProviderError as error:
        ledger.release(attempt.key, Proof.not_billed(error.raw or str(error), run.epoch))
        raise
    ledger.submitted(attempt.key, job.job_id)
    return ledger.take(attempt.key)


async def _bring_home(run: Run, provider: Provider, take: Take) -> Take | None:
    """What became of an attempt that an earlier process left open; None when it is proved that nothing was bought."""
    ledger = run.services.ledger
    if take.state == "submitted":
        return take
    if take.state == "held" and not ledger.was_sent(take.generation_key):
        ledger.release(take.generation_key, Proof.never_sent(run.epoch))
        return None
    if take.state in {"held", "in_doubt"}:
        found = await provider.find(take.generation_key)
        if found.state == "found" and found.job_id:
            ledger.submitted(take.generation_key, found.job_id)
            return ledger.take(take.generation_key)
        if found.state == "absent":
            ledger.release(take.generation_key, Proof.absent(f"{provider.name} has no job of this key", run.epoch))
            return None
        if take.state == "held":
            ledger.doubt(take.generation_key, "the process that sent it was killed before an answer")
    raise _in_doubt(take.shot, take.stage, "the provider cannot say whether it took the job")


async def _collect(run: Run, provider: Provider, take: Take) -> Take:
    if take.job_id is None:
        raise _in_doubt(take.shot, take.stage, "no job id is known")
    status = await _until_done(provider, take.job_id)
    if status.state != "done":
        return _nothing_came(run, take, status)
    with tempfile.TemporaryDirectory(dir=run.services.settings.state) as folder:
        fetched = await provider.fetch(take.job_id, Path(folder))
        asset = await asyncio.to_thread(_store, run, fetched)
    return run.services.ledger.settle(take.generation_key, status.bill_microusd, asset, status.raw)


async def _until_done(provider: Provider, job_id: str) -> JobStatus:
    wait_s = 0.05
    while (status := await provider.poll(job_id)).state == "running":
        await asyncio.sleep(wait_s)
        wait_s = min(_POLL_S_MAX, wait_s * 1.5)
    return status


def _nothing_came(run: Run, take: Take, status: JobStatus) -> Take:
    ledger = run.services.ledger
    if status.bill_microusd == 0:
        ledger.release(take.generation_key, Proof.not_billed(status.raw, run.epoch))
    else:
        ledger.settle(take.generation_key, status.bill_microusd, None, status.raw)
    cure = f"See its words, then change one thing: gate explain {take.shot}"
    raise GenerationFailed(f"{take.shot} {take.stage}", f"{take.provider} says {status.state}: {status.raw}", cure)


def _store(run: Run, fetched: Fetched) -> Artefact:
    return Artefact(
        sha256=run.services.vault.put_file(fetched.path), media_type=fetched.media_type, width=fetched.width,
        height=fetched.height, frames=fetched.frames, size_bytes=fetched.path.stat().st_size,
    )  # fmt: skip


def _asset(take: Take, shot: str, stage: Stage) -> Artefact:
    if take.asset is None:
        cure = f"Change one thing about the shot, then: gate run {shot.partition('_')[0]}"
        raise GenerationFailed(f"{shot} {stage}", f"take {take.attempt} was paid for and brought nothing", cure)
    return take.asset


def _in_doubt(shot: str, stage: str, raw: str) -> InDoubt:
    return InDoubt(
        f"{shot} {stage}", f"nobody knows whether the provider took the job ({raw}); its money stays held",
        f"Look at the provider's own list, then: gate resume {shot.partition('_')[0]}",
    )  # fmt: skip
