"""The rules about assembly.yaml: what the film's cut names, and whether it fits together. They look at no picture."""

from __future__ import annotations

from checks.rules.define import define_rule

KNOWN_PARTS = define_rule(
    "A101",
    "known_parts",
    "Every scene, shot and line that assembly.yaml names is in the film.",
    "A title at a shot that was renamed would vanish without a word.",
)
OVERLAPS = define_rule(
    "A102",
    "overlaps_fit",
    "Each shot is long enough for the dissolves, fades and wipes on both of its sides, and for its own trims.",
    "Two of them cannot share a frame, and no clip has frames beyond its end.",
)
FILES = define_rule(
    "A103",
    "files_there",
    "Every sound file and every LUT is in the film's folder and can be read.",
    "A missing file must not come to light when the film is rendered.",
)
IN_REACH = define_rule(
    "A104",
    "in_reach",
    "Every title and sound lies within the film, and every in-point within its file.",
    "What lies beyond the end is neither seen nor heard.",
    severity="warning",
)
READABLE = define_rule(
    "A105",
    "words_readable",
    "The typeface has all letters of titles and cards.",
    "Boxes would stand in the picture.",
)
HANDLES = define_rule(
    "A106",
    "sound_handles",
    "Where sound is cut earlier or later than pictures, the clip has sound there.",
    "A J cut needs frames before the shot's in-point, an L cut frames after its out-point; without them it is silent.",
    severity="warning",
)
ALL_SCENES = define_rule(
    "A107",
    "all_scenes",
    "Every scene of the film stands in the order, and shows a shot.",
    "A scene that was added later is easily forgotten.",
    severity="warning",
)
NOT_LARGER = define_rule(
    "A108",
    "not_larger",
    "No deliverable is larger than the master that it is made from.",
    "Scaling up adds bytes and no detail.",
    severity="warning",
)

RULES = (KNOWN_PARTS, OVERLAPS, FILES, IN_REACH, READABLE, HANDLES, ALL_SCENES, NOT_LARGER)
