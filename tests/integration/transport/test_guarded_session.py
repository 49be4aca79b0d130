"""The session that libraries speak through: where it goes, what it follows, and when it gives up."""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import dataclass

import pytest

from providers.errors import Invalid
from providers.over_http.guarded_session import GuardedSession, SessionLimits

KEY = {"Authorization": "Bearer sk-canary-0123456789"}


class Refused(Exception):
    """An answer that is not a success."""


class Broke(Exception):
    """No answer, or one that breaks a bound."""


@dataclass
class Rig:
    """A session before the scripted server, and the calls that a library would make through it."""

    server: object
    session: GuardedSession

    async def get(self, path="/things", **given):
        return await asyncio.to_thread(self.session.get, self.server.url + path, headers=KEY, **given)

    async def post(self, **given):
        return await asyncio.to_thread(self.session.post, self.server.url + "/things", headers=KEY, **given)


@pytest.fixture
def rig(server):
    limits = SessionLimits(answer_s=20.0, upload_s=20.0, bytes_max=1000, tries=2)
    return Rig(server, session_at(server.url, limits))


def session_at(url, limits):
    return GuardedSession(url, refuse=Refused, broke=Broke, limits=limits)


async def test_a_redirect_is_not_followed_and_the_key_goes_nowhere(rig):
    rig.server.answers = [(302, "", f"Location: {rig.server.url}/elsewhere")]
    with pytest.raises(Refused, match="302"):
        await rig.get()
    assert len(rig.server.requests) == 1


@pytest.mark.parametrize("url", ["https://elsewhere.example/things", "http://127.0.0.1:9/things", "{}/api/../things"])
async def test_an_address_that_is_not_below_the_base_gets_no_call(server, url):
    session = session_at(f"{server.url}/api", None)
    with pytest.raises(Invalid):
        await asyncio.to_thread(session.get, url.format(server.url), headers=KEY)
    assert server.requests == []


@pytest.mark.parametrize(
    "url", ["http://kitsu.studio.lan/api", "ftp://127.0.0.1", "https://me:secret@kitsu.studio.lan"]
)
def test_a_base_that_would_carry_a_key_in_clear_is_refused(url):
    with pytest.raises(Invalid):
        session_at(url, None)


async def test_an_answer_that_is_too_long_or_packed_is_not_read(rig):
    rig.server.answers = [(200, "x" * 1001)]
    with pytest.raises(Broke, match="longer than 1000 bytes"):
        await rig.get()
    rig.server.answers = [(200, gzip.compress(b"{}" * 100_000), "Content-Encoding: gzip")]
    with pytest.raises(Broke, match="packed"):
        await rig.get()
    assert "Accept-Encoding: identity" in rig.server.requests[0][0]


@pytest.mark.parametrize("answer", ["drip", "hang"])
async def test_an_answer_that_does_not_end_is_left_in_time(server, answer):
    server.answers = [answer]
    session = session_at(server.url, SessionLimits(answer_s=0.2, tries=1))
    with pytest.raises(Broke, match="came in time"):
        await asyncio.to_thread(session.get, f"{server.url}/things")


async def test_what_changes_nothing_is_asked_again_and_what_may_have_arrived_is_not(rig):
    rig.server.answers = [(503, "{}"), (200, '{"a": 1}')]
    assert (await rig.get()).json() == {"a": 1}
    rig.server.answers = ["reset", (200, "{}")]
    assert (await rig.get()).status_code == 200

    rig.server.requests.clear()
    for answer in ("reset", (503, "{}")):
        rig.server.answers = [answer, (200, "{}")]
        with pytest.raises((Broke, Refused)):
            await rig.post(json={})
    assert len(rig.server.requests) == 2


async def test_a_file_that_came_too_fast_is_sent_again_from_its_beginning(rig, tmp_path):
    file = tmp_path / "clip.mp4"
    file.write_bytes(b"all of the clip")
    rig.server.answers = [(429, "{}", "Retry-After: 0.01"), (201, "{}")]
    with file.open("rb") as content:
        assert (await rig.post(files={"file": content})).status_code == 201
    assert [b"all of the clip" in body for _, body in rig.server.requests] == [True, True]


async def test_no_proxy_and_no_key_of_the_environment_is_used(rig, monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password netrc-secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert (await asyncio.to_thread(rig.session.get, f"{rig.server.url}/things")).status_code == 200
    assert "authorization" not in rig.server.requests[0][0].lower()


async def test_the_servers_own_words_come_bounded_and_printable(rig):
    rig.server.answers = [(400, '{"message": "no \\u001b[31m such name."}')]
    with pytest.raises(Refused) as refused:
        await rig.get()
    assert refused.value.args == (400, "no \\u001b[31m such name")
    assert refused.value.__context__ is None
