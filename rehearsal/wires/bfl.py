"""Black Forest Labs' wire: FLUX by submit and poll, in the region that took the call, and the account's credits."""

from __future__ import annotations

import io
import uuid
from pathlib import Path
from typing import Any, ClassVar

from PIL import Image
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from manifests.spending.price import Usage
from rehearsal import files
from rehearsal.faults import FaultName
from rehearsal.house import House, JobState
from rehearsal.order import Order
from rehearsal.records import PlayedJob
from rehearsal.refusal import PlayedRefusal
from rehearsal.wire import RAW, Wire, dollars, json_response, origin

PROVIDER = "bfl"
HOST = "api.bfl.ai"
REGIONS = ("api.eu.bfl.ai", "api.us.bfl.ai")
FILES = "bfldeliveryprod.blob.core.windows.net"
_TTL_S = 600.0
_CREDITS_PER_USD = 100
_SIDE_LEAST, _PIXELS_MAX, _STEP = 64, 4_194_304, 16
_PICTURES = {"flux-2-pro": 8, "flux-2-max": 8, "flux-2-flex": 8, "flux-2-klein-4b": 4, "flux-2-klein-9b": 4}
"""How many pictures a model of FLUX.2 looks at."""

_OLDER: dict[str, tuple[int, int]] = {
    "flux-pro-1.1": (1024, 768),
    "flux-pro-1.1-ultra": (2752, 1536),
    "flux-kontext-pro": (1392, 752),
    "flux-kontext-max": (1392, 752),
}
"""FLUX.1's models and the size of what they make where nothing else is asked."""

_STATES = {"queued": "Pending", "running": "Pending", "odd": "Reasoning", "done": "Ready", "failed": "Error"}
_MODERATED = {"moderation_input": "Request Moderated", "moderation_output": "Content Moderated"}
_STATUS: dict[str, tuple[int, str]] = {
    "unauthorized": (403, "Not authenticated"),
    "forbidden": (403, "Not authenticated"),
    "no_credit": (402, "Insufficient credits"),
    "key_limit": (402, "Insufficient credits"),
    "rate_limited": (429, "Too many active tasks"),
    "unknown_model": (404, "Not Found"),
}


def routes(house: House) -> list[BaseRoute]:
    """Every address of BFL's that is served."""
    return PlayedBfl(house).routes()


class PlayedBfl(Wire):
    """api.bfl.ai/v1 and its regions. What moderation flags in an output is billed;
    the sheet says so of no other failure.
    """

    provider: ClassVar[str] = PROVIDER
    moderates_at_once: ClassVar[bool] = False
    billed_all_the_same: ClassVar[frozenset[FaultName]] = frozenset({"moderation_output"})

    def routes(self) -> list[BaseRoute]:
        """The same at each host; a task is known in its own region alone."""
        found: list[BaseRoute] = []
        for host in (HOST, *REGIONS):
            found += [
                self.route(f"/{host}/v1/get_result", self.poll),
                self.route(f"/{host}/v1/credits", self.credits),
                self.route(f"/{host}/v1/{{model}}", self.create, "POST"),
            ]
        return found

    def key(self, request: Request) -> str:
        """`x-key: …`."""
        return request.headers.get("x-key", "")

    def new_id(self, order: Order) -> str:  # noqa: ARG002  no part of it says what was ordered
        """A UUID."""
        return str(uuid.uuid4())

    def refusal(self, why: PlayedRefusal) -> Response:
        """FastAPI's `{"detail": …}`, or a task that is not there."""
        if why.kind == "unknown_job":
            return json_response(_task(why.words, "Task not found"), 404)
        if why.kind == "server_error":
            return json_response({"detail": "Internal Server Error"}, why.status)
        headers = {} if why.retry_after_s is None else {"Retry-After": str(why.retry_after_s)}
        if said := _STATUS.get(why.kind):
            return json_response({"detail": said[1]}, said[0], headers)
        place = ["body", why.field] if why.field else ["body"]
        return json_response({"detail": [{"loc": place, "msg": why.words, "type": "value_error"}]}, 422)

    async def create(self, request: Request) -> Response:
        """POST /{model} → 200 with where it is asked about, and what it costs."""
        model = request.path_params["model"]

        def read(body: dict[str, Any]) -> Order:
            return self._order(model, body)

        async def accepted(job: PlayedJob) -> Response:
            told: dict[str, Any] = {
                "id": job.id,
                "polling_url": f"{origin(request)}/{_region(job)}/v1/get_result?id={job.id}",
            }
            silent = job.fault("cost_null") or job.fault("late_bill")
            if silent is None or silent.how != "absent":
                told["cost"] = (
                    None if silent else dollars(job.bill_microusd or job.order.price_microusd) * _CREDITS_PER_USD
                )
            return json_response(told)

        return await self.submit(request, read, accepted)

    async def poll(self, request: Request) -> Response:
        """GET /get_result?id=…"""
        job_id = request.query_params.get("id", "")
        job = self.house.job(self.account(request), job_id)
        if job is not None and not request.url.path.startswith(f"/{_region(job)}/"):
            return json_response(_task(job_id, "Task not found"))
        look = self.asked(request, job_id)
        if look.failure and (word := _MODERATED.get(look.failure.kind)):
            reasons = [
                look.failure.words or ("Derivative Works Filter" if look.failure.by_picture else "Safety Filter")
            ]
            return json_response({**_task(job_id, word), "details": {"Moderation Reasons": reasons}})
        if look.failure:
            return json_response({**_task(job_id, "Error"), "details": {"error": look.failure.words or "Task failed"}})
        told = _task(job_id, _STATES.get(look.state, "Error"))
        if look.state == "done" and not look.job.fault("no_url"):
            told["result"] = self._result(request, look)
        return json_response(told)

    async def credits(self, request: Request) -> Response:
        """GET /credits."""
        account = self.account(request)
        left = dollars(account.terms.credit_usd - self.house.spent(account))
        return json_response({"credits": left * _CREDITS_PER_USD})

    def _result(self, request: Request, look: JobState) -> dict[str, Any]:
        job = look.job
        ttl_s = min(_TTL_S, self.house.script.url_ttl_s)
        sample = files.address(self.house, job, FILES, origin=origin(request), ttl_s=ttl_s)
        ended_at = job.made_at + self.house.script.job_s
        return {
            "sample": sample,
            "prompt": job.order.prompt,
            "seed": job.order.seed,
            "start_time": job.made_at,
            "end_time": ended_at,
            "duration": self.house.script.job_s,
        }

    def _order(self, model: str, body: dict[str, Any]) -> Order:
        if model not in {*_PICTURES, *_OLDER}:
            raise PlayedRefusal("unknown_model", model)
        width, height = _frame(model, body)
        fields = ["input_image", *(f"input_image_{number}" for number in range(2, 9))]
        shown = [self.house.picture(body[field]) for field in fields if body.get(field)]
        if any(body.get(field) for field in fields[_PICTURES.get(model, 4) :]):
            raise PlayedRefusal("invalid", f"{model} looks at {_PICTURES.get(model, 4)} pictures", field=fields[-1])
        if body.get("output_format", "jpeg") not in {"jpeg", "png"}:
            raise PlayedRefusal("invalid", "Input should be 'jpeg' or 'png'", field="output_format")
        usage = Usage(
            provider=PROVIDER,
            model=model,
            operation="panel",
            resolution="1K",
            images=1,
            width=width,
            height=height,
            pictures_in=tuple(_size(self.house.received(name)) for name in shown),
        )
        return Order(
            provider=PROVIDER,
            model=model,
            operation="panel",
            prompt=body["prompt"],
            width=width,
            height=height,
            seed=body.get("seed"),
            references=tuple(shown),
            raw=body[RAW],
            price_microusd=self.house.price(usage),
        )


def _task(job_id: str, status: str) -> dict[str, Any]:
    return {"id": job_id, "status": status, "result": None, "progress": None, "details": None, "preview": None}


def _region(job: PlayedJob) -> str:
    """The region that took the call: known by nothing but the answer's `polling_url`."""
    return REGIONS[int(job.id[0], 16) % len(REGIONS)]


def _frame(model: str, body: dict[str, Any]) -> tuple[int, int]:
    """Width and height as they are asked for. Raises PlayedRefusal for what FLUX.2 does not make."""
    width, height = _OLDER.get(model, (1024, 1024))
    width, height = body.get("width") or width, body.get("height") or height
    for field, side in (("width", width), ("height", height)):
        if side < _SIDE_LEAST or side % _STEP:
            raise PlayedRefusal(
                "invalid", f"Input should be a multiple of {_STEP}, {_SIDE_LEAST} at least", field=field
            )
    if width * height > _PIXELS_MAX:
        raise PlayedRefusal("invalid", "the image has more than 4 megapixels", field="width")
    return width, height


def _size(path: Path | None) -> tuple[int, int]:
    """Of a picture that was sent; one that nobody can see here is taken for a megapixel."""
    if path is None:
        return 1024, 1024
    with Image.open(io.BytesIO(path.read_bytes())) as picture:
        return picture.size
