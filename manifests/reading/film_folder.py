"""Reads a film's folder: YAML 1.2, strict, and every refusal with file, line, column, field and fix."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import ValidationError
from ruamel.yaml.comments import CommentedMap

from manifests.assembly.assembly import Assembly
from manifests.bible import Bible, Character, Location, Prop, Style
from manifests.errors import ManifestError
from manifests.film import Film
from manifests.lock import Lock
from manifests.names import scene_of_shot
from manifests.noun import SCENE_NAME, Noun
from manifests.privacy import PRIVATE
from manifests.reading.cache import ReadCache
from manifests.reading.cross_check import cross_check
from manifests.reading.document import load_yaml, place_of, plain, read_content
from manifests.reading.formats import in_format
from manifests.reading.scenes import Scenes
from manifests.scene import Scene
from manifests.story.blocking import blocked
from manifests.story.pitch import Pitch

N = TypeVar("N", bound=Noun)
_SHOWN_MAX = 80
NOTHING: Mapping[Path, bytes] = MappingProxyType({})
_SEE_SCHEMA = "See what it may hold: gate schema"


@dataclass(frozen=True, slots=True)
class FilmFolder:
    """A film as data. `root` is the folder of film.yaml. `scenes`: of an opened film, each is parsed when it is asked
    for. `pitch`, `assembly`: None where there is no pitch.yaml, or no assembly.yaml.
    """

    root: Path
    film: Film
    bible: Bible
    scenes: Scenes
    lock: Lock
    remembered: ReadCache | None = field(default=None, compare=False)
    pitch: Pitch | None = None
    assembly: Assembly | None = None

    @property
    def assets(self) -> Path:
        """Where the film's own pictures lie, named by their canonical names."""
        return self.root / "assets"

    @property
    def private(self) -> frozenset[str]:
        """The shots whose words are neither shown nor kept (docs/privacy.md)."""
        return frozenset(shot.id for scene in self.scenes.values() for shot in scene.shots if shot.private)

    def is_private(self, shot: str | None) -> bool:
        """Whether the words of that shot are neither shown nor kept; False for one that the film does not have."""
        scene = self.scenes.get(scene_of_shot(shot)) if shot else None
        return scene is not None and any(each.id == shot and each.private for each in scene.shots)

    @property
    def makers(self) -> frozenset[str]:
        """The names of all providers that make something of it, the film's and those that a shot names;
        and of its judge.
        """
        own = {name for scene in self.scenes.with_makers() for shot in scene.shots for name in shot.providers.values()}
        return self.film.providers.makers | own


def read_film(root: Path, remembered: ReadCache | None = None) -> FilmFolder:
    """Read and cross-check a film's folder. Raises ManifestError at the first thing that is wrong.

    What `remembered` knows is not parsed again; it keeps the parsed files once it is told to.
    """
    folder = open_film(root, remembered)
    for name in folder.scenes:
        folder.scenes[name]
    return folder


def open_film(
    root: Path,
    remembered: ReadCache | None = None,
    fit: Callable[[Scene], object] = lambda _scene: None,
    instead: Mapping[Path, bytes] = NOTHING,
) -> FilmFolder:
    """The same with each scene read, and cross-checked, when somebody asks for it. `fit` raises what else is wrong with
    a scene; `instead`: what some files of the bible or the scenes would hold. Raises ManifestError at the first thing
    that is wrong elsewhere.
    """
    film = read(root / "film.yaml", Film, cure="Begin a film with: gate init DIR", remembered=remembered)
    bible = read_bible(root / "bible", remembered, instead)
    _grade_is_there(root, root / "film.yaml", ("finish", "grade"), film.finish.grade)

    def scene_in(path: Path, content: bytes) -> Scene:
        scene = in_format(path, content, _read_scene(path, content, remembered), film)
        for index, shot in enumerate(scene.shots):
            _grade_is_there(root, path, ("shots", index, "grade"), shot.grade)
        cross_check(path, scene, bible)
        fit(scene)
        return blocked(scene, bible, film.aspect)

    contents = {path: instead.get(path) or read_content(path, _SEE_SCHEMA) for path in _yaml_files(root / "scenes")}
    scenes = Scenes(contents, scene_in)
    for name in scenes.misnamed():
        scenes[name]
    pitch, assembly = _optional(root / "pitch.yaml", Pitch, remembered), read_assembly(root, remembered)
    return FilmFolder(root, film, bible, scenes, read_lock(root, remembered), remembered, pitch, assembly)


def read_lock(root: Path, remembered: ReadCache | None = None) -> Lock:
    """The film's lock as it lies there now; an empty one where nothing was locked. Raises ManifestError."""
    file = root / "lock.yaml"
    return read(file, Lock, remembered=remembered) if file.exists() else Lock(assets={})


def read_assembly(root: Path, remembered: ReadCache | None = None) -> Assembly | None:
    """The film's cut as it lies there now; None where nobody wrote one. Raises ManifestError."""
    return _optional(root / "assembly.yaml", Assembly, remembered)


def _optional(file: Path, noun: type[N], remembered: ReadCache | None) -> N | None:
    return read(file, noun, remembered=remembered) if file.exists() else None


def read_bible(folder: Path, remembered: ReadCache | None = None, instead: Mapping[Path, bytes] = NOTHING) -> Bible:
    """Read bible/: characters/, locations/ and props/ (one file each) and style.yaml."""
    style = folder / "style.yaml"
    return Bible(
        characters={c.id: c for c in _read_all(folder / "characters", Character, remembered, instead)},
        locations={p.id: p for p in _read_all(folder / "locations", Location, remembered, instead)},
        props={p.id: p for p in _read_all(folder / "props", Prop, remembered, instead)},
        style=read(style, Style, remembered=remembered, content=instead.get(style)),
    )


def read(
    path: Path,
    noun: type[N],
    *,
    cure: str = _SEE_SCHEMA,
    remembered: ReadCache | None = None,
    content: bytes | None = None,
) -> N:
    """Read one YAML file as one noun, strictly: a number in quotes is not a number, and `no` is not a truth value.
    `content`: its bytes, where they were read. Raises ManifestError.
    """
    content = read_content(path, cure) if content is None else content
    if remembered and (known := remembered.find(path, content, noun)) is not None:
        return known
    document = load_yaml(path, cure=cure, content=content)
    fields = plain(path, document)
    try:
        # As JSON, because pydantic's strict mode then still makes tuples of lists.
        found = noun.model_validate_json(json.dumps(fields), strict=True)
    except ValidationError as error:
        raise _refusal(path, document, noun, error) from None
    if remembered:
        remembered.note(path, content, fields, noun)
    return found


def _refusal(path: Path, document: CommentedMap, noun: type[Noun], error: ValidationError) -> ManifestError:
    errors = error.errors(include_url=False)
    first = next((e for e in errors if e["type"] == "extra_forbidden"), errors[0])  # a misspelt field is missing too
    line, column = place_of(document, first["loc"])
    field = ".".join(str(part) for part in first["loc"])
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    given = PRIVATE if _is_private(document, first["loc"]) else first.get("input")
    cause, cure = _in_words(first["type"], first["msg"], given)
    if noun is Scene and first["loc"] == ("shots",) and first["type"] == "too_short":
        cause, cure = (
            "the scene has no shots",
            "Write its first shot below `shots:` (gate schema scene), or take the file away.",
        )
    if first["type"] == "extra_forbidden" and (near := _nearest(noun, str(first["loc"][-1]))):
        cure = f"Did you mean {near}? `gate schema` lists the fields."
    return ManifestError(path, line, column, field, cause + more, cure)


def _nearest(noun: type[Noun], wrong: str) -> str | None:
    """The field of `noun`, or of what it holds, whose name is spelled most like `wrong`."""
    schema = noun.model_json_schema()
    parts = (schema, *schema.get("$defs", {}).values())
    return next(
        iter(get_close_matches(wrong, {name for part in parts for name in part.get("properties", {})}, n=1)), None
    )


_WRONG_KIND = {
    "bool_type": ("which is neither true nor false", "Write true or false."),
    "finite_number": ("which is not a number", "Write a number."),
    "string_type": ("which is not text", "Write it in quotes."),
    "tuple_type": ("where a list should stand", "Begin each entry with a dash and a space."),
}


def _in_words(kind: str, message: str, given: object) -> tuple[str, str]:
    match kind:
        case "missing":
            return "the field is missing", "Add it; `gate schema` says what it holds."
        case "too_short":
            return (
                "the list is empty",
                "Write its first entry, or leave the field out; `gate schema` says what it holds.",
            )
        case "extra_forbidden":
            return "no such field", "Check its spelling; `gate schema` lists the fields."
        case _ if kind in _WRONG_KIND:
            what, cure = _WRONG_KIND[kind]
            return f"it is {_shown(given)}, {what}", cure
        case _:
            words = re.sub("^(Input|String|List|Dictionary) should", "it should", message)
            words = words.removeprefix("Value error, ")
            shown = _shown(given) if isinstance(given, str | int | float | bool) else ""
            return (
                f"{words}{f'; it is {shown}' if shown and shown not in words else ''}",
                "Change it and run gate lint.",
            )


def _is_private(document: Any, location: tuple[int | str, ...]) -> bool:
    """Whether the place lies in what is private, or holds a secret where somebody wrote an address:
    it is not repeated.
    """
    if location[:1] == ("notify",):
        return True
    for part in location:
        if isinstance(document, Mapping) and document.get("private"):
            return True
        try:
            document = document[part]
        except (KeyError, IndexError, TypeError):
            return False
    return False


def _shown(given: object) -> str:
    shown = repr(given)
    return shown if len(shown) <= _SHOWN_MAX else f"{shown[: _SHOWN_MAX - 1]}…"


def _read_all(folder: Path, noun: type[N], remembered: ReadCache | None, instead: Mapping[Path, bytes]) -> list[N]:
    found = []
    for path in _yaml_files(folder):
        item = read(path, noun, remembered=remembered, content=instead.get(path))
        if getattr(item, "id", path.stem) != path.stem:
            own = getattr(item, "id", "")
            copied = path.with_name(f"{own}.yaml").exists()
            cure = f"Change id to {path.stem}." if copied else f"Name the file {own}.yaml or change id to {path.stem}."
            place = place_of(load_yaml(path, content=instead.get(path)), ("id",))
            raise ManifestError(path, *place, "id", "differs from the file's name", cure)
        found.append(item)
    return found


def _read_scene(path: Path, content: bytes, remembered: ReadCache | None) -> Scene:
    scene = read(path, Scene, remembered=remembered, content=content)
    if scene.id != path.stem:
        place = place_of(load_yaml(path, content=content), ("id",))
        raise ManifestError(path, *place, "id", "differs from the file's name", _own_name(path, scene.id))
    return scene


def _own_name(path: Path, found: str) -> str:
    """The fix for a scene whose name differs from its file's: a copy gets an id of its own, in its shots too."""
    if not re.fullmatch(SCENE_NAME, path.stem):
        return f"Name the file {found}.yaml, or, where that is another scene, like SC020.yaml."
    rename = f"Change id to {path.stem}, in its shots too: sed -i.bak s/{found}/{path.stem}/g {shlex.quote(str(path))}"
    there = path.with_name(f"{found}.yaml").exists()
    return rename if there else f"{rename} ; or name the file {found}.yaml."


def _grade_is_there(root: Path, path: Path, location: tuple[int | str, ...], grade: str | None) -> None:
    """A missing grade must not come to light when the last clip has been paid for."""
    if grade and not ((file := (root / grade).resolve()).is_relative_to(root.resolve()) and file.is_file()):
        cause = f"there is no file {grade} in the film's folder"
        place = place_of(load_yaml(path), location)
        cure = "Put the .cube file there, or drop the field."
        raise ManifestError(path, *place, ".".join(map(str, location)), cause, cure)


def _yaml_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml")) if folder.is_dir() else []
