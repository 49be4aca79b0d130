"""What an answer to a paid call proves, byte for byte, whether we make the call or a provider's own library does."""

from __future__ import annotations

import asyncio
import itertools
from types import SimpleNamespace

import httpx
import pytest

from providers.errors import Invalid, KeyLimit, NoCredit, OutcomeUnknown, RateLimited, Refused, Unavailable
from providers.over_http import answers, connections
from providers.over_http.connections import Deadline


def patience_s(said):
    """Time enough on a busy machine, and little where there is nothing to wait for."""
    return 0.5 if said in {"hang", "drip"} else 20.0


class LibraryError(Exception):
    """What somebody else's library raises, with the request in it."""

    def __init__(self, request):
        super().__init__("it did not work")
        self.request = request


@pytest.fixture
def library(server, key):
    """Makes a library that knows better: it wraps every failure, and tries again by itself."""

    def make(*, tries=1, path="/v1/models/m:generate"):
        async def call(http):
            request = http.build_request("POST", server.url + path, json={"a": 1}, headers={"x-key": key}, timeout=99)
            for left in reversed(range(tries)):
                try:
                    made = (await http.send(request)).raise_for_status().json()
                    break
                except Exception as error:
                    if not left:
                        raise LibraryError(request) from error
            return made

        return call

    return make


async def test_a_paid_call_goes_out_once_with_the_key_and_asks_for_nothing_packed(server, client, key):
    server.answers = [(202, '{"id": "j1", "cost": 0.10}')]
    reply = await client().submit("/jobs", {"prompt": "fog"})
    assert (reply.status, reply.data["id"], str(reply.data["cost"])) == (202, "j1", "0.10")
    [(head, body)] = server.requests
    assert head.startswith("POST /jobs ")
    assert f"authorization: bearer {key}" in head.lower()
    assert "accept-encoding: identity" in head.lower()
    assert body == b'{"prompt":"fog"}'


@pytest.mark.parametrize(
    ("said", "kind", "kept"),
    [
        ((400, '{"error": "no such size"}'), Invalid, "no such size"),
        ((401, '{"error": "bad key"}'), Invalid, "bad key"),
        ((402, '{"error": "empty"}'), NoCredit, "empty"),
        ((403, '{"error": "spending limit reached"}'), KeyLimit, "spending limit"),
        ((403, '{"error": "wrong project"}'), Invalid, "wrong project"),
        ((422, '{"error": "duration"}'), Invalid, "duration"),
        ((429, '{"error": "slow down"}'), RateLimited, "slow down"),
        ((408, "{}"), OutcomeUnknown, "{}"),
        ((409, '{"error": "already running"}'), OutcomeUnknown, "already running"),
        ((425, "{}"), OutcomeUnknown, "{}"),
        ((500, "oops"), OutcomeUnknown, "oops"),
        ((502, "<html>Bad gateway</html>"), OutcomeUnknown, "Bad gateway"),
        ((503, "{}"), OutcomeUnknown, "{}"),
        ((504, "{}"), OutcomeUnknown, "{}"),
        ((200, "<html>Welcome</html>"), OutcomeUnknown, "Welcome"),
        ((200, '{"id": "j1"'), OutcomeUnknown, '{"id"'),
        ((200, '{"id": "j1", "id": "j2"}'), OutcomeUnknown, "j2"),
        ((200, '["j1"]'), OutcomeUnknown, "j1"),
        ((200, "[" * 100_000), OutcomeUnknown, "[[["),
        ((204, ""), OutcomeUnknown, "204"),
        ((206, '{"id": "j1"}'), OutcomeUnknown, "j1"),
        ((200, '{"id": "j1"}', "Content-Length: 400"), OutcomeUnknown, "RemoteProtocolError"),
        ((200, b"x" * (answers.JSON_BYTES_MAX + 1)), OutcomeUnknown, "longer than"),
        (b"", OutcomeUnknown, "disconnected"),
        (b"SMTP ready\r\n\r\n", OutcomeUnknown, "RemoteProtocolError"),
        ("reset", OutcomeUnknown, "ReadError"),
        ("hang", OutcomeUnknown, "in time"),
        ("drip", OutcomeUnknown, "in time"),
    ],
)
async def test_what_an_answer_to_a_paid_call_proves(server, client, failed, said, kind, kept):
    server.answers = [said]
    error = await failed(client(submit_s=patience_s(said)).submit("/jobs", {}))
    assert type(error) is kind
    assert kept in error.raw
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_paid_call_follows_no_redirect(server, client, failed, status):
    server.answers = [(status, "{}", f"Location: {server.url}/elsewhere")]
    assert isinstance(await failed(client().submit("/jobs", {})), OutcomeUnknown)
    assert len(server.requests) == 1


async def test_only_a_connection_that_was_never_made_proves_that_nothing_was_sent(server, client, failed):
    await server.stop()
    error = await failed(client().submit("/jobs", {}))
    assert type(error) is Unavailable


@pytest.mark.parametrize("way", ["submit", "through"])
@pytest.mark.parametrize(
    ("until_s", "leaves_by", "kind"),
    [(-1, 99, Unavailable), (20, -0.5, Unavailable), (20, 0.5, Unavailable), (20, 1.5, OutcomeUnknown)],
    ids=["this loop was held up", "slept before it was begun", "before its first byte", "before its body"],
)
async def test_a_call_that_is_late_stays_here_and_only_one_in_its_middle_is_in_doubt(
    server, client, library, failed, monkeypatch, way, until_s, leaves_by, kind
):
    passed = itertools.count()
    monkeypatch.setattr(connections, "time", SimpleNamespace(time=lambda: next(passed)))
    ours, late = client(), Deadline(asyncio.get_running_loop().time() + until_s, leaves_by)
    call = ours.submit("/jobs", {}, deadline=late) if way == "submit" else ours.through(library(), deadline=late)
    error = await failed(call)
    assert type(error) is kind
    assert "slept" in error.cause
    assert server.requests == []


async def test_a_429_that_is_not_documented_as_free_is_in_doubt(server, client, failed):
    server.answers = [(429, "{}")]
    assert isinstance(await failed(client(free_429=False).submit("/jobs", {})), OutcomeUnknown)


async def test_moderation_is_what_the_providers_own_code_says(server, client, failed):
    def classify(reply):
        code = (reply.data or {}).get("code")
        return Refused("acme", "moderation said no", "Change the words.", reply.raw) if code == "E005" else None

    server.answers = [(422, '{"code": "E005"}'), (422, '{"code": "E006", "note": "moderation"}')]
    ours = client(classify=classify)
    assert type(await failed(ours.submit("/jobs", {}))) is Refused
    assert type(await failed(ours.submit("/jobs", {}))) is Invalid


async def test_a_surprising_proxy_in_the_environment_is_not_used(client, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert (await client().submit("/jobs", {})).status == 200


async def test_a_paid_call_takes_headers_another_status_and_a_long_answer_where_it_is_told_to(server, client, failed):
    long = '{"picture": "' + "A" * answers.JSON_BYTES_MAX + '"}'
    server.answers = [(203, long)]
    ours = client()
    reply = await ours.submit(
        "/jobs", {}, headers={"Prefer": "wait"}, accepted={203}, bytes_max=2 * answers.JSON_BYTES_MAX
    )
    assert len(reply.data["picture"]) == answers.JSON_BYTES_MAX
    assert len(reply.raw) < answers.RAW_CHARACTERS_MAX + 100
    assert "prefer: wait" in server.requests[0][0].lower()
    assert type(await failed(ours.submit("/jobs", {}, accepted={200}))) is OutcomeUnknown


@pytest.mark.parametrize(("status", "kind"), [(429, RateLimited), (400, Invalid), (200, OutcomeUnknown)])
async def test_an_error_in_a_list_of_one_is_read_and_a_success_is_not(server, client, failed, status, kind):
    seen = []
    server.answers = [(status, '[{"error": {"code": 7}}]')]
    await_failed = failed(client(classify=lambda reply: seen.append(reply.data)).submit("/jobs", {}))
    assert type(await await_failed) is kind
    assert seen == [{"error": {"code": 7}} if status >= 400 else None]


async def test_a_library_makes_its_paid_call_through_our_client(server, client, library, key):
    server.answers = [(200, '{"id": "j1"}', "X-Request-Id: r1")]
    made, reply = await client().through(library())
    assert (made, reply.status, reply.data, reply.headers["x-request-id"]) == ({"id": "j1"}, 200, {"id": "j1"}, "r1")
    [(head, body)] = server.requests
    assert (key in head, body) == (True, b'{"a":1}')
    assert "accept-encoding: identity" in head.lower()


@pytest.mark.parametrize("tries", [1, 3])
@pytest.mark.parametrize(
    ("said", "kind", "kept"),
    [
        ((400, '[{"error": "no such size"}]'), Invalid, "no such size"),
        ((402, "{}"), NoCredit, "{}"),
        ((429, '{"error": "slow down"}'), RateLimited, "slow down"),
        ((503, '{"error": "overloaded"}'), OutcomeUnknown, "overloaded"),
        ((307, "{}", "Location: /elsewhere"), OutcomeUnknown, "{}"),
        ((200, "<html>Welcome</html>"), OutcomeUnknown, "Welcome"),
        ((200, b"x" * (answers.JSON_BYTES_MAX + 1)), OutcomeUnknown, "longer than"),
        ((200, b"\x1f\x8b", "Content-Encoding: gzip"), OutcomeUnknown, "packed"),
        ((200, '{"id"', "Content-Length: 400"), OutcomeUnknown, "RemoteProtocolError"),
        (b"", OutcomeUnknown, "disconnected"),
        ("reset", OutcomeUnknown, "ReadError"),
        ("hang", OutcomeUnknown, "in time"),
        ("drip", OutcomeUnknown, "in time"),
    ],
)
async def test_what_a_library_raises_is_judged_by_what_the_wire_said_of_its_first_request(
    server, client, library, failed, said, kind, kept, tries
):
    server.answers = [said]
    error = await failed(client(submit_s=patience_s(said)).through(library(tries=tries)))
    assert type(error) is kind
    assert kept in error.raw
    assert len(server.requests) == 1


@pytest.mark.parametrize("tries", [1, 3])
async def test_a_library_that_could_not_connect_sent_nothing(server, client, library, failed, tries):
    await server.stop()
    assert type(await failed(client().through(library(tries=tries)))) is Unavailable


async def test_a_library_that_would_call_somebody_else_is_stopped(server, client, library, failed):
    ours = client(base_url=f"{server.url}/v1")
    assert type(await failed(ours.through(library(path="/v2/x")))) is Invalid
    assert server.requests == []


async def test_a_library_that_went_past_our_client_leaves_everything_open(client, failed):
    async def past(_http):
        return {"id": "j1"}

    assert type(await failed(client().through(past))) is OutcomeUnknown


async def test_an_error_of_ours_and_one_before_anything_was_sent_come_out_as_they_are(server, client, library, failed):
    async def refused(http):
        try:
            await library()(http)
        except LibraryError as error:
            raise Refused("acme", "no picture came", "Change the words.", "raw") from error

    async def fell(_http):
        raise ValueError("no such option")

    server.answers = [(500, "{}")]
    assert type(await failed(client().through(refused))) is Refused  # and the library's error is not part of it
    with pytest.raises(ValueError, match="no such option"):
        await client().through(fell)


async def test_a_librarys_own_client_settings_change_nothing(client, library, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    seen = []

    async def look(http):
        seen.append((type(http), http.follow_redirects, http.trust_env))
        return await library()(http)

    await client().through(look)
    assert seen == [(httpx.AsyncClient, False, False)]
