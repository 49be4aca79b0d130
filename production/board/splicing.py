"""Splices changes into a YAML text: only the characters of what changes are replaced, so that every comment, every
other line and every odd way of writing stays, byte for byte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from manifests.story.proposal import FieldChange
from production.board.errors import NotByProgram

_BY_HAND = "Edit this shot in the file itself."
_NAMES = ("id", "character", "prop")
_BEFORE = ("camera", "motion", "dialogue", "sound", "duration_s")
"""Where a new list of people or props goes in a shot: before the first of these."""
_SAFE = re.compile(r"([A-Za-z_]|\d+ (?=[A-Za-z]))[\w ./%-]*", re.ASCII)
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off"})


class _Splice(NamedTuple):
    start: int
    end: int
    text: str


def spliced(text: str, changes: Iterable[FieldChange]) -> str:
    """The text with the changes made, each at its place. Raises NotByProgram where the text is written so that a change
    cannot be made there alone (an alias, a list inside a line break of its own).
    """
    wanted = tuple(changes)
    if not wanted:
        return text
    root = _root(text)
    found = sorted((_splice(text, root, change) for change in wanted), key=lambda splice: (splice.start, splice.end))
    if any(one.end > two.start or one.start == two.start for one, two in pairwise(found)):
        return spliced(_put(text, _splice(text, root, wanted[0])), wanted[1:])  # they touch: one after the other
    for splice in reversed(found):
        text = _put(text, splice)
    return text


def _put(text: str, splice: _Splice) -> str:
    return text[: splice.start] + splice.text + text[splice.end :]


def _root(text: str) -> Node:
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except YAMLError as error:
        raise NotByProgram("the file", f"it is not YAML ({' '.join(str(error).split())[:120]})", _BY_HAND) from None
    if not isinstance(root, MappingNode):
        raise NotByProgram("the file", "it holds no fields", _BY_HAND)
    return root


def _splice(text: str, root: Node, change: FieldChange) -> _Splice:
    *way, last = change.at.split("/")
    node = root
    for part in way:
        node = _inside(_child(node, part, change.at), node, change.at)
    if isinstance(node, SequenceNode):
        return _appended(text, node, change) if last == "+" else _item_gone(text, node, last, change)
    if not isinstance(node, MappingNode):
        raise NotByProgram(change.at, "what stands there has no fields", _BY_HAND)
    pair = _pair(node, last)
    if change.remove:
        if pair is None:
            raise NotByProgram(change.at, "it is not written there", _BY_HAND)
        return _pair_gone(text, node, pair)
    if pair is not None:
        return _replaced(text, node, pair, change)
    return _added(text, node, last, change)


def _child(node: Node, part: str, at: str) -> Node:
    if isinstance(node, MappingNode) and (pair := _pair(node, part)) is not None:
        return pair[1]
    if isinstance(node, SequenceNode):
        for item in node.value:
            names = (_pair(item, name) for name in _NAMES) if isinstance(item, MappingNode) else ()
            if any(pair is not None and pair[1].value == part for pair in names):
                found: Node = item
                return found
    raise NotByProgram(at, f"there is no {part} in the file", _BY_HAND)


def _inside(child: Node, parent: Node, at: str) -> Node:
    """An alias stands for something elsewhere: a change of it would change that too. Raises NotByProgram."""
    if child.anchor or not parent.start_mark.index <= child.start_mark.index < parent.end_mark.index:
        raise NotByProgram(at, "the file shares this value with another place, by an anchor and an alias", _BY_HAND)
    return child


def _pair(node: MappingNode, name: str) -> tuple[Node, Node] | None:
    return next((pair for pair in node.value if pair[0].value == name), None)


def _replaced(text: str, node: MappingNode, pair: tuple[Node, Node], change: FieldChange) -> _Splice:
    value = _inside(pair[1], node, change.at)
    if isinstance(value, CollectionNode) and not value.flow_style:
        return _Splice(*_lines_of(text, pair), _field(text, node, pair[0].value, change.value, first=True))
    written = text[value.start_mark.index : value.end_mark.index]
    if "\n" in written and isinstance(value, ScalarNode):
        raise NotByProgram(change.at, "its value stands on several lines", _BY_HAND)
    quote = getattr(value, "style", None)
    new = _flow(change.value)
    if isinstance(change.value, str) and quote in {'"', "'"}:
        new = (
            json.dumps(change.value, ensure_ascii=False)
            if quote == '"'
            else "'" + change.value.replace("'", "''") + "'"
        )
    gap = "" if written else " "
    return _Splice(value.start_mark.index, value.start_mark.index + len(written.rstrip()), gap + new)


def _added(text: str, node: MappingNode, name: str, change: FieldChange) -> _Splice:
    """A new field: after the last of a mark or an entry; of a shot, before its camera and its words."""
    if node.flow_style:
        at = _end(node.value[-1][1]) if node.value else node.start_mark.index + 1
        comma = ", " if node.value else ""
        return _Splice(at, at, f"{comma}{name}: {_flow(change.value)}")
    before = next((pair for pair in node.value if name in {"cast", "props"} and pair[0].value in _BEFORE), None)
    if before is not None:
        at = _line_start(text, before[0].start_mark.index)
        if not text[at : before[0].start_mark.index].isspace():
            raise NotByProgram(change.at, "its fields begin on the line of the dash", _BY_HAND)
        return _Splice(at, at, _field(text, node, name, change.value) + _break(text))
    at = _line_end(text, _end(node.value[-1][1]))
    return _Splice(at, at, _break(text) + _field(text, node, name, change.value))


def _appended(text: str, node: SequenceNode, change: FieldChange) -> _Splice:
    if node.flow_style:
        at = _end(node.value[-1]) if node.value else node.start_mark.index + 1
        return _Splice(at, at, (", " if node.value else "") + _flow(change.value))
    last = node.value[-1]
    at = _line_end(text, _end(last))
    return _Splice(at, at, _break(text) + " " * node.start_mark.column + "- " + _flow(change.value))


def _item_gone(text: str, node: SequenceNode, name: str, change: FieldChange) -> _Splice:
    if not change.remove:
        raise NotByProgram(change.at, "an entry is changed by its fields", _BY_HAND)
    item = _child(node, name, change.at)
    index = node.value.index(item)
    if node.flow_style:
        return _flow_gone(text, node.value, index, item.start_mark.index, _end(item))
    start = _line_start(text, item.start_mark.index)
    return _Splice(start, _next_line(text, _end(item)), "")


def _pair_gone(text: str, node: MappingNode, pair: tuple[Node, Node]) -> _Splice:
    if node.flow_style:
        values = [value for _, value in node.value]
        return _flow_gone(text, values, values.index(pair[1]), pair[0].start_mark.index, _end(pair[1]))
    start, end = _lines_of(text, pair)
    if not text[start : pair[0].start_mark.index].isspace() and start != pair[0].start_mark.index:
        raise NotByProgram(str(pair[0].value), "it stands on the line of the dash", _BY_HAND)
    return _Splice(start, _next_line(text, end - 1 if end > start else end), "")


def _flow_gone(text: str, values: Sequence[Node], index: int, start: int, end: int) -> _Splice:
    """Without the comma before it; of the first, without the one after it."""
    if index:
        return _Splice(_end(values[index - 1]), end, "")
    after = re.compile(r"\s*,\s*").match(text, end)
    return _Splice(start, after.end() if after else end, "")


def _lines_of(text: str, pair: tuple[Node, Node]) -> tuple[int, int]:
    return _line_start(text, pair[0].start_mark.index), _line_end(text, _end(pair[1]))


def _end(node: Node) -> int:
    """Where what is written ends; the marks of a block reach on to what follows it."""
    if not isinstance(node, CollectionNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last)


def _field(text: str, node: MappingNode, name: str, value: Any, *, first: bool = False) -> str:
    """A field of a block mapping on its own line; a list of entries with a line each."""
    indent = " " * node.value[0][0].start_mark.column
    if isinstance(value, list):
        lines = [f"{indent}{name}:", *(f"{indent}  - {_flow(each)}" for each in value)]
        return _break(text).join(lines)
    assert not first or not isinstance(value, Mapping), "a block of fields is changed field by field"
    return f"{indent}{name}: {_flow(value)}"


def _flow(value: Any) -> str:
    """A value on one line, as people write it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_flow(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(each) for each in value) + "]"
    if isinstance(value, str) and _SAFE.fullmatch(value) and value == value.strip() and value not in _WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    end = len(text) if found < 0 else found
    return end - 1 if end > at and text[end - 1] == "\r" else end


def _next_line(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def _break(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
