"""The calls that a person may give up: each open call, once its provider was asked and it could not be collected."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from desk.cli import board
from desk.cli.options import retyped
from manifests.names import scene_of_shot

if TYPE_CHECKING:
    from manifests.take import Take
    from production.purchasing.in_flight import CheckedCall
    from wiring.services import Services

_MADE_S = 3600.0
"""How long, in seconds, a job that is being made is not given up: a run waits as long for it."""


def to_decide(services: Services, shot: str) -> list[Take]:
    """The open calls of the shot that a person may close now. Their providers are asked first, which is free.

    Raises ClickException where none is left: nothing is open, a run works on it, it was collected, or is still being
    made.
    """
    takes = [take for take in services.ledger.marks_open(scene_of_shot(shot)) if take.shot == shot]
    if not takes:
        raise click.ClickException(f"{shot} has no open call. See the open ones: gate status {scene_of_shot(shot)}")
    left = [take for take in takes if take.state == "in_doubt"]
    if unasked := [take for take in takes if take.state != "in_doubt"]:
        services.telemetry.listen(board.show)
        for found in asyncio.run(_asked(services, unasked)):
            click.echo(f"  {shot} {found.was.stage}: {retyped(found.words)}", err=True)
            if found.open:
                _refuse_too_early(services, found)
                left.append(found.now)
    if not left:
        raise click.ClickException(f"Nothing of {shot} is left to give up: it was closed just now.")
    return left


def tell_uncollected(services: Services, found: Sequence[CheckedCall]) -> None:
    """Name each call that is with its provider and cannot be collected: the shot, the cause, and what to do."""
    from manifests.money import format_usd
    from production.purchasing import uncollected

    for each in found:
        take, give_up = each.now, f'gate reconcile --write-off {each.now.shot} --reason "..."'
        held = format_usd(take.held_microusd)
        why = uncollected.why(services.ledger, take) or f"{each.words} Or give it up: {give_up}"
        why = retyped(why, scene=scene_of_shot(take.shot))
        click.echo(f"\nNot collected: {take.shot} {take.stage} at {take.provider}, ${held} held: {why}")


async def _asked(services: Services, takes: Sequence[Take]) -> list[CheckedCall]:
    from production.purchasing.in_flight import look_at

    return await asyncio.gather(*(look_at(services, take) for take in takes))


def _refuse_too_early(services: Services, found: CheckedCall) -> None:
    take = found.now
    if found.kind == "busy":
        cure = f"End that run first (gate stop), or wait for it: gate status {scene_of_shot(take.shot)}"
        raise click.ClickException(f"{take.shot} {take.stage}: a run works on it now. {cure}")
    sent = services.ledger.was_sent_at(take.generation_key)
    until = datetime.fromisoformat(sent) + timedelta(seconds=_MADE_S) if sent else services.ledger.now()
    if found.kind == "made" and services.ledger.now() < until:
        cause = f"it is being made, and can be given up from {until:%H:%M} UTC on"
        raise click.ClickException(
            f"{take.shot} {take.stage}: {cause}. Collect it: gate resume {scene_of_shot(take.shot)}"
        )
