"""One YAML 1.2 file as plain values, each with its place: bounded, without tags, dates, or what unfolds for ever."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import ConstructorError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import Node
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.scalarbool import ScalarBoolean

from manifests.errors import ManifestError

_BYTES_MAX = 2_000_000
"""A manifest a person writes is a few kilobytes; a larger file is a mistake (a video, a log) or an attack."""

_NODES_MAX = 50_000
"""A scene of 400 shots has about 12 000 values; more come only from aliases that multiply."""

_DEPTH_MAX = 20
"""A scene's deepest value, a character's mark, lies on the sixth level."""

_KEPT = 64
"""Documents that are kept by their text: a film is opened again and again, and to parse a file takes 2 ms a shot."""

_PATH_PARTS = 8
_SLIPS = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
"""Errors that ruamel lets through on odd files: a mapping for a field's name, a tag on an empty value."""

_OTHER_YAML = re.compile(r"^%YAML\s+(?!1\.2\s)", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that no terminal, subtitle or prompt should get:
control characters, changes of writing direction, half letters.
"""


def load_yaml(
    path: Path, *, cure: str = "See what it may hold: gate schema", content: bytes | None = None
) -> CommentedMap:
    """Read a YAML 1.2 mapping with the place of each of its fields. `content`: the file's bytes, where they were read.
    Raises ManifestError.
    """
    document = load_document(path, cure=cure, content=content)
    if not isinstance(document, CommentedMap):
        raise ManifestError(path, 1, 1, "", "it holds no fields", cure)
    return document


def load_document(path: Path, *, cure: str, content: bytes | None = None) -> Any:
    """Read a YAML 1.2 file with the place of each of its values. Raises ManifestError.

    The same text gives the same document: read it, and change a copy.
    """
    text = _text(path, read_content(path, cure) if content is None else content)
    if found := _OTHER_YAML.search(text):
        line, cause = (
            text.count("\n", 0, found.start()) + 1,
            "it asks for another YAML, where no is false and 16:9 is 969",
        )
        raise ManifestError(path, line, 1, "", cause, "Take the %YAML line away: manifests are YAML 1.2.")
    if place := _too_deep_at(text):
        raise ManifestError(
            path, *place, "", f"it nests deeper than {_DEPTH_MAX} levels", "Write the values out, and flatter."
        )
    try:
        return _parsed(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        cause = " ".join(str(error.problem or error.context).split())
        raise ManifestError(path, line, column, "", cause, "Fix the YAML there.") from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        cause = f"the character {error.character!r} has no place in YAML"
        raise ManifestError(path, line, 1, "", cause, "Take it out.") from None
    except (YAMLError, *_SLIPS) as error:
        raise ManifestError(
            path, 1, 1, "", f"it is not YAML: {' '.join(str(error).split())}", "Fix the YAML."
        ) from None


@lru_cache(_KEPT)
def _parsed(text: str) -> Any:
    return _yaml().load(text)


@lru_cache(_KEPT)
def _too_deep_at(text: str) -> tuple[int, int] | None:
    """Line and column of the first value that nests too deep, found before the parser recurses: 10 000 levels took it
    seven seconds. None for a file that is not YAML.
    """
    for in_c in (True, False):  # libyaml is fast and knows YAML 1.1; where it stumbles, the slow parser looks too
        depth = 0
        try:
            for event in YAML(typ="safe", pure=not in_c).parse(text):
                depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
                if depth > _DEPTH_MAX + 1:
                    return event.start_mark.line + 1, event.start_mark.column + 1
        except (YAMLError, *_SLIPS):
            continue
        return None
    return None


def plain(path: Path, document: Any) -> Any:
    """The document without its YAML clothes: mappings, lists, text, numbers, truth values and nothing.

    Raises ManifestError at the value where it nests deeper than `_DEPTH_MAX` (or refers to itself), where its aliases
    have grown past `_NODES_MAX` values, and at a tag, a date, or text with control characters.
    """
    left = iter(range(_NODES_MAX))

    def bare(value: Any, at: tuple[int | str, ...]) -> Any:
        if wrong := _unfit(value, len(at), enough=next(left, None) is not None):
            raise ManifestError(path, *place_of(document, at), ".".join(str(part) for part in at[:_PATH_PARTS]), *wrong)
        match value:
            case CommentedMap():
                return {key: bare(item, (*at, str(key))) for key, item in value.items()}
            case CommentedSeq():
                return [bare(item, (*at, index)) for index, item in enumerate(value)]
            case bool() | None:
                return value
            case ScalarBoolean():
                return bool(value)
            case _:  # ruamel's own numbers and texts remember how they were written
                return next(kind(value) for kind in (str, int, float) if isinstance(value, kind))

    return bare(document, ())


def _unfit(value: Any, depth: int, *, enough: bool) -> tuple[str, str] | None:
    """Why a value has no place in a manifest, and what to do; None where it has one."""
    if not enough:
        return f"its aliases unfold to more than {_NODES_MAX} values", "Write the values out instead of aliasing them."
    if depth > _DEPTH_MAX:
        return f"it nests deeper than {_DEPTH_MAX} levels, or refers to itself", "Write the values out, and flatter."
    if tag := getattr(getattr(value, "tag", None), "value", None):
        return f"the tag {tag} means nothing here", "Take the tag away."
    match value:
        case CommentedMap() if (wrong := next((key for key in value if not isinstance(key, str)), None)) is not None:
            reason = f"{wrong!r} is not a field's name", "Write it in quotes, or indent what follows."
        case str() if found := _CONTROL.search(value):
            reason = f"its text holds the control character {found[0]!r}", "Take it out."
        case CommentedMap() | CommentedSeq() | str() | int() | float() | None:
            return None
        case _:
            reason = f"a {type(value).__name__.lower()} stands here", "Write it in quotes if it is meant as text."
    return reason


def read_content(path: Path, cure: str) -> bytes:
    """The bytes of an ordinary file of a manifest's size. Raises ManifestError."""
    try:
        if path.exists() and not path.is_file():
            raise ManifestError(path, 0, 0, "", "it is not an ordinary file", "Put a YAML file there, or take it away.")
        if (size := path.stat().st_size) > _BYTES_MAX:
            cause = f"it holds {size} bytes, and a manifest at most {_BYTES_MAX}"
            raise ManifestError(path, 0, 0, "", cause, "Split the scene, or take out everything that is not text.")
        return path.read_bytes()
    except FileNotFoundError:
        raise ManifestError(path, 0, 0, "", "there is no such file", cure) from None
    except OSError as error:
        raise ManifestError(path, 0, 0, "", f"it cannot be read ({error.strerror})", cure) from None


def _text(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ManifestError(
            path, line, 1, "", f"it is not UTF-8 text (byte {error.start})", "Save it as UTF-8."
        ) from None


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


class _NoRings(RoundTripConstructor):
    """A value inside itself would quietly be read as nothing."""

    def construct_object(self, node: Node, deep: bool = False) -> Any:  # noqa: FBT001, FBT002  ruamel's signature
        if node in self.recursive_objects and node not in self.constructed_objects:
            raise ConstructorError(None, None, "it refers to itself", node.start_mark)
        return super().construct_object(node, deep)


def _yaml() -> YAML:
    yaml = YAML(typ="rt", pure=True)
    yaml.Constructor = _NoRings
    yaml.version = None
    yaml.allow_duplicate_keys = False
    return yaml
