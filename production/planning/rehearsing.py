"""Lays out what a rehearsal plays with: a copy of the film's words below its state, other makers in it, its pictures
linked.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

from ruamel.yaml import YAML

from governor.ledger import Ledger
from governor.other_tools.generation_log import LogLine
from manifests.decision import Decision
from manifests.privacy import PRIVATE
from manifests.reading.film_folder import FilmFolder, read_film
from manifests.take import Operation
from production.journey.requests import with_words
from providers.capabilities import listed
from providers.errors import Invalid
from wiring.errors import NotAFilm
from wiring.opening import open_services
from wiring.services import Services
from wiring.settings import Settings, make_state, rehearsed
from wiring.stores import open_store

_FOLDER = "rehearsals"
_MAKE: frozenset[Operation] = frozenset({"panel", "clip"})
_WORDS = ("film.yaml", "lock.yaml", "bible", "scenes", "sketches")


def lay_out(settings: Settings, now: datetime, *, own_assets: bool = False) -> Settings:
    """Copy the film's words into a new folder below its state, and give the settings of that copy.

    Its pictures are linked, not copied, all at once or, for `own_assets`, each by itself, so that more can be laid
    beside them; what lies in the film's store alone is put into the copy's. The film's ledger is not opened. Raises
    NotAFilm, ManifestError, StoreRefused, StoreDown.
    """
    if not (settings.film / "film.yaml").is_file():
        cure = "Name the film's folder with --film DIR, or begin one: gate init DIR"
        raise NotAFilm(str(settings.film), "there is no film.yaml in it", cure)
    folder = read_film(settings.film)
    make_state(settings)
    copy = _fresh(settings.state / _FOLDER, f"{now:%Y-%m-%d-%H%M%S}")
    for name in (*_WORDS, *_grades(folder)):
        source, target = settings.film / name, copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        elif source.is_file():
            shutil.copyfile(source, target)
    if folder.assets.is_dir() and own_assets:
        shutil.copytree(folder.assets, copy / "assets", copy_function=_linked)
    elif folder.assets.is_dir():
        (copy / "assets").symlink_to(folder.assets.resolve(), target_is_directory=True)
    _link_weights(folder, copy)
    apart = rehearsed(settings, copy, None)
    make_state(apart)
    apart.house.mkdir()
    _bring_pictures(settings, apart, folder.assets)
    return apart


def _link_weights(folder: FilmFolder, copy: Path) -> None:
    """Show the copy the film's own image models, which are named from film.yaml: gigabytes, never copied."""
    eyes = folder.film.eyes
    named = (eyes.weights_file(folder.root) if eyes.model else None, folder.root / eyes.face if eyes.face else None)
    for path in filter(None, named):
        if path.is_relative_to(folder.root):
            first = path.relative_to(folder.root).parts[0]
            if not (copy / first).exists():
                (copy / first).symlink_to((folder.root / first).resolve())


def recast(services: Services, names: Sequence[str]) -> None:
    """Let these providers make the copy's film, each of them something; of two that can make a thing the one named
    first.

    Raises Invalid where one of them is nobody, or nothing is left for it to make.
    """
    makers = cast({name: _operations(services, name) for name in names})
    path, yaml = services.settings.film / "film.yaml", YAML()
    document = yaml.load(path)
    named = document.setdefault("providers", {})
    for operation, name in makers.items():
        if named.get(operation) != name:
            named[operation] = name
            named.pop(f"{operation}_model", None)  # a model of the maker before
    yaml.dump(document, path)


def cast(can: Mapping[str, Sequence[Operation]]) -> dict[Operation, str]:
    """Who makes what, when everybody in `can` (what each can make, the first named first) is to make something."""
    things = sorted(_MAKE & {each for made in can.values() for each in made})
    for chosen in product(*([name for name in can if thing in can[name]] for thing in things)):
        if set(chosen) == set(can):
            return dict(zip(things, chosen, strict=True))
    last = next((name for name in can if not can[name]), [*can][-1])
    cause = "the others in --provider make all that it could" if can[last] else "it makes neither panels nor clips"
    raise Invalid(last, cause, f"It can make {listed(can[last])}; leave it or another one out.")


def makers_of(folder: FilmFolder, scene: str) -> set[str]:
    """The names of everybody who makes something of the scene, and of who judges it."""
    film = folder.film.providers
    shots = folder.scenes[scene].shots if scene in folder.scenes else ()
    judges = {film.judge} if film.judge and folder.film.judge != "never" else set()
    return judges | {film.panel, film.clip} | {name for shot in shots for name in shot.providers.values()}


def open_copy(apart: Settings, names: Sequence[str], scene: str) -> Services:
    """The copy's services, with `names` as its makers where any are given."""
    services = open_services(apart, [f"scene:{scene}"])
    if names:
        recast(services, names)
        services = open_services(apart, [f"scene:{scene}"])
    return services


def bring_order(settings: Settings, copy: Services, scene: str) -> None:
    """Write the film's own standing order of a scene into the copy's ledger; where its window is closed, set the copy's
    clock to the time at which it opens.

    A film without a ledger has no order to write. The order's plan does not bind the copy, which has makers and prices
    of its own.
    """
    if isinstance(settings.ledger, Path) and not settings.ledger.exists():
        return
    ledger = Ledger.open(settings.ledger, stop_file=settings.stop_file, film=copy.folder.film.code)
    try:
        decision = ledger.standing_order(scene)
    finally:
        ledger.close()
    if decision is None or decision.order is None:
        return
    order, now = decision.order.model_copy(update={"plan": None}), datetime.now(UTC)
    copy.ledger.decide(decision.model_copy(update={"order": order}))
    if order.night_at(now) is None:
        ahead = order.next_night(now).opens - now
        copy.ledger.set_clock(lambda: datetime.now(UTC) + ahead)


def bring_draft_resolution(settings: Settings, copy: Services) -> None:
    """Leave in the copy's ledger at which resolution the film's own ledger lets its drafts be made."""
    if isinstance(settings.ledger, Path) and not settings.ledger.exists():
        return
    film = copy.folder.film.code
    ledger = Ledger.open(settings.ledger, stop_file=settings.stop_file, film=film)
    try:
        decided = ledger.draft_resolution(film)
    finally:
        ledger.close()
    if decided != copy.ledger.draft_resolution(film):
        copy.ledger.decide(
            Decision(
                kind="draft_resolution",
                scope=f"film:{film}",
                who=settings.who,
                door="command line",
                subject=decided,
                why="as the film's own ledger says",
                made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            )
        )


def in_their_words(services: Services, lines: Sequence[LogLine]) -> tuple[LogLine, ...]:
    """Calls for private shots with their prompts, by which a played provider's faults are told apart. They are not for
    showing.
    """
    return tuple(
        replace(line, prompt=with_words(services.ledger.take(key).order, services.folder).prompt)
        if line.prompt == PRIVATE and (key := line.generation_key)
        else line
        for line in lines
    )


def _operations(services: Services, name: str) -> list[Operation]:
    """What of a scene the provider can make; a judge makes nothing. Raises Invalid for a name that nobody has."""
    return sorted(services.provider_called(name).operations & _MAKE)


def _linked(source: str, target: str) -> str:
    """The same file under a second name; a copy where the copy of the film lies on another disk."""
    try:
        Path(target).hardlink_to(Path(source).resolve())
    except OSError:
        shutil.copyfile(source, target)
    return target


def _fresh(parent: Path, name: str) -> Path:
    for number in range(1, 100):
        folder = parent / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        return folder
    raise NotAFilm(str(parent / name), "a hundred rehearsals began in this second", "Begin another a little later.")


def _grades(folder: FilmFolder) -> set[str]:
    shots = (shot for scene in folder.scenes.values() for shot in scene.shots)
    return {grade for grade in (folder.film.finish.grade, *(shot.grade for shot in shots)) if grade}


def _bring_pictures(settings: Settings, apart: Settings, assets: Path) -> None:
    """What the film's folder of pictures lacks comes from its store, wherever that is; the rest is taken from the
    folder.
    """
    store, ours = open_store(settings), open_store(apart)
    for name in store.canon.names():
        if not (assets / f"{name}.png").is_file():
            link = store.canon.resolve(name)
            ours.canon.link(name, ours.vault.put_file(store.vault.path(link.sha256)), link.approved_by)
