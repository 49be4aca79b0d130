"""gate comp: a frame by hand. export lays a kit out, import takes the composite in, polish asks for a pass over it, use says which counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import click

from desk.asking import confirm, decides
from desk.options import film_option, json_option, money, open_film, prices_option, print_json, typed
from desk.retake import TWO_RUNS, frame_of, price_facts, say_price, steps_of

if TYPE_CHECKING:
    from wiring.services import Services

F = TypeVar("F", bound=Callable[..., Any])


@click.group()
def comp() -> None:
    """A shot that will not come right: compose its frame by hand, and let the model join the seams alone."""


def _end_option(command: F) -> F:
    return click.option("--end", is_flag=True, help="The last frame of the clip, not the first.")(command)


@comp.command("export")
@click.argument("shot")
@_end_option
@click.option("--why", default="", help="In your own words; it is written down.")
@film_option
@decides
@json_option
def export(shot: str, end: bool, why: str, film: Path | None, as_json: bool) -> None:
    """Lay out a kit for SHOT: takes, plate, cut-outs in pose, guides, brief. The shot then waits for hands; others go on. Spends nothing."""
    from wiring.compositing import export_kit

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
@click.option("--minutes", type=click.IntRange(0, 10_000), help="What it took you, if you want it in the books.")
@click.option("--flatten", is_flag=True, help="Lay what can be seen through onto the empty plate.")
@click.option("--why", default="", help="In your own words; it is written down.")
@film_option
@prices_option
@decides
@json_option
def take_in(
    shot: str, file: Path | None, end: bool, minutes: int | None, flatten: bool, why: str, film: Path | None,
    prices: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Take in what was composed for SHOT: FILE, or what was saved in its kit. It is the frame from the next run on, at $0.

    The clip that opens on it is made anew: it says what the next run will spend on that.
    """
    from wiring.compositing import take_in as bring

    if file is not None and not file.is_file():
        raise click.BadParameter(f"there is no file {file}", param_hint="FILE")
    services = _open(shot, film, prices)
    door = confirm(f"Take in {file or 'the file saved in the kit'} as the frame of {shot}?")
    taken = bring(
        services, shot, file, stage=frame_of(end=end), minutes=minutes, flatten=flatten, why=why,
        who=services.settings.who, door=door,
    )  # fmt: skip
    scene, flag, steps = shot.partition("_")[0], " --end" if end else "", steps_of(services, shot)
    following = [typed(f"gate resume {scene}", film), typed(f"gate comp polish {shot}{flag}", film)]
    if as_json:
        told = {
            "shot": shot,
            "sha256": taken.asset.sha256,
            "origin": "human",
            "done": list(taken.done),
            "minutes": minutes,
        }
        size = {"width": taken.asset.width, "height": taken.asset.height}
        print_json({**told, **size, "coming": price_facts(steps), "next": following})
        return
    done = f" It was {'; '.join(taken.done)}." if taken.done else ""
    click.echo(
        f"{shot}: the composite is taken in ({taken.asset.width}×{taken.asset.height}, human-approved geometry).{done}"
    )
    say_price(steps)
    click.echo(f"Next:\n  {following[0]}\nOr, if its seams show, first:\n  {following[1]}")


@comp.command("polish")
@click.argument("shot")
@_end_option
@click.option("--why", default="", help="In your own words; it is written down.")
@film_option
@prices_option
@decides
@json_option
def polish(shot: str, end: bool, why: str, film: Path | None, prices: Path | None, as_json: bool) -> None:
    """Ask for one polish pass over SHOT's composite: seams, shadows' direction, halos, and nothing else. The next run buys it.

    What it moves is found: then it is rejected with a picture of what moved, and the composite stays.
    """
    from manifests.money import rounded_usd
    from wiring.compositing import polish as ask

    services = _open(shot, film, prices)
    door = confirm(f"Ask for a polish pass over the composite of {shot}? The next run buys it.")
    asked = ask(services, shot, stage=frame_of(end=end), why=why, who=services.settings.who, door=door)
    following, steps = typed(f"gate resume {shot.partition('_')[0]}", film), steps_of(services, shot)
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
    click.echo(f"Next:\n  {following}\nOr not:\n  {typed(f'gate undo {shot}', film)}")


@comp.command("use")
@click.argument("shot")
@click.argument("which", type=click.Choice(["composite", "polish"]))
@_end_option
@click.option("--why", default="", help="In your own words; it is written down.")
@film_option
@prices_option
@decides
@json_option
def use(shot: str, which: str, end: bool, why: str, film: Path | None, prices: Path | None, as_json: bool) -> None:
    """Say which of SHOT's pictures counts, the composite or the polish of it. A polish that moved something cannot be chosen.

    Says what the next run will spend on the clip that opens on it.
    """
    from wiring.compositing import use as choose

    services = _open(shot, film, prices)
    chosen = cast("Literal['composite', 'polish']", which)
    door = confirm(f"Use the {which} of {shot}?")
    decision = choose(services, shot, chosen, stage=frame_of(end=end), why=why, who=services.settings.who, door=door)
    following, steps = typed(f"gate resume {shot.partition('_')[0]}", film), steps_of(services, shot)
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
