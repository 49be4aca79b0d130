"""The common part of all providers behind HTTP, so that an adapter says only how its wire spells things.

The order of a paid call is here, once: the references are on their way first, for nothing; then the grant is redeemed;
then one POST goes out, and what its answer does not prove is unknown.
"""

from __future__ import annotations

import asyncio
import contextlib
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

from manifests.errors import GateError
from manifests.spending.grant import Grant
from manifests.spending.price import Usage
from manifests.take import Operation, Request
from providers.capabilities import Capabilities, refuse_excluded
from providers.contract import Fetched, Job, JobStatus, LookupResult, LostCall, Provider
from providers.errors import Gone, Invalid, Undecodable
from providers.models import TABLES, ModelRow, models_of
from providers.over_http.connections import Deadline
from providers.over_http.failures import FailureTable
from providers.over_http.outputs import accept
from providers.over_http.references import Travel, address
from providers.over_http.transport import JSON_BYTES_MAX, Reply, Transport
from providers.surroundings import Surroundings

OUTPUT_BYTES_MAX = 1 << 30
"""A 15 s clip at 4K has about 100 MB."""

_HURRIED_S, _HURRIED_404 = (0.05, 0.7), 3
_HURRIED_LEAVE_S, _HURRIED_LAG_S = 2.0, 1.0
"""A rehearsal is on this machine, which may be busy: how soon a call is on its way, and then in the house's list."""

Addresses = Mapping[str, str]
"""By content hash, where the provider finds a reference."""


class HttpProvider(Provider):
    """A provider behind HTTP. An adapter sets the class's words, and says `headers`, `body`, `job_in`, `status_in`.

    `origin` and `base`: where its calls go. `failures`: what its codes mean. `paid_headers`: what a paid call says
    beside its key. `submit_s`: the longest that one paid call may take, and `free_s` a free one, in seconds.
    `answer_bytes_max`: how long the answer to a paid call may be, and `pictures_bytes_max` all pictures inside one call
    together, as they are sent. `patience_404`: so many times a poll asks again, within some seconds, before it believes
    that a job is not there: a fresh one is not known at once everywhere. `lag_s`: how far its list of jobs may lie
    behind, in seconds, where it has one. `leave_s`: within so many seconds of its grant a paid call is on its way, or
    stays here; `submit_s` where None. `id_field`: where the answer to a poll names its job. `again_s`: the pauses, in
    seconds, after each time that an output could not be had. `keeps_s`: a day; some keep it longer, but by then a
    person has looked.
    """

    origin: ClassVar[str]
    base: ClassVar[str] = ""
    also: ClassVar[tuple[str, ...]] = ()
    failures: ClassVar[FailureTable]
    paid_headers: ClassVar[Mapping[str, str]] = {}
    tables: ClassVar[Path] = TABLES
    submit_s: ClassVar[float] = 60.0
    free_s: ClassVar[float] = 120.0
    key_path: ClassVar[str] = ""
    """A path below `base` that a GET with the key reads for nothing;
    "" where `credit` is such a call, or none is known.
    """

    answer_bytes_max: ClassVar[int] = JSON_BYTES_MAX
    pictures_bytes_max: ClassVar[int] = 64 << 20
    patience_404: int = 6
    lag_s: float = 30.0
    leave_s: float | None = None
    again_s: tuple[float, ...] = (1.0, 5.0, 25.0)
    id_field: ClassVar[str] = "id"
    poll_s = (5.0, 20.0)
    keeps_s = 24 * 3600.0

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._models = models_of(self.name, dict(around.models), self.tables)
        if around.hurry:
            self.poll_s, self.patience_404 = _HURRIED_S, _HURRIED_404
            self.leave_s, self.lag_s, self.again_s = _HURRIED_LEAVE_S, _HURRIED_LAG_S, (0.0,)
        self._transport = self.transport_to(self.origin + self.base)

    def deadline(self) -> Deadline:
        """That of a paid call whose grant is redeemed now."""
        return Deadline.within(self.submit_s, self.leave_s)

    @property
    def grace_s(self) -> float:
        """For `twice_absent`:
        how long after a look a call that had its grant by then may still come into the list, in seconds.
        """
        return (self.submit_s if self.leave_s is None else self.leave_s) + self.lag_s

    @abstractmethod
    def headers(self, key: str) -> Mapping[str, str]:
        """The headers that hold the key."""

    @abstractmethod
    def travel(self) -> Travel:
        """How a picture reaches it."""

    def travel_for(self, operation: Operation) -> Travel:  # noqa: ARG002  most take the same for both
        """How a picture reaches the model that makes `operation`."""
        return self.travel()

    @abstractmethod
    def body(self, request: Request, row: ModelRow, at: Addresses) -> dict[str, Any]:
        """The call as its wire spells it, each reference where `at` says."""

    @abstractmethod
    def submit_path(self, row: ModelRow) -> str:
        """Where a paid call is POSTed, below `base`."""

    @abstractmethod
    def job_in(self, reply: Reply) -> str | None:
        """The id of the job that an accepting answer names; all that a later process needs to find it again."""

    @abstractmethod
    def poll_path(self, job_id: str) -> str:
        """Where a job is asked about, below `base`."""

    def about(self, job_id: str) -> Callable[[Reply], bool]:
        """Whether an answer is about that job: it is not where it names another one under `id_field`."""
        return lambda reply: (reply.data or {}).get(self.id_field, job_id) in {job_id, None}

    @abstractmethod
    def status_in(self, reply: Reply) -> JobStatus:
        """How the job stands, by its provider's words. A word that is not known is "running"."""

    @abstractmethod
    def output_in(self, reply: Reply) -> str | None:
        """The address of a done job's output."""

    def marked(self, body: dict[str, Any], marker: str) -> dict[str, Any]:  # noqa: ARG002  few wires have a place
        """The body with our marker, where the provider echoes one."""
        return body

    def transport_to(self, base_url: str, **changes: Any) -> Transport:
        """A client for calls below one of the provider's own addresses."""
        around = self._around
        plain = Transport(
            provider=self.name,
            base_url=around.host(base_url),
            authorise=lambda: self.headers(around.key_of(self.name)),
            classify=self.failures.read,
            submit_s=self.submit_s,
            free_s=self.free_s,
            also_ours=tuple(around.host(other) for other in self.also),
        )
        return replace(plain, **changes) if changes else plain

    def row(self, operation: Operation) -> ModelRow:
        """The table's row of the model that is asked. Raises Invalid."""
        return self._models.row(operation)

    def row_of(self, sought: LostCall) -> ModelRow | None:
        """The model that was asked in a call; None where the table has it no longer."""
        wanted = (sought.model, sought.request.operation)
        return next((row for row in self._models.table.models if (row.id, row.operation) == wanted), None)

    def model(self, operation: Operation) -> str:
        """The one that film.yaml names, or the table's default."""
        return self.row(operation).id

    def capabilities(self, operation: Operation) -> Capabilities:
        """The table's row."""
        return self.row(operation).capabilities()

    def build_payload(self, request: Request) -> dict[str, Any]:
        """The body that would be sent, with content hashes where the references are. Raises Invalid."""
        row = self.row(request.operation)
        refuse_excluded(row.id, row.capabilities(), request, self._models.selling(request))
        return self.body(request, row, {r.sha256: f"sha256:{r.sha256}" for r in request.references})

    def usage(self, request: Request) -> Usage:
        """One image, or the clip's milliseconds without sound, in the frame that the model really makes."""
        size = self.row(request.operation).size(request)
        made = {"resolution": size.priced or size.says, "width": size.width, "height": size.height}
        return super().usage(request).model_copy(update=made)

    def price_now(self, usage: Usage) -> int | None:
        """The likely price in micro-dollars; None where the price book refuses."""
        try:
            return self._around.price_of(usage).likely_microusd
        except GateError:
            return None

    async def submit(self, grant: Grant, generation_key: str, request: Request) -> Job:
        """Bring the references to where it can see them, redeem the grant, POST once."""
        return self.accepted(await self.sent(grant, generation_key, request))

    async def sent(self, grant: Grant, generation_key: str, request: Request) -> Reply:
        """The accepting answer to the one POST."""
        row = self.row(request.operation)
        self.build_payload(request)
        body = self.marked(self.body(request, row, await self._addresses(request)), generation_key)
        deadline = self.deadline()
        grant.redeem(generation_key)
        return await self._transport.submit(
            self.submit_path(row), body, deadline=deadline, headers=self.paid_headers, bytes_max=self.answer_bytes_max
        )

    def accepted(self, reply: Reply) -> Job:
        """The job that an answer names. Raises OutcomeUnknown where it names none."""
        job_id = self.job_in(reply)
        if not job_id:
            raise self._transport.unknown("its answer names no job", reply.raw)
        return Job(job_id, reply.raw)

    async def look(self, job_id: str) -> Reply:
        """The provider's status of a job, with its output's address. Free; raises Gone for a job it does not know."""
        return await self._transport.ask(
            self.poll_path(job_id), patience_404=self.patience_404, about=self.about(job_id)
        )

    async def poll(self, job_id: str) -> JobStatus:
        """One look; a job that it does not know is gone."""
        try:
            return self.status_in(await self.look(job_id))
        except Gone as error:
            return JobStatus("gone", None, error.raw)

    async def fetch(self, job_id: str, into: Path) -> Fetched:
        """Download and decode the output; again from a new address where the first has expired,
        refuses us or brings damage.

        With pauses, for an address that is so fresh that not all of its host knows it: an output that is given up here
        is paid for.
        """
        for pause_s in self.again_s:
            try:
                return await self._fetch_once(job_id, into)
            except (Gone, Undecodable):
                await asyncio.sleep(pause_s)
        try:
            return await self._fetch_once(job_id, into)
        except Undecodable as error:
            raise Gone(self.name, f"it cannot be used: {error.cause}", error.cure, error.raw) from error

    async def cancel(self, job_id: str) -> bool:  # noqa: ARG002  most cannot
        """False: it offers no way to stop a job."""
        return False

    async def find(self, sought: LostCall) -> LookupResult:  # noqa: ARG002  there is nowhere to look
        """Unknown: it lists nothing."""
        return LookupResult("unknown", raw=f"{self.name} neither lists its jobs nor echoes a marker")

    async def reach(self) -> None:
        """One free call without our key: any answer will do."""
        await self._transport.reach()

    async def check_key(self) -> None:
        """A free GET of `key_path`. An answer that knows no such thing has let the key in. Raises what refuses it."""
        if self.key_path:
            with contextlib.suppress(Gone):
                await self._transport.ask(self.key_path)

    async def credit(self) -> int | None:
        """None: it has no such thing, or no way to ask."""
        return None

    async def _fetch_once(self, job_id: str, into: Path) -> Fetched:
        reply = await self.look(job_id)
        url = self.output_in(reply)
        if not url:
            raise Gone(self.name, f"job {job_id} has no output", "See the provider's own list.", reply.raw)
        path = into / uuid4().hex
        await self._transport.download(self._around.host(url), path, bytes_max=OUTPUT_BYTES_MAX)
        return await asyncio.to_thread(accept, path, self.name)

    async def _addresses(self, request: Request) -> dict[str, str]:
        """Each reference where the provider will find it. Free of charge."""
        shown = {reference.sha256: reference.name for reference in request.references}
        return await self.addresses(shown, request.operation, f"{request.shot} {request.operation}")

    async def addresses(self, shown: Mapping[str, str], operation: Operation, thing: str) -> dict[str, str]:
        """Each of these pictures, by content hash with its name, where the provider will find it.
        Raises Invalid for too much.

        `thing`: what people call the call.
        """
        around, found = self._around, dict[str, str]()
        for sha256, name in shown.items():
            path = around.read_reference(sha256)
            found[sha256] = await address(sha256, path, self.travel_for(operation), around.link_to, name=name)
        if (size := sum(map(len, found.values()))) > self.pictures_bytes_max:
            cause = f"its pictures have {size} bytes inside the call, and {self.name} takes {self.pictures_bytes_max}"
            cure = "Show fewer or smaller ones, or put the vault on S3: GATE_VAULT=s3://BUCKET/PREFIX"
            raise Invalid(thing, cause, cure)
        return found
