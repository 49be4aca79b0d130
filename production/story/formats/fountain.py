"""Reads Fountain, the plain text of screenplays, by its public syntax."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from manifests.story.script import ELEMENTS_MAX, Element, Kind, Screenplay, TitleEntry

HEADING = re.compile(r"(?:INT\.?/EXT|EXT\.?/INT|INT|EXT|EST|I\.?/E|E\.?/I)(?:[. ]|$)", re.IGNORECASE)
"""What begins a scene heading: the syntax page's list, and its mirror images that scripts use too."""

MARKS = (".", "~", "!", ">", "#", "=", "@", "[[")
"""What a line begins with that says what it is."""

NUMBER = re.compile(r"\s*#(?P<number>[\w.\-]+)#\s*$")
TRANSITION = re.compile(r"[^a-z]*\bTO:$")
_TITLE_KEY = re.compile(r"(?P<key>[^\s:\[(!@.>~#=][^:\n]*):(?P<value>.*)$")
_TITLE_INDENT = re.compile(r"(?:\t| {3,})(?P<value>\s*\S.*)$")
_NOTE = re.compile(r"\[\[((?:(?!\]\]).)*)\]\]", re.DOTALL)
_BONEYARD = "\ue000{}\ue001"
"""Stands for a boneyard, by its number, while lines are read: private letters, which the text then has none of."""
_HELD = re.compile("\ue000(\\d+)\ue001")


def read_fountain(text: str) -> Screenplay:
    """The script in `text`. Every text is Fountain, so nothing is refused; any other line is action."""
    plain = re.sub("[\ue000\ue001]", "", text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    title_page, body = _title_page(plain)
    shown, hidden = _without_boneyards(body)
    return Screenplay(title_page=title_page, elements=tuple(islice(_elements(shown, hidden), ELEMENTS_MAX + 1)))


def is_character(line: str) -> bool:
    """Whether a line alone reads as somebody's name: capitals with a letter among them; what stands in brackets may be
    small.
    """
    name = re.sub(r"\([^)]*\)", "", line).rstrip("^ ").strip()
    if not name or name.startswith(MARKS) or name.endswith(":") or HEADING.match(name):
        return False
    return any(c.isalpha() for c in name) and name == name.upper()


def _without_boneyards(body: str) -> tuple[str, list[str]]:
    """The text with a mark in the place of each boneyard, and the boneyards; one without an end reaches to the end."""
    shown, hidden, at = list[str](), list[str](), 0
    while (opens := body.find("/*", at)) >= 0:
        ends = found if (found := body.find("*/", opens + 2)) >= 0 else len(body)
        shown += [body[at:opens], _BONEYARD.format(len(hidden))]
        hidden.append(body[opens + 2 : ends])
        at = ends + 2
    return "".join((*shown, body[at:])), hidden


def _title_page(text: str) -> tuple[tuple[TitleEntry, ...], str]:
    """The title page, where the text begins with one, and what follows it."""
    entries: list[tuple[str, list[str]]] = []
    lines = text.split("\n")
    if not (first := _TITLE_KEY.match(lines[0])) or HEADING.match(lines[0]) or TRANSITION.match(lines[0].strip()):
        return (), text
    if not first["value"].strip() and not (len(lines) > 1 and _TITLE_INDENT.match(lines[1])):
        return (), text
    for at, line in enumerate(lines):
        if not line.strip():
            return _entries(entries), "\n".join(lines[at + 1 :])
        if entries and (more := _TITLE_INDENT.match(line)):
            entries[-1][1].append(more["value"].strip())
        elif found := _TITLE_KEY.match(line):
            entries.append((found["key"].strip(), [value] if (value := found["value"].strip()) else []))
        elif entries:
            entries[-1][1].append(line.strip())
    return _entries(entries), ""


def _entries(found: list[tuple[str, list[str]]]) -> tuple[TitleEntry, ...]:
    return tuple(TitleEntry(key=key, lines=tuple(lines)) for key, lines in found)


def _elements(body: str, hidden: list[str]) -> Iterator[Element]:
    for paragraph in _paragraphs(body):
        aside = [Element(kind="boneyard", text=hidden[int(n)]) for line in paragraph for n in _HELD.findall(line)]
        lines = [shown for line in paragraph if (shown := _HELD.sub("", line)).strip() or not _HELD.search(line)]
        if any(line.strip() for line in lines):
            yield from _paragraph(_without_end(lines))
        yield from aside


def _paragraphs(body: str) -> Iterator[list[str]]:
    """Lines up to a blank one. A line of two or more spaces does not end dialogue, nor a note."""
    lines: list[str] = []
    for line in body.split("\n"):
        spaces = len(line) >= 2 and not line.strip(" ")
        if line.strip() or (spaces and lines and _goes_on(lines)):
            lines.append(line)
        elif lines:
            yield _without_end(lines)
            lines = []
    if lines:
        yield _without_end(lines)


def _without_end(lines: list[str]) -> list[str]:
    """The lines up to the last that says something."""
    return lines[: max(at for at, line in enumerate(lines) if line.strip()) + 1]


def _goes_on(lines: list[str]) -> bool:
    first = lines[0].strip()
    open_note = first.startswith("[[") and not any("]]" in line for line in lines)
    return open_note or first.startswith("@") or is_character(first)


def _paragraph(lines: list[str]) -> Iterator[Element]:
    """The elements of one block of lines."""
    if note := _NOTE.fullmatch("\n".join(lines).strip()):
        yield Element(kind="note", text=note[1].strip())
        return
    at = 0
    while at < len(lines) and (told := _of_one_line(lines[at].strip(), alone=at == len(lines) - 1)):
        yield told
        at += 1
    yield from _of_several_lines(lines[at:]) if at < len(lines) else ()


def _of_one_line(line: str, *, alone: bool) -> Element | None:
    """The element that this line is, whatever stands below it."""
    if line.startswith(("#", "=")) and (told := _outline(line)):
        return told
    if (line.startswith(".") and not line.startswith("..")) or HEADING.match(line):
        return _heading(line)
    if line.startswith("~"):
        return Element(kind="lyrics", text=line[1:].strip())
    if alone and line.startswith("@"):
        return _name(line)
    return _single(line) if alone or line.startswith(">") else None


def _of_several_lines(lines: list[str]) -> Iterator[Element]:
    first = lines[0].strip()
    if len(lines) > 1 and not first.startswith("!") and (first.startswith("@") or is_character(first)):
        yield from _speech(first, lines[1:])
        return
    text = "\n".join(line.rstrip() for line in lines)
    yield Element(kind="action", text=text.lstrip("\n").removeprefix("!") if first.startswith("!") else text)


def _outline(line: str) -> Element | None:
    if re.fullmatch(r"={3,}", line):
        return Element(kind="page_break")
    if line.startswith("="):
        return Element(kind="synopsis", text=line[1:].strip())
    depth = len(line) - len(line.lstrip("#"))
    return Element(kind="section", text=line.lstrip("#").strip(), depth=depth) if depth <= 6 else None


def _single(line: str) -> Element | None:
    if line.startswith(">") and line.endswith("<") and len(line) > 1:
        return Element(kind="centered", text=line[1:-1].strip())
    if line.startswith(">"):
        return Element(kind="transition", text=line[1:].strip())
    return Element(kind="transition", text=line) if TRANSITION.match(line) and not line.startswith("!") else None


def _heading(line: str) -> Element:
    found = NUMBER.search(line)
    text = NUMBER.sub("", line)
    text = text[1:].strip() if text.startswith(".") else text.strip()
    return Element(kind="scene_heading", text=text, number=found["number"] if found else "")


def _name(line: str) -> Element:
    dual = line.endswith("^")
    return Element(kind="character", text=line.rstrip("^").strip().removeprefix("@").strip(), dual=dual)


def _speech(name: str, lines: list[str]) -> Iterator[Element]:
    yield _name(name)
    said: list[str] = []
    for line in lines:
        kind = _spoken(line.strip())
        if kind == "dialogue":
            said.append(line.strip())
            continue
        if said:
            yield Element(kind="dialogue", text="\n".join(said))
            said = []
        yield Element(kind=kind, text=line.strip().removeprefix("~").strip() if kind == "lyrics" else line.strip())
    if said:
        yield Element(kind="dialogue", text="\n".join(said))


def _spoken(line: str) -> Kind:
    if line.startswith("~"):
        return "lyrics"
    return "parenthetical" if line.startswith("(") and line.endswith(")") else "dialogue"
