"""JSON Schemas of what people edit, for editors: completion, hover help and red squiggles."""

from __future__ import annotations

from typing import Any

from manifests.assembly.assembly import Assembly
from manifests.bible import Character, Location, Prop, Style
from manifests.film import Film
from manifests.lock import Lock
from manifests.noun import Noun
from manifests.scene import Scene
from manifests.spending.log_map import LogMap
from manifests.story.pitch import Pitch

EDITED: dict[str, type[Noun]] = {
    "film": Film,
    "pitch": Pitch,
    "scene": Scene,
    "character": Character,
    "location": Location,
    "prop": Prop,
    "style": Style,
    "lock": Lock,
    "log_map": LogMap,
    "assembly": Assembly,
}


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of one kind of file. Raises KeyError for an unknown kind."""
    return schema_of(EDITED[name])


def schema_of(noun: type[Noun]) -> dict[str, Any]:
    """The JSON Schema of what one noun reads."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": noun.schema_name,
        **noun.model_json_schema(),
    }
