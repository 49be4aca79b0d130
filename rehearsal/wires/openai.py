"""OpenAI's wire: words at once, and the list of models."""

from __future__ import annotations

import secrets
import string
from functools import partial
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from governor.errors import PriceRefused, UnknownPrice
from manifests.spending.price import Usage
from rehearsal.house import House
from rehearsal.order import Order
from rehearsal.records import PlayedJob
from rehearsal.refusal import PlayedRefusal
from rehearsal.wire import Wire, bearer, json_response
from rehearsal.wires.chat import Price, completion, words_order

PROVIDER = "openai"
_API = "/api.openai.com/v1"
_ALPHABET = string.ascii_letters + string.digits
_ANSWERS: dict[str, tuple[int, str, str, str]] = {
    "unauthorized": (401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    "no_credit": (429, "insufficient_quota", "insufficient_quota", "You exceeded your current quota."),
    "key_limit": (429, "insufficient_quota", "billing_hard_limit_reached", "Billing hard limit has been reached."),
    "forbidden": (403, "invalid_request_error", "model_not_allowed", "The project has no access to this model."),
    "unknown_model": (404, "invalid_request_error", "model_not_found", "The model does not exist."),
    "rate_limited": (429, "requests", "rate_limit_exceeded", "Rate limit reached."),
    "moderation_input": (400, "invalid_request_error", "content_policy_violation", "Your request was rejected."),
    "server_error": (500, "server_error", "", "The server had an error while processing your request."),
}
"""Status, type, code and message by kind; a missing field makes the call invalid."""


def routes(house: House) -> list[BaseRoute]:
    """Every address of OpenAI's that is served."""
    return PlayedOpenAi(house).routes()


class PlayedOpenAi(Wire):
    """v1 of api.openai.com. An answer that is withheld is an answer, and is billed."""

    provider: ClassVar[str] = PROVIDER

    def routes(self) -> list[BaseRoute]:
        """Words and models."""
        return [
            self.route(f"{_API}/chat/completions", self.complete, "POST"),
            self.route(f"{_API}/models", self.models),
        ]

    def key(self, request: Request) -> str:
        """`Authorization: Bearer …`."""
        return bearer(request)

    def new_id(self, order: Order) -> str:  # noqa: ARG002  it makes one kind of thing
        """chatcmpl-<29 letters and digits>."""
        return f"chatcmpl-{''.join(secrets.choice(_ALPHABET) for _ in range(29))}"

    def refusal(self, why: PlayedRefusal) -> Response:
        """`{"error": {"message", "type", "param", "code"}}`."""
        usual = (400, "invalid_request_error", "", "Invalid request.")
        status, kind, code, message = _ANSWERS.get(why.kind, usual)
        status = why.status if why.kind == "server_error" else status
        error = {"message": why.words or message, "type": kind, "param": why.field or None, "code": code or None}
        headers = {} if why.retry_after_s is None else {"Retry-After": str(why.retry_after_s)}
        return json_response({"error": error}, status, headers)

    async def complete(self, request: Request) -> Response:
        """POST /chat/completions → 200 with the words in it."""

        async def answered(job: PlayedJob) -> Response:
            look = await self.house.made(job)
            if look.failure and look.failure.kind == "failed":
                raise PlayedRefusal("server_error", look.failure.words, status=500)
            return json_response(completion(job, {}, withheld=look.failure is not None))

        return await self.submit(request, partial(words_order, self.house, PROVIDER, price_of=self._price), answered)

    async def models(self, request: Request) -> Response:
        """GET /models."""
        self.account(request)
        return json_response({"object": "list", "data": []})

    def _price(self, model: str) -> Price:
        """By the price book; a model that it does not know is one of a server on the caller's own machine."""

        def price(read: int, written: int) -> int:
            plain: dict[str, Any] = {"provider": PROVIDER, "operation": "write", "resolution": "1K"}
            try:
                return self.house.price(Usage(**plain, model=model, tokens_in=read, tokens_out=written))
            except (UnknownPrice, PriceRefused):
                return self.house.price(Usage(**plain, model="local", tokens_in=read, tokens_out=written))

        return price
