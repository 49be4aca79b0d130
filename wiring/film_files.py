"""A film's files, read once for each state of them, and what is in them by the names that people and the ledger use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from functools import lru_cache
from pathlib import Path

from manifests.keys import hash_json
from manifests.names import scene_of_shot
from manifests.reading.cache import ReadCache
from manifests.reading.film_folder import NOTHING, FilmFolder, open_film
from manifests.scene import Scene, Shot
from manifests.view_shot import BIBLE, view_shots
from providers import registry
from wiring.errors import NotAFilm
from wiring.settings import Settings

_SCENE_NAME = re.compile(r"SC\d{3,4}", re.ASCII)


@lru_cache(maxsize=8)
def read_once(settings: Settings, fingerprint: str) -> FilmFolder:  # noqa: ARG001  # an edited film is another film
    """The film's folder, read and judged, each scene when it is asked for; `fingerprint` stands for the state its files
    are in.

    Raises NotAFilm where there is none, ManifestError, Invalid for a provider nobody knows, UnknownRule. Asking for a
    scene raises ManifestError and Invalid.
    """
    return read_with(settings)


def read_with(settings: Settings, instead: Mapping[Path, bytes] = NOTHING) -> FilmFolder:
    """The same, read anew, as the film would be if some files of its bible or scenes held something else. Raises what
    `read_once` does.
    """
    if not (settings.film / "film.yaml").exists():
        cure = "Name the film's folder with --film DIR, or begin one: gate init DIR"
        raise NotAFilm(str(settings.film), "there is no film.yaml in it", cure)
    folder = open_film(settings.film, ReadCache(settings.cache / "read"), _refuse_unknown_makers_of, instead)
    _refuse_unknown_makers(folder.film.providers.makers)
    _refuse_unknown_rules(folder)
    return folder


def _refuse_unknown_makers_of(scene: Scene) -> None:
    _refuse_unknown_makers({name for shot in scene.shots for name in shot.providers.values()})


def _refuse_unknown_makers(names: Set[str]) -> None:
    for name in names - set(registry.known()):
        registry.factory(name)  # raises, naming the nearest; a known one is loaded only when it is needed


def _refuse_unknown_rules(folder: FilmFolder) -> None:
    """Raise UnknownRule for a threshold or an ask band of film.yaml that no rule would read."""
    if not (folder.film.thresholds or folder.film.ask_bands):
        return
    from checks.rules import catalogue  # noqa: PLC0415  # loads the pixel libraries

    for code in folder.film.thresholds:
        catalogue.page(code)
    for code in folder.film.ask_bands:
        catalogue.asking_page(code)


def refuse_unknown(folder: FilmFolder, kind: str, name: str) -> None:
    """Raises NotAFilm unless the film has it, or is it. `kind`: film, scene or shot."""
    if kind == "shot" and name.startswith(f"{BIBLE}_"):
        if name not in {one.id for one in scene_or_bible(folder, BIBLE).shots}:
            raise NotAFilm(name, "the bible asks for no such view", f"See what was made: gate log {BIBLE}")
    elif kind == "shot":
        shot_of(folder, name)
    elif kind == "scene":
        scene_or_bible(folder, name)
    elif name != folder.film.code:
        raise NotAFilm(name, f"this film is {folder.film.code}", f"Write film:{folder.film.code}.")


def scene_of(folder: FilmFolder, scene_id: str) -> Scene:
    """The scene called `scene_id`. Raises NotAFilm."""
    scene = folder.scenes.get(scene_id)
    if scene is None:
        known = ", ".join(sorted(folder.scenes)) or "none"
        cure = (
            f"Write scenes/{scene_id}.yaml first."
            if _SCENE_NAME.fullmatch(scene_id)
            else "Scenes are called like SC010."
        )
        raise NotAFilm(scene_id, f"the film has no such scene; it has {known}", cure)
    return scene


def scene_or_bible(folder: FilmFolder, name: str) -> Scene:
    """The scene of that name, or the reference views of the bible for BIBLE, under which the ledger keeps them.
    Raises NotAFilm.
    """
    if name != BIBLE:
        return scene_of(folder, name)
    if (found := view_shots(folder.bible)) is None:
        raise NotAFilm(BIBLE, "the bible has no characters", "Write one: bible/characters/ada.yaml")
    return found


def shot_of(folder: FilmFolder, shot_id: str) -> Shot:
    """The shot called `shot_id`. Raises NotAFilm."""
    scene = scene_of(folder, scene_of_shot(shot_id))
    found = next((shot for shot in scene.shots if shot.id == shot_id), None)
    if found is None:
        raise NotAFilm(shot_id, "the scene has no such shot", f"It has {', '.join(s.id for s in scene.shots)}.")
    return found


def fingerprint_of(settings: Settings) -> str:
    """A hash of the film's files and pictures, by their times and sizes: another state of them has another hash."""
    files = [*(settings.film / f"{name}.yaml" for name in ("film", "pitch", "lock", "assembly")), settings.prices]
    files += [*settings.film.glob("bible/**/*.yaml"), *settings.film.glob("scenes/*.yaml")]
    files += sorted(settings.film.glob("assets/**/*.png"))
    stats = [[str(p), p.stat().st_mtime_ns, p.stat().st_size] for p in files if p and p.exists()]
    return hash_json(sorted(stats))
