"""Lays out what a rehearsal plays with: a copy of the film's words below its state, other makers in it, its pictures linked."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from ruamel.yaml import YAML

from manifests.reading import FilmFolder, read_film
from manifests.take import Operation
from providers.capabilities import listed
from providers.errors import Invalid
from wiring.errors import NotAFilm
from wiring.services import Services, open_services
from wiring.settings import Settings, rehearsed
from wiring.stores import Store, open_store

_FOLDER = "rehearsals"
_MAKE: frozenset[Operation] = frozenset({"panel", "clip"})
_WORDS = ("film.yaml", "lock.yaml", "bible", "scenes")


def lay_out(settings: Settings, now: datetime) -> Settings:
    """Copy the film's words into a new folder below its state, and give the settings of that copy.

    Its pictures are linked, not copied; what lies in the film's store alone is put into the copy's. The film's books are not
    opened. Raises NotAFilm, ManifestError.
    """
    if not (settings.film / "film.yaml").is_file():
        cure = "Name the film's folder with --film DIR, or begin one: gate init DIR"
        raise NotAFilm(str(settings.film), "there is no film.yaml in it", cure)
    folder = read_film(settings.film)
    copy = _fresh(settings.state / _FOLDER, f"{now:%Y-%m-%d-%H%M%S}")
    for name in (*_WORDS, *_grades(folder)):
        source, target = settings.film / name, copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        elif source.is_file():
            shutil.copyfile(source, target)
    if folder.assets.is_dir():
        (copy / "assets").symlink_to(folder.assets.resolve(), target_is_directory=True)
    apart = rehearsed(settings, copy, None)
    apart.house.mkdir(parents=True)
    _bring_pictures(open_store(settings), open_store(apart))
    return apart


def recast(services: Services, names: Sequence[str]) -> None:
    """Let these providers make the copy's film: each what it can, and of two that can both the one named first.

    Raises Invalid where one of them is nobody, or makes nothing that is left to make.
    """
    makers: dict[Operation, str] = {}
    for name in names:
        can = _operations(services, name)
        made = [each for each in can if each not in makers]
        if not made:
            cause = (
                "those before it in --provider make all that it could" if can else "it makes neither panels nor clips"
            )
            raise Invalid(name, cause, f"It can make {listed(can)}; leave it out, or name it earlier.")
        makers |= dict.fromkeys(made, name)
    path, yaml = services.settings.film / "film.yaml", YAML()
    document = yaml.load(path)
    cast = document.setdefault("providers", {})
    for operation, name in makers.items():
        if cast.get(operation) != name:
            cast[operation] = name
            cast.pop(f"{operation}_model", None)  # a model of the maker before
    yaml.dump(document, path)


def makers_of(folder: FilmFolder, scene: str) -> set[str]:
    """The names of everybody who makes something of the scene."""
    film = folder.film.providers
    shots = folder.scenes[scene].shots if scene in folder.scenes else ()
    return {film.panel, film.clip} | {name for shot in shots for name in shot.providers.values()}


def open_copy(apart: Settings, names: Sequence[str], scene: str) -> Services:
    """The copy's services, with `names` as its makers where any are given."""
    services = open_services(apart, [f"scene:{scene}"])
    if names:
        recast(services, names)
        services = open_services(apart, [f"scene:{scene}"])
    return services


def _operations(services: Services, name: str) -> list[Operation]:
    """What of a scene the provider can make; a judge makes nothing. Raises Invalid for a name that nobody has."""
    return sorted(services.provider_called(name).operations & _MAKE)


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


def _bring_pictures(theirs: Store, ours: Store) -> None:
    for link in theirs.canon.links():
        ours.canon.link(link.name, ours.vault.put_file(theirs.vault.path(link.sha256)), link.approved_by)
