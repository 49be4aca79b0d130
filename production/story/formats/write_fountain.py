"""Writes Fountain that reads back as the same script: an element that would read as another is marked as what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from manifests.story.script import SPOKEN, Element, Kind, Screenplay
from production.story.formats.fountain import HEADING, MARKS, TRANSITION, is_character, read_fountain


def write_fountain(script: Screenplay) -> str:
    """The script as text, with one blank line between elements."""
    head = "\n".join(_title_lines(script))
    body = "\n\n".join(_blocks(script.elements))
    return f"{head}\n\n{body}\n" if head else f"{body}\n" if not _looks_titled(body) else f"\n{body}\n"


def _title_lines(script: Screenplay) -> Iterator[str]:
    for entry in script.title_page:
        if len(entry.lines) == 1:
            yield f"{entry.key}: {entry.lines[0]}"
        else:
            yield f"{entry.key}:"
            yield from (f"    {line}" for line in entry.lines)


def _looks_titled(body: str) -> bool:
    return bool(read_fountain(body).title_page)


def _blocks(elements: tuple[Element, ...]) -> Iterator[str]:
    """Each element as a block of lines; what somebody says stands below the name."""
    speech: list[str] = []
    for index, element in enumerate(elements):
        if speech and element.kind in SPOKEN:
            speech.append(_said(element))
            continue
        if speech:
            yield "\n".join(speech)
            speech = []
        if element.kind == "character":
            follows = index + 1 < len(elements) and elements[index + 1].kind in SPOKEN
            speech = [_name(element, forced=not follows)]
        else:
            yield _written(element)
    if speech:
        yield "\n".join(speech)


def _name(element: Element, *, forced: bool) -> str:
    plain = is_character(element.text)
    mark = "" if plain and not forced else "@"
    return f"{mark}{element.text}{' ^' if element.dual else ''}"


def _said(element: Element) -> str:
    match element.kind:
        case "lyrics":
            return f"~{element.text}"
        case "parenthetical":
            return element.text
        case _:
            return _whole(element.text)


_WRAPPED: Mapping[Kind, tuple[str, str]] = {
    "centered": ("> ", " <"),
    "synopsis": ("= ", ""),
    "note": ("[[", "]]"),
    "boneyard": ("/*", "*/"),
    "page_break": ("===", ""),
    "lyrics": ("~", ""),
}
"""What stands before and after each of these."""


def _written(element: Element) -> str:
    match element.kind:
        case "scene_heading":
            mark = "" if HEADING.match(element.text) else "."
            return f"{mark}{element.text}{f' #{element.number}#' if element.number else ''}"
        case "transition":
            return (
                element.text
                if TRANSITION.match(element.text) and not element.text.startswith(MARKS)
                else f"> {element.text}"
            )
        case "section":
            return f"{'#' * max(1, element.depth)} {element.text}"
        case kind if kind in _WRAPPED:
            before, after = _WRAPPED[kind]
            return f"{before}{_whole(element.text) if kind == 'note' else element.text}{after}"
        case _:
            return _action(element)


def _whole(text: str) -> str:
    """The text with two spaces in its blank lines, so that it stays one element."""
    return "\n".join(line or "  " for line in text.split("\n"))


def _action(element: Element) -> str:
    """Action as it is; with its mark where the plain text would read as something else."""
    read = read_fountain(f"\n{_whole(element.text)}").elements
    same = len(read) == 1 and (read[0].kind, read[0].text) == (element.kind, element.text)
    return _whole(element.text if same and element.kind == "action" else f"!{element.text}")
