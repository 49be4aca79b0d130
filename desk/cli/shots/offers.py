"""gate offers: the ways on for a shot that a provider's moderation refused.
A person takes one; nothing takes itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desk.cli.asking import confirm, decides
from desk.cli.options import film_option, json_option, money, open_film, prices_option, print_json, typed
from manifests.names import scene_of_shot

if TYPE_CHECKING:
    from manifests.scene import Shot
    from production.planning.offers import Offer
    from wiring.services import Services


@click.command()
@click.argument("shot")
@click.option("--take", "number", type=click.IntRange(min=1), metavar="N", help="Choose offer N of the list.")
@click.option("--motion", metavar="WORDS", help="With a rewrite: the motion in your own words.")
@click.option("--why", default="", help="With --take: the reason; it is recorded.")
@film_option
@prices_option
@decides
@json_option
def offers(
    shot: str, number: int | None, motion: str | None, why: str, film: Path | None, prices: Path | None, as_json: bool
) -> int:
    """List the options for SHOT after moderation refused it, each with its price; or choose one. Sends nothing."""
    from production.planning.offers import offers_for, refused

    services = open_film(film, prices, scopes=[f"shot:{shot}"])
    here = services.shot(shot)
    told = refused(services, here)
    if told is None:
        print_json({"shot": shot, "refused": None, "offers": []}) if as_json else click.echo(
            f"Moderation has not refused {shot}."
        )
        return 0
    take, raw = told
    listed = offers_for(services, here, take)
    if number is None:
        if as_json:
            refusal = {"provider": take.provider, "stage": take.stage, "raw": raw}
            print_json({"shot": shot, "refused": refusal, "offers": [_facts(here, offer) for offer in listed]})
        else:
            _tell(shot, f"{take.provider} refused its {take.stage}: {raw}", listed, film)
        return 0
    if number > len(listed):
        raise click.BadParameter(f"there are {len(listed)} offers", param_hint="--take")
    _take(services, here, listed[number - 1], motion, why)
    click.echo("Next:\n  " + typed(f"gate plan {scene_of_shot(shot)}", film))
    return 0


def _take(services: Services, shot: Shot, offer: Offer, motion: str | None, why: str) -> None:
    """Write the change into the scene's file, and the person who decided it into the ledger."""
    from desk.cli.deciding import decision_of
    from production.planning.shot_file import change_shot

    if not why.strip():
        raise click.BadParameter("give a reason; it is recorded", param_hint="--why")
    changes = {"motion": motion} if offer.kind == "rewrite" and motion else offer.changes
    if not changes:
        raise click.BadParameter("this one needs your own words", param_hint="--motion")
    door = confirm(f"Take this for {shot.id}: {offer.words}?")
    if offer.kind in {"provider", "by_hand"}:
        stage, name = next(iter(offer.changes["providers"].items() - shot.providers.items()))
        services.ledger.decide(
            decision_of(
                services,
                "switch_provider",
                f"shot:{shot.id}",
                why,
                door=door,
                amount_microusd=max(0, offer.delta_microusd or 0),
                subject=f"{stage}: {name}",
            )
        )
    path = change_shot(services.folder.root, shot.id, changes)
    said = "; ".join(f"{field} is now {value!r}" for field, value in _shown(shot, changes).items())
    services.ledger.note("change", f"shot:{shot.id}", f"{services.settings.who}: {said}. {why}")
    click.echo(f"{path.name}: {shot.id} {said}. Decided by {services.settings.who}: {why}")


def _shown(shot: Shot, changes: dict[str, Any]) -> dict[str, Any]:
    """The changes as they may be told of: not in what words a private shot is written."""
    from manifests.privacy import PRIVATE

    return changes | ({"motion": PRIVATE} if shot.private and "motion" in changes else {})


def _facts(shot: Shot, offer: Offer) -> dict[str, object]:
    delta = {} if offer.delta_microusd is None else money("delta", offer.delta_microusd)
    return {
        "kind": offer.kind,
        "words": offer.words,
        "changes": _shown(shot, offer.changes),
        **delta,
        "risk": offer.risk,
    }


def _tell(shot: str, refusal: str, listed: tuple[Offer, ...], film: Path | None) -> None:
    click.echo(f"{refusal}\nNothing is sent again unchanged. What you can do:\n")
    for number, offer in enumerate(listed, 1):
        click.echo(f"  {number}  {_delta(offer):>9}  {offer.words}")
        if offer.risk:
            click.echo(f"{'':>14} risk: {offer.risk}")
    click.echo("\nChoose one:\n  " + typed(f'gate offers {shot} --take 1 --why "..."', film))


def _delta(offer: Offer) -> str:
    from manifests.money import format_usd

    if offer.delta_microusd is None:
        return "?"
    return f"{'-' if offer.delta_microusd < 0 else '+'}${format_usd(abs(offer.delta_microusd))}"
