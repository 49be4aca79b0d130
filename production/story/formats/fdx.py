"""Reads Final Draft's FDX as a script. The XML is from outside: entities, external ones too, are refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element as Node
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from manifests.story.script import Element, Kind, Screenplay, TitleEntry
from production.story.errors import UnreadableStory

_KINDS: dict[str, Kind] = {
    "Scene Heading": "scene_heading",
    "Action": "action",
    "General": "action",
    "Character": "character",
    "Parenthetical": "parenthetical",
    "Dialogue": "dialogue",
    "Singing": "lyrics",
    "Lyrics": "lyrics",
    "Transition": "transition",
}
_MARKS = {"Bold": "**", "Italic": "*", "Underline": "_"}
_SPACE = re.compile(r"[ \t]*\n\s*")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def read_fdx(content: bytes, source: str) -> Screenplay:
    """The script. Raises UnreadableStory for what is not FDX, or has a document type or an entity of its own."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        cause = f"its XML defines what no script needs ({type(error).__name__})"
        raise UnreadableStory(source, cause, "Save it again in Final Draft.") from None
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        raise UnreadableStory(source, f"it is not XML: {error}", "Save it again as FDX.") from None
    body = root.find("Content")
    if root.tag != "FinalDraft" or body is None:
        raise UnreadableStory(source, f"it is a <{root.tag}>, not a <FinalDraft> with content", "Save it as FDX.")
    return Screenplay(title_page=_title_page(root), elements=tuple(_elements(body)))


def _elements(body: Node) -> Iterator[Element]:
    for paragraph in body.findall("Paragraph"):
        dual = paragraph.find("DualDialogue")
        if dual is None:
            yield from _paragraph(paragraph, dual=False)
            continue
        speakers = 0
        for inner in dual.findall("Paragraph"):
            speakers += inner.get("Type") == "Character"
            yield from _paragraph(inner, dual=speakers > 1)


def _paragraph(node: Node, *, dual: bool) -> Iterator[Element]:
    for note in node.findall("ScriptNote"):
        if words := " ".join(filter(None, (_text(each) for each in note.findall("Paragraph")))):
            yield Element(kind="note", text=words)
    name = node.get("Type", "")
    text = _text(node)
    if node.get("StartsNewPage") == "Yes":
        yield Element(kind="page_break")
    if name == "Shot":  # the writer says where a shot begins
        yield Element(kind="note", text="SHOT")
        name = "Action"
    if not text:
        return
    if name in {"New Act", "End of Act"}:
        yield Element(kind="centered", text=text)
        return
    kind = _KINDS.get(name, "action")
    if kind == "action" and node.get("Alignment") == "Center":
        kind = "centered"
    if kind == "parenthetical" and not (text.startswith("(") and text.endswith(")")):
        text = f"({text.strip('()')})"
    number = node.get("Number", "") if kind == "scene_heading" else ""
    yield Element(kind=kind, text=text, number=re.sub(r"[^\w.\-]", "", number), dual=dual and kind == "character")


def _text(node: Node) -> str:
    """The words of a paragraph, with bold, italic and underlined parts as Fountain marks them."""
    parts = [_styled(each.text or "", each.get("Style", "")) for each in node.findall("Text")]
    return _SPACE.sub("\n", _CONTROL.sub("", "".join(parts).replace("\r", ""))).strip()


def _styled(words: str, style: str) -> str:
    inner = words.strip()
    for mark in (_MARKS[each] for each in style.split("+") if each in _MARKS) if inner else ():
        words = words.replace(inner, f"{mark}{inner}{mark}", 1)
        inner = f"{mark}{inner}{mark}"
    return words.upper() if "AllCaps" in style else words


def _title_page(root: Node) -> tuple[TitleEntry, ...]:
    """The title page's lines. Final Draft gives them no names: the first is the title, the others stand below it."""
    lines = [text for node in root.findall("TitlePage/Content/Paragraph") if (text := " ".join(_text(node).split()))]
    if not lines:
        return ()
    rest = (TitleEntry(key="Notes", lines=tuple(lines[1:])),) if lines[1:] else ()
    return (TitleEntry(key="Title", lines=(lines[0],)), *rest)
