"""ModelArk's wire: video tasks by submit and poll, their list and their deletion, and pictures at once."""

from __future__ import annotations

import base64
import io
import json
import secrets
import string
import time
from typing import Any, ClassVar

from PIL import Image
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from manifests.price import PricedSize, Usage
from rehearsal import files, seedance
from rehearsal.house import House, Look
from rehearsal.order import Order
from rehearsal.records import Job
from rehearsal.refusal import Refusal
from rehearsal.wire import RAW, Wire, bearer, json_response, origin
from rehearsal.wires.byteplus_words import error_of

PROVIDER = "byteplus"
HOST = "ark.ap-southeast.bytepluses.com"
FILES = "ark-content-generation-ap-southeast-1.tos-ap-southeast-1.bytepluses.com"
_API = f"/{HOST}/api/v3"
_TASKS = f"{_API}/contents/generations/tasks"
_ALPHABET = string.ascii_lowercase + string.digits
_KEPT_S = 7 * 86_400
_MARKER_MAX = 64
_SHOWN_TO_CLIPS, _SHOWN_TO_PICTURES = (300, 6000, 2.5, 30_000_000), (15, 6000, 16, 10_000_000)
"""Of a picture that is shown: its sides in pixels, how many times one is the other, its bytes."""

_FRAMES = {"first_frame", "last_frame"}
_STATES = {
    "queued": "queued", "running": "running", "done": "succeeded", "failed": "failed", "cancelled": "cancelled",
    "odd": "post_processing",
}  # fmt: skip
_SMALL, _ALL = ("480p", "720p"), ("480p", "720p", "1080p", "4k")
_CLIPS: dict[str, tuple[tuple[str, ...], range, int]] = {
    "dreamina-seedance-2-0-260128": (_ALL, range(4, 16), 9),
    "dreamina-seedance-2-0-fast-260128": (_SMALL, range(4, 16), 9),
    "dreamina-seedance-2-0-mini-260615": (_SMALL, range(4, 16), 9),
    "dreamina-seedance-2-5-260628": (_ALL[:3], range(4, 31), 30),
    "seedance-1-5-pro-251215": (_ALL[:3], range(4, 13), 0),
}
"""Resolutions, seconds and how many references, by model."""

_PICTURES = {
    "seedream-5-0-lite-260128": 3_686_400, "seedream-5-0-260128": 3_686_400, "seedream-4-5-251128": 3_686_400,
    "seedream-4-0-250828": 921_600, "dola-seedream-5-0-pro-260628": 921_600,
}  # fmt: skip
"""The fewest pixels of a picture, by model."""

_SQUARE: dict[str, int] = {"1K": 1024, "2K": 2048, "3K": 3072, "4K": 4096}
_PICTURE_PIXELS_MAX, _REFERENCES_MAX = 16_777_216, 14


def routes(house: House) -> list[BaseRoute]:
    """Every address of ModelArk's that is served."""
    return Ark(house).routes()


class Ark(Wire):
    """api/v3 of ark.ap-southeast.bytepluses.com. What is sent is moderated on the call, what is made when it is made; both free."""

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

    def refusal(self, why: Refusal) -> Response:
        """`{"error": {"code", "message", "param", "type"}}`; the message ends with the id of the request."""
        request_id = _request_id()
        status, error = error_of(why, request_id)
        return _json({"error": error}, status, request_id)

    async def create(self, request: Request) -> Response:
        """POST …/tasks → 200."""

        async def accepted(job: Job) -> Response:
            marker = {"safety_identifier": job.order.marker} if job.order.marker else {}
            return _json({"id": job.id, **marker})

        return await self.submit(request, self._clip, accepted)

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
            "status": asked.getlist("filter.status"), "id": asked.getlist("filter.task_ids"),
            "model": asked.getlist("filter.model"), "service_tier": asked.getlist("filter.service_tier"),
        }  # fmt: skip
        tasks = [self._task(request, look) for look in looks]
        tasks = [task for task in tasks if all(not told or task[name] in told for name, told in wanted.items())]
        return _json({"items": tasks[(number - 1) * size : number * size], "total": len(tasks)})

    async def delete(self, request: Request) -> Response:
        """DELETE …/tasks/{id}: one that is queued is cancelled, one that has ended forgotten; one that runs stays."""
        self._refuse_forgotten(request)
        account, job_id = self.account(request), request.path_params["job"]
        job = self.house.job(account, job_id)
        if job is None:
            raise Refusal("unknown_job", job_id)
        match self.house.look(job).state:
            case "queued":
                self.house.cancel(job)
            case "running" | "odd":
                raise Refusal("running", job_id)
            case "cancelled":
                raise Refusal("invalid", f"Cannot delete task `{job_id}` because it is cancelled.")
            case _:
                self.house.records.end(job_id, "removed")
        return _json({})

    async def picture(self, request: Request) -> Response:
        """POST /images/generations → 200 with the picture in it, or its address."""

        async def made(job: Job) -> Response:
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

        return await self.submit(request, self._picture, made)

    def _refuse_forgotten(self, request: Request) -> None:
        job = self.house.records.job(request.path_params["job"])
        if job is not None and (_forgotten(job) or job.order.operation == "panel"):
            raise Refusal("unknown_job", job.id)

    def _task(self, request: Request, look: Look) -> dict[str, Any]:
        """A task as polls and the list tell it."""
        job, order = look.job, look.job.order
        told: dict[str, Any] = {
            "id": job.id, "model": order.model, "status": _STATES[look.state], "created_at": int(job.made_at),
            "updated_at": int(time.time()), "service_tier": "default", "execution_expires_after": 172_800,
            "generate_audio": order.audio, "draft": False, "priority": 0,
        }  # fmt: skip
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

    def _clip(self, body: dict[str, Any]) -> Order:
        body = _said(body)
        model = _known(body, _CLIPS)
        resolutions, durations, most = _CLIPS[model]
        resolution, seconds = body.get("resolution", "720p"), body.get("duration", 5)
        if resolution not in resolutions:
            raise _misfit("resolution", model, "t2v")
        if isinstance(seconds, bool) or seconds not in durations:
            raise _misfit("duration", model, "i2v" if len(body["content"]) > 1 else "t2v")
        texts, frames, references = self._content(body["content"], most)
        ratio = body.get("ratio", "adaptive")
        if "seedance-2-5" in model and frames and ratio != "adaptive":
            raise _misfit("ratio", model, "i2v")
        marker = body.get("safety_identifier") or ""
        if len(marker) > _MARKER_MAX:
            raise Refusal("invalid", f"safety_identifier is longer than {_MARKER_MAX}", field="safety_identifier")
        width, height = seedance.frame_size(model, resolution, ratio)
        audio = bool(body.get("generate_audio", True))
        priced: PricedSize = "4K" if resolution == "4k" else resolution
        usage = Usage(
            provider=PROVIDER, model=model, operation="clip", resolution=priced, output_ms=seconds * 1000, width=width,
            height=height, audio=audio,
        )  # fmt: skip
        return Order(
            provider=PROVIDER, model=model, operation="clip", prompt=" ".join(texts), width=width, height=height,
            resolution=resolution, seconds=float(seconds), seed=body.get("seed"), start_frame=frames.get("first_frame"),
            end_frame=frames.get("last_frame"), references=references, audio=audio, marker=marker, raw=body[RAW],
            price_microusd=self.house.price(usage),
        )  # fmt: skip

    def _content(self, content: list[dict[str, Any]], most: int) -> tuple[list[str], dict[str, str], tuple[str, ...]]:
        """Words, frames by role, references. Raises Refusal for roles that do not go together."""
        texts, frames, references = [each["text"] for each in content if each["type"] == "text"], {}, []
        shown = [(place, each) for place, each in enumerate(content) if each["type"] == "image_url"]
        for place, each in shown:
            role = each.get("role") or ("first_frame" if len(shown) == 1 else None)
            if role is None:
                raise Refusal("invalid", "role must be specified for image contents", field=f"content[{place}].role")
            name = self._picture_at(each["image_url"]["url"], f"content[{place}].image_url", _SHOWN_TO_CLIPS)
            if role == "reference_image":
                references.append(name)
            elif role in _FRAMES and role not in frames:
                frames[role] = name
            else:
                raise Refusal("invalid", f"role {role} is not valid", field=f"content[{place}].role")
        if frames and references:
            raise Refusal("invalid", "first/last frame content cannot be mixed with reference media content")
        if "last_frame" in frames and "first_frame" not in frames:
            raise Refusal("invalid", "last frame content needs first frame content")
        if len(references) > most:
            raise Refusal("invalid", f"at most {most} reference images are allowed", field="content")
        if not texts and not shown:
            raise Refusal("invalid", "content has neither text nor media", field="content")
        return texts, frames, tuple(references)

    def _picture_at(self, url: str, field: str, bounds: tuple[int, int, float, int]) -> str:
        """The picture's name here. Raises Refusal for one that ModelArk would not take."""
        name = self.house.picture(url)
        path = self.house.received(name)
        if path is None:
            return name  # an address that nobody can follow here
        content = path.read_bytes()
        try:
            with Image.open(io.BytesIO(content)) as picture:
                width, height = picture.size
        except OSError:
            raise Refusal("invalid", "resource download failed", field=field) from None
        (short, long), (low, high, times, bytes_max) = sorted((width, height)), bounds
        if not (low <= short and long <= high and long <= times * short):
            raise Refusal("invalid", f"the image of {width}x{height} pixels is not valid", field=field)
        if len(content) >= bytes_max:
            raise Refusal("invalid", "the image is too large", field=field)
        return name

    def _picture(self, body: dict[str, Any]) -> Order:
        body = _said(body)
        model = _known(body, _PICTURES)
        width, height = _pixels(str(body.get("size", "2K")))
        if not _PICTURES[model] <= width * height <= _PICTURE_PIXELS_MAX:
            raise Refusal("invalid", f"image size must be at least {_PICTURES[model]} pixels", field="size")
        shown = body.get("image") or []
        shown = [shown] if isinstance(shown, str) else shown
        if len(shown) > _REFERENCES_MAX:
            raise Refusal("invalid", f"at most {_REFERENCES_MAX} images are allowed", field="image")
        if body.get("sequential_image_generation", "disabled") != "disabled" or body.get("stream"):
            raise Refusal("invalid", "one picture at a time is rehearsed", field="sequential_image_generation")
        references = tuple(
            self._picture_at(url, f"image[{place}]", _SHOWN_TO_PICTURES) for place, url in enumerate(shown)
        )
        usage = Usage(
            provider=PROVIDER, model=model, operation="panel", resolution=_priced(width * height), images=1, width=width,
            height=height, pictures_in=((1024, 1024),) * len(shown),
        )  # fmt: skip
        return Order(
            provider=PROVIDER, model=model, operation="panel", prompt=body["prompt"], width=width, height=height,
            resolution=str(body.get("size", "2K")), seed=body.get("seed"), references=references, raw=body[RAW],
            price_microusd=self.house.price(usage),
        )  # fmt: skip


def _tokens(look: Look) -> dict[str, int] | None:
    """What is billed, in tokens: the clip's own, times whatever the bill is more than its price."""
    order = look.job.order
    if look.cost_microusd is None:
        return None
    own = seedance.tokens(order.width, order.height, int(order.seconds))
    told = own * look.cost_microusd // max(1, order.price_microusd)
    return {"completion_tokens": told, "total_tokens": told}


def _forgotten(job: Job) -> bool:
    return job.ended == "removed" or job.fault("data_removed") is not None or time.time() - job.made_at > _KEPT_S


def _said(body: dict[str, Any]) -> dict[str, Any]:
    """The fields that say something: BytePlus's own client sends null for the rest."""
    return {name: value for name, value in body.items() if value is not None}


def _known(body: dict[str, Any], models: dict[str, Any]) -> str:
    model = body.get("model")
    if not isinstance(model, str):
        raise Refusal("invalid", "model", field="model", missing=True)
    if model not in models:
        raise Refusal("unknown_model", model)
    return model


def _misfit(field: str, model: str, how: str) -> Refusal:
    words = f"the parameter {field} specified in the request is not valid for model {model} in {how}"
    return Refusal("invalid", words, field=field)


def _pixels(size: str) -> tuple[int, int]:
    """Width and height of `2560x1440`, or of `2K`, which is a square here."""
    if size in _SQUARE:
        return _SQUARE[size], _SQUARE[size]
    width, _, height = size.partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise Refusal("invalid", f"image size {size} is not valid", field="size")
    return int(width), int(height)


def _priced(pixels: int) -> PricedSize:
    return "1K" if pixels <= 1_500_000 else "1.5K" if pixels <= 2_360_000 else "2K" if pixels <= 5_000_000 else "4K"


def _whole(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 500:
        raise Refusal("invalid", "page_num and page_size are between 1 and 500", field="page_size")
    return int(text)


def _chosen(count: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(count))


def _asked(raw: str) -> dict[str, Any]:
    return _said(json.loads(raw))


def _request_id() -> str:
    return f"02{int(time.time() * 1000)}{secrets.token_hex(16)}"


def _json(content: object, status: int = 200, request_id: str = "") -> Response:
    return json_response(content, status, {"x-request-id": request_id or _request_id()})
