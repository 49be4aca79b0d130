"""Scenes for the tests of continuity: short to write, with three people, a dog, two places and three props."""

from __future__ import annotations

from typing import Any

from manifests.bible import Bible, Character, Location, Prop, Style, Wardrobe
from manifests.scene import Scene

CLOTHES = {"coat": Wardrobe(words="a grey coat."), "dress": Wardrobe(words="a green dress.")}
CLAUSES = {"single_take": "One continuous shot.", "avoid": "Avoid jitter, bent limbs and identity drift."}


def bible_of(*, light: str = "two wall lamps, night outside.", **style: str) -> Bible:
    """The film's bible; `light`: of the hall. `style`: what else its style says."""
    return Bible(
        characters={
            **{
                who: Character(id=who, name=who.title(), identity="Adult with dark hair.", wardrobes=CLOTHES)
                for who in ("ada", "ben", "cat")
            },
            "rex": Character(id="rex", name="Rex", kind="animal", identity="A brown dog.", wardrobes=CLOTHES),
        },
        locations={
            "hall": Location(id="hall", name="Hall", words="a tiled hall with one long table.", light=light),
            "street": Location(id="street", name="Street", words="a paved street.", light="street lamps."),
        },
        props={
            "suitcase": Prop(id="suitcase", name="Suitcase", words="a red suitcase."),
            "letter": Prop(id="letter", name="Letter", words="a folded letter."),
            "lamp": Prop(id="lamp", name="Lamp", words="a brass lamp."),
        },
        style=Style(**({"words": "Soft film grain."} | CLAUSES | style)),
    )


BIBLE = bible_of()


def person(who: str, x: float = 0.3, to: float | None = None, **more: Any) -> dict[str, Any]:
    """Somebody at `x`, who looks to the middle of the frame, and goes to `to`. `more`: of the mark, or the person."""
    mark = {"y": 0.95, "scale": 0.6, "facing": "three_quarter", "mirrored": x > 0.5}
    mark |= {name: more.pop(name) for name in ("facing", "mirrored", "scale") if name in more}
    end = {} if to is None else {"end": {"x": to, **mark}}
    return {"character": who, "wardrobe": "coat", "start": {"x": x, **mark}, **end, **more}


def prop(name: str, x: float = 0.5, **more: Any) -> dict[str, Any]:
    """A prop on the floor at `x`."""
    return {"prop": name, "start": {"x": x, "y": 0.95, "scale": 0.14}, **more}


def shot(*cast: dict[str, Any], size: str = "full", **more: Any) -> dict[str, Any]:
    """A shot in the hall. `zoom`: of the plate."""
    camera: dict[str, Any] = {"size": size}
    if zoom := more.pop("zoom", None):
        camera["plate"] = {"zoom": zoom}
    return {"location": "hall", "cast": cast, "camera": camera, "motion": "They talk.", "duration_s": 4, **more}


def scene(*shots: dict[str, Any], name: str = "SC010", **more: Any) -> Scene:
    """The shots in order, numbered 10, 20, 30."""
    numbered = [{"id": f"{name}_SH{10 * n:04d}", **each} for n, each in enumerate(shots, 1)]
    return Scene.model_validate({"id": name, "title": "A", "shots": numbered, **more})
