"""Collect a call that was sent: find its job where only the sending is known, wait for it, fetch it, settle its bill.

Everything here is free to repeat, from any process. Money is given back on proof alone, and silence proves nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from checks.judge.answer import without_evidence
from governor import policy
from governor.errors import AlreadyResolved, ForeignJob
from governor.ledger import Ledger
from governor.purchase import Proof
from governor.reconcile import Sighting, reconcile
from manifests.keys import canonical_json
from manifests.names import scene_of_shot
from manifests.privacy import speaking_of, theirs
from manifests.question import Question
from manifests.take import Artefact, Take
from production.journey.errors import ByHand, GenerationFailed, Uncollected
from production.purchasing import uncollected
from production.purchasing.run import Run
from production.purchasing.submit import answerer_of, in_doubt
from production.purchasing.waiting import wait_for
from providers.contract import Fetched, JobStatus, LookupResult, LostCall, Provider
from providers.errors import (
    Gone,
    Invalid,
    NoVerdict,
    OutcomeUnknown,
    ProviderError,
    RateLimited,
    Refused,
    Unavailable,
    Undecodable,
    Withheld,
)
from wiring.scratch import scratch


async def recover(run: Run, provider: Provider, take: Take) -> Take | None:
    """An attempt that an earlier process left open, as one that can be collected; None where it is proved not to exist.

    Raises InDoubt, and the ledger's refusals for one that was written off or belongs to a newer run.
    """
    ledger, key = run.services.ledger, take.generation_key
    if take.state == "written_off" and (refusal := policy.not_bought(take.shot, take.state)):
        raise refusal
    if take.job_id is not None:
        return take
    left_us = take.state != "held" or ledger.was_sent(key)
    if left_us and not provider.embedded:
        run.services.telemetry.say(
            take.shot, take.stage, "works", f"looks for a lost call at {provider.name}; that may take minutes"
        )
    attempt = ledger.attempt_under(key)
    found = await _look(run, provider, take) if left_us else LookupResult("unknown")
    try:
        now = reconcile(ledger, take, run.epoch, lambda _take: _sighting(provider, found, attempt))
    except ForeignJob as error:
        raise in_doubt(take.shot, take.stage, str(error)) from error
    if found.others:
        _alarm_of_others(run, take, found)
    if now.state == "released":
        return None
    if now.job_id is None:
        raise in_doubt(take.shot, take.stage, found.raw or "the provider cannot say")
    return now


async def collect(run: Run, provider: Provider, take: Take, *, just_sent: bool = False) -> Take:
    """Wait for a job whose id is known, keep what it made, and settle; returns the settled take. `just_sent`: it has
    just begun.

    Raises GenerationFailed where it made nothing or the output is lost, InDoubt where the provider does not know the
    job any more or takes longer than `run.patience_s`, Uncollected while it cannot be asked and ByHand while a person
    has not saved it: a later run goes on from there.
    """
    if take.job_id is None:
        raise in_doubt(take.shot, take.stage, "no job id is known")
    with asking(run, take):
        status = await _until_done(run, provider, take, take.job_id, just_sent=just_sent)
    if status.state != "done":
        raise _nothing_came(run, take, status)
    return await _bought(run, provider, take, take.job_id, status)


@contextmanager
def asking(run: Run, take: Take) -> Iterator[None]:
    """What keeps a job from being collected, as Uncollected. Its money stays held until it is collected, or a person
    decides.
    """
    scene, job = scene_of_shot(take.shot), f"job {take.job_id} is at {take.provider}"
    try:
        yield
    except (Unavailable, RateLimited) as error:
        cause = f"{job}, which cannot be asked now ({error.cause})"
        raise _uncollected(
            run, take, cause, f"Collect it later; it is not bought again: gate resume {scene}"
        ) from error
    except (
        Invalid,
        OutcomeUnknown,
        Undecodable,
    ) as error:  # a key that is refused, an address or a file that nobody may open
        give_up = f'gate reconcile --write-off {take.shot} --reason "..."'
        cure = f"{error.cure.rstrip('.')}, then: gate resume {scene}. Or give it up: {give_up}"
        raise _uncollected(run, take, f"{job}, and cannot be collected ({error.cause})", cure) from error


def _uncollected(run: Run, take: Take, cause: str, cure: str) -> Uncollected:
    """The error, and a note of its cause for gate status."""
    uncollected.keep(run.services.ledger, take, f"{cause}. {cure}")
    return Uncollected(f"{take.shot} {take.stage}", cause, cure)


async def _bought(run: Run, provider: Provider, take: Take, job_id: str, status: JobStatus) -> Take:
    """The output first, then the bill: what is settled is in the vault."""
    bill = believed(take, status)
    try:
        with asking(run, take), scratch(run.services.settings) as folder:
            asset = await _fetched(run, provider, take, job_id, folder)
    except Gone as error:  # whether it is paid for again is a person's to say
        if isinstance(error, Withheld) and (until := _kept_until(run, provider, take)) > datetime.now(UTC):
            raise _kept_from_us(run, take, error, until) from error
        raw = "" if error.raw in error.cause else f" ({error.raw})"
        words = f"the output of job {job_id} is lost: {error.cause}{raw}"
        run.services.ledger.note("alarm", f"shot:{take.shot}", words)
        _settle(run, take, bill, None, words)
        raise _failed(take, f"{words}; it is paid for") from error
    except NoVerdict as error:  # it was answered, and is paid for; whether it is asked once more is the asker's to say
        _settle(run, take, bill, None, theirs(error.raw or str(error)))
        raise
    return _settle(run, take, bill, asset, status.raw)


def _kept_until(run: Run, provider: Provider, take: Take) -> datetime:
    sent_at = run.services.ledger.was_sent_at(take.generation_key)
    return datetime.fromisoformat(sent_at) + timedelta(seconds=provider.keeps_s) if sent_at else datetime.now(UTC)


def _kept_from_us(run: Run, take: Take, error: Withheld, until: datetime) -> Uncollected:
    """It is made and paid for, and is still there: to call it lost because of a proxy or a sign-in page would throw it
    away.
    """
    cause = (
        f"job {take.job_id} is done and paid for, and {error.cause}: something between us and {take.provider} "
        "may stand in the way"
    )
    when = f"before {until:%d %b %H:%M} UTC: gate resume {scene_of_shot(take.shot)}"
    return _uncollected(run, take, cause, f"Let its host through, or use another network, {when}")


async def _fetched(run: Run, provider: Provider, take: Take, job_id: str, folder: Path) -> Artefact:
    """What came, in the vault: the picture, or an answer as canonical JSON, of a private shot without its
    sentences.

    Raises NoVerdict for an answer that does not fit its question, and what `fetch` does.
    """
    if not isinstance(take.request, Question):
        return await asyncio.to_thread(_store, run, await provider.fetch(job_id, folder))
    said = await answerer_of(provider, take.request).verdict(job_id, take.request)
    content = canonical_json(without_evidence(said) if run.services.folder.is_private(take.shot) else said).encode()
    sha256 = await asyncio.to_thread(run.services.vault.put_bytes, content)
    return Artefact(sha256=sha256, media_type="application/json", size_bytes=len(content))


def believed(take: Take, status: JobStatus) -> int | None:
    """The bill in micro-dollars. A finished job that has a price is not free, whatever its provider says: then the hold
    counts.
    """
    free_of_charge = status.state == "done" and status.bill_microusd == 0 and take.held_microusd > 0
    return None if free_of_charge else status.bill_microusd


async def looked_for(ledger: Ledger, provider: Provider, take: Take) -> LookupResult:
    """What the provider says of the call of a take, or of the question. Raises its errors."""
    sent_at, key = ledger.was_sent_at(take.generation_key), take.generation_key
    closed = frozenset(job for job in ledger.jobs_under(key) if job != take.job_id)
    if isinstance(take.request, Question):
        return await answerer_of(provider, take.request).find_answer(key, closed)
    at = datetime.fromisoformat(sent_at) if sent_at else None
    return await provider.find(LostCall(key, take.model, take.request, at, closed))


async def _look(run: Run, provider: Provider, take: Take) -> LookupResult:
    """What the provider says of the call. One that cannot be asked proves nothing. A list may tell of other shots
    too.
    """
    try:
        with speaking_of(private=bool(run.services.folder.private)):
            return await looked_for(run.services.ledger, provider, take)
    except ProviderError as error:
        return LookupResult("unknown", raw=error.raw or str(error))


def _sighting(provider: Provider, found: LookupResult, attempt: int) -> Sighting:
    """What the provider said of that attempt, in the governor's words."""
    unsaid = {
        "found": "it has the job",
        "absent": f"{provider.name} has no job of this key",
        "unknown": "the process that sent it ended before an answer came",
    }
    if found.state == "found" and found.job_id is None:
        return Sighting("unknown", found.raw or "it has a job, and names none")
    return Sighting(found.state, found.raw or unsaid[found.state], found.job_id or "", attempt)


def _alarm_of_others(run: Run, take: Take, found: LookupResult) -> None:
    words = (
        f"{take.provider} made {1 + len(found.others)} jobs of one call for {take.shot}: {found.job_id}, "
        f"{', '.join(found.others)}"
    )
    run.services.ledger.note("alarm", f"shot:{take.shot}", words)
    run.services.telemetry.say(take.shot, take.stage, "works", words)


async def _until_done(run: Run, provider: Provider, take: Take, job_id: str, *, just_sent: bool) -> JobStatus:
    kind = f"{take.provider} {take.model} {take.stage} {take.tier}"
    status = await wait_for(provider, job_id, run.patience_s, run.job_times, kind, just_sent=just_sent)
    if status.state == "running" and provider.by_hand:
        cure = f"Then: gate resume {scene_of_shot(take.shot)}"
        raise ByHand(f"{take.shot} {take.stage}", status.raw, cure)
    if status.state == "running":
        raise _alarmed(run, take, f"job {job_id} has no end after {run.patience_s:g} s", status.raw)
    return status


def _nothing_came(run: Run, take: Take, status: JobStatus) -> Exception:
    """It failed, and the bill says for how much; or the provider has forgotten it, which says nothing about its
    bill.
    """
    if isinstance(status.failure, Refused):
        run.services.ledger.moderated(take, status.failure.raw or status.raw)
    if status.state == "gone":
        return _alarmed(run, take, f"{take.provider} does not know job {take.job_id} any more", status.raw)
    if status.bill_microusd == 0:
        run.services.ledger.release(take.generation_key, Proof.not_billed(status.raw, run.epoch))
    else:
        _settle(run, take, status.bill_microusd, None, status.raw)
    if status.failure is not None and not status.failure.retry_helps:
        return status.failure
    return _failed(take, f"{take.provider} says {status.state}: {status.raw}")


def _settle(run: Run, take: Take, bill: int | None, asset: Artefact | None, raw: str) -> Take:
    ledger = run.services.ledger
    try:
        return ledger.settle(take.generation_key, bill, asset, raw)
    except AlreadyResolved:  # by an older run that still lives; the ledger has kept the other figure as an alarm
        settled = ledger.take(take.generation_key)
        if settled.state != "settled":
            raise
        return settled


def _alarmed(run: Run, take: Take, words: str, raw: str) -> Exception:
    ledger = run.services.ledger
    ledger.doubt(take.generation_key, f"{words}: {raw}")
    ledger.note("alarm", f"shot:{take.shot}", words)
    return in_doubt(take.shot, take.stage, f"{words}: {raw}")


def _failed(take: Take, words: str) -> GenerationFailed:
    cure = f"See its words, then change one thing: gate explain {take.shot}"
    return GenerationFailed(f"{take.shot} {take.stage}", words, cure)


def _store(run: Run, fetched: Fetched) -> Artefact:
    return Artefact(
        sha256=run.services.vault.put_file(fetched.path),
        media_type=fetched.media_type,
        width=fetched.width,
        height=fetched.height,
        frames=fetched.frames,
        size_bytes=fetched.path.stat().st_size,
    )
