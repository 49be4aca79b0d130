"""A model hub on loopback: the endpoints by which the hub's own client finds a file and fetches its bytes."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

COMMIT = "c0ffee" + "0" * 34


@dataclass
class ModelHub:
    """`files` by `ORG/REPO/NAME`. `asked`: every request that came, with its headers, as one text each.

    `cut_at`: the bytes after which the next answer breaks off. `false`: names whose stated hash is another's.
    """

    files: dict[str, bytes]
    licence: str = "mit"
    asked: list[str] = field(default_factory=list)
    cut_at: int | None = None
    false: set[str] = field(default_factory=set)
    url: str = ""

    def ranges(self) -> list[str]:
        """The ranges that were asked for."""
        lines = (line for text in self.asked for line in text.splitlines())
        return [line.partition(": ")[2] for line in lines if line.lower().startswith("range:")]


@contextmanager
def serving(hub: ModelHub) -> Iterator[ModelHub]:
    """The hub at `hub.url`, until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Answers, hub))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        hub.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, hub: ModelHub, *given: Any) -> None:
        self._hub = hub
        super().__init__(*given)

    def do_HEAD(self) -> None:
        self._file()

    def do_GET(self) -> None:
        if not self.path.startswith("/api/models/"):
            self._file()
            return
        self._note()
        repo = self.path.removeprefix("/api/models/").split("?")[0]
        told = {"id": repo, "sha": COMMIT, "cardData": {"license": self._hub.licence}, "tags": [], "siblings": []}
        self._send(json.dumps(told).encode(), {"Content-Type": "application/json"})

    def log_message(self, *_: object) -> None:
        """Nothing: `asked` has it."""

    def _note(self) -> None:
        self._hub.asked.append(f"{self.command} {self.path}\n{self.headers}")

    def _file(self) -> None:
        self._note()
        repo, _, rest = self.path.lstrip("/").partition("/resolve/")
        name = f"{repo}/{rest.partition('/')[2]}"
        content = self._hub.files.get(name)
        if content is None:
            self._send(b"", {"X-Error-Code": "EntryNotFound"}, 404)
            return
        mark = _etag(name, content[::-1] if name in self._hub.false else content)
        headers = {"X-Repo-Commit": COMMIT, "ETag": f'"{mark}"', "Accept-Ranges": "bytes"}
        start = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").rstrip("-"))
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        self._send(content[start:], headers, 206 if start else 200)

    def _send(self, content: bytes, headers: dict[str, str], status: int = 200) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if self._hub.cut_at is not None and len(content) > self._hub.cut_at:
            content, self._hub.cut_at = content[: self._hub.cut_at], None
            self.close_connection = True
        self.wfile.write(content)


def _etag(name: str, content: bytes) -> str:
    """As the hub marks a file: a large one by its SHA-256, a small one as Git does."""
    if name.endswith((".safetensors", ".bin")):
        return hashlib.sha256(content).hexdigest()
    return hashlib.sha1(f"blob {len(content)}\0".encode() + content, usedforsecurity=False).hexdigest()
