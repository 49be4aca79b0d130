"""Replicate's wire: predictions of official models, made, asked about, listed and cancelled; files;
nothing about bills.
"""

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

from rehearsal import files
from rehearsal.house import Account, House, JobState
from rehearsal.order import Order
from rehearsal.records import PlayedJob
from rehearsal.refusal import PlayedRefusal
from rehearsal.wire import Wire, bearer, json_response, origin
from rehearsal.wires.replicate_models import Misfit
from rehearsal.wires.replicate_orders import PROVIDER, clip_order
from rehearsal.wires.replicate_words import error_of, problem_of

HOST = "api.replicate.com"
FILES = "replicate.delivery"
_API = f"/{HOST}/v1"
_ALPHABET = string.digits + string.ascii_lowercase
_PAGE = 100
_WAIT_S = 60.0
_KEPT = timedelta(hours=1)
_PREFER = re.compile(r"wait(?:=(\d{1,2}))?")
_STATUS = {
    "queued": "starting",
    "running": "processing",
    "done": "succeeded",
    "failed": "failed",
    "cancelled": "canceled",
    "odd": "warming",
}


def routes(house: House) -> list[BaseRoute]:
    """Every address of Replicate's that is served."""
    return PlayedReplicate(house).routes()


class PlayedReplicate(Wire):
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

    def refusal(self, why: PlayedRefusal) -> Response:
        """A problem: title, detail, status, and what more its kind has."""
        status, title, detail = problem_of(why)
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
            job
            for job in reversed(self.house.records.jobs(PROVIDER, account.name))
            if (after is None or job.made_at > after)
            and (before is None or job.made_at < before)
            and job.number < int(query.get("cursor", 1 << 60))
        ]
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
            raise PlayedRefusal("unknown_job")
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

        async def answer(job: PlayedJob) -> Response:
            look = self.house.look(job)
            if prefer:
                look = await self._waited(job, float(prefer[1] or _WAIT_S))
            status = 202 if prefer and look.state in {"queued", "running"} else 201
            return json_response(self._told(request, look), status)

        return await self.submit(request, lambda body: clip_order(self.house, body, name), answer)

    async def _waited(self, job: PlayedJob, seconds: float) -> JobState:
        for _ in range(round(seconds / 0.02)):
            look = self.house.look(self.house.records.job(job.id) or job)
            if look.state not in {"queued", "running"}:
                break
            await asyncio.sleep(0.02)
        return look

    def _job(self, account: Account, job_id: str) -> PlayedJob:
        job = self.house.job(account, job_id)
        if job is None:
            raise PlayedRefusal("unknown_job", job_id)
        return job

    def _told(self, request: Request, look: JobState) -> dict[str, Any]:
        """A prediction as it is told."""
        job, here = look.job, f"{origin(request)}{_API}/predictions/{look.job.id}"
        made = datetime.fromtimestamp(job.made_at, UTC)
        removed = datetime.now(UTC) - made > _KEPT or job.fault("data_removed") is not None
        ended = look.state in {"done", "failed", "cancelled"}
        told: dict[str, Any] = {
            "id": job.id,
            "model": job.order.model,
            "version": "hidden",
            "input": {} if removed else self._input(job),
            "logs": "",
            "output": None,
            "error": error_of(look),
            "status": _STATUS[look.state],
            "source": "api",
            "created_at": _iso(made),
            "started_at": None if look.state == "queued" else _iso(made),
            "completed_at": _iso(datetime.now(UTC)) if ended else None,
            "data_removed": removed,
            "urls": {
                "get": here,
                "cancel": f"{here}/cancel",
                "web": f"https://replicate.com/p/{job.id}",
                "stream": f"https://stream.replicate.com/v1/files/{job.id}",
            },
        }
        if look.state != "done":
            return told
        if not removed and not job.fault("no_url"):
            told["output"] = files.address(self.house, job, FILES, origin=origin(request))
        return told | ({} if look.cost_microusd is None else {"metrics": _metrics(job)})

    def _input(self, job: PlayedJob) -> dict[str, Any]:
        asked = _loaded(self.house.records.raw(job.id)).get("input")
        return asked if isinstance(asked, dict) else {}


def _metrics(job: PlayedJob) -> dict[str, Any]:
    order = job.order
    return {
        "predict_time": 62.1,
        "total_time": 63.0,
        "video_output_count": 1,
        "video_output_duration_seconds": order.seconds,
        "resolution_target": order.resolution,
        "with_audio": order.audio,
    }


def _filed(request: Request, name: str, size: int, kind: str, called: str | None) -> dict[str, Any]:
    """A file as it is told. Its address is one that predictions are given."""
    now = datetime.now(UTC)
    return {
        "id": name,
        "name": called or "file",
        "content_type": kind,
        "size": size,
        "etag": name[:32],
        "checksums": {"sha256": name},
        "metadata": {},
        "created_at": _iso(now),
        "expires_at": _iso(now + timedelta(days=1)),
        "urls": {"get": f"{origin(request)}{_API}/files/{name}"},
    }


def _time(told: str | None) -> float | None:
    if told is None:
        return None
    try:
        return datetime.fromisoformat(told).timestamp()
    except ValueError:
        raise Misfit("format", "created_after", f"{told!r} is not a time") from None


def _iso(when: datetime) -> str:
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _loaded(raw: str) -> Mapping[str, Any]:
    told = json.loads(raw) if raw else {}
    return told if isinstance(told, dict) else {}
