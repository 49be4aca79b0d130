"""Which addresses may be called, and with our key or without: an address from a provider is not believed, but examined.

Addresses are taken apart by the client's own parser: a second one would read some of them differently.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable

import httpx

from providers.errors import Invalid
from providers.over_http.answers import Again

REDIRECTS_MAX = 3
ADDRESSES_MAX = 4
"""So many addresses of one host are tried."""

Resolve = Callable[[str, int], Awaitable[list[str]]]

_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+", re.ASCII)
_NUMBER = re.compile(r"(0x[0-9a-f]*|\d+)(\.(0x[0-9a-f]*|\d+))*", re.IGNORECASE)
"""A host that the system takes for an address: 127.1, 0x7f000001 and their like as well."""

_HERE = (".localhost", ".local", ".internal")
_UNICAST6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address as a network without IPv4 reaches it


def refuse_unsafe(url: str, *bases: str) -> None:
    """Return for an address that a provider may send us to. Raises Invalid.

    That is https at a public host, or anything at the origin of one of our own `bases`. A name in it or a number of a
    private network is refused; `checked` examines the numbers that a host's name resolves to, when it is called.
    """
    parts = parsed(url)
    if parts.userinfo:
        raise _refused("it holds a name or a password")
    if at_origin(parts, bases):
        return
    if parts.scheme != "https" or not _is_public(parts.raw_host.decode("ascii")):
        raise _refused(f"{parts.scheme}://{parts.host} is not a public https host")


def refuse_in_clear(base_url: str) -> None:
    """Return for a base that our key may be sent to: https, or http on this machine. Raises Invalid."""
    parts = parsed(base_url)
    if parts.userinfo or not (parts.scheme == "https" or (parts.scheme == "http" and is_here(base_url))):
        cure = "Give an https address without a name or password; http is for this machine only."
        raise Invalid("a provider's address", f"{parts.scheme}://{parts.host} would not keep a key", cure)


def is_here(url: str) -> bool:
    """Whether it is an address of this machine itself: by its name, localhost, or by a loopback number. Any other name
    may mean another machine a moment later.
    """
    host = parsed(url).host
    return host == "localhost" or _is_loopback(host)


def parsed(url: str, onward: str = "") -> httpx.URL:
    """The address, or what `onward` means when it is read there. Raises Invalid for what is none."""
    try:
        return httpx.URL(url).join(onward) if onward else httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise _refused(f"it is none ({error})") from error


def at_origin(url: httpx.URL, bases: tuple[str, ...]) -> bool:
    """Whether it has scheme, host and port of one of the bases."""
    return any(_origin(url) == _origin(parsed(base)) for base in bases)


def is_below(url: httpx.URL, bases: tuple[str, ...]) -> bool:
    """Whether it lies below one of the bases: scheme, host, port and whole steps of the path.
    Only there our key may go.
    """
    steps = url.path.split("/")
    if url.userinfo or "\\" in url.path or {".", ".."} & set(steps):
        return False
    for base in map(parsed, bases):
        above = base.path.rstrip("/").split("/")
        if _origin(url) == _origin(base) and steps[: len(above)] == above:
            return True
    return False


async def checked(url: httpx.URL, resolve: Resolve) -> tuple[str, ...]:
    """The numbers to connect to, each of them public.
    A name that may mean another number a moment later is not asked twice.

    Raises Invalid where any of them is private, Again while the name has none.
    """
    host = url.raw_host.decode("ascii")
    try:
        numbers = await resolve(host, url.port or 443)
    except (OSError, UnicodeError) as error:
        raise Again(f"{host} has no address ({error})") from error
    if private := [number for number in numbers if not _is_global(number)]:
        raise _refused(f"{host} means {private[0]}, which is not a public address")
    if not numbers:
        raise Again(f"{host} has no address")
    return tuple(dict.fromkeys(numbers))[:ADDRESSES_MAX]


async def system_resolve(host: str, port: int) -> list[str]:
    """Ask the system for the numbers of a host."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_kind, address in found]


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _is_public(host: str) -> bool:
    name = host.lower().removesuffix(".")
    if name.endswith(_HERE):
        return False
    if ":" in name or _NUMBER.fullmatch(name):
        return _is_global(name)
    return _NAME.fullmatch(name) is not None


def _is_global(number: str) -> bool:
    try:
        found = ipaddress.ip_address(number)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found in _NAT64:
            return _is_global(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
        if found not in _UNICAST6 or found.sixtofour is not None:
            return False
    return found.is_global and not found.is_multicast


def _is_loopback(number: str) -> bool:
    try:
        return ipaddress.ip_address(number).is_loopback
    except ValueError:
        return False


def _refused(cause: str) -> Invalid:
    return Invalid("an address that a provider sent us to", cause, "Report it to the provider.")
