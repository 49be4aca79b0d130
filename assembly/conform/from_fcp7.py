"""The cut of a Final Cut Pro 7 XML file (xmeml), which Premiere and Resolve write too."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import opentimelineio as otio

from assembly.conform.bounds import CLIPS_MAX, text_of
from assembly.conform.edited import EditedCut
from assembly.conform.from_otio import cut_of_otio
from assembly.conform.open_xml import open_xml
from assembly.errors import UnreadableEdit


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
    """Refuse what the plug-in would copy out without end: sequences that hold themselves, or one another many times."""
    sequences = {node.get("id", ""): node for node in root.iter("sequence") if len(node)}
    sizes: dict[str, int] = {}

    def size(name: str, above: tuple[str, ...]) -> int:
        if name in above:
            raise UnreadableEdit(file, f"its sequence {name!r} holds itself", "Take it apart in the editor")
        if name not in sizes and name in sequences:
            inner = [clip.find("sequence") for clip in sequences[name].iter("clipitem")]
            sizes[name] = sum(
                1 if nested is None else 1 + size(nested.get("id", ""), (*above, name)) for nested in inner
            )
        return sizes.get(name, 0)

    if sum(size(name, ()) for name in sequences) > 8 * CLIPS_MAX:
        raise UnreadableEdit(file, f"it has more than {8 * CLIPS_MAX} clips", "Export the film's sequence alone")
