"""OpenRouter's wire: videos by submit and poll, images and words at once, the key and its rest, the catalogues."""

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

from rehearsal import files
from rehearsal.house import House, JobState
from rehearsal.order import Order
from rehearsal.records import PlayedJob
from rehearsal.refusal import PlayedRefusal
from rehearsal.wire import Wire, bearer, dollars, json_response, origin
from rehearsal.wires.chat import completion, words_order
from rehearsal.wires.openrouter_models import CATALOGUE
from rehearsal.wires.openrouter_orders import PROVIDER, clip_order, picture_order
from rehearsal.wires.openrouter_text import TEXT_MODELS, price_of_text, text_model
from rehearsal.wires.openrouter_words import error_of

HOST = "openrouter.ai"
_API = f"/{HOST}/api/v1"
_ALPHABET = string.ascii_letters + string.digits
_STATUS = {
    "queued": "pending",
    "running": "in_progress",
    "done": "completed",
    "failed": "failed",
    "cancelled": "cancelled",
    "odd": "post_processing",
}


def routes(house: House) -> list[BaseRoute]:
    """Every address of OpenRouter's that is served."""
    return PlayedOpenRouter(house).routes()


class PlayedOpenRouter(Wire):
    """api/v1 of openrouter.ai. ByteDance's refusals arrive on the call or on a poll; all of them are free."""

    provider: ClassVar[str] = PROVIDER

    def routes(self) -> list[BaseRoute]:
        """Videos, images, words, key, credits, generation. The catalogues need no key."""
        return [
            self.route(f"{_API}/videos", self.submit_video, "POST"),
            self.route(f"{_API}/videos/models", self.models),
            self.route(f"{_API}/videos/{{job}}", self.poll),
            self.route(f"{_API}/videos/{{job}}/content", self.content),
            self.route(f"{_API}/images", self.submit_image, "POST"),
            self.route(f"{_API}/models", self.text_models),
            self.route(f"{_API}/chat/completions", self.complete, "POST"),
            self.route(f"{_API}/key", self.key_facts),
            self.route(f"{_API}/credits", self.credits),
            self.route(f"{_API}/generation", self.generation),
        ]

    def key(self, request: Request) -> str:
        """`Authorization: Bearer …`."""
        return bearer(request)

    def new_id(self, order: Order) -> str:
        """gen-vid-<seconds since 1970>-<20 letters and digits>."""
        kind = {"clip": "vid-", "panel": "img-"}.get(order.operation, "")
        return f"gen-{kind}{int(time.time())}-{''.join(secrets.choice(_ALPHABET) for _ in range(20))}"

    def refusal(self, why: PlayedRefusal) -> Response:
        """`{"error": {"code", "message", "metadata"?}}` with the status of each case."""
        status, message, metadata = error_of(why)
        headers: dict[str, str] = {}
        if why.kind == "rate_limited":
            headers = {"X-RateLimit-Limit": "20", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": _reset_ms(why)}
            headers |= {} if why.retry_after_s is None else {"Retry-After": str(why.retry_after_s)}
        error: dict[str, Any] = {"code": status, "message": message}
        return json_response({"error": error | ({"metadata": metadata} if metadata else {})}, status, headers)

    async def submit_video(self, request: Request) -> Response:
        """POST /videos → 202."""

        async def accepted(job: PlayedJob) -> Response:
            polling = f"/api/v1/videos/{job.id}"
            return json_response({"id": job.id, "polling_url": polling, "status": "pending"}, 202)

        return await self.submit(request, partial(clip_order, self.house), accepted)

    async def poll(self, request: Request) -> Response:
        """GET /videos/{id}."""
        look = self.asked(request, request.path_params["job"])
        return json_response(_told(look, self._urls(request, look)))

    async def content(self, request: Request) -> Response:
        """GET /videos/{id}/content: the bytes, for the key that made them."""
        account = self.account(request)
        job = self.house.job(account, request.path_params["job"])
        if job is None:
            raise PlayedRefusal("unknown_job")
        if self.house.look(job).state != "done":
            raise PlayedRefusal("not_ready", f"Video is not ready: {_STATUS[self.house.look(job).state]}")
        if (dead := job.fault("expired_url")) and job.edition < (dead.hits or 0):
            self.house.records.count(job.id, "edition")
            raise PlayedRefusal("expired")
        if job.fault("data_removed"):
            raise PlayedRefusal("unknown_job")
        return await files.serve(self.house, request, job)

    async def models(self, _: Request) -> Response:
        """GET /videos/models."""
        return json_response(json.loads(CATALOGUE.read_bytes()))

    async def submit_image(self, request: Request) -> Response:
        """POST /images → 200 with the picture in it."""

        async def made(job: PlayedJob) -> Response:
            look = await self.house.made(job)
            if look.failure:
                raise look.failure
            content = base64.b64encode(files.inside(self.house, job)).decode()
            tokens = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
            usage = {**tokens, **_cost(look)}
            data = [] if job.fault("no_url") else [{"b64_json": content, "media_type": "image/png"}]
            return json_response({"created": int(job.made_at), "data": data, "usage": usage})

        return await self.submit(request, partial(picture_order, self.house), made)

    async def text_models(self, _: Request) -> Response:
        """GET /models: text models with their prices."""
        return json_response({"data": [text_model(name) for name in TEXT_MODELS]})

    async def complete(self, request: Request) -> Response:
        """POST /chat/completions → 200 with the words in it."""

        async def answered(job: PlayedJob) -> Response:
            look = await self.house.made(job)
            if look.failure and look.failure.kind != "moderation_output":
                raise look.failure
            usage = {"is_byok": False, **_cost(look)}
            return json_response(completion(job, usage, withheld=look.failure is not None))

        return await self.submit(request, partial(words_order, self.house, PROVIDER, price_of=price_of_text), answered)

    async def key_facts(self, request: Request) -> Response:
        """GET /key: the limit and what is left of it, in dollars."""
        account = self.account(request)
        limit, spent = account.terms.limit_usd, self.house.spent(account)
        left = None if limit is None else max(0, limit - self.house.spent_of_limit(account))
        reset = None if limit is None or account.terms.limit_reset == "total" else account.terms.limit_reset
        used = {f"usage{span}": dollars(spent) for span in ("", "_daily", "_weekly", "_monthly")}
        byok = {f"byok_usage{span}": 0 for span in ("", "_daily", "_weekly", "_monthly")}
        budgets = [] if limit is None else [_budget(limit, self.house.spent_of_limit(account), reset)]
        data = {
            "label": "sk-or-v1-reh...sal",
            "limit": None if limit is None else dollars(limit),
            "limit_reset": reset,
            "limit_remaining": None if left is None else dollars(left),
            "include_byok_in_limit": False,
            **used,
            **byok,
            "is_free_tier": False,
            "is_management_key": account.terms.management,
            "is_provisioning_key": False,
            "creator_user_id": "user_rehearsal",
            "organization_id": None,
            "workspace_id": None,
            "expires_at": None,
            "allowed_data_regions": ["global"],
            "budgets": budgets,
            "effective_budget": budgets[0] if budgets else None,
            "free_model_daily_requests": {"limit": 1000, "remaining": 1000, "used": 0},
            "rate_limit": {"requests": -1, "interval": "10s", "note": "This field is deprecated and safe to ignore."},
        }
        return json_response({"data": data})

    async def credits(self, request: Request) -> Response:
        """GET /credits: for management keys."""
        account = self.account(request)
        if not account.terms.management:
            raise PlayedRefusal("forbidden", "Only management keys can perform this operation")
        told = {"total_credits": dollars(account.terms.credit_usd), "total_usage": dollars(self.house.spent(account))}
        return json_response({"data": told})

    async def generation(self, request: Request) -> Response:
        """GET /generation?id=…: what a known generation cost."""
        account = self.account(request)
        job = self.house.job(account, _job_of(request.query_params.get("id", "")))
        if job is None or (look := self.house.look(job)).state != "done":
            raise PlayedRefusal("unknown_job")
        made_at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(job.made_at))
        cost = None if look.cost_microusd is None else dollars(look.cost_microusd)
        told = {"id": _generation(job), "model": job.order.model, "total_cost": cost, "created_at": made_at}
        return json_response({"data": told | {"provider_name": "Seed", "external_user": None, "session_id": None}})

    def _urls(self, request: Request, look: JobState) -> list[str]:
        here = f"{origin(request)}{_API}/videos/{look.job.id}/content?index=0"
        return [] if look.job.fault("no_url") else [here]


def _told(look: JobState, urls: list[str]) -> dict[str, Any]:
    """The state of a job as a poll says it."""
    told: dict[str, Any] = {
        "id": look.job.id,
        "polling_url": f"/api/v1/videos/{look.job.id}",
        "status": _STATUS[look.state],
    }
    if look.failure:
        return told | {"error": error_of(look.failure)[1]}
    if look.state == "cancelled":
        return told | {"error": "Job was cancelled"}
    if look.state != "done":
        return told
    usage = {"is_byok": False, **_cost(look)}
    return told | {"generation_id": _generation(look.job), "unsigned_urls": urls, "usage": usage}


def _budget(limit: int, spent: int, reset: str | None) -> dict[str, Any]:
    """The key's own limit, as one of the budgets that it spends from: here it is the only one."""
    return {
        "scope": "key_limit",
        "budget_id": None,
        "guardrail_id": None,
        "include_byok": False,
        "reset_interval": reset,
        "resets_at": None,
        "limit_usd": dollars(limit),
        "spend_usd": dollars(spent),
        "remaining_usd": dollars(limit - spent),
    }


def _cost(look: JobState) -> dict[str, Any]:
    if look.cost_absent:
        return {}
    return {"cost": None if look.cost_microusd is None else dollars(look.cost_microusd)}


def _generation(job: PlayedJob) -> str:
    return f"gen-{job.id.removeprefix('gen-vid-')}"


def _job_of(generation: str) -> str:
    return f"gen-vid-{generation.removeprefix('gen-')}" if not generation.startswith("gen-vid-") else generation


def _reset_ms(why: PlayedRefusal) -> str:
    return str(int((time.time() + (why.retry_after_s or 10)) * 1000))
