"""Whole scripts of the two classic sizes: a feature of 190 scenes, and eight scenes with every device of the syntax."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from production.story.formats.fountain import read_fountain
from production.story.formats.write_fountain import write_fountain
from production.story.proposing import propose

_PEOPLE = ("EDA", "OLD EDA", "WILL", "DR. MOSS", "THE TWIN", "McRAE")
_PLACES = ("RIVER BANK", "TOWN HALL", "KITCHEN", "CIRCUS TENT", "HOSPITAL ROOM")

EIGHT = """Title:
    _**THE LAST KEEPER**_
Credit: written by
Author: A. Writer
Contact:
    12 Quay Street
    The Harbour

FADE IN:

EXT. LIGHTHOUSE - NIGHT #1A#

A lamp turns. MARA (60) climbs the stairs. /* the dog
comes in

later */

MARA
(out of breath)
Two hundred.
\x20\x20
And one.

> CUT TO:

.MARA'S EYE

The lamp, twice.

INT./EXT. BOAT - CONTINUOUS

@McRAE
Is she up there?

MARA (V.O.) (CONT'D)
I am.

@McRAE ^
She is.

~The tide, the tide,
~it comes by night

I/E. CAR - DAY

BANG! GLASS EVERYWHERE.

!THE RADIO
speaks of rain.

EST. HARBOUR - DAWN

[[SHOT 4A]]

Boats leave. [[the red one last]]

# Act Two

= She comes down.

INT. KITCHEN - DAY #12#

NILS
...and then?

===

EXT. QUAY - DAY

> THE LIGHT WENT OUT <

int. lamp room - night

MARA
*Now.*

> FADE OUT.
"""


def feature() -> Iterator[str]:
    """About 146 kB: 190 scenes, with four speeches each, a transition in every sixth."""
    yield "Title: The River\nAuthor: Nobody\n\n"
    for scene in range(190):
        sort, place = ("INT.", "EXT.")[scene % 2], _PLACES[scene % len(_PLACES)]
        yield f"{sort} {place} {scene % 7} - {('DAY', 'NIGHT')[scene % 3 == 0]}\n\n"
        for beat in range(4):
            who, other = _PEOPLE[(scene + beat) % 6], _PEOPLE[(scene + beat + 1) % 6]
            forced = "@" if who.startswith("Mc") else ""
            yield f"{who.title()} walks to the water, looks at {other.title()} and stops there for a while.\n\n"
            yield f"{forced}{who}\nI caught it here, the day that you were born. It was as long as the boat. {beat}\n\n"
        if scene % 6 == 5:
            yield "CUT TO:\n\n"


def test_a_feature_of_190_scenes_keeps_every_scene_and_speech_and_its_export_is_equal_on_reimport() -> None:
    script = read_fountain("".join(feature()))
    found = Counter(element.kind for element in script.elements)
    assert found == {"scene_heading": 190, "action": 760, "character": 760, "dialogue": 760, "transition": 31}
    assert read_fountain(write_fountain(script)) == script
    draft = propose(script, {})
    assert len(draft.scenes) == 190
    shots = [shot.fields for scene in draft.scenes for shot in scene.shots]
    said = [shot.get("dialogue") for shot in shots]
    assert sum(len(lines) for lines in said if isinstance(lines, list)) == 760
    assert len(draft.people) == len(_PEOPLE)


def test_a_short_script_with_every_device_keeps_all_of_it_and_its_export_is_equal_on_reimport() -> None:
    script = read_fountain(EIGHT)
    found = Counter(element.kind for element in script.elements)
    assert found["scene_heading"] == 8
    assert (found["centered"], found["lyrics"], found["page_break"], found["boneyard"]) == (1, 2, 1, 1)
    assert [e.text for e in script.elements if e.kind == "transition"] == ["CUT TO:", "FADE OUT."]
    assert [e.text for e in script.elements if e.dual] == ["McRAE"]
    assert [e.number for e in script.elements if e.number] == ["1A", "12"]
    assert next(e.text for e in script.elements if e.kind == "dialogue") == "Two hundred.\n\nAnd one."
    assert [entry.key for entry in script.title_page] == ["Title", "Credit", "Author", "Contact"]
    again = read_fountain(write_fountain(script))
    assert again == script
    assert propose(again, {}).people.keys() == {"mara", "mcrae", "nils"}


def test_people_keep_their_sides_whoever_moves_or_speaks_first() -> None:
    script = "INT. A - DAY\n\nEda waits.\n\nEDA\nYes?\n\nWILL\nNo.\n\nWill sits.\n\nEDA\nYes.\n"
    shots = [shot.fields for scene in propose(read_fountain(script), {}).scenes for shot in scene.shots]
    casts = [[_id(who) for who in cast] for shot in shots if isinstance(cast := shot["cast"], list)]
    assert casts == [["eda", "will"]] * len(shots)
    assert len(shots) > 1


def _id(member: object) -> object:
    return member["character"] if isinstance(member, dict) else member
