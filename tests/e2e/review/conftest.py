"""A review room over a copy of the drafted film, and people at its door."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from playwright.sync_api import expect

from desk.room.app import room_app
from desk.room.sessions import Key, Sessions
from tests.e2e.chromium import chromium
from wiring.ports import listening

HERE = "http://127.0.0.1:8765"
WIDE = {"width": 1280, "height": 860}
LONG_MS = 60_000
"""A bound, not a claim: a busy machine shows in seconds what an idle one shows at once."""
MIA, BEN = "m" * 40, "b" * 40


class Room:
    """A room over a copy of the drafted film, and somebody at its door."""

    def __init__(self, film: Any) -> None:
        self.film, self.went_on = film, list[str]()
        self.log = film.state / "room.log"
        keys = (Key.of("Mia", MIA), Key.of("Ben", BEN), Key.of("scout", "a" * 40, agent=True))
        self.sessions = Sessions.on_loopback(8765, who="Mia", log=self.log, keys=keys)
        self.open()

    def open(self) -> None:
        self.app = room_app(self.film.services, self.sessions, let_go_on=self._let_go_on, grace_s=0.0)

    async def _let_go_on(self, _services: object, scene: str, _who: str) -> int:
        self.went_on.append(scene)
        return 1

    def somebody(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=HERE)

    async def person(self, key: str = MIA) -> Person:
        client = self.somebody()
        answer = await client.post("/enter", content=f"key={key}\r\n", headers={"origin": HERE})
        assert answer.status_code == 200, answer.text
        page = (await client.get("/r/SC010")).text
        return Person(client, page.split('data-csrf="')[1].split('"')[0])

    @property
    def refusals(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []

    @property
    def words(self) -> list[tuple[str, str]]:
        return [(each.decision.kind, each.decision.who) for each in self.film.ledger.decided("SC010")]


class Person:
    """Somebody who came in with a browser."""

    def __init__(self, client: httpx.AsyncClient, csrf: str) -> None:
        self.client, self.csrf = client, csrf

    async def say(self, path: str, body: object, **headers: str) -> httpx.Response:
        given = {"origin": HERE, "x-gate-csrf": self.csrf, **headers}
        return await self.client.post(path, json=body, headers={k: v for k, v in given.items() if v})

    async def tray(self) -> dict[str, Any]:
        answer = await self.client.get("/api/tray/SC010")
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told


@pytest.fixture
def room(drafted: Any) -> Room:
    return Room(drafted)


@pytest.fixture(scope="module")
def browser():
    with chromium() as of_this_file:
        yield of_this_file


@pytest.fixture
def page(browser):
    """A page whose script must not stumble."""
    context = browser.new_context(viewport=WIDE)
    here, faults = context.new_page(), []
    here.set_default_timeout(LONG_MS)
    expect.set_options(timeout=LONG_MS)
    here.on("pageerror", lambda error: faults.append(str(error)))
    here.on(
        "console", lambda said: faults.append(said.text) if said.type == "error" and "409" not in said.text else None
    )
    yield here
    context.close()
    assert faults == []


@pytest.fixture
def priced(drafted):
    """The drafted film with finals that cost money."""
    text = (drafted.root / "halt.prices.yaml").read_text(encoding="utf-8").replace("480p", "720p")
    (drafted.root / "finals.prices.yaml").write_text(text, encoding="utf-8")
    drafted.prices(drafted.root / "finals.prices.yaml")
    return drafted


@pytest.fixture
def asking(drafted):
    """The drafted film asks before each paid draft, and one of its shots is to be made again,
    from the panel that it has.
    """
    drafted.prices(drafted.root / "halt.prices.yaml")
    drafted.edit("film.yaml", lambda d: d["tiers"].update(draft={"resolution": "480p", "approve": "person"}))
    drafted.edit_shot("SC010_SH0020", motion="Marit steps back from the door.")
    return drafted


@contextmanager
def served(film: Any) -> Iterator[str]:
    """A room of the film that is served; gives the link that lets one person in."""

    async def nobody_waits(*_asked):
        return 0

    with listening(0) as here:
        port = here.getsockname()[1]
        sessions = Sessions.on_loopback(port, who="Mia", log=film.state / "room.log")
        app = room_app(film.services, sessions, let_go_on=nobody_waits, grace_s=6.0)
        serving = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
        thread = threading.Thread(target=serving.run, args=([here],))
        thread.start()
        try:
            yield sessions.link(f"http://127.0.0.1:{port}", "/r/SC010")
        finally:
            serving.should_exit = True
            thread.join()


@pytest.fixture
def link(priced):
    """The room of a film whose finals cost money."""
    with served(priced) as link:
        yield link


@pytest.fixture
def asking_link(asking):
    """The room of a film in which a paid draft waits."""
    with served(asking) as link:
        yield link
