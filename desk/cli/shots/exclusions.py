"""gate hold, gate omit: exclude shots for now, or from the film. gate undo --excluded takes it back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.asking import confirm, decides
from desk.cli.options import film_option, json_option, open_film, print_json, typed

if TYPE_CHECKING:
    from manifests.decision import Say


@click.command()
@click.argument("shots", nargs=-1, required=True)
@click.option("--why", default="", help="The reason, in your own words; it is recorded.")
@film_option
@decides
@json_option
def hold(shots: tuple[str, ...], why: str, film: Path | None, as_json: bool) -> None:
    """Put SHOTS on hold: nothing is bought for them, no final of them is approved,
    and the draft cut has a gap there.
    """
    _say("hold", shots, why, film, as_json=as_json)


@click.command()
@click.argument("shots", nargs=-1, required=True)
@click.option("--why", default="", help="The reason, in your own words; it is recorded.")
@film_option
@decides
@json_option
def omit(shots: tuple[str, ...], why: str, film: Path | None, as_json: bool) -> None:
    """Omit SHOTS from the film: it is finished without them, and every report names them. Their takes stay."""
    _say("omit", shots, why, film, as_json=as_json)


def _say(kind: Say, shots: tuple[str, ...], why: str, film: Path | None, *, as_json: bool) -> None:
    from manifests.decision import Remark
    from production.bible.saying import say

    services = open_film(film, scopes=[f"shot:{shot}" for shot in shots])
    what = "Omit from the film" if kind == "omit" else "Put on hold"
    door = confirm(f"{what}: {', '.join(shots)}?")
    who, excluded = services.settings.who, {}
    for shot in dict.fromkeys(shots):
        say(services, kind, shot, who=who, door=door, remark=Remark(), why=why)
        excluded[shot] = services.ledger.excluded(shot)[shot]
    if as_json:
        print_json(
            {
                "who": who,
                "shots": [
                    {"shot": shot, "stands": each.kind, "says": each.cause, "back": each.back}
                    for shot, each in excluded.items()
                ],
            }
        )
        return
    for shot, each in excluded.items():
        stands = "omitted from the film" if each.kind == "omit" else "on hold"
        click.echo(f"{shot} is {stands}: {each.cause}. Take it back: {typed(each.back, film)}")
