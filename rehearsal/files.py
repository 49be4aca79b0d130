"""The providers' file hosts: Range and ETag as the real ones, addresses that expire, and bodies that are slow,
cut or damaged.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from manifests.keys import hash_bytes
from rehearsal.connection import transport_of
from rehearsal.house import UPLOADS, House
from rehearsal.records import PlayedJob

MADE = "rehearsal-files"
"""The folder in the addresses of what was made here."""

_KEYS = {"authorization", "x-key", "x-goog-api-key", "x-api-key"}
"""Headers that carry a key. A file host is somebody else's: a key that comes here has leaked."""

_PIECE_BYTES = 16_384
_SLOW_S = 2.0
_EXPIRED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Request has '
    "expired</Message></Error>"
)


def address(house: House, job: PlayedJob, host: str, *, origin: str, ttl_s: float | None = None) -> str:
    """The address of a job's file at `host`; it needs no key,
    and expires `ttl_s` from now (the script's time where None).
    """
    expires = int(time.time() + (ttl_s or house.script.url_ttl_s)) + 1
    name = "out.mp4" if job.order.operation == "clip" else "out.png"
    signed = _signature(job.id, job.edition, expires)
    return f"{origin}/{host}/{MADE}/{job.id}/{job.edition}/{name}?expires={expires}&signature={signed}"


def routes(house: House) -> list[BaseRoute]:
    """The file hosts of all providers."""

    async def made(request: Request) -> Response:
        return await _made(house, request)

    async def uploaded(request: Request) -> Response:
        path = house.received(request.path_params["name"])
        return FileResponse(path) if path else Response(status_code=404)

    return [
        Route(f"/{{host}}/{MADE}/{{job}}/{{edition:int}}/{{name}}", made),
        Route(f"/{{host}}/{UPLOADS}/{{name}}", uploaded),
    ]


async def serve(house: House, request: Request, job: PlayedJob) -> Response:
    """The job's file, with whatever befalls its download."""
    house.records.count(job.id, "downloads")
    path, mime = house.output(job), "video/mp4" if job.order.operation == "clip" else "image/png"
    download = job.downloads + 1
    if (cut := job.fault("truncated")) and download <= (cut.hits or 0):
        return _cut(path, request, mime)
    if (corrupt := job.fault("corrupt")) and (corrupt.lasts is None or download <= corrupt.lasts):
        return Response(_damaged(path.read_bytes()), media_type=mime)
    if (slow := job.fault("slow_body")) and (slow.lasts is None or download <= slow.lasts):
        headers = {"Content-Length": str(path.stat().st_size), "Accept-Ranges": "bytes", "ETag": _etag(path)}
        return StreamingResponse(_slowly(path.read_bytes(), slow.seconds or _SLOW_S), 200, headers, mime)
    return FileResponse(path, headers={"ETag": _etag(path)}, media_type=mime)


def inside(house: House, job: PlayedJob) -> bytes:
    """The job's picture as it travels inside an answer: the answer is whole then, whatever befell the picture."""
    content = house.output(job).read_bytes()
    if job.fault("truncated"):
        content = content[: len(content) // 2]
    return _damaged(content) if job.fault("corrupt") else content


class _BreaksOff(Response):
    """Sends its content under headers that promise more, and closes the connection."""

    def init_headers(self, headers: Mapping[str, str] | None = None) -> None:
        """The headers as they are: Starlette would add a second Content-Length, a true one."""
        told = {**(headers or {}), "Content-Type": str(self.media_type)}
        self.raw_headers = [(name.lower().encode(), value.encode()) for name, value in told.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  ASGI's signature
        """Send, close, and return when uvicorn knows that nobody is there any more:
        it would complain of a short body.
        """
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        if (transport := transport_of(receive)) is not None:
            transport.close()
        while (await receive())["type"] != "http.disconnect":
            pass


async def _made(house: House, request: Request) -> Response:
    for header in _KEYS & set(request.headers):
        house.records.leaked(request.path_params["host"], header)
    job = house.records.job(request.path_params["job"])
    if job is None or house.look(job).state != "done" or job.fault("data_removed"):
        return Response(status_code=404)
    edition, expires = request.path_params["edition"], request.query_params.get("expires", "")
    if request.query_params.get("signature") != _signature(job.id, edition, expires):
        return Response("<Error><Code>SignatureDoesNotMatch</Code></Error>", 403, media_type="application/xml")
    dead = (fault := job.fault("expired_url")) and edition < (fault.hits or 0)
    if dead or time.time() > int(expires):
        if edition == job.edition:
            house.records.count(job.id, "edition")
        return Response(_EXPIRED, 403, media_type="application/xml")
    return await serve(house, request, job)


def _signature(job_id: str, edition: int, expires: int | str) -> str:
    return hash_bytes(f"{job_id} {edition} {expires}".encode())[:24]


def _cut(path: Path, request: Request, mime: str) -> Response:
    """Half of what was asked for, under a header that promises all of it."""
    content = path.read_bytes()
    start = _range_start(request, len(content))
    headers = {"Content-Length": str(len(content) - start), "Accept-Ranges": "bytes", "ETag": _etag(path)}
    if start:
        headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
    half = content[start : start + max(1, (len(content) - start) // 2)]
    return _BreaksOff(half, 206 if start else 200, headers, mime)


def _etag(path: Path) -> str:
    """An output is named by its content, so its name is its tag;
    a download that was cut off continues under the same one.
    """
    return f'"{path.stem}"'


def _range_start(request: Request, size: int) -> int:
    first = request.headers.get("range", "").removeprefix("bytes=").partition("-")[0]
    return int(first) if first.isdigit() and int(first) < size else 0


def _damaged(content: bytes) -> bytes:
    """As long as before, and no decoder makes anything of it: the beginning, where the index lies, is noise."""
    noise = bytes(byte ^ 0x5A for byte in content[16 : max(4096, len(content) // 2)])
    return content[:16] + noise + content[16 + len(noise) :]


async def _slowly(content: bytes, seconds: float) -> AsyncIterator[bytes]:
    pieces = max(1, -(-len(content) // _PIECE_BYTES))
    for place in range(pieces):
        await asyncio.sleep(seconds / pieces)
        yield content[place * _PIECE_BYTES : (place + 1) * _PIECE_BYTES]
