"""Broken scenes as data, each with exactly what the rules of continuity or of prompts find in it."""

from __future__ import annotations

from typing import Any

from tests.unit.continuity_scenes import person, prop, shot

ADA, BEN = person("ada", 0.3), person("ben", 0.7)
DISSOLVE = {"transition": {"kind": "dissolve"}}
Named = tuple[str, str, str]

BROKEN_FLOW: dict[str, tuple[list[dict[str, Any]], Named]] = {
    "a coat that is gone at a cut": (
        [shot(ADA), shot(ADA | {"wardrobe": "dress"}, size="medium")],
        ("C201", "2", "ada"),
    ),
    "a coat that is gone behind a cut-away in the room": (
        [shot(ADA, BEN), shot(BEN, size="close_up"), shot(ADA | {"wardrobe": "dress"}, BEN, size="medium")],
        ("C201", "3", "ada"),
    ),
    "a coat that is gone on the way out of the door": (
        [shot(ADA), shot(ADA | {"wardrobe": "dress"}, size="wide", location="street")],
        ("C201", "2", "ada"),
    ),
    "a suitcase that nobody brought": (
        [shot(ADA), shot(ADA, size="medium", props=[prop("suitcase")])],
        ("C202", "2", "suitcase"),
    ),
    "a letter in a hand that was empty": (
        [shot(ADA, BEN), shot(ADA, BEN, size="medium", props=[prop("letter", 0.35, held_by="ada")])],
        ("C202", "2", "letter"),
    ),
    "a lamp that is gone from the hand": (
        [shot(ADA, size="medium", props=[prop("lamp", 0.35, held_by="ada")]), shot(ADA, BEN)],
        ("C203", "2", "lamp"),
    ),
    "a letter that changed hands unseen": (
        [
            shot(ADA, BEN, props=[prop("letter", 0.35, held_by="ada")]),
            shot(ADA, BEN, size="medium", props=[prop("letter", 0.65, held_by="ben")]),
        ],
        ("C203", "2", "letter"),
    ),
    "two people who swapped sides": (
        [shot(ADA, BEN), shot(person("ben", 0.3), person("ada", 0.7), size="medium")],
        ("C204", "2", "ada ben"),
    ),
    "one of three who crossed the others": (
        [
            shot(person("ada", 0.2), person("cat", 0.5), person("ben", 0.8), size="wide"),
            shot(person("cat", 0.2), person("ada", 0.4), person("ben", 0.8)),
        ],
        ("C204", "2", "ada cat"),
    ),
    "two who face us before and after, and swapped": (
        [
            shot(person("ada", 0.3, facing="front"), person("ben", 0.7, facing="front")),
            shot(person("ada", 0.7, facing="front"), person("ben", 0.3, facing="front"), size="medium"),
        ],
        ("C204", "2", "ada ben"),
    ),
    "a walk that turns back at a cut": (
        [shot(person("ada", 0.2, 0.6)), shot(person("ada", 0.8, 0.4, mirrored=True), size="wide", location="street")],
        ("C205", "2", "ada"),
    ),
    "a drive that turns back, by its words": (
        [shot(ADA | {"moves": "left"}), shot(ADA | {"moves": "right"}, size="close_up")],
        ("C205", "2", "ada"),
    ),
    "lamps that turn to daylight": (
        [shot(ADA, light={"temperature": 3200}), shot(ADA, size="medium", light={"temperature": 5600})],
        ("C206", "2", ""),
    ),
    "a warm room that is cool at once": (
        [shot(ADA), shot(ADA, size="medium"), shot(ADA, light={"temperature": "cool"})],
        ("C206", "3", ""),
    ),
    "a window that changes sides": (
        [
            shot(ADA, light={"direction": "left"}),
            shot(ADA, size="medium", light={"direction": "right"}),
        ],
        ("C206", "2", ""),
    ),
    "night after noon in one talk": (
        [shot(ADA, time="noon"), shot(ADA, size="medium", time="night")],
        ("C207", "2", ""),
    ),
    "an evening in the next place, with the same person": (
        [shot(ADA, time="morning"), shot(ADA, size="wide", location="street", time="evening")],
        ("C207", "2", ""),
    ),
    "rain that stops at a cut": (
        [shot(ADA, weather="rain"), shot(ADA, size="medium", weather="clear")],
        ("C208", "2", ""),
    ),
    "snow behind a shot that does not say it": (
        [shot(ADA, weather="fog"), shot(ADA, size="medium"), shot(ADA, weather="snow")],
        ("C208", "3", ""),
    ),
    "the same two-shot twice": ([shot(ADA, BEN), shot(ADA, BEN)], ("C209", "2", "")),
    "the same empty room twice": ([shot(size="wide"), shot(size="wide", zoom=1.05)], ("C209", "2", "")),
    "a look away from whom it is for": (
        [shot(ADA | {"looks": "ben"}, BEN), shot(person("ada", 0.4, mirrored=True, looks="ben"), size="close_up")],
        ("C210", "2", "ada"),
    ),
    "two singles that look the same way": (
        [
            shot(person("ada", 0.3, looks="ben"), size="close_up"),
            shot(person("ben", 0.3, looks="ada"), size="close_up"),
        ],
        ("C210", "2", "ben"),
    ),
    "a head that turns between two shots": (
        [shot(ADA), shot(person("ada", 0.3, mirrored=True), size="medium")],
        ("C210", "2", "ada"),
    ),
    "a suitcase that is gone from the floor": (
        [shot(ADA, size="medium", props=[prop("suitcase")]), shot(ADA)],
        ("C211", "2", "suitcase"),
    ),
    "a chained shot without the lamp that it opens on": (
        [shot(ADA, props=[prop("lamp")]), shot(ADA, chain=True)],
        ("C211", "2", "lamp"),
    ),
    "a waiver of a coat that nobody took off": (
        [shot(ADA), shot(ADA, size="medium", continuity={"change": "wardrobe", "of": "ada", "why": "It is warm."})],
        ("C212", "2", "wardrobe:ada"),
    ),
    "a waiver of a light that nobody changed": (
        [shot(ADA), shot(BEN, size="medium"), shot(ADA, continuity={"change": "light", "why": "The lamp goes on."})],
        ("C212", "3", "light"),
    ),
    "a suitcase that is gone behind a close-up": (
        [shot(ADA, props=[prop("suitcase")]), shot(ADA, size="close_up"), shot(ADA, size="full")],
        ("C211", "3", "suitcase"),
    ),
}
"""Where the rules of continuity are broken: the shots, and the finding: its rule, its shot's number, and whom it is
about.
"""

SCENE_SAYS = {"a warm room that is cool at once": {"light": {"temperature": "warm"}}}


BROKEN_WORDS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "a door that explodes where it should open": ({"motion": "The door EXPLODES inward."}, {"P101", "P110"}),
    "a crowd that erupts": ({"motion": "The crowd erupts as Ben walks in."}, {"P101"}),
    "a bandit who is ice": ({"motion": "The bandit FROZEN in the doorway turns his head."}, {"P102", "P110"}),
    "a man of stone": ({"motion": "Ben stands rooted to the spot while the rain falls."}, {"P102"}),
    "a sweet that becomes a brick": ({"motion": "Ben unwraps a brick-shaped candy in foil."}, {"P103"}),
    "a case that becomes a coffin": ({"motion": "Ben lifts a coffin-shaped case."}, {"P103"}),
    "a kick of the camera's own": ({"motion": "SHARP violent kick to the door."}, {"P104", "P110"}),
    "a punch that is brutal": ({"motion": "Ben lands a brutal punch on the table."}, {"P104"}),
    "an animal that nobody cast": ({"motion": "Ben moves like a wounded animal to the chair."}, {"P105"}),
    "a voice that nobody hears": ({"motion": "Ben turns as if he heard a voice."}, {"P105"}),
    "sadness without a face": ({"motion": "Ben is very sad and sits down."}, {"P106"}),
    "nerves without a hand": ({"motion": "Ben looks nervous and walks to the window."}, {"P106"}),
    "praise of a landscape": ({"motion": "An epic, stunning hall, and Ben walks through it."}, {"P107"}),
    "a style that praises itself": ({"style": {"words": "Moody vibes, soft film grain."}}, {"P107 style"}),
    "a masterpiece in 8K": ({"motion": "Masterpiece, 8K, Ben walks to the table."}, {"P108"}),
    "an engine's name": ({"style": {"words": "Unreal Engine, soft film grain."}}, {"P108 style"}),
    "a word that is shouted": ({"motion": "Ben turns and does not STOP."}, {"P110"}),
    "a pose that is shouted": ({"motion": "Ben is CROUCHED low and rises."}, {"P110"}),
    "a photograph": ({"motion": "Ben stands at the table, his hands on the wood."}, {"P111"}),
    "a mood board": ({"motion": "Calm hall, the family on the bench, and the room is warm."}, {"P111"}),
    "five things in four seconds": (
        {"motion": "Ben enters, then sits, then opens the bag, then eats, then looks up."},
        {"P112"},
    ),
    "a whole breakfast": ({"motion": "Ben walks in. She sits. She pours tea. She drinks. Ben enters."}, {"P112"}),
    "lots of movement": ({"motion": "Lots of movement as Ben walks in."}, {"P113"}),
    "dynamic action": ({"motion": "Dynamic action: Ben walks in."}, {"P113"}),
    "a camera that does all it can": (
        {"motion": "Ben turns. Slow push-in, then pan left and orbit around.", "move": "push_in"},
        {"P121"},
    ),
    "a pan beside the push": ({"motion": "Ben turns while the camera pans left.", "move": "push_in"}, {"P121"}),
    "a fixed camera that pushes in": (
        {"motion": "Fixed camera as Ben turns. Slow push-in on the face.", "move": "push_in"},
        {"P122"},
    ),
    "a pan to the other side": ({"motion": "Ben turns, and the camera pans right.", "move": "pan_left"}, {"P122"}),
    "a left that could be anybody's": ({"motion": "The bandit on the left turns."}, {"P125"}),
    "a look to a right that nobody owns": ({"motion": "Ben steps in from the right."}, {"P125"}),
    "a street told by what it lacks": ({"motion": "Ben walks through a hall with no chairs."}, {"P131"}),
    "hands that are not to be shown": ({"motion": "Do not show hands as Ben turns."}, {"P131"}),
    "a cut inside the take": ({"motion": "Ben sits down. Cut to his hands."}, {"P133"}),
    "two places at once": ({"motion": "Ben turns. Meanwhile, the door swings open."}, {"P133"}),
    "a single take that is nice": ({"style": {"single_take": "Nice."}}, {"P141 style"}),
    "half of the one-take clause": (
        {"style": {"single_take": "One continuous."}, "model": "seedance-2.5"},
        {"P141 style"},
    ),
    "a clause that avoids cuts alone": ({"style": {"avoid": "Avoid cuts."}}, {"P142 style"}),
    "a clause without its verb": (
        {"style": {"avoid": "Jitter, bent limbs, identity drift."}, "model": "seedance-2.5"},
        {"P142 style"},
    ),
    "a clause that Veo draws": ({"style": {"avoid": "Avoid cuts."}, "model": "veo-3.1"}, {"P143 style"}),
    "a word to avoid that Veo draws": (
        {"style": {"avoid": "Clean. Avoid text."}, "model": "veo-3.1"},
        {"P143 style"},
    ),
    "red, and a lamp gone": ({"edit": ("the jacket", "change the colour to red and remove the lamp")}, {"P151"}),
    "a hand and a sleeve": ({"edit": ("the hand and the sleeve", "darker")}, {"P151"}),
    "better": ({"edit": ("the light", "make it look better")}, {"P152"}),
    "an edit of it": ({"edit": ("it", "smiling")}, {"P152"}),
    "smaller, and all else kept": ({"edit": ("the candies", "smaller and keep the colour and the shadows")}, {"P153"}),
    "shrunk, with the wrappers preserved": (
        {"edit": ("the candies", "shrink them, preserving the wrappers")},
        {"P153"},
    ),
    "a sign that somebody is to read": ({"motion": "A neon sign that reads open flickers."}, {"P161"}),
    "subtitles in the clip": ({"motion": "Ben turns, subtitles at the bottom."}, {"P161"}),
    "a speech in four seconds": (
        {"dialogue": "I have been waiting here for you since the very first day of winter"},
        {"P162"},
    ),
    "a speech in the words of the action": (
        {"motion": 'Ben says: "I have been waiting here for you since the very first day of winter"'},
        {"P162"},
    ),
    "a weight": ({"motion": "Ben in a (grey coat:1.4) turns."}, {"P163"}),
    "a switch of another tool": ({"motion": "Ben turns --ar 16:9"}, {"P163"}),
    "seconds that this model does not read": ({"motion": "[0s-2s] Ben enters. [2s-4s] He sits down."}, {"P164"}),
    "a range of seconds": ({"motion": "0-2 seconds: Ben turns."}, {"P164"}),
    "a timeline with a hole": (
        {"motion": "0-2s: Ben enters. 3-4s: he sits down.", "model": "seedance-2.5"},
        {"P165"},
    ),
    "a timeline that ends early": (
        {"motion": "[00:00-00:02] Ben enters. [00:02-00:03] He sits down.", "model": "veo-3.1"},
        {"P165"},
    ),
    "a man by the number of his picture": ({"motion": "The man from @Image2 walks to the table."}, {"P166"}),
    "a pose by the number of its picture": ({"motion": "Ben turns as in image 1."}, {"P166"}),
    "a guest whom nobody cast": ({"motion": "Cat sits down beside Ben."}, {"P171"}),
    "a cup for somebody who is away": ({"motion": "Ben hands the cup to Cat."}, {"P171"}),
    "a dress that hangs at home": ({"motion": "Ben smooths the green dress."}, {"P172"}),
    "another dress": ({"motion": "Ben pulls his dress down over his knees."}, {"P172"}),
    "a turn in another place": ({"motion": "Ben turns in the street."}, {"P173"}),
    "a walk through another place": ({"motion": "Ben walks across the street."}, {"P173"}),
    "a sun at night": ({"motion": "Noon sun moves over the table."}, {"P174"}),
    "a dawn at night": ({"motion": "Ben turns in the first light of dawn."}, {"P174"}),
    "a clip from words that name no light": (
        {"mode": "text", "light": "", "motion": "Ben turns."},
        {"P181"},
    ),
    "another clip from words, in the dark": (
        {"mode": "text", "light": "", "motion": "Ben lifts the cup."},
        {"P181"},
    ),
    "a waiver of capitals that nobody wrote": (
        {"prompt_ok": [{"rule": "P110", "why": "The sign is written so."}]},
        {"P191"},
    ),
    "a waiver of a cut that nobody made": (
        {"motion": "Ben turns.", "prompt_ok": [{"rule": "P133", "why": "He cuts bread."}]},
        {"P191"},
    ),
}
"""Where the rules of prompts are broken: what the second of three good shots says instead, and the rules that find it;
with the file where it is the bible that says it. `edit`: the part and the change that a person asks for of its frame.
"""


def talk(**instead: Any) -> list[dict[str, Any]]:
    """Three good shots; `instead`: what the second one says."""
    second = {"size": "close_up", "motion": "Ben lifts the cup and drinks."} | instead
    return [
        shot(ADA, BEN, size="wide", motion="Ada walks to the table and turns to Ben."),
        shot(BEN, **second),
        shot(ADA, BEN, size="medium", motion="Ada sets a plate down in front of Ben."),
    ]
