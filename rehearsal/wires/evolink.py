"""Evolink's wire: videos by submit and poll, and what is left of the credits. It lists nothing, and tells no bill."""

from __future__ import annotations

import secrets
import string
import time
from decimal import Decimal
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from governor.errors import UnknownPrice
from manifests.price import Usage
from rehearsal import files, seedance
from rehearsal.house import House, Look
from rehearsal.order import Order
from rehearsal.records import Job
from rehearsal.refusal import Refusal
from rehearsal.wire import RAW, Wire, bearer, json_response, origin

PROVIDER = "evolink"
HOST = "api.evolink.ai"
FILES = "files.evolink.ai"
CREDITS_PER_USD = 68
_API = f"/{HOST}/v1"
_ALPHABET = string.ascii_lowercase + string.digits
_SECONDS = range(4, 16)
_SMALL, _ALL = ("480p", "720p"), ("480p", "720p", "1080p")
_FAMILIES = {"seedance-2.0": (_ALL, 200), "seedance-2.0-fast": (_SMALL, 160), "seedance-2.0-mini": (_SMALL, 100)}
"""Qualities, and what a clip costs in percent of mini's, as ByteDance's own list has it."""

_KINDS = {"text-to-video": (0, 0), "image-to-video": (1, 2), "reference-to-video": (0, 9)}
"""The fewest and the most pictures."""

_TRIAL_MICROUSD, _TRIAL_TOKENS = 150_400, 40_594
"""The one charge that is known: 10.23 credits for four seconds of mini at 480p. Whatever else is billed here in its proportion."""

_STATES = {
    "queued": "pending", "running": "processing", "done": "completed", "failed": "failed", "cancelled": "cancelled",
    "odd": "reviewing",
}  # fmt: skip
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
"""Status, code, message and type by kind; what is missing is an invalid request."""

_FAILED = {
    "moderation_input": ("content_policy_violation", "Content policy violation.\nYour request was blocked by safety filters"),
    "moderation_output": ("content_policy_violation", "Content policy violation.\nThe result was blocked by safety filters"),
    "failed": ("service_error", "The service failed to make this video"),
}  # fmt: skip


def routes(house: House) -> list[BaseRoute]:
    """Every address of Evolink's that is served."""
    return Evolink(house).routes()


class Evolink(Wire):
    """v1 of api.evolink.ai. What it takes offence at fails as a task."""

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

    def refusal(self, why: Refusal) -> Response:
        """`{"error": {"code", "message", "type"}}`."""
        kind = "bad_id" if why.kind == "invalid" and why.field == "task_id" else why.kind
        plain = (400, "invalid_request", why.words or "Invalid request parameters", "invalid_request_error")
        status, code, message, family = _ANSWERS.get(kind, plain)
        status = why.status if kind == "server_error" else status
        headers = {} if why.retry_after_s is None else {"Retry-After": str(why.retry_after_s)}
        return json_response({"error": {"code": code, "message": message, "type": family}}, status, headers)

    async def create(self, request: Request) -> Response:
        """POST /videos/generations → 200."""

        async def accepted(job: Job) -> Response:
            return json_response(self._task(request, Look(job, "queued")))

        return await self.submit(request, self._video, accepted)

    async def get(self, request: Request) -> Response:
        """GET /tasks/{id}."""
        job_id = request.path_params["job"]
        if not job_id.startswith("task-"):
            raise Refusal("invalid", field="task_id")
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

    def _task(self, request: Request, look: Look) -> dict[str, Any]:
        job, order = look.job, look.job.order
        told: dict[str, Any] = {
            "created": int(job.made_at), "id": job.id, "model": order.model, "object": "video.generation.task",
            "progress": _PROGRESS.get(look.state, 0), "status": _STATES[look.state], "type": "video",
            "task_info": {"can_cancel": look.state == "queued", "estimated_time": 165, "video_duration": int(order.seconds)},
            "usage": {
                "billing_rule": "per_second", "credits_reserved": _credits(order.price_microusd), "user_group": "default"
            },
        }  # fmt: skip
        if look.failure:
            code, message = _FAILED[look.failure.kind]
            return told | {"error": {"code": code, "message": look.failure.words or message}}
        if look.state == "done":
            told["results"] = (
                [] if job.fault("no_url") else [files.address(self.house, job, FILES, origin=origin(request))]
            )
        return told

    def _video(self, body: dict[str, Any]) -> Order:
        model, quality = body["model"], body.get("quality", "720p")
        family = next((name for name in _FAMILIES if model in {f"{name}-{kind}" for kind in _KINDS}), None)
        if family is None:
            raise Refusal("unknown_model", str(model))
        kind, (qualities, _) = model.removeprefix(f"{family}-"), _FAMILIES[family]
        seconds, shown = body.get("duration", 5), body.get("image_urls") or []
        fewest, most = _KINDS[kind]
        if isinstance(seconds, bool) or seconds not in _SECONDS:
            raise Refusal("invalid", "duration must be between 4 and 15 seconds", field="duration")
        if quality not in qualities:
            raise Refusal("invalid", f"quality must be one of {', '.join(qualities)}", field="quality")
        if not fewest <= len(shown) <= most:
            raise Refusal("invalid", f"image_urls must have {fewest} to {most} items", field="image_urls")
        if any(not url.startswith(("https://", "http://")) for url in shown):
            raise Refusal("invalid", "image_urls must be publicly accessible URLs", field="image_urls")
        width, height = seedance.frame_size(model, quality, body.get("aspect_ratio", "16:9"))
        audio = bool(body.get("generate_audio", True))
        frames, references = (shown, []) if kind == "image-to-video" else ([], shown)
        start, end = [*map(self.house.picture, frames), None, None][:2]
        usage = Usage(
            provider=PROVIDER, model=model, operation="clip", resolution=quality, output_ms=seconds * 1000, width=width,
            height=height, audio=audio,
        )  # fmt: skip
        return Order(
            provider=PROVIDER, model=model, operation="clip", prompt=body["prompt"], width=width, height=height,
            resolution=quality, seconds=float(seconds), start_frame=start, end_frame=end, audio=audio, raw=body[RAW],
            references=tuple(map(self.house.picture, references)), price_microusd=self._price(usage, family),
        )  # fmt: skip

    def _price(self, usage: Usage, family: str) -> int:
        """The price book's, where it has one."""
        try:
            return self.house.price(usage)
        except UnknownPrice:
            own = seedance.tokens(usage.width, usage.height, usage.output_ms // 1000)
            return _TRIAL_MICROUSD * own * _FAMILIES[family][1] // (_TRIAL_TOKENS * 100)


def _credits(microusd: int) -> Decimal:
    return round(Decimal(microusd) * CREDITS_PER_USD / 1_000_000, 4)
