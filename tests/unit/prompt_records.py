"""A small film whose prompts the tests lint: two people in a kitchen at night, and what each case changes in it."""

from __future__ import annotations

from typing import Any

from checks.prompts.profiles import PROFILES, SEEDANCE_2, Profile
from checks.prompts.record import PromptRecord, record_of
from manifests.bible import Bible, Character, Location, Prop, Style, Wardrobe
from manifests.scene import Camera, CastMember, Line, PromptOk, Scene, Shot

CLAUSES = {"single_take": "One continuous shot.", "avoid": "Avoid jitter, bent limbs and identity drift."}


def person(name: str, **wardrobes: str) -> Character:
    worn = {key: Wardrobe(words=words) for key, words in wardrobes.items()}
    return Character(id=name.lower(), name=name, identity="Woman of 30.", wardrobes=worn)


def bible(light: str = "one lamp, deep night outside.", **style: str) -> Bible:
    people = (
        person("Ada", jumper="a grey jumper, brown trousers.", raincoat="a yellow raincoat, green boots."),
        person("Bo", coat="a black coat."),
        person("Cleo", dress="a red dress."),
        person("Rose", dress="a blue dress."),
    )
    places = (
        Location(id="kitchen", name="The kitchen", words="a small kitchen.", light=light),
        Location(id="lamp_room", name="The lamp room", words="a room of glass.", light="daylight."),
        Location(id="market", name="The fish market", words="stalls.", light="daylight."),
        Location(id="square", name="The Cleo fountain", words="a square.", light="daylight."),
    )
    return Bible(
        characters={each.id: each for each in people},
        locations={each.id: each for each in places},
        props={"cup": Prop(id="cup", name="The cup", words="a white cup.")},
        style=Style(words="Soft film grain.", **(CLAUSES | style)),
    )


def record(
    motion: str = "Ada turns to Bo.",
    *,
    profile: str | Profile = SEEDANCE_2,
    move: str = "static",
    lines: tuple[str, ...] | list[str] = (),
    mode: str = "start_frame",
    light: str = "one lamp, deep night outside.",
    ok: tuple[str, ...] = (),
    private: bool = False,
    **style: Any,
) -> PromptRecord:
    """A clip's record; what is not given is beyond reproach."""
    chosen = next(each for each in PROFILES if profile in (each, each.name))
    shot = Shot(
        id="SC010_SH0010",
        location="kitchen",
        cast=(CastMember(character="ada", wardrobe="jumper"), CastMember(character="bo", wardrobe="coat")),
        camera=Camera(size="medium", move=move),  # type: ignore[arg-type]
        motion=motion,
        dialogue=tuple(Line(character="ada", text=text, from_s=0, to_s=4) for text in lines),
        duration_s=4,
        mode=mode,  # type: ignore[arg-type]
        prompt_ok=tuple(PromptOk(rule=rule, why="it is meant so") for rule in ok),
        private=private,
    )
    scene = Scene(id="SC010", title="In the kitchen", shots=(shot,))
    return record_of(scene, shot, bible(light, **style), "clip", chosen)
