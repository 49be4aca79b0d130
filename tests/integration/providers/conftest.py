"""A server on loopback that says what a recording says, adapters that take it for their provider,
and what is asked of them.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from governor.prices.book import PriceBook
from manifests.keys import generation_key, hash_bytes
from manifests.scene import Camera, Shot
from manifests.spending.grant import Grant
from manifests.take import Operation, Reference, Request
from providers import registry
from providers.contract import JobStatus, Provider
from providers.surroundings import Surroundings

RECORDINGS = Path(__file__).parents[2] / "recordings"


class Replay:
    """Answers each address with its answers in turn, the last one for ever; what is not recorded is answered 404.

    An answer is `{"status", "headers"?, "body"}`; a body that is text stands as it is, and `bytes` is a file's content.
    """

    def __init__(self) -> None:
        self.url = ""
        self.calls: list[dict[str, Any]] = []
        self._answers: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)

    def record(self, *exchanges: dict[str, Any]) -> None:
        """Know these exchanges too."""
        for each in exchanges:
            self._answers[each["request"]["method"], each["request"]["path"]].append(each["answer"])

    def say(self, method: str, path: str, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        """Know one more answer."""
        self.record(
            {
                "request": {"method": method, "path": path},
                "answer": {"status": status, "body": body, "headers": headers or {}},
            }
        )

    def forget(self) -> None:
        """Know nothing any more."""
        self.calls.clear()
        self._answers.clear()

    def asked(self, method: str, path: str) -> list[dict[str, Any]]:
        """The calls that came to an address, with headers and body."""
        return [call for call in self.calls if (call["method"], call["path"]) == (method, path)]

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.rstrip().split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        path, _, query = target.partition("?")
        self.calls.append(
            {
                "method": method,
                "path": path,
                "query": query,
                "headers": headers,
                "body": json.loads(body) if headers.get("content-type") == "application/json" else body or None,
            }
        )
        known = self._answers[method, path]
        answer = (known.pop(0) if len(known) > 1 else known[0]) if known else {"status": 404, "body": {}}
        content = answer["body"]
        if not isinstance(content, bytes):
            content = (content if isinstance(content, str) else json.dumps(content)).encode()
        told = {"Content-Length": str(len(content)), "Connection": "close", **answer.get("headers", {})}
        lines = [f"HTTP/1.1 {answer['status']} X", *(f"{name}: {value}" for name, value in told.items())]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
        await writer.drain()
        writer.close()


def png(width: int = 1280, height: int = 720, colour: tuple[int, int, int] = (90, 80, 70)) -> bytes:
    """A picture of one colour."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "PNG")
    return file.getvalue()


class Desk:
    """One adapter, the pictures it may look at, and requests that are put to it."""

    def __init__(self, name: str, url: str, folder: Path, **around: Any) -> None:
        self.folder, self.pictures = folder, folder / "pictures"
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.price_of = PriceBook.load(today=datetime.now(UTC).date(), price_age_days=3650).price_of
        settings: dict[str, Any] = {
            "spool_dir": folder / "spool",
            "read_reference": lambda sha256: self.pictures / sha256,
            "price_of": self.price_of,
            "canon": lambda _name: folder,
            "canon_names": list,
            "key_of": lambda provider: f"sk-test-{provider}",
            "host": lambda real: f"{url}/{real.partition('://')[2]}" if real.startswith("https://") else real,
            "hurry": True,
            **around,
        }
        self.provider: Provider = registry.build(name, Surroundings(**settings))

    def picture(self, content: bytes) -> str:
        """Keep a picture; gives its content hash."""
        sha256 = hash_bytes(content)
        (self.pictures / sha256).write_bytes(content)
        return sha256

    def shows(self, role: str, name: str, content: bytes | None = None) -> Reference:
        """A reference to a picture."""
        return Reference.model_validate(
            {"role": role, "name": name, "sha256": self.picture(png() if content is None else content)}
        )

    def request(self, operation: Operation, *references: Reference, seconds: float = 5, **changes: Any) -> Request:
        """Five seconds at 720p, or a panel, of a quay."""
        mode = changes.pop("mode", "start_frame")
        shot = Shot(
            id="SC010_SH0010",
            location="quay",
            camera=Camera(size="wide"),
            motion="Rain.",
            duration_s=seconds,
            mode=mode,
        )
        asked: dict[str, Any] = {
            "operation": operation,
            "shot": shot.id,
            "staging": shot,
            "prompt": "A quay in the rain.",
            "seed": 7,
            "references": references,
            "resolution": "720p",
            "frames": round(seconds * 24) if operation == "clip" else 1,
            **changes,
        }
        return Request(**asked)

    def key(self, request: Request) -> str:
        """The generation key of a call."""
        model = self.provider.model(request.operation)
        payload = self.provider.build_payload(request)
        return generation_key(self.provider.name, model, request.operation, payload, request.attempt)

    async def submit(self, request: Request) -> str:
        """Buy it; gives the job's id. However busy the machine is, the call is not late: that is tried elsewhere."""
        key = self.key(request)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(self.provider, "leave_s", 60.0, raising=False)
            return (await self.provider.submit(Grant.mint(key, 100_000_000), key, request)).job_id

    async def ended(self, job_id: str) -> JobStatus:
        """How it ended."""
        for _ in range(600):
            if (status := await self.provider.poll(job_id)).state != "running":
                return status
            await asyncio.sleep(0.02)
        raise AssertionError(f"{job_id} has no end: {status}")


@pytest.fixture
async def replay() -> AsyncIterator[Replay]:
    """A server that says what it is told to."""
    replay = Replay()
    server = await asyncio.start_server(replay.talk, "127.0.0.1", 0)
    replay.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield replay


@pytest.fixture
def recording() -> Callable[[str, str], list[dict[str, Any]]]:
    """Reads the exchanges of one recording."""

    def read(provider: str, name: str) -> list[dict[str, Any]]:
        exchanges: list[dict[str, Any]] = json.loads((RECORDINGS / provider / f"{name}.json").read_text())
        return exchanges

    return read


@pytest.fixture
def desk(tmp_path: Path) -> Callable[..., Desk]:
    """Makes an adapter whose real hosts are folders below an address: desk("fal", url, models=…)."""

    def make(name: str, url: str, **around: Any) -> Desk:
        return Desk(name, url, tmp_path, **around)

    return make


@pytest.fixture(scope="session")
def large_png():
    """Noise does not pack: 400 kB."""
    file = BytesIO()
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (360, 400, 3), np.uint8)).save(file, "PNG")
    assert file.tell() > 300_000
    return file.getvalue()
