"""Proposes scenes and shots from a script: one shot for each piece of action with what is said in it.

A note such as [[SHOT 4A]] or [[PANEL]] says where a shot begins; a scene with such notes is cut there and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from manifests.story.imported import Fields
from manifests.story.script import Element, Screenplay
from production.story.formats.fountain import HEADING
from production.story.heading_time import when
from production.story.naming import slug
from production.story.speaking import SHOT_MAX_S, bare, length_s, pieces, timed

_SHOT_NOTE = re.compile(r"(?:SHOT|PANEL)\b[\s:#]*(?P<name>[^\n]{0,40})$", re.IGNORECASE)
_SOUND = re.compile(r"(?:SOUNDS?|SFX|MUSIC|FX)(?:\s+OF\b|\s*:)\s*(?P<sound>.+)", re.IGNORECASE | re.DOTALL)
_VOICE_ONLY = re.compile(r"\((?:[^)]*\b)?(?:V\.?O|O\.?S|O\.?C)\b", re.IGNORECASE)
_CAST_MAX, _WORDS_MAX = 12, 1_900
UNWORN = "plain"
"""The wardrobe that an imported character begins with."""


@dataclass(slots=True)
class ShotDraft:
    """One shot before it has its number. `elements`: those of the script that it comes from."""

    fields: Fields
    elements: list[Element] = field(default_factory=list)
    id: str = ""


@dataclass(slots=True)
class SceneDraft:
    """One scene before it has its number."""

    fields: Fields
    head: list[Element]
    shots: list[ShotDraft]
    id: str = ""

    def words(self) -> frozenset[str]:
        """The words that it is recognised by when it has changed."""
        told = [*self.head, *(element for shot in self.shots for element in shot.elements)]
        return frozenset(re.findall(r"\w+", " ".join(e.text.lower() for e in told)))


@dataclass(slots=True)
class StoryDraft:
    """A whole script as scenes. `people` and `places`: name by id; `light`: the time of day that a place was first seen
    at.
    """

    scenes: list[SceneDraft]
    title_page: Screenplay = field(default_factory=Screenplay)
    before: list[Element] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    light: dict[str, str] = field(default_factory=dict)


def propose(script: Screenplay, worn: dict[str, str]) -> StoryDraft:
    """The scenes of a script. `worn`: the wardrobe of each character that the film has already."""
    before, parts = _scenes(script.elements)
    people = {slug(name): name for e in script.elements if e.kind == "character" and (name := who(e))}
    draft = StoryDraft([], Screenplay(title_page=script.title_page), before, people=people)
    both = _inside_and_outside(parts)
    for head, body in parts:
        place, name, light = _place(head[0], both)
        draft.places.setdefault(place, name)
        draft.light.setdefault(place, light)
        chunks = enumerate(_chunks(body))
        shots = [shot for n, chunk in chunks for shot in _shots(chunk, place, people, worn, first=n == 0)]
        fields: Fields = {"called": head[0].number} if head[0].number else {}
        title = bare(head[0].text)[:_WORDS_MAX] or "Untitled"
        synopsis = next((bare(e.text) for e in (*head, *body) if e.kind == "synopsis"), "")
        draft.scenes.append(
            SceneDraft(fields | {"title": title, "intent": synopsis[:_WORDS_MAX]} | when(light), head, shots)
        )
    return draft


def who(element: Element) -> str:
    """A speaker's name without (V.O.), (CONT'D) and the like."""
    return bare(re.sub(r"\([^)]*\)", " ", element.text)).strip(" ^")


def _scenes(elements: Sequence[Element]) -> tuple[list[Element], list[tuple[list[Element], list[Element]]]]:
    before: list[Element] = []
    parts: list[tuple[list[Element], list[Element]]] = []
    for element in elements:
        if element.kind == "scene_heading":
            parts.append(([element], []))
        elif parts:
            parts[-1][1].append(element)
        else:
            before.append(element)
    return before, parts


def _inside_and_outside(parts: Sequence[tuple[list[Element], list[Element]]]) -> set[str]:
    """The places that the script shows from inside and from outside: they are two plates."""
    seen: dict[str, set[bool]] = {}
    for head, _ in parts:
        place, _, _ = _place(head[0], set())
        seen.setdefault(place, set()).add(_is_outside(head[0].text))
    return {place for place, sides in seen.items() if len(sides) > 1}


def _is_outside(heading: str) -> bool:
    return heading.upper().startswith("EXT")


def _place(heading: Element, both: set[str]) -> tuple[str, str, str]:
    """Id and name of a heading's place, and its time of day."""
    text = bare(heading.text)
    rest = HEADING.sub("", text, count=1).strip(" .-") if HEADING.match(text) else text
    rest = re.sub(r"^(?:/?\s*(?:INT|EXT)\b\.?\s*)", "", rest, flags=re.IGNORECASE)
    name, dash, light = rest.rpartition(" - ")
    name = (name if dash else rest).strip() or "place"
    place = slug(name)
    if place in both and _is_outside(text):
        return f"{place[:32]}_outside", f"{name} (outside)", light if dash else ""
    return place, name, light if dash else ""


def _chunks(body: Sequence[Element]) -> Iterator[list[Element]]:
    """The elements of each shot. Without notes a shot begins with each action, and where a speech would not fit."""
    marked = any(e.kind == "note" and _SHOT_NOTE.match(e.text) for e in body)
    chunk: list[Element] = []
    for element in body:
        begins = element.kind == "note" and bool(_SHOT_NOTE.match(element.text))
        if not marked:
            sound = is_sound(element)
            tells = [e for e in chunk if e.kind in {"action", "dialogue", "lyrics"} and not is_sound(e)]
            begins = (element.kind == "action" and bool(tells) and not sound) or (
                element.kind == "character" and length_s("", lines_of([*chunk, element])) > SHOT_MAX_S - 4
            )
        if begins and chunk:
            yield chunk
            chunk = []
        chunk.append(element)
    if chunk or not body:
        yield chunk


def is_sound(element: Element) -> bool:
    """Whether this action is heard and not seen: SOUND OF a foghorn."""
    return element.kind == "action" and bool(_SOUND.match(element.text))


def lines_of(chunk: Sequence[Element]) -> list[tuple[str, str]]:
    """What is said: who, and the words as lines that fit a subtitle."""
    speaker, found = "", list[tuple[str, str]]()
    for element in chunk:
        if element.kind == "character":
            speaker = slug(name) if (name := who(element)) else ""
        elif element.kind in {"dialogue", "lyrics"} and speaker:
            found += [(speaker, piece) for piece in pieces(element.text)]
        elif element.kind not in {"parenthetical", "note", "boneyard"}:
            speaker = ""
    return found


def _shots(
    chunk: list[Element], place: str, people: dict[str, str], worn: dict[str, str], *, first: bool
) -> list[ShotDraft]:
    """The shot of these elements; where they say more than a shot can hold, further ones that go on."""
    action = " ".join(bare(e.text) for e in chunk if e.kind in {"action", "centered"} and not is_sound(e))
    sound = "; ".join(bare(m["sound"]) for e in chunk if e.kind == "action" and (m := _SOUND.match(e.text)))
    name = next((m["name"].strip() for e in chunk if e.kind == "note" and (m := _SHOT_NOTE.match(e.text))), "")
    found: list[ShotDraft] = []
    for lines in _that_fit(lines_of(chunk)):
        told = action if not found else ""
        cast = _cast(chunk, told, people)
        spoken = ", ".join(dict.fromkeys(people[speaker].title() for speaker, _ in lines))
        motion = told[:_WORDS_MAX] or (f"{spoken} speaks." if spoken else "The place as it is.")
        wide = not cast or (first and not lines and not found)
        size = "wide" if wide else "full" if len(cast) > 2 or not lines else "medium"
        fields: Fields = {"called": name} if name and not found else {}
        fields |= {"proposed": True, "location": place}
        if cast:
            fields["cast"] = [{"character": each, "wardrobe": worn.get(each, UNWORN)} for each in cast]
        fields |= {"camera": {"size": size}, "motion": motion}
        if lines:
            fields["dialogue"] = list(timed(lines))
        if sound and not found:
            fields["sound"] = sound[:_WORDS_MAX]
        fields["duration_s"] = length_s(motion, lines)
        found.append(ShotDraft(fields, chunk if not found else []))
    return found


def _that_fit(lines: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """The lines in groups, each as long as a shot can be."""
    groups: list[list[tuple[str, str]]] = [[]]
    for line in lines:
        if groups[-1] and float(str(timed([*groups[-1], line])[-1]["to_s"])) > SHOT_MAX_S:
            groups.append([])
        groups[-1].append(line)
    return groups


def _cast(chunk: Sequence[Element], action: str, people: dict[str, str]) -> list[str]:
    """Who is seen, always in the script's own order: by it people get their sides, and keep them from shot to shot."""
    seen = [slug(who(e)) for e in chunk if e.kind == "character" and who(e) and not _VOICE_ONLY.search(e.text)]
    told = _as_words(action)
    named = [each for each, name in people.items() if _as_words(name) in told]
    there = dict.fromkeys((*named, *seen))
    return [each for each in people if each in there][:_CAST_MAX]


def _as_words(text: str) -> str:
    """The words in small letters, a space around each, so that a name is found as a whole."""
    return " ".join(("", *re.findall(r"\w+", text.lower()), ""))
