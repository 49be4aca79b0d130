"""D rules: whether a chain of shots creeps away from the locked masters."""

from __future__ import annotations

from typing import Literal

from checks.contract import Rule
from checks.cusum import ALARM, Chart
from manifests.finding import RulePage

Axis = Literal["identity", "wardrobe", "location", "hue", "identity_kept", "wardrobe_kept", "location_kept"]
"""What is followed. The `_kept` ones are what V111 to V113 scored at the clip's gate, its sign turned."""


def _rule(code: str, name: str, what: str, why: str) -> Rule:
    return Rule(RulePage(
        code=code, name=name, what=what, why=why, unit="CUSUM of standard deviations over k = 0.5 a shot",
        range="0 or more", direction="lower is better", threshold=ALARM,
        source="h = 5 with k = 0.5: a false alarm about once in 900 shots; a drift of 3 degrees a link is found at the fifth",
    ))  # fmt: skip


IDENTITY_DRIFT = _rule(
    "D101", "identity_drift", "The character keeps looking like the locked views, shot after shot.",
    "Each shot is close to the one before; only the masters show how far the last is from the first.",
)  # fmt: skip
WARDROBE_DRIFT = _rule(
    "D102", "wardrobe_drift", "Clothes keep their locked colours, shot after shot.", "Colours creep a little at each link of a chain.",
)  # fmt: skip
LOCATION_DRIFT = _rule(
    "D103", "location_drift", "The place keeps looking like its plate, shot after shot.", "Rooms lose their furniture one link at a time.",
)  # fmt: skip
HUE_DRIFT = _rule(
    "D104", "hue_drift", "Hues stay the masters' hues, shot after shot.", "Three degrees a link is invisible in each shot and plain in the fifth.",
)  # fmt: skip

COLOUR_MATCH = Rule(RulePage(
    code="D105", name="colour_match", what="A chained shot's colours can be brought to those of its chain's first shot in the cut.",
    why="A cast of a few units between two shots of one place jumps at the cut; one of seven and more is another coat or another lamp, and no grade.",
    unit="delta-E (CIE 1976) between the shot and its place in the first shot's look, mean over what agrees with the masters",
    range="0 or more", direction="lower is better", threshold=7.0,
    source="2.3 is just seen side by side (Mahy 1994); previz turned by 12.8 degrees of hue, where D104 alarms, measures 6.9",
), severity="warning")  # fmt: skip

RULES = (IDENTITY_DRIFT, WARDROBE_DRIFT, LOCATION_DRIFT, HUE_DRIFT, COLOUR_MATCH)

AXIS_RULES: dict[Axis, Rule] = {
    "identity": IDENTITY_DRIFT, "wardrobe": WARDROBE_DRIFT, "location": LOCATION_DRIFT, "hue": HUE_DRIFT,
    "identity_kept": IDENTITY_DRIFT, "wardrobe_kept": WARDROBE_DRIFT, "location_kept": LOCATION_DRIFT,
}  # fmt: skip
KEPT: dict[str, Axis] = {"V111": "identity_kept", "V112": "wardrobe_kept", "V113": "location_kept"}
"""The axis that each of these rules' scores is followed on."""

UNITS: dict[Axis, str] = {
    "identity": " cosine distance", "location": " cosine distance", "wardrobe": "° of hue", "hue": "° of hue",
    **dict.fromkeys(KEPT.values(), " deviations beyond what is usual in this film"),
}  # fmt: skip

AXIS_CHARTS: dict[Axis, Chart] = {
    "identity": Chart(0.10, 0.06, reach=(0.0, 4.0)), "location": Chart(0.08, 0.05, reach=(0.0, 4.0)),
    "wardrobe": Chart(0.0, 3.0, two_sided=True, baseline_shots=0), "hue": Chart(0.0, 3.0, two_sided=True, baseline_shots=0),
    **dict.fromkeys(KEPT.values(), Chart(0.0, 1.0, late=False, cap=4.0)),
}  # fmt: skip
"""What is normal on an axis, and how it is added up. A long lens or a close-up puts a cosine distance up by as much as four
spreads from the chain's first shot on; hues have no such excuse, and are held against the masters alone."""
