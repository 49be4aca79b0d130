"""A screenplay as data: its title page, and its elements in order, whatever program wrote it."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from manifests.noun import Noun

Kind = Literal[
    "scene_heading",
    "action",
    "character",
    "parenthetical",
    "dialogue",
    "lyrics",
    "transition",
    "centered",
    "section",
    "synopsis",
    "note",
    "boneyard",
    "page_break",
]
SPOKEN: frozenset[Kind] = frozenset({"parenthetical", "dialogue", "lyrics"})
"""What may stand below a character's name, without a blank line between."""

ELEMENTS_MAX = 20_000
"""A script of 120 pages has about 4 000 elements."""


class Element(Noun):
    """One element. `number`: a heading's own (12A). `depth`: of a section, 1 to 6. `dual`: this character speaks beside
    the one before.
    """

    kind: Kind
    text: Annotated[str, Field(max_length=20_000)] = ""
    number: Annotated[str, Field(max_length=40)] = ""
    depth: Annotated[int, Field(ge=0, le=6)] = 0
    dual: bool = False


class TitleEntry(Noun):
    """One key of the title page, also one that no standard names, with its lines."""

    key: Annotated[str, Field(min_length=1, max_length=200)]
    lines: tuple[Annotated[str, Field(max_length=2_000)], ...]


class Screenplay(Noun):
    """A whole script."""

    schema_name: ClassVar[str] = "gate/script/1"

    title_page: tuple[TitleEntry, ...] = ()
    elements: Annotated[tuple[Element, ...], Field(max_length=ELEMENTS_MAX)] = ()
