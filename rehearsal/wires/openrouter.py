"""OpenRouter's wire: videos by submit and poll, images at once, the key and what is left of it, the catalogue."""

from __future__ import annotations

import base64
import json
import secrets
import string
import time
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from manifests.price import PricedSize, Usage
from rehearsal import files, seedance
from rehearsal.house import House, Look
from rehearsal.order import Order
from rehearsal.records import Job
from rehearsal.refusal import Refusal
from rehearsal.wire import RAW, Wire, bearer, dollars, json_response, origin
from rehearsal.wires.openrouter_prices import Call, price_microusd

PROVIDER = "openrouter"
HOST = "openrouter.ai"
_API = f"/{HOST}/api/v1"
_CATALOGUE = Path(__file__).with_name("openrouter_catalogue.json")
_ALPHABET = string.ascii_letters + string.digits
_FRAMES = {"first_frame", "last_frame"}
_REFERENCES_MAX = 16
_PLAIN_FRAMES = {"480p": 480, "720p": 720, "768p": 768, "1080p": 1080, "4K": 2160}
_IMAGE_SIDE = {"512": 512, "1K": 1024, "2K": 2048, "4K": 4096}
_PRICED_IMAGE: dict[str, PricedSize] = {"512": "0.5K", "1K": "1K", "2K": "2K", "4K": "4K"}
_IMAGE_TOKENS = {"512": 1120, "1K": 1120, "2K": 1120, "4K": 2000}
_TOKENS_A_PICTURE = 560
_STATUS = {
    "queued": "pending", "running": "in_progress", "done": "completed", "failed": "failed", "cancelled": "cancelled",
    "odd": "post_processing",
}  # fmt: skip


def routes(house: House) -> list[BaseRoute]:
    """Every address of OpenRouter's that is served."""
    return OpenRouter(house).routes()


class OpenRouter(Wire):
    """api/v1 of openrouter.ai. ByteDance's refusals arrive on the call or on a poll; all of them are free."""

    provider: ClassVar[str] = PROVIDER

    def routes(self) -> list[BaseRoute]:
        """Videos, images, key, credits, generation. The catalogue needs no key."""
        return [
            self.route(f"{_API}/videos", self.submit_video, "POST"),
            self.route(f"{_API}/videos/models", self.models),
            self.route(f"{_API}/videos/{{job}}", self.poll),
            self.route(f"{_API}/videos/{{job}}/content", self.content),
            self.route(f"{_API}/images", self.submit_image, "POST"),
            self.route(f"{_API}/key", self.key_facts),
            self.route(f"{_API}/credits", self.credits),
            self.route(f"{_API}/generation", self.generation),
        ]

    def key(self, request: Request) -> str:
        """`Authorization: Bearer …`."""
        return bearer(request)

    def new_id(self, order: Order) -> str:
        """gen-vid-<seconds since 1970>-<20 letters and digits>."""
        kind = "vid" if order.operation == "clip" else "img"
        return f"gen-{kind}-{int(time.time())}-{''.join(secrets.choice(_ALPHABET) for _ in range(20))}"

    def refusal(self, why: Refusal) -> Response:
        """`{"error": {"code", "message", "metadata"?}}` with the status of each case."""
        status, message, metadata = _said(why)
        headers: dict[str, str] = {}
        if why.kind == "rate_limited":
            headers = {"X-RateLimit-Limit": "20", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": _reset_ms(why)}
            headers |= {} if why.retry_after_s is None else {"Retry-After": str(why.retry_after_s)}
        error: dict[str, Any] = {"code": status, "message": message}
        return json_response({"error": error | ({"metadata": metadata} if metadata else {})}, status, headers)

    async def submit_video(self, request: Request) -> Response:
        """POST /videos → 202."""

        async def accepted(job: Job) -> Response:
            polling = f"/api/v1/videos/{job.id}"
            return json_response({"id": job.id, "polling_url": polling, "status": "pending"}, 202)

        return await self.submit(request, self._video, accepted)

    async def poll(self, request: Request) -> Response:
        """GET /videos/{id}."""
        look = self.asked(request, request.path_params["job"])
        return json_response(_told(look, self._urls(request, look)))

    async def content(self, request: Request) -> Response:
        """GET /videos/{id}/content: the bytes, for the key that made them."""
        account = self.account(request)
        job = self.house.job(account, request.path_params["job"])
        if job is None:
            raise Refusal("unknown_job")
        if self.house.look(job).state != "done":
            raise Refusal("not_ready", f"Video is not ready: {_STATUS[self.house.look(job).state]}")
        if (dead := job.fault("expired_url")) and job.edition < (dead.hits or 0):
            self.house.records.count(job.id, "edition")
            raise Refusal("expired")
        if job.fault("data_removed"):
            raise Refusal("unknown_job")
        return await files.serve(self.house, request, job)

    async def models(self, _: Request) -> Response:
        """GET /videos/models."""
        return json_response(json.loads(_CATALOGUE.read_bytes()))

    async def submit_image(self, request: Request) -> Response:
        """POST /images → 200 with the picture in it."""

        async def made(job: Job) -> Response:
            look = await self.house.made(job)
            if look.failure:
                raise look.failure
            content = base64.b64encode(files.inside(self.house, job)).decode()
            tokens = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
            usage = {**tokens, **_cost(look)}
            data = [] if job.fault("no_url") else [{"b64_json": content, "media_type": "image/png"}]
            return json_response({"created": int(job.made_at), "data": data, "usage": usage})

        return await self.submit(request, self._image, made)

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
            "label": "sk-or-v1-reh...sal", "limit": None if limit is None else dollars(limit), "limit_reset": reset,
            "limit_remaining": None if left is None else dollars(left), "include_byok_in_limit": False, **used, **byok,
            "is_free_tier": False, "is_management_key": account.terms.management, "is_provisioning_key": False,
            "creator_user_id": "user_rehearsal", "organization_id": None, "workspace_id": None, "expires_at": None,
            "allowed_data_regions": ["global"], "budgets": budgets, "effective_budget": budgets[0] if budgets else None,
            "free_model_daily_requests": {"limit": 1000, "remaining": 1000, "used": 0},
            "rate_limit": {"requests": -1, "interval": "10s", "note": "This field is deprecated and safe to ignore."},
        }  # fmt: skip
        return json_response({"data": data})

    async def credits(self, request: Request) -> Response:
        """GET /credits: for management keys."""
        account = self.account(request)
        if not account.terms.management:
            raise Refusal("forbidden", "Only management keys can perform this operation")
        told = {"total_credits": dollars(account.terms.credit_usd), "total_usage": dollars(self.house.spent(account))}
        return json_response({"data": told})

    async def generation(self, request: Request) -> Response:
        """GET /generation?id=…: what a known generation cost."""
        account = self.account(request)
        job = self.house.job(account, _job_of(request.query_params.get("id", "")))
        if job is None or (look := self.house.look(job)).state != "done":
            raise Refusal("unknown_job")
        made_at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(job.made_at))
        cost = None if look.cost_microusd is None else dollars(look.cost_microusd)
        told = {"id": _generation(job), "model": job.order.model, "total_cost": cost, "created_at": made_at}
        return json_response({"data": told | {"provider_name": "Seed", "external_user": None, "session_id": None}})

    def _video(self, body: dict[str, Any]) -> Order:
        entry = _entry(body.get("model"))
        width, height, resolution = _frame(body, entry)
        seconds = body.get("duration", 5)
        if seconds not in entry["supported_durations"]:
            low, high = min(entry["supported_durations"]), max(entry["supported_durations"])
            raise Refusal("invalid", f"Duration must be between {low} and {high} seconds", field="duration")
        frames = {frame["frame_type"]: self._url(frame) for frame in body.get("frame_images") or ()}
        if unknown := set(frames) - set(entry["supported_frame_images"] or _FRAMES):
            raise Refusal("invalid", f"frame_type {unknown.pop()} is not supported", field="frame_images")
        shown = () if frames else tuple(body.get("input_references") or ())
        if not str(body.get("callback_url", "https://")).startswith("https://"):
            raise Refusal("invalid", "callback_url must be HTTPS", field="callback_url")
        audio = bool(body.get("generate_audio", entry["generate_audio"]))
        call = Call(
            width, height, resolution, seconds, audio, pictures=len(frames) + len(shown), frames=len(frames),
            video_input=any(each["type"] == "video_url" for each in shown),
        )  # fmt: skip
        pictures = tuple(self._url(each) for each in shown if each["type"] == "image_url")
        return Order(
            provider=PROVIDER, model=entry["id"], operation="clip", prompt=body.get("prompt", ""), width=width, height=height,
            resolution=resolution, seconds=float(seconds), seed=body.get("seed"), start_frame=frames.get("first_frame"),
            end_frame=frames.get("last_frame"), references=pictures, audio=audio, marker=str(body.get("user", "")),
            raw=body[RAW], price_microusd=price_microusd(entry["pricing_skus"], call),
        )  # fmt: skip

    def _image(self, body: dict[str, Any]) -> Order:
        size, shown = str(body.get("resolution", "1K")), tuple(body.get("input_references") or ())
        if size not in _IMAGE_SIDE:
            raise Refusal("invalid", f"resolution must be one of {', '.join(_IMAGE_SIDE)}", field="resolution")
        if len(shown) > _REFERENCES_MAX:
            raise Refusal("invalid", f"at most {_REFERENCES_MAX} input_references", field="input_references")
        if body.get("n", 1) != 1:
            raise Refusal("invalid", "n must be 1 here", field="n")
        width, height = _picture(size, str(body.get("aspect_ratio", "1:1")))
        usage = Usage(
            provider=PROVIDER, model=body["model"], operation="panel", resolution=_PRICED_IMAGE[size], images=1,
            width=width, height=height, pictures_in=((1024, 1024),) * len(shown),
            tokens_in=len(str(body["prompt"])) // 4 + _TOKENS_A_PICTURE * len(shown), tokens_out_media=_IMAGE_TOKENS[size],
        )  # fmt: skip
        return Order(
            provider=PROVIDER, model=body["model"], operation="panel", prompt=body["prompt"], width=width, height=height,
            resolution=size, seed=body.get("seed"), references=tuple(self._url(each) for each in shown), raw=body[RAW],
            price_microusd=self.house.price(usage),
        )  # fmt: skip

    def _url(self, shown: dict[str, Any]) -> str:
        return self.house.picture(str(shown["image_url"]["url"]))

    def _urls(self, request: Request, look: Look) -> list[str]:
        here = f"{origin(request)}{_API}/videos/{look.job.id}/content?index=0"
        return [] if look.job.fault("no_url") else [here]


def _told(look: Look, urls: list[str]) -> dict[str, Any]:
    """The state of a job as a poll says it."""
    told: dict[str, Any] = {
        "id": look.job.id,
        "polling_url": f"/api/v1/videos/{look.job.id}",
        "status": _STATUS[look.state],
    }
    if look.failure:
        return told | {"error": _said(look.failure)[1]}
    if look.state == "cancelled":
        return told | {"error": "Job was cancelled"}
    if look.state != "done":
        return told
    usage = {"is_byok": False, **_cost(look)}
    return told | {"generation_id": _generation(look.job), "unsigned_urls": urls, "usage": usage}


def _budget(limit: int, spent: int, reset: str | None) -> dict[str, Any]:
    """The key's own limit, as one of the budgets that it spends from: here it is the only one."""
    return {
        "scope": "key_limit", "budget_id": None, "guardrail_id": None, "include_byok": False, "reset_interval": reset,
        "resets_at": None, "limit_usd": dollars(limit), "spend_usd": dollars(spent), "remaining_usd": dollars(limit - spent),
    }  # fmt: skip


def _cost(look: Look) -> dict[str, Any]:
    if look.cost_absent:
        return {}
    return {"cost": None if look.cost_microusd is None else dollars(look.cost_microusd)}


def _generation(job: Job) -> str:
    return f"gen-{job.id.removeprefix('gen-vid-')}"


def _job_of(generation: str) -> str:
    return f"gen-vid-{generation.removeprefix('gen-')}" if not generation.startswith("gen-vid-") else generation


@cache
def _models() -> dict[str, dict[str, Any]]:
    entries = json.loads(_CATALOGUE.read_bytes())["data"]
    return {name: entry for entry in entries for name in (entry["id"], entry["canonical_slug"])}


def _entry(model: object) -> dict[str, Any]:
    if not isinstance(model, str) or model not in _models():
        raise Refusal("unknown_model", str(model))
    return _models()[model]


def _frame(body: dict[str, Any], entry: dict[str, Any]) -> tuple[int, int, str]:
    """The frame that is really made, and the resolution whose price it has."""
    if "size" in body:
        if "resolution" in body or "aspect_ratio" in body:
            raise Refusal("invalid", "size cannot be combined with resolution or aspect_ratio", field="size")
        if body["size"] not in entry["supported_sizes"]:
            raise Refusal("invalid", f"Size must be one of {', '.join(entry['supported_sizes'])}", field="size")
        width, height = map(int, body["size"].split("x"))
        resolution = next((r for r, lines in _PLAIN_FRAMES.items() if lines == min(width, height)), "4K")
        aspect = min(entry["supported_aspect_ratios"], key=lambda a: abs(_ratio(a) - width / height))
    else:
        resolution, aspect = body.get("resolution", "720p"), body.get("aspect_ratio", "16:9")
    if resolution not in entry["supported_resolutions"]:
        raise Refusal(
            "invalid", f"Resolution must be one of {', '.join(entry['supported_resolutions'])}", field="resolution"
        )
    if aspect not in entry["supported_aspect_ratios"]:
        known = ", ".join(entry["supported_aspect_ratios"])
        raise Refusal("invalid", f"Aspect ratio must be one of {known}", field="aspect_ratio")
    if "seedance" in entry["id"]:
        return (*seedance.frame_size(entry["id"], resolution, aspect), resolution)
    lines, ratio = _PLAIN_FRAMES[resolution], _ratio(aspect)
    width, height = (round(lines * ratio / 2) * 2, lines) if ratio >= 1 else (lines, round(lines / ratio / 2) * 2)
    return width, height, resolution


def _picture(size: str, aspect: str) -> tuple[int, int]:
    """A picture of about side², in whole multiples of 16."""
    ratio, side = _ratio(aspect), _IMAGE_SIDE[size]
    return max(16, round(side * ratio**0.5 / 16) * 16), max(16, round(side / ratio**0.5 / 16) * 16)


def _ratio(aspect: str) -> float:
    across, _, down = aspect.partition(":")
    return int(across) / int(down)


def _reset_ms(why: Refusal) -> str:
    return str(int((time.time() + (why.retry_after_s or 10)) * 1000))


def _said(why: Refusal) -> tuple[int, str, dict[str, Any]]:
    """Status, message and metadata of a refusal."""
    status, message, metadata = _ANSWERS.get(why.kind, (400, "Invalid request parameters", {}))
    match why.kind:
        case "unauthorized" if why.missing:
            message = "Missing Authentication header"
        case "key_limit":
            message = f"Key limit exceeded ({why.reset} limit). {_MANAGE}"
        case "server_error":
            status, message = why.status, "Internal Server Error" if why.status == 500 else "Provider returned error"
        case "moderation_input" if why.by_picture:
            message = _REAL_PERSON
    return status, message if why.kind in _FIXED else why.words or message, metadata


_MANAGE = "Manage it using https://openrouter.ai/settings/keys"
_FIXED = {"unauthorized", "no_credit", "key_limit", "unknown_model", "unknown_job", "rate_limited", "server_error"}
_REAL_PERSON = (
    "InputImageSensitiveContentDetected.PrivacyInformation: The request failed because the input image 'content[1]' may"
    " contain real person."
)
_ANSWERS: dict[str, tuple[int, str, dict[str, Any]]] = {
    "unauthorized": (401, "No auth credentials found", {}),
    "no_credit": (402, "Insufficient credits. Add more using https://openrouter.ai/credits", {}),
    "key_limit": (403, "", {}),
    "forbidden": (403, "You do not have access to this model", {}),
    "unknown_model": (404, "Resource not found", {}),
    "unknown_job": (404, "Resource not found", {}),
    "expired": (404, "Video content has expired", {}),
    "rate_limited": (429, "Rate limit exceeded", {"error_type": "rate_limit_exceeded"}),
    "moderation_input": (
        400, "InputTextSensitiveContentDetected: The request failed because the input text may contain sensitive information.",
        {"provider_name": "Seed"},
    ),
    "moderation_output": (400, "The request failed because the output video may contain sensitive information.", {}),
    "failed": (500, "The video could not be generated", {}),
}  # fmt: skip
"""Status, message and metadata by kind; what is missing is an invalid call."""
