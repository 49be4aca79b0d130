"""A server on loopback that answers requests by functions: routes, faults in order, and a record of what came."""

from __future__ import annotations

import json
import re
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

STALL_S = 20.0


@dataclass(frozen=True)
class Asked:
    """One request. `headers`: by lower-case name."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Its body, where that is announced as JSON. Raises Answer."""
        if self.headers.get("content-type", "").partition(";")[0] != "application/json":
            raise Answer(415, {"message": "Did not attempt to load JSON data"})
        try:
            return json.loads(self.body)
        except ValueError:
            raise Answer(400, {"message": "Malformed JSON"}) from None


class Answer(Exception):
    """An answer, which a route may raise as well as return. `data`: JSON, or bytes as they are; None for an empty body.
    `cut`: break the connection off instead. `waits`: an event that it waits for first.
    """

    def __init__(
        self,
        status: int,
        data: Any = None,
        *,
        cut: bool = False,
        waits: threading.Event | None = None,
        **headers: str,
    ) -> None:
        super().__init__(status)
        self.status, self.data, self.cut, self.waits = status, data, cut, waits
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


Route = Callable[..., Any]


def route(method: str, pattern: str) -> Callable[[Route], Route]:
    """The method below answers such requests; the groups of the pattern are its arguments after the request."""

    def mark(function: Route) -> Route:
        function.route = (method, re.compile(pattern))  # type: ignore[attr-defined]
        return function

    return mark


@dataclass
class JsonServer:
    """`faults`: answers that are given instead of the routes', to requests whose method and path begin so, each once.
    `breaks`: after so many requests that change something, the connection breaks before or after the next.
    """

    asked: list[Asked] = field(default_factory=list)
    faults: list[tuple[str, Answer]] = field(default_factory=list)
    breaks: dict[int, str] = field(default_factory=dict)
    changes: int = 0
    url: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def admit(self, asked: Asked) -> None:
        """Raise an Answer for a request that may not come in."""

    def unknown(self, asked: Asked) -> Answer:
        """The answer to a request that no route fits."""
        return Answer(404, {"message": f"{asked.path} is not there"})

    def paths(self, beginning: str = "") -> list[str]:
        """What was asked, "POST /path", as far as it begins so."""
        return [line for each in self.asked if (line := f"{each.method} {each.path}").startswith(beginning)]

    def answer(self, asked: Asked) -> Answer:
        """The answer to one request, alone."""
        with self.lock:
            self.asked.append(asked)
            line = f"{asked.method} {asked.path}"
            for each in self.faults:
                if line.startswith(each[0]):
                    self.faults.remove(each)
                    return each[1]
            self.changes += asked.method != "GET"
            breaks = self.breaks.pop(self.changes, "") if asked.method != "GET" else ""
            if breaks == "before":
                return Answer(0, cut=True)
            made = self._routed(asked)
            return Answer(0, cut=True) if breaks else made

    def _routed(self, asked: Asked) -> Answer:
        try:
            for name in dir(type(self)):
                method, pattern = getattr(getattr(type(self), name), "route", ("", None))
                if method == asked.method and pattern and (found := pattern.fullmatch(asked.path)):
                    self.admit(asked)
                    made = getattr(self, name)(asked, *found.groups())
                    return made if isinstance(made, Answer) else Answer(200, made)
        except Answer as answer:
            return answer
        return self.unknown(asked)


@contextmanager
def serving(server: JsonServer, tls: ssl.SSLContext | None = None) -> Iterator[JsonServer]:
    """The server at `server.url`, until the block ends; over TLS with a certificate of its own."""
    live = _Quiet(("127.0.0.1", 0), partial(_Handler, server))
    if tls is not None:
        live.socket = tls.wrap_socket(live.socket, server_side=True)
    live.daemon_threads = True
    thread = threading.Thread(target=live.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        server.url = f"http{'s' if tls else ''}://127.0.0.1:{live.server_address[1]}"
        yield server
    finally:
        live.shutdown()
        thread.join()
        live.server_close()


class _Quiet(ThreadingHTTPServer):
    """Says nothing of a client that hangs up: that is what is tested."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # an answer in one piece, or the system holds its second piece back for a moment

    def __init__(self, server: JsonServer, *given: Any) -> None:
        self._server = server
        super().__init__(*given)

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        made = self._server.answer(Asked(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body))
        if made.waits is not None:
            made.waits.wait(STALL_S)
        if made.cut:
            self.close_connection = True
            return
        content = made.data if isinstance(made.data, bytes) else json.dumps(made.data).encode()
        content = b"" if made.data is None else content
        self.send_response(made.status)
        for name, value in {"Content-Type": "application/json", **made.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815  the names are http.server's

    def log_message(self, *_: object) -> None:
        """Nothing: `asked` has it."""
