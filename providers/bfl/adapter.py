"""Black Forest Labs: panels by FLUX.2.

A call is POST /v1/{model}, its state GET get_result in the region that took it. Its price is told once, in the answer
to the call; so a job's id here is its region, its own id and its price. There is no list and no cancel: a lost answer
stays in doubt.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from PIL import Image

from manifests.money import MICROUSD_PER_USD
from manifests.spending.price import Usage
from manifests.take import Operation, Request
from providers.contract import ImageModel, JobStatus, bill_of
from providers.errors import Gone, Invalid, NoCredit, RateLimited, Refused, Unavailable
from providers.models import ModelRow
from providers.over_http.captions import captioned
from providers.over_http.failures import FailureRow, FailureTable
from providers.over_http.provider import Addresses, HttpProvider
from providers.over_http.references import Travel
from providers.over_http.transport import Reply
from providers.surroundings import Surroundings

CREDITS_PER_USD = 100
_DATA_BYTES_MAX = 20 << 20
"""As much as its own client lets through."""

_HOST = r"api(?:\.[a-z0-9-]+)?\.bfl\.ai"
_POLLED_AT = re.compile(rf"({_HOST})/v1/get_result\?id=([\w-]+)\Z", re.ASCII)
_JOB = re.compile(rf"({_HOST})/([\w-]+)(?:@(\d+(?:\.\d+)?))?", re.ASCII)
_GLOBAL = "api.bfl.ai"
_UNKNOWN = "Task not found"
_PATIENCE_S, _HURRIED_S = (0.2, 0.4, 0.8, 1.6, 3.2), (0.05, 0.1, 0.2)
"""A fresh job is not known at once: after so many 404s, or words that say so, with these pauses, it is believed."""

_CHANGE = "It is refused again with the same words and pictures: change them, or take another provider."
FAILURES = (
    FailureRow(Refused, _CHANGE, (200,), code="Request Moderated|Content Moderated"),
    FailureRow(Unavailable, "Make it again; if that fails too, ask another model.", (200,), code="Error|Failed"),
    FailureRow(Invalid, "Change what it says; then: gate resume", (400, 422)),
    FailureRow(NoCredit, "Buy credits at dashboard.bfl.ai; then: gate resume", (402,)),
    FailureRow(Invalid, "Check the key: gate doctor", (403,)),
    FailureRow(Invalid, "See the models there are: gate doctor", (404,)),
    FailureRow(RateLimited, "Wait until some of its jobs are done; then: gate resume", (429,)),
)
"""The meaning of its statuses and words. Whether moderation is billed nobody says for sure, so its price counts;
500 and 503 prove nothing.
"""


def _said(reply: Reply) -> tuple[str, str]:
    """The word for a failed job with the reasons it gives, or what FastAPI says of a call."""
    data = reply.data or {}
    details, detail = data.get("details"), data.get("detail")
    if isinstance(detail, list):
        return "", "; ".join(_fault(each) for each in detail)
    if isinstance(details, dict):
        told = details.get("Moderation Reasons", details)
        return str(data.get("status", "")), ", ".join(map(str, told)) if isinstance(told, list) else str(told)
    return str(data.get("status", "")), str(details or detail or "")


def _fault(told: object) -> str:
    """One fault of a call as FastAPI tells it, `width: must be a multiple of 16`, or whatever stands in its place."""
    if not isinstance(told, dict) or not isinstance(told.get("loc"), list):
        return str(told)
    return f"{'.'.join(map(str, told['loc']))}: {told.get('msg', '')}"


class Bfl(HttpProvider, ImageModel):
    """api.bfl.ai/v1 and its regions.
    A job's id: the region's host, the task's id, and its price in credits where it was told.
    """

    name = "bfl"
    operations: ClassVar[frozenset[Operation]] = frozenset({"panel"})
    origin = "https://api.bfl.ai"
    base = "/v1"
    also = ("https://api.eu.bfl.ai/v1", "https://api.us.bfl.ai/v1")
    failures = FailureTable("bfl", FAILURES, _said)
    poll_s = (2.0, 8.0)
    keeps_s = 2 * 3600.0  # FLUX 3; its older models keep theirs for ten minutes
    _travel = Travel(links=True, data_bytes_max=_DATA_BYTES_MAX)

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self._pauses_s = _HURRIED_S if around.hurry else _PATIENCE_S

    def headers(self, key: str) -> Mapping[str, str]:
        """The key in a header of its own."""
        return {"x-key": key}

    def travel(self) -> Travel:
        """A link where the vault has one, else base64."""
        return self._travel

    def submit_path(self, row: ModelRow) -> str:
        """Each model has its own address."""
        return f"/{row.id}"

    def body(self, request: Request, row: ModelRow, at: Addresses) -> dict[str, Any]:
        """Up to eight pictures in numbered fields; the prompt says what each shows."""
        size = row.size(request)
        pictures = {_field(n): _bare(at[r.sha256]) for n, r in enumerate(request.references, 1)}
        return {
            "prompt": captioned(request.prompt, request.references),
            "width": size.width,
            "height": size.height,
            "seed": request.seed,
            "safety_tolerance": 2,
            "output_format": "png",
            **pictures,
        }

    def usage(self, request: Request) -> Usage:
        """The picture that is made, and the megapixels of each that is shown."""
        read = self._around.read_reference
        shown = tuple(_size(read(reference.sha256)) for reference in request.references)
        return super().usage(request).model_copy(update={"pictures_in": shown})

    def job_in(self, reply: Reply) -> str | None:
        """`polling_url` says which region has it, `cost` what it costs."""
        data = reply.data or {}
        task, polled = data.get("id"), _POLLED_AT.search(str(data.get("polling_url")))
        if not isinstance(task, str):
            return None
        price = _credits(data.get("cost"))
        region, task = polled.groups() if polled else (_GLOBAL, task)
        return f"{region}/{task}" + ("" if price is None else f"@{price.normalize():f}")

    def poll_path(self, job_id: str) -> str:  # noqa: ARG002  the id is in the query, and the region in the host
        """The same in each region."""
        return "/get_result"

    async def look(self, job_id: str) -> Reply:
        """Ask the region that has the job, and more than once before it is believed that there is none."""
        known = _JOB.fullmatch(job_id)
        region, task = (known[1], known[2]) if known else (_GLOBAL, job_id)
        there = self.transport_to(f"https://{region}{self.base}")
        for pause_s in (*self._pauses_s, 0.0):
            reply = await there.ask(
                self.poll_path(job_id), {"id": task}, patience_404=len(self._pauses_s), about=self.about(task)
            )
            if (reply.data or {}).get("status") != _UNKNOWN:
                return reply
            await asyncio.sleep(pause_s)
        raise Gone(self.name, f"it does not know job {task}", "See the provider's own list.", reply.raw)

    def status_in(self, reply: Reply) -> JobStatus:
        """Words that are not known are work in progress."""
        status, words = _said(reply)
        if status == "Ready":
            return JobStatus("done", None, reply.raw)
        failure = self.failures.of(status, words, reply.raw)
        return JobStatus("failed" if failure else "running", None, reply.raw, failure)

    async def poll(self, job_id: str) -> JobStatus:
        """With the price that was told when the job was taken, for whatever has ended:
        that failures are free nobody says.
        """
        status, known = await super().poll(job_id), _JOB.fullmatch(job_id)
        if status.state not in {"done", "failed"} or known is None or known[3] is None:
            return status
        return replace(status, bill_microusd=bill_of(Decimal(known[3]) / CREDITS_PER_USD))

    def output_in(self, reply: Reply) -> str | None:
        """An address that lives for ten minutes."""
        result = (reply.data or {}).get("result")
        sample = result.get("sample") if isinstance(result, dict) else None
        return sample if isinstance(sample, str) else None

    async def credit(self) -> int | None:
        """The account's credits, at a cent each."""
        left = _credits(((await self._transport.ask("/credits")).data or {}).get("credits"))
        return None if left is None else math.floor(left * MICROUSD_PER_USD / CREDITS_PER_USD)


def _field(number: int) -> str:
    return "input_image" if number == 1 else f"input_image_{number}"


def _bare(address: str) -> str:
    """A link as it is; of a data URL the base64 alone."""
    return address.partition(",")[2] if address.startswith("data:") else address


def _credits(told: object) -> Decimal | None:
    """An amount of credits; None for what is none."""
    if isinstance(told, bool) or not isinstance(told, int | Decimal):
        return None
    try:
        amount = Decimal(told)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount >= 0 else None


def _size(path: Any) -> tuple[int, int]:
    with Image.open(path, formats=("PNG", "JPEG", "WEBP")) as picture:
        return picture.size
