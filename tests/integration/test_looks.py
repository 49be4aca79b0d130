"""What a person saw when they last looked at a scene is kept by their name, whatever device it was."""

from __future__ import annotations

import json

import httpx
import pytest

from desk.cli.options import open_film
from desk.room.app import room_app
from desk.room.looks import looks_of
from desk.room.sessions import Key, Sessions

HERE = "http://127.0.0.1:8765"
MIA, BEN, AGENT = "m" * 40, "b" * 40, "a" * 40
ONE, TWO = "SC010_SH0010", "SC010_SH0020"


@pytest.fixture
async def devices(film):
    """Opens a browser of somebody: gives what reads the page's looks, and what posts one."""
    services = open_film(film)
    keys = (Key.of("Mia", MIA), Key.of("Ben", BEN), Key.of("scout", AGENT, agent=True))
    app = room_app(services, Sessions.on_loopback(8765, who="Mia", log=services.settings.state / "room.log", keys=keys))
    clients = []

    async def device(token):
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE)
        clients.append(client)
        await client.post("/enter", content=f"key={token}", headers={"origin": HERE})

        async def page():
            return (await client.get("/r/SC010")).text

        csrf = (await page()).split('data-csrf="')[1].split('"')[0]

        async def seen():
            return json.loads((await page()).split('id="looked">')[1].split("<")[0])

        async def look(shots, scene="SC010", **headers):
            given = {"origin": HERE, "x-gate-csrf": csrf} | headers
            return await client.post(f"/api/look/{scene}", json={"shots": shots}, headers=given)

        return seen, look

    yield device
    for client in clients:
        await client.aclose()


def saw(status="draft?", said=0):
    return {"take": "5" * 64, "status": status, "said": said}


async def test_a_look_on_the_phone_is_known_on_the_laptop_and_to_nobody_else(devices):
    (laptop, look), (phone, glance), (ben, _) = await devices(MIA), await devices(MIA), await devices(BEN)
    assert await laptop() is None
    assert (await look({ONE: saw(), TWO: saw()})).status_code == 200
    assert (await glance({TWO: saw("final?", 7)})).json() == {"known": 2}
    for seen in (laptop, phone):
        assert (await seen())["shots"] == {ONE: saw(), TWO: saw("final?", 7)}
    assert await ben() is None


async def test_what_is_kept_is_bounded_to_the_scenes_own_shots_and_a_broken_file_is_begun_anew(film, devices):
    seen, look = await devices(MIA)
    await look({ONE: saw(), "SC990_SH0010": saw()})
    assert list((await seen())["shots"]) == [ONE]
    assert (await look({ONE: saw()}, scene="SC990")).status_code == 404
    assert (await look({ONE: saw() | {"status": "x" * 41}})).status_code == 400
    assert (await look({f"SC010_SH{n:04d}": saw() for n in range(401)})).status_code == 400
    assert (await look({ONE: saw()}, **{"x-gate-csrf": "no"})).status_code == 403
    (kept,) = (open_film(film).settings.state / "looks").rglob("*.json")
    kept.write_text("{")
    assert looks_of(open_film(film), "Mia", "SC010") is None
    assert (await look({TWO: saw()})).json() == {"known": 1}
