"""V rules: what a picture shows, against the locked masters and the blocking."""

from __future__ import annotations

from functools import partial

from checks.faces.faces import OTHER, SAME
from checks.rules.define import define_rule

_MEASURED = (
    "Measured on 90 random clean previz set-ups of the example film, a third through 480p JPEG and back: the "
    "least were "
    "0.26 (V101), 0.25 (V102), 0.26 (V103), 0.40 (V104) and 0.15 (V107, a prop half hidden)"
)
_ADVANTAGE = "advantage over the best rival: (rival - asked) / (rival + asked), from distances"

_rule = partial(define_rule, unit=_ADVANTAGE, source=_MEASURED, span="-1 to 1", direction="higher is better")

PRESENCE = _rule(
    "V101",
    "presence",
    "Everybody the shot asks for is there: somebody fits the mark better than the empty plate does.",
    "A missing character cannot be put back by a better prompt for the clip.",
    0.1,
    ask=(0.1, "To 0.2, short of the least clean previz picture (0.21); real pictures are not measured yet"),
)
IDENTITY = _rule(
    "V102",
    "identity",
    "Face, hair and build are the asked character's, among all characters of the bible.",
    "A changed face ends the film. Clothes are judged apart, by V103, so that a new coat is not a new person.",
    0.05,
    ask=(
        0.26,
        (
            "To 0.31: another actor in the same suit has 0.29, the right one in other light 0.36; 5 of 100 clean "
            "previz figures lie below 0.32"
        ),
    ),
)
WARDROBE = _rule(
    "V103",
    "wardrobe",
    "The clothes are the wardrobe the manifest asks for, among all of that character's.",
    "Continuity: what somebody wears is written in the shot, not chosen by the model.",
    0.05,
    ask=(0.1, "To 0.15, half way to the least clean previz picture (0.26)"),
)
LOCATION = _rule(
    "V104",
    "location",
    "The place is the asked one, among all plates of the bible.",
    "When another plate fits better the manifest itself may be wrong, and a new picture would be bought for nothing.",
    0.1,
    ask=(0.15, "To 0.25, half way to the least clean previz picture (0.40)"),
)
BLOCKING = _rule(
    "V105",
    "blocking",
    "Everybody stands on their mark: nobody has swapped sides or wandered off.",
    "Two people who swap sides between shots have jumped the line.",
    0.05,
    unit="distance from the mark in frame widths",
    span="0 to 1",
    direction="lower is better",
    source="A twentieth of the frame: a head's width in a medium shot; breathing and coding stay under 0.01",
    ask=(0.0, "None: how far off a mark is still right is a director's tolerance, not a doubt of the measurement"),
)
HUE = _rule(
    "V106",
    "hue",
    "Colours are the masters' colours: hues are not turned.",
    "A turned hue is the first thing a chain of shots loses, and nobody sees it from one shot to the next.",
    18.0,
    unit="degrees of hue, either way",
    span="0 to 180",
    direction="lower is better",
    source="Between 12 degrees, which a strong grade does, and 25, which everybody sees; D104 watches the small ones",
    ask=(6.0, "From 12 degrees on, which a strong grade does as well"),
)
PROPS = _rule(
    "V107",
    "props",
    "Every prop that must survive is in its place: it fits better than the empty plate.",
    "A suitcase that vanishes between two shots is the flaw audiences write in about.",
    0.05,
    ask=(0.05, "To 0.1, half way to the least clean previz picture (0.15, half hidden)"),
)
COMPOSITION = _rule(
    "V108",
    "composition",
    "Structural similarity to the expected composition, on a locked-off camera.",
    "Asked for by directors, but it sees only half of what a person sees: it is reported and never fails a picture.",
    0.3,
    unit="SSIM",
    span="-1 to 1",
    source="Reported only; weight 0",
    severity="info",
)
ARTEFACTS = _rule(
    "V109",
    "artefacts",
    "The picture is a picture: not blank, no bars above or beside it, no banded colours.",
    "These are faults of the machine; making it again is right.",
    0.05,
    unit="share of the picture that is spoiled",
    span="0 to 1",
    direction="lower is better",
    source="Bars of a 2.00:1 picture in 16:9 take 11 %; an edge of black takes under 2 %",
)
OWN_DRAFT = _rule(
    "V110",
    "own_draft",
    "The final shows what its own approved draft showed, at the same moments.",
    "The person approved the draft. A final that does something else was not approved.",
    0.6,
    unit="agreement: SSIM less colour difference, of the worst key frame",
    span="0 to 1",
    source="Previz finals agree with their own drafts by 0.93 and more; 0.6 leaves a paid model its other "
    "texture, not yet measured",
    ask=(0.0, "None until finals of paid models are measured; a film may set one"),
)
GEOMETRY = _rule(
    "V114",
    "geometry_guard",
    "An edit or a polish moved nothing outside its mask.",
    "A polish that moves a hand undoes what a person composed, and nobody looks for it there.",
    1.5,
    unit="pixels, of 720 lines, by which something outside the mask moved; what is gone, new or other counts "
    "with the root of its area",
    span="0 or more",
    direction="lower is better",
    source="Measured on harbour panels at 720p: grain, contrast, gamma, warmth, JPEG 60, blur, sharpening, "
    "resampling and a slip of 0.4 pixels "
    "read 0; a figure moved by 3 and 4 pixels under all of them reads 3 and 4, a prop taken away 90 and more",
)
CONTINUITY = _rule(
    "V115",
    "continuity",
    "Two shots of one place go together: what each adds to the masters' colours is the same.",
    "Light and grade that jump over a cut are seen even where each shot alone is right.",
    4.0,
    unit="delta-E between what two shots add to their masters, of the place or somebody whom both show; "
    "lightness counts half",
    span="0 to 100",
    direction="lower is better",
    severity="warning",
    source="Measured on the 11 pairs of shots of one place in the example film: clean panels 0.0 to 2.5, one of "
    "them turned by 8 degrees of "
    "hue 3.5 to 7.2, by 12 degrees 5.4 to 11.3",
)

_USUAL = "standard deviations of this film's own approved pictures, 0: as they are"
_KEPT_ASK = (0.5, "To -2, where a normal lies once in 44; and whatever a channel finds that may only ask")
_KEPT_SOURCE = (
    "A normal lies below -2.5 once in 160; with the channels' spreads taken from the film's own approved pictures. "
    "docs/eyes-method.md has what was measured on drawn films"
)
IDENTITY_KEPT = _rule(
    "V111",
    "identity_kept",
    "Face, hair and build are as near to the masters as the film's approved pictures are.",
    "V102 asks who of the bible it is; a face that slowly becomes nobody's passes there. This one asks whether "
    "it is still theirs.",
    -2.5,
    unit=_USUAL,
    span="-8 to 8",
    source=_KEPT_SOURCE,
    ask=_KEPT_ASK,
)
WARDROBE_KEPT = _rule(
    "V112",
    "wardrobe_kept",
    "Clothes are as near to the masters as the film's approved pictures are.",
    "V103 asks which wardrobe of the bible it is; a coat that becomes no wardrobe at all passes there.",
    -2.5,
    unit=_USUAL,
    span="-8 to 8",
    source=_KEPT_SOURCE,
    ask=_KEPT_ASK,
)
LOCATION_KEPT = _rule(
    "V113",
    "location_kept",
    "The place is as near to its plates as the film's approved pictures are.",
    "V104 asks which plate it is; a room whose furniture has moved is still that room.",
    -2.5,
    unit=_USUAL,
    span="-8 to 8",
    source=_KEPT_SOURCE,
    ask=_KEPT_ASK,
)
FACE = _rule(
    "V116",
    "face",
    "The face is the asked character's, by a model that was made for faces (the extra `faces`).",
    "Whoever watches a film looks at faces first, and pixels and clothes do not tell two people in one suit apart.",
    OTHER,
    unit="distance to the nearest face in the character's locked pictures, as a share of the face model's own limit; "
    "heads of 48 to 24 lines have up to a tenth more",
    span="0 to 3",
    direction="lower is better",
    source="Measured on 38 pairs of photographs of one person and 262 of two (docs/eyes.md): none of one person is "
    "beyond 1.15 with a head of 32 lines or more, and 95 of 100 of two are. A head of under 30 lines never fails",
    ask=(
        round(OTHER - SAME, 4),
        "From 1, the limit that dlib's model was trained for: no two people in those photographs are nearer",
    ),
)
COUNT = _rule(
    "V117",
    "count",
    "As many people stand in the picture as the shot asks for: nobody extra, nobody twice, nobody missing.",
    "Models add passers-by and double the one they were given, and a person in the corner of a frame is easily "
    "overlooked.",
    0.65,
    unit="how surely somebody is too many (a figure that neither the plate nor the cast explains) or missing (the "
    "plate shows where they should stand)",
    span="0 to 1",
    direction="lower is better",
    source="Measured on the harbour's panels: 0 on 18 clean ones, 0.70 to 0.98 on 8 with somebody too many",
    ask=(
        0.35,
        "From 0.3 on: above it lie 9 in 10 drawn takes with a person too many, 15 in 100 good ones",
    ),
)

RULES = (
    PRESENCE,
    IDENTITY,
    WARDROBE,
    LOCATION,
    BLOCKING,
    HUE,
    PROPS,
    COMPOSITION,
    ARTEFACTS,
    OWN_DRAFT,
    GEOMETRY,
    CONTINUITY,
    IDENTITY_KEPT,
    WARDROBE_KEPT,
    LOCATION_KEPT,
    FACE,
    COUNT,
)
