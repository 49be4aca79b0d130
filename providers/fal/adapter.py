"""fal: Seedance 2.0 through its queue, from frames or from references.

A call is POST queue.fal.run/{model}; state, result and cancel are addressed by owner, app and request id. A job's id
here is those three, and after them the model, the size and the seconds that were asked for: what a bill is read with.
fal's list of requests finds a call whose answer was lost.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from manifests.money import MICROUSD_PER_USD
from manifests.privacy import WORDLESS
from manifests.spending.grant import Grant
from manifests.take import Operation, Request
from providers.capabilities import FRAME_ROLES
from providers.contract import Job, JobStatus, LookupResult, LostCall, VideoModel, twice_absent
from providers.errors import Gone, NoCredit
from providers.fal.failures import FAILURES, said
from providers.fal.history import history, verdict
from providers.fal.prices import bill_microusd, rows_of, units_of
from providers.models import ModelRow
from providers.over_http.captions import captioned
from providers.over_http.failures import FailureTable
from providers.over_http.provider import Addresses, HttpProvider
from providers.over_http.references import Travel
from providers.over_http.transport import Reply
from providers.surroundings import Surroundings

PLATFORM = "https://api.fal.ai/v1"
START_S = 3600
"""A call that no machine has begun after so many seconds ends by itself, so that no doubt about it is for ever."""

_DATA_BYTES_MAX = 10 << 20
"""No limit is documented for data URLs."""

_STATUS_URL = re.compile(r"queue\.fal\.run/([\w./-]+)/requests/([\w-]+)/status\Z", re.ASCII)
_JOB = re.compile(
    r"(?P<app>[\w.-]+/[\w./-]+)/(?P<id>[\w-]+)(?:@(?P<model>[^@]+)@(?P<size>\w+)@(?P<seconds>\d{1,3}))?", re.ASCII
)
_ENDED = frozenset({200, 400, 422, 500, 502, 503, 504})
"""The statuses of a finished request's result: a model's own failure comes with its own status."""

_FORBIDDEN = 403
_OF_FRAME = {"start_frame": "image_url", "end_frame": "end_image_url"}


class Fal(HttpProvider, VideoModel):
    """queue.fal.run, and api.fal.ai for the list, the prices and the account.

    `listed_after`: by then whatever fal took has begun and ended, and finished requests are in its list.
    """

    name = "fal"
    operations: ClassVar[frozenset[Operation]] = frozenset({"clip"})
    origin = "https://queue.fal.run"
    also = (PLATFORM,)
    failures = FailureTable("fal", FAILURES, said)
    paid_headers: ClassVar[Mapping[str, str]] = {
        "x-fal-no-retry": "1",
        "X-Fal-Store-IO": "1",
        "X-Fal-Request-Timeout": str(START_S),
    }
    id_field = "request_id"
    listed_after: ClassVar[timedelta] = timedelta(hours=2)
    _travel = Travel(links=True, data_bytes_max=_DATA_BYTES_MAX, side_px_min=300, side_px_max=6000)

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self._platform = around.host(PLATFORM)
        self._listed_after = timedelta(0) if around.hurry else self.listed_after

    def headers(self, key: str) -> Mapping[str, str]:
        """The key under fal's own scheme."""
        return {"Authorization": f"Key {key}"}

    def travel(self) -> Travel:
        """A link where the vault has one, else a data URL; the sides are Seedance's own bounds."""
        return self._travel

    def submit_path(self, row: ModelRow) -> str:
        """The model's whole id."""
        return f"/{row.id}"

    def body(self, request: Request, row: ModelRow, at: Addresses) -> dict[str, Any]:
        """Frames or references, by the model; seconds as text, and sound off."""
        others = [r for r in request.references if r.role not in FRAME_ROLES]
        frames = {_OF_FRAME[r.role]: at[r.sha256] for r in request.references if r.role in FRAME_ROLES}
        shown = {"image_urls": [at[r.sha256] for r in others]} if others else frames
        return {
            "prompt": captioned(request.prompt, others, "@Image{}"),
            **shown,
            "resolution": row.size(request).says,
            "duration": str(_seconds(request)),
            "aspect_ratio": request.aspect,
            "generate_audio": False,
            "seed": request.seed,
        }

    async def submit(self, grant: Grant, generation_key: str, request: Request) -> Job:
        """POST once; the queue is told not to try again by itself."""
        job = await super().submit(grant, generation_key, request)
        return replace(job, job_id=_job_id(job.job_id, self.row(request.operation), request))

    def job_in(self, reply: Reply) -> str | None:
        """Owner, app and request id as `status_url` has them: the app is not the whole model."""
        found = _STATUS_URL.search(str((reply.data or {}).get("status_url")))
        return f"{found[1]}/{found[2]}" if found else None

    def poll_path(self, job_id: str) -> str:
        """Where the result is; `/status` and `/cancel` lie below it.
        Raises Gone for an id that no request of fal's has.
        """
        known = _JOB.fullmatch(job_id)
        if known is None:
            raise Gone(self.name, f"job {job_id} is none of its", "See the provider's own list.")
        return f"/{known['app']}/requests/{known['id']}"

    def about(self, job_id: str) -> Callable[[Reply], bool]:
        """By the request's own id: ours has the app before it."""
        return super().about(_request_id(job_id) or job_id)

    async def look(self, job_id: str) -> Reply:
        """The state, and of what is completed the result: with the failure of the queue in it, where there is one."""
        path = self.poll_path(job_id)
        state = await self._transport.ask(f"{path}/status", patience_404=self.patience_404, about=self.about(job_id))
        told = state.data or {}
        if told.get("status") != "COMPLETED":
            return state
        result = await self._transport.ask(path, statuses=_ENDED)
        failed = {name: told[name] for name in ("error", "error_type") if told.get(name)}
        raw = f"{state.raw}\n{result.raw}" if failed else result.raw
        return replace(result, data={**(result.data or {}), **failed, "status": "COMPLETED"}, raw=raw)

    def status_in(self, reply: Reply) -> JobStatus:
        """A fault on the way to the result is not a failure of the job: that has a type, or a status below 500."""
        data, (code, words) = reply.data or {}, said(reply)
        if data.get("status") != "COMPLETED":
            return JobStatus("running", None, reply.raw)
        if reply.status == 200 and not (code or words):
            return JobStatus("done", None, reply.raw)
        if reply.status >= 500 and not code:
            return JobStatus("running", None, reply.raw)
        free = 0 if reply.status >= 500 else None
        return JobStatus("failed", free, reply.raw, self.failures.of(code, words, reply.raw))

    async def poll(self, job_id: str) -> JobStatus:
        """With the bill that `x-fal-billable-units` tells, at the price book's price for what was asked for."""
        try:
            reply = await self.look(job_id)
        except Gone as error:
            return JobStatus("gone", None, error.raw)
        status, units = self.status_in(reply), units_of(reply.headers.get("x-fal-billable-units", ""))
        if status.state == "running" or units is None:
            return status
        return replace(status, bill_microusd=self._bill(job_id, units))

    def output_in(self, reply: Reply) -> str | None:
        """The clip's address, which needs no key."""
        video = (reply.data or {}).get("video")
        url = video.get("url") if isinstance(video, dict) else None
        return url if isinstance(url, str) else None

    async def cancel(self, job_id: str) -> bool:
        """Ask it to stop, which saves what it can; False, for that it stopped and is not billed fal does not say."""
        if _JOB.fullmatch(job_id):
            await self._transport.ask(f"{self.poll_path(job_id)}/cancel", method="PUT", statuses={200, 202, 400, 404})
        return False

    async def find(self, sought: LostCall) -> LookupResult:
        """By what was asked, in fal's list of its time.
        Two alike prove nothing, and neither does a list that is too fresh.
        """
        row, asked = self.row_of(sought), sought.request
        if row is None or sought.sent_at is None:
            return LookupResult(
                "unknown", raw="which model was asked, or when, is not known; fal's list is asked by both"
            )
        if asked.wordless:
            return LookupResult("unknown", raw=WORDLESS)
        found = await twice_absent(partial(self._look_in_history, row, sought, sought.sent_at), self.grace_s)
        if found.job_id is None:
            return found
        app = "/".join(row.id.split("/")[:2])
        return replace(found, job_id=_job_id(f"{app}/{found.job_id}", row, asked))

    async def credit(self) -> int | None:
        """The account's balance; None for a key that may not see it, which takes an admin's.
        Raises Invalid for a key that nobody has.
        """
        path = f"{self._platform}/account/billing"
        try:
            reply = await self._transport.ask(path, {"expand": "credits"}, statuses={200, _FORBIDDEN})
        except Gone:
            return None
        if reply.status == _FORBIDDEN:
            return 0 if isinstance(self.failures.read(reply), NoCredit) else None
        credits_left = (reply.data or {}).get("credits")
        told = credits_left if isinstance(credits_left, dict) else {}
        balance = told.get("current_balance") if told.get("currency", "USD") == "USD" else None
        if isinstance(balance, bool) or not isinstance(balance, int | Decimal) or not Decimal(balance).is_finite():
            return None
        return max(0, math.floor(balance * MICROUSD_PER_USD))

    async def live_prices(self) -> tuple[Mapping[str, Any], ...]:
        """The pricing API's rows of the table's models."""
        models = self._models.table.models
        query = {"endpoint_id": ",".join(model.id for model in models)}
        return rows_of((await self._transport.ask(f"{self._platform}/models/pricing", query)).data or {}, models)

    async def _look_in_history(self, row: ModelRow, sought: LostCall, sent_at: datetime) -> LookupResult:
        body = self.body(sought.request, row, {r.sha256: r.sha256 for r in sought.request.references})
        now = datetime.now(UTC)
        listed = await history(self._transport, self._platform, row.id, sent_at, now)
        closed = {job_id for job_id in map(_request_id, sought.closed) if job_id}
        requests = None if listed is None else [one for one in listed if one.request_id not in closed]
        return verdict(requests, body, whole=now - sent_at >= self._listed_after)

    def _bill(self, job_id: str, units: Decimal) -> int | None:
        """In micro-dollars; None where the id, the table or the price book does not say enough."""
        known = _JOB.fullmatch(job_id)
        model = known and next((row for row in self._models.table.models if row.id == known["model"]), None)
        size = known and model and {str(name): size for name, size in model.sizes.items()}.get(known["size"])
        if not known or not model or not size:
            return 0 if units == 0 else None
        seconds = int(known["seconds"])
        quoted = self.price_now(model.clip_usage(self.name, size, seconds * 1000))
        if quoted is None:
            return None
        return bill_microusd(units, quoted, seconds=seconds, width=size.width, height=size.height)


def _job_id(queued: str, row: ModelRow, request: Request) -> str:
    return f"{queued}@{row.id}@{request.resolution}@{_seconds(request)}"


def _request_id(job_id: str) -> str | None:
    known = _JOB.fullmatch(job_id)
    return known["id"] if known else None


def _seconds(request: Request) -> int:
    return round(request.frames / request.fps)
