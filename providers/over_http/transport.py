"""The product's one HTTP client. A paid call is sent exactly once; a free one is asked again until its deadline.

What an answer to a paid call does not prove stays unknown: only a connection that was never made proves that nothing
was sent. Our key goes below our own bases only. No error carries a header or a key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx

from providers.errors import Gone, ProviderError
from providers.over_http.addresses import is_below, parsed, refuse_unsafe
from providers.over_http.answers import ACCEPTED, JSON_BYTES_MAX, Again, Reply, pause_asked
from providers.over_http.connections import CONNECT_S, NOT_SENT, Deadline, Late, OneRequest, named, new_client, unsent
from providers.over_http.downloads import PartialDownload, no_file
from providers.over_http.exchange import TRY_S, Exchange

__all__ = ["ACCEPTED", "JSON_BYTES_MAX", "Reply", "Transport", "refuse_unsafe"]

_DOWNLOAD_FACTOR = 5
_EXPIRED = frozenset({403, 404, 410})
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Transport(Exchange):
    """Calls to one provider below `base_url`; each on a connection of its own,
    so that none is stale or outlives its loop.

    `also_ours`: further bases of the same provider (its regional hosts). `authorise` gives the headers that hold the
    key, is asked at each call, and goes to what lies below these bases only; the rest of their origins may be fetched
    from, without it. `classify` reads the provider's own code in an answer that is not a success; None leaves it to the
    status. `submit_s`, `free_s` and `download_s` (five times `free_s` where None) bound one paid call, one free call
    and one download as a whole, in seconds. `free_429`: the provider documents that what it refuses with 429 is not
    billed. `resolve` gives the numbers of a host's name. Raises Invalid for a base that would carry the key in clear.
    """

    submit_s: float = 60.0
    free_s: float = 120.0
    download_s: float | None = None

    async def submit(
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        deadline: Deadline | None = None,
        headers: Mapping[str, str] | None = None,
        accepted: Collection[int] = ACCEPTED,
        bytes_max: int = JSON_BYTES_MAX,
    ) -> Reply:
        """POST once and return the answer: a JSON object of at most `bytes_max` bytes
        with one of the `accepted` statuses.

        `path`: below `base_url`, or a whole address below one of our bases. `deadline` bounds it; one from now by
        default. Raises Unavailable where nothing was sent, what a refusal says, and OutcomeUnknown for everything else.
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
        raise failure  # out here: else the client's error, with the request and its key, would be its context

    async def through(
        self,
        call: Callable[[httpx.AsyncClient], Awaitable[_T]],
        *,
        deadline: Deadline | None = None,
        bytes_max: int = JSON_BYTES_MAX,
    ) -> tuple[_T, Reply]:
        """One paid call by somebody else's library: what `call` returns, and the answer as it stood on the wire.

        `call` gets a client that sends one request below our bases, once, as `submit` would; the library brings the
        key. What the library raises is judged by the answer on the wire, and the same errors as from `submit` are
        raised here. An error of ours, and one from before anything was sent, comes out as it is.
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
                return result, self._reply(door.answer.status_code, door.answer.headers, door.answer.content)
            failure = self._came_of(door, "its library did not use our client")
        failure.__context__ = failure.__cause__ = None  # they may hold the request and its key
        raise failure

    async def ask(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        method: str = "GET",
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        statuses: Collection[int] = ACCEPTED,
        patience_404: int = 0,
        bytes_max: int = JSON_BYTES_MAX,
        about: Callable[[Reply], bool] = lambda _reply: True,
    ) -> Reply:
        """A free call, asked again through drops, rate limits, faults and garbage;
        returns a JSON object's answer, or a 204.

        `path` as for `submit`. `statuses`: what counts as an answer. `patience_404`: so many 404s are asked again
        before one is believed, for an id that is so fresh that not all of the provider knows it. `about`: whether an
        answer is about what was asked. A pause that the provider asks for is kept. Raises Gone for 404 and 410, what
        any other refusal says, and Unavailable when `free_s` are over.
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
        self,
        address: str,
        file: Path,
        *,
        media_type: str,
        field: str | None = None,
        method: str | None = None,
        headers: Mapping[str, str] | None = None,
        statuses: Collection[int] = (*ACCEPTED, 204),
        piece: tuple[int, int] | None = None,
    ) -> Reply:
        """Send a file, for nothing: as the multipart field `field` of a POST, or raw, as a PUT;
        `method` says otherwise.

        `address`: as for `submit`, or one that the provider signed elsewhere, which gets no key. `piece`: send that
        part alone, from which byte and how many. Its answer need hold no JSON. Repeated like `ask`, and it raises
        the same; Gone where a signed address has expired.
        """
        url = self._whole(address)
        refuse_unsafe(str(url), *self._bases)
        content, signed = await asyncio.to_thread(_part_of, file, piece), not is_below(url, self._bases)
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

        What broke off is gone on with where the provider can, else fetched again, for `download_s`. At most three
        redirects are followed. Raises Gone where there is nothing (404, 410), Withheld for 403 or a page in the place
        of media, Invalid for an address that is refused or a file above `bytes_max`, and Unavailable.
        """
        refuse_unsafe(url, *self._bases)
        part = PartialDownload(self.provider, into, bytes_max)

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

    @property
    def _download_s(self) -> float:
        return _DOWNLOAD_FACTOR * self.free_s if self.download_s is None else self.download_s


def _part_of(file: Path, piece: tuple[int, int] | None) -> bytes:
    with file.open("rb") as content:
        content.seek(piece[0] if piece else 0)
        return content.read(piece[1] if piece else -1)


def _connect_s(deadline: Deadline) -> float:
    """How long the connection of a paid call may take: half of its time, or its end would prove nothing."""
    return min(CONNECT_S, max(0.0, deadline.until - asyncio.get_running_loop().time()) / 2)
