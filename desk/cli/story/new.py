"""gate new: begin a pitch, a character, a place, a prop, a scene or a shot."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from desk.cli.options import film_option, settings_for, typed

if TYPE_CHECKING:
    from manifests.reading.film_folder import FilmFolder

F = TypeVar("F", bound=Callable[..., Any])
_SIZES = ("wide", "full", "medium", "medium_close_up", "close_up")
KINDS = (
    "short",
    "feature",
    "episode",
    "commercial",
    "music_video",
    "trailer",
    "documentary",
    "explainer",
    "art",
    "other",
)
DELIVERIES = ("cinema", "broadcast", "streaming", "web", "social", "event")
"""Written out: the help of a command loads no noun."""

_MOVES = ("static", "push_in", "pull_out", "pan_left", "pan_right", "tilt_up", "tilt_down")


@click.group()
def new() -> None:
    """Begin a pitch, a character, a place, a prop, a scene or a shot.

    What you leave out is asked on a terminal. Nobody needs a coordinate: people without marks get sensible ones.
    """


@new.command()
@click.option("--logline", help="The film in one or two sentences.")
@click.option("--kind", type=click.Choice(KINDS), help="What kind of film it is.")
@click.option("--treatment", default="", help="Its story in prose; write it into pitch.yaml later if you like.")
@click.option(
    "--length", type=click.FloatRange(min=0, min_open=True, max=36_000), help="How long it is to play, in seconds."
)
@click.option("--audience", default="", help="Whom it is for.")
@click.option("--delivery", type=click.Choice(DELIVERIES), multiple=True, help="Where it is shown. May be repeated.")
@film_option
def pitch(
    logline: str | None,
    kind: str | None,
    treatment: str,
    length: float | None,
    audience: str,
    delivery: tuple[str, ...],
    film: Path | None,
) -> None:
    """Begin pitch.yaml: what the film is about, and what kind of film it is to be. No prompt reads it."""
    folder = _film(film)
    from production.story.creating import new_pitch

    fields: dict[str, Any] = {"logline": _ask(logline, "--logline", "The film in a sentence or two")}
    fields |= {name: given for name, given in (("treatment", treatment), ("kind", kind)) if given}
    profile = {"length_s": length, "audience": audience, "delivery": list(delivery)}
    if given := {name: value for name, value in profile.items() if value}:
        fields["profile"] = given
    click.echo(f"Wrote {new_pitch(folder, fields)}. Next: {typed('gate phase')}")


@new.command()
@click.option("--name", help="The character's name.")
@click.option("--identity", help="Face, hair, age and build; never clothes.")
@click.option("--wears", help="The first wardrobe in words: a long grey coat, black boots.")
@click.option("--wardrobe", default="plain", show_default=True, help="What the first wardrobe is called.")
@click.option("--height", type=click.FloatRange(0.11, 3.0), default=1.7, show_default=True, help="In metres.")
@click.option("--animal", is_flag=True, help="It is an animal.")
@film_option
def character(
    name: str | None,
    identity: str | None,
    wears: str | None,
    wardrobe: str,
    height: float,
    film: Path | None,
    *,
    animal: bool,
) -> None:
    """Begin a character in bible/characters/."""
    folder = _film(film)
    from production.story.creating import new_entry, worn

    name = _ask(name, "--name", "Name")
    identity = _ask(identity, "--identity", "Face, hair, age and build")
    fields = {"kind": "animal"} if animal else {}
    clothes = worn(wardrobe, _ask(wears, "--wears", "Wears"))
    path = new_entry(
        folder, "character", name, fields | {"height_m": height, "identity": identity, "wardrobes": clothes}
    )
    look = next(iter(clothes))
    click.echo(
        f"Wrote {path}. Its pictures, cut out, feet on the bottom edge:\n"
        f"  assets/characters/{path.stem}/{look}/{{front,three_quarter,side,back}}.png\n"
        f"Then: {typed('gate lock')}"
    )


@new.command()
@click.option("--name", help="The place's name.")
@click.option("--words", help="What is there, in physical words.")
@click.option("--light", help="Where the light comes from, and its colour.")
@click.option(
    "--floor",
    type=click.FloatRange(0.31, 1.0),
    default=0.92,
    show_default=True,
    help="How far down its picture people stand.",
)
@film_option
def place(name: str | None, words: str | None, light: str | None, floor: float, film: Path | None) -> None:
    """Begin a place in bible/locations/."""
    folder = _film(film)
    from production.story.creating import new_entry

    name, words = _ask(name, "--name", "Name"), _ask(words, "--words", "What is there")
    fields = {"words": words, "light": _ask(light, "--light", "Light"), "floor": floor}
    path = new_entry(folder, "place", name, fields)
    click.echo(f"Wrote {path}. Its picture: assets/locations/{path.stem}.png, 1920×1080. Then: {typed('gate lock')}")


@new.command()
@click.option("--name", help="The prop's name.")
@click.option("--words", help="What it looks like, in physical words.")
@film_option
def prop(name: str | None, words: str | None, film: Path | None) -> None:
    """Begin a prop in bible/props/."""
    folder = _film(film)
    from production.story.creating import new_entry

    name = _ask(name, "--name", "Name")
    path = new_entry(folder, "prop", name, {"words": _ask(words, "--words", "What it looks like")})
    click.echo(f"Wrote {path}. Its picture, cut out: assets/props/{path.stem}.png. Then: {typed('gate lock')}")


def _shot_options(command: F) -> F:
    for option in (
        click.option("--place", help="Where: a place of the bible."),
        click.option("--action", help="What moves, in physical words."),
        click.option(
            "--cast",
            multiple=True,
            metavar="WHO",
            help="Who is there, from left to right: ada, or ada/coat. May be repeated.",
        ),
        click.option("--says", multiple=True, metavar="LINE", help='A line: "ada: Well." May be repeated.'),
        click.option("--size", type=click.Choice(_SIZES), default="full", show_default=True, help="How much is seen."),
        click.option(
            "--move", type=click.Choice(_MOVES), default="static", show_default=True, help="The camera's move."
        ),
        click.option("--length", type=click.FloatRange(1, 15), help="In seconds. Default: what its words take."),
        click.option("--shot-name", help="What you call the shot: 4A."),
    ):
        command = option(command)
    return command


@new.command()
@click.option("--title", help="The scene's title.")
@click.option("--intent", default="", help="What the scene is for, in one line.")
@_shot_options
@film_option
def scene(title: str | None, intent: str, film: Path | None, **shot: Any) -> None:
    """Begin a scene after all others, with its first shot."""
    folder = _film(film)
    from production.story.creating import new_scene

    title = _ask(title, "--title", "Title")
    _say(*new_scene(folder, title, intent, _fields(folder, shot)))


@new.command()
@click.argument("scene")
@_shot_options
@film_option
def shot(scene: str, film: Path | None, **shot: Any) -> None:
    """Begin a shot at the end of SCENE."""
    folder = _film(film)
    from production.story.creating import new_shot
    from wiring.film_files import refuse_unknown

    refuse_unknown(folder, "scene", scene)
    _say(*new_shot(folder, scene, _fields(folder, shot)))


def _fields(folder: FilmFolder, shot: dict[str, Any]) -> Any:
    from production.story.creating import shot_fields

    places = ", ".join(sorted(folder.bible.locations)) or "none yet: gate new place"
    where = _ask(shot["place"], "--place", f"Place ({places})")
    return shot_fields(
        folder,
        place=where,
        action=_ask(shot["action"], "--action", "What moves"),
        cast=shot["cast"],
        says=shot["says"],
        camera={"size": shot["size"], "move": shot["move"]},
        name=shot["shot_name"],
        length=shot["length"],
    )


def _say(name: str, path: Path) -> None:
    run = typed(f"gate run {name.partition('_')[0]}")
    click.echo(f"Wrote {name} into {path}. Next: {run}")


def _film(film: Path | None) -> FilmFolder:
    from manifests.reading.film_folder import read_film

    return read_film(settings_for(film).film)


def _ask(given: str | None, flag: str, question: str) -> str:
    """The given answer; else the one that a person types. Raises UsageError where there is no terminal."""
    if given is not None and given.strip():
        return given.strip()
    if not sys.stdin.isatty():
        raise click.UsageError(f"{flag} is missing, and there is no terminal to ask on")
    return str(click.prompt(question, err=True)).strip()
