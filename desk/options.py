"""The options many commands share, and the film they name."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from manifests.breakdown import Breakdown
    from manifests.reading import FilmFolder
    from wiring.services import Services
    from wiring.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

_given: ContextVar[tuple[Path | None, Path | None, str]] = ContextVar("given", default=(None, None, ""))
"""The film, the price file and the scene that the command under way was given; what it prints to type next repeats them."""

_COMMAND = re.compile(r"(?<=: )gate [^;,()`\n]*?(?=\.?$|; |\. [A-Z])", re.MULTILINE)
"""A command that an error's cure tells to type: after a colon, up to the end of the line or the sentence, or a semicolon."""


def film_option(command: F) -> F:
    """`--film DIR`: the film's folder."""
    return click.option(
        "--film", type=click.Path(path_type=Path, file_okay=False), default=None, metavar="DIR",
        help="The film's folder (where film.yaml is). Default: GATE_FILM, here, or the one last named from here.",
    )(command)  # fmt: skip


def json_option(command: F) -> F:
    """`--json`: facts for programs on standard output."""
    return click.option("--json", "as_json", is_flag=True, help="Print facts as JSON on standard output.")(command)


def prices_option(command: F) -> F:
    """`--prices FILE`: rows that go before the built-in price book's."""
    return click.option(
        "--prices", type=click.Path(path_type=Path, dir_okay=False), default=None, help="A price file of your own."
    )(command)


def open_film(
    film: Path | None, prices: Path | None = None, flaws: Path | None = None, *, scopes: Iterable[str] = (),
    check: Callable[[FilmFolder], object] | None = None,
) -> Services:  # fmt: skip
    """The film's services. Raises what cannot be read, what of `scopes` it does not have, and what `check` raises before the film's first
    books are made (`wiring.services.open_services`), before anything is made.
    """
    from wiring.last_film import remember
    from wiring.services import open_services
    from wiring.settings import settle_environment

    settings, asked = settings_for(film, prices, flaws), tuple(scopes)
    scenes = {
        name.partition("_")[0]
        for kind, _, name in (scope.partition(":") for scope in asked)
        if kind in {"scene", "shot"}
    }
    _given.set((film, prices, scenes.pop() if len(scenes) == 1 else ""))
    settle_environment(settings)
    services = open_services(settings, asked, check)
    if film is not None:
        remember(film, Path.cwd())
    return services


def settings_for(film: Path | None, prices: Path | None = None, flaws: Path | None = None) -> Settings:
    """The settings for the film that is named; else GATE_FILM's, the one here, or the one last named from here."""
    from wiring.last_film import recall
    from wiring.settings import read_settings

    _given.set((film, prices, ""))
    settings = read_settings(film, prices=prices, flaws=flaws)
    if film is None and not (settings.film / "film.yaml").exists() and (last := recall(Path.cwd())):
        _say_once(last)
        return read_settings(last, prices=prices, flaws=flaws)
    return settings


@cache
def _say_once(film: Path) -> None:
    click.echo(f"film: {film} (the one last named here)", err=True)


def dollars(text: str, option: str) -> int:
    """An amount given on the command line, in micro-dollars. Raises BadParameter, naming the option."""
    from manifests.money import parse_usd

    try:
        return parse_usd(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no amount of US dollars; write 0.39", param_hint=option) from None


def typed(command: str, film: Path | None = None, *, scene: str = "") -> str:
    """A next command as the user would type it: with its scene, the film's folder and the price file, where those were named.

    `film`, `scene`: others than the command under way was given. Words that are no command stay as they are.
    """
    given_film, prices, given_scene = _given.get()
    found, names, rest = _parts_of(command)
    if found is None:
        return command
    takes = {option for param in found.params for option in param.opts}
    if (scene := scene or given_scene) and not rest and _wants_scene(found):
        command = " ".join(("gate", *names, scene))
    for option, value in (("--film", film or given_film), ("--prices", prices)):
        if value and option in takes and f"{option} " not in command:
            command = f"{command} {option} {shlex.quote(str(value))}"
    return command


def retyped(words: str, *, scene: str = "") -> str:
    """An error's cure, with the commands that it tells to type as `typed` writes them."""
    return _COMMAND.sub(lambda found: typed(found.group(), scene=scene), words)


def _wants_scene(command: click.Command) -> bool:
    """Whether the command's first word is a scene that it cannot do without."""
    first = next((param for param in command.params if isinstance(param, click.Argument)), None)
    return first is not None and first.required and first.name == "scene"


def _parts_of(command: str) -> tuple[click.Command | None, list[str], list[str]]:
    """The command that words which begin with "gate" name, those names, and its arguments; None where the words after it are prose."""
    context = click.get_current_context(silent=True)
    words = re.findall(r'"[^"]*"|\S+', command)
    if context is None or words[:1] != ["gate"]:
        return None, [], []
    found: click.Command | None = context.find_root().command
    names: list[str] = []
    rest = words[1:]
    while isinstance(found, click.Group):
        if not rest:
            return None, names, rest
        names, found, rest = [*names, rest[0]], found.get_command(context, rest[0]), rest[1:]
    if found is None or any(
        re.fullmatch(r"[a-z]+\.?", word) and not before.startswith("-") and word not in _VALUES
        for before, word in zip(["", *rest], rest, strict=False)
    ):
        return None, names, rest
    return found, names, rest


_VALUES = frozenset({"pass", "fail", "composite", "polish"})
"""Plain words that are arguments of commands."""


def say(words: str) -> None:
    """Words for people while they wait, on standard error: standard output is for what was asked for."""
    click.echo(words, err=True)


def print_json(facts: object) -> None:
    """Facts on standard output, one JSON document."""
    click.echo(json.dumps(facts, indent=2, ensure_ascii=False))


def usd(microusd: int) -> float:
    """Dollars as a JSON number; the exact micro-dollars stand beside it."""
    from decimal import Decimal

    return float(Decimal(microusd) / 1_000_000)


def money(name: str, microusd: int) -> dict[str, float | int]:
    """One amount under both its names: `<name>_usd` for people, `<name>_microusd` for sums."""
    return {f"{name}_usd": usd(microusd), f"{name}_microusd": microusd}


def cost_facts(cost: Breakdown) -> dict[str, object]:
    """What is left to buy, for programs: the same parts under the same names in every command."""
    parts = {
        name: {"steps": part.steps, **money("likely", part.likely_microusd), **money("worst", part.worst_microusd)}
        for name, part in cost.parts.items()
    }
    lengths = [{"plays_s": plays, "bought_s": bought} for plays, bought in cost.lengths]
    longer = {"shots": cost.longer_shots, "lengths": lengths, **money("likely", cost.longer_microusd)}
    return {**parts, "bought_longer": longer}
