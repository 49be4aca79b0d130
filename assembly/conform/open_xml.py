"""Opens XML from outside: without entities and external parts, and within bounds while it is still being read."""

from __future__ import annotations

from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from assembly.conform.bounds import DEPTH_MAX
from assembly.errors import UnreadableEdit

_ELEMENTS_MAX = 500_000
_AGAIN = "Export it again from the editing program"


def open_xml(content: bytes, file: str) -> Element:
    """The root of the document. A document type may be named, as both formats do, and may define nothing. Raises
    UnreadableEdit.
    """
    depth = elements = 0
    root: Element | None = None
    try:
        for event, node in iterparse(BytesIO(content), events=("start", "end"), forbid_dtd=False):
            depth += 1 if event == "start" else -1
            elements += event == "start"
            root = node if root is None else root
            if depth > DEPTH_MAX or elements > _ELEMENTS_MAX:
                what = f"nests more than {DEPTH_MAX} levels deep" if depth > DEPTH_MAX else "has too many elements"
                raise UnreadableEdit(file, f"its XML {what}", "Export the film's timeline alone")
    except DefusedXmlException as error:
        cause = f"its XML defines what no timeline needs ({type(error).__name__})"
        raise UnreadableEdit(file, cause, _AGAIN) from None
    except (ParseError, ValueError, LookupError) as error:
        line = error.position[0] if isinstance(error, ParseError) else 0
        raise UnreadableEdit(file, f"it is not XML: {error}", _AGAIN, line) from None
    if root is None:
        raise UnreadableEdit(file, "it is not XML: it has no element", _AGAIN)
    return root
