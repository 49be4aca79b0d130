"""The one HTTP client against a server on this machine that says, byte for byte, what it is told to."""

from __future__ import annotations

import asyncio
import itertools
import socket
import struct
from types import SimpleNamespace

import httpx
import pytest

from manifests.privacy import NOT_KEPT, speaking_of
from providers import answers, connections
from providers.connections import Deadline
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
from providers.transport import Transport

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
        "submit_s": 20.0, "free_s": 0.6, **changes,
    }  # fmt: skip
    return Transport(**settings)


def patience_s(said):
    """Time enough on a busy machine, and little where there is nothing to wait for."""
    return 0.5 if said in {HANG, DRIP} else 20.0


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
    error = await failed(client(server, submit_s=patience_s(said)).submit("/jobs", {}))
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


@pytest.mark.parametrize("way", ["submit", "through"])
async def test_a_call_whose_machine_slept_before_its_first_byte_stays_here(server, way):
    ours, late = client(server), Deadline.within(20, leave_s=-0.1)
    call = ours.submit("/jobs", {}, deadline=late) if way == "submit" else ours.through(library(server), deadline=late)
    error = await failed(call)
    assert type(error) is Unavailable
    assert "slept" in error.cause
    assert server.requests == []


@pytest.mark.parametrize("way", ["submit", "through"])
async def test_a_call_whose_machine_slept_in_its_middle_is_in_doubt_and_its_body_stays_here(server, way, monkeypatch):
    passed = itertools.count()
    monkeypatch.setattr(connections, "time", SimpleNamespace(time=lambda: next(passed)))
    ours, late = client(server), Deadline(asyncio.get_running_loop().time() + 20, leaves_by=0.5)
    call = ours.submit("/jobs", {}, deadline=late) if way == "submit" else ours.through(library(server), deadline=late)
    assert isinstance(await failed(call), OutcomeUnknown)
    assert server.requests == []


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


async def test_our_key_goes_below_our_own_bases_only(server, tmp_path):
    ours = client(server, base_url=f"{server.url}/api.acme.example/v1", also_ours=(f"{server.url}/eu.acme.example",))
    server.answers = [answer(200, b"{}")]
    for path in ("/api.acme.example/v1/o", "/eu.acme.example/o", "/cdn.acme.example/o", "/api.acme.example/v10/o"):
        await ours.download(server.url + path, tmp_path / "o", bytes_max=10)
    assert [KEY in head for head, _ in server.requests] == [True, True, False, False]


@pytest.mark.parametrize(
    "path",
    [
        "https://api.other.example/v1/jobs",
        "/../admin",
        "@evil.example/jobs",
        "/%2e%2e/admin",
        "https://[::1",
        ".evil.example/",
    ],
)
async def test_a_call_with_our_key_goes_nowhere_else(server, path):
    ours = client(server, base_url=f"{server.url}/v1")
    for call in (ours.submit(path, {}), ours.ask(path)):
        assert type(await failed(call)) is Invalid
    assert server.requests == []


async def test_a_call_goes_to_an_address_of_ours_that_the_provider_named(server):
    ours = client(server, base_url=f"{server.url}/v1/", also_ours=(f"{server.url}/eu",))
    await ours.ask(f"{server.url}/eu/get_result?id=1")
    await ours.submit("/jobs?webhook=https://me.example/hook", {})
    paths = ["/eu/get_result?id=1", "/v1/jobs?webhook=https://me.example/hook"]
    assert [head.split()[1] for head, _ in server.requests] == paths
    assert all(KEY in head for head, _ in server.requests)


async def test_a_paid_call_takes_headers_another_status_and_a_long_answer_where_it_is_told_to(server):
    long = '{"picture": "' + "A" * answers.JSON_BYTES_MAX + '"}'
    server.answers = [answer(203, long)]
    ours = client(server)
    reply = await ours.submit(
        "/jobs", {}, headers={"Prefer": "wait"}, accepted={203}, bytes_max=2 * answers.JSON_BYTES_MAX
    )
    assert len(reply.data["picture"]) == answers.JSON_BYTES_MAX
    assert len(reply.raw) < answers.RAW_CHARACTERS_MAX + 100
    assert "prefer: wait" in server.requests[0][0].lower()
    assert type(await failed(ours.submit("/jobs", {}, accepted={200}))) is OutcomeUnknown


@pytest.mark.parametrize(("status", "kind"), [(429, RateLimited), (400, Invalid), (200, OutcomeUnknown)])
async def test_an_error_in_a_list_of_one_is_read_and_a_success_is_not(server, status, kind):
    seen = []
    server.answers = [answer(status, '[{"error": {"code": 7}}]')]
    await_failed = failed(client(server, classify=lambda reply: seen.append(reply.data)).submit("/jobs", {}))
    assert type(await await_failed) is kind
    assert seen == [{"error": {"code": 7}} if status >= 400 else None]


async def test_whatever_a_table_says_of_an_answer_is_made_safe(server):
    def careless(reply):
        return Invalid("acme", f"told {reply.data['error']}", "Mend it.", reply.data["error"])

    server.answers = [answer(400, f'{{"error": "{KEY} https://f.example/o?sig=CANARY"}}')]
    error = await failed(client(server, classify=careless).submit("/jobs", {}))
    assert "CANARY" not in f"{error} {error.raw} {error.args}"
    assert "[key]" in error.cause


async def test_half_of_a_key_is_no_word_to_keep_either(server):
    ours = client(server, authorise=lambda: {"Authorization": "Key 0123-4567-89ab:canary-of-fal"})
    assert ours.safe("not canary-of-fal nor 0123-4567-89ab") == "not [key] nor [key]"


async def test_an_answer_keeps_its_headers_without_secrets(server):
    server.answers = [
        answer(200, "{}", "X-Fal-Billable-Units: 5.2", "Set-Cookie: sid=CANARY", "X-Key: CANARY", f"X-Echo: {KEY}")
    ]
    reply = await client(server, authorise=lambda: {"x-key": KEY}).ask("/jobs/1")
    assert reply.headers["x-fal-billable-units"] == "5.2"
    assert reply.headers["x-echo"] == "[key]"
    assert "CANARY" not in str(reply.headers)
    assert "5.2" not in repr(reply)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_a_free_call_can_say_something_and_take_another_status_for_an_answer(server, method):
    server.answers = [answer(503), answer(409, '{"status": "ALREADY_COMPLETED"}')]
    ours = client(server, free_s=5)
    reply = await ours.ask(
        "/jobs/1/cancel", method=method, body={"why": "no"}, headers={"X-A": "b"}, statuses={202, 409}
    )
    assert reply.data == {"status": "ALREADY_COMPLETED"}
    assert [body for _, body in server.requests] == [b'{"why":"no"}'] * 2
    assert all(head.startswith(method) and "x-a: b" in head.lower() for head, _ in server.requests)


async def test_a_free_call_may_be_answered_with_nothing_where_nothing_is_meant(server):
    server.answers = [answer(204, "")]
    reply = await client(server).ask("/jobs/1", method="DELETE", statuses={204})
    assert (reply.status, reply.data) == (204, None)
    server.answers = [answer(404, '{"status": "NOT_FOUND"}')]
    assert (await client(server).ask("/jobs/1", method="DELETE", statuses={404})).status == 404


@pytest.mark.parametrize(("patience", "asked"), [(0, 1), (1, 2), (3, 4)])
async def test_a_fresh_id_is_asked_for_again_before_its_404_is_believed(server, patience, asked):
    server.answers = [answer(404)]
    assert type(await failed(client(server, free_s=5).ask("/jobs/1", patience_404=patience))) is Gone
    assert len(server.requests) == asked


async def test_a_410_is_believed_at_once(server):
    server.answers = [answer(410)]
    assert type(await failed(client(server).ask("/jobs/1", patience_404=5))) is Gone
    assert len(server.requests) == 1


async def test_a_fresh_id_that_is_known_after_all_is_answered(server):
    server.answers = [answer(404), answer(404), answer(200, '{"state": "running"}')]
    assert (await client(server, free_s=5).ask("/jobs/1", patience_404=2)).data == {"state": "running"}


@pytest.mark.parametrize("said", [answer(429, "{}", "Retry-After: 0.3"), answer(503, '{"retry_after": 0.3}')])
async def test_a_pause_that_is_asked_for_is_kept(server, said, monkeypatch):
    slept, sleep = [], asyncio.sleep

    async def noted(pause_s):
        slept.append(pause_s)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", noted)
    server.answers = [said, answer(200)]
    await client(server, free_s=5).ask("/jobs/1")
    assert 0.3 < slept[0] <= 0.4


async def test_a_pause_longer_than_the_deadline_ends_the_call_now(server):
    server.answers = [answer(429, "{}", "Retry-After: 30")]
    error = await failed(client(server, free_s=5).ask("/jobs/1"))
    assert type(error) is Unavailable
    assert "30 s of peace" in error.cause
    assert len(server.requests) == 1


async def test_what_a_table_calls_unavailable_is_asked_again(server):
    def classify(reply):
        return Unavailable("acme", "overloaded", "Wait.", reply.raw) if reply.status == 400 else None

    server.answers = [answer(400), answer(200)]
    assert (await client(server, free_s=5, classify=classify).ask("/jobs/1")).status == 200


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "0a1b2c.png"
    path.write_bytes(b"a picture")
    return path


async def test_a_file_goes_up_as_a_field_of_a_form_and_again_after_a_fault(server, picture):
    server.answers = [answer(502), RESET, answer(201, '{"urls": {"get": "https://f.example/1"}}')]
    reply = await client(server, free_s=5).upload("/files", picture, media_type="image/png", field="content")
    assert reply.data["urls"]["get"] == "https://f.example/1"
    assert len(server.requests) == 3
    head, body = server.requests[-1]
    assert head.startswith("POST /files ")
    assert KEY in head
    assert b'name="content"; filename="0a1b2c.png"\r\nContent-Type: image/png\r\n\r\na picture\r\n' in body


async def test_a_file_goes_up_raw_and_without_our_key_to_an_address_that_was_signed_elsewhere(server, picture):
    server.answers = [answer(200, "")]
    ours = client(server, base_url=f"{server.url}/api")
    await ours.upload(f"{server.url}/store/1?X-Amz-Signature=a", picture, media_type="image/png", headers={"X-B": "c"})
    [(head, body)] = server.requests
    assert head.startswith("PUT /store/1?X-Amz-Signature=a ")
    assert "content-type: image/png" in head.lower()
    assert "x-b: c" in head.lower()
    assert (KEY in head, body) == (False, b"a picture")


@pytest.mark.parametrize(
    ("said", "place", "kind"),
    [
        (answer(403), "/store/1", Gone), (answer(403), "/api/files", Invalid), (answer(413), "/api/files", Invalid),
        (answer(503), "/store/1", Unavailable), (answer(200), "https://10.0.0.8/x", Invalid),
    ],
)  # fmt: skip
async def test_a_file_that_cannot_go_up_says_why(server, picture, said, place, kind):
    server.answers = [said]
    ours = client(server, base_url=f"{server.url}/api", download_s=0.2)
    address = place if "://" in place else server.url + place
    assert type(await failed(ours.upload(address, picture, media_type="image/png"))) is kind


class LibraryError(Exception):
    """What somebody else's library raises, with the request in it."""

    def __init__(self, request):
        super().__init__("it did not work")
        self.request = request


def library(server, *, tries=1, path="/v1/models/m:generate"):
    """A library that knows better: it wraps every failure, and tries again by itself."""

    async def call(http):
        request = http.build_request("POST", server.url + path, json={"a": 1}, headers={"x-key": KEY}, timeout=99)
        for left in reversed(range(tries)):
            try:
                made = (await http.send(request)).raise_for_status().json()
                break
            except Exception as error:
                if not left:
                    raise LibraryError(request) from error
        return made

    return call


async def test_a_library_makes_its_paid_call_through_our_client(server):
    server.answers = [answer(200, '{"id": "j1"}', "X-Request-Id: r1")]
    made, reply = await client(server).through(library(server))
    assert (made, reply.status, reply.data, reply.headers["x-request-id"]) == ({"id": "j1"}, 200, {"id": "j1"}, "r1")
    [(head, body)] = server.requests
    assert (KEY in head, body) == (True, b'{"a":1}')
    assert "accept-encoding: identity" in head.lower()


@pytest.mark.parametrize("tries", [1, 3])
@pytest.mark.parametrize(
    ("said", "kind", "kept"),
    [
        (answer(400, '[{"error": "no such size"}]'), Invalid, "no such size"),
        (answer(402), NoCredit, "{}"),
        (answer(429, '{"error": "slow down"}'), RateLimited, "slow down"),
        (answer(503, '{"error": "overloaded"}'), OutcomeUnknown, "overloaded"),
        (answer(307, "{}", "Location: /elsewhere"), OutcomeUnknown, "{}"),
        (answer(200, "<html>Welcome</html>"), OutcomeUnknown, "Welcome"),
        (answer(200, b"x" * (answers.JSON_BYTES_MAX + 1)), OutcomeUnknown, "longer than"),
        (answer(200, b"\x1f\x8b", "Content-Encoding: gzip"), OutcomeUnknown, "packed"),
        (answer(200, '{"id"', length=400), OutcomeUnknown, "RemoteProtocolError"),
        (b"", OutcomeUnknown, "disconnected"),
        (RESET, OutcomeUnknown, "ReadError"),
        (HANG, OutcomeUnknown, "in time"),
        (DRIP, OutcomeUnknown, "in time"),
    ],
)  # fmt: skip
async def test_what_a_library_raises_is_judged_by_what_the_wire_said_of_its_first_request(
    server, said, kind, kept, tries
):
    server.answers = [said]
    error = await failed(client(server, submit_s=patience_s(said)).through(library(server, tries=tries)))
    assert type(error) is kind
    assert kept in error.raw
    assert len(server.requests) == 1


@pytest.mark.parametrize("tries", [1, 3])
async def test_a_library_that_could_not_connect_sent_nothing(server, tries):
    await server.stop()
    assert type(await failed(client(server).through(library(server, tries=tries)))) is Unavailable


async def test_a_library_that_would_call_somebody_else_is_stopped(server):
    ours = client(server, base_url=f"{server.url}/v1")
    assert type(await failed(ours.through(library(server, path="/v2/x")))) is Invalid
    assert server.requests == []


async def test_a_library_that_went_past_our_client_leaves_everything_open(server):
    async def past(_http):
        return {"id": "j1"}

    assert type(await failed(client(server).through(past))) is OutcomeUnknown


async def test_an_error_of_ours_and_one_before_anything_was_sent_come_out_as_they_are(server):
    async def refused(http):
        try:
            await library(server)(http)
        except LibraryError as error:
            raise Refused("acme", "no picture came", "Change the words.", "raw") from error

    async def fell(_http):
        raise ValueError("no such option")

    server.answers = [answer(500)]
    assert type(await failed(client(server).through(refused))) is Refused  # and the library's error is no part of it
    with pytest.raises(ValueError, match="no such option"):
        await client(server).through(fell)


async def test_a_librarys_own_client_settings_change_nothing(server, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    seen = []

    async def look(http):
        seen.append((type(http), http.follow_redirects, http.trust_env))
        return await library(server)(http)

    await client(server).through(look)
    assert seen == [(httpx.AsyncClient, False, False)]


async def test_a_key_that_a_body_quotes_is_in_no_part_of_the_answer(server):
    server.answers = [answer(200, f'{{"id": "7", "error": "the key {KEY} may not", "twice": "{KEY}"}}')]
    reply = await client(server).ask("/jobs/7")
    assert reply.data == {"id": "7", "error": "the key [key] may not", "twice": "[key]"}
    assert KEY not in repr(reply)


async def test_what_is_said_of_a_private_shot_is_understood_and_not_repeated(server):
    said = '{"error": {"code": 403, "message": "Key limit exceeded for your quaddel"}}'
    server.answers = [answer(403, said, "X-Request-Id: 7")]
    with speaking_of(private=True):
        error = await failed(client(server).submit("/jobs", {}))
        server.answers = [answer(200, '{"id": "7", "prompt": "your quaddel"}')]
        reply = await client(server).ask("/jobs/7")
        server.answers = [b"HTTP/1.1 quaddel\r\n\r\n"]
        unknown = await failed(client(server).submit("/jobs", {}))
    assert type(error) is KeyLimit
    assert (error.raw, reply.raw, reply.data["id"]) == (NOT_KEPT, NOT_KEPT, "7")
    assert type(unknown) is OutcomeUnknown
    assert "quaddel" not in f"{error} {unknown} {unknown.raw} {reply.raw}"
    server.answers = [answer(403, said)]
    assert "quaddel" in str(await failed(client(server).submit("/jobs", {})))
