"""Replicate's wire: predictions of official models, made, asked about, listed and cancelled; files; nothing about bills."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import string
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from governor.errors import UnknownPrice
from manifests.price import PricedSize, Usage
from rehearsal import files, seedance
from rehearsal.house import Account, House, Look
from rehearsal.order import Order
from rehearsal.records import Job
from rehearsal.refusal import Refusal
from rehearsal.wire import RAW, Wire, bearer, json_response, origin
from rehearsal.wires.replicate_models import AUDIO, MODELS, Misfit, judged

PROVIDER = "replicate"
HOST = "api.replicate.com"
FILES = "replicate.delivery"
_API = f"/{HOST}/v1"
_ALPHABET = string.digits + string.ascii_lowercase
_PAGE = 100
_WAIT_S = 60.0
_KEPT = timedelta(hours=1)
_FILE = re.compile(r"/v1/files/([0-9a-f]{64})")
_PREFER = re.compile(r"wait(?:=(\d{1,2}))?")
_STATUS = {
    "queued": "starting", "running": "processing", "done": "succeeded", "failed": "failed", "cancelled": "canceled",
    "odd": "warming",
}  # fmt: skip
_PRICED: dict[str, PricedSize] = {"480p": "480p", "720p": "720p", "1080p": "1080p", "4k": "4K"}


def routes(house: House) -> list[BaseRoute]:
    """Every address of Replicate's that is served."""
    return Replicate(house).routes()


class Replicate(Wire):
    """v1 of api.replicate.com. What moderation refuses is a prediction that fails, with E005 in its error."""

    provider: ClassVar[str] = PROVIDER
    moderates_at_once: ClassVar[bool] = False

    def routes(self) -> list[BaseRoute]:
        """Predictions, files, and the account."""
        return [
            self.route(f"{_API}/models/{{owner}}/{{model}}/predictions", self.create_of_model, "POST"),
            self.route(f"{_API}/predictions", self.create, "POST"),
            self.route(f"{_API}/predictions", self.listed),
            self.route(f"{_API}/predictions/{{job}}", self.poll),
            self.route(f"{_API}/predictions/{{job}}/cancel", self.cancel, "POST"),
            self.route(f"{_API}/files", self.upload, "POST"),
            self.route(f"{_API}/files/{{file}}", self.file),
            self.route(f"{_API}/account", self.account_facts),
            self.route(f"{_API}/webhooks/default/secret", self.webhook_secret),
        ]

    def key(self, request: Request) -> str:
        """`Authorization: Bearer …`."""
        return bearer(request)

    def new_id(self, order: Order) -> str:  # noqa: ARG002  all are alike
        """26 letters and digits."""
        return "".join(secrets.choice(_ALPHABET) for _ in range(26))

    def refusal(self, why: Refusal) -> Response:
        """A problem: title, detail, status, and what more its kind has."""
        status, title, detail = _said(why)
        told: dict[str, Any] = {"title": title, "detail": detail, "status": status}
        if isinstance(why, Misfit):
            told["invalid_fields"] = [{"type": why.slip, "field": why.field, "description": why.words}]
        if why.kind == "rate_limited":
            wait_s = why.retry_after_s
            told = {"detail": f"Request was throttled. Your rate limit resets in ~{wait_s or 30}s."}
            told |= {} if wait_s is None else {"status": 429, "retry_after": wait_s}
        return json_response(told, status)

    async def create_of_model(self, request: Request) -> Response:
        """POST /models/{owner}/{model}/predictions → 201, or 202 while it is being made and was waited for in vain."""
        name = f"{request.path_params['owner']}/{request.path_params['model']}"
        return await self._created(request, name)

    async def create(self, request: Request) -> Response:
        """POST /predictions: the model is named by `version`."""
        return await self._created(request, None)

    async def poll(self, request: Request) -> Response:
        """GET /predictions/{id}."""
        return json_response(self._told(request, self.asked(request, request.path_params["job"])))

    async def cancel(self, request: Request) -> Response:
        """POST /predictions/{id}/cancel → the prediction as it is then."""
        job = self._job(self.account(request), request.path_params["job"])
        self.house.cancel(job)
        return json_response(self._told(request, self.house.look(self.house.records.job(job.id) or job)))

    async def listed(self, request: Request) -> Response:
        """GET /predictions: a hundred a page, the newest first."""
        account, query = self.account(request), request.query_params
        after, before = _time(query.get("created_after")), _time(query.get("created_before"))
        jobs = [
            job for job in reversed(self.house.records.jobs(PROVIDER, account.name))
            if (after is None or job.made_at > after) and (before is None or job.made_at < before)
            and job.number < int(query.get("cursor", 1 << 60))
        ]  # fmt: skip
        page, more = jobs[:_PAGE], jobs[_PAGE:]
        kept = "".join(f"{name}={query[name]}&" for name in ("created_after", "created_before") if name in query)
        onward = f"{origin(request)}{_API}/predictions?{kept}cursor={page[-1].number}" if more else None
        told = [self._told(request, self.house.look(job)) for job in page]
        return json_response({"next": onward, "previous": None, "results": told})

    async def upload(self, request: Request) -> Response:
        """POST /files, multipart: `content` is the file."""
        self.account(request)
        head = b"Content-Type: " + request.headers.get("content-type", "").encode() + b"\r\n\r\n"
        parts = BytesParser().parsebytes(head + await request.body()).walk()
        found = next((p for p in parts if p.get_param("name", header="content-disposition") == "content"), None)
        content = found.get_payload(decode=True) if found else None
        if found is None or not isinstance(content, bytes):
            raise Misfit("required", "content", "content is required")
        name = self.house.picture(content)
        return json_response(_filed(request, name, len(content), found.get_content_type(), found.get_filename()), 201)

    async def file(self, request: Request) -> Response:
        """GET /files/{id}."""
        self.account(request)
        path = self.house.received(request.path_params["file"])
        if path is None:
            raise Refusal("unknown_job")
        return json_response(_filed(request, path.name, path.stat().st_size, "image/png", path.name))

    async def account_facts(self, request: Request) -> Response:
        """GET /account: whose token it is; nothing about money."""
        self.account(request)
        return json_response({"type": "user", "username": "rehearsal", "name": "Rehearsal", "github_url": None})

    async def webhook_secret(self, request: Request) -> Response:
        """GET /webhooks/default/secret."""
        self.account(request)
        return json_response({"key": "whsec_cmVoZWFyc2Fs"})

    async def _created(self, request: Request, name: str | None) -> Response:
        prefer = _PREFER.search(request.headers.get("prefer", ""))

        async def answer(job: Job) -> Response:
            look = self.house.look(job)
            if prefer:
                look = await self._waited(job, float(prefer[1] or _WAIT_S))
            status = 202 if prefer and look.state in {"queued", "running"} else 201
            return json_response(self._told(request, look), status)

        return await self.submit(request, lambda body: self._order(body, name), answer)

    async def _waited(self, job: Job, seconds: float) -> Look:
        for _ in range(round(seconds / 0.02)):
            look = self.house.look(self.house.records.job(job.id) or job)
            if look.state not in {"queued", "running"}:
                break
            await asyncio.sleep(0.02)
        return look

    def _job(self, account: Account, job_id: str) -> Job:
        job = self.house.job(account, job_id)
        if job is None:
            raise Refusal("unknown_job", job_id)
        return job

    def _order(self, body: dict[str, Any], name: str | None) -> Order:
        if name is None:
            if "model" in body:
                raise Misfit("additional_property_not_allowed", "model", "Additional property model is not allowed")
            name = str(body["version"])
        model, asked = MODELS.get(name), body.get("input")
        if model is None:
            raise Refusal("unknown_model", name)
        if not isinstance(asked, dict):
            raise Misfit("required", "input", "input is required")
        seconds, size, ratio = judged(model, asked)
        width, height = seedance.frame_size(name, size, ratio)
        audio = bool(asked.get(AUDIO, True)) if AUDIO in model.more else False
        frames = {field: self._picture(asked[field]) for field in ("image", "last_frame_image") if asked.get(field)}
        shown = tuple(self._picture(each) for each in asked.get("reference_images") or ())
        usage = Usage(
            provider=PROVIDER, model=name, operation="clip", resolution=_PRICED[size], output_ms=seconds * 1000, width=width,
            height=height, audio=audio,
        )  # fmt: skip
        return Order(
            provider=PROVIDER, model=name, operation="clip", prompt=asked["prompt"], width=width, height=height,
            resolution=size, seconds=float(seconds), seed=asked.get("seed"), start_frame=frames.get("image"),
            end_frame=frames.get("last_frame_image"), references=shown, audio=audio, raw=body[RAW],
            price_microusd=self._price(usage),
        )  # fmt: skip

    def _price(self, usage: Usage) -> int:
        try:
            return self.house.price(usage)
        except UnknownPrice:  # what 480p of Seedance 2.0 costs there nobody says: 720p's is the nearest that is known
            return self.house.price(usage.model_copy(update={"resolution": "720p"}))

    def _picture(self, url: object) -> str:
        found = _FILE.search(str(url))
        return found[1] if found and self.house.received(found[1]) else self.house.picture(str(url))

    def _told(self, request: Request, look: Look) -> dict[str, Any]:
        """A prediction as it is told."""
        job, here = look.job, f"{origin(request)}{_API}/predictions/{look.job.id}"
        made = datetime.fromtimestamp(job.made_at, UTC)
        removed = datetime.now(UTC) - made > _KEPT or job.fault("data_removed") is not None
        ended = look.state in {"done", "failed", "cancelled"}
        told: dict[str, Any] = {
            "id": job.id, "model": job.order.model, "version": "hidden", "input": {} if removed else self._input(job), "logs": "",
            "output": None, "error": _error(look), "status": _STATUS[look.state], "source": "api", "created_at": _iso(made),
            "started_at": None if look.state == "queued" else _iso(made),
            "completed_at": _iso(datetime.now(UTC)) if ended else None, "data_removed": removed,
            "urls": {
                "get": here, "cancel": f"{here}/cancel", "web": f"https://replicate.com/p/{job.id}",
                "stream": f"https://stream.replicate.com/v1/files/{job.id}",
            },
        }  # fmt: skip
        if look.state != "done":
            return told
        if not removed and not job.fault("no_url"):
            told["output"] = files.address(self.house, job, FILES, origin=origin(request))
        return told | ({} if look.cost_microusd is None else {"metrics": _metrics(job)})

    def _input(self, job: Job) -> dict[str, Any]:
        asked = _loaded(self.house.records.raw(job.id)).get("input")
        return asked if isinstance(asked, dict) else {}


def _said(why: Refusal) -> tuple[int, str, str]:
    """Status, title and detail of a refusal."""
    match why.kind:
        case "invalid":
            field = f"{why.field}: " if why.field else ""
            return 422, "Input validation failed", f"- {field}{why.words}\n"
        case "server_error":
            return why.status, "Internal server error", "Something went wrong on our side. Please try again."
    return _ANSWERS.get(why.kind, (500, "Internal server error", why.words))


_ANSWERS = {
    "unauthorized": (401, "Unauthenticated", "You did not pass a valid authentication token"),
    "no_credit": (
        402, "Insufficient credit",
        (
            "You have insufficient credit to run this model. Go to https://replicate.com/account/billing#billing to purchase"
            " credit. Once you purchase credit, please wait a few minutes before trying again."
        ),
    ),
    "forbidden": (
        422, "Invalid version or not permitted",
        "The specified version does not exist (or perhaps you don't have permission to use it?)",
    ),
    "unknown_model": (404, "Not found", "The requested resource could not be found."),
    "unknown_job": (404, "Not found", "The requested resource could not be found."),
    "rate_limited": (429, "", ""),
}  # fmt: skip
_ANSWERS["key_limit"] = _ANSWERS["no_credit"]  # a token has no limit of its own there


def _error(look: Look) -> str | None:
    """What a failed prediction says."""
    why = look.failure
    if why is None:
        return None
    if why.kind in {"moderation_input", "moderation_output"}:
        sensitive = "The input or output was flagged as sensitive. Please try again with different inputs. (E005)"
        return why.words or f"{sensitive} ({look.job.id[:10]})"
    return why.words or "Service is temporarily unavailable. Please try again later. (E004)"


def _metrics(job: Job) -> dict[str, Any]:
    order = job.order
    return {
        "predict_time": 62.1, "total_time": 63.0, "video_output_count": 1, "video_output_duration_seconds": order.seconds,
        "resolution_target": order.resolution, "with_audio": order.audio,
    }  # fmt: skip


def _filed(request: Request, name: str, size: int, kind: str, called: str | None) -> dict[str, Any]:
    """A file as it is told. Its address is one that predictions are given."""
    now = datetime.now(UTC)
    return {
        "id": name, "name": called or "file", "content_type": kind, "size": size, "etag": name[:32],
        "checksums": {"sha256": name}, "metadata": {}, "created_at": _iso(now), "expires_at": _iso(now + timedelta(days=1)),
        "urls": {"get": f"{origin(request)}{_API}/files/{name}"},
    }  # fmt: skip


def _time(told: str | None) -> float | None:
    if told is None:
        return None
    try:
        return datetime.fromisoformat(told).timestamp()
    except ValueError:
        raise Misfit("format", "created_after", f"{told!r} is no time") from None


def _iso(when: datetime) -> str:
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _loaded(raw: str) -> Mapping[str, Any]:
    told = json.loads(raw) if raw else {}
    return told if isinstance(told, dict) else {}
