"""The kill storm: a ten-clip scene, four processes, SIGKILL at any moment, and a provider that loses answers.

    python -m bench.storm.storm --runs 20

Each run has a ledger, a cap and an account of its own; the classes of provider take turns. Workers of one run share its epoch
and race for the same shots. A worker that dies is begun again under the same epoch, as a step that is run again; now and then
all of them die and a new run takes a new epoch, as `gate resume` does after a crash; and sometimes one of the old ones lives on
then, an orphan that must buy nothing more. Progress goes to standard error; the last line of standard output is JSON. Ends with
1 where a promise was broken.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from random import Random

from bench.storm import film, report, worker
from bench.storm.adapter import CLASSES
from bench.storm.bill import TrueBill
from bench.storm.film import Wish
from bench.storm.live import live
from bench.storm.report import Reckoning
from bench.storm.worker import Order
from governor.prices import PriceBook
from governor.purchase import Epoch
from manifests.film import Resolution

WORKERS = 4
RUNS_AT_ONCE = 4
DEATH = 0.004
"""The odds of dying at each step of the ledger or of the client; a take has about ten."""

DEATHS_MAX = 6
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


@dataclass
class Crew:
    """The living workers of one run: process id → whether it belongs to the newest epoch."""

    order: Order
    chance: Random
    alive: dict[int, bool] = field(default_factory=dict)
    kills: int = 0
    fenced: int = 0

    def fill(self) -> None:
        """Begin as many workers as are missing. A process may die at its own steps until there were enough deaths."""
        order = replace(self.order, death=DEATH if self.kills < DEATHS_MAX else 0.0)
        while sum(self.alive.values()) < WORKERS:
            self.alive[_forked(order, self.chance.randrange(1 << 30))] = True

    def kill(self, process: int) -> None:
        """Without warning. It is counted when it is found dead."""
        os.kill(process, signal.SIGKILL)

    def reap(self) -> bool:
        """Bury the dead; returns whether one of the newest epoch died before its work was done."""
        missing = False
        for process, newest in list(self.alive.items()):
            found, status = os.waitpid(process, os.WNOHANG)
            if not found:
                continue
            del self.alive[process]
            if os.WIFSIGNALED(status):
                self.kills += 1
                missing |= newest
            elif os.WEXITSTATUS(status) == worker.FENCED:
                self.fenced += 1
            elif os.WEXITSTATUS(status) != worker.DONE:
                raise RuntimeError(f"a worker ended with {os.WEXITSTATUS(status)}")
        return missing


def main(words: list[str] | None = None) -> int:
    """Run the storm."""
    parser = argparse.ArgumentParser(
        description="Kill the paid step at every moment and compare the books with the bill."
    )
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=20261121)
    given = parser.parse_args(words)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="storm-") as name, live(Path(name)) as provider:
        low, high = 90, film.BOUND_PERCENT
        provider.tell(
            second_microusd=film.SECOND_MICROUSD, image_microusd=film.IMAGE_MICROUSD, percent=(low, high), accept_s=0.02,
            job_s=0.25, lag_s=worker.LAG_S / 2, odds=ODDS, seed=given.seed,
        )  # fmt: skip
        runs = _all_runs(Path(name), provider.url, given.runs, given.seed)
    wrong = report.broken(runs)
    for words_ in wrong:
        _say(f"BROKEN: {words_}")
    _say(f"{len(runs)} runs in {time.monotonic() - began:.0f} s")
    print(json.dumps(report.summary(runs)))
    return 1 if wrong else 0


def _all_runs(folder: Path, url: str, runs: int, seed: int) -> list[Reckoning]:
    """Some runs at a time, each in a process of its own: they wait more than they work."""
    prices, waiting = film.price_book(folder), list(range(1, runs + 1))
    busy: dict[int, int] = {}
    try:
        while waiting or busy:
            while waiting and len(busy) < RUNS_AT_ONCE:
                number = waiting.pop(0)
                sys.stdout.flush()
                if (process := os.fork()) == 0:
                    _leave(partial(_one_run, folder, url, prices, number, seed))
                busy[process] = number
            process, status = os.wait()
            number = busy.pop(process)
            if status:
                raise RuntimeError(f"run {number} ended with {status}")
            _say(_line(number, _reckoning(folder, number)))
    finally:
        for process in busy:
            os.kill(process, signal.SIGTERM)  # its own workers end with it
    return [_reckoning(folder, number) for number in range(1, runs + 1)]


def _one_run(folder: Path, url: str, prices: PriceBook, number: int, seed: int) -> int:
    """One film from nothing to a full cap, whoever dies on the way; its reckoning goes into a file."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    chance, kind = Random(f"{seed} {number}"), list(CLASSES)[(number - 1) % len(CLASSES)]
    home = folder / f"run-{number}"
    home.mkdir()
    wishes = wishes_of(chance)
    cap = sum(wish.bound_microusd for wish in wishes if wish.stage == "clip") * chance.randint(60, 70) // 100
    order = Order(
        home, kind, url, f"{kind}-{seed}-{number}", cap, wishes, prices, epoch=_claimed(home, kind, prices, cap, 1)
    )
    crew = _storm(order, chance)
    ledger, bill = worker.services_for(order).ledger, TrueBill(folder / "bill.sqlite")
    reckoning = report.reckon(
        ledger, bill.jobs(order.account), kind=kind, cap=cap, kills=crew.kills, fenced=crew.fenced
    )
    (home / "reckoning").write_bytes(pickle.dumps(reckoning))
    return 0


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
            raise RuntimeError(f"{order.account} has not come to an end")
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
    order = crew.order
    crew.order = replace(order, epoch=_claimed(order.folder, order.kind, order.prices, order.cap_microusd, runs))
    crew.fill()


def wishes_of(chance: Random) -> tuple[Wish, ...]:
    """More than the cap allows: takes of ten clips, and pictures from dear to cheap to fill it with.

    A clip in doubt keeps its shot's other clips from being sent, so the pictures alone are worth a cap.
    """
    shots, takes = [shot.id for shot in film.scene_of().shots], (1, 2, 3, 4)
    sizes: tuple[Resolution, ...] = ("1080p", "720p", "480p")
    seconds = {shot: chance.randint(2, 5) for shot in shots}
    clips = (Wish(shot, "clip", number, "480p", seconds[shot]) for shot in shots for number in takes)
    return (*clips, *(Wish(shot, "panel", number, size) for shot in shots for size in sizes for number in takes))


def _claimed(folder: Path, kind: str, prices: PriceBook, cap: int, run: int) -> Epoch:
    """A new run's claim. The ledger is closed again before anything is forked: its locks must not be inherited."""
    provider = film.provider_of(kind, "http://127.0.0.1", "nobody", submit_s=1, free_s=1, lag_s=0)
    services = film.services_of(folder, kind, prices, provider, cap_microusd=cap)
    try:
        return film.declare(services, f"run {run}")
    finally:
        services.ledger.close()


def _left(order: Order) -> bool:
    ledger = worker.services_for(order).ledger
    try:
        return bool(worker.open_takes(ledger, order.kind))
    finally:
        ledger.close()


def _forked(order: Order, seed: int) -> int:
    process = os.fork()
    if process == 0:
        _leave(partial(worker.work, order, Random(seed)))
    return process


def _leave(what: Callable[[], int]) -> None:
    """Do it in this child, and never return to the parent's code."""
    code = 70
    try:
        code = what()
    except BaseException:  # noqa: BLE001  a child that went on would run the parent's code
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(code)


def _reckoning(folder: Path, number: int) -> Reckoning:
    found = pickle.loads((folder / f"run-{number}" / "reckoning").read_bytes())
    assert isinstance(found, Reckoning)
    return found


def _line(number: int, run: Reckoning) -> str:
    doubts = f"; in doubt: {', '.join(run.doubts)}" if run.doubts else ""
    return (
        f"run {number:>3} {run.kind:<7} {run.kills:>2} kills, {run.fenced} orphans fenced, {run.jobs_billed} jobs, "
        f"{run.billed / run.cap:.1%} of ${run.cap / 1e6:.2f}{doubts}"
    )


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
