"""The product's one HTTP client. A paid call is sent exactly once; a free one is asked again until its deadline.

What an answer to a paid call does not prove stays unknown: only a connection that was never made proves that nothing was
sent. Our key goes below our own bases only. No error carries a header or a key.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx

from manifests.privacy import theirs
from providers.addresses import (
    REDIRECTS_MAX,
    Resolve,
    at_origin,
    checked,
    is_below,
    parsed,
    refuse_in_clear,
    refuse_unsafe,
    system_resolve,
)
from providers.answers import (
    ACCEPTED,
    JSON_BYTES_MAX,
    Again,
    Reply,
    json_object,
    keyless,
    meaning,
    pause_asked,
    printable,
)
from providers.connections import CONNECT_S, NOT_SENT, Deadline, Late, OneRequest, named, new_client, read, send, unsent
from providers.downloads import Part, no_file
from providers.errors import Gone, Invalid, OutcomeUnknown, ProviderError, Unavailable

__all__ = ["ACCEPTED", "JSON_BYTES_MAX", "Reply", "Transport", "refuse_unsafe"]

TRY_S = 30.0
"""The longest that one try of a free call may take, so that one that drips does not eat the whole deadline."""

_PAUSE_S, _PAUSE_S_MAX = 0.1, 10.0
_DOWNLOAD_FACTOR = 5

_ONWARD = frozenset({301, 302, 303, 307, 308})
_EXPIRED = frozenset({403, 404, 410})
_DOORS = frozenset({"set-cookie", "location", "content-location", "www-authenticate", "proxy-authenticate"})
"""Headers that hold keys of their own: cookies, and addresses that are signed."""

_CHANCE = random.SystemRandom()
_T = TypeVar("_T")
_P = TypeVar("_P", bound=ProviderError)


@dataclass(frozen=True, kw_only=True)
class Transport:
    """Calls to one provider below `base_url`; each on a connection of its own, so that none is stale or outlives its loop.

    `also_ours`: further bases of the same provider (its regional hosts). `authorise` gives the headers that hold the key, is
    asked at each call, and goes to what lies below these bases only; the rest of their origins may be fetched from, without
    it. `classify` reads the provider's own code in an answer that is no success; None leaves it to the status. `submit_s`,
    `free_s` and `download_s` (five times `free_s` where None) bound one paid call, one free call and one download as a whole,
    in seconds. `free_429`: the provider documents that what it refuses with 429 is not billed. `resolve` gives the numbers of
    a host's name. Raises Invalid for a base that would carry the key in clear.
    """

    provider: str
    base_url: str
    also_ours: tuple[str, ...] = ()
    authorise: Callable[[], Mapping[str, str]] = dict
    classify: Callable[[Reply], ProviderError | None] = lambda _reply: None
    submit_s: float = 60.0
    free_s: float = 120.0
    download_s: float | None = None
    free_429: bool = True
    resolve: Resolve = system_resolve

    def __post_init__(self) -> None:
        for base in self._bases:
            refuse_in_clear(base)

    async def submit(
        self, path: str, body: Mapping[str, Any], *, deadline: Deadline | None = None, headers: Mapping[str, str] | None = None,
        accepted: Collection[int] = ACCEPTED, bytes_max: int = JSON_BYTES_MAX,
    ) -> Reply:  # fmt: skip
        """POST once and return the answer: a JSON object of at most `bytes_max` bytes with one of the `accepted` statuses.

        `path`: below `base_url`, or a whole address below one of our bases. `deadline` bounds it; one from now by default. Raises Unavailable where nothing was sent, what a refusal says, and
        OutcomeUnknown for everything else.
        """
        url, deadline = self._own(path), deadline or Deadline.within(self.submit_s)
        failure: ProviderError
        try:
            deadline.check()
            async with (
                asyncio.timeout_at(deadline.until),
                self._answer(
                    "POST", url, connect_s=_connect_s(deadline), headers=headers, deadline=deadline, json=body
                ) as response,
            ):
                reply = await self._read(response, bytes_max)
        except NOT_SENT as error:
            failure = self._not_sent(error)
        except (httpx.HTTPError, TimeoutError, Again) as error:
            failure = self.unknown(named(error))
        else:
            if reply.status in accepted and reply.data is not None:
                return reply
            failure = self.refusal(reply)
        raise failure  # out here, or the client's own error would ride along as its context, with the request and its key

    async def through(
        self, call: Callable[[httpx.AsyncClient], Awaitable[_T]], *, deadline: Deadline | None = None, bytes_max: int = JSON_BYTES_MAX
    ) -> tuple[_T, Reply]:  # fmt: skip
        """One paid call by somebody else's library: what `call` returns, and the answer as it stood on the wire.

        `call` gets a client that sends one request below our bases, once, as `submit` would; the library brings the key. What
        the library raises is judged by what the wire said, and what is raised here is what `submit` raises. An error of ours,
        and one from before anything was sent, comes out as it is.
        """
        deadline = deadline or Deadline.within(self.submit_s)
        connect_s = _connect_s(deadline)
        door = OneRequest(self._bases, connect_s, bytes_max, deadline)
        failure: Exception
        try:
            deadline.check()
            async with asyncio.timeout_at(deadline.until), new_client(connect_s, door) as client:
                result = await call(client)
        except Late as error:
            failure = self._not_sent(error)
        except ProviderError as error:
            failure = error
        except Exception as error:  # noqa: BLE001  a library raises what it likes
            quiet = not isinstance(error, httpx.HTTPError | TimeoutError) and not (door.sent or door.failure)
            failure = unsent(self.provider, error) if quiet else self._came_of(door, named(error))
        else:
            if door.answer is not None and door.answer.status_code in ACCEPTED:
                return result, self._reply(door.answer, door.answer.content)
            failure = self._came_of(door, "its library did not use our client")
        failure.__context__ = failure.__cause__ = None  # they may hold the request and its key
        raise failure

    async def ask(
        self, path: str, query: Mapping[str, str] | None = None, *, method: str = "GET", body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None, statuses: Collection[int] = ACCEPTED, patience_404: int = 0,
        bytes_max: int = JSON_BYTES_MAX, about: Callable[[Reply], bool] = lambda _reply: True,
    ) -> Reply:  # fmt: skip
        """A free call, asked again through drops, rate limits, faults and garbage; returns a JSON object's answer, or a 204.

        `path` as for `submit`. `statuses`: what counts as an answer. `patience_404`: so many 404s are asked again before one
        is believed, for an id that is so fresh that not all of the provider knows it. `about`: whether an answer is about what was asked. A pause that the provider asks for is
        kept. Raises Gone for 404 and 410, what any other refusal says, and Unavailable when `free_s` are over.
        """
        url, believed = self._own(path), [404] * patience_404

        async def once() -> Reply:
            async with self._answer(method, url, headers=headers, params=query or None, json=body) as response:
                reply = await self._read(response, bytes_max)
            if reply.status in statuses and (reply.data is not None or reply.status == 204):
                if not about(reply):
                    raise Again(f"it answers about another job: {reply.raw}")
                return reply
            if reply.status in {404, 410}:
                if reply.status in believed:
                    believed.pop()
                    raise Again(f"404: {reply.raw}", pause_asked(reply.headers, reply.data))
                raise Gone(
                    self.provider, f"it does not know {self._clean(path)}", "See the provider's own list.", reply.raw
                )
            raise self._again_or_never(reply)

        return await self._again_and_again(once, self.free_s)

    async def upload(
        self, address: str, file: Path, *, media_type: str, field: str | None = None, method: str | None = None,
        headers: Mapping[str, str] | None = None, statuses: Collection[int] = (*ACCEPTED, 204),
    ) -> Reply:  # fmt: skip
        """Send a file, for nothing: as the multipart field `field` of a POST, or raw, as a PUT; `method` says otherwise.

        `address`: as for `submit`, or one that the provider signed elsewhere, which gets no key. Its answer need hold no JSON.
        Repeated like `ask`, and it raises the same; Gone where a signed address has expired.
        """
        url = self._whole(address)
        refuse_unsafe(str(url), *self._bases)
        content, signed = await asyncio.to_thread(file.read_bytes), not is_below(url, self._bases)
        sent: dict[str, Any] = {"files": {field: (file.name, content, media_type)}} if field else {"content": content}
        told = {**({} if field else {"Content-Type": media_type}), **(headers or {})}

        async def once() -> Reply:
            async with self._answer(method or ("POST" if field else "PUT"), str(url), headers=told, **sent) as response:
                reply = await self._read(response, JSON_BYTES_MAX)
            if reply.status in statuses:
                return reply
            if signed and reply.status in _EXPIRED:
                raise Gone(
                    self.provider,
                    "the address for the upload has expired",
                    "Let it be sent again: gate resume",
                    reply.raw,
                )
            raise self._again_or_never(reply)

        return await self._again_and_again(once, self._download_s, growing=True)

    async def download(self, url: str, into: Path, *, bytes_max: int) -> int:
        """Write what `url` gives into the file `into`, whole or not at all, and return its size in bytes.

        What broke off is gone on with where the provider can, else fetched again, for `download_s`. At most three redirects
        are followed. Raises Gone where there is nothing (404, 410), Withheld for 403 or a page in the place of media, Invalid
        for an address that is refused or a file above `bytes_max`, and Unavailable.
        """
        refuse_unsafe(url, *self._bases)
        part = Part(self.provider, into, bytes_max)

        async def once() -> int:
            async with self._followed(url, part.headers()) as response:
                status, kind = response.status_code, response.headers.get("content-type", "")
                if nothing := no_file(self.provider, response.request.headers["host"], status, kind):
                    raise nothing
                if status not in {200, 206, 416}:
                    raise Again(f"{status} for the output", pause_asked(response.headers))
                return await part.take(
                    status, response.headers, response.aiter_raw()
                )  # by pieces of a size it would keep the last one back at a drop

        try:
            size = await self._again_and_again(once, self._download_s, growing=True)
            part.finish()
        finally:
            part.drop()
        return size

    async def reach(self) -> None:
        """Return on any answer of its server. Raises Unavailable after `TRY_S` without one."""
        try:
            async with asyncio.timeout(TRY_S), self._answer("HEAD", str(parsed(self.base_url, "/"))):
                return
        except (httpx.HTTPError, TimeoutError) as error:
            why = named(error)
        raise self._unavailable(f"it does not answer ({self._clean(why)})", self._clean(why))

    def unknown(self, cause: str, raw: str = "") -> OutcomeUnknown:
        """The error for a call that may have been accepted; an adapter says so too of an answer that names no job."""
        return OutcomeUnknown(
            self.provider, f"nobody can say whether it took the call: {self._clean(cause)}", "Let it be asked again: gate resume",
            self._clean(raw or cause),
        )  # fmt: skip

    def safe(self, words: str) -> str:
        """A provider's words as they may be kept: bounded, printable, without our key or what else opens a door.

        None of them where it speaks of a private shot.
        """
        return self._clean(theirs(words))

    def refusal(self, reply: Reply) -> ProviderError:
        """What an answer to a call means that is no success: by the provider's own code, else by its status."""
        if said := self.classify(reply):
            return self.cleaned(said)
        kind, cure = meaning(reply, free_429=self.free_429)
        if kind is OutcomeUnknown:
            return self.unknown(f"it answered {reply.status}", reply.raw)
        words = f"it answered {reply.status}" + (f": {reply.raw}" if reply.raw else "")
        return kind(self.provider, words, cure, reply.raw)

    def cleaned(self, error: _P) -> _P:
        """The same error with the provider's words in it made safe."""
        error.cause, error.raw = self._clean(error.cause), self._clean(error.raw)
        error.args = (error.thing, error.cause, error.cure)
        return error

    @property
    def _bases(self) -> tuple[str, ...]:
        return (self.base_url, *self.also_ours)

    @property
    def _download_s(self) -> float:
        return _DOWNLOAD_FACTOR * self.free_s if self.download_s is None else self.download_s

    def _clean(self, words: str) -> str:
        return printable(keyless(words, self.authorise().values()))

    def _whole(self, path: str) -> httpx.URL:
        """The address of a path below `base_url`, or a whole address as it is."""
        return parsed(path if path.startswith(("https://", "http://")) else self.base_url.rstrip("/") + path)

    def _own(self, path: str) -> str:
        """The whole address of a call with our key. Raises Invalid for one that is not below our bases."""
        url = self._whole(path)
        if not is_below(url, self._bases):
            cause = f"{url.scheme}://{url.host} is none of its own addresses, or not below them"
            raise Invalid(self.provider, cause, "Report it to the provider.")
        return str(url)

    @asynccontextmanager
    async def _answer(
        self,
        method: str,
        url: str,
        *,
        connect_s: float = CONNECT_S,
        headers: Mapping[str, str] | None = None,
        deadline: Deadline | None = None,
        **sent: Any,
    ) -> AsyncIterator[httpx.Response]:
        target, key = parsed(url), self.authorise() if is_below(parsed(url), self._bases) else {}
        told = {**(headers or {}), **key}
        numbers = () if at_origin(target, self._bases) else await checked(target, self.resolve)
        async with new_client(connect_s) as client:
            response = await send(client, method, target, numbers, headers=told, deadline=deadline, **sent)
            try:
                yield response
            finally:
                await response.aclose()

    @asynccontextmanager
    async def _followed(self, url: str, headers: Mapping[str, str]) -> AsyncIterator[httpx.Response]:
        """GET, and go where we are sent, as often as is allowed; each address is looked at like the first."""
        for _hop in range(1 + REDIRECTS_MAX):
            async with self._answer("GET", url, headers=headers) as response:
                onward = response.headers.get("location") if response.status_code in _ONWARD else None
                if onward is None:
                    yield response
                    return
            url = str(parsed(url, onward))
            refuse_unsafe(url, *self._bases)
        cause = f"it sends us on more than {REDIRECTS_MAX} times"
        raise Invalid("an address of an output", cause, "Report it to the provider.")

    def _reply(self, response: httpx.Response, content: bytes) -> Reply:
        ours, status = self.authorise(), response.status_code
        text, hidden = (
            keyless(content.decode("utf-8", errors="replace"), ours.values()),
            _DOORS | {n.lower() for n in ours},
        )
        headers = {name: self._clean(value) for name, value in response.headers.items() if name not in hidden}
        return Reply(status, json_object(text, unwrap=status >= 400), self.safe(text), headers)

    async def _read(self, response: httpx.Response, bytes_max: int) -> Reply:
        return self._reply(response, await read(response, bytes_max))

    async def _again_and_again(self, once: Callable[[], Awaitable[_T]], limit_s: float, *, growing: bool = False) -> _T:
        """Try until it works or `limit_s` are over; a pause doubles each time, and half of it is chance.

        `growing`: each try gets twice the time of the one before, for what cannot be gone on with.
        """
        loop = asyncio.get_running_loop()
        until, pause_s, try_s, asked_s = loop.time() + limit_s, _PAUSE_S, TRY_S, 0.0
        while True:
            try:
                async with asyncio.timeout_at(min(until, loop.time() + try_s)):
                    return await once()
            except (httpx.HTTPError, TimeoutError, Again) as error:
                why, asked_s = self._clean(named(error)), error.pause_s if isinstance(error, Again) else 0.0
            if loop.time() + max(pause_s, asked_s) >= until:
                break
            await asyncio.sleep(asked_s + pause_s * _CHANCE.uniform(0.5, 1))
            pause_s, try_s = min(_PAUSE_S_MAX, pause_s * 2), try_s * (2 if growing else 1)
        later = f", and wants {asked_s:g} s of peace" if asked_s > pause_s else ""
        raise self._unavailable(f"it gave no good answer in {limit_s:g} s{later} ({why})", why)

    def _again_or_never(self, reply: Reply) -> Exception:
        """For a free call: whatever may pass later is asked again."""
        refusal = self.refusal(reply)
        if isinstance(refusal, OutcomeUnknown) or refusal.retry_helps:
            return Again(f"{reply.status}: {reply.raw}", pause_asked(reply.headers, reply.data))
        return refusal

    def _came_of(self, door: OneRequest, words: str) -> ProviderError:
        """What the wire says of a call through a library; its own words count where the wire is silent."""
        if isinstance(door.failure, ProviderError):
            return door.failure
        if isinstance(door.failure, NOT_SENT):
            return self._not_sent(door.failure)
        if door.answer is None:
            return self.unknown(words if door.failure is None else named(door.failure))
        return self.refusal(self._reply(door.answer, door.answer.content))

    def _not_sent(self, error: BaseException) -> Unavailable:
        return self._unavailable(f"no connection could be made ({named(error)}), so nothing was sent")

    def _unavailable(self, cause: str, raw: str = "") -> Unavailable:
        return Unavailable(self.provider, self._clean(cause), "When it is back: gate resume", raw)


def _connect_s(deadline: Deadline) -> float:
    """How long the connection of a paid call may take: half of its time, or its end would prove nothing."""
    return min(CONNECT_S, max(0.0, deadline.until - asyncio.get_running_loop().time()) / 2)
