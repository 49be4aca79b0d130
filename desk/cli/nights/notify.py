"""gate notify: who is told when a person is needed, whether that works, and what waits to be sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import film_option, json_option, open_film, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from production.messages.notifying import Address, DeliveryResult
    from wiring.services import Services


@click.command()
@film_option
@click.option("--test", is_flag=True, help="Send a test message to every address.")
@json_option
def notify(film: Path | None, test: bool, as_json: bool) -> int:
    """Show whom film.yaml's `notify` names and where each address is found, and send the messages that are due.

    A run sends its messages itself; use this, by cron, where nothing else runs in the morning. Addresses are never
    printed.
    """
    from production.messages import notifying, outbox

    services = open_film(film)
    known = notifying.addresses(services)
    told = notifying.test(services, [each.name for each in known]) if test else notifying.deliver_due(services)
    waits = [
        letter.message
        for letter in outbox.read(services).values()
        if letter.open_at(services.folder.film.notify.told(letter.message))
    ]
    if as_json:
        print_json(
            {
                "addresses": [
                    {"name": a.name, "variable": a.variable, "found": bool(a.where), "where": a.where} for a in known
                ],
                "sent": [{"name": t.name, "event": t.event, "title": t.title, "ok": t.ok, "why": t.why} for t in told],
                "waiting": [{"event": m.event, "title": m.title, "due": m.due} for m in waits],
            }
        )
    else:
        _show(services, known, told)
        for message in waits:
            click.echo(f"  waits: {message.title} (from {message.due[:16].replace('T', ' ')} UTC)")
    return 0 if all(one.ok for one in told) else 1


def _show(services: Services, known: Sequence[Address], told: Sequence[DeliveryResult]) -> None:
    config = services.folder.film.notify
    if not known:
        click.echo("film.yaml names nobody under `notify`, so nobody is told anything (docs/night.md).")
        return
    for address in known:
        groups = ", ".join(group for group in ("approval", "digest", "money") if address.name in getattr(config, group))
        where = address.where or f"no address: set {address.variable}, or write it into the file that GATE_KEYS names"
        click.echo(f"  {address.name:<14}{groups:<26}{where}")
    if config.quiet:
        click.echo(
            f"  quiet from {config.quiet.replace('-', ' to ')} {config.zone}; a night's digest comes when its "
            f"window ends"
        )
    for one in told:
        click.echo(f"  {'✓' if one.ok else '✕'} {one.name}: {one.title if one.ok else one.why}")
