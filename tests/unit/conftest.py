"""A bible of two people and one kitchen, and a shot in it, for the tests of the nouns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from manifests.bible import Bible, Character, Location, Prop, Style, Wardrobe
from manifests.scene import Shot


@pytest.fixture
def tea_bible() -> Bible:
    ada = Character(
        id="ada",
        name="Ada",
        height_m=1.7,
        identity="Woman of 40, short dark hair.",
        wardrobes={"coat": Wardrobe(words="a long grey coat."), "apron": Wardrobe(words="a white apron.")},
    )
    bo = Character(
        id="bo",
        name="Bo",
        height_m=1.2,
        identity="Boy of eight.",
        wardrobes={"jumper": Wardrobe(words="a red jumper.")},
    )
    return Bible(
        characters={"ada": ada, "bo": bo},
        locations={
            "kitchen": Location(id="kitchen", name="Kitchen", words="a narrow kitchen.", light="morning light.")
        },
        props={"cup": Prop(id="cup", name="Cup", words="a blue cup.")},
        style=Style(words="Soft ink lines."),
    )


@pytest.fixture
def tea_shot() -> Callable[..., Shot]:
    """Ada in her coat at frame left, with what is named changed."""

    def make(**changes: Any) -> Shot:
        fields: dict[str, Any] = {
            "id": "SC010_SH0010",
            "location": "kitchen",
            "cast": [{"character": "ada", "wardrobe": "coat", "start": {"x": 0.3, "y": 0.95, "scale": 0.6}}],
            "camera": {"size": "medium_close_up"},
            "motion": "She sets a cup down.",
            "duration_s": 4,
        }
        return Shot.model_validate(fields | changes)

    return make
