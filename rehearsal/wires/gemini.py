"""Gemini's wire: pictures and judges' answers at once, clips by Veo as operations, and their files."""

from __future__ import annotations

import base64
import secrets
import string
from functools import partial
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute

from rehearsal import files
from rehearsal.house import House, JobState
from rehearsal.order import Order
from rehearsal.records import PlayedJob
from rehearsal.refusal import PlayedRefusal
from rehearsal.wire import Wire, json_response, origin
from rehearsal.wires.chat import spoilt_words
from rehearsal.wires.gemini_orders import ANSWERED, PROVIDER, Meter, clip_order, content_order, list_microusd, meter_of
from rehearsal.wires.gemini_words import FREE, FRONT_END, RAI_OF_INPUT, RAI_OF_OUTPUT, error_of

HOST = "generativelanguage.googleapis.com"
FILES = "video-downloads.googleusercontent.com"
_ALPHABET = string.ascii_lowercase + string.digits

_SAFE = (
    "Unable to show the generated image. It may violate Google's policies. You can rephrase the prompt and try again."
)


def routes(house: House) -> list[BaseRoute]:
    """Every address of Google's that is served."""
    return PlayedGemini(house).routes()


class PlayedGemini(Wire):
    """v1 and v1beta of generativelanguage.googleapis.com.
    A moderated call is answered with 200, and says so inside.
    """

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
            raise PlayedRefusal("unauthorized", f"{words} valid authentication credential.")
        return request.headers.get("x-goog-api-key", "") or request.query_params.get("key", "")

    def new_id(self, order: Order) -> str:
        """A clip's is also the name of its file, which has small letters and digits only."""
        return "".join(secrets.choice(_ALPHABET) for _ in range(12 if order.operation == "clip" else 22))

    def refusal(self, why: PlayedRefusal) -> Response:
        """`{"error": {"code", "message", "status", "details"?}}`."""
        error = error_of(why)
        if error is None:
            return HTMLResponse(FRONT_END.format(why.status), why.status)
        return json_response({"error": error}, error["code"])

    async def generate(self, request: Request) -> Response:
        """POST :generateContent → 200 with everything in it."""
        model = request.path_params["model"]
        return await self.submit(request, partial(content_order, self.house, model), self._answered)

    async def begin(self, request: Request) -> Response:
        """POST :predictLongRunning → 200 with the operation's name."""

        async def begun(job: PlayedJob) -> Response:
            return json_response({"name": _name(job)})

        return await self.submit(request, partial(clip_order, self.house, request.path_params["model"]), begun)

    async def operation(self, request: Request) -> Response:
        """GET an operation."""
        look = self.asked(request, request.path_params["job"])
        if look.job.order.model != request.path_params["model"]:
            raise PlayedRefusal("unknown_job")
        return json_response(_told(look))

    async def download(self, request: Request) -> Response:
        """GET a file: sent on to where it lies, for which no key is needed."""
        job = self.house.job(self.account(request), request.path_params["job"])
        if job is None or job.fault("data_removed") or self.house.look(job).state != "done":
            raise PlayedRefusal("unknown_job")
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

    async def _spoiled(self, request: Request, job: PlayedJob, answer: Any) -> Response:
        broken = job.fault("server_error_after_accept")
        if broken and broken.status == 503:  # Google's own UNAVAILABLE would say that nothing was taken
            return HTMLResponse(FRONT_END.format(503), 503)
        return await super()._spoiled(request, job, answer)

    async def _answered(self, job: PlayedJob) -> Response:
        """The whole answer, when it is made."""
        look = await self.house.made(job)
        told: dict[str, Any] = {"modelVersion": job.order.model, "responseId": job.id}
        if look.cost_microusd is not None:
            told["usageMetadata"] = self._metered(look)
        if look.failure:
            return json_response(_withheld(look.failure) | told)
        return json_response({"candidates": [_candidate(self._parts(job), "STOP")]} | told)

    def _parts(self, job: PlayedJob) -> list[dict[str, Any]]:
        if job.order.operation in ANSWERED:
            return [] if job.fault("no_url") else [{"text": spoilt_words(job)}]
        if job.fault("no_url"):
            return [{"text": "I can describe the picture that you want, but I did not make one."}]
        inline = {"mimeType": "image/png", "data": base64.b64encode(files.inside(self.house, job)).decode()}
        return [{"text": "Here is the picture."}, {"inlineData": inline, "thoughtSignature": "cmVoZWFyc2Fs"}]

    def _metered(self, look: JobState) -> dict[str, Any]:
        """The tokens that come to the job's true bill."""
        order, meter = look.job.order, meter_of(look.job.order)
        if look.failure:
            meter = Meter(meter.prompt, 0)
        price = order.refused_microusd if look.failure else order.price_microusd
        more = max(0, look.job.bill_microusd - price)
        extra = more * 1_000_000 // max(1, list_microusd(self.house, order.model, order.operation, Meter(1_000_000, 0)))
        prompt, candidates = (
            meter.prompt + extra,
            meter.pictures + (meter.written if order.operation in ANSWERED else 0),
        )
        thought = 0 if order.operation in ANSWERED else meter.written
        counted: dict[str, Any] = {"promptTokenCount": prompt, "totalTokenCount": prompt + candidates + thought}
        if candidates:
            kind = "IMAGE" if meter.pictures else "TEXT"
            counted |= {
                "candidatesTokenCount": candidates,
                "candidatesTokensDetails": [{"modality": kind, "tokenCount": candidates}],
            }
        return counted | ({"thoughtsTokenCount": thought} if thought else {})


def _candidate(parts: list[dict[str, Any]], reason: str, message: str = "") -> dict[str, Any]:
    content = {"role": "model", "parts": parts} if parts else {}
    told = {"content": content, "finishReason": reason, "index": 0}
    return told | ({"finishMessage": message} if message else {})


def _withheld(why: PlayedRefusal) -> dict[str, Any]:
    """An answer without what was asked for."""
    match why.kind:
        case "moderation_input":
            return {"promptFeedback": {"blockReason": "IMAGE_SAFETY" if why.by_picture else "PROHIBITED_CONTENT"}}
        case "moderation_output":
            return {"candidates": [_candidate([], "IMAGE_SAFETY", why.words or _SAFE)]}
        case _:
            return {"candidates": [_candidate([], "IMAGE_OTHER", why.words)]}


def _name(job: PlayedJob) -> str:
    return f"models/{job.order.model}/operations/{job.id}"


def _told(look: JobState) -> dict[str, Any]:
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
