"""Frame.io's documented REST API, V4, over our own transport: one request at a time, pages, limits, and errors.

Reading is repeated until it works or `patience_s` are over. What makes something is sent once: where nobody can say
whether it arrived, the next push looks first. The token goes to the API alone, never to the addresses that uploads go
to.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from production.review_tools.errors import ReviewToolError, of_status, unreachable, unreadable
from providers.errors import Gone, Invalid, OutcomeUnknown, ProviderError, RateLimited, Unavailable
from providers.over_http.answers import ACCEPTED, Reply, pause_asked, printable
from providers.over_http.transport import Transport

FRAMEIO = "Frame.io"
_KEY = "GATE_FRAMEIO_TOKEN; Adobe's access tokens expire"
_PAGE = "100"
_PAGES_MAX = 1000
_TRIES = 6
_REPEATED = frozenset({408, 425, 429})
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class FrameioKey:
    """`account` and `workspace`: their IDs, "" where the token reaches one of each. `patience_s`: how long one request
    is repeated.
    """

    url: str
    token: str = field(repr=False)
    account: str = ""
    workspace: str = ""
    patience_s: float = 120.0


class _Said(Invalid):
    """An answer that is final, with its status."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(FRAMEIO, words, "")
        self.status = status


class FrameioClient:
    """Calls below /v4 of the API's address. Every call raises ReviewToolError, in our words."""

    def __init__(self, key: FrameioKey) -> None:
        self._url = key.url
        self._wire = Transport(
            provider=FRAMEIO,
            base_url=f"{key.url}/v4",  # the addresses of uploads may be on the same host, and get no key
            authorise=lambda: {"Authorization": f"Bearer {key.token}"},
            classify=_said,
            free_s=key.patience_s,
        )

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Any:
        """The `data` of one answer."""
        with self._in_our_words(path):
            reply = _run(self._wire.ask(path, query))
        return self._data(reply, path)

    def every(self, path: str, query: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
        """Every row of a list. The next page's link holds its place alone, so that the rest is asked for again."""
        asked, seen = {"page_size": _PAGE, **(query or {})}, set[str]()
        for _page in range(_PAGES_MAX):
            with self._in_our_words(path):
                reply = _run(self._wire.ask(path, asked))
            rows = self._data(reply, path)
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                raise unreadable(FRAMEIO, f"no list from {path}", address=self._url)
            yield from rows
            after = _after(reply)
            if not after:
                return
            if after in seen:
                break
            seen.add(after)
            asked["after"] = after
        raise unreadable(FRAMEIO, f"a list without end from {path}", address=self._url)

    def create(self, path: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Make one thing and return it. Waits and tries again where the tool refuses a request that came too fast."""
        for tries in range(_TRIES):
            pause_s = float(2**tries)
            with self._in_our_words(path):
                try:
                    reply = _run(self._wire.submit(path, {"data": dict(data)}, accepted={*ACCEPTED, 429}))
                except RateLimited:
                    reply = None
            if reply is not None and reply.status != 429:
                made = self._data(reply, path)
                if isinstance(made, dict) and made.get("id"):
                    return made
                raise unreadable(FRAMEIO, f"nothing with an ID from {path}", address=self._url)
            time.sleep(pause_asked(reply.headers, reply.data) or pause_s if reply else pause_s)
        raise self._of_status(429, "", path)

    def delete(self, path: str) -> None:
        """Remove one thing; nothing where it is gone already."""
        with self._in_our_words(path), suppress(Gone):
            _run(self._wire.ask(path, method="DELETE", statuses=(200, 204)))

    def put(self, url: str, file: Path, piece: tuple[int, int], media_type: str) -> bool:
        """Send a part of a file to an address that the API signed; False where that has expired."""
        headers = {"x-amz-acl": "private"}
        with self._in_our_words("an upload"):
            try:
                _run(self._wire.upload(url, file, media_type=media_type, headers=headers, piece=piece))
            except Gone:
                return False
        return True

    def _data(self, reply: Reply, path: str) -> Any:
        if reply.data is None or "data" not in reply.data:
            raise unreadable(FRAMEIO, f"no data from {path}", address=self._url)
        return reply.data["data"]

    def _of_status(self, status: int, words: str, path: str) -> ReviewToolError:
        return of_status(FRAMEIO, status, words, key=_KEY, page=path)

    @contextmanager
    def _in_our_words(self, path: str) -> Iterator[None]:
        try:
            yield
        except _Said as error:
            raise self._of_status(error.status, error.cause, path) from error
        except Gone as error:
            raise self._of_status(404, "", path) from error
        except (RateLimited, Unavailable, OutcomeUnknown) as error:
            raise unreachable(FRAMEIO, error.cause, address=self._url) from error
        except ProviderError as error:
            raise unreadable(FRAMEIO, error.cause, address=self._url) from error


def _said(reply: Reply) -> ProviderError | None:
    """The error of an answer that is final, with the API's own title and detail; None for one that may pass."""
    if not 300 <= reply.status < 500 or reply.status in _REPEATED:
        return None
    errors = (reply.data or {}).get("errors")
    told = [each for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []
    words = ", ".join(str(each.get("detail") or each.get("title") or "") for each in told)
    return _Said(reply.status, printable(words[:300]))


def _after(reply: Reply) -> str:
    """The place of the next page; "" where there is none."""
    links = (reply.data or {}).get("links")
    link = links.get("next") if isinstance(links, dict) else None
    return next(iter(parse_qs(urlsplit(link).query).get("after", ())), "") if isinstance(link, str) else ""


def _run(call: Coroutine[Any, Any, _T]) -> _T:
    return asyncio.run(call)
