"""The product's one HTTP client. A paid call is sent exactly once; a free one is asked again until its deadline.

What an answer to a paid call does not prove stays unknown: only a connection that was never made proves that nothing was
sent. No error carries a header or a key.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import random
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import httpx

from providers.errors import Gone, Invalid, KeyLimit, NoCredit, OutcomeUnknown, ProviderError, RateLimited, Unavailable

CONNECT_S = 10.0
TRY_S = 30.0
"""The longest that one try of a free call may take, so that one that drips does not eat the whole deadline."""

JSON_BYTES_MAX = 4 << 20
RAW_CHARACTERS_MAX = 2000
_PIECE_BYTES = 1 << 16
_PAUSE_S, _PAUSE_S_MAX = 0.1, 10.0
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""The only failures of this client that prove that nothing was sent: after each other one a job was seen at a provider."""

_ACCEPTED = frozenset({200, 201, 202})
_MISFITS = frozenset({400, 404, 405, 413, 415, 422})
_SPENT = re.compile(r"limit|quota|budget|spend|exhaust", re.IGNORECASE)
_NUMBER = re.compile(r"(0x[0-9a-f]*|\d+)(\.(0x[0-9a-f]*|\d+))*", re.IGNORECASE)
"""A host that the system takes for an address: 127.1, 0x7f000001 and their like as well."""

_CHANCE = random.SystemRandom()
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status, its JSON object (None where it holds none), and its words, bounded and printable."""

    status: int
    data: dict[str, Any] | None
    raw: str


class _Again(Exception):
    """A free call brought nothing this time."""


@dataclass(frozen=True, kw_only=True)
class Transport:
    """Calls to one provider below `base_url`; each on a connection of its own, so that none is stale or outlives its loop.

    `authorise` gives the headers that hold the key, and is asked at each call. `classify` reads the provider's own code in an
    answer that is no success; None leaves it to the status. `submit_s` and `free_s` bound one paid and one free call as a
    whole, in seconds. `free_429`: the provider documents that what it refuses with 429 is not billed.
    """

    provider: str
    base_url: str
    authorise: Callable[[], Mapping[str, str]] = dict
    classify: Callable[[Reply], ProviderError | None] = lambda _reply: None
    submit_s: float = 60.0
    free_s: float = 120.0
    free_429: bool = True

    async def submit(self, path: str, body: Mapping[str, Any], *, until: float | None = None) -> Reply:
        """POST once and return the answer: a JSON object with status 200, 201 or 202.

        `until`, on the running loop's clock, bounds all of it; `submit_s` from now by default. Raises Unavailable where
        nothing was sent, what a refusal says, and OutcomeUnknown for everything else.
        """
        now = asyncio.get_running_loop().time()
        until = now + self.submit_s if until is None else until
        connect_s = min(
            CONNECT_S, max(0.0, until - now) / 2
        )  # or the whole deadline would end first, and prove nothing
        url = self.base_url + path
        failure: ProviderError
        try:
            async with asyncio.timeout_at(until), self._answer("POST", url, body, connect_s=connect_s) as response:
                reply = await self._read(response)
        except _NOT_SENT as error:
            failure = self._unavailable(f"no connection could be made ({_named(error)}), so nothing was sent")
        except (httpx.HTTPError, TimeoutError, _Again) as error:
            failure = self.unknown(_named(error))
        else:
            if reply.status in _ACCEPTED and reply.data is not None:
                return reply
            failure = self._refusal(reply)
        raise failure  # out here, or the client's own error would ride along as its context, with the request and its key

    async def ask(self, path: str, query: Mapping[str, str] | None = None, *, method: str = "GET") -> Reply:
        """A free call, asked again through drops, rate limits, faults and garbage; returns a JSON object's answer.

        Raises Gone for 404 and 410, what any other refusal says, and Unavailable when `free_s` are over.
        """

        async def once() -> Reply:
            async with self._answer(method, self.base_url + path, query=query) as response:
                reply = await self._read(response)
            if reply.status in _ACCEPTED and reply.data is not None:
                return reply
            if reply.status in {404, 410}:
                raise Gone(self.provider, f"it does not know {path}", "See the provider's own list.", reply.raw)
            refusal = self._refusal(reply)
            if isinstance(refusal, OutcomeUnknown | RateLimited):
                raise _Again(f"{reply.status}: {reply.raw}")
            raise refusal

        return await self._again_and_again(once)

    async def download(self, url: str, into: Path, *, bytes_max: int) -> int:
        """Write what `url` gives into the file `into`, and return its size in bytes; a short one is fetched again.

        Our key goes to no other host than our own. Raises Gone where the address has expired (403, 404, 410, or a page in
        the place of media), Invalid for an address that is refused or a file above `bytes_max`, and Unavailable.
        """
        refuse_unsafe(url, self.base_url)

        async def once() -> int:
            async with self._answer("GET", url) as response:
                kind = response.headers.get("content-type", "")
                if response.status_code in {403, 404, 410} or (response.is_success and kind.startswith("text/html")):
                    raise Gone(self.provider, "the address of the output has expired", "Ask for a new one.", kind)
                if response.status_code != 200:
                    raise _Again(f"{response.status_code} for the output")
                return await self._write(response, into, bytes_max)

        return await self._again_and_again(once)

    def unknown(self, cause: str, raw: str = "") -> OutcomeUnknown:
        """The error for a call that may have been accepted; an adapter says so too of an answer that names no job."""
        return OutcomeUnknown(
            self.provider, f"nobody can say whether it took the call: {cause}", "Let it be asked again: gate resume",
            self.safe(raw or cause),
        )  # fmt: skip

    def safe(self, words: str) -> str:
        """A provider's words as they may be kept: bounded, printable, and without our key."""
        for secret in self.authorise().values():
            for part in secret.split():
                words = words.replace(part, "[key]") if len(part) > 7 else words
        shown = "".join(c if c.isprintable() or c == "\n" else f"\\u{ord(c):04x}" for c in words[:RAW_CHARACTERS_MAX])
        return shown if len(words) <= RAW_CHARACTERS_MAX else f"{shown}… ({len(words)} characters)"

    @asynccontextmanager
    async def _answer(
        self, method: str, url: str, body: Mapping[str, Any] | None = None, query: Mapping[str, str] | None = None,
        connect_s: float = CONNECT_S,
    ) -> AsyncIterator[httpx.Response]:  # fmt: skip
        ours = _same_origin(httpx.URL(url), httpx.URL(self.base_url))
        headers = {"Accept-Encoding": "identity", "Connection": "close", **(self.authorise() if ours else {})}
        # No read time-out: what bounds a call is its whole deadline. One byte in time resets a read time-out for ever.
        times = httpx.Timeout(None, connect=connect_s, pool=connect_s)
        async with (
            httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=times, verify=_certificates()) as client,
            client.stream(method, url, json=body, params=query, headers=headers) as response,
        ):
            yield response

    async def _read(self, response: httpx.Response) -> Reply:
        """The whole answer. Bytes are taken as they come: nothing that was packed in spite of our words is unpacked."""
        content = bytearray()
        async for piece in response.aiter_raw():
            content += piece
            if len(content) > JSON_BYTES_MAX:
                raise _Again(f"the answer is longer than {JSON_BYTES_MAX} bytes")
        text = content.decode("utf-8", errors="replace")
        return Reply(response.status_code, _json_object(text), self.safe(text))

    async def _write(self, response: httpx.Response, into: Path, bytes_max: int) -> int:
        promised, size = response.headers.get("content-length"), 0
        with _new_file(into) as file:
            async for piece in response.aiter_raw(_PIECE_BYTES):
                size += len(piece)
                if size > bytes_max:
                    cure = "Ask for a shorter or smaller one."
                    raise Invalid(self.provider, f"the output is larger than {bytes_max} bytes", cure)
                file.write(piece)
        if size == 0 or (promised is not None and promised != str(size)):
            raise _Again(f"{size} of {promised} bytes came")
        return size

    async def _again_and_again(self, once: Callable[[], Awaitable[_T]]) -> _T:
        """Try until it works or `free_s` are over; a pause doubles each time, and half of it is chance."""
        loop = asyncio.get_running_loop()
        until, pause_s, why = loop.time() + self.free_s, _PAUSE_S, ""
        while True:
            try:
                async with asyncio.timeout_at(min(until, loop.time() + TRY_S)):
                    return await once()
            except (httpx.HTTPError, TimeoutError, _Again) as error:
                why = self.safe(_named(error))
            if loop.time() + pause_s >= until:
                break
            await asyncio.sleep(pause_s * _CHANCE.uniform(0.5, 1))
            pause_s = min(_PAUSE_S_MAX, pause_s * 2)
        raise self._unavailable(f"it gave no good answer in {self.free_s:g} s ({why})", why)

    def _refusal(self, reply: Reply) -> ProviderError:
        """What an answer to a call means that is no success."""
        if said := self.classify(reply):
            return said
        kind, cure = _meaning(reply, free_429=self.free_429)
        if kind is OutcomeUnknown:
            return self.unknown(f"it answered {reply.status}", reply.raw)
        words = f"it answered {reply.status}" + (f": {reply.raw}" if reply.raw else "")
        return kind(self.provider, words, cure, reply.raw)

    def _unavailable(self, cause: str, raw: str = "") -> Unavailable:
        return Unavailable(self.provider, cause, "When it is back: gate resume", raw)


def _meaning(reply: Reply, *, free_429: bool) -> tuple[type[ProviderError], str]:
    """What a status says of a call, with the cure. What is in doubt is unknown."""
    if reply.status == 402:
        return NoCredit, "Top up the account; then: gate resume"
    if reply.status == 403 and _SPENT.search(reply.raw):
        return KeyLimit, "Raise the key's limit at the provider; then: gate resume"
    if reply.status in {401, 403}:
        return Invalid, "Check the provider's key: gate doctor"
    if reply.status == 429 and free_429:
        return RateLimited, "Wait a little; then: gate resume"
    return (Invalid, "Change what it says; then: gate resume") if reply.status in _MISFITS else (OutcomeUnknown, "")


def refuse_unsafe(url: str, base_url: str) -> None:
    """Return for an address that a provider may send us to. Raises Invalid.

    That is https at a public host, or anything at our own base. A name in it or a number of a private network is refused;
    what a host's name resolves to is not looked at here.
    """
    ours, parts = httpx.URL(base_url), httpx.URL(url)
    if parts.userinfo:
        raise Invalid("an address of an output", "it holds a name or a password", "Report it to the provider.")
    if _same_origin(parts, ours):
        return
    if parts.scheme != "https" or not _is_public(parts.host):
        cause = f"{parts.scheme}://{parts.host} is no public https host"
        raise Invalid("an address of an output", cause, "Report it to the provider.")


def _same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)


def _is_public(host: str) -> bool:
    if not host or host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return _NUMBER.fullmatch(host) is None


def _json_object(text: str) -> dict[str, Any] | None:
    """The one JSON object in `text`; None for anything else, a name that stands twice, NaN, or nesting without end."""
    try:
        data = json.loads(text, object_pairs_hook=_each_once, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _named(error: BaseException) -> str:
    """An error of the client as words: its kind, and what it says."""
    if isinstance(error, TimeoutError):
        return "no whole answer came in time"
    return str(error) if isinstance(error, _Again) else f"{type(error).__name__} {error}".rstrip()


def _new_file(path: Path) -> Any:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("wb")


@cache
def _certificates() -> ssl.SSLContext:
    """Read once: a client of its own for each call would read them each time."""
    return httpx.create_ssl_context(trust_env=False)
