"""The cut of a Final Cut Pro 7 XML file (xmeml), which Premiere and Resolve write too."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import opentimelineio as otio

from assembly.conform.bounds import CLIPS_MAX, text_of
from assembly.conform.edited import EditedCut
from assembly.conform.from_otio import cut_of_otio
from assembly.conform.open_xml import open_xml
from assembly.errors import UnreadableEdit

_ITEMS_MAX = 2 * CLIPS_MAX
"""Clips on all tracks, sound too: the plug-in needs 10 s for so many."""

_UNFOLDED_MAX = 1_000_000
"""Elements, with those that an id stands for."""


def cut_of_fcp7(content: bytes, file: str, fps: int) -> EditedCut:
    """Read it through OpenTimelineIO's plug-in, once its XML is known to be harmless. Raises UnreadableEdit."""
    root = open_xml(content, file)
    _check_size(root, file)
    text = text_of(content, file)
    try:
        found = otio.adapters.read_from_string(text, adapter_name="fcp_xml")
        told = otio.core.serialize_json_to_string(found)
    except Exception as error:  # noqa: BLE001  # the plug-in raises whatever its own lines do
        cause = f"it is not Final Cut Pro 7 XML that can be read: {type(error).__name__}: {str(error)[:160]}"
        raise UnreadableEdit(file, cause, "Export it again as Final Cut Pro 7 XML") from None
    return cut_of_otio(told.encode(), file, fps)


def _check_size(root: Element, file: str) -> None:
    """Refuse what the plug-in would copy out without end, since an element may stand for another by its id; and more
    clips than it can read in time.
    """
    clips = sum(1 for _ in root.iter("clipitem"))
    if clips > _ITEMS_MAX or any(len(track) > 2 * CLIPS_MAX for track in root.iter("track")):
        cause = f"it has more than {_ITEMS_MAX} clips, or {CLIPS_MAX} on one track"
        raise UnreadableEdit(file, cause, "Split it, and import one part")
    named = {(node.tag, node.get("id")): node for node in root.iter() if node.get("id") and len(node)}
    sizes: dict[tuple[str, str | None], int] = {}

    def size(node: Element, above: frozenset[tuple[str, str | None]]) -> int:
        key = (node.tag, node.get("id"))
        if key in above:
            raise UnreadableEdit(file, f"its {node.tag} {key[1]!r:.60} holds itself", "Take it apart in the editor")
        if key not in named:
            return 1 + sum(size(child, above) for child in node)
        if key not in sizes:
            sizes[key] = 1 + sum(size(child, above | {key}) for child in named[key])
        return sizes[key]

    try:
        if size(root, frozenset()) > _UNFOLDED_MAX:
            raise UnreadableEdit(file, "its parts stand for one another too often", "Export the film's sequence alone")
    except RecursionError:
        raise UnreadableEdit(file, "its parts nest too deep", "Take them apart in the editor") from None
