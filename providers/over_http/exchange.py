"""One request and its answer: where it may go, whether it carries our key, and how often a free one is asked again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from providers.errors import Invalid
from providers.over_http.addresses import (
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
from providers.over_http.answers import Again, Reply
from providers.over_http.connections import CONNECT_S, Deadline, named, new_client, read, send
from providers.over_http.outcomes import Outcomes

TRY_S = 30.0
"""The longest that one try of a free call may take, so that one that drips does not eat the whole deadline."""

_PAUSE_S, _PAUSE_S_MAX = 0.1, 10.0
_ONWARD = frozenset({301, 302, 303, 307, 308})
_CHANCE = random.SystemRandom()
_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Exchange(Outcomes):
    """Requests to one provider, each on a connection of its own. Its fields are those of `Transport`."""

    base_url: str
    also_ours: tuple[str, ...] = ()
    resolve: Resolve = system_resolve

    def __post_init__(self) -> None:
        for base in self._bases:
            refuse_in_clear(base)

    @property
    def _bases(self) -> tuple[str, ...]:
        return (self.base_url, *self.also_ours)

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
        async with new_client(connect_s, scheme=target.scheme) as client:
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

    async def _read(self, response: httpx.Response, bytes_max: int) -> Reply:
        return self._reply(response.status_code, response.headers, await read(response, bytes_max))

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
