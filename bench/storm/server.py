"""A provider on this machine that bills, loses answers and lies as it is told, and keeps the true bill.

    python -m bench.storm.server FOLDER     prints its address, and ends when its standard input does

An account is named by its key, and its first word says what it offers to somebody who has lost an answer: `list` (every
job, with the caller's reference), `marker` (a search for the reference that a job echoes), or `neither`.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import struct
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bench.storm.bill import Made, TrueBill

Fault = dict[str, Any]
PAGE = 20
"""How many jobs the list gives at once."""

_HELD_S = 10.0
_REFUSALS: dict[str, tuple[int, str]] = {
    "400": (400, "no such size"),
    "401": (401, "this key is not known"),
    "402": (402, "no credit left"),
    "403": (403, "the spending limit of this key is reached"),
    "429": (429, "too many calls"),
    "moderation": (422, "the picture is refused"),
    "500_free": (500, "broken before anything was accepted"),
}
"""Answers to a POST that made no job."""


@dataclass
class Desk:
    """The calls that the provider got, and its bill. Prices in micro-dollars; times in seconds."""

    bill: TrueBill
    script: deque[Fault] = field(default_factory=deque)
    odds: dict[str, float] = field(default_factory=dict)
    chance: random.Random = field(default_factory=lambda: random.Random(0))
    second_microusd: int = 0
    image_microusd: dict[str, int] = field(default_factory=dict)
    percent: tuple[int, int] = (100, 100)
    accept_s: float = 0.0
    job_s: float = 0.0
    lag_s: float = 0.0
    blind: bool = False
    late: dict[str, int] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)

    def told(self, words: dict[str, Any]) -> None:
        """Take an order of a test or of the storm."""
        self.script.extend(words.pop("script", ()))
        for job_id, microusd in words.pop("rebilled", {}).items():
            self.bill.rebill(job_id, microusd)
            self.late[job_id] = microusd
        if "seed" in words:
            self.chance = random.Random(words.pop("seed"))
        for name, value in words.items():
            setattr(self, name, value)

    def fault(self) -> Fault:
        """The fault of the next call: the script's first, then one by chance."""
        if self.script:
            return self.script.popleft()
        drawn = self.chance.random()
        for name, odds in self.odds.items():
            drawn -= odds
            if drawn < 0:
                return {"submit": name}
        return {}

    def make(self, account: str, order: dict[str, Any], fault: Fault) -> Made:
        """Accept a job: from here on it is billed."""
        now = time.monotonic()
        low, high = self.percent
        base = order["images"] * self.image_microusd.get(order["resolution"], 0)
        base += order["output_ms"] * self.second_microusd // 1000
        microusd = base * fault.get("bill_percent", self.chance.randint(low, high)) // 100
        if "fee" in fault:
            microusd = fault["fee"]
        shape = {name: order[name] for name in ("operation", "width", "height", "frames", "model")}
        ready_at = now + self.job_s * self.chance.uniform(0.5, 1.5)
        job = Made(uuid4().hex, account, order["reference"], now, ready_at, microusd, shape, fault)
        self.bill.add(job)
        return job


async def submit(request: Request) -> Response:
    """POST /jobs."""
    desk, account, order = _desk(request), _account(request), await request.json()
    desk.bill.saw_post(account, order["reference"])
    fault = desk.fault()
    how = fault.get("submit", "")
    await asyncio.sleep(desk.accept_s * desk.chance.uniform(0.2, 1.8))
    if how == "reset_free":
        return _reset(request)
    if how in _REFUSALS:
        status, words = _REFUSALS[how]
        return JSONResponse({"error": words, "code": how}, status)
    job = desk.make(account, order, fault)
    if how == "moderation_fee":
        return JSONResponse({"error": "refused, for a fee", "code": how, "id": job.id, "cost": job.microusd / 1e6}, 422)
    if fault.get("twice"):
        desk.make(account, order, {})
    good = JSONResponse({"id": fault.get("id", job.id), "reference": fault.get("echo", job.reference)}, 202)
    return await _spoiled(request, good, how)


async def _spoiled(request: Request, good: JSONResponse, how: str) -> Response:
    """The answer to a call that was accepted, as the fault has it."""
    if how == "lost":
        await _until_gone(request)
        return Response(status_code=504)
    if how == "reset":
        return _reset(request)
    answers: dict[str, Response] = {
        "drip": StreamingResponse(_drip(), 202, {"Content-Type": "application/json"}),
        "502": HTMLResponse("<html>502 Bad Gateway</html>", 502),
        "html": HTMLResponse("<html>We will be right back</html>", 200),
        "truncated": Response(bytes(good.body)[:20], 200, media_type="application/json"),
    }
    return answers.get(how, good)


async def status(request: Request) -> Response:
    """GET /jobs/{id}."""
    desk, job = _desk(request), _job(request)
    if job is None or job.fault.get("end") == "gone":
        return JSONResponse({"error": "no such job"}, 404)
    desk.asked[job.id] += 1
    asked = desk.asked[job.id]
    if asked <= job.fault.get("garbage", 0):
        return HTMLResponse("<html>maintenance</html>", 200) if asked % 2 else Response(status_code=503)
    told: dict[str, Any] = {"id": job.id, "reference": job.reference}
    if asked <= job.fault.get("odd_words", 0):
        return JSONResponse({**told, "state": "archived"})
    if time.monotonic() < job.ready_at:
        return JSONResponse({**told, "state": "running"})
    state = "failed" if job.fault.get("end") == "failed" or job.fault.get("submit") == "moderation_fee" else "done"
    told |= {"state": state, **({"error": "the model gave up"} if state == "failed" else {})}
    cost = desk.late[job.id] / 1e6 if job.id in desk.late else job.fault.get("cost", job.microusd / 1e6)
    if cost is not None and asked > job.fault.get("late", 0):
        told["cost"] = cost
    if state == "done":
        told["output"] = {**job.shape, "url": f"/files/{job.id}/{asked}"}
    return JSONResponse(told)


async def files(request: Request) -> Response:
    """GET /files/{id}/{edition}: the output's bytes."""
    desk, job = _desk(request), _job(request)
    if job is None or job.fault.get("download") == "lost":
        return JSONResponse({"error": "no such file"}, 404)
    desk.asked[f"file {job.id}"] += 1
    how, asked = job.fault.get("download"), desk.asked[f"file {job.id}"]
    if (how == "expired" and asked == 1) or (how == "barred" and asked <= 2):
        return JSONResponse({"error": "this address has expired"}, 403)
    if how == "page" and asked <= 2:
        return HTMLResponse("<html>Sign in to this network</html>", 200)
    content = f"{job.shape['operation']} {job.id}\n".encode() * 50
    short = how == "short" or (how == "short_once" and asked == 1)
    return (
        Response(content)
        if not short
        else StreamingResponse(_once(content[:100]), headers={"Content-Length": str(len(content))})
    )


async def listing(request: Request) -> Response:
    """GET /jobs: every job of the account, a page at a time, as far as the list has caught up; `list` accounts only."""
    if not _account(request).startswith("list"):
        return JSONResponse({"error": "no list here"}, 404)
    if _desk(request).blind:
        return HTMLResponse("<html>the list is being moved</html>", 503)
    after = int(request.query_params.get("after", 0))
    jobs = _seen(request)[after : after + PAGE]
    rows = [{"id": job.id, "reference": job.reference} for job in jobs]
    return JSONResponse({"jobs": rows, "next": str(after + PAGE) if len(jobs) == PAGE else None})


async def search(request: Request) -> Response:
    """GET /search: the jobs that echo a marker; `marker` accounts only."""
    if not _account(request).startswith("marker"):
        return JSONResponse({"error": "no search here"}, 404)
    wanted = request.query_params["marker"]
    return JSONResponse({"jobs": [{"id": job.id} for job in _seen(request) if job.reference == wanted]})


async def cancel(request: Request) -> Response:
    """POST /jobs/{id}/cancel: free of charge while it is not made."""
    desk, job = _desk(request), _job(request)
    if job is None:
        return JSONResponse({"error": "no such job"}, 404)
    free = time.monotonic() < job.ready_at
    if free:
        desk.bill.rebill(job.id, 0)
    return JSONResponse({"cancelled": free})


async def credit(request: Request) -> Response:
    """GET /credit: what is left of a thousand dollars."""
    spent = sum(job.microusd for job in _desk(request).bill.jobs(_account(request)))
    return JSONResponse({"usd": (1_000_000_000 - spent) / 1e6})


async def control(request: Request) -> Response:
    """POST /control: how the provider behaves from now on; see Desk."""
    _desk(request).told(await request.json())
    return JSONResponse({})


def application(bill: TrueBill) -> Starlette:
    """The provider as an application."""
    app = Starlette(
        routes=[
            Route("/jobs", submit, methods=["POST"]),
            Route("/jobs", listing),
            Route("/jobs/{id}", status),
            Route("/jobs/{id}/cancel", cancel, methods=["POST"]),
            Route("/files/{id}/{edition}", files),
            Route("/search", search),
            Route("/credit", credit),
            Route("/control", control, methods=["POST"]),
        ]
    )
    app.state.desk = Desk(bill)
    return app


def main() -> None:
    """Serve on a free port of this machine until standard input ends: the process that started it may be killed."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    app = application(TrueBill(Path(sys.argv[1]) / "bill.sqlite"))
    uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False)).run(sockets=[listener])


def _desk(request: Request) -> Desk:
    desk = request.app.state.desk
    assert isinstance(desk, Desk)
    return desk


def _account(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ")


def _job(request: Request) -> Made | None:
    return _desk(request).bill.job(request.path_params["id"], _account(request))


def _seen(request: Request) -> list[Made]:
    """The jobs that the list shows: it lags."""
    desk = _desk(request)
    return desk.bill.jobs(_account(request), made_before=time.monotonic() - desk.lag_s)


def _reset(request: Request) -> Response:
    """Cut the connection with a reset, as a dying proxy does. uvicorn's own cycle holds the socket's transport."""
    transport = request.receive.__self__.transport  # type: ignore[attr-defined]
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    return Response()


async def _until_gone(request: Request) -> None:
    for _ in range(round(_HELD_S / 0.05)):
        if await request.is_disconnected():
            return
        await asyncio.sleep(0.05)


async def _drip() -> AsyncIterator[bytes]:
    yield b'{"id": "'
    for _ in range(round(_HELD_S / 0.05)):
        yield b"0"
        await asyncio.sleep(0.05)


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


if __name__ == "__main__":
    main()
