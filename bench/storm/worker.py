"""One worker of the storm: buys what the scene still wants through the real paid step,
and may die at any of its steps.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from bench.storm import film
from bench.storm.film import SCENE, Wish
from bench.storm.seller import Seller
from governor.errors import AlreadyBought, BudgetRefused, Fenced, ProviderBusy, StillOpen, Stopped, WrongState
from governor.ledger import Ledger
from governor.purchase import Epoch
from manifests.take import Take
from production.journey.errors import GenerationFailed, InDoubt, InHand, Uncollected
from production.purchasing.generate import generate
from production.purchasing.run import Run
from providers.errors import RateLimited, Unavailable
from providers.over_http.transport import Reply, Transport
from wiring.services import Services

DONE, FENCED = 0, 3
_WIRE_S = 0.12
"""A call is on the wire about this long, so that a kill comes before,
in and after the moment at which it is accepted.
"""

_LATER = (StillOpen, ProviderBusy, AlreadyBought, WrongState, InDoubt, Uncollected, InHand, RateLimited, Unavailable)


@dataclass(frozen=True, slots=True)
class Order:
    """The task of one worker.
    `account`: this film's own, also in its words, so that no other film has its generation keys.
    """

    folder: Path
    seller: Seller
    account: str
    cap_microusd: int
    wishes: tuple[Wish, ...]
    epoch: Epoch
    death: float = 0.0


class Fate:
    """Kills this process, without warning, with the odds `death` at each step that it is asked at."""

    def __init__(self, chance: Random, death: float) -> None:
        self._chance, self._death = chance, death

    def step(self) -> None:
        """Go on, or not."""
        if self._chance.random() < self._death:
            _die()

    def wire(self) -> None:
        """The same for a call that is about to be on the wire."""
        if self._chance.random() < self._death:
            asyncio.get_running_loop().call_later(self._chance.uniform(0, _WIRE_S), _die)


def work(order: Order, chance: Random) -> int:
    """Work until nothing more can be bought; returns DONE, or FENCED where a newer run has taken the scene over."""
    fate = Fate(chance, order.death)
    services = services_for(order, fate)
    return asyncio.run(_until_done(film.run_of(services, order.epoch), order, chance))


def services_for(order: Order, fate: Fate | None = None) -> Services:
    """This process's services.
    With a fate, the ledger and the client are real, and end the process at their own steps.
    """
    ledger: type[Ledger] = _mortal(Ledger, fate, *_STEPS) if fate else Ledger
    client: type[Transport] = _mortal_client(fate) if fate else Transport
    provider = order.seller.provider(order.folder, order.account, client)
    return film.services_of(order.folder, order.seller.prices, provider, ledger=ledger, cap_microusd=order.cap_microusd)


_STEPS = ("hold", "_mark_sent", "submitted", "settle", "release", "doubt")


def _mortal(ledger: type[Ledger], fate: Fate, *steps: str) -> type[Ledger]:
    """The ledger, with a moment to die before and after each of its steps."""

    def between(step: Callable[..., Any]) -> Callable[..., Any]:
        def taken(self: Ledger, *given: Any, **named: Any) -> Any:
            fate.step()
            result = step(self, *given, **named)
            fate.step()
            return result

        return taken

    return type("MortalLedger", (ledger,), {name: between(getattr(ledger, name)) for name in steps})


def _mortal_client(fate: Fate) -> type[Transport]:
    class MortalTransport(Transport):
        async def submit(self, path: str, body: Mapping[str, Any], **options: Any) -> Reply:
            fate.step()
            fate.wire()
            reply = await super().submit(path, body, **options)
            fate.step()
            return reply

    return MortalTransport


async def _until_done(run: Run, order: Order, chance: Random) -> int:
    while True:
        try:
            bought = await _pass(run, order, chance)
        except Fenced:
            return FENCED
        if not bought and not open_takes(run.services.ledger, order.seller):
            return DONE
        await asyncio.sleep(chance.uniform(0.02, 0.08))


async def _pass(run: Run, order: Order, chance: Random) -> int:
    """Try every wish once; returns how many were bought. What did not fit spares asking for anything dearer."""
    bought, refused = 0, order.cap_microusd + 1
    takes = {(t.shot, t.stage, t.attempt, t.order.resolution): t for t in run.services.ledger.takes(scene=SCENE)}
    standing = {w: takes.get((w.shot, w.stage, w.number, w.resolution)) for w in _in_order(order.wishes, chance)}
    # Calls that a dead worker left open are collected before anything new is bought.
    for wish, take in sorted(standing.items(), key=lambda each: each[1] is None or each[1].state == "settled"):
        if take and (take.state == "settled" or _stays(take, order.seller)):
            continue
        if take is None and wish.bound_microusd >= refused:
            continue
        attempt = film.attempt_of(run.services, wish, order.account)
        try:
            await generate(run, attempt, wish.shot, wish.stage, "draft", ())
        except BudgetRefused:
            refused = min(refused, wish.bound_microusd)
        except Stopped:  # a bill above its hold: open calls are collected, and nothing more is bought
            refused = 0
        except GenerationFailed:
            bought += 1
        except _LATER:
            continue
        else:
            bought += 1
    return bought


def open_takes(ledger: Ledger, seller: Seller) -> list[Take]:
    """The calls that some worker must still collect."""
    return [take for take in ledger.marks_open(SCENE) if not _stays(take, seller)]


def _stays(take: Take, seller: Seller) -> bool:
    """Whether it is in doubt for good: its job has no name, and its provider tells nothing."""
    return seller.way == "neither" and take.state == "in_doubt" and take.job_id is None


def _in_order(wishes: tuple[Wish, ...], chance: Random) -> list[Wish]:
    """Clips in any order, then pictures from dear to cheap, so that the last of them fill the cap."""
    shuffled = chance.sample(wishes, len(wishes))
    return sorted(
        shuffled, key=lambda wish: (wish.stage != "clip", -wish.bound_microusd if wish.stage != "clip" else 0)
    )


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
