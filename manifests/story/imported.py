"""What the last import of a script proposed: the base that a repeated import compares with."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, JsonValue

from manifests.noun import Noun, SceneId, ShotId
from manifests.story.script import Element, Screenplay

Fields = dict[str, JsonValue]
"""Fields as they stand in a scene's file."""


class ImportedShot(Noun):
    """One shot as it was proposed, with the elements of the script that it comes from."""

    id: ShotId
    fields: Fields
    elements: tuple[Element, ...] = ()


class ImportedScene(Noun):
    """One scene as it was proposed. `head`: its heading, and what stands before the first shot."""

    id: SceneId
    fields: Fields
    head: tuple[Element, ...] = ()
    shots: tuple[ImportedShot, ...] = ()


class ScriptImport(Noun):
    """story/script.json. `script` is as the writer wrote it; `before`: the elements before its first heading."""

    schema_name: ClassVar[str] = "gate/import/1"

    source: Annotated[str, Field(max_length=400)]
    title_page: Screenplay = Screenplay()
    before: tuple[Element, ...] = ()
    scenes: tuple[ImportedScene, ...] = ()
