"""R rules: the pictures everything else is compared with."""

from __future__ import annotations

from checks.rules.define import define_rule

REFERENCE_EXISTS = define_rule(
    "R101",
    "reference_exists",
    "Every canonical picture the shot needs is in the store.",
    "A model that is not shown the face invents one.",
)
REFERENCE_LOCKED = define_rule(
    "R102",
    "reference_locked",
    "The picture's bytes are the ones the lock names.",
    "A picture that was changed after its approval was not approved.",
)
REFERENCE_APPROVED = define_rule(
    "R103",
    "reference_approved",
    "The lock says who approved the picture.",
    "Drift is measured against what a person has chosen, never against what happened to be there.",
)
REFERENCE_DECODES = define_rule(
    "R104",
    "reference_decodes",
    "The picture can be decoded, and has the size the lock says.",
    "A broken file is found here for nothing, or by a paid model for money.",
)
REFERENCE_LARGE = define_rule(
    "R105",
    "reference_large",
    "The picture is large enough to show what matters in it.",
    "A face of 20 pixels holds no face: the model makes one up, and no check can tell.",
    256.0,
    unit="pixels of the shorter side of a plate, of the height of a cut-out",
    source="A head is about 1/7 of a figure; 256 lines give it 36, a third of what face models want "
    "(reference: dlib needs 80 for a verdict)",
    span="1 to 16384",
    direction="higher is better",
)
REFERENCE_CUT_OUT = define_rule(
    "R106",
    "reference_cut_out",
    "A view or prop is cut out: part of it is transparent, and not all.",
    "A cut-out with its background still in it brings a wall into every room.",
    0.02,
    unit="share of the picture that is transparent",
    source="A trimmed standing figure leaves 30 to 60 % of its box free; 2 % allows a square suitcase with "
    "round corners",
    span="0 to 1",
    direction="higher is better",
)
REFERENCE_SHAPE = define_rule(
    "R107",
    "reference_shape",
    "The picture has a sane shape: nothing is more than eight times as long as wide.",
    "A stretched or wrongly trimmed picture gives everybody it guides the wrong build.",
    8.0,
    unit="longer side over shorter side",
    source="A standing person seen from the side is up to 6 times as tall as wide; 8 leaves room for a broom",
    span="1 to 100",
    direction="lower is better",
)
VIEW_GROUND = define_rule(
    "R108",
    "view_ground",
    "A view that was made stands on plain ground, from which it can be cut out.",
    "What stands in a room cannot be cut out of it cleanly, and brings the room into every shot.",
    0.98,
    unit="share of the frame's edge that is of one colour, or of one light falling off smoothly",
    source="48 views of the example film on grey under a soft light, as JPEG at quality 85: 1.00 each; its "
    "four plates: 0.72 to 0.89",
    span="0 to 1",
    direction="higher is better",
)
VIEW_WHOLE = define_rule(
    "R109",
    "view_whole",
    "A view that was made shows the whole figure: it touches no edge of the frame.",
    "A figure without feet stands in no shot, and its height is a guess.",
    0.004,
    unit="least room between the figure and an edge, as a part of the frame's height",
    source="Three lines of 720: whoever is cut off touches the edge, and a hair's breadth is room enough to cut along",
    span="0 to 0.5",
    direction="higher is better",
)
VIEW_ALONE = define_rule(
    "R110",
    "view_alone",
    "A view that was made shows one figure alone, not two and no sheet of several.",
    "Models like to draw a sheet of turned figures; two figures in one cut-out stand in every shot as twins.",
    0.85,
    unit="share of the foreground that is the largest figure",
    source="48 views of the example film: 1.00 each; of two equal figures one is half; 0.15 leaves room for a "
    "cast shadow that lies apart",
    span="0 to 1",
    direction="higher is better",
)
ROSTER_UNKNOWN = define_rule(
    "R201",
    "roster_unknown",
    "Everything in the store is in the bible.",
    "Somebody who was drawn and approved, and whom the bible forgot, will be generated anew with another face.",
)
ROSTER_MISSING = define_rule(
    "R202",
    "roster_missing",
    "Everybody and everything in the bible is in the store.",
    "A character without pictures has no face to keep.",
)
ROSTER_VIEWS = define_rule(
    "R203",
    "roster_views",
    "Each wardrobe has all four views: front, three-quarter, side and back.",
    "A view that is missing is invented the first time somebody turns round.",
)

RULES = (
    REFERENCE_EXISTS,
    REFERENCE_LOCKED,
    REFERENCE_APPROVED,
    REFERENCE_DECODES,
    REFERENCE_LARGE,
    REFERENCE_CUT_OUT,
    REFERENCE_SHAPE,
    VIEW_GROUND,
    VIEW_WHOLE,
    VIEW_ALONE,
    ROSTER_UNKNOWN,
    ROSTER_MISSING,
    ROSTER_VIEWS,
)
