"""gate turnover: the cut with its media, for editing programs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from desk.cli.options import film_option, json_option, open_film, print_json, retyped
from desk.cli.progress import counted_progress
from manifests.names import scene_of_shot

if TYPE_CHECKING:
    from assembly.turnover.timecode import Counting
    from manifests.film import TierName
    from manifests.reading.film_folder import FilmFolder
    from production.post.resolving import ResolvedFilm
    from production.turnover.media import Alternates
    from production.turnover.turning_over import TurnedOver

_RATES = ("23.976", "24", "25", "29.97", "30")


@click.command()
@click.argument("scene", required=False)
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="The folder: a new one, or that of the same turnover before. Default: out/turnover/NAME.",
)
@click.option(
    "--tier", type=click.Choice(["draft", "final"]), default="final", help="Turn over finals (the default) or drafts."
)
@click.option(
    "--rate",
    type=click.Choice(_RATES),
    help="Frames a second, where they differ from the film's: 23.976 of 24, 29.97 of 30.",
)
@click.option("--drop-frame", is_flag=True, help="Write drop-frame timecode; at 29.97 only.")
@click.option(
    "--alternates",
    type=click.Choice(["none", "passed", "all"]),
    default="passed",
    help="Other takes of each shot: those that passed their gate (the default), all that there are, or none.",
)
@click.option(
    "--partial", is_flag=True, help="Let a shot's panel stand in for it, under a slate, where it is not made."
)
@film_option
@json_option
def turnover(
    scene: str | None,
    into: Path | None,
    tier: str,
    rate: str | None,
    alternates: str,
    film: Path | None,
    *,
    drop_frame: bool,
    partial: bool,
    as_json: bool,
) -> None:
    """Write a folder that editing programs open: the cut as OTIO, FCPXML, Final Cut Pro 7 XML, AAF, Avid log and EDL,
    with its media, their timecode and reels, and a list of what each format could not carry. Spends nothing.

    Without SCENE: the whole film, as gate film joins it. Files that are there already stay, and a turnover that was
    killed goes on. Files that it did not write are never touched.
    """
    from assembly.turnover.timecode import counting_of
    from production.post.resolving import refuse_unready, resolve
    from production.turnover.turning_over import name_of, turn_over
    from wiring.scratch import sweep

    def counted(folder: FilmFolder) -> Counting:
        return counting_of(folder.film.fps, rate, drop_frame=drop_frame)

    services = open_film(film, scopes=[f"scene:{scene}"] if scene else [], check=counted)
    counting = counted(services.folder)
    asked: TierName = "draft" if tier == "draft" else "final"
    found = resolve(services, asked, partial=partial, scene=scene)
    sweep(services)
    if not partial:
        refuse_unready(found, scene or services.folder.film.title, "gate turnover")
    name = name_of(services, found, scene)
    folder = into or services.settings.out / "turnover" / f"{name}_{counting.name.replace(' ', '_')}"
    others, progress = cast("Alternates", alternates), counted_progress("files")
    made = turn_over(services, found, counting, folder, name=name, alternates=others, progress=progress)
    print_json(_facts(found, made)) if as_json else _tell(found, made)


def _tell(found: ResolvedFilm, made: TurnedOver) -> None:
    cut, files = found.cut, made.parts.files
    shots = sum(shot.item is not None for shot in cut.shots)
    length = f"{cut.frames} frames at {made.counting.name}"
    takes, shown = sum(file.kind == "take" for file in files), len({file.name for file in made.parts.shown})
    click.echo(f"{cut.title}: {shots} shots, {length}, {cut.tier}")
    for missing in found.missing:
        left = " (left out)" if scene_of_shot(missing.subject) in found.left_out else ""
        click.echo(f"  ! {missing}{left}. {retyped(f'Next: {missing.cure}')}")
    click.echo(f"{len(files)} media files, {takes} takes, {shown} of them in the picture")
    for file in made.files:
        click.echo(str(file))
    lost = {name: len(losses) for name, losses in made.lost.items()}
    every = lost.pop("")
    told = ", ".join(f"{Path(name).suffix[1:]} {count}" for name, count in lost.items())
    click.echo(f"What they could not carry ({every} in every file, {told}): {made.folder / 'LOST.md'}")


def _facts(found: ResolvedFilm, made: TurnedOver) -> dict[str, object]:
    from production.turnover.turning_over import LOST, README, TABLE

    counting = made.counting
    return {
        "folder": str(made.folder),
        "frames": found.cut.frames,
        "rate": f"{counting.rate.numerator}/{counting.rate.denominator}",
        "drop_frame": counting.drop_frame,
        "tier": found.cut.tier,
        "files": [str(file) for file in made.files],
        "table": str(made.folder / TABLE),
        "lost_list": str(made.folder / LOST),
        "readme": str(made.folder / README),
        "media": [{"reel": each.reel, "file": each.name, "sha256": each.sha256} for each in made.parts.files],
        "lost": {name or "every file": [asdict(loss) for loss in losses] for name, losses in made.lost.items()},
        "missing": [{"subject": m.subject, "what": m.words, "fix": m.cure} for m in found.missing],
        "left_out": list(found.left_out),
    }
