"""gate lock: approve the pictures in assets/ as the ones that stay."""

from __future__ import annotations

from pathlib import Path

import click

from desk.asking import confirm, decides
from desk.options import film_option, json_option, open_film, print_json


@click.command()
@film_option
@decides
@json_option
def lock(film: Path | None, as_json: bool) -> None:
    """Write lock.yaml from the pictures in assets/, under your name. Look at them first: every shot will be held to them."""
    from wiring.locking import lock_assets

    services = open_film(film)
    confirm("Approve the pictures in assets/ as the ones that every shot is held to?")
    locked = lock_assets(services, services.settings.who)
    if as_json:
        print_json(
            {
                "added": locked.added,
                "changed": locked.changed,
                "retired": locked.retired,
                "missing": locked.missing,
                "sent_back": locked.sent_back,
            }
        )
        return
    for word in ("added", "changed", "retired", "missing"):
        for name in getattr(locked, word):
            click.echo(f"  {word:<9}{name}")
    for name, cure in locked.sent_back.items():
        click.echo(f"  left out {name}: it was sent back, and no other lies there yet. {cure}")
    click.echo(
        f"Locked by {services.settings.who}: {len(locked.added)} added, {len(locked.changed)} changed, {len(locked.missing)} missing."
    )
