"""Purchases and decisions for the ledger's tests, and a ledger with caps declared:
every test here runs on both databases.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from governor.ledger import Ledger
from governor.mark import HighWaterMark
from governor.outside import Outside
from governor.purchase import Epoch, Purchase
from manifests.decision import Binding, Decision
from manifests.keys import generation_key
from manifests.scene import Camera, Shot
from manifests.spending.price import Quote
from manifests.take import Artefact, Request
from vault.shelves import FolderShelf

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
        "generation_key": generation_key(
            "previz", "previz-1", operation, request.payload(), int(str(given.get("attempt", 1)))
        ),
        "recipe": request.recipe("previz", "previz-1"),
        "film": "HRB",
        "scene": "SC010",
        "shot": shot,
        "stage": stage,
        "tier": "draft",
        "attempt": 1,
        "attempts_max": 3,
        "provider": "previz",
        "model": "previz-1",
        "request": request,
        "quote": Quote(low_microusd=amount, likely_microusd=amount, high_microusd=amount, price="0" * 64),
        "changed": "the first take",
        "epoch": epoch,
    }
    return Purchase(**{**fields, **given})  # type: ignore[arg-type] # tests name fields by hand


def _decision(
    kind: str, scope: str = "SC010", *, usd_cents: int = 0, binding: Binding | None = None, **given: str
) -> Decision:
    fields = {"who": "Ada", "made_at": "2026-11-21T12:00:00Z", "door": "terminal", "why": "because", **given}
    amount = usd_cents * CENT
    return Decision(kind=kind, scope=scope, amount_microusd=amount, binding=binding, **fields)  # type: ignore[arg-type]


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
        shot="SC010_SH0010",
        tier="final",
        resolution="720p",
        prompt="1" * 64,
        references="2" * 64,
        panel="3" * 64,
        draft="4" * 64,
        provider="previz",
        price_microusd=10 * CENT,
    )


ASSET = Artefact(sha256="a" * 64, media_type="image/png", size_bytes=3)


class LostFilm:
    """A folder with a ledger, its mark and its receipts. `restore` puts the ledger back as `snapshot` found it."""

    def __init__(self, folder, make, template=None):
        self.folder, self.make, self.path = folder, make, folder / "ledger.sqlite"
        if template:
            shutil.copy(template, self.path)
        self.mark, self.shelf = folder / "ledger.mark", FolderShelf(folder / "vault" / "receipts")
        self.ledger = None
        self.again()

    def again(self):
        """Another process opens the ledger, and begins a run."""
        if self.ledger is not None:
            self.ledger.close()
        outside = Outside(HighWaterMark(self.mark), self.shelf)
        self.ledger = Ledger.open(self.place, stop_file=self.folder / "STOP", film="hrb", outside=outside)
        self.ledger.declare_caps({**CAPS, **SHOT_CAPS})
        self.epoch = self.ledger.begin_epoch("SC010", "r1")
        return self.ledger

    def wish(self, shot, **given):
        return self.make(self.epoch, shot=shot, stage="clip", attempts_max=9, **given)

    def send(self, shot, job=None):
        wish = self.wish(shot)
        self.ledger.hold(wish).redeem(wish.generation_key)
        if job:
            self.ledger.submitted(wish.generation_key, job)
        return wish.generation_key

    def buy(self, shot, cents=9):
        key = self.send(shot, f"job-{shot}")
        self.ledger.settle(key, cents * CENT, ASSET)
        return key

    @property
    def place(self):
        return self.path

    def files(self):
        return [path for path in self.folder.glob("ledger.sqlite*") if path.suffix not in {".queue", ".turn"}]

    def snapshot(self):
        """A copy of the ledger as it is; the one that is open goes on."""
        self.ledger.close()
        kept = self.folder / "kept"
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir()
        for path in self.files():
            shutil.copy(path, kept)
        self.again()

    def lose(self, how):
        self.ledger.close()
        for path in self.files():
            path.unlink()
        if how == "restored":
            for path in (self.folder / "kept").iterdir():
                shutil.copy(path, self.folder)
        elif how == "emptied":
            self.path.touch()

    def standing(self):
        balance = self.ledger.balance("film:HRB")
        assert self.ledger.audit() == []
        return balance.held // CENT, balance.settled // CENT


class LostFilmOnAServer(LostFilm):
    """The same in a database of its own on a PostgreSQL server,
    which is lost as a restored or a new server loses it.
    """

    def __init__(self, folder, make, url):
        self._server, self._name = url, f"lost_{sha256(str(folder).encode()).hexdigest()[:16]}"
        self._admin(f"CREATE DATABASE {self._name}")
        super().__init__(folder, make)

    @property
    def place(self):
        return make_url(self._server).set(database=self._name).render_as_string(hide_password=False)

    def snapshot(self):
        self.ledger.close()
        self._admin(
            f"DROP DATABASE IF EXISTS {self._name}_kept", f"CREATE DATABASE {self._name}_kept TEMPLATE {self._name}"
        )
        self.again()

    def lose(self, how):
        self.ledger.close()
        if how == "restored":
            self._admin(f"DROP DATABASE {self._name}", f"CREATE DATABASE {self._name} TEMPLATE {self._name}_kept")
            return
        with psycopg.connect(self.place, autocommit=True) as admin:
            admin.execute("DROP SCHEMA gate_hrb CASCADE")
            if how == "emptied":
                admin.execute("CREATE SCHEMA gate_hrb")

    def end(self):
        self.ledger.close()
        self._admin(*(f"DROP DATABASE IF EXISTS {self._name}{kept}" for kept in ("", "_kept")))

    def _admin(self, *commands):
        with psycopg.connect(self._server, autocommit=True) as admin:
            for command in commands:
                admin.execute(command)


@pytest.fixture(scope="module")
def lost_template(tmp_path_factory):
    """An empty ledger: making one takes longer than most of these tests."""
    path = tmp_path_factory.mktemp("template") / "ledger.sqlite"
    Ledger.open(path, stop_file=path.with_name("STOP")).close()
    return path


@pytest.fixture
def lost_film(tmp_path, purchase, lost_template):
    film = LostFilm(tmp_path, purchase, lost_template)
    yield film
    film.ledger.close()


@pytest.fixture
def lost_film_on_a_server(tmp_path, purchase, postgres_url):
    film = LostFilmOnAServer(tmp_path, purchase, postgres_url)
    yield film
    film.end()


@pytest.fixture
def lost_film_class() -> type[LostFilm]:
    return LostFilm
