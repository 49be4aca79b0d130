"""Gemini's wire: pictures and judges' answers at once, clips by Veo as operations, and their files."""

from __future__ import annotations

import base64
import binascii
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Literal

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute

from manifests.price import PricedSize, Usage
from rehearsal import files, players
from rehearsal.house import House, Look
from rehearsal.order import Order
from rehearsal.records import Job
from rehearsal.refusal import Refusal
from rehearsal.wire import RAW, Wire, json_response, origin
from rehearsal.wires.gemini_words import FREE, FRONT_END, GONE_MODELS, RAI_OF_INPUT, RAI_OF_OUTPUT, error_of

PROVIDER = "gemini"
HOST = "generativelanguage.googleapis.com"
FILES = "video-downloads.googleusercontent.com"
_ALPHABET = string.ascii_lowercase + string.digits
_PICTURES: dict[str, tuple[str, ...]] = {"gemini-3-pro-image": ("1K", "2K", "4K"), "gemini-nano-banana-2.1": ("1K",)}
_JUDGES = {
    "gemini-3.8-flash",
    "gemini-3.5-flash",
    "gemini-3.5-flash-lite",
    "gemini-3.1-flash-lite",
    "gemini-3-flash-preview",
}
_CLIPS: dict[str, tuple[str, ...]] = {
    "veo-3.1-generate-001": ("720p", "1080p", "4k"), "veo-3.1-fast-generate-001": ("720p", "1080p", "4k"),
    "veo-3.1-lite-generate-preview": ("720p", "1080p"),
}  # fmt: skip
_FRAME = {
    "1:1": (1024, 1024), "2:3": (848, 1264), "3:2": (1264, 848), "3:4": (896, 1200), "4:3": (1200, 896),
    "9:16": (768, 1376), "16:9": (1376, 768), "21:9": (1584, 672),
}  # fmt: skip
"""Pictures of 1K; those of 2K and 4K have two and four times the side."""

_TIMES, _PICTURE_TOKENS = {"1K": 1, "2K": 2, "4K": 4}, {"1K": 1120, "2K": 1120, "4K": 2000}
_LINES = {"720p": (1280, 720), "1080p": (1920, 1080), "4k": (3840, 2160)}
_SHOWN_MAX, _ASSETS_MAX = 14, 3
_SHOWN_TOKENS = {"MEDIA_RESOLUTION_LOW": 280, "MEDIA_RESOLUTION_MEDIUM": 560, "MEDIA_RESOLUTION_HIGH": 1120}
_PICTURE_IN_TOKENS, _THOUGHT_TOKENS = 560, 112
_NOT_BY_KEY = ("seed", "generateAudio", "fps", "labels", "resizeMode")
_PLAIN = str.maketrans("-_", "+/")
_SAFE = (
    "Unable to show the generated image. It may violate Google's policies. You can rephrase the prompt and try again."
)


def routes(house: House) -> list[BaseRoute]:
    """Every address of Google's that is served."""
    return Gemini(house).routes()


@dataclass(frozen=True, slots=True)
class Meter:
    """What a call reads and writes, in tokens."""

    prompt: int
    written: int
    pictures: int = 0


class Gemini(Wire):
    """v1 and v1beta of generativelanguage.googleapis.com. What is moderated is answered with 200, and says so inside."""

    provider: ClassVar[str] = PROVIDER
    moderates_at_once: ClassVar[bool] = False

    def routes(self) -> list[BaseRoute]:
        """Models, operations, files; of interactions only what is refused."""
        served: list[BaseRoute] = []
        for version in ("v1", "v1beta"):
            api = f"/{HOST}/{version}"
            served += [
                self.route(f"{api}/models/{{model}}:generateContent", self.generate, "POST"),
                self.route(f"{api}/models/{{model}}:predictLongRunning", self.begin, "POST"),
                self.route(f"{api}/models/{{model}}/operations/{{job}}", self.operation),
                self.route(f"{api}/files/{{job}}:download", self.download),
                self.route(f"{api}/interactions", self.interact, "POST"),
                self.route(f"{api}/interactions/{{job}}", self.interaction, "GET", "DELETE"),
                self.route(f"{api}/interactions/{{job}}/cancel", self.interaction, "POST"),
            ]
        return served

    def key(self, request: Request) -> str:
        """`x-goog-api-key`, or the query's `key`. A bearer's token is of another kind."""
        if request.headers.get("authorization"):
            words = (
                "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other"
            )
            raise Refusal("unauthorized", f"{words} valid authentication credential.")
        return request.headers.get("x-goog-api-key", "") or request.query_params.get("key", "")

    def new_id(self, order: Order) -> str:
        """A clip's is also the name of its file, which has small letters and digits only."""
        return "".join(secrets.choice(_ALPHABET) for _ in range(12 if order.operation == "clip" else 22))

    def refusal(self, why: Refusal) -> Response:
        """`{"error": {"code", "message", "status", "details"?}}`."""
        error = error_of(why)
        if error is None:
            return HTMLResponse(FRONT_END.format(why.status), why.status)
        return json_response({"error": error}, error["code"])

    async def generate(self, request: Request) -> Response:
        """POST :generateContent → 200 with everything in it."""
        model = request.path_params["model"]
        return await self.submit(request, partial(self._content, model), self._answered)

    async def begin(self, request: Request) -> Response:
        """POST :predictLongRunning → 200 with the operation's name."""

        async def begun(job: Job) -> Response:
            return json_response({"name": _name(job)})

        return await self.submit(request, partial(self._clip, request.path_params["model"]), begun)

    async def operation(self, request: Request) -> Response:
        """GET an operation."""
        look = self.asked(request, request.path_params["job"])
        if look.job.order.model != request.path_params["model"]:
            raise Refusal("unknown_job")
        return json_response(_told(look))

    async def download(self, request: Request) -> Response:
        """GET a file: sent on to where it lies, for which no key is needed."""
        job = self.house.job(self.account(request), request.path_params["job"])
        if job is None or job.fault("data_removed") or self.house.look(job).state != "done":
            raise Refusal("unknown_job")
        return RedirectResponse(files.address(self.house, job, FILES, origin=origin(request)), 302)

    async def interact(self, request: Request) -> Response:
        """POST /interactions: none are rehearsed, and all are refused as the service refuses."""
        self.account(request)
        words = "Interactions are not rehearsed; ask generateContent or predictLongRunning."
        return json_response({"error": {"code": "invalid_request", "message": words}}, 400)

    async def interaction(self, request: Request) -> Response:
        """An interaction that nobody knows is an invalid one, and no missing one."""
        self.account(request)
        error = {"code": 400, "status": "INVALID_ARGUMENT", "message": "Invalid interaction name"}
        return json_response([{"error": error}], 400)

    async def _spoiled(self, request: Request, job: Job, answer: Any) -> Response:
        broken = job.fault("server_error_after_accept")
        if broken and broken.status == 503:  # Google's own UNAVAILABLE would say that nothing was taken
            return HTMLResponse(FRONT_END.format(503), 503)
        return await super()._spoiled(request, job, answer)

    async def _answered(self, job: Job) -> Response:
        """The whole answer, when it is made."""
        look = await self.house.made(job)
        told: dict[str, Any] = {"modelVersion": job.order.model, "responseId": job.id}
        if look.cost_microusd is not None:
            told["usageMetadata"] = self._metered(look)
        if look.failure:
            return json_response(_withheld(look.failure) | told)
        return json_response({"candidates": [_candidate(self._parts(job), "STOP")]} | told)

    def _parts(self, job: Job) -> list[dict[str, Any]]:
        if job.order.operation == "score":
            return [] if job.fault("no_url") else [{"text": _spoilt_words(job)}]
        if job.fault("no_url"):
            return [{"text": "I can describe the picture that you want, but I did not make one."}]
        inline = {"mimeType": "image/png", "data": base64.b64encode(files.inside(self.house, job)).decode()}
        return [{"text": "Here is the picture."}, {"inlineData": inline, "thoughtSignature": "cmVoZWFyc2Fs"}]

    def _metered(self, look: Look) -> dict[str, Any]:
        """The tokens that come to the job's true bill."""
        order, meter = look.job.order, _meter(look.job.order)
        if look.failure:
            meter = Meter(meter.prompt, 0)
        price = order.refused_microusd if look.failure else order.price_microusd
        more = max(0, look.job.bill_microusd - price)
        extra = more * 1_000_000 // max(1, self._microusd(order.model, order.operation, Meter(1_000_000, 0)))
        prompt, candidates = meter.prompt + extra, meter.pictures + (meter.written if order.operation == "score" else 0)
        thought = 0 if order.operation == "score" else meter.written
        counted: dict[str, Any] = {"promptTokenCount": prompt, "totalTokenCount": prompt + candidates + thought}
        if candidates:
            kind = "IMAGE" if meter.pictures else "TEXT"
            counted |= {
                "candidatesTokenCount": candidates,
                "candidatesTokensDetails": [{"modality": kind, "tokenCount": candidates}],
            }
        return counted | ({"thoughtsTokenCount": thought} if thought else {})

    def _microusd(
        self, model: str, operation: Literal["panel", "clip", "score"], meter: Meter, size: str = "1K"
    ) -> int:
        """What is metered costs, each part at its list price and the whole rounded up."""
        priced: PricedSize = "4K" if size == "4K" else "2K" if size == "2K" else "1K"
        one = Usage(
            provider=PROVIDER, model=model, operation=operation, resolution=priced, images=1, tokens_in=1, tokens_out=1
        )
        price, million = self.house.price, 1_000_000
        picture = price(one.model_copy(update={"images": 2})) - price(one)
        read = price(one.model_copy(update={"tokens_in": 1 + million})) - price(one)
        written = price(one.model_copy(update={"tokens_out": 1 + million})) - price(one)
        return bool(meter.pictures) * picture - (-(meter.prompt * read + meter.written * written) // million)

    def _content(self, model: str, body: dict[str, Any]) -> Order:
        if model in _PICTURES:
            return self._picture(model, body)
        if model in _JUDGES and model not in GONE_MODELS:
            return self._score(model, body)
        raise Refusal("unknown_model", model)

    def _picture(self, model: str, body: dict[str, Any]) -> Order:
        texts, shown = self._read(body)
        config = _either(body, "generationConfig") or {}
        if "IMAGE" not in [str(each).upper() for each in _either(config, "responseModalities") or ["IMAGE"]]:
            raise Refusal("invalid", "Only pictures are rehearsed of this model.")
        asked = _either(config, "imageConfig") or {}
        size, aspect = _either(asked, "imageSize") or "1K", _either(asked, "aspectRatio") or "1:1"
        if size not in _PICTURES[model] or aspect not in _FRAME:
            raise Refusal("invalid", f"image_size {size} with aspect_ratio {aspect} is not supported by this model.")
        if len(shown) > _SHOWN_MAX:
            raise Refusal("invalid", f"At most {_SHOWN_MAX} images are supported as input.")
        width, height = (side * _TIMES[size] for side in _FRAME[aspect])
        order = Order(
            provider=PROVIDER, model=model, operation="panel", prompt=" ".join(texts), width=width, height=height,
            resolution=size, seed=config.get("seed"), references=shown, raw=body[RAW], price_microusd=0,
        )  # fmt: skip
        meter = _meter(order)
        return order.model_copy(
            update={
                "price_microusd": self._microusd(model, "panel", meter, size),
                "refused_microusd": self._microusd(model, "panel", Meter(meter.prompt, 0)),
            }
        )

    def _score(self, model: str, body: dict[str, Any]) -> Order:
        texts, shown = self._read(body)
        config = _either(body, "generationConfig") or {}
        schema = _either(config, "responseJsonSchema") or _either(config, "responseSchema")
        if _either(config, "responseMimeType") != "application/json" or not isinstance(schema, dict):
            raise Refusal("invalid", "Only answers by a schema are rehearsed: response_mime_type application/json.")
        seen = [players.seen(self.house, name) for name in shown]
        said = players.answer(self.house.script.judge, schema, texts, seen)
        order = Order(
            provider=PROVIDER, model=model, operation="score", prompt=" ".join(texts), width=16, height=16, references=shown,
            resolution=str(_either(config, "mediaResolution") or ""), raw=body[RAW], said=said, price_microusd=0,
        )  # fmt: skip
        meter = _meter(order)
        return order.model_copy(
            update={
                "price_microusd": self._microusd(model, "score", meter),
                "refused_microusd": self._microusd(model, "score", Meter(meter.prompt, 0)),
            }
        )

    def _read(self, body: dict[str, Any]) -> tuple[list[str], tuple[str, ...]]:
        """The words and the pictures of a call; either spelling of a field will do."""
        parts = [part for content in body["contents"] for part in content["parts"]]
        inline = [found for part in parts if (found := _either(part, "inlineData"))]
        return [part["text"] for part in parts if "text" in part], tuple(self._inline(each) for each in inline)

    def _inline(self, inline: Mapping[str, Any]) -> str:
        data, kind = inline.get("data") or inline.get("bytesBase64Encoded"), str(_either(inline, "mimeType"))
        if not isinstance(data, str) or not kind.startswith("image/"):
            raise Refusal("invalid", f"Unsupported MIME type: {kind}")
        try:
            content = base64.b64decode(data.translate(_PLAIN), validate=True)
        except binascii.Error:
            raise Refusal("invalid", "Base64 decoding failed for the inline data.") from None
        return self.house.picture(content)

    def _clip(self, model: str, body: dict[str, Any]) -> Order:
        if model not in _CLIPS:
            raise Refusal("unknown_model", model)
        (instance,), told = body["instances"], body.get("parameters") or {}
        if refused := next((name for name in _NOT_BY_KEY if name in told), None):
            raise Refusal("invalid", f"`{refused}` isn't supported by this model. Please remove it.")
        seconds, resolution = int(told.get("durationSeconds", 8)), str(told.get("resolution", "720p"))
        assets = instance.get("referenceImages") or []
        start, end = instance.get("image"), instance.get("lastFrame")
        _refuse_misfit(model, seconds, resolution, assets=len(assets), start=bool(start), end=bool(end), told=told)
        width, height = _LINES[resolution] if told.get("aspectRatio", "16:9") == "16:9" else _LINES[resolution][::-1]
        priced: PricedSize = "4K" if resolution == "4k" else "1080p" if resolution == "1080p" else "720p"
        usage = Usage(
            provider=PROVIDER, model=model, operation="clip", resolution=priced, output_ms=seconds * 1000, audio=True,
            width=width, height=height,
        )  # fmt: skip
        return Order(
            provider=PROVIDER, model=model, operation="clip", prompt=str(instance.get("prompt", "")), width=width, height=height,
            resolution=resolution, seconds=float(seconds), audio=True, raw=body[RAW], price_microusd=self.house.price(usage),
            start_frame=self._inline(_image(start)) if start else None, end_frame=self._inline(_image(end)) if end else None,
            references=tuple(self._inline(_image(each["image"])) for each in assets),
        )  # fmt: skip


def _refuse_misfit(
    model: str, seconds: int, resolution: str, *, assets: int, start: bool, end: bool, told: Mapping[str, Any]
) -> None:
    if resolution not in _CLIPS[model] or told.get("aspectRatio", "16:9") not in {"16:9", "9:16"}:
        raise Refusal("invalid", f"resolution {resolution} is not supported by this model with this aspect ratio.")
    if seconds not in {4, 6, 8} or (seconds != 8 and (resolution != "720p" or assets or end)):
        raise Refusal("invalid", "The number value for `durationSeconds` is out of bound. Please provide a value of 8.")
    if assets > _ASSETS_MAX or (assets and (start or end)) or (assets and "lite" in model):
        raise Refusal("invalid", "Reference images are not supported in this combination.")
    if end and not start:
        raise Refusal("invalid", "The last frame needs a first frame.")
    if int(told.get("sampleCount", 1)) != 1:
        raise Refusal("invalid", "One video at a time is rehearsed.")


def _image(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """A picture as the client sends it, or inside `inlineData`, as others do."""
    found: Mapping[str, Any] = _either(told, "inlineData") or told
    return found


def _either(told: Mapping[str, Any], name: str) -> Any:
    """A field by its name in camelCase, or in snake_case."""
    snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
    return told.get(name, told.get(snake))


def _meter(order: Order) -> Meter:
    words = max(1, len(order.prompt) // 4)
    if order.operation == "score":
        looked = _SHOWN_TOKENS.get(order.resolution, 560)
        return Meter(words + looked * len(order.references), max(1, len(order.said) // 4))
    return Meter(words + _PICTURE_IN_TOKENS * len(order.references), _THOUGHT_TOKENS, _PICTURE_TOKENS[order.resolution])


def _candidate(parts: list[dict[str, Any]], reason: str, message: str = "") -> dict[str, Any]:
    content = {"role": "model", "parts": parts} if parts else {}
    told = {"content": content, "finishReason": reason, "index": 0}
    return told | ({"finishMessage": message} if message else {})


def _withheld(why: Refusal) -> dict[str, Any]:
    """An answer without what was asked for."""
    match why.kind:
        case "moderation_input":
            return {"promptFeedback": {"blockReason": "IMAGE_SAFETY" if why.by_picture else "PROHIBITED_CONTENT"}}
        case "moderation_output":
            return {"candidates": [_candidate([], "IMAGE_SAFETY", why.words or _SAFE)]}
        case _:
            return {"candidates": [_candidate([], "IMAGE_OTHER", why.words)]}


def _spoilt_words(job: Job) -> str:
    said = job.order.said
    if job.fault("truncated"):
        return said[: len(said) // 2]
    return f"```json\n{said}\n```" if job.fault("corrupt") else said


def _name(job: Job) -> str:
    return f"models/{job.order.model}/operations/{job.id}"


def _told(look: Look) -> dict[str, Any]:
    """The operation as a poll says it; a running one says its name alone."""
    told: dict[str, Any] = {"name": _name(look.job)}
    if look.state == "odd":
        return told | {"metadata": {"state": "POST_PROCESSING"}}
    if look.failure and look.failure.kind == "failed":
        return told | {"done": True, "error": {"code": 13, "message": look.failure.words or "Internal error"}}
    if look.failure:
        usual = RAI_OF_OUTPUT if look.failure.kind == "moderation_output" else RAI_OF_INPUT
        reason = f"{look.failure.words or usual} {FREE}"
        return told | _response({"raiMediaFilteredCount": 1, "raiMediaFilteredReasons": [reason]})
    if look.state != "done":
        return told
    video = {"uri": f"https://{HOST}/v1beta/files/{look.job.id}:download?alt=media"}
    return told | _response({} if look.job.fault("no_url") else {"generatedSamples": [{"video": video}]})


def _response(held: dict[str, Any]) -> dict[str, Any]:
    kind = "type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse"
    return {"done": True, "response": {"@type": kind, "generateVideoResponse": held}}
