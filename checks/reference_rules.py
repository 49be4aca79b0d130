"""R rules: the pictures everything else is compared with."""

from __future__ import annotations

from checks.contract import Rule
from manifests.finding import RulePage

_HOLDS = "0 or 1"


def _must(code: str, name: str, what: str, why: str) -> RulePage:
    return RulePage(
        code=code, name=name, what=what, why=why, unit="holds", range=_HOLDS, direction="must hold", threshold=1.0,
        source="A fact, not a measurement",
    )  # fmt: skip


REFERENCE_EXISTS = Rule(_must(
    "R101", "reference_exists", "Every canonical picture the shot needs is in the store.",
    "A model that is not shown the face invents one.",
))  # fmt: skip
REFERENCE_LOCKED = Rule(_must(
    "R102", "reference_locked", "The picture's bytes are the ones the lock names.",
    "A picture that was changed after its approval was not approved.",
))  # fmt: skip
REFERENCE_APPROVED = Rule(_must(
    "R103", "reference_approved", "The lock says who approved the picture.",
    "Drift is measured against what a person has chosen, never against what happened to be there.",
))  # fmt: skip
REFERENCE_DECODES = Rule(_must(
    "R104", "reference_decodes", "The picture can be decoded, and has the size the lock says.",
    "A broken file is found here for nothing, or by a paid model for money.",
))  # fmt: skip
REFERENCE_LARGE = Rule(RulePage(
    code="R105", name="reference_large", what="The picture is large enough to show what matters in it.",
    why="A face of 20 pixels holds no face: the model makes one up, and no check can tell.",
    unit="pixels of the shorter side of a plate, of the height of a cut-out", range="1 to 16384",
    direction="higher is better", threshold=256.0,
    source="A head is about 1/7 of a figure; 256 lines give it 36, a third of what face models want (reference: dlib needs 80 for a verdict)",
))  # fmt: skip
REFERENCE_CUT_OUT = Rule(RulePage(
    code="R106", name="reference_cut_out", what="A view or prop is cut out: part of it is transparent, and not all.",
    why="A cut-out with its background still in it brings a wall into every room.",
    unit="share of the picture that is transparent", range="0 to 1", direction="higher is better", threshold=0.02,
    source="A trimmed standing figure leaves 30 to 60 % of its box free; 2 % allows a square suitcase with round corners",
))  # fmt: skip
REFERENCE_SHAPE = Rule(RulePage(
    code="R107", name="reference_shape", what="The picture has a sane shape: nothing is more than eight times as long as wide.",
    why="A stretched or wrongly trimmed picture gives everybody it guides the wrong build.",
    unit="longer side over shorter side", range="1 to 100", direction="lower is better", threshold=8.0,
    source="A standing person seen from the side is up to 6 times as tall as wide; 8 leaves room for a broom",
))  # fmt: skip
VIEW_GROUND = Rule(RulePage(
    code="R108", name="view_ground", what="A view that was made stands on plain ground, from which it can be cut out.",
    why="What stands in a room cannot be cut out of it cleanly, and brings the room into every shot.",
    unit="share of the frame's edge that is of one colour, or of one light falling off smoothly", range="0 to 1",
    direction="higher is better", threshold=0.98,
    source="48 views of the example film on grey under a soft light, as JPEG at quality 85: 1.00 each; its four plates: 0.72 to 0.89",
))  # fmt: skip
VIEW_WHOLE = Rule(RulePage(
    code="R109", name="view_whole", what="A view that was made shows the whole figure: it touches no edge of the frame.",
    why="A figure without feet stands in no shot, and its height is a guess.",
    unit="least room between the figure and an edge, as a part of the frame's height", range="0 to 0.5",
    direction="higher is better", threshold=0.004,
    source="Three lines of 720: whoever is cut off touches the edge, and a hair's breadth is room enough to cut along",
))  # fmt: skip
VIEW_ALONE = Rule(RulePage(
    code="R110", name="view_alone", what="A view that was made shows one figure alone, not two and no sheet of several.",
    why="Models like to draw a sheet of turned figures; two figures in one cut-out stand in every shot as twins.",
    unit="share of all that is no ground which is the largest figure", range="0 to 1",
    direction="higher is better", threshold=0.85,
    source="48 views of the example film: 1.00 each; of two equal figures one is half; 0.15 leaves room for a cast shadow that lies apart",
))  # fmt: skip
ROSTER_UNKNOWN = Rule(_must(
    "R201", "roster_unknown", "Everything in the store is in the bible.",
    "Somebody who was drawn and approved, and whom the bible forgot, will be generated anew with another face.",
))  # fmt: skip
ROSTER_MISSING = Rule(_must(
    "R202", "roster_missing", "Everybody and everything in the bible is in the store.",
    "A character without pictures has no face to keep.",
))  # fmt: skip
ROSTER_VIEWS = Rule(_must(
    "R203", "roster_views", "Each wardrobe has all four views: front, three-quarter, side and back.",
    "A view that is missing is invented the first time somebody turns round.",
))  # fmt: skip

RULES = (
    REFERENCE_EXISTS, REFERENCE_LOCKED, REFERENCE_APPROVED, REFERENCE_DECODES, REFERENCE_LARGE, REFERENCE_CUT_OUT,
    REFERENCE_SHAPE, VIEW_GROUND, VIEW_WHOLE, VIEW_ALONE, ROSTER_UNKNOWN, ROSTER_MISSING, ROSTER_VIEWS,
)  # fmt: skip
