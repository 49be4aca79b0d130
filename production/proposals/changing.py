"""Makes the changes of a proposal in a YAML document; comments, order and all other lines stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import JsonValue
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from manifests.story.proposal import FieldChange
from production.planning.shot_file import with_edit
from production.proposals.errors import NoSuchPlace, NotProposable

_NAMES = ("id", "character", "prop")
"""The fields by which an entry of a list is called, in this order."""

_ORDER = (
    *("id", "called", "proposed", "location", "chain", "mode", "character", "wardrobe", "prop"),
    *("x", "y", "scale", "facing", "mirrored", "start", "end", "cast", "props", "size", "move", "amount", "lens"),
    *("camera", "motion", "text", "from_s", "to_s", "dialogue", "sound", "duration_s"),
)
_KNOWN_MAX = 12


def changed_text(path: Path, changes: Iterable[FieldChange]) -> str:
    """The file's text with the changes made. Raises NoSuchPlace, NotProposable. Writes nothing."""

    def make(document: Any) -> None:
        for change in changes:
            _make(document, change)

    return with_edit(path, make)


def _make(document: Any, change: FieldChange) -> None:
    *way, last = change.at.split("/")
    _refuse_private(document, change.at)
    node = document
    for part in way:
        node = node[_key(node, part, change.at)]
    if isinstance(node, CommentedSeq):
        if last == "+":
            node.append(_yaml(change.value))
            return
        key: Any = _key(node, last, change.at)
    elif isinstance(node, CommentedMap):
        key = _key(node, last, change.at) if change.remove else last
    else:
        raise NoSuchPlace(change.at, "what stands there has no fields", "Change it as a whole.")
    if change.remove:
        del node[key]
    else:
        node[key] = _yaml(change.value)


def _key(node: Any, part: str, at: str) -> str | int:
    """The key, or the index, that a part of a place names. Raises NoSuchPlace."""
    if isinstance(node, Mapping):
        if part in node:
            return part
        known = [str(key) for key in node]
    elif isinstance(node, Sequence) and not isinstance(node, str):
        known = [_name(entry, index) for index, entry in enumerate(node)]
        if part in known:
            return known.index(part)
        if part.isdecimal() and int(part) < len(node):
            return int(part)
    else:
        known = []
    shown = ", ".join(known[:_KNOWN_MAX]) + (" …" if len(known) > _KNOWN_MAX else "")
    raise NoSuchPlace(at, f"there is no {part}", f"There are: {shown}." if known else "Name a field of the file.")


def _name(entry: Any, index: int) -> str:
    names = (str(entry[field]) for field in _NAMES if isinstance(entry, Mapping) and field in entry)
    return next(names, str(index))


def _refuse_private(document: Any, at: str) -> None:
    """Raise NotProposable for a private shot, and for the list of shots as a whole, which may hold one."""
    first, _, rest = at.partition("/")
    if first != "shots" or "shots" not in document:
        return
    if not rest:
        raise NotProposable("shots", "it is every shot at once", "Change one: shots/SC010_SH0020/motion, or shots/+")
    if rest == "+":
        return
    shot = document["shots"][_key(document["shots"], rest.partition("/")[0], at)]
    if shot.get("private"):
        raise NotProposable(at, "the shot is private: its words are for people", "Leave it to a person.")


def _place(key: str) -> tuple[int, str]:
    """Where a field stands in its entry, whatever order it was proposed in: the ledger keeps none."""
    return (_ORDER.index(key) if key in _ORDER else len(_ORDER), key)


def _yaml(value: JsonValue) -> Any:
    """A value as people write it: fields that hold no others on one line."""
    if isinstance(value, dict):
        entry = CommentedMap({key: _yaml(value[key]) for key in sorted(value, key=_place)})
        if not any(isinstance(each, dict | list) for each in value.values()):
            entry.fa.set_flow_style()
        return entry
    return CommentedSeq([_yaml(each) for each in value]) if isinstance(value, list) else value
