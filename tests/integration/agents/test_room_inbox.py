"""In the review room a person decides on a proposal from its page; an agent's key only reads."""

from __future__ import annotations

import json
from types import SimpleNamespace

import httpx

from desk.cli.options import open_film
from desk.room.app import room_app
from desk.room.sessions import Key, Sessions
from production.dailies.waiting import _proposals
from production.proposals.inbox import inbox

HERE = "http://127.0.0.1:8765"
AGENT = "a" * 40


async def test_a_person_accepts_from_the_page_and_an_agent_is_refused_and_logged(film, proposed):
    made = proposed("<script>alert(1)</script>\u200b", why="<b>now</b>")
    services = open_film(film)
    log = services.settings.state / "room.log"
    sessions = Sessions.on_loopback(8765, who="mia", log=log, keys=(Key.of("scout", AGENT, agent=True),))
    link = sessions.link(HERE)
    app = room_app(services, sessions)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE) as client:
        agent = {"authorization": f"Bearer {AGENT}"}
        yes = {"id": made.id, "accept": True, "why": "clearer"}
        seen = (await client.get("/proposals", headers=agent)).text
        assert "&lt;script&gt;alert(1)" in seen
        assert "<script>alert" not in seen
        assert 'class="accept"' not in seen
        assert (await client.post("/api/proposal", json=yes, headers=agent)).status_code == 403
        assert "only a person may decide on a proposal" in json.loads(log.read_text().splitlines()[-1])["why"]

        await client.get(link.removeprefix(HERE))
        page = (await client.get("/proposals")).text
        assert 'class="accept"' in page
        csrf = page.split('data-csrf="')[1].split('"')[0]
        assert (await client.post("/api/proposal", json=yes)).status_code == 403, "no page of the room sent it"
        here = {"origin": HERE, "x-gate-csrf": csrf}
        assert (await client.post("/api/proposal", json=yes, headers=here)).json() == {"told": "SC010.yaml is changed."}
        again = await client.post("/api/proposal", json=yes, headers=here)
        assert "mia accepted it" in again.json()["refused"]["cause"]
        assert (await client.get("/static/proposals.js")).status_code == 200
    (done,) = inbox(open_film(film), everything=True)
    assert (done.state, done.closed.door) == ("accepted", "review room")


def test_the_dailies_name_what_waits_with_the_command_that_shows_it(film, proposed):
    made, services = proposed(why="it moves"), open_film(film)
    (told,) = _proposals(SimpleNamespace(services=services, scene=services.scene("SC010")))
    assert told.what == "scout proposes a change of scenes/SC010.yaml: shots/SC010_SH0010/motion"
    assert (told.detail, told.next) == ("it moves", (f"gate proposals show {made.id[:12]}",))
