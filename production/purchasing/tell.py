"""Tells people what they asked to be told: a cap is nearly reached or reached, a credit has ended, an approval is
waited for, or has lapsed.

At night it tells nothing: the morning's one message does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from governor.errors import BudgetRefused, CreditShort
from governor.purchase import Balance
from manifests.decision import Binding
from manifests.notify import Message
from production.messages import messages
from production.messages.notifying import announce, deliver_due
from production.purchasing.run import Run
from providers.errors import KeyLimit, NoCredit

_NEAR_PERCENT = 80
_WATCHED = ("film", "scene", "key")
"""Kinds of caps that are watched as they fill; any other is told of when it refuses something."""


async def tell_what_is_due(run: Run) -> None:
    """What earlier runs have left to be told, such as a reminder in the morning."""
    if run.terms.night is None:
        await asyncio.to_thread(deliver_due, run.services)


async def tell_of_refusal(run: Run, error: Exception) -> None:
    """A refusal that ends a stretch of work for want of money."""
    if isinstance(error, BudgetRefused):
        kind, _, name = error.thing.removeprefix("the ").partition(" ")
        await _tell(
            run, [messages.cap_reached(run.services, run.services.ledger.balance(f"{kind}:{name}"), 100, error.cause)]
        )
    elif isinstance(error, KeyLimit | NoCredit | CreditShort):
        named = next(
            (name for name, met in run.spending.dry.items() if met is error), error.thing.removeprefix("the key ")
        )
        await _tell(run, [messages.credit_stop(run.services, run.scene.id, named, str(error))])


async def tell_of_caps(run: Run) -> None:
    """Every watched cap of the run that has come to 80 or 100 %. Each level of each cap is told once."""
    if run.terms.night is None and run.services.folder.film.notify.money:
        full = [(b, _percent(b)) for b in run.services.ledger.balances() if _concerns(run, b)]
        await _tell(run, [messages.cap_reached(run.services, b, level) for b, level in full if level])


async def tell_of_waiting(run: Run, missing: Mapping[str, Binding], lapsed: Mapping[str, Sequence[str]]) -> None:
    """Finals wait for an approval, and of some of them one has lapsed."""
    if missing:
        scene, gone = run.scene.id, {shot: lapsed[shot] for shot in missing if shot in lapsed}
        told = [messages.lapsed(run.services, scene, gone, missing)] if gone else []
        await _tell(run, told or [messages.waiting(run.services, scene, missing)])


async def _tell(run: Run, told: Sequence[Message]) -> None:
    if run.terms.night is None and told and run.services.folder.film.notify.names():
        for message in told:
            announce(run.services, message)
        await asyncio.to_thread(deliver_due, run.services)


def _percent(balance: Balance) -> int:
    used, cap = balance.settled + balance.held, balance.cap or 0
    if not cap or used * 100 < cap * _NEAR_PERCENT:
        return 0
    return 100 if used >= cap else _NEAR_PERCENT


def _concerns(run: Run, balance: Balance) -> bool:
    kind, _, name = balance.scope.partition(":")
    return kind in _WATCHED and (kind != "scene" or name == run.scene.id)
