"""Reads a film's folder: YAML 1.2, strict, and every refusal with file, line, column, field and cure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from manifests.bible import Bible, Character, Location, Prop, Style
from manifests.errors import ManifestError
from manifests.film import Film
from manifests.lock import Lock
from manifests.noun import Noun
from manifests.scene import Scene

N = TypeVar("N", bound=Noun)
_BYTES_MAX = 2_000_000
"""A manifest a person writes is a few kilobytes; a larger file is a mistake (a video, a log) or an attack."""

_NODES_MAX = 50_000
"""A scene of 400 shots has about 12 000 values; more come only from aliases that multiply."""

_PATH_PARTS = 8


@dataclass(frozen=True, slots=True)
class FilmFolder:
    """A film as data. `root` is the folder of film.yaml."""

    root: Path
    film: Film
    bible: Bible
    scenes: dict[str, Scene]
    lock: Lock

    @property
    def assets(self) -> Path:
        """Where the film's own pictures lie, named by their canonical names."""
        return self.root / "assets"


def read_film(root: Path) -> FilmFolder:
    """Read and cross-check a film's folder. Raises ManifestError at the first thing that is wrong."""
    film = read(root / "film.yaml", Film, cure="Begin a film with: gate init DIR")
    bible = read_bible(root / "bible")
    scenes = {scene.id: scene for scene in (_read_scene(path) for path in _yaml_files(root / "scenes"))}
    lock_file = root / "lock.yaml"
    lock = read(lock_file, Lock) if lock_file.exists() else Lock(assets={})
    for scene in scenes.values():
        _cross_check(root / "scenes" / f"{scene.id}.yaml", scene, bible)
    return FilmFolder(root, film, bible, scenes, lock)


def read_bible(folder: Path) -> Bible:
    """Read bible/: characters/, locations/ and props/ (one file each) and style.yaml."""
    return Bible(
        characters={c.id: c for c in _read_all(folder / "characters", Character)},
        locations={p.id: p for p in _read_all(folder / "locations", Location)},
        props={p.id: p for p in _read_all(folder / "props", Prop)},
        style=read(folder / "style.yaml", Style),
    )


def read(path: Path, noun: type[N], *, cure: str = "See what it may hold: gate schema") -> N:
    """Read one YAML file as one noun. Raises ManifestError."""
    document = load_yaml(path, cure=cure)
    try:
        return noun.model_validate(plain(document))
    except ValidationError as error:
        raise _refusal(path, document, error) from None
    except (ValueError, RecursionError) as error:
        cause = "it refers to itself" if isinstance(error, RecursionError) else str(error)
        raise ManifestError(path, 1, 1, "", cause, "Write the values out instead of aliasing them.") from None


def load_yaml(path: Path, *, cure: str = "See what it may hold: gate schema") -> CommentedMap:
    """Read a YAML 1.2 mapping with the place of each of its fields. Raises ManifestError."""
    try:
        raw = path.read_bytes()
        if len(raw) > _BYTES_MAX:
            raise ManifestError(path, 0, 0, "", f"it holds {len(raw)} bytes; a manifest has at most {_BYTES_MAX}", cure)
        text = raw.decode("utf-8-sig")
    except FileNotFoundError:
        raise ManifestError(path, 0, 0, "", "there is no such file", cure) from None
    except UnicodeDecodeError as error:
        raise ManifestError(path, 1, 1, "", f"it is not UTF-8 text (byte {error.start})", "Save it as UTF-8.") from None
    except OSError as error:
        raise ManifestError(path, 0, 0, "", f"it cannot be read ({error.strerror})", cure) from None
    try:
        document = _yaml().load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise ManifestError(
            path, line, column, "", f"{error.problem or error.context}", "Mend the YAML there."
        ) from None
    except (YAMLError, RecursionError, ValueError) as error:
        raise ManifestError(path, 1, 1, "", f"it is no YAML: {error}", "Mend the YAML.") from None
    if not isinstance(document, CommentedMap):
        raise ManifestError(path, 1, 1, "", "it holds no fields", cure)
    return document


def plain(document: CommentedMap) -> dict[str, Any]:
    """The document without its YAML clothes. Raises ValueError when aliases make it grow past `_NODES_MAX` values."""
    left = iter(range(_NODES_MAX))

    def bare(value: Any) -> Any:
        if next(left, None) is None:
            raise ValueError(f"its aliases unfold to more than {_NODES_MAX} values")
        match value:
            case CommentedMap():
                return {key: bare(item) for key, item in value.items()}
            case CommentedSeq():
                return [bare(item) for item in value]
            case bool():
                return value
            case float() | int() | str():
                return type(value).__mro__[-2](value) if type(value) not in {float, int, str} else value
            case _:
                return value

    unfolded: dict[str, Any] = bare(document)
    return unfolded


def _yaml() -> YAML:
    yaml = YAML(typ="rt", pure=True)
    yaml.version = None
    yaml.allow_duplicate_keys = False
    return yaml


def _refusal(path: Path, document: CommentedMap, error: ValidationError) -> ManifestError:
    first = error.errors(include_url=False)[0]
    line, column = place_of(document, first["loc"])
    field = ".".join(str(part) for part in first["loc"])
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    cause, cure = _in_words(first["type"], first["msg"], first.get("input"))
    return ManifestError(path, line, column, field, cause + more, cure)


def _in_words(kind: str, message: str, given: object) -> tuple[str, str]:
    match kind:
        case "missing":
            return "the field is missing", "Add it; `gate schema` says what it holds."
        case "extra_forbidden":
            return "no such field", "Check its spelling; `gate schema` lists the fields."
        case _:
            words = message.removeprefix("Value error, ")
            shown = repr(given) if isinstance(given, str | int | float | bool) else ""
            return (
                f"{words}{f'; it is {shown}' if shown and shown not in words else ''}",
                "Change it and run gate lint.",
            )


def place_of(document: Any, location: tuple[int | str, ...]) -> tuple[int, int]:
    """Line and column (from 1) of the deepest part of `location` that stands in the file."""
    line, column, node = 1, 1, document
    for part in location[:_PATH_PARTS]:
        try:
            if isinstance(node, CommentedMap) and part in node:
                line, column = (n + 1 for n in node.lc.key(part))
            elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
                line, column = (n + 1 for n in node.lc.item(part))
            else:
                break
            node = node[part]
        except (KeyError, TypeError, AttributeError):
            break
    return line, column


def _read_all(folder: Path, noun: type[N]) -> list[N]:
    found = []
    for path in _yaml_files(folder):
        item = read(path, noun)
        if getattr(item, "id", path.stem) != path.stem:
            cure = f"Name the file {getattr(item, 'id', '')}.yaml or change the id."
            raise ManifestError(path, *place_of(load_yaml(path), ("id",)), "id", "differs from the file's name", cure)
        found.append(item)
    return found


def _read_scene(path: Path) -> Scene:
    scene = read(path, Scene)
    if scene.id != path.stem:
        raise ManifestError(path, 1, 1, "id", "differs from the file's name", f"Name the file {scene.id}.yaml.")
    return scene


def _yaml_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yaml")) if folder.is_dir() else []


def _cross_check(path: Path, scene: Scene, bible: Bible) -> None:
    for index, shot in enumerate(scene.shots):
        for location, cause, cure in _unknown(shot_index=index, scene=scene, bible=bible):
            line, column = place_of(load_yaml(path), location)
            raise ManifestError(path, line, column, f"{shot.id} {location[-1]}", cause, cure)


def _unknown(*, shot_index: int, scene: Scene, bible: Bible) -> list[tuple[tuple[int | str, ...], str, str]]:
    shot, at = scene.shots[shot_index], ("shots", shot_index)
    found: list[tuple[tuple[int | str, ...], str, str]] = []
    if shot.location not in bible.locations:
        found.append(((*at, "location"), f"the bible has no location {shot.location}", _known(bible.locations)))
    for i, member in enumerate(shot.cast):
        person = bible.characters.get(member.character)
        where = (*at, "cast", i)
        if person is None:
            found.append(
                ((*where, "character"), f"the bible has no character {member.character}", _known(bible.characters))
            )
        elif member.wardrobe not in person.wardrobes:
            cause = f"{member.character} has no wardrobe {member.wardrobe}"
            found.append(((*where, "wardrobe"), cause, _known(person.wardrobes)))
    for i, placed in enumerate(shot.props):
        if placed.prop not in bible.props:
            found.append(((*at, "props", i, "prop"), f"the bible has no prop {placed.prop}", _known(bible.props)))
    cast = {member.character for member in shot.cast}
    for i, line in enumerate(shot.dialogue):
        if line.character not in bible.characters:
            cause = f"the bible has no character {line.character}" + (" (nor has the shot)" if cast else "")
            found.append(((*at, "dialogue", i, "character"), cause, _known(bible.characters)))
    return found


def _known(entities: dict[str, Any]) -> str:
    return f"It has: {', '.join(sorted(entities)) or 'none'}."
