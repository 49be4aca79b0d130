"""gazu's client over our own session: where it may go, how long it waits, and what each refusal means here.

The only module that logs in. Neither a password nor a token is in any error.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import gazu

from production.review_tools.errors import ReviewToolError, ToolUnready, of_status, unreachable, unreadable
from providers.over_http.guarded_session import GuardedSession, SessionLimits

KITSU = "Kitsu"
_KEY = "GATE_KITSU_TOKEN, or GATE_KITSU_EMAIL and GATE_KITSU_PASSWORD"


@dataclass(frozen=True, slots=True)
class KitsuKey:
    """Where Kitsu's API is (it ends in /api behind Kitsu's page), and a token, or an e-mail address and a password."""

    url: str
    token: str = field(default="", repr=False)
    email: str = ""
    password: str = field(default="", repr=False)
    limits: SessionLimits | None = None


def client_of(key: KitsuKey) -> Any:
    """A client that is logged in. Raises ToolUnready where the address is not Kitsu's API, or the key is not taken."""
    session = KitsuSession(key)
    client = gazu.client.create_client(key.url)
    client.session = session
    told = gazu.client.get("", client=client)
    if not isinstance(told, dict) or told.get("api") != "Zou":
        raise _not_the_api(key.url)
    if key.token:
        client.access_token = key.token
    else:
        _log_in(client, key)
    return client


class KitsuSession(GuardedSession):
    """Our session, with Kitsu's refusals in our words. Each answer of a success holds JSON."""

    def __init__(self, key: KitsuKey) -> None:
        self._url = key.url
        super().__init__(key.url, refuse=self._refused, broke=self._broken, limits=key.limits)

    def request(self, method: str, url: Any, *_: Any, **given: Any) -> Any:
        """Send it. Raises ReviewToolError."""
        self._path = str(url).removeprefix(self._url).partition("?")[0]
        answer = super().request(method, url, **given)
        try:
            json.loads(answer.content)
        except (ValueError, RecursionError):
            failure: ReviewToolError = _not_the_api(self._url) if self._path in {"", "/"} else self._unreadable()
        else:
            return answer
        raise failure

    def _refused(self, status: int, words: str) -> ReviewToolError:
        if status == 422 and self._path.endswith("/authenticated"):
            status = 401  # a token that is none: the server takes it for a malformed request
        if status == 404 and self._path in {"", "/"}:
            return _not_the_api(self._url)
        if self._path.endswith("/login") and status == 400:
            return _wrong_login(words)
        return of_status(KITSU, status, words, key=_KEY, page=self._path or "/")

    def _broken(self, why: str) -> ReviewToolError:
        return unreachable(KITSU, why, address=self._url)

    def _unreadable(self) -> ReviewToolError:
        return unreadable(KITSU, f"no JSON from {self._path}", address=self._url)


def _log_in(client: Any, key: KitsuKey) -> None:
    failure: ReviewToolError | None = None
    try:
        gazu.log_in(  # type: ignore[no-untyped-call]  # gazu has types elsewhere
            key.email, key.password, client=client
        )
    except gazu.exception.AuthFailedException:
        failure = _wrong_login("")
    if failure is not None:
        raise failure  # out here: else the client's error, with what it was given, would be its context


def _wrong_login(words: str) -> ToolUnready:
    said = f" ({words})" if words else ""
    cure = f"Set {_KEY}. A user with a second factor cannot log in so: make a bot in Kitsu, and use its token."
    return ToolUnready(KITSU, f"it does not take the e-mail address and password{said}", cure)


def _not_the_api(url: str) -> ToolUnready:
    cure = "Write the address of its API: behind Kitsu's page that is the page's own with /api at its end."
    return ToolUnready("GATE_KITSU_URL", f"{url} does not answer as Kitsu's API", cure)
