"""A server on this machine that says, byte for byte, what it is told to, and the one HTTP client before it."""

from __future__ import annotations

import asyncio
import socket
import struct

import pytest

from providers.errors import ProviderError
from providers.over_http.transport import Transport


class Scripted:
    """Gives one answer a connection, the last one for ever, and keeps every request.

    An answer is (status, body, *headers); bytes that go out as they are; or what is done instead: "drip", "hang",
    "reset".
    """

    def __init__(self) -> None:
        self.answers, self.requests = [(200, "{}")], []
        self._open: dict = {}

    async def start(self) -> Scripted:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def stop(self) -> None:
        """Ends with every connection closed: one that outlived its loop would warn in a later test."""
        self._server.close()
        for writer in self._open:
            writer.transport.abort()
        for writer, talk in self._open.items():
            await asyncio.gather(talk, writer.wait_closed(), return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open[writer] = asyncio.current_task()
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(n.split(b":")[1]) for n in head.split(b"\r\n") if n.lower().startswith(b"content-length")), 0
        )
        self.requests.append((head.decode(), await reader.readexactly(length)))
        said = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        try:
            if said == "drip":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{")
                while not writer.is_closing():
                    writer.write(b" ")
                    await writer.drain()
                    await asyncio.sleep(0.02)
            elif said == "hang":
                await reader.read()
            elif said == "reset":
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
            else:
                writer.write(said if isinstance(said, bytes) else _on_the_wire(*said))
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()


def _on_the_wire(status: int, body: str | bytes, *headers: str) -> bytes:
    """The bytes of an answer; a length among its headers stands in the place of the true one."""
    body = body.encode() if isinstance(body, str) else body
    length = () if any(line.startswith("Content-Length:") for line in headers) else (f"Content-Length: {len(body)}",)
    return "\r\n".join((f"HTTP/1.1 {status} X", *length, *headers)).encode() + b"\r\n\r\n" + body


@pytest.fixture
async def server():
    scripted = await Scripted().start()
    yield scripted
    await scripted.stop()


@pytest.fixture
def key():
    """Our key with the provider."""
    return "sk-canary-0123456789"


@pytest.fixture
def client(server, key):
    """Makes a client of the server; what is given are its settings."""

    def make(**changes):
        settings = {
            "provider": "acme",
            "base_url": server.url,
            "authorise": lambda: {"Authorization": f"Bearer {key}"},
            "submit_s": 60.0,
            "free_s": 60.0,
            **changes,
        }
        return Transport(**settings)

    return make


@pytest.fixture
def failed(key):
    """Awaits a call that must fail, and gives its error, in which nothing may show our key or hold the request."""

    async def awaited(call) -> ProviderError:
        with pytest.raises(ProviderError) as raised:
            await call
        error = raised.value
        seen = [error]
        while (context := seen[-1].__context__ or seen[-1].__cause__) is not None:
            seen.append(context)
        assert key not in "".join(f"{e!r} {e} {vars(e)}" for e in seen)
        assert not any(hasattr(e, "request") for e in seen)
        return error

    return awaited
