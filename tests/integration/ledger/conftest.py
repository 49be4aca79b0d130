"""Purchases and decisions for the ledger's tests, and a ledger with caps declared: every test here runs on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from governor.ledger import Ledger
from governor.purchase import Epoch, Purchase
from manifests.decision import Binding, Decision
from manifests.keys import generation_key
from manifests.price import Quote
from manifests.scene import Camera, Shot
from manifests.take import Request

CENT = 10_000
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
CAPS = {"film:HRB": 1000 * CENT, "scene:SC010": 100 * CENT, "run:r1": 200 * CENT, "run:r2": 200 * CENT}
SHOT_CAPS = {f"shot:SC010_SH00{n}0": 80 * CENT for n in (1, 2, 3)}

MakePurchase = Callable[..., Purchase]
OpenLedger = Callable[..., Ledger]


def _purchase(
    epoch: Epoch, *, cents: int = 10, shot: str = "SC010_SH0010", words: str = "fog", **given: object
) -> Purchase:
    stage = given.get("stage", "panel")
    operation = "clip" if stage == "clip" else "panel"
    staging = Shot(id=shot, location="quay", camera=Camera(size="wide"), motion="fog drifts", duration_s=4)
    request = Request(
        operation=operation,
        shot=shot,
        staging=staging,
        prompt=words,
        references=(),
        resolution="480p",
        frames=96,
        seed=1,
    )
    amount = cents * CENT
    fields: dict[str, object] = {
        "generation_key": generation_key("previz", "previz-1", operation, request.payload(), int(str(given.get("attempt", 1)))),
        "recipe": request.recipe("previz", "previz-1"), "film": "HRB", "scene": "SC010", "shot": shot, "stage": stage,
        "tier": "draft", "attempt": 1, "attempts_max": 3, "provider": "previz", "model": "previz-1", "request": request,
        "quote": Quote(low_microusd=amount, likely_microusd=amount, high_microusd=amount, price="0" * 64),
        "changed": "the first take", "epoch": epoch,
    }  # fmt: skip
    return Purchase(**{**fields, **given})  # type: ignore[arg-type] # tests name fields by hand


def _decision(
    kind: str, scope: str = "SC010", *, usd_cents: int = 0, binding: Binding | None = None, **given: str
) -> Decision:
    fields = {"who": "Ada", "made_at": "2026-11-21T12:00:00Z", "door": "terminal", "why": "because", **given}
    return Decision(kind=kind, scope=scope, amount_microusd=usd_cents * CENT, binding=binding, **fields)  # type: ignore[arg-type] # as above


DATABASES = ("sqlite", "postgresql")


def _where(folder: Path) -> Path | str:
    """The ledger's place: beside the film, unless the folder names a server."""
    named = folder / "server"
    return named.read_text() if named.exists() else folder / "ledger.db"


def _open(folder: Path, now: Callable[[], datetime] = lambda: NOON) -> Ledger:
    film = "f" + sha256(str(folder).encode()).hexdigest()[:16]
    ledger = Ledger.open(_where(folder), stop_file=folder / "STOP", film=film, now=now)
    ledger.declare_caps({**CAPS, **SHOT_CAPS})
    return ledger


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(autouse=True)
def _server(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Let the folder's ledger lie on the server, when it is the server's turn."""
    if database == "postgresql":
        (tmp_path / "server").write_text(request.getfixturevalue("postgres_url"))


@pytest.fixture
def purchase() -> MakePurchase:
    return _purchase


@pytest.fixture
def decision() -> Callable[..., Decision]:
    return _decision


@pytest.fixture
def open_ledger() -> Iterator[OpenLedger]:
    opened: list[Ledger] = []

    def open_one(folder: Path, **options: Callable[[], datetime]) -> Ledger:
        opened.append(_open(folder, **options))
        return opened[-1]

    yield open_one
    for ledger in opened:
        ledger.close()


@pytest.fixture
def ledger(tmp_path: Path, open_ledger: OpenLedger) -> Ledger:
    return open_ledger(tmp_path)


@pytest.fixture
def epoch(ledger: Ledger) -> Epoch:
    return ledger.begin_epoch("SC010", "r1")


@pytest.fixture
def binding() -> Binding:
    return Binding(
        shot="SC010_SH0010", tier="final", resolution="720p", prompt="1" * 64, references="2" * 64, panel="3" * 64,
        draft="4" * 64, provider="previz", price_microusd=10 * CENT,
    )  # fmt: skip
