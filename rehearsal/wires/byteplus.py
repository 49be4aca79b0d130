"""ModelArk's wire: video tasks by submit and poll, their list and their deletion, and pictures at once."""

from __future__ import annotations

import base64
import json
import secrets
import string
import time
from functools import partial
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from rehearsal import files, seedance
from rehearsal.house import House, JobState
from rehearsal.order import Order
from rehearsal.records import PlayedJob
from rehearsal.refusal import PlayedRefusal
from rehearsal.wire import Wire, bearer, json_response, origin
from rehearsal.wires.byteplus_orders import PROVIDER, clip_order, picture_order, without_nulls
from rehearsal.wires.byteplus_words import error_of

HOST = "ark.ap-southeast.bytepluses.com"
FILES = "ark-content-generation-ap-southeast-1.tos-ap-southeast-1.bytepluses.com"
_API = f"/{HOST}/api/v3"
_TASKS = f"{_API}/contents/generations/tasks"
_ALPHABET = string.ascii_lowercase + string.digits
_KEPT_S = 7 * 86_400

_STATES = {
    "queued": "queued",
    "running": "running",
    "done": "succeeded",
    "failed": "failed",
    "cancelled": "cancelled",
    "odd": "post_processing",
}


def routes(house: House) -> list[BaseRoute]:
    """Every address of ModelArk's that is served."""
    return PlayedArk(house).routes()


class PlayedArk(Wire):
    """api/v3 of ark.ap-southeast.bytepluses.com.
    Inputs are moderated on the call, outputs when they are made; both free.
    """

    provider: ClassVar[str] = PROVIDER

    def routes(self) -> list[BaseRoute]:
        """Tasks, one task, pictures."""
        return [
            self.route(_TASKS, self.create, "POST"),
            self.route(_TASKS, self.listed),
            self.route(f"{_TASKS}/{{job}}", self.get),
            self.route(f"{_TASKS}/{{job}}", self.delete, "DELETE"),
            self.route(f"{_API}/images/generations", self.picture, "POST"),
        ]

    def key(self, request: Request) -> str:
        """`Authorization: Bearer …`."""
        return bearer(request)

    def new_id(self, order: Order) -> str:
        """cgt-<time>-<5>; a picture has no id on this wire, and gets one for the records."""
        kind = "cgt" if order.operation == "clip" else "img"
        return f"{kind}-{time.strftime('%Y%m%d%H%M%S', time.gmtime())}-{_chosen(5)}"

    def refusal(self, why: PlayedRefusal) -> Response:
        """`{"error": {"code", "message", "param", "type"}}`; the message ends with the id of the request."""
        request_id = _request_id()
        status, error = error_of(why, request_id)
        return _json({"error": error}, status, request_id)

    async def create(self, request: Request) -> Response:
        """POST …/tasks → 200."""

        async def accepted(job: PlayedJob) -> Response:
            marker = {"safety_identifier": job.order.marker} if job.order.marker else {}
            return _json({"id": job.id, **marker})

        return await self.submit(request, partial(clip_order, self.house), accepted)

    async def get(self, request: Request) -> Response:
        """GET …/tasks/{id}."""
        self._refuse_forgotten(request)
        return _json(self._task(request, self.asked(request, request.path_params["job"])))

    async def listed(self, request: Request) -> Response:
        """GET …/tasks: those of the last seven days, the newest first; no prompt in them."""
        account, asked = self.account(request), request.query_params
        number, size = _whole(asked.get("page_num", "1")), _whole(asked.get("page_size", "10"))
        jobs = [job for job in self.house.records.jobs(PROVIDER, account.name) if not _forgotten(job)]
        looks = [self.house.look(job) for job in reversed(jobs) if job.order.operation == "clip"]
        wanted = {
            "status": asked.getlist("filter.status"),
            "id": asked.getlist("filter.task_ids"),
            "model": asked.getlist("filter.model"),
            "service_tier": asked.getlist("filter.service_tier"),
        }
        tasks = [self._task(request, look) for look in looks]
        tasks = [task for task in tasks if all(not told or task[name] in told for name, told in wanted.items())]
        return _json({"items": tasks[(number - 1) * size : number * size], "total": len(tasks)})

    async def delete(self, request: Request) -> Response:
        """DELETE …/tasks/{id}: one that is queued is cancelled, one that has ended forgotten; one that runs stays."""
        self._refuse_forgotten(request)
        account, job_id = self.account(request), request.path_params["job"]
        job = self.house.job(account, job_id)
        if job is None:
            raise PlayedRefusal("unknown_job", job_id)
        match self.house.look(job).state:
            case "queued":
                self.house.cancel(job)
            case "running" | "odd":
                raise PlayedRefusal("running", job_id)
            case "cancelled":
                raise PlayedRefusal("invalid", f"Cannot delete task `{job_id}` because it is cancelled.")
            case _:
                self.house.records.end(job_id, "removed")
        return _json({})

    async def picture(self, request: Request) -> Response:
        """POST /images/generations → 200 with the picture in it, or its address."""

        async def made(job: PlayedJob) -> Response:
            look = await self.house.made(job)
            if look.failure:
                request_id = _request_id()
                status, error = error_of(look.failure, request_id, picture=True)
                return _json({"error": error}, status, request_id)
            asked = _asked(self.house.records.raw(job.id))
            size = f"{job.order.width}x{job.order.height}"
            if asked.get("response_format", "url") == "b64_json":
                item: dict[str, Any] = {"b64_json": base64.b64encode(files.inside(self.house, job)).decode()}
            else:
                item = {"url": files.address(self.house, job, FILES, origin=origin(request))}
            tokens = job.order.width * job.order.height // 256
            usage = {"generated_images": 1, "output_tokens": tokens, "total_tokens": tokens}
            told = {} if look.cost_microusd is None else {"usage": usage}
            data = [] if job.fault("no_url") else [{**item, "size": size}]
            return _json({"model": job.order.model, "created": int(job.made_at), "data": data, **told})

        return await self.submit(request, partial(picture_order, self.house), made)

    def _refuse_forgotten(self, request: Request) -> None:
        job = self.house.records.job(request.path_params["job"])
        if job is not None and (_forgotten(job) or job.order.operation == "panel"):
            raise PlayedRefusal("unknown_job", job.id)

    def _task(self, request: Request, look: JobState) -> dict[str, Any]:
        """A task as polls and the list tell it."""
        job, order = look.job, look.job.order
        told: dict[str, Any] = {
            "id": job.id,
            "model": order.model,
            "status": _STATES[look.state],
            "created_at": int(job.made_at),
            "updated_at": int(time.time()),
            "service_tier": "default",
            "execution_expires_after": 172_800,
            "generate_audio": order.audio,
            "draft": False,
            "priority": 0,
        }
        if order.marker:
            told["safety_identifier"] = order.marker
        if look.failure:
            _, error = error_of(look.failure, _request_id())
            return told | {"error": {"code": error["code"], "message": error["message"]}}
        if look.state != "done":
            return told
        url = "" if job.fault("no_url") else files.address(self.house, job, FILES, origin=origin(request))
        told |= {"content": {"video_url": url} if url else {}, "seed": order.seed or 0, "resolution": order.resolution}
        told |= {"ratio": "16:9", "duration": int(order.seconds), "framespersecond": 24}
        return told | ({} if look.cost_absent else {"usage": _tokens(look)})


def _tokens(look: JobState) -> dict[str, int] | None:
    """The billed tokens: the clip's own, times whatever the bill is more than its price."""
    order = look.job.order
    if look.cost_microusd is None:
        return None
    own = seedance.tokens(order.width, order.height, int(order.seconds))
    told = own * look.cost_microusd // max(1, order.price_microusd)
    return {"completion_tokens": told, "total_tokens": told}


def _forgotten(job: PlayedJob) -> bool:
    return job.ended == "removed" or job.fault("data_removed") is not None or time.time() - job.made_at > _KEPT_S


def _whole(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 500:
        raise PlayedRefusal("invalid", "page_num and page_size are between 1 and 500", field="page_size")
    return int(text)


def _chosen(count: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(count))


def _asked(raw: str) -> dict[str, Any]:
    return without_nulls(json.loads(raw))


def _request_id() -> str:
    return f"02{int(time.time() * 1000)}{secrets.token_hex(16)}"


def _json(content: object, status: int = 200, request_id: str = "") -> Response:
    return json_response(content, status, {"x-request-id": request_id or _request_id()})
