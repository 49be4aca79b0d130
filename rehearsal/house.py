"""The house: accounts, jobs and the true bill of every provider that is rehearsed. The wires answer from here.

A job is durable before its id is told, and so is its bill; a house that was killed opens again where it was.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from governor.prices.book import PriceBook
from manifests.keys import hash_bytes
from manifests.spending.price import Usage
from rehearsal.bills import limit_since, true_bill
from rehearsal.faults import AccountTerms, Fault, FaultName, Script
from rehearsal.order import Order
from rehearsal.records import PlayedJob, Records
from rehearsal.refusal import Kind, PlayedRefusal
from rehearsal.studio import Studio

State = Literal["queued", "running", "done", "failed", "cancelled", "odd"]
UPLOADS = "rehearsal-uploads"
"""The folder in the addresses of pictures that were uploaded here."""

_QUEUED_SHARE = 0.3
_UPLOADED = re.compile(rf"/{UPLOADS}/([0-9a-f]{{64}})")
_NOT_SEEN = ""


@dataclass(frozen=True, slots=True)
class Account:
    """An account that a key opened. `name` stands for it in the records; the key itself is never written."""

    provider: str
    name: str
    terms: AccountTerms


@dataclass(frozen=True, slots=True)
class JobState:
    """How a job stands when somebody asks. "odd" is a state whose word nobody has seen before.

    `failure`: why it failed. `cost_microusd`: its bill, None while it is not told; `cost_absent`: not even the field
    is.
    """

    job: PlayedJob
    state: State
    failure: PlayedRefusal | None = None
    cost_microusd: int | None = None
    cost_absent: bool = False


class House:
    """One rehearsal in the folder `state`. Everything but the studio's work happens on one thread."""

    def __init__(self, state: Path, script: Script, studio: Studio, prices: PriceBook) -> None:
        self.state, self.script, self.studio, self._prices = state, script, studio, prices
        self.records = Records(state / "house.sqlite")
        self._received = state / "received"
        self._making: dict[str, asyncio.Task[None]] = {}

    # Accounts

    def account(self, provider: str, key: str) -> Account | None:
        """The account that a key opens, or None."""
        terms = next((each for each in self.script.terms(provider) if each.key_at(provider) == key), None)
        return Account(provider, f"{provider}-{hash_bytes(key.encode())[:8]}", terms) if terms else None

    def spent(self, account: Account) -> int:
        """The account's spending in micro-dollars: its true bill so far."""
        return self.records.spent(account.provider, account.name)

    def spent_of_limit(self, account: Account) -> int:
        """Its spending since its key's limit was last reset."""
        since = limit_since(account.terms.limit_reset, datetime.now(UTC)).timestamp()
        return self.records.spent(account.provider, account.name, since)

    # Calls

    def price(self, usage: Usage) -> int:
        """A call's likely price by the price book, in micro-dollars. Raises the book's refusal for an unknown one."""
        return self._prices.price_of(usage).likely_microusd

    def picture(self, source: str | bytes) -> str:
        """Keep a picture and give its name: bytes, a data URL, plain base64,
        or the address of one that was uploaded here.

        "" for an address elsewhere: a rehearsal goes nowhere, and nobody can see that picture here.
        """
        if isinstance(source, str):
            if found := _UPLOADED.search(source):
                return found[1]
            if source.startswith(("http://", "https://", "asset://", "gs://")):
                return _NOT_SEEN
            encoded = source.partition(",")[2] if source.startswith("data:") else source
            try:
                source = base64.b64decode(encoded, validate=True)
            except (binascii.Error, ValueError):
                raise PlayedRefusal("invalid", "a picture is neither an address nor base64", field="image") from None
        name = hashlib.sha256(source).hexdigest()
        path = self._received / name
        if not path.exists():
            self._received.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source)
        return name

    def received(self, name: str) -> Path | None:
        """The file of a picture that `picture` named, or None for one that was not seen."""
        path = self._received / Path(name).name
        return path if name and path.is_file() else None

    def faults_of(self, order: Order) -> dict[int, Fault]:
        """The faults whose turn it is with this call, by their place in the script; each counts the call once."""
        found = {}
        for place, fault in enumerate(self.script.faults):
            if fault.concerns(
                provider=order.provider,
                operation=order.operation,
                model=order.model,
                prompt=order.prompt,
                with_reference=order.with_reference,
            ):
                number, before = self.records.concerns(self.script.name, place)
                if fault.strikes(number, before, f"{self.script.seed} {place}"):
                    found[place] = fault
        return found

    def struck(self, place: int, post: int, job_id: str = "") -> None:
        """The fault at that place of the script strikes a call, and its job where one was made."""
        self.records.strike(self.script.name, place, post, job_id)

    def admit(self, account: Account, order: Order) -> None:
        """Let an order in, or raise PlayedRefusal where the account cannot pay for it."""
        terms = account.terms
        if terms.limit_usd is not None and self.spent_of_limit(account) + order.price_microusd > terms.limit_usd:
            raise PlayedRefusal("key_limit", reset=terms.limit_reset)
        if self.spent(account) + order.price_microusd > terms.credit_usd:
            raise PlayedRefusal("no_credit")

    def accept(
        self,
        job_id: str,
        account: Account,
        order: Order,
        faults: dict[int, Fault],
        post: int,
        billed: frozenset[FaultName] = frozenset(),
    ) -> PlayedJob:
        """Make a job of an order: it is billed from now on, unless it fails;
        `billed`: failures that are billed all the same.
        """
        kept = tuple(faults.values())
        job = self.records.add(job_id, account.name, order, kept, true_bill(order, kept, billed))
        self.records.say_of_post(post, came_of=job.id)
        for place in faults:
            self.struck(place, post, job.id)
        if not _fails(job):
            self._make(job)
        return job

    # Jobs

    def job(self, account: Account, job_id: str) -> PlayedJob | None:
        """The account's job of that id, or None."""
        job = self.records.job(job_id)
        return job if job and (job.provider, job.account) == (account.provider, account.name) else None

    def look(self, job: PlayedJob, *, polled: bool = False) -> JobState:
        """How the job stands. `polled`: somebody asked over the wire; jobs may end, and faults wear off, by polls."""
        if polled:
            self.records.count(job.id, "polls")
            job = self.records.job(job.id) or job
        if (odd := job.fault("unknown_status")) and polled and job.polls <= (odd.hits or 0):
            return JobState(job, "odd")
        look = self._looked(job, self._state(job))
        if polled and look.state == "done":
            self.records.count(job.id, "asked_when_done")
        return look

    def _looked(self, job: PlayedJob, state: State) -> JobState:
        if state == "failed":
            return JobState(job, state, failure=self._failure(job), cost_microusd=job.bill_microusd)
        if state != "done":
            return JobState(job, state)
        silent = self._silent(job)
        cost = None if silent else job.bill_microusd
        absent = silent and (null := job.fault("cost_null")) is not None and null.how == "absent"
        return JobState(
            job, state, cost_microusd=cost, cost_absent=absent or (silent and job.fault("cost_null") is None)
        )

    async def made(self, job: PlayedJob) -> JobState:
        """Wait until the job has ended, and say how it stands;
        a stuck one is waited for as long as the caller waits.
        """
        while self._state(job, by_time=True) in {"queued", "running"}:
            await asyncio.sleep(0.02)
            job = self.records.job(job.id) or job
        return self._looked(job, self._state(job, by_time=True))

    def output(self, job: PlayedJob) -> Path:
        """Where the job's picture or clip is, once it is made."""
        return self.studio.output(job.order, job.faults, job.id)

    def times(self, job: PlayedJob) -> tuple[float, float]:
        """When its making began and when it was done, in seconds since 1970, as an answer would say it."""
        return job.made_at + self.script.job_s * _QUEUED_SHARE, job.made_at + self.script.job_s

    def cancel(self, job: PlayedJob) -> bool:
        """Stop a job that has not ended, free of charge. False for one that has."""
        if self._state(job) not in {"queued", "running"}:
            return False
        self.records.end(job.id, "cancelled", bill_microusd=0)
        return True

    async def close(self) -> None:
        """End the studio's work and let the file go."""
        for task in self._making.values():
            task.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)
        self.studio.close()
        self.records.close()

    def _state(self, job: PlayedJob, *, by_time: bool = False) -> State:
        if job.ended == "cancelled":
            return "cancelled"
        if job.ended == "broken":
            return "failed"
        past, queue = self._share(job, by_time=by_time)
        if past < 1 or job.fault("stuck"):
            return "queued" if past < queue else "running"
        if _fails(job):
            return "failed"
        if not self.output(job).is_file():
            self._make(job)
            return "running"
        return "done"

    def _share(self, job: PlayedJob, *, by_time: bool) -> tuple[float, float]:
        """How much of its time a job has behind it, 1 for all, and which part of it is spent in the queue.

        `by_time`: a caller that waits for the finished output does not poll, so only time can end its job.
        """
        if (polls := self.script.job_polls) is not None and not by_time:
            return (job.polls - 1) / polls, 0.5
        passed = time.time() - job.made_at
        return (passed / self.script.job_s if self.script.job_s else 1.0), _QUEUED_SHARE

    def _failure(self, job: PlayedJob) -> PlayedRefusal:
        if job.ended == "broken":
            return PlayedRefusal("failed", job.why)
        for kind in ("moderation_input", "moderation_output", "failed"):
            if fault := job.fault(kind):
                return (
                    moderation(fault, job.order)
                    if fault.fault != "failed"
                    else PlayedRefusal("failed", fault.words or "")
                )
        return PlayedRefusal("failed")

    def _silent(self, job: PlayedJob) -> bool:
        """Whether the bill is not told on this poll."""
        late, null = job.fault("late_bill"), job.fault("cost_null")
        told_after = late.hits or 0 if late else 0
        return (
            bool(null and (null.lasts is None or job.asked_when_done < null.lasts)) or job.asked_when_done < told_after
        )

    def _make(self, job: PlayedJob) -> None:
        """See to it that somebody makes the job's output."""
        if job.id not in self._making and not self.output(job).is_file():
            self._making[job.id] = asyncio.get_running_loop().create_task(self._made_by_studio(job))

    async def _made_by_studio(self, job: PlayedJob) -> None:
        try:
            await self.studio.make(job.order, job.faults, job.id, self.received)
        except Exception as error:  # noqa: BLE001  a failed drawing is a failed job, and the report says so
            self.records.end(job.id, "broken", f"the studio could not make it: {error!r}", bill_microusd=0)
        finally:
            self._making.pop(job.id, None)


def moderation(fault: Fault, order: Order) -> PlayedRefusal:
    """The refusal of a moderation fault: what of the order it names, for the provider's own words."""
    kind: Kind = "moderation_input" if fault.fault == "moderation_input" else "moderation_output"
    by_picture = fault.with_reference is True or (fault.prompt_contains is None and order.with_reference)
    return PlayedRefusal(kind, fault.words or "", by_picture=by_picture)


def _fails(job: PlayedJob) -> bool:
    return any(job.fault(kind) for kind in ("moderation_input", "moderation_output", "failed"))
