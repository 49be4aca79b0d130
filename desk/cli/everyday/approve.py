"""gate approve: a person approves finals, and where the film asks for it drafts,
on a terminal or on the command line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.asking import confirm, decides, said_yes
from desk.cli.options import dollars, film_option, json_option, money, open_film, prices_option, print_json, typed
from manifests.names import scene_of_shot

if TYPE_CHECKING:
    from manifests.decision import Binding, Door
    from production.planning.draft_approval import DraftAsked
    from wiring.services import Services


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="SCENE_OR_SHOTS...")
@film_option
@prices_option
@click.option("--tier", type=click.Choice(["draft", "final", "hero"]), help="Approve only purchases at this tier.")
@click.option("--max", "max_usd", metavar="USD", help="The most that they may cost together, in US dollars.")
@click.option("--why", default="", help="The reason; required for 1080p.")
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
    """Approve the finals of scenes, or of single shots, as they were seen; and drafts, where film.yaml asks for that.

    The approval is bound to the draft, the panel, the words, the pictures, the tier and the price. When one of them
    changes, the approval lapses, and gate status names what changed. A run that waits for it in gate up, or in the
    studio's Prefect, continues.
    """
    from manifests.money import format_usd
    from production.review.approving import answered_before
    from production.review.approving import approve as write

    if max_usd is not None:
        dollars(max_usd, "--max")
    services = open_film(film, prices, scopes=[f"shot:{name}" if "_" in name else f"scene:{name}" for name in names])
    scenes = list(dict.fromkeys(scene_of_shot(name) for name in names))
    excluded = {shot: each for scene in scenes for shot, each in services.ledger.excluded(scene).items()}
    wanted, shown = _named(services, scenes, names, tier)
    total = sum(binding.price_microusd for binding in wanted)
    door = _ask(wanted, shown, total)
    decisions = write(services, wanted, who=services.settings.who, door=door, why=why, max_usd=max_usd)
    told = answered_before(services, decisions)
    going = {scene: _let_go_on(services, scene) for scene in scenes}
    left_out = [each.words for each in excluded.values()]
    if as_json:
        shots = [d.binding.shot for d in decisions if d.binding]
        given = {"approved": shots, "who": services.settings.who, "door": door, "beside": list(told)}
        went_on = sum(number for number, _ in going.values())
        print_json({**given, "left_out": left_out, "went_on": went_on, **money("price", total)})
        return
    click.echo(f"{services.settings.who} approved {_counted(wanted)}, ${format_usd(total)}.")
    for words in (*told, *(f"Not included: {words}." for words in left_out)):
        click.echo(words)
    _tell_next(going, film)


def _tell_next(going: Mapping[str, tuple[int, str]], film: Path | None) -> None:
    """The runs that continue by themselves, or the next command to type.
    `going`: the result of `_let_go_on` by scene.
    """
    for number, words in going.values():
        if words:
            click.echo(words)
        if number:
            click.echo("The run continues by itself in Prefect.\nNext:\n  " + typed("gate status", film))
            return
    click.echo("Next:\n  " + typed(f"gate resume {next(iter(going))}", film))


def _let_go_on(services: Services, scene: str) -> tuple[int, str]:
    """How many runs waited in Prefect for this approval and continue now,
    and what to tell where that could not be asked.
    """
    from concurrent.futures import ThreadPoolExecutor

    from desk.room.going_on import in_prefect

    try:
        with ThreadPoolExecutor(1) as beside:  # in a loop of its own, since the caller may run one
            return beside.submit(lambda: asyncio.run(in_prefect(services, scene, services.settings.who))).result(), ""
    except Exception as error:  # noqa: BLE001  the approval stands in any case, and gate resume continues
        return 0, f"Prefect could not be asked whether a run of {scene} waits there ({type(error).__name__})."


def _named(
    services: Services, scenes: list[str], names: tuple[str, ...], tier: str | None
) -> tuple[list[Binding], dict[str, DraftAsked]]:
    """The shots of the names, and the drafts to show.
    Raises Excluded for a shot that is on hold or omitted, UsageError as `_wanted`.
    """
    from production.planning.draft_approval import approvable, drafts_that_wait
    from production.review.approving import refuse_excluded_shots

    shown = {shot: d for scene in scenes for shot, d in drafts_that_wait(services, services.scene(scene)).items()}
    now = {shot: b for scene in scenes for shot, b in approvable(services, services.scene(scene), shown).items()}
    refuse_excluded_shots(services, (name for name in names if "_" in name))
    return _wanted(now, names, tier), shown


def _wanted(now: Mapping[str, Binding], names: tuple[str, ...], tier: str | None) -> list[Binding]:
    """The shots of the names. Raises UsageError for a shot, or a whole scene, without a draft that stands."""
    for name in names:
        if "_" in name and name not in now:
            first = f"gate run {scene_of_shot(name)}"
            raise click.UsageError(f"{name} has no draft that passed its gates yet; run it first: {first}")
    named = [b for shot, b in now.items() if shot in names or scene_of_shot(shot) in names]
    if not named:
        first = f"gate run {scene_of_shot(names[0])}"
        raise click.UsageError(f"there is no draft to approve yet; run it first: {first}")
    wanted = [b for b in named if tier in {None, b.tier}]
    if not wanted:
        raise click.UsageError(f"none of these shots can be approved at the {tier} tier; leave --tier out")
    return wanted


def _ask(wanted: list[Binding], shown: Mapping[str, DraftAsked], total: int) -> Door:
    """Show what would be bought, and ask. Raises as `confirm` does."""
    from manifests.money import format_usd

    for b in wanted if not said_yes() else ():
        click.echo(f"  {b.shot} {b.tier} {b.resolution}  ${format_usd(b.price_microusd)}", err=True)
        if draft := shown.get(b.shot):
            click.echo(f"    picture  {draft.picture or 'none: only words are sent'}", err=True)
            click.echo("    words    " + draft.prompt.replace("\n", "\n             "), err=True)
    return confirm(f"Make {_counted(wanted)} for up to ${format_usd(total)}?")


def _counted(wanted: list[Binding]) -> str:
    """How many drafts and how many finals they are."""
    drafts = sum(b.tier == "draft" for b in wanted)
    counts = ((drafts, "draft"), (len(wanted) - drafts, "final"))
    return " and ".join(f"{count} {what}{'' if count == 1 else 's'}" for count, what in counts if count)
