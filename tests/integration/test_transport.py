"""The one HTTP client against a server on this machine that says, byte for byte, what it is told to."""

from __future__ import annotations

import asyncio
import socket
import struct

import pytest

from providers import answers
from providers.errors import (
    Gone,
    Invalid,
    KeyLimit,
    NoCredit,
    OutcomeUnknown,
    ProviderError,
    RateLimited,
    Refused,
    Unavailable,
)
from providers.transport import Transport, refuse_unsafe

KEY = "sk-canary-0123456789"
DRIP, HANG, RESET = object(), object(), object()


def answer(status: int, body: str | bytes = b"{}", *headers: str, length: int | None = None) -> bytes:
    body = body.encode() if isinstance(body, str) else body
    lines = (f"HTTP/1.1 {status} X", f"Content-Length: {len(body) if length is None else length}", *headers)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Scripted:
    """Gives one answer a connection, the last one for ever, and keeps every request."""

    def __init__(self) -> None:
        self.answers, self.requests = [answer(200)], []

    async def start(self) -> Scripted:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def stop(self) -> None:
        self._server.close()
        await asyncio.sleep(0)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(n.split(b":")[1]) for n in head.split(b"\r\n") if n.lower().startswith(b"content-length")), 0
        )
        self.requests.append((head.decode(), await reader.readexactly(length)))
        said = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        try:
            if said is DRIP:
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{")
                while not writer.is_closing():
                    writer.write(b" ")
                    await writer.drain()
                    await asyncio.sleep(0.02)
            elif said is HANG:
                await reader.read()
            elif said is RESET:
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
            else:
                writer.write(said)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()


@pytest.fixture
async def server():
    scripted = await Scripted().start()
    yield scripted
    await scripted.stop()


def client(server, **changes):
    settings = {
        "provider": "acme", "base_url": server.url, "authorise": lambda: {"Authorization": f"Bearer {KEY}"},
        "submit_s": 0.4, "free_s": 0.6, **changes,
    }  # fmt: skip
    return Transport(**settings)


async def failed(call) -> ProviderError:
    with pytest.raises(ProviderError) as raised:
        await call
    error = raised.value
    seen = [error]
    while (context := seen[-1].__context__ or seen[-1].__cause__) is not None:
        seen.append(context)
    assert KEY not in "".join(f"{e!r} {e} {vars(e)}" for e in seen)
    assert not any(hasattr(e, "request") for e in seen)
    return error


async def test_a_paid_call_goes_out_once_with_the_key_and_asks_for_nothing_packed(server):
    server.answers = [answer(202, '{"id": "j1", "cost": 0.10}')]
    reply = await client(server).submit("/jobs", {"prompt": "fog"})
    assert (reply.status, reply.data["id"], str(reply.data["cost"])) == (202, "j1", "0.10")
    [(head, body)] = server.requests
    assert head.startswith("POST /jobs ")
    assert f"authorization: bearer {KEY}" in head.lower()
    assert "accept-encoding: identity" in head.lower()
    assert body == b'{"prompt":"fog"}'


@pytest.mark.parametrize(
    ("said", "kind", "kept"),
    [
        (answer(400, '{"error": "no such size"}'), Invalid, "no such size"),
        (answer(401, '{"error": "bad key"}'), Invalid, "bad key"),
        (answer(402, '{"error": "empty"}'), NoCredit, "empty"),
        (answer(403, '{"error": "spending limit reached"}'), KeyLimit, "spending limit"),
        (answer(403, '{"error": "wrong project"}'), Invalid, "wrong project"),
        (answer(422, '{"error": "duration"}'), Invalid, "duration"),
        (answer(429, '{"error": "slow down"}'), RateLimited, "slow down"),
        (answer(408), OutcomeUnknown, "{}"),
        (answer(409, '{"error": "already running"}'), OutcomeUnknown, "already running"),
        (answer(425), OutcomeUnknown, "{}"),
        (answer(500, "oops"), OutcomeUnknown, "oops"),
        (answer(502, "<html>Bad gateway</html>"), OutcomeUnknown, "Bad gateway"),
        (answer(503), OutcomeUnknown, "{}"),
        (answer(504), OutcomeUnknown, "{}"),
        (answer(200, "<html>Welcome</html>"), OutcomeUnknown, "Welcome"),
        (answer(200, '{"id": "j1"'), OutcomeUnknown, '{"id"'),
        (answer(200, '{"id": "j1", "id": "j2"}'), OutcomeUnknown, "j2"),
        (answer(200, '{"cost": NaN}'), OutcomeUnknown, "NaN"),
        (answer(200, '["j1"]'), OutcomeUnknown, "j1"),
        (answer(200, "[" * 100_000), OutcomeUnknown, "[[["),
        (answer(204, ""), OutcomeUnknown, "204"),
        (answer(206, '{"id": "j1"}'), OutcomeUnknown, "j1"),
        (answer(200, '{"id": "j1"}', length=400), OutcomeUnknown, "RemoteProtocolError"),
        (answer(200, b"x" * (answers.JSON_BYTES_MAX + 1)), OutcomeUnknown, "longer than"),
        (b"", OutcomeUnknown, "disconnected"),
        (b"SMTP ready\r\n\r\n", OutcomeUnknown, "RemoteProtocolError"),
        (RESET, OutcomeUnknown, "ReadError"),
        (HANG, OutcomeUnknown, "in time"),
        (DRIP, OutcomeUnknown, "in time"),
    ],
)  # fmt: skip
async def test_what_an_answer_to_a_paid_call_proves(server, said, kind, kept):
    server.answers = [said]
    error = await failed(client(server).submit("/jobs", {}))
    assert type(error) is kind
    assert kept in error.raw
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_paid_call_follows_no_redirect(server, status):
    server.answers = [answer(status, "{}", f"Location: {server.url}/elsewhere")]
    assert isinstance(await failed(client(server).submit("/jobs", {})), OutcomeUnknown)
    assert len(server.requests) == 1


async def test_only_a_connection_that_was_never_made_proves_that_nothing_was_sent(server):
    await server.stop()
    error = await failed(client(server).submit("/jobs", {}))
    assert type(error) is Unavailable


async def test_a_429_that_is_not_documented_as_free_is_in_doubt(server):
    server.answers = [answer(429)]
    assert isinstance(await failed(client(server, free_429=False).submit("/jobs", {})), OutcomeUnknown)


async def test_moderation_is_what_the_providers_own_code_says(server):
    def classify(reply):
        code = (reply.data or {}).get("code")
        return Refused("acme", "moderation said no", "Change the words.", reply.raw) if code == "E005" else None

    server.answers = [answer(422, '{"code": "E005"}'), answer(422, '{"code": "E006", "note": "moderation"}')]
    ours = client(server, classify=classify)
    assert type(await failed(ours.submit("/jobs", {}))) is Refused
    assert type(await failed(ours.submit("/jobs", {}))) is Invalid


async def test_a_surprising_proxy_in_the_environment_is_not_used(server, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert (await client(server).submit("/jobs", {})).status == 200


async def test_words_are_kept_bounded_printable_and_without_our_key(server):
    server.answers = [answer(400, f"key {KEY} \x1b[31m\u202e" + "x" * 9000)]
    raw = (await failed(client(server).submit("/jobs", {}))).raw
    assert raw.startswith("key [key] \\u001b[31m\\u202e")
    assert len(raw) < answers.RAW_CHARACTERS_MAX + 100


@pytest.mark.parametrize("bad", [RESET, b"", answer(200, "<html>"), answer(429), answer(500), answer(503), answer(301)])
async def test_a_free_call_is_asked_again_until_it_works(server, bad):
    server.answers = [bad, bad, answer(200, '{"state": "done"}')]
    assert (await client(server, free_s=5).ask("/jobs/1")).data == {"state": "done"}
    assert len(server.requests) == 3


@pytest.mark.parametrize("bad", [RESET, answer(200, "<html>"), answer(429), answer(502), HANG, DRIP])
async def test_a_free_call_ends_at_its_deadline_and_never_says_failed(server, bad):
    server.answers = [bad]
    assert type(await failed(client(server).ask("/jobs/1"))) is Unavailable


@pytest.mark.parametrize(
    ("status", "kind"), [(404, Gone), (410, Gone), (401, Invalid), (402, NoCredit), (400, Invalid)]
)
async def test_a_free_call_that_is_refused_is_not_asked_again(server, status, kind):
    server.answers = [answer(status, '{"error": "limit"}')]
    assert type(await failed(client(server).ask("/jobs/1"))) is kind
    assert len(server.requests) == 1


async def test_a_download_that_comes_short_is_fetched_again(server, tmp_path):
    server.answers = [answer(200, b"abc", length=6), answer(200, b""), answer(200, b"abcdef")]
    size = await client(server, free_s=5).download(f"{server.url}/out", tmp_path / "a" / "out.mp4", bytes_max=10)
    assert (size, (tmp_path / "a" / "out.mp4").read_bytes()) == (6, b"abcdef")


async def test_a_download_that_always_comes_short_is_unavailable(server, tmp_path):
    server.answers = [answer(200, b"abc", length=6)]
    ours = client(server)
    assert type(await failed(ours.download(f"{server.url}/out", tmp_path / "o", bytes_max=10))) is Unavailable


@pytest.mark.parametrize("said", [answer(403), answer(404), answer(410), answer(200, "<p>", "Content-Type: text/html")])
async def test_an_expired_address_is_gone(server, tmp_path, said):
    server.answers = [said]
    assert type(await failed(client(server).download(f"{server.url}/o", tmp_path / "o", bytes_max=10))) is Gone


async def test_a_download_above_its_limit_ends(server, tmp_path):
    server.answers = [answer(200, b"x" * 11)]
    assert type(await failed(client(server).download(f"{server.url}/o", tmp_path / "o", bytes_max=10))) is Invalid


async def test_our_key_goes_below_our_own_bases_only(server, tmp_path):
    ours = client(server, base_url=f"{server.url}/api.acme.example/v1", also_ours=(f"{server.url}/eu.acme.example",))
    server.answers = [answer(200, b"{}")]
    for path in ("/api.acme.example/v1/o", "/eu.acme.example/o", "/cdn.acme.example/o", "/api.acme.example/v10/o"):
        await ours.download(server.url + path, tmp_path / "o", bytes_max=10)
    assert [KEY in head for head, _ in server.requests] == [True, True, False, False]


@pytest.mark.parametrize(
    "url",
    [
        "http://files.acme.example/o.mp4", "ftp://files.acme.example/o", "file:///etc/passwd", "data:text/plain,x",
        "https://me:secret@files.acme.example/o", "https://127.0.0.1/o", "https://169.254.169.254/latest",
        "https://127.1/o", "https://0x7f000001/o", "https://2130706433/o", "https://[::1]/o", "https://[::ffff:127.0.0.1]/o",
        "https://localhost/o", "https://db.internal/o", "https://10.0.0.8/o", "https:///o",
    ],
)  # fmt: skip
def test_an_unsafe_address_of_an_output_is_refused(url):
    with pytest.raises(Invalid):
        refuse_unsafe(url, "https://api.acme.example")


@pytest.mark.parametrize("url", ["https://cdn.acme.example/o.mp4", "https://api.acme.example/o", "https://8.8.8.8/o"])
def test_a_public_address_of_an_output_is_taken(url):
    assert refuse_unsafe(url, "https://api.acme.example") is None
