"""The provider of work by hand: a person's frame is in the vault already, and is taken from there, for nothing."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any, ClassVar

from manifests.spending.grant import Grant
from manifests.take import HAND, Operation, Request
from providers.capabilities import Capabilities, refuse_excluded
from providers.contract import Fetched, ImageModel, Job, JobStatus, LookupResult, LostCall
from providers.errors import Gone, Invalid
from providers.over_http.outputs import accept
from providers.spool import Spool, SpooledJob
from providers.surroundings import Surroundings

_MODEL = "composite"
_CAN = Capabilities((), ("480p", "720p", "1080p"), 1, ())


class Hand(ImageModel):
    """Hands on the one picture that a request refers to as a composite.
    Its jobs are kept, so that a process that was killed goes on.
    """

    name = HAND
    embedded = True
    operations: ClassVar[frozenset[Operation]] = frozenset({"panel"})

    def __init__(self, around: Surroundings) -> None:
        self._around, self._spool = around, Spool(around.spool_dir, SpooledJob, "hand_")

    def model(self, operation: Operation) -> str:
        """Composite. Raises Invalid for a clip."""
        self._refuse_other(operation)
        return _MODEL

    def capabilities(self, operation: Operation) -> Capabilities:
        """One picture at any size of the film. Raises Invalid for a clip."""
        self._refuse_other(operation)
        return _CAN

    def build_payload(self, request: Request) -> dict[str, Any]:
        """The request as it is. Raises Invalid where nobody has handed a composite in."""
        refuse_excluded(self.model(request.operation), _CAN, request)
        _composite(request)
        return request.payload()

    async def submit(self, grant: Grant, generation_key: str, request: Request) -> Job:
        """Nothing is sent: it is noted that this picture is taken. The same key is the same job. Raises Invalid."""
        self.build_payload(request)
        grant.redeem(generation_key)
        job_id = self._spool.job_id_of(generation_key)
        bill = self.quote(request, self._around.price_of).likely_microusd
        job = SpooledJob(job_id=job_id, generation_key=generation_key, request=request, bill_microusd=bill)
        await asyncio.to_thread(self._spool.add, job)
        return Job(job_id)

    async def poll(self, job_id: str) -> JobStatus:
        """Done, at the price of what is made by hand; gone where nobody asked for it."""
        job = self._spool.job(job_id)
        return JobStatus("done", job.bill_microusd, "made by hand") if job else JobStatus("gone", None, "no such job")

    async def fetch(self, job_id: str, into: Path) -> Fetched:
        """A copy of the picture. Raises Gone for a job that nobody asked for."""
        job = self._spool.job(job_id)
        if job is None:
            raise Gone(job_id, "nobody handed it in", "Hand it in: gate comp import SHOT FILE")
        source = self._around.read_reference(_composite(job.request))
        return await asyncio.to_thread(_copied, source, into, job_id)

    async def cancel(self, job_id: str) -> bool:  # noqa: ARG002  the contract's signature
        """False: it is made before it is asked for."""
        return False

    async def find(self, sought: LostCall) -> LookupResult:
        """Look among the jobs: one that is not there was never asked for."""
        job = self._spool.job(self._spool.job_id_of(sought.marker))
        return (
            LookupResult("found", job.job_id) if job and job.generation_key == sought.marker else LookupResult("absent")
        )

    async def credit(self) -> int | None:
        """None: there is no account."""
        return None

    def _refuse_other(self, operation: Operation) -> None:
        if operation not in self.operations:
            raise Invalid(self.name, f"people hand in frames here, and no {operation}", "For clips by hand: handoff.")


def _composite(request: Request) -> str:
    found = next((r.sha256 for r in request.references if r.role == "composite"), None)
    if found is None:
        cure = f"Lay a kit out and hand it in: gate comp export {request.shot}"
        raise Invalid(f"{request.shot} panel", "nobody has handed a composite in", cure)
    return found


def _copied(source: Path, into: Path, name: str) -> Fetched:
    into.mkdir(parents=True, exist_ok=True)
    return accept(Path(shutil.copyfile(source, into / f"{name}.png")), HAND)
