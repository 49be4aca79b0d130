"""C2 rules: what neighbouring shots say of one another, by the film's files alone."""

from __future__ import annotations

from functools import partial

from checks.rules.define import define_rule

_define = partial(define_rule, severity="warning")

WARDROBE = _define(
    "C201",
    "wardrobe_kept_on",
    "Somebody wears in a shot what they wore in the last shot that showed them, as long as the story has not paused.",
    "A coat that is gone between two cuts is seen by everybody, and each shot is bought with the wardrobe it names.",
)
PROP_FROM_NOWHERE = _define(
    "C202",
    "prop_from_nowhere",
    "A prop was there before, or somebody brings it.",
    "A suitcase that stands where nobody put it is taken for an error, or for a clue.",
)
PROP_VANISHED = _define(
    "C203",
    "prop_vanished",
    "What somebody holds at a shot's end is in the same hands in the next shot that shows them.",
    "Hands that are empty after a cut, or other hands, need somebody who put the prop down or gave it away.",
)
SIDES = _define(
    "C204",
    "sides_swapped",
    "Of two people, the one on the left stays on the left across a cut.",
    "The camera has crossed the line between them (the 180° rule): they seem to have changed places.",
)
DIRECTION = _define(
    "C205",
    "direction_reversed",
    "Somebody who moves left across the screen does not move right in the next shot, or the reverse.",
    "The reversal reads as if they had turned back. Movement toward or away from the camera never reverses.",
)
LIGHT = _define(
    "C206",
    "light_jump",
    "The light of a place has the same temperature from shot to shot, and from one angle the same direction.",
    "The eye sees a step in colour across a cut at once.",
    source="Two temperatures in kelvin differ by 40 mired or more: a gel of a quarter CTO is 42, full CTO about 160",
)
TIME = _define(
    "C207",
    "time_jump",
    "The time of day stays the same within a scene, and across a border where the story goes on.",
    "A sunset between two lines of one talk is an error, unless the film means it.",
)
WEATHER = _define(
    "C208",
    "weather_jump",
    "The weather stays the same within a scene, and across a border where the story goes on.",
    "Rain that stops at a cut makes two shots of one moment look like two days.",
)
JUMP_CUT = _define(
    "C209",
    "jump_cut",
    "Two neighbouring shots of the same people differ in size or in angle.",
    "The same people at the same size and angle jump on the screen, as if frames were missing (the 30° rule).",
)
EYELINE = _define(
    "C210",
    "eyeline_misses",
    "Somebody looks to the side where the other one is, and to the same side as before the cut.",
    "Two people who talk look at each other only if one looks right and the other left.",
)
PROP_SURVIVES = _define(
    "C211",
    "prop_survives",
    "A prop that was left in the room is in the next shot that frames its place, and in a chained shot in any case.",
    "A chained shot opens on the frame that shows it; in the same view of a room it would have to be there.",
)
IDLE_WAIVER = _define(
    "C212",
    "idle_waiver",
    "Each waiver of continuity accepts a change that the shot has.",
    "A waiver that outlives its change hides the next one of its kind.",
)

RULES = (
    WARDROBE,
    PROP_FROM_NOWHERE,
    PROP_VANISHED,
    SIDES,
    DIRECTION,
    LIGHT,
    TIME,
    WEATHER,
    JUMP_CUT,
    EYELINE,
    PROP_SURVIVES,
    IDLE_WAIVER,
)
