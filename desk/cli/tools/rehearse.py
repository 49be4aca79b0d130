"""gate rehearse: tonight's scene through the real adapters against providers on this machine, at $0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import film_option, json_option, prices_option, print_json, settings_for

if TYPE_CHECKING:
    from desk.cli.tools.rehearse_report import Rehearsed
    from flows.outcome import SceneOutcome
    from manifests.spending.breakdown import Breakdown
    from production.planning.run_options import RunOptions
    from wiring.services import Services
    from wiring.settings import Settings

_WAITS = 3


@click.command()
@click.argument("scene")
@film_option
@prices_option
@click.option(
    "--provider",
    "names",
    metavar="NAME[,NAME]",
    default="",
    help="The providers; where two can make the same thing, the one named first. Default: the film's own.",
)
@click.option(
    "--script",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The faults to play, and when (docs/rehearsal.md).",
)
@click.option(
    "--night",
    is_flag=True,
    help="Under the scene's standing order, as gate run --night; the clock says that its window opens now.",
)
@click.option("--partial", is_flag=True, help="Begin a chain even where the provider's credit covers only part of it.")
@json_option
def rehearse(
    scene: str,
    film: Path | None,
    prices: Path | None,
    names: str,
    script: Path | None,
    night: bool,
    partial: bool,
    as_json: bool,
) -> int:
    """Rehearse SCENE as gate run would make it: the real adapters, with providers that are simulated on this machine.

    Nothing is spent and nothing leaves the machine. At the end it shows what the run would have cost, what failed, and
    how it ended. The film, its ledger and its vault stay as they are: the rehearsal uses a copy below .gate/rehearsals.
    """
    from desk.cli.tools.rehearse_report import facts, report
    from production.planning.run_options import RunOptions

    settings = settings_for(film, prices)
    wanted = tuple(name.strip() for name in names.split(",") if name.strip())
    rehearsed = play(settings, scene, wanted, script, RunOptions(night=night, partial=partial))
    print_json(facts(rehearsed)) if as_json else report(rehearsed)
    code = rehearsed.outcome.exit_code
    return 0 if code == _WAITS else code


@dataclass(frozen=True)
class Piece:
    """A rehearsal's subject. `scene`: as the ledger calls it. `makers`: the providers that make it, by name. `ready`:
    raises the error that would refuse its start.

    `foresee`: what is left to buy. `lays_pictures`: it puts pictures into assets/, so that the copy needs a folder of
    its own.
    """

    scene: str
    makers: Callable[[Services], set[str]]
    ready: Callable[[Settings, Services], None]
    make: Callable[[Services], SceneOutcome]
    foresee: Callable[[Services], Breakdown | None] = lambda _services: None
    lays_pictures: bool = False


def play(settings: Settings, scene: str, names: tuple[str, ...], script: Path | None, options: RunOptions) -> Rehearsed:
    """Rehearse a scene once, and give what came of it. Raises NotRehearsed for a maker that is not played here."""
    from desk.cli.making import make
    from production.planning.plan_file import start
    from production.planning.plan_scene import plan_scene
    from production.planning.rehearsing import bring_draft_resolution, bring_order, makers_of

    def ready(settings: Settings, services: Services) -> None:
        bring_draft_resolution(settings, services)
        if options.night:
            bring_order(settings, services, scene)
        start(services, services.scene(scene), options)

    piece = Piece(
        scene,
        lambda services: makers_of(services.folder, scene),
        ready,
        lambda services: make(services, scene, options),
        lambda services: plan_scene(services, services.scene(scene)).cost,
    )
    return play_piece(settings, piece, names, script)


def play_piece(settings: Settings, piece: Piece, names: tuple[str, ...], script: Path | None) -> Rehearsed:
    """Rehearse once, and give what came of it. Raises NotRehearsed for a maker that is not played here."""
    import shutil
    from datetime import datetime

    from desk.cli import board
    from desk.cli.tools.rehearse_report import Rehearsed
    from production.planning.rehearsing import in_their_words, lay_out, open_copy
    from rehearsal.application import rehearsed as played
    from rehearsal.faults import Script, read_script
    from rehearsal.live import live
    from wiring.settings import rehearsed, settle_environment

    told, scene = read_script(script, played()) if script else Script(), piece.scene
    apart, begun = lay_out(settings, datetime.now(), own_assets=piece.lays_pictures), False
    try:
        with live(apart.house, told, film=apart.film, vault=apart.state / "vault") as house:
            apart = rehearsed(apart, apart.film, house.url)
            settle_environment(apart)
            services = open_copy(apart, names, scene)
            makers = _makers(services, piece, played())
            services.telemetry.listen(board.show)
            piece.ready(settings, services)
            begun, cost = True, piece.foresee(services)
            outcome = piece.make(services)
            lines = in_their_words(services, services.ledger.log(scene))
            verdicts = {key: services.ledger.verdict(key) for line in lines if (key := line.generation_key)}
            flaws = {key: verdict.flaws for key, verdict in verdicts.items() if verdict is not None}
            return Rehearsed(outcome, house.report(), lines, apart.film, script, makers, flaws, cost)
    finally:
        if not begun:
            shutil.rmtree(apart.film, ignore_errors=True)  # a refused rehearsal leaves no folder behind


def _makers(services: Services, piece: Piece, played: tuple[str, ...]) -> tuple[str, ...]:
    """The providers that make the piece.
    Raises NotRehearsed where one of them is not simulated here, or none needs to be.
    """
    from rehearsal.errors import NotRehearsed

    scene, makers = piece.scene, piece.makers(services)
    embedded = {name for name in makers if services.provider_called(name).embedded}
    if strange := sorted(makers - embedded - set(played)):
        cause = f"nobody plays {', '.join(strange)} here"
        raise NotRehearsed(scene, cause, f"Name others with --provider; played are {', '.join(played)}.")
    if not makers - embedded:
        cause = f"its makers ({', '.join(sorted(embedded))}) work on this machine already, and cost nothing"
        raise NotRehearsed(scene, cause, f"Name the provider to rehearse: --provider {', '.join(played)}")
    return tuple(sorted(makers))
