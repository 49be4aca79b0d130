"""fal's wire: Seedance 2.0 through the queue, and of the platform the list of requests,
the prices and the account's balance.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from rehearsal import files, seedance
from rehearsal.house import House, JobState
from rehearsal.order import Order
from rehearsal.records import PlayedJob
from rehearsal.refusal import PlayedRefusal
from rehearsal.wire import Wire, dollars, json_response, origin
from rehearsal.wires.fal_orders import PROVIDER, clip_order, family_and_kind, thousand_tokens_usd
from rehearsal.wires.fal_words import headers_of, refused, typed

QUEUE, PLATFORM, FILES = "queue.fal.run", "api.fal.ai", "v3b.fal.media"
_KEPT_S = 7 * 86_400.0
_PAGE, _PAGE_MAX = 50, 100


def routes(house: House) -> list[BaseRoute]:
    """Every address of fal's that is served."""
    return PlayedFal(house).routes()


class PlayedFal(Wire):
    """queue.fal.run and api.fal.ai. Whatever is moderated is moderated by the model:
    the request is completed, and has failed.
    """

    provider: ClassVar[str] = PROVIDER
    moderates_at_once: ClassVar[bool] = False

    def routes(self) -> list[BaseRoute]:
        """A request's addresses hold owner and app alone, whatever the rest of the model's name is."""
        request, platform = f"/{QUEUE}/{{owner}}/{{app}}/requests/{{job}}", f"/{PLATFORM}/v1"
        return [
            self.route(f"{request}/status", self.status),
            self.route(f"{request}/cancel", self.cancel, "PUT"),
            self.route(request, self.result),
            self.route(f"/{QUEUE}/{{model:path}}", self.enqueue, "POST"),
            self.route(f"{platform}/models/requests/by-endpoint", self.listed),
            self.route(f"{platform}/models/pricing", self.pricing),
            self.route(f"{platform}/account/billing", self.billing),
        ]

    def key(self, request: Request) -> str:
        """`Authorization: Key …`."""
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        return key.strip() if scheme.lower() == "key" else ""

    def new_id(self, order: Order) -> str:  # noqa: ARG002  no part of it says what was ordered
        """A UUID."""
        return str(uuid.uuid4())

    def refusal(self, why: PlayedRefusal) -> Response:
        """`{"detail": …}`: a sentence, or a list of typed faults."""
        status, body = refused(why)
        if body is None:
            return Response(
                f"<html><head><title>{status}</title></head><body>nginx</body></html>", status, media_type="text/html"
            )
        return json_response(body, status, headers_of(why))

    async def enqueue(self, request: Request) -> Response:
        """POST /{model} → 200, in the queue."""
        model = request.path_params["model"]

        def read(body: dict[str, Any]) -> Order:
            return clip_order(self.house, model, body)

        async def accepted(job: PlayedJob) -> Response:
            here = self._here(request, job)
            told = {"status": "IN_QUEUE", "request_id": job.id, "gateway_request_id": job.id, "queue_position": 0}
            urls = {"response_url": here, "status_url": f"{here}/status", "cancel_url": f"{here}/cancel"}
            return json_response({**told, **urls}, headers={"x-fal-request-id": job.id})

        return await self.submit(request, read, accepted)

    async def status(self, request: Request) -> Response:
        """GET …/status: 202 until it is completed, then 200, of a failure as well."""
        look = self.asked(request, self._id(request))
        told: dict[str, Any] = {"request_id": look.job.id, "response_url": self._here(request, look.job)}
        match look.state:
            case "queued":
                return json_response({"status": "IN_QUEUE", **told, "queue_position": 0}, 202)
            case "running":
                return json_response({"status": "IN_PROGRESS", **told, "logs": []}, 202)
            case "odd":
                return json_response({"status": "WARMING_UP", **told, "logs": []}, 202)
        told |= {"status": "COMPLETED", "logs": [], "metrics": {"inference_time": self.house.script.job_s}}
        if look.state == "cancelled":
            told |= {"error": "Request was cancelled", "error_type": "request_cancelled"}
        if look.failure:
            kind, words, _ = typed(look.failure)
            told |= {"error": words, "error_type": kind}
        return json_response(told)

    async def result(self, request: Request) -> Response:
        """GET …/requests/{id}: the model's own answer, with its own status where it failed."""
        job = self._job(request)
        # The poll that found it completed was counted already, and asking for the result is not another.
        look = self.house.look(replace(job, asked_when_done=max(0, job.asked_when_done - 1)))
        if look.failure:
            return self.refusal(look.failure)
        if look.state == "cancelled":
            raise PlayedRefusal("invalid", "Request was cancelled")
        if look.state != "done":
            raise PlayedRefusal("not_ready", "Request is still in progress")
        if job.fault("data_removed"):
            raise PlayedRefusal("unknown_job")
        url = files.address(
            self.house, job, FILES, origin=origin(request), ttl_s=min(_KEPT_S, self.house.script.url_ttl_s)
        )
        size = self.house.output(job).stat().st_size
        video = {"url": url, "content_type": "video/mp4", "file_name": "out.mp4", "file_size": size}
        headers = {"x-fal-request-id": job.id, **_units(look)}
        return json_response({"video": None if job.fault("no_url") else video, "seed": job.order.seed}, headers=headers)

    async def cancel(self, request: Request) -> Response:
        """PUT …/cancel → 202, 400 for what is completed, 404 for what is not there."""
        account, job_id = self.account(request), self._id(request)
        job = self.house.job(account, job_id)
        if job is None:
            return json_response({"status": "NOT_FOUND"}, 404)
        if self.house.cancel(job):
            return json_response({"status": "CANCELLATION_REQUESTED"}, 202)
        return json_response({"status": "ALREADY_COMPLETED"}, 400)

    async def listed(self, request: Request) -> Response:
        """GET …/by-endpoint: the account's requests of some models in a span of time, the newest first, by pages."""
        account, asked = self.account(request), request.query_params
        models = {model for told in asked.getlist("endpoint_id") for model in told.split(",")}
        if not models:
            raise PlayedRefusal("invalid", "endpoint_id is required", field="endpoint_id")
        now = datetime.now(UTC)
        start, end = _moment(asked.get("start"), now.timestamp() - 86_400), _moment(asked.get("end"), now.timestamp())
        jobs = [
            job
            for job in reversed(self.house.records.jobs(PROVIDER, account.name))
            if job.order.model in models and start <= job.made_at < end
        ]
        size, first = min(_PAGE_MAX, int(asked.get("limit", _PAGE))), int(asked.get("cursor") or 0)
        more = first + size < len(jobs)
        items = [self._item(job, payloads="payloads" in asked.getlist("expand")) for job in jobs[first : first + size]]
        return json_response({"items": items, "next_cursor": str(first + size) if more else None, "has_more": more})

    async def pricing(self, request: Request) -> Response:
        """GET …/pricing: what one unit of a model costs; Seedance's is a thousand tokens."""
        self.account(request)
        models = [model for told in request.query_params.getlist("endpoint_id") for model in told.split(",")]
        told = [
            {
                "endpoint_id": model,
                "unit_price": thousand_tokens_usd(self.house, model),
                "unit": "1000 tokens",
                "currency": "USD",
            }
            for model in models
            if family_and_kind(model)
        ]
        return json_response({"prices": told, "next_cursor": None, "has_more": False})

    async def billing(self, request: Request) -> Response:
        """GET /account/billing: the balance, for an admin's key."""
        account = self.account(request)
        if not account.terms.management:
            raise PlayedRefusal("forbidden", "This endpoint requires an Admin API key")
        credits_left = {
            "current_balance": dollars(account.terms.credit_usd - self.house.spent(account)),
            "currency": "USD",
        }
        expanded = "credits" in request.query_params.getlist("expand")
        return json_response({"username": "rehearsal", **({"credits": credits_left} if expanded else {})})

    def _item(self, job: PlayedJob, *, payloads: bool) -> dict[str, Any]:
        look = self.house.look(job)
        ended = look.state in {"done", "failed", "cancelled"}
        code = {"done": 200, "failed": refused(look.failure)[0] if look.failure else 500}.get(look.state)
        at = datetime.fromtimestamp(job.made_at, UTC).isoformat().replace("+00:00", "Z")
        item = {
            "request_id": job.id,
            "endpoint_id": job.order.model,
            "sent_at": at,
            "started_at": at,
            "ended_at": at if ended else None,
            "status_code": code,
            "duration": self.house.script.job_s if ended else None,
        }
        asked = json.loads(self.house.records.raw(job.id) or "null")
        return {**item, "json_input": asked, "json_output": None} if payloads else item

    def _job(self, request: Request) -> PlayedJob:
        job = self.house.job(self.account(request), self._id(request))
        if job is None:
            raise PlayedRefusal("unknown_job")
        return job

    def _id(self, request: Request) -> str:
        """The request that an address names; "" where owner and app are not its own."""
        named = request.path_params
        job = self.house.records.job(named["job"])
        mine = job is not None and job.order.model.split("/")[:2] == [named["owner"], named["app"]]
        return str(named["job"]) if mine else ""

    def _here(self, request: Request, job: PlayedJob) -> str:
        owner, app = job.order.model.split("/")[:2]
        return f"{origin(request)}/{QUEUE}/{owner}/{app}/requests/{job.id}"


def _units(look: JobState) -> dict[str, str]:
    """Thousands of tokens, of which the true bill is made; nothing while the bill is not told."""
    if look.cost_microusd is None:
        return {}
    order = look.job.order
    tokens = Decimal(seedance.tokens(order.width, order.height, round(order.seconds)))
    units = tokens / 1000 * look.cost_microusd / order.price_microusd
    return {"x-fal-billable-units": f"{units.quantize(Decimal('1e-9'), ROUND_DOWN).normalize():f}"}


def _moment(told: str | None, default: float) -> float:
    try:
        return datetime.fromisoformat(told).timestamp() if told else default
    except ValueError:
        raise PlayedRefusal("invalid", f"{told} is not an ISO 8601 time", field="start") from None
