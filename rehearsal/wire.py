"""The common part of all wires: the way from a call over the house to an answer in the provider's own words.

A wire is one module in `rehearsal/wires/` with one class that subclasses `Wire`, and `routes(house)`. Modules beside it
say what its calls order (`openrouter_orders.py`) and how it refuses (`openrouter_words.py`). Addresses of routes begin
with the real host's name: `https://openrouter.ai/api/v1/videos` is served at `/openrouter.ai/api/v1/videos`.
"""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine
from decimal import Decimal
from typing import Any, ClassVar

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from governor.errors import PriceRefused, UnknownPrice
from rehearsal.connection import dropped
from rehearsal.faults import Fault, FaultName
from rehearsal.house import Account, House, JobState, moderation
from rehearsal.order import Order
from rehearsal.records import PlayedJob
from rehearsal.refusal import PlayedRefusal

HELD_S = 10.0
"""How long an answer that is lost by being held keeps the caller waiting, where the script does not say."""

_LOOK_S = 0.05
Endpoint = Callable[[Request], Awaitable[Response]]
Answer = Callable[[PlayedJob], Coroutine[Any, Any, Response]]
_AT_THE_DOOR: dict[str, str] = {
    "key_limit": "key_limit",
    "no_credit": "no_credit",
    "forbidden": "forbidden",
    "rate_limited": "rate_limited",
    "server_error_free": "server_error",
}


class Wire(ABC):
    """One provider's wire format. `provider`: its name in our registry. `moderates_at_once`: what is sent is refused on
    the call itself, and no job is made; elsewhere the job fails later. `billed_all_the_same`: failures that it takes
    its price for.
    """

    provider: ClassVar[str]
    moderates_at_once: ClassVar[bool] = True
    billed_all_the_same: ClassVar[frozenset[FaultName]] = frozenset()

    def __init__(self, house: House) -> None:
        self.house = house

    @abstractmethod
    def routes(self) -> list[BaseRoute]:
        """Every address that is served."""

    @abstractmethod
    def key(self, request: Request) -> str:
        """The key that a call carries, "" for none."""

    @abstractmethod
    def refusal(self, why: PlayedRefusal) -> Response:
        """The provider's own answer to a refused call: status, headers, envelope."""

    @abstractmethod
    def new_id(self, order: Order) -> str:
        """A fresh id for a job, as the provider writes them."""

    def route(self, path: str, endpoint: Endpoint, *methods: str) -> Route:
        """A route whose endpoint may raise PlayedRefusal, at the same path of any method in `methods` (GET
        where none is named).
        """

        async def answered(request: Request) -> Response:
            try:
                return await endpoint(request)
            except PlayedRefusal as why:
                return self.refusal(why)

        return Route(path, answered, methods=list(methods) or ["GET"])

    def account(self, request: Request) -> Account:
        """The account of a call. Raises PlayedRefusal where its key is missing or nobody's."""
        key = self.key(request)
        account = self.house.account(self.provider, key) if key else None
        if account is None:
            raise PlayedRefusal("unauthorized", missing=not key)
        return account

    async def submit(self, request: Request, read: Callable[[dict[str, Any]], Order], answer: Answer) -> Response:
        """Take one paid call: `read` understands its JSON body (and raises PlayedRefusal),
        `answer` is given for the job.

        `answer` may wait for the job with `self.house.made(job)`, where the provider answers with the finished thing.
        """
        records, named = self.house.records, self.key(request)
        known = self.house.account(self.provider, named) if named else None
        post = records.saw_post(self.provider, known.name if known else "")
        try:
            job = self._take(self.account(request), _json(await request.body()), read, post)
        except PlayedRefusal as why:
            records.say_of_post(post, came_of=f"refused: {why.kind}")
            raise
        return await self._spoiled(request, job, answer)

    def asked(self, request: Request, job_id: str) -> JobState:
        """How the caller's job stands, for an answer to a poll.
        Raises PlayedRefusal for a job that is not there or not seen yet.
        """
        account = self.account(request)
        job = self.house.job(account, job_id)
        if job is None:
            raise PlayedRefusal("unknown_job", job_id)
        look = self.house.look(job, polled=True)
        hidden, broken = look.job.fault("poll_404"), look.job.fault("poll_5xx")
        if hidden and look.job.polls <= (hidden.hits or 0):
            raise PlayedRefusal("unknown_job", job_id)
        if broken and look.job.polls <= (broken.hits or 0):
            raise PlayedRefusal("server_error", status=broken.status or 502)
        return look

    def _take(
        self, account: Account, body: dict[str, Any], read: Callable[[dict[str, Any]], Order], post: int
    ) -> PlayedJob:
        order = _read(read, body)
        self.house.records.say_of_post(post, prompt=order.prompt)
        faults = self.house.faults_of(order)
        for place, fault in faults.items():
            if why := self._at_the_door(fault, order, account):
                self.house.struck(place, post)
                raise why
        self.house.admit(account, order)
        return self.house.accept(self.new_id(order), account, order, faults, post, self.billed_all_the_same)

    def _at_the_door(self, fault: Fault, order: Order, account: Account) -> PlayedRefusal | None:
        if fault.fault == "moderation_input" and self.moderates_at_once:
            return moderation(fault, order)
        if kind := _AT_THE_DOOR.get(fault.fault):
            return PlayedRefusal(
                kind,  # type: ignore[arg-type]
                fault.words or "",
                reset=account.terms.limit_reset,
                status=fault.status or 500,
                retry_after_s=fault.retry_after_s,
            )
        return None

    async def _spoiled(self, request: Request, job: PlayedJob, answer: Answer) -> Response:
        """The answer to a call that was accepted, as its faults have it."""
        if broken := job.fault("server_error_after_accept"):
            return self.refusal(PlayedRefusal("server_error", status=broken.status or 502))
        if lost := job.fault("lost_response"):
            if lost.how == "held":
                await _until_gone(request, lost.seconds or HELD_S)
            return dropped(request)
        return await _while_there(request, answer(job))


def bearer(request: Request) -> str:
    """The key of an `Authorization: Bearer …` header, "" for none."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def origin(request: Request) -> str:
    """The address of this house, without a slash at its end: what answers' addresses begin with."""
    return str(request.base_url).rstrip("/")


def dollars(microusd: int) -> Decimal:
    """An amount for an answer's JSON."""
    return Decimal(microusd) / 1_000_000


def json_response(content: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON as providers write it; a Decimal stands as a number, digit for digit."""
    return Response(_dumped(content), status, headers, "application/json")


def _dumped(content: object) -> str:
    # A float would turn $0.170495 into something near it; each amount is written where its stand-in was.
    amounts: list[str] = []

    def stand_in(value: object) -> str:
        if not isinstance(value, Decimal):
            raise TypeError(f"{value!r} is not JSON")
        amounts.append(f"{value.normalize():f}")
        return f"\0{len(amounts) - 1}\0"

    text = json.dumps(content, default=stand_in, ensure_ascii=False)
    for place, amount in enumerate(amounts):
        text = text.replace(f'"\\u0000{place}\\u0000"', amount)
    return text


def _json(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        raise PlayedRefusal("invalid", "the body is not JSON") from None
    if not isinstance(told, dict):
        raise PlayedRefusal("invalid", "the body is not a JSON object")
    return {**told, RAW: body.decode(errors="replace")}


RAW = "\0raw"
"""Where `read` finds the body as it came, for `Order.raw`."""


def _read(read: Callable[[dict[str, Any]], Order], body: dict[str, Any]) -> Order:
    """Every slip of a caller is an invalid call, whichever part of a wire trips over it."""
    try:
        return read(body)
    except (UnknownPrice, PriceRefused) as error:
        raise PlayedRefusal("unknown_model", str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise PlayedRefusal("invalid", first["msg"], field=".".join(map(str, first["loc"]))) from error
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise PlayedRefusal("invalid", f"{type(error).__name__}: {error}") from error


async def _while_there(request: Request, answer: Coroutine[Any, Any, Response]) -> Response:
    """The answer, for as long as somebody waits for it: one that never comes must not be made for ever."""
    making = asyncio.ensure_future(answer)
    try:
        while not (await asyncio.wait({making}, timeout=_LOOK_S))[0]:
            if await request.is_disconnected():
                return dropped(request)
        return making.result()
    finally:
        making.cancel()


async def _until_gone(request: Request, seconds: float) -> None:
    for _ in range(max(1, round(seconds / _LOOK_S))):
        if await request.is_disconnected():
            return
        await asyncio.sleep(_LOOK_S)
