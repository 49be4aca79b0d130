"""How soon the composition board shows what a person did: a still after a drag, a moving preview, a shot to save.

Asks a room over the example film as its page does, with a composition that changes each time. Prints one JSON line, in
seconds: the median and the slowest of stills after a drag, the first still of a shot that nobody has looked at, the
moving preview of each shot, the animatic's first picture, and the difference with its cost before a save. Ends with 1
where a still takes 0.15 s or more (median), or a moving preview more than 2 s.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from desk.room.app import room_app
from desk.room.sessions import Sessions
from wiring.opening import open_services
from wiring.settings import read_settings

HARBOUR = Path(__file__).resolve().parent.parent / "examples" / "harbour"
HERE = "http://127.0.0.1:8765"
SCENE, STILLS = "SC010", 20
STILL_S, MOVING_S = 0.15, 2.0


def main() -> None:
    """Measure all of it on a copy of the example film."""
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film"
        shutil.copytree(HARBOUR, film, ignore=shutil.ignore_patterns(".gate", "art", "__pycache__"))
        told = asyncio.run(_measured(film))
    print(json.dumps(told))
    slow = told["still_after_drag_s"]["median"] >= STILL_S or told["moving_s"]["slowest"] > MOVING_S
    sys.exit(1 if slow else 0)


async def _measured(film: Path) -> dict[str, Any]:
    services = open_services(read_settings(film))
    sessions = Sessions.on_loopback(8765, who="bench", log=film / "room.log")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(room_app(services, sessions)), base_url=HERE) as client:
        client.timeout = httpx.Timeout(60)
        await client.get(sessions.link(HERE).removeprefix(HERE))
        csrf = (await client.get(f"/board/{SCENE}")).text.split('data-csrf="')[1].split('"')[0]
        client.headers.update({"origin": HERE, "x-gate-csrf": csrf})
        shots = [shot.id for shot in services.scene(SCENE).shots]
        told: dict[str, list[float]] = {name: [] for name in ("first", "drag", "settled", "moving", "judge")}
        for shot in shots:
            await _measure(client, shot, told)
    return {
        "still_after_drag_s": _told(told["settled"]),
        "still_while_dragging_s": _told(told["drag"]),
        "first_still_s": _told(told["first"]),
        "moving_s": _told(told["moving"]),
        "animatic_first_picture_s": told["moving"][0],
        "difference_and_cost_s": _told(told["judge"]),
        "load": [round(load, 2) for load in os.getloadavg()],
    }


async def _measure(client: httpx.AsyncClient, shot: str, told: dict[str, list[float]]) -> None:
    view = (await client.get(f"/api/board/{shot}")).json()
    composition = view["composition"]
    who = f"cast/{composition['cast'][0]['character']}"
    told["first"].append(await _timed(client, f"try/{shot}/still", {"composition": composition}))
    for full in (False, True):
        for step in range(STILLS):
            act = {"do": "move", "what": [who], "dx": 0.004 * step, "dy": 0.001 * step}
            body = {"composition": composition, "operations": [act], "full": full}
            told["settled" if full else "drag"].append(await _timed(client, f"try/{shot}/still", body))
    body = {"composition": composition, "operations": [{"do": "length", "seconds": 4.0}]}
    told["moving"].append(await _timed(client, f"try/{shot}/moving", body))
    move = {"composition": composition, "operations": [{"do": "move", "what": [who], "dx": 0.05}]}
    moved = (await client.post(f"/api/board/try/{shot}/apply", json=move)).json()["composition"]
    told["judge"].append(await _timed(client, f"try/{shot}/judge", {"base": view["base"], "composition": moved}))


async def _timed(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> float:
    begun = time.perf_counter()
    answer = await client.post(f"/api/board/{path}", json=body)
    answer.raise_for_status()
    return round(time.perf_counter() - begun, 4)


def _told(seconds: list[float]) -> dict[str, float]:
    return {"median": round(statistics.median(seconds), 3), "slowest": max(seconds)}


if __name__ == "__main__":
    main()
