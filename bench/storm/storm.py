"""The kill storm: a ten-clip scene, four processes, SIGKILL at any moment, and a provider that loses answers.

    python -m bench.storm.storm --runs 20                               the loopback provider's three classes, in turn
    python -m bench.storm.storm --runs 20 --providers openrouter,fal    twenty of each, the real adapters at a rehearsal
    python -m bench.storm.storm --runs 20 --providers all --surprises   the same, with bills above their holds

Each run has a ledger, a cap and an account of its own. Workers of one run share its epoch and race for the same shots.
A worker that dies is begun again under the same epoch, as a step that is run again; now and then all of them die and a
new run takes a new epoch, as `gate resume` does after a crash; and sometimes one of the old ones lives on then, an
orphan that must buy nothing more. In the end a clean process asks about everything that is open, and about late bills.
Progress goes to standard error, and to standard output a line of JSON: one, or one a provider. Ends with 1 where a
promise was broken.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import os
import pickle
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from bench.storm import film, report, seller, worker
from bench.storm.crew import Crew, leave
from bench.storm.live import house, live
from bench.storm.report import Reckoning
from bench.storm.seller import BLIND, LAG_S, WAYS, Seller
from bench.storm.worker import Order
from governor.ledger import Ledger
from governor.purchase import Epoch
from manifests.take import Take
from production.purchasing.reconcile import reconcile
from rehearsal.faults import AccountTerms, Fault, Script
from wiring.services import Services

RUNS_AT_ONCE = 4
_RUN_S_MAX = 120.0
ODDS = {
    "lost": 0.015,
    "502": 0.015,
    "reset": 0.015,
    "truncated": 0.01,
    "reset_free": 0.01,
    "500_free": 0.01,
    "429": 0.01,
}


FAULTS = (
    Fault(fault="lost_response", chance=0.03),
    Fault(fault="lost_response", chance=0.02, how="held"),
    Fault(fault="server_error_after_accept", chance=0.03),
    Fault(fault="server_error_free", chance=0.03),
    Fault(fault="rate_limited", chance=0.03),
    Fault(fault="failed", chance=0.05),
    Fault(fault="poll_5xx", chance=0.05),
    Fault(fault="unknown_status", chance=0.05),
    Fault(fault="late_bill", chance=0.1),
)
"""The faults that hit a real adapter, beside kills."""

SURPRISE = Fault(fault="bill_percent", chance=0.1, percent=200)
_LOADED_LATE = ("alembic.command", "anyio._backends._asyncio")
"""What the ledger and the client load when they first need it: here once, and not in each of hundreds of processes."""

_LATE_LOOKS = 6
"""A bill that comes late is told after some polls; each look is one."""


def main(words: list[str] | None = None) -> int:
    """Run the storm."""
    parser = argparse.ArgumentParser(
        description="Kill the paid step at every moment and compare the ledger with the bill."
    )
    parser.add_argument("--runs", type=int, default=20, help="in all; with --providers, of each")
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--providers", default="", help=f"real adapters at a rehearsal: all, or of {', '.join(WAYS)}")
    parser.add_argument(
        "--surprises", action="store_true", help="some bills are twice the price, where they can be seen"
    )
    given = parser.parse_args(words)
    for module in _LOADED_LATE:
        importlib.import_module(module)
    began, named = time.monotonic(), tuple(filter(None, given.providers.split(",")))
    names = tuple(WAYS) if named == ("all",) else named
    if unknown := sorted(set(names) - set(WAYS)):
        parser.error(f"{', '.join(unknown)} makes no clips; there are {', '.join(WAYS)}")
    if given.surprises:
        names = tuple(name for name in names if name not in BLIND)
    count = given.runs * max(1, len(names))
    with tempfile.TemporaryDirectory(prefix="storm-") as name, _open(Path(name), names, count, given) as sellers:
        turns = [sellers[number % len(sellers)] for number in range(count)]
        runs = _all_runs(Path(name), turns, given.seed, surprises=given.surprises)
    wrong = report.broken(runs)
    for words_ in wrong:
        _say(f"BROKEN: {words_}")
    _say(f"{len(runs)} runs in {time.monotonic() - began:.0f} s")
    for kind in names:
        print(json.dumps({"provider": kind, "way": WAYS[kind], **report.summary([r for r in runs if r.kind == kind])}))
    if not names:
        print(json.dumps(report.summary(runs)))
    return 1 if wrong else 0


@contextmanager
def _open(folder: Path, names: tuple[str, ...], runs: int, given: argparse.Namespace) -> Iterator[tuple[Seller, ...]]:
    """The provider under test, at a server in a process of its own."""
    if not names:
        with live(folder) as provider:
            provider.tell(
                second_microusd=film.SECOND_MICROUSD,
                image_microusd=film.IMAGE_MICROUSD,
                percent=(90, film.BOUND_PERCENT),
                accept_s=0.02,
                job_s=0.25,
                lag_s=LAG_S / 2,
                odds=ODDS,
                seed=given.seed,
            )
            yield seller.loopbacks(folder, provider.url)
        return
    accounts = tuple(
        AccountTerms(key=seller.key_of(_account(name, given.seed, n))) for n in range(runs + 1) for name in names
    )
    faults = (*FAULTS, SURPRISE) if given.surprises else FAULTS
    script = Script(seed=given.seed, job_s=0.25, pictures="plain", accounts=accounts, faults=faults)
    with house(folder, script) as url:
        yield seller.rehearsed(folder, url, names)


def _account(kind: str, seed: int, number: int) -> str:
    return f"{kind}-{seed}-{number}"


def _all_runs(folder: Path, turns: list[Seller], seed: int, *, surprises: bool) -> list[Reckoning]:
    """Some runs at a time, each in a process of its own: they wait more than they work."""
    _first_film(folder, turns[0], seed)
    waiting = list(enumerate(turns, 1))
    busy: dict[int, int] = {}
    try:
        while waiting or busy:
            while waiting and len(busy) < RUNS_AT_ONCE:
                number, whose = waiting.pop(0)
                sys.stdout.flush()
                if (process := os.fork()) == 0:
                    leave(partial(_one_run, folder, whose, number, seed, surprises=surprises))
                busy[process] = number
            process, status = os.wait()
            number = busy.pop(process)
            if status:
                raise RuntimeError(f"run {number} ended with {status}")
            _say(_line(number, _reckoning(folder, number)))
    finally:
        for process in busy:
            os.kill(process, signal.SIGTERM)  # its own workers end with it
    return [_reckoning(folder, number) for number in range(1, len(turns) + 1)]


def _first_film(folder: Path, whose: Seller, seed: int) -> None:
    """A clip bought in this process: what it loads and compiles, hundreds of forked ones then have from the start."""
    home = folder / "first"
    home.mkdir()
    wishes = whose.wishes(Random(seed))[:1]
    order = Order(home, whose, _account(whose.kind, seed, 0), 2 * wishes[0].bound_microusd, wishes, Epoch("", 0, ""))
    worker.work(replace(order, epoch=_claimed(order, 1)), Random(seed))


def _one_run(folder: Path, whose: Seller, number: int, seed: int, *, surprises: bool) -> int:
    """One film from nothing to a full cap, whichever process dies on the way; its reckoning goes into a file."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    chance, home = Random(f"{seed} {number}"), folder / f"run-{number}"
    home.mkdir()
    wishes = whose.wishes(chance)
    cap = sum(wish.bound_microusd for wish in wishes if wish.stage == "clip") * chance.randint(60, 70) // 100
    order = Order(home, whose, _account(whose.kind, seed, number), cap, wishes, epoch=Epoch(film.SCENE, 0, ""))
    order = replace(order, epoch=_claimed(order, 1))
    crew = _storm(order, chance)
    services = _settled(order)
    reckoning = report.reckon(
        services.ledger,
        whose.bills(home, order.account, services.ledger),
        kind=whose.kind,
        cap=cap,
        kills=crew.kills,
        fenced=crew.fenced,
        tells=whose.tells,
        surprises=surprises,
        kept=partial(_kept, services),
    )
    (home / "reckoning").write_bytes(pickle.dumps(reckoning))
    return 0


def _settled(order: Order) -> Services:
    """A clean process's services, after it has asked about everything that is open, and about bills that came late."""
    provider = order.seller.patient(order.folder, order.account)
    services = film.services_of(order.folder, order.seller.prices, provider, cap_microusd=order.cap_microusd)
    for _ in range(_LATE_LOOKS):
        asyncio.run(reconcile(services, film.SCENE))
        if not order.seller.tells or not _assumed(services.ledger):
            break
    return services


def _assumed(ledger: Ledger) -> bool:
    return any(line.assumed for line in ledger.log(film.SCENE))


def _kept(services: Services, take: Take) -> bool:
    """Whether what was bought is in the vault, whole."""
    return take.asset is not None and services.artefact_path(take.asset).stat().st_size == take.asset.size_bytes


def _storm(order: Order, chance: Random) -> Crew:
    """Kill and begin again until everything is bought that fits; returns the crew, all of it ended."""
    crew = Crew(order, chance)
    try:
        _weather(crew, time.monotonic() + _RUN_S_MAX)
    finally:
        for process in crew.alive:
            crew.kill(process)
    return crew


def _weather(crew: Crew, until: float) -> None:
    order, chance, runs = crew.order, crew.chance, 1
    blows, next_at = chance.randint(2, 4), time.monotonic() + chance.uniform(0.1, 1.0)
    crew.fill()
    while True:
        if time.monotonic() > until:
            raise RuntimeError(f"{order.account} has not come to an end: {_still_open(order)}")
        time.sleep(0.005)
        if crew.reap():
            crew.fill()
        if not crew.alive:
            if not _left(order):
                return
            crew.fill()
        if blows and time.monotonic() > next_at:
            blows, next_at = blows - 1, time.monotonic() + chance.uniform(0.1, 1.0)
            newest = [process for process, new in crew.alive.items() if new]
            if newest and chance.random() < 0.5:
                crew.kill(chance.choice(newest))
            elif newest:
                runs += 1
                _crash(crew, newest, runs)


def _crash(crew: Crew, newest: list[int], runs: int) -> None:
    """The run dies, all of it or all but an orphan, and the next one takes the scene over."""
    orphans = newest[:1] if crew.chance.random() < 0.5 else []
    for process in newest:
        crew.alive[process] = False
        if process not in orphans:
            crew.kill(process)
    crew.order = replace(crew.order, epoch=_claimed(crew.order, runs))
    crew.fill()


def _claimed(order: Order, run: int) -> Epoch:
    """A new run's claim. The ledger is closed again before anything is forked: its locks must not be inherited."""
    services = worker.services_for(order)
    try:
        return film.declare(services, f"run {run}")
    finally:
        services.ledger.close()


def _left(order: Order) -> bool:
    ledger = worker.services_for(order).ledger
    try:
        return bool(worker.open_takes(ledger, order.seller))
    finally:
        ledger.close()


def _still_open(order: Order) -> str:
    lines = worker.services_for(order).ledger.log(film.SCENE)
    return "; ".join(f"{line.shot} {line.state} {line.job_id}: {line.raw}" for line in lines if line.still_held)


def _reckoning(folder: Path, number: int) -> Reckoning:
    found = pickle.loads((folder / f"run-{number}" / "reckoning").read_bytes())
    assert isinstance(found, Reckoning)
    return found


def _line(number: int, run: Reckoning) -> str:
    above = f", ${run.above / 1e6:.2f} above its holds" if run.above else ""
    doubts = f"; in doubt: {', '.join(run.doubts)}" if run.doubts else ""
    return (
        f"run {number:>3} {run.kind:<10} {run.kills:>2} kills, {run.fenced} orphans fenced, {run.jobs_billed} jobs, "
        f"{run.billed / run.cap:.1%} of ${run.cap / 1e6:.2f}{above}{doubts}"
    )


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
