"""The connection of one call: a connection of its own, no proxy of the environment, no redirect,
a certificate that is looked at.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx

from manifests.privacy import theirs
from providers.errors import Invalid
from providers.over_http.addresses import is_below
from providers.over_http.answers import Again

CONNECT_S = 10.0


class Late(httpx.TransportError):
    """The send deadline of a paid call passed before its first byte went out."""


NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, Late)
"""The only failures of this client that prove that nothing was sent:
after each other one a job was seen at a provider.
"""

TRUSTS_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For a client that makes no TLS connection: it holds no certificates, and would refuse every server."""

ASKED = {"Accept-Encoding": "identity", "Connection": "close"}


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a paid call must be over, made before its grant is redeemed.

    `until`: all of it, in seconds on the running loop's clock. `leaves_by`: its last piece, in seconds since 1970. A
    loop's clock stands still while a laptop sleeps and a machine is moved, and a call that is absent by then may be
    bought again by another process: a call that wakes up later than this stays here.
    """

    until: float
    leaves_by: float

    @classmethod
    def within(cls, whole_s: float, leave_s: float | None = None) -> Deadline:
        """From now on. It may leave as long as it may last, unless `leave_s` is less."""
        return cls(asyncio.get_running_loop().time() + whole_s, time.time() + (whole_s if leave_s is None else leave_s))

    def check(self) -> None:
        """Raises Late where it is over before anything was begun: whatever held this loop up, no byte has gone out."""
        if asyncio.get_running_loop().time() >= self.until or time.time() > self.leaves_by:
            raise Late(_TOO_LATE)

    def guard(self) -> Callable[[str, Mapping[str, Any]], Awaitable[None]]:
        """The check that httpcore makes before each piece.
        Raises Late before the first byte, and WriteTimeout, which proves nothing, before the body.
        """

        async def step(name: str, _info: Mapping[str, Any]) -> None:
            if name in _GOES_OUT and time.time() > self.leaves_by:
                raise _GOES_OUT[name](_TOO_LATE)

        return step


_TOO_LATE = "its time to leave was over: this machine slept, or had too much to do"
_GOES_OUT: dict[str, type[httpx.TransportError]] = {
    "http11.send_request_headers.started": Late,
    "http11.send_request_body.started": httpx.WriteTimeout,
}


def new_client(
    connect_s: float, through: httpx.AsyncBaseTransport | None = None, *, scheme: str = "https"
) -> httpx.AsyncClient:
    """A client for one call to an address of that scheme. Its read never times out, its caller does:
    one byte in time resets a read time-out for ever.
    """
    return httpx.AsyncClient(
        trust_env=False,
        follow_redirects=False,
        timeout=_times(connect_s),
        verify=_trust(() if through else (scheme,)),
        headers=ASKED,
        transport=through,
    )


async def send(
    client: httpx.AsyncClient,
    method: str,
    target: httpx.URL,
    numbers: tuple[str, ...],
    *,
    headers: Mapping[str, str],
    deadline: Deadline | None = None,
    **sent: Any,
) -> httpx.Response:
    """Send it to the first of the `numbers` that a connection can be made to; TLS still asks for the host's own name.

    Without numbers the client looks the host up by itself. `deadline`: a paid call's.
    """
    told = {} if deadline is None else {"trace": deadline.guard()}
    if not numbers:
        request = client.build_request(method, target, headers=headers, extensions=told, **sent)
        return await client.send(request, stream=True)
    host = target.netloc.decode("ascii")
    for number in numbers:
        request = client.build_request(
            method,
            target.copy_with(host=number),
            headers={**headers, "Host": host},
            extensions={"sni_hostname": target.raw_host.decode("ascii"), **told},
            **sent,
        )
        try:
            return await client.send(request, stream=True)
        except NOT_SENT:
            if number == numbers[-1]:
                raise
    raise AssertionError("there was a number")


async def read(response: httpx.Response, bytes_max: int) -> bytes:
    """The whole body, as it comes: nothing that was packed in spite of our words is unpacked.
    Raises Again above `bytes_max`.
    """
    content = bytearray()
    async for piece in response.aiter_raw():
        content += piece
        if len(content) > bytes_max:
            raise Again(f"the answer is longer than {bytes_max} bytes")
    return bytes(content)


def named(error: BaseException) -> str:
    """An error of the client as words: its kind, and what it says."""
    if isinstance(error, TimeoutError):
        return "no whole answer came in time"
    if isinstance(error, Again):
        return str(error)
    words = str(error) if isinstance(error, NOT_SENT) else theirs(str(error))  # others may quote the wire, or the call
    return f"{type(error).__name__} {words}".rstrip()


def unsent(provider: str, error: Exception) -> Exception:
    """A third-party library's error before it sent anything, as it is;
    of a private shot only its kind: it may quote the call.
    """
    if theirs(str(error)) == str(error):
        return error
    cure = "Report it to us, with that word."
    return Invalid(provider, f"its library did not send the call ({type(error).__name__})", cure)


class OneRequest(httpx.AsyncBaseTransport):
    """The transport of an SDK: one request, below our bases, with our limits; it keeps the outcome.

    `sent`: a request went out, or was about to. `answer` is its whole answer, `failure` why there is none. An SDK that
    tries again by itself, or reports only a part of what happened, changes nothing in them.
    """

    def __init__(self, bases: tuple[str, ...], connect_s: float, bytes_max: int, deadline: Deadline) -> None:
        self.sent = False
        self.answer: httpx.Response | None = None
        self.failure: Exception | None = None
        self._bases, self._times, self._bytes_max, self._deadline = bases, _times(connect_s), bytes_max, deadline
        self._wire = httpx.AsyncHTTPTransport(verify=_trust(httpx.URL(base).scheme for base in bases), trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it, if it is the first, and return the whole answer."""
        if self.sent:
            raise Again("a call is sent once")
        if not is_below(request.url, self._bases):
            cause = (
                f"its library would call {request.url.scheme}://{request.url.host}, which is not below its addresses"
            )
            self.failure = Invalid("a paid call", cause, "Report it to us: the adapter gives it a wrong address.")
            raise self.failure
        self.sent = True
        request.headers.update(ASKED)
        timed = {"timeout": self._times.as_dict(), "trace": self._deadline.guard()}
        request.extensions = {**request.extensions, **timed}
        try:
            answer = await self._wire.handle_async_request(request)
            try:
                self.answer = await self._whole(answer)
            finally:
                await answer.aclose()
        except (httpx.HTTPError, Again) as error:
            self.failure = error
            raise
        return self.answer

    async def aclose(self) -> None:
        """Close the connection."""
        await self._wire.aclose()

    async def _whole(self, answer: httpx.Response) -> httpx.Response:
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise Again("its answer is packed in spite of our words")
        content = await read(answer, self._bytes_max)
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)


def _times(connect_s: float) -> httpx.Timeout:
    return httpx.Timeout(None, connect=connect_s, pool=connect_s)


def _trust(schemes: Iterable[str]) -> ssl.SSLContext:
    """What a client of these schemes goes by: a process that speaks to this machine alone reads no certificates."""
    return _certificates() if "https" in schemes else TRUSTS_NOBODY


@cache
def _certificates() -> ssl.SSLContext:
    """Read once: a client of its own for each call would read them each time."""
    return httpx.create_ssl_context(trust_env=False)
