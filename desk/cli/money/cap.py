"""gate cap: set a cap. Raising one is a person's decision, with a name and a reason."""

from __future__ import annotations

from pathlib import Path

import click

from desk.cli.asking import confirm, decides
from desk.cli.options import dollars, film_option, open_film

_NIGHT = "night:"
_NAMED = ("film:", "scene:", "shot:")
"""Scopes that name something of the film; a spelling mistake there would cap nothing."""


@click.command()
@click.argument("scope")
@film_option
@click.option("--usd", metavar="USD", required=True, help="The new cap, in US dollars.")
@click.option("--why", required=True, help="The reason; it is recorded.")
@decides
def cap(scope: str, film: Path | None, usd: str, why: str) -> None:
    """Set the cap of SCOPE: film:HRB, scene:SC010, shot:SC010_SH0010, key:fal (a provider's key), night:2026-11-21."""
    from desk.cli.deciding import decision_of
    from governor.accounts import check_scope
    from governor.decisions.approvals import check_reason
    from manifests.money import format_usd

    amount = dollars(usd, "--usd")
    named = check_scope(scope).startswith(_NAMED)
    if scope.startswith(_NIGHT):
        _refuse_no_day(scope)
    check_reason("raise_cap", scope, why)
    services = open_film(film, scopes=[scope] if named else [])
    door = confirm(f"Set the cap of {scope} to ${format_usd(amount)}?")
    services.ledger.decide(decision_of(services, "raise_cap", scope, why, door=door, amount_microusd=amount))
    balance = services.ledger.balance(scope)
    allowed = f"{scope} may cost ${format_usd(balance.cap or 0)}; ${format_usd(balance.left)} is left."
    click.echo(f"{allowed} Decided by {services.settings.who}: {why}")


def _refuse_no_day(scope: str) -> None:
    """A cap of a night that no calendar has would cap nothing."""
    from datetime import date

    try:
        date.fromisoformat(scope.removeprefix(_NIGHT))
    except ValueError:
        raise click.BadParameter(
            f"{scope} is not a night; expected, for example, night:2026-11-21", param_hint="SCOPE"
        ) from None
