"""A review room over a copy of the drafted film, and people at its door."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from desk.room.app import room_app
from desk.room.doors import Doors, Key

HERE = "http://127.0.0.1:8765"
MIA, BEN = "m" * 40, "b" * 40


class Room:
    """A room over a copy of the drafted film, and somebody at its door."""

    def __init__(self, film: Any) -> None:
        self.film, self.went_on = film, list[str]()
        self.log = film.state / "room.log"
        keys = (Key.of("Mia", MIA), Key.of("Ben", BEN), Key.of("scout", "a" * 40, agent=True))
        self.doors = Doors.on_loopback(8765, who="Mia", log=self.log, keys=keys)
        self.open()

    def open(self, grace_s: float = 0.0) -> None:
        self.app = room_app(self.film.services, self.doors, let_go_on=self._let_go_on, grace_s=grace_s)

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
