"""Evolink's wire: videos by submit and poll, and the remaining credits. It lists nothing, and tells no bill."""

from __future__ import annotations

import secrets
import string
import time
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from rehearsal import files
from rehearsal.house import House, JobState
from rehearsal.order import Order
from rehearsal.records import PlayedJob
from rehearsal.refusal import PlayedRefusal
from rehearsal.wire import Wire, bearer, json_response, origin
from rehearsal.wires.evolink_orders import PROVIDER, clip_order

HOST = "api.evolink.ai"
FILES = "files.evolink.ai"
CREDITS_PER_USD = 68
_API = f"/{HOST}/v1"
_ALPHABET = string.ascii_lowercase + string.digits
_STATES = {
    "queued": "pending",
    "running": "processing",
    "done": "completed",
    "failed": "failed",
    "cancelled": "cancelled",
    "odd": "reviewing",
}
_PROGRESS = {"queued": 0, "running": 50, "odd": 90, "done": 100}
_ANSWERS: dict[str, tuple[int, str, str, str]] = {
    "unauthorized": (401, "unauthorized", "Invalid or expired token", "authentication_error"),
    "unknown_model": (403, "model_access_denied", "Token does not have access to this model", "permission_error"),
    "forbidden": (403, "model_access_denied", "Token does not have access to this model", "permission_error"),
    "no_credit": (402, "insufficient_quota", "Insufficient credits. Please top up.", "insufficient_quota_error"),
    "key_limit": (402, "insufficient_quota", "The token's credits are used up.", "insufficient_quota_error"),
    "rate_limited": (429, "rate_limit_exceeded", "Too many requests, please retry later", "rate_limit_error"),
    "server_error": (500, "internal_error", "Internal server error", "api_error"),
    "unknown_job": (404, "resource_not_found", "Task not found", "invalid_request_error"),
    "bad_id": (400, "invalid_task_id", "A task's id starts with task-", "invalid_request_error"),
}
"""Status, code, message and type by kind; a missing field makes the request invalid."""

_FAILED = {
    "moderation_input": (
        "content_policy_violation",
        "Content policy violation.\nYour request was blocked by safety filters",
    ),
    "moderation_output": (
        "content_policy_violation",
        "Content policy violation.\nThe result was blocked by safety filters",
    ),
    "failed": ("service_error", "The service failed to make this video"),
}


def routes(house: House) -> list[BaseRoute]:
    """Every address of Evolink's that is served."""
    return PlayedEvolink(house).routes()


class PlayedEvolink(Wire):
    """v1 of api.evolink.ai. A moderated request fails as a task."""

    provider: ClassVar[str] = PROVIDER
    moderates_at_once: ClassVar[bool] = False

    def routes(self) -> list[BaseRoute]:
        """Videos, tasks, credits."""
        return [
            self.route(f"{_API}/videos/generations", self.create, "POST"),
            self.route(f"{_API}/tasks/{{job}}", self.get),
            self.route(f"{_API}/credits", self.credits),
        ]

    def key(self, request: Request) -> str:
        """`Authorization: Bearer …`."""
        return bearer(request)

    def new_id(self, order: Order) -> str:  # noqa: ARG002  the same for all
        """task-unified-<seconds since 1970>-<8>."""
        return f"task-unified-{int(time.time())}-{''.join(secrets.choice(_ALPHABET) for _ in range(8))}"

    def refusal(self, why: PlayedRefusal) -> Response:
        """`{"error": {"code", "message", "type"}}`."""
        kind = "bad_id" if why.kind == "invalid" and why.field == "task_id" else why.kind
        plain = (400, "invalid_request", why.words or "Invalid request parameters", "invalid_request_error")
        status, code, message, family = _ANSWERS.get(kind, plain)
        status = why.status if kind == "server_error" else status
        headers = {} if why.retry_after_s is None else {"Retry-After": str(why.retry_after_s)}
        return json_response({"error": {"code": code, "message": message, "type": family}}, status, headers)

    async def create(self, request: Request) -> Response:
        """POST /videos/generations → 200."""

        async def accepted(job: PlayedJob) -> Response:
            return json_response(self._task(request, JobState(job, "queued")))

        return await self.submit(request, partial(clip_order, self.house), accepted)

    async def get(self, request: Request) -> Response:
        """GET /tasks/{id}."""
        job_id = request.path_params["job"]
        if not job_id.startswith("task-"):
            raise PlayedRefusal("invalid", field="task_id")
        return json_response(self._task(request, self.asked(request, job_id)))

    async def credits(self, request: Request) -> Response:
        """GET /credits: of the key and of its user."""
        account = self.account(request)
        terms, spent = account.terms, self.house.spent(account)
        limit = terms.limit_usd
        token: dict[str, Any] = {"unlimited_credits": limit is None, "used_credits": _credits(spent)}
        left = 0 if limit is None else max(0, limit - self.house.spent_of_limit(account))
        token["remaining_credits"] = _credits(left) if limit is not None else 99_999
        user = {"remaining_credits": _credits(max(0, terms.credit_usd - spent)), "used_credits": _credits(spent)}
        return json_response({"data": {"token": token, "user": user}, "message": "", "success": True})

    def _task(self, request: Request, look: JobState) -> dict[str, Any]:
        job, order = look.job, look.job.order
        told: dict[str, Any] = {
            "created": int(job.made_at),
            "id": job.id,
            "model": order.model,
            "object": "video.generation.task",
            "progress": _PROGRESS.get(look.state, 0),
            "status": _STATES[look.state],
            "type": "video",
            "task_info": {
                "can_cancel": look.state == "queued",
                "estimated_time": 165,
                "video_duration": int(order.seconds),
            },
            "usage": {
                "billing_rule": "per_second",
                "credits_reserved": _credits(order.price_microusd),
                "user_group": "default",
            },
        }
        if look.failure:
            code, message = _FAILED[look.failure.kind]
            return told | {"error": {"code": code, "message": look.failure.words or message}}
        if look.state == "done":
            told["results"] = (
                [] if job.fault("no_url") else [files.address(self.house, job, FILES, origin=origin(request))]
            )
        return told


def _credits(microusd: int) -> Decimal:
    return round(Decimal(microusd) * CREDITS_PER_USD / 1_000_000, 4)
