"""Reads what a page of the room sends: a frozen value, or a refusal that names the place."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import ValidationError

from desk.room.errors import RoomRefused
from manifests.decision import Door
from manifests.noun import Noun

DOOR: Door = "review room"
N = TypeVar("N", bound=Noun)


def read(kind: type[N], said: dict[str, Any]) -> N:
    """The value. Raises RoomRefused (400) for anything else."""
    try:
        # As JSON, so that a list may stand for a tuple and nothing else is bent into shape.
        return kind.model_validate_json(json.dumps(said))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the request"
        raise RoomRefused(place[:80], first["msg"][:200], "Load the page again.", status=400) from error
