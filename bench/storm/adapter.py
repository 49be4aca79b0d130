"""The loopback provider's adapter: an ordinary one, over the product's own HTTP client."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

from manifests.film import frame_size
from manifests.spending.grant import Grant
from manifests.spending.price import Usage
from manifests.take import Operation, Request
from providers.capabilities import Capabilities, refuse_excluded
from providers.contract import (
    Fetched,
    ImageModel,
    Job,
    JobStatus,
    LookupResult,
    LostCall,
    VideoModel,
    bill_of,
    twice_absent,
)
from providers.errors import Gone, ProviderError, Refused
from providers.over_http.connections import Deadline
from providers.over_http.transport import Reply, Transport
from providers.surroundings import Surroundings

SETTINGS = "loopback.json"
OUTPUT_BYTES_MAX = 64 << 20
_STATES = {"running": "running", "done": "done", "failed": "failed"}
_CAN: dict[Operation, Capabilities] = {
    "panel": Capabilities((), ("480p", "720p", "1080p"), 8, ()),
    "clip": Capabilities((1.0, 15.0), ("480p", "720p", "1080p"), 8, ("start_frame",), any_duration=True),
}


class Loopback(ImageModel, VideoModel):
    """Asks the storm's server. `submit_s` and `free_s` as for Transport;
    `lag_s`: how far its list lies behind, at most.
    """

    operations = frozenset[Operation]({"panel", "clip"})
    embedded = True  # on this machine, for one storm alone: no limit is shared through Prefect
    grace_factor: ClassVar[float] = 2.0

    def __init__(
        self,
        url: str,
        account: str,
        *,
        submit_s: float = 5.0,
        free_s: float = 10.0,
        lag_s: float = 0.1,
        client: type[Transport] = Transport,
    ) -> None:
        self._grace_s = self.grace_factor * (submit_s + lag_s)
        self._transport = client(
            provider=self.name,
            base_url=url,
            authorise=lambda: {"Authorization": f"Bearer {account}"},
            classify=_classify(self.name),
            submit_s=submit_s,
            free_s=free_s,
        )

    def model(self, operation: Operation) -> str:
        """One model an operation."""
        return f"loopback-{operation}-1"

    def capabilities(self, operation: Operation) -> Capabilities:
        """Any length from 1 to 15 s."""
        return _CAN[operation]

    def build_payload(self, request: Request) -> dict[str, Any]:
        """The canonical payload. Raises Invalid."""
        refuse_excluded(self.model(request.operation), self.capabilities(request.operation), request)
        return request.payload()

    def usage(self, request: Request) -> Usage:
        """One image, or the clip's milliseconds."""
        still = request.operation == "panel"
        return Usage(
            provider=self.name,
            model=self.model(request.operation),
            operation=request.operation,
            resolution=request.resolution,
            images=1 if still else 0,
            output_ms=0 if still else round(request.frames * 1000 / request.fps),
        )

    async def submit(self, grant: Grant, generation_key: str, request: Request) -> Job:
        """Send it once. A job that is accepted without a name, or under another reference, is in doubt."""
        deadline = Deadline.within(self._transport.submit_s)
        usage, payload = self.usage(request), self.build_payload(request)
        width, height = frame_size(request.resolution, request.aspect)
        order = {
            **usage.model_dump(include={"operation", "model", "resolution", "images", "output_ms"}),
            "reference": generation_key,
            "width": width,
            "height": height,
            "frames": request.frames,
            "payload": payload,
        }
        grant.redeem(generation_key)
        reply = await self._transport.submit("/jobs", order, deadline=deadline)
        told = reply.data or {}
        job_id = told.get("id")
        if not isinstance(job_id, str) or not job_id:
            raise self._transport.unknown("its answer names no job", reply.raw)
        if told.get("reference") != generation_key:
            raise self._transport.unknown("its answer speaks of another call", reply.raw)
        return Job(job_id, reply.raw)

    async def poll(self, job_id: str) -> JobStatus:
        """One look; a job that it does not know is gone."""
        try:
            reply = await self._transport.ask(f"/jobs/{job_id}")
        except Gone as error:
            return JobStatus("gone", None, error.raw)
        told = reply.data or {}
        state = _STATES.get(told.get("state", ""), "running")
        return JobStatus(state, bill_of(told.get("cost")), reply.raw)  # type: ignore[arg-type]

    async def fetch(self, job_id: str, into: Path) -> Fetched:
        """Download the output, asking once for a new address where the first has expired. Raises Gone."""
        try:
            return await self._fetch_once(job_id, into)
        except Gone:
            return await self._fetch_once(job_id, into)

    async def cancel(self, job_id: str) -> bool:
        """True where the provider says that it is free."""
        try:
            reply = await self._transport.ask(f"/jobs/{job_id}/cancel", method="POST")
        except Gone:
            return False
        return (reply.data or {}).get("cancelled") is True

    async def credit(self) -> int | None:
        """The rest of the account."""
        return bill_of(((await self._transport.ask("/credit")).data or {}).get("usd"))

    async def _fetch_once(self, job_id: str, into: Path) -> Fetched:
        told = (await self._transport.ask(f"/jobs/{job_id}")).data or {}
        output = told.get("output")
        if not isinstance(output, dict):
            raise Gone(
                self.name, f"job {job_id} has no output", "See the provider's own list.", json.dumps(told, default=str)
            )
        clip = output["operation"] == "clip"
        path = into / f"{job_id}{'.mp4' if clip else '.png'}"
        await self._transport.download(self._transport.base_url + output["url"], path, bytes_max=OUTPUT_BYTES_MAX)
        frames = int(output["frames"]) if clip else 1
        return Fetched(path, "video/mp4" if clip else "image/png", int(output["width"]), int(output["height"]), frames)


class ListLoopback(Loopback):
    """Its account lists every job with the caller's reference."""

    name = "loopback-list"

    async def find(self, sought: LostCall) -> LookupResult:
        """Read the whole list, twice where it is not there."""

        async def look() -> LookupResult:
            jobs, after = [], "0"
            while after:
                page = (await self._transport.ask("/jobs", {"after": after})).data or {}
                jobs += [job["id"] for job in page["jobs"] if job["reference"] == sought.marker]
                after = page["next"]
            return _found(jobs, sought, "the provider's list")

        return await twice_absent(look, self._grace_s)


class MarkerLoopback(Loopback):
    """Its jobs echo the marker that they were sent with, and can be searched for it."""

    name = "loopback-marker"

    async def find(self, sought: LostCall) -> LookupResult:
        """Search for it, twice where it is not there."""

        async def look() -> LookupResult:
            page = (await self._transport.ask("/search", {"marker": sought.marker})).data or {}
            return _found([job["id"] for job in page["jobs"]], sought, "the provider's search for the marker")

        return await twice_absent(look, self._grace_s)


class NeitherLoopback(Loopback):
    """It offers nothing to somebody who has lost an answer."""

    name = "loopback-neither"

    async def find(self, sought: LostCall) -> LookupResult:  # noqa: ARG002  there is nowhere to look
        """Always unknown."""
        return LookupResult("unknown", raw="this provider neither lists its jobs nor echoes a marker")


CLASSES: dict[str, type[ListLoopback | MarkerLoopback | NeitherLoopback]] = {
    "list": ListLoopback,
    "marker": MarkerLoopback,
    "neither": NeitherLoopback,
}


def from_surroundings(around: Surroundings) -> Loopback:
    """Make it for the registry, from the settings that lie in its folder."""
    told = json.loads((around.spool_dir / SETTINGS).read_text(encoding="utf-8"))
    return CLASSES[told.pop("class")](**told)


def _found(listed: list[str], sought: LostCall, where: str) -> LookupResult:
    jobs = [job for job in listed if job not in sought.closed]
    if not jobs:
        return LookupResult("absent", raw=f"{where} does not have it")
    return LookupResult("found", jobs[0], tuple(jobs[1:]), f"{where} has it")


def _classify(name: str) -> Any:
    """This provider's own codes: what moderation refuses, and whether that costs something."""

    def read(reply: Reply) -> ProviderError | None:
        told = reply.data or {}
        if told.get("code") not in {"moderation", "moderation_fee"}:
            return None
        fee = bill_of(told.get("cost", 0))
        return Refused(
            name,
            str(told.get("error")),
            "Change the words of the shot.",
            reply.raw,
            bill_microusd=fee,
            job_id=told.get("id"),
        )

    return read
