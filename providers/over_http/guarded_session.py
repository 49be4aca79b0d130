"""A session of `requests` under the rules of our own client, for a library that speaks through it and pays nothing.

It calls what lies below one base alone, follows no redirect, reads no proxy and no key of the environment, and bounds
each answer in bytes and in time. A key in a header goes nowhere else.
"""

from __future__ import annotations

import json
import random
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, ReadTimeoutError

from providers.errors import Invalid
from providers.over_http.addresses import is_below, parsed, refuse_in_clear
from providers.over_http.answers import pause_asked, printable
from providers.over_http.connections import ASKED, CONNECT_S

_PIECE_BYTES = 1 << 16
_WORDS_MAX = 300
_PAUSE_S = 0.2
_PASSES = frozenset({502, 503, 504})
_CHANCE = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """`answer_s`: the longest that one request may take, in seconds, and `upload_s` one that sends a file. `bytes_max`:
    of one answer. `tries`: how often a request that changes nothing, or was refused for coming too fast, is sent.
    """

    answer_s: float = 30.0
    upload_s: float = 300.0
    bytes_max: int = 64 << 20
    tries: int = 3


class GuardedSession(requests.Session):
    """`refuse` gives the error for an answer that is not a success: its status, and its own words, bounded. `broke`
    gives the error for no answer, or for one that breaks a bound. Raises Invalid for a base that would carry a key in
    clear.
    """

    def __init__(
        self,
        base_url: str,
        *,
        refuse: Callable[[int, str], Exception],
        broke: Callable[[str], Exception],
        limits: SessionLimits | None = None,
    ) -> None:
        refuse_in_clear(base_url)
        super().__init__()
        self.trust_env = False
        self._base, self._refuse, self._broke = base_url.rstrip("/"), refuse, broke
        self._limits = limits or SessionLimits()
        self.mount("https://", _Trusting())

    def request(self, method: str, url: Any, *_: Any, **given: Any) -> requests.Response:
        """Send it, and give the whole answer of a success. Raises what `refuse` and `broke` give."""
        if not is_below(parsed(str(url)), (self._base,)):
            raise Invalid("a call of a library", "it is not below the address that is set", "Report it to us.")
        failure: Exception
        for tries_left in range(self._limits.tries - 1, -1, -1):
            pause_s = _PAUSE_S * 2 ** (self._limits.tries - 1 - tries_left)
            try:
                answer = self._once(method, url, **given)
            except (requests.RequestException, HTTPError, _OverBoundError) as error:
                failure, passes = self._broke(_named(error)), method == "GET"
            else:
                if answer.status_code < 300:
                    return answer
                failure = self._refuse(answer.status_code, _words(answer))
                passes = answer.status_code == 429 or (method == "GET" and answer.status_code in _PASSES)
                pause_s = max(pause_s, pause_asked(_lower(answer.headers)))
            if not (passes and tries_left):
                break
            time.sleep(pause_s * _CHANCE.uniform(1, 1.2))
        raise failure  # out here: else the library's error, with the request and its key, would be its context

    def _once(self, method: str, url: str, **given: Any) -> requests.Response:
        files = given.get("files") or {}
        limit_s = self._limits.upload_s if files else self._limits.answer_s
        until = time.monotonic() + limit_s
        for file in files.values():
            if hasattr(file, "seek"):
                file.seek(0)  # a try before has read it
        given["headers"] = {**(given.get("headers") or {}), **ASKED}
        given |= {"allow_redirects": False, "stream": True, "timeout": (CONNECT_S, limit_s)}
        try:
            with super().request(method, url, **given) as answer:
                answer._content = self._bounded(answer, until)
        finally:
            self.close()  # the next call gets a connection of its own: a stale one would fail it for nothing
        return answer

    def _bounded(self, answer: requests.Response, until: float) -> bytes:
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise _OverBoundError("its answer is packed in spite of our words")
        content = bytearray()
        while piece := answer.raw.read1(_PIECE_BYTES, decode_content=False):  # what is there: one that drips is seen
            content += piece
            if len(content) > self._limits.bytes_max:
                raise _OverBoundError(f"its answer is longer than {self._limits.bytes_max} bytes")
            if time.monotonic() > until:
                raise _OverBoundError("no whole answer came in time")
        return bytes(content)


class _OverBoundError(Exception):
    """An answer breaks one of our bounds."""


class _Trusting(HTTPAdapter):
    """Trusts what this machine trusts, beside the usual authorities: a studio's server has its own."""

    def init_poolmanager(self, *given: Any, **named: Any) -> None:
        super().init_poolmanager(*given, **named, ssl_context=ssl.create_default_context())


def _words(answer: requests.Response) -> str:
    """The server's own message, bounded and printable; "" where it gives none."""
    try:
        told = json.loads(answer.content)
    except (ValueError, RecursionError):
        return ""
    told = told if isinstance(told, dict) else {}
    words = next((told[name] for name in ("message", "msg", "error") if isinstance(told.get(name), str)), "")
    return printable(words[:_WORDS_MAX]).rstrip(".")


def _named(error: Exception) -> str:
    """An error as words: its kind, and what it says, where that quotes neither the address nor the call."""
    if isinstance(error, _OverBoundError):
        return str(error)
    kinds = {
        requests.exceptions.SSLError: "its certificate is not trusted here",
        requests.exceptions.ConnectTimeout: "no connection came in time",
        requests.exceptions.Timeout: "no whole answer came in time",
        ReadTimeoutError: "no whole answer came in time",
        requests.exceptions.ConnectionError: "no connection could be made, or it broke off",
        HTTPError: "its answer broke off",
    }
    return next((words for kind, words in kinds.items() if isinstance(error, kind)), type(error).__name__)


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
