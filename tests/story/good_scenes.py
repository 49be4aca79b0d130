"""Scenes of different kinds in which no rule of continuity or of prompts may find anything."""

from __future__ import annotations

from typing import Any

from tests.story.broken_scenes import ADA, BEN, DISSOLVE
from tests.unit.continuity_scenes import person, prop, shot

BACK = {"facing": "back"}
GOOD: dict[str, list[dict[str, Any]]] = {
    "a talk in shot and reverse shot over the shoulders": [
        shot(
            *(ADA, BEN),
            size="wide",
            time="evening",
            weather="rain",
            light={"temperature": "warm", "direction": "left"},
            motion="Ada walks to the table. Rain runs down the window behind her.",
        ),
        shot(
            *(person("ada", 0.25, facing="back"), person("ben", 0.65)),
            size="medium",
            motion="Ben pushes the bread across the table.",
            dialogue=[{"character": "ben", "text": "Eat something first.", "from_s": 1, "to_s": 3}],
        ),
        shot(
            *(person("ada", 0.35), person("ben", 0.75, facing="back")),
            size="medium",
            motion="Ada shakes her head slowly and pushes it back.",
        ),
        shot(person("ben", 0.6, looks="ada"), size="close_up", motion="Ben's left hand closes over the knife."),
        shot(person("ada", 0.4, looks="ben"), size="close_up", motion="Tears run down her cheeks. She blinks."),
        shot(ADA, BEN, size="full", motion="Ben cuts the bread in two and hands her one half."),
    ],
    "an insert that names a letter which the wide shot was too far from to name": [
        shot(ADA, BEN, size="wide", motion="Ben sits down across from Ada."),
        shot(size="close_up", props=[prop("letter", 0.5)], motion="A finger slides the letter over the wood."),
        shot(person("ada", 0.4), size="medium", props=[prop("letter", 0.5)], motion="Ada turns the letter over."),
        shot(person("ben", 0.6), size="medium_close_up", motion="Ben wipes his mouth with the back of his hand."),
    ],
    "a suitcase that is carried in, set down, framed out and still there": [
        shot(
            person("ada", 0.1, 0.4),
            size="wide",
            props=[prop("suitcase", 0.15, held_by="ada", passes_to="room")],
            motion="Ada carries the suitcase in and sets it down.",
        ),
        shot(person("ada", 0.45), size="close_up", motion="Ada breathes out and pushes her wet hair back."),
        shot(
            person("ada", 0.4),
            BEN,
            size="full",
            props=[prop("suitcase", 0.35)],
            motion="Ben kneels and unbuckles the suitcase.",
        ),
    ],
    "a lamp that goes from hand to hand and out": [
        shot(
            *(ADA, BEN),
            size="medium",
            props=[prop("lamp", 0.35, held_by="ada", passes_to="ben")],
            motion="Ada hands the lamp to Ben.",
        ),
        shot(
            *(ADA, BEN),
            size="full",
            props=[prop("lamp", 0.65, held_by="ben", passes_to="off")],
            motion="Ben carries the lamp out of the frame.",
        ),
        shot(ADA, BEN, size="wide", motion="Ben comes back and rubs his hands."),
    ],
    "a walk home with a shot from the front before she turns back": [
        shot(person("ada", 0.2, 0.8), size="wide", location="street", motion="Ada walks to frame right."),
        shot(
            person("ada", 0.5, facing="front") | {"moves": "toward"},
            size="full",
            location="street",
            motion="Ada slows down and stops.",
        ),
        shot(
            person("ada", 0.8, 0.3, mirrored=True),
            size="wide",
            location="street",
            motion="Ada turns and runs back. A car passes.",
            camera={"size": "wide", "move": "pan_left", "amount": 0.1},
        ),
    ],
    "another day after a dissolve, in other clothes": [
        shot(
            *(ADA, BEN),
            size="wide",
            time="evening",
            weather="rain",
            props=[prop("suitcase")],
            motion="Ada draws the curtain.",
            **DISSOLVE,
        ),
        shot(
            *(person("ben", 0.3) | {"wardrobe": "dress"}, person("ada", 0.7)),
            size="wide",
            time="morning",
            weather="clear",
            motion="Ben pours coffee. Steam rises past his face.",
        ),
    ],
    "a phone call between day here and night there": [
        shot(person("ada", 0.4, looks="right"), size="medium", time="day", motion="Ada lifts the receiver."),
        shot(
            person("ben", 0.6, looks="left"),
            size="medium",
            time="night",
            location="street",
            motion='Ben nods. "Two hours," he says.',
        ),
        shot(person("ada", 0.4, looks="right"), size="close_up", time="day", motion="Ada smiles."),
    ],
    "a chained take that goes on as it was": [
        shot(ADA, BEN, size="medium", props=[prop("lamp")], motion="Ben strikes a match and lights the lamp."),
        shot(
            *(ADA, person("ben", 0.7, 0.6)),
            size="medium",
            chain=True,
            props=[prop("lamp")],
            motion="Ben takes one step closer.",
        ),
        shot(
            *(ADA, person("ben", 0.6)),
            size="medium",
            chain=True,
            props=[prop("lamp")],
            motion="Both bend down over the flame.",
        ),
    ],
    "a walk beside each other, from the front and then from behind": [
        shot(
            *(person("ada", 0.4, facing="front"), person("ben", 0.6, facing="front")),
            location="street",
            motion="Ada and Ben walk toward the camera.",
        ),
        shot(
            *(person("ada", 0.6, **BACK), person("ben", 0.4, **BACK)),
            location="street",
            motion="They walk away, arm in arm.",
        ),
    ],
    "a scene that begins in the morning of a day, with a dog": [
        shot(
            size="wide",
            time="morning",
            light={"temperature": 5500, "direction": "left"},
            motion="Dust drifts through the light.",
        ),
        shot(
            ADA,
            size="full",
            time="day",
            light={"temperature": 5200, "direction": "above"},
            motion="Ada sweeps the tiles.",
        ),
        shot(
            *(ADA, person("rex", 0.7)),
            size="medium",
            light={"temperature": "neutral"},
            motion="The dog trots in and sniffs the broom.",
        ),
        shot(ADA, person("rex", 0.2, mirrored=True), size="full", motion="The dog runs past her and barks."),
    ],
    "three at a table, each in a single": [
        shot(
            *(person("ada", 0.2), person("cat", 0.5, facing="front"), person("ben", 0.8)),
            size="wide",
            motion="Cat deals three cards.",
        ),
        shot(person("cat", 0.5, facing="front"), size="close_up", motion="Cat lifts one corner of her card."),
        shot(person("ben", 0.5, mirrored=True, looks="ada"), size="close_up", motion="Ben glances to frame left."),
        shot(person("ada", 0.5, mirrored=False, looks="cat"), size="close_up", motion="Ada folds her hand."),
        shot(
            *(person("ada", 0.2), person("cat", 0.5, facing="front"), person("ben", 0.8)),
            size="wide",
            motion="Cat takes the coins.",
        ),
    ],
    "a coat that comes off while we are outside": [
        shot(ADA, BEN, size="wide", motion="The door swings open. Both turn to it."),
        shot(size="wide", location="street", weather="rain", motion="Rain falls through the light of the lamps."),
        shot(ADA | {"wardrobe": "dress"}, BEN, size="full", motion="Ada drops the coat on the chair."),
    ],
    "a step to a given frame, where somebody took the coat off and says why": [
        shot(person("ada", 0.3, 0.45), size="full", mode="start_end_frames", motion="Ada walks to the chair."),
        shot(
            person("ada", 0.45) | {"wardrobe": "dress"},
            size="medium",
            continuity={"change": "wardrobe", "of": "ada", "why": "She took it off in the hall."},
            motion="Ada sits down.",
        ),
    ],
}
