"""gate cost: a scene's costs, the held amounts, the rest under the caps, and whether the estimates were right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import film_option, json_option, money, print_json, read_film

if TYPE_CHECKING:
    from fractions import Fraction

    from governor.prices.estimates import Estimate
    from governor.purchase import CostRow


@click.command()
@click.argument("scene")
@film_option
@json_option
def cost(scene: str, film: Path | None, as_json: bool) -> None:
    """Show what SCENE has cost, by shot, stage and tier, and how the bills compare with the estimates."""
    from desk.cli.other_tools import other_tools_facts, other_tools_line
    from governor.prices.estimates import compare
    from manifests.money import format_usd

    services = read_film(film, scopes=[f"scene:{scene}"])
    balance = services.ledger.balance(f"scene:{scene}")
    cap = balance.cap if balance.cap is not None else services.folder.film.budget.scene_usd
    left = max(0, cap - balance.settled - balance.held)
    rows = services.ledger.costs(scene)
    estimates = compare(services.ledger.bills(scene))
    if as_json:
        totals = {**money("settled", balance.settled), **money("held", balance.held)}
        facts: dict[str, object] = {"scene": scene, **totals, **money("cap", cap), **money("left", left)}
        facts |= {"other_tools": other_tools_facts(services.ledger, scene)}
        print_json({**facts, "rows": [_row(r) for r in rows], "estimates": [_facts(e) for e in estimates]})
        return
    wide = max((len(row.shot) + 1 for row in rows), default=13)
    for row in rows:
        takes = f"{row.takes:>2} take{'' if row.takes == 1 else 's'}"
        click.echo(
            f"  {row.shot:<{wide}}{row.stage.replace('_', ' '):<10}{row.tier:<7}{takes:<9}${format_usd(row.settled):>8}"
        )
    spent = f"spent ${format_usd(balance.settled)}, held ${format_usd(balance.held)}"
    click.echo(f"{spent}, left ${format_usd(left)} of ${format_usd(cap)}")
    if other := other_tools_line(services.ledger, scene):
        click.echo(other)
    _tell(estimates)


def _tell(estimates: tuple[Estimate, ...]) -> None:
    """Estimate against bill: a line a model, then what somebody should look at."""
    from manifests.money import format_usd

    if not any(e.likely or e.billed for e in estimates):
        return
    click.echo("\nestimate against bill")
    names = [f"{e.provider} {e.model} ({e.operation})" for e in estimates]
    wide = max(map(len, names))
    click.echo(f"  {'':<{wide}}{'calls':>7}{'estimated':>12}{'billed':>12}{'bill/est':>10}{'p95':>7}")
    for name, e in zip(names, estimates, strict=True):
        sums = f"{'$' + format_usd(e.likely):>12}{'$' + format_usd(e.billed):>12}"
        click.echo(f"  {name:<{wide}}{e.calls:>7}{sums}{_times(e.ratio):>10}{_times(e.p95):>7}")
    for e in estimates:
        if e.alarm:
            click.echo(f"ALARM: {e.alarm}")
        if e.notice:
            click.echo(f"note: {e.notice}")


def _times(ratio: Fraction | None) -> str:
    return "-" if ratio is None else f"{float(ratio):.2f}"


def _row(row: CostRow) -> dict[str, object]:
    named = {"shot": row.shot, "stage": row.stage, "tier": row.tier, "takes": row.takes}
    return {**named, **money("settled", row.settled), **money("held", row.held)}


def _facts(e: Estimate) -> dict[str, object]:
    named = {"provider": e.provider, "model": e.model, "operation": e.operation, "calls": e.calls}
    ratios = {name: None if r is None else round(float(r), 4) for name, r in (("ratio", e.ratio), ("p95", e.p95))}
    sums = {**money("likely", e.likely), **money("billed", e.billed)}
    return {**named, **sums, **ratios, "above_hold": e.above_hold, "alarm": e.alarm, "notice": e.notice}
