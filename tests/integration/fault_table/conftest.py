"""A film's real ledger and paid step, and a provider on loopback whose true bill the ledger is compared with."""

from __future__ import annotations

import contextlib
import uuid

import pytest

from bench.storm import film
from bench.storm.film import Wish
from bench.storm.live import live
from governor.database.sqlite import DRIVER  # a second library would undo the ledger's locks
from production.purchasing import submit
from production.purchasing.generate import generate

AMPLE_S = 60.0
"""For what is to come in time, however busy the machine is."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with live(tmp_path_factory.mktemp("provider")) as running:
        running.tell(second_microusd=film.SECOND_MICROUSD, image_microusd=film.IMAGE_MICROUSD)
        yield running


@pytest.fixture(scope="module")
def prices(tmp_path_factory):
    return film.price_book(tmp_path_factory.mktemp("prices"))


class Bench:
    """One film at one account of the provider. Each call of `buy` is a run of its own, as after a crash."""

    clip, other = Wish("SC010_SH0010", "clip", 1, "480p", 4), Wish("SC010_SH0020", "clip", 1, "480p", 4)

    def __init__(self, folder, server, prices, kind, url=None):
        self.server, self.kind, self.account = server, kind, f"{kind}-{uuid.uuid4().hex}"
        self.provider = film.provider_of(
            kind, url or server.url, self.account, submit_s=AMPLE_S, free_s=AMPLE_S, lag_s=0.0
        )
        self.provider._grace_s = (
            0.2  # what is asked here is not on its way any more: each call ends before the next begins
        )
        self.services = film.services_of(folder, prices, self.provider, cap_microusd=5_000_000)
        self.ledger, self._runs, self._database = self.services.ledger, 0, folder / "ledger.sqlite"

    async def buy(self, wish=clip, *, patience_s=AMPLE_S, submit_s=AMPLE_S, free_s=AMPLE_S):
        for name, seconds in (("submit_s", submit_s), ("free_s", free_s)):
            object.__setattr__(self.provider._transport, name, seconds)
        self._runs += 1
        run = film.run_of(self.services, film.declare(self.services, f"run {self._runs}"), patience_s=patience_s)
        attempt = film.attempt_of(self.services, wish, self.account)
        return await generate(run, attempt, wish.shot, "clip", "draft", ())

    async def fails(self, kind, wish=clip, **given):
        with pytest.raises(kind) as raised:
            await self.buy(wish, **given)
        assert type(raised.value) is kind
        return str(raised.value)

    @property
    def row(self):
        """The newest attempt, past our own code."""
        with contextlib.closing(DRIVER.connect(self._database)) as database:
            database.row_factory = DRIVER.Row
            return database.execute("select * from attempts order by id desc limit 1").fetchone()

    @property
    def released(self):
        """The provider's words under which holds were given back."""
        with contextlib.closing(DRIVER.connect(self._database)) as database:
            return [words for (words,) in database.execute("select raw from attempts where state = 'released'")]

    @property
    def jobs(self):
        return self.server.bill.jobs(self.account)

    @property
    def billed(self):
        return sum(job.microusd for job in self.jobs)

    @property
    def posts(self):
        return self.server.bill.posts(self.account)

    def booked(self):
        balance = self.ledger.balance("scene:SC010")
        assert self.ledger.audit() == []
        return balance.held, balance.settled

    def is_booked(self, take, microusd):
        assert self.booked() == (0, microusd)
        assert (self.row["cost"], self.row["assumed"]) == (microusd, 0)
        assert '"state":"done"' in self.row["raw"]
        assert self.ledger.take(take.generation_key).asset == take.asset


@pytest.fixture
def bench_of(server, prices, tmp_path, monkeypatch):
    monkeypatch.setattr(submit, "_PAUSE_S", 0.01)
    made = []

    def make(kind="neither", **given):
        made.append(Bench(tmp_path, server, prices, kind, **given))
        return made[-1]

    yield make
    for bench in made:
        bench.ledger.close()
