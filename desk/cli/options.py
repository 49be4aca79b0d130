"""The options many commands share, and the film they name."""

from __future__ import annotations

import contextlib
import json
import re
import shlex
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from manifests.names import scene_of_shot

if TYPE_CHECKING:
    from manifests.reading.film_folder import FilmFolder
    from manifests.spending.breakdown import Breakdown
    from wiring.services import Services
    from wiring.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

_given: ContextVar[tuple[Path | None, Path | None, str]] = ContextVar("given", default=(None, None, ""))
"""The film, the price file and the scene that the command under way was given;
the next commands that it prints repeat them.
"""

_COMMAND = re.compile(r"(?<=: )gate [^;,()`\n]*?(?=\.?$|; |\. [A-Z])", re.MULTILINE)
"""A command that an error's fix tells the user to type: after a colon, up to the end of the line or the sentence,
or a semicolon.
"""


def film_option(command: F) -> F:
    """`--film DIR`: the film's folder."""
    return click.option(
        "--film",
        type=click.Path(path_type=Path, file_okay=False),
        default=None,
        metavar="DIR",
        help="The film's folder, which has film.yaml. Default: GATE_FILM, else this folder, else the film last "
        "named from it.",
    )(command)


def json_option(command: F) -> F:
    """`--json`: facts for programs on standard output."""
    return click.option("--json", "as_json", is_flag=True, help="Print facts as JSON on standard output.")(command)


def prices_option(command: F) -> F:
    """`--prices FILE`: rows that go before the built-in price book's."""
    return click.option(
        "--prices",
        type=click.Path(path_type=Path, dir_okay=False),
        default=None,
        help="A price file of your own; it goes before the built-in prices.",
    )(command)


def open_film(
    film: Path | None,
    prices: Path | None = None,
    flaws: Path | None = None,
    *,
    scopes: Iterable[str] = (),
    check: Callable[[FilmFolder], object] | None = None,
) -> Services:
    """The film's services, for a command that writes. Raises what cannot be read, what of `scopes` it does not have,
    and what `check` raises while there is no ledger (`wiring.opening.open_services`), before anything is made.
    """
    from wiring.opening import open_services

    asked = tuple(scopes)
    return _opened(film, asked, settings_for(film, prices, flaws), lambda at: open_services(at, asked, check))


def read_film(film: Path | None, prices: Path | None = None, *, scopes: Iterable[str] = ()) -> Services:
    """The film's services, for a command that only reads; what it parsed and looked at is kept in the film's cache.
    Raises what cannot be read, and what of `scopes` it does not have.
    """
    from wiring.opening import read_services
    from wiring.settings import make_state

    asked = tuple(scopes)
    services = _opened(film, asked, settings_for(film, prices), lambda at: read_services(at, asked))
    with contextlib.suppress(OSError):  # where nobody may write, the next command parses again
        make_state(services.settings)
        if services.folder.remembered is not None:
            services.folder.remembered.keep()
    return services


def _opened(
    film: Path | None, scopes: tuple[str, ...], settings: Settings, opens: Callable[[Settings], Services]
) -> Services:
    """Open it, and remember which film, price file and scene the command was given."""
    from wiring.last_film import remember
    from wiring.settings import settle_environment

    scenes = {
        scene_of_shot(name) for kind, _, name in (scope.partition(":") for scope in scopes) if kind in {"scene", "shot"}
    }
    _given.set((*_given.get()[:2], scenes.pop() if len(scenes) == 1 else ""))
    settle_environment(settings)
    services = opens(settings)
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
        raise click.BadParameter(
            f"{text!r} is not an amount of US dollars; expected, for example, 0.39", param_hint=option
        ) from None


def typed(command: str, film: Path | None = None, *, scene: str = "") -> str:
    """A next command as the user would type it: with its scene, the film's folder and the price file,
    where those were named.

    `film`, `scene`: others than the command under way was given. Words that are not commands stay as they are.
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
    """An error's fix, with its commands as `typed` writes them."""
    return _COMMAND.sub(lambda found: typed(found.group(), scene=scene), words)


def _wants_scene(command: click.Command) -> bool:
    """Whether the command's first word is a scene that it cannot do without."""
    first = next((param for param in command.params if isinstance(param, click.Argument)), None)
    return first is not None and first.required and first.name == "scene"


def _parts_of(command: str) -> tuple[click.Command | None, list[str], list[str]]:
    """The command that words which begin with "gate" name, those names, and its arguments;
    None where the words after it are prose.
    """
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
    """The steps left to buy, for programs: the same parts under the same names in every command."""
    parts = {
        name: {"steps": part.steps, **money("likely", part.likely_microusd), **money("worst", part.worst_microusd)}
        for name, part in cost.parts.items()
    }
    lengths = [{"plays_s": plays, "bought_s": bought} for plays, bought in cost.lengths]
    longer = {"shots": cost.longer_shots, "lengths": lengths, **money("likely", cost.longer_microusd)}
    return {**parts, "bought_longer": longer}
