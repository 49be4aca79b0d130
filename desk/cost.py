"""gate cost: what a scene has cost, what is held, and what is left."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.options import film_option, json_option, money, open_film, print_json

if TYPE_CHECKING:
    from governor.purchase import CostRow


@click.command()
@click.argument("scene")
@film_option
@json_option
def cost(scene: str, film: Path | None, as_json: bool) -> None:
    """What SCENE has cost, by shot, stage and tier."""
    from manifests.money import format_usd

    services = open_film(film, scopes=[f"scene:{scene}"])
    balance = services.ledger.balance(f"scene:{scene}")
    cap = balance.cap if balance.cap is not None else services.folder.film.budget.scene_usd
    left = max(0, cap - balance.settled - balance.held)
    rows = services.ledger.costs(scene)
    if as_json:
        totals = {**money("settled", balance.settled), **money("held", balance.held)}
        print_json(
            {"scene": scene, **totals, **money("cap", cap), **money("left", left), "rows": [_row(r) for r in rows]}
        )
        return
    for row in rows:
        click.echo(f"  {row.shot:<13}{row.stage:<10}{row.tier:<7}{row.takes:>2} takes  ${format_usd(row.settled):>8}")
    spent = f"spent ${format_usd(balance.settled)}, held ${format_usd(balance.held)}"
    click.echo(f"{spent}, left ${format_usd(left)} of ${format_usd(cap)}")


def _row(row: CostRow) -> dict[str, object]:
    named = {"shot": row.shot, "stage": row.stage, "tier": row.tier, "takes": row.takes}
    return {**named, **money("settled", row.settled), **money("held", row.held)}
