"""gate approve: a person approves finals, and where the film asks for it drafts, on a terminal or on the command line."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.asking import confirm, decides, said_yes
from desk.options import dollars, film_option, json_option, money, open_film, prices_option, print_json, typed

if TYPE_CHECKING:
    from manifests.decision import Binding, Door
    from wiring.draft_approval import DraftAsked
    from wiring.services import Services


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="SCENE_OR_SHOTS...")
@film_option
@prices_option
@click.option("--tier", type=click.Choice(["draft", "final", "hero"]), help="Only what is bought at this tier.")
@click.option("--max", "max_usd", metavar="USD", help="The most they may cost together, in dollars.")
@click.option("--why", default="", help="A reason; needed for 1080p.")
@decides
@json_option
def approve(
    names: tuple[str, ...],
    film: Path | None,
    prices: Path | None,
    tier: str | None,
    max_usd: str | None,
    why: str,
    as_json: bool,
) -> None:
    """Approve the finals of a scene, or of single shots, as they were seen; and drafts, where film.yaml asks for that.

    The approval is bound to the draft, the panel, the words, the pictures, the tier and the price: when one of them changes it
    lapses, and says so by name. A run of the scene that waits for it in gate up, or in the studio's Prefect, then goes on.
    """
    from manifests.money import format_usd
    from wiring.approving import answered_before, refuse_parked
    from wiring.approving import approve as write
    from wiring.draft_approval import approvable, drafts_that_wait

    if max_usd is not None:
        dollars(max_usd, "--max")
    services = open_film(film, prices, scopes=[f"shot:{name}" if "_" in name else f"scene:{name}" for name in names])
    scenes = dict.fromkeys(name.partition("_")[0] for name in names)
    shown = {shot: d for scene in scenes for shot, d in drafts_that_wait(services, services.scene(scene)).items()}
    now = {shot: b for scene in scenes for shot, b in approvable(services, services.scene(scene), shown).items()}
    parked = {shot: each for scene in scenes for shot, each in services.ledger.parked(scene).items()}
    refuse_parked(services, (name for name in names if "_" in name))
    wanted = _wanted(now, names, tier)
    total = sum(binding.price_microusd for binding in wanted)
    door = _ask(wanted, shown, total)
    decisions = write(services, wanted, who=services.settings.who, door=door, why=why, max_usd=max_usd)
    told = answered_before(services, decisions)
    going = {scene: _let_go_on(services, scene) for scene in scenes}
    if as_json:
        shots = [d.binding.shot for d in decisions if d.binding]
        print_json(
            {
                "approved": shots,
                "who": services.settings.who,
                "door": door,
                "beside": list(told),
                "left_out": [each.words for each in parked.values()],
                "went_on": sum(number for number, _ in going.values()),
                **money("price", total),
            }
        )
        return
    click.echo(f"{services.settings.who} approved {_counted(wanted)}, ${format_usd(total)}.")
    for words in (*told, *(f"Left out is {each.words}." for each in parked.values())):
        click.echo(words)
    for number, words in going.values():
        if words:
            click.echo(words)
        if number:
            click.echo("It goes on by itself in Prefect.\nNext:\n  " + typed("gate status", film))
            return
    click.echo("Next:\n  " + typed(f"gate resume {next(iter(scenes))}", film))


def _let_go_on(services: Services, scene: str) -> tuple[int, str]:
    """How many runs waited in Prefect for this yes and go on now, and what to tell where that could not be asked."""
    from concurrent.futures import ThreadPoolExecutor

    from desk.room.going_on import in_prefect

    try:
        with ThreadPoolExecutor(1) as beside:  # in a loop of its own, whoever calls
            return beside.submit(lambda: asyncio.run(in_prefect(services, scene, services.settings.who))).result(), ""
    except Exception as error:  # noqa: BLE001  whatever Prefect's server says, the yes stands, and gate resume goes on
        return 0, f"Whether a run of {scene} waits in Prefect could not be asked ({type(error).__name__})."


def _wanted(now: Mapping[str, Binding], names: tuple[str, ...], tier: str | None) -> list[Binding]:
    """What the names stand for. Raises UsageError for a shot, or a whole scene, without a draft that stands."""
    for name in names:
        if "_" in name and name not in now:
            first = f"gate run {name.partition('_')[0]}"
            raise click.UsageError(f"{name} has no draft that passed its gates yet; run it first: {first}")
    named = [b for shot, b in now.items() if shot in names or shot.partition("_")[0] in names]
    if not named:
        first = f"gate run {names[0].partition('_')[0]}"
        raise click.UsageError(f"there is no draft to say yes to yet; run it first: {first}")
    wanted = [b for b in named if tier in {None, b.tier}]
    if not wanted:
        raise click.UsageError(f"none of these shots is finished at the {tier} tier; leave --tier out")
    return wanted


def _ask(wanted: list[Binding], shown: Mapping[str, DraftAsked], total: int) -> Door:
    """Show what would be bought, and ask. Raises as `confirm` does."""
    from manifests.money import format_usd

    for b in wanted if not said_yes() else ():
        click.echo(f"  {b.shot} {b.tier} {b.resolution}  ${format_usd(b.price_microusd)}", err=True)
        if draft := shown.get(b.shot):
            click.echo(f"    picture  {draft.picture or 'none: words alone are sent'}", err=True)
            click.echo("    words    " + draft.prompt.replace("\n", "\n             "), err=True)
    return confirm(f"Make {_counted(wanted)} for up to ${format_usd(total)}?")


def _counted(wanted: list[Binding]) -> str:
    """How many drafts and how many finals they are."""
    drafts = sum(b.tier == "draft" for b in wanted)
    counts = ((drafts, "draft"), (len(wanted) - drafts, "final"))
    return " and ".join(f"{count} {what}{'' if count == 1 else 's'}" for count, what in counts if count)
