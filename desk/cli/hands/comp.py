"""gate comp: a frame by hand.
export lays a kit out, import takes the composite in, polish asks for a pass over it, use says which counts.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import click

from desk.cli.asking import confirm, decides
from desk.cli.options import film_option, json_option, money, open_film, prices_option, print_json, typed
from desk.cli.shots.retake import TWO_RUNS, frame_of, price_facts, say_price, steps_of
from manifests.names import scene_of_shot

if TYPE_CHECKING:
    from production.hands.compositing import TakenIn
    from wiring.services import Services

F = TypeVar("F", bound=Callable[..., Any])


@click.group()
def comp() -> None:
    """Compose a shot's frame by hand, and let the model repair only its seams."""


def _end_option(command: F) -> F:
    return click.option("--end", is_flag=True, help="The clip's last frame instead of its first.")(command)


@comp.command("export")
@click.argument("shot")
@_end_option
@click.option("--why", default="", help="The reason, in your own words; it is recorded.")
@film_option
@decides
@json_option
def export(shot: str, end: bool, why: str, film: Path | None, as_json: bool) -> None:
    """Lay out a kit for SHOT: takes, plate, cut-outs in pose, guides, brief.
    The shot then waits for your composite; others go on. Spends nothing.
    """
    from production.hands.compositing import export_kit

    services = _open(shot, film)
    door = confirm(f"Lay out a kit for {shot}, and let the shot wait for your composite?")
    click.echo(f"Laying the kit of {shot} out …", err=True)
    kit = export_kit(services, shot, stage=frame_of(end=end), why=why, who=services.settings.who, door=door)
    following = typed(f"gate comp import {shot}{' --end' if end else ''}", film)
    if as_json:
        files = sorted(str(path.relative_to(kit.folder)) for path in kit.folder.rglob("*") if path.is_file())
        told = {
            "shot": shot,
            "folder": str(kit.folder),
            "save": str(kit.save),
            "width": kit.size[0],
            "height": kit.size[1],
        }
        print_json({**told, "files": files, "next": following})
        return
    click.echo(f"{kit.folder}")
    for path in sorted(kit.folder.iterdir()):
        inside = f"{len(list(path.iterdir()))} files" if path.is_dir() else ""
        click.echo(f"  {path.name + ('/' if path.is_dir() else ''):<16}{inside}".rstrip())
    click.echo(f"Save {kit.size[0]}×{kit.size[1]} as\n  {kit.save}\nNext:\n  {following}")


@comp.command("import")
@click.argument("shot")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@_end_option
@click.option("--minutes", type=click.IntRange(0, 10_000), help="How many minutes it took you, for the record.")
@click.option("--flatten", is_flag=True, help="Flatten transparent parts onto the empty plate.")
@click.option("--why", default="", help="The reason, in your own words; it is recorded.")
@film_option
@prices_option
@decides
@json_option
def take_in(
    shot: str,
    file: Path | None,
    end: bool,
    minutes: int | None,
    flatten: bool,
    why: str,
    film: Path | None,
    prices: Path | None,
    as_json: bool,
) -> None:
    """Take in the composite of SHOT: FILE, or the file saved in its kit. It is the frame from the next run on, at $0.

    The clip that opens on it is made again; the command shows what the next run will spend on that.
    """
    from production.hands.compositing import take_in as bring

    if file is not None and not file.is_file():
        raise click.BadParameter(f"there is no file {file}", param_hint="FILE")
    services = _open(shot, film, prices)
    door = confirm(f"Take in {file or 'the file saved in the kit'} as the frame of {shot}?")
    taken = bring(
        services,
        shot,
        file,
        stage=frame_of(end=end),
        minutes=minutes,
        flatten=flatten,
        why=why,
        who=services.settings.who,
        door=door,
    )
    scene, flag, steps = scene_of_shot(shot), " --end" if end else "", steps_of(services, shot)
    following = [typed(f"gate resume {scene}", film), typed(f"gate comp polish {shot}{flag}", film)]
    if as_json:
        print_json({**_facts(shot, taken, minutes), "coming": price_facts(steps), "next": following})
        return
    done = f" It was {'; '.join(taken.done)}." if taken.done else ""
    click.echo(
        f"{shot}: the composite is taken in ({taken.asset.width}×{taken.asset.height}, human-approved geometry).{done}"
    )
    say_price(steps)
    click.echo(f"Next:\n  {following[0]}\nOr, if its seams show, first:\n  {following[1]}")


def _facts(shot: str, taken: TakenIn, minutes: int | None) -> dict[str, object]:
    """A composite that was taken in, for programs."""
    asset = taken.asset
    told = {"shot": shot, "sha256": asset.sha256, "origin": "human", "done": list(taken.done), "minutes": minutes}
    return {**told, "width": asset.width, "height": asset.height}


@comp.command("polish")
@click.argument("shot")
@_end_option
@click.option("--why", default="", help="The reason, in your own words; it is recorded.")
@film_option
@prices_option
@decides
@json_option
def polish(shot: str, end: bool, why: str, film: Path | None, prices: Path | None, as_json: bool) -> None:
    """Ask for one polish pass over SHOT's composite: seams, direction of shadows, halos, and nothing else.
    The next run buys it.

    A polish that moves anything is rejected, with a picture of what moved, and the composite stays.
    """
    from manifests.money import rounded_usd
    from production.hands.compositing import polish as ask

    services = _open(shot, film, prices)
    door = confirm(f"Ask for a polish pass over the composite of {shot}? The next run buys it.")
    asked = ask(services, shot, stage=frame_of(end=end), why=why, who=services.settings.who, door=door)
    following, steps = typed(f"gate resume {scene_of_shot(shot)}", film), steps_of(services, shot)
    if as_json:
        told = {
            "shot": shot,
            "provider": asked.provider,
            "model": asked.model,
            **money("likely", asked.quote.likely_microusd),
        }
        high = money("high", asked.quote.high_microusd)
        print_json({**told, **high, "coming": price_facts(steps), "next": following})
        return
    click.echo(f"{shot}: {asked.plan_line}. ${rounded_usd(asked.quote.high_microusd)} will be held for it.")
    say_price(steps, TWO_RUNS)
    click.echo(f"Next:\n  {following}\nOr take it back:\n  {typed(f'gate undo {shot}', film)}")


@comp.command("use")
@click.argument("shot")
@click.argument("which", type=click.Choice(["composite", "polish"]))
@_end_option
@click.option("--why", default="", help="The reason, in your own words; it is recorded.")
@film_option
@prices_option
@decides
@json_option
def use(shot: str, which: str, end: bool, why: str, film: Path | None, prices: Path | None, as_json: bool) -> None:
    """Choose which of SHOT's pictures to use: the composite, or its polish.
    A polish that moved something cannot be chosen.

    The command shows what the next run will spend on the clip that opens on it.
    """
    from production.hands.compositing import use as choose

    services = _open(shot, film, prices)
    chosen = cast("Literal['composite', 'polish']", which)
    door = confirm(f"Use the {which} of {shot}?")
    decision = choose(services, shot, chosen, stage=frame_of(end=end), why=why, who=services.settings.who, door=door)
    following, steps = typed(f"gate resume {scene_of_shot(shot)}", film), steps_of(services, shot)
    if as_json:
        asset = decision.hands.asset.sha256 if decision.hands and decision.hands.asset else None
        told = {"shot": shot, "uses": which, "sha256": asset, "who": decision.who}
        print_json({**told, "coming": price_facts(steps), "next": following})
        return
    click.echo(f"{decision.who} uses the {which} of {shot}.")
    say_price(steps)
    click.echo(f"Next:\n  {following}")


def _open(shot: str, film: Path | None, prices: Path | None = None) -> Services:
    return open_film(film, prices, scopes=[f"shot:{shot}"])
