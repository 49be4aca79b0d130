"""D rules: whether a chain of shots creeps away from the locked masters."""

from __future__ import annotations

from functools import partial
from typing import Literal

from checks.contract import Rule
from checks.rules.cusum import ALARM, Chart
from checks.rules.define import define_rule

Axis = Literal["identity", "wardrobe", "location", "hue", "identity_kept", "wardrobe_kept", "location_kept"]
"""The axes that are followed. The `_kept` ones are the scores of V111 to V113 at the clip's gate, sign turned."""

_drift = partial(
    define_rule,
    threshold=ALARM,
    unit="CUSUM of standard deviations over k = 0.5 a shot",
    source="h = 5 with k = 0.5: a false alarm about once in 900 shots; a drift of 3 degrees a link is "
    "found at the fifth",
    span="0 or more",
    direction="lower is better",
)

IDENTITY_DRIFT = _drift(
    "D101",
    "identity_drift",
    "The character keeps looking like the locked views, shot after shot.",
    "Each shot is close to the one before; only the masters show how far the last is from the first.",
)
WARDROBE_DRIFT = _drift(
    "D102",
    "wardrobe_drift",
    "Clothes keep their locked colours, shot after shot.",
    "Colours creep a little at each link of a chain.",
)
LOCATION_DRIFT = _drift(
    "D103",
    "location_drift",
    "The place keeps looking like its plate, shot after shot.",
    "Rooms lose their furniture one link at a time.",
)
HUE_DRIFT = _drift(
    "D104",
    "hue_drift",
    "Hues stay the masters' hues, shot after shot.",
    "Three degrees a link is invisible in each shot and plain in the fifth.",
)

COLOUR_MATCH = define_rule(
    "D105",
    "colour_match",
    "A chained shot's colours can be brought to those of its chain's first shot in the cut.",
    "A cast of a few units between two shots of one place jumps at the cut; one of seven and more is "
    "another coat or another lamp, and no grade.",
    7.0,
    unit="delta-E (CIE 1976) between the shot and its place in the first shot's look, mean over what agrees "
    "with the masters",
    source="2.3 is just seen side by side (Mahy 1994); previz turned by 12.8 degrees of hue, where D104 "
    "alarms, measures 6.9",
    span="0 or more",
    direction="lower is better",
    severity="warning",
)

RULES = (IDENTITY_DRIFT, WARDROBE_DRIFT, LOCATION_DRIFT, HUE_DRIFT, COLOUR_MATCH)

AXIS_RULES: dict[Axis, Rule] = {
    "identity": IDENTITY_DRIFT,
    "wardrobe": WARDROBE_DRIFT,
    "location": LOCATION_DRIFT,
    "hue": HUE_DRIFT,
    "identity_kept": IDENTITY_DRIFT,
    "wardrobe_kept": WARDROBE_DRIFT,
    "location_kept": LOCATION_DRIFT,
}
KEPT: dict[str, Axis] = {"V111": "identity_kept", "V112": "wardrobe_kept", "V113": "location_kept"}
"""The axis that each of these rules' scores is followed on."""

UNITS: dict[Axis, str] = {
    "identity": " cosine distance",
    "location": " cosine distance",
    "wardrobe": "° of hue",
    "hue": "° of hue",
    **dict.fromkeys(KEPT.values(), " deviations beyond what is usual in this film"),
}

AXIS_CHARTS: dict[Axis, Chart] = {
    "identity": Chart(0.10, 0.06, reach=(0.0, 4.0)),
    "location": Chart(0.08, 0.05, reach=(0.0, 4.0)),
    "wardrobe": Chart(0.0, 3.0, two_sided=True, baseline_shots=0),
    "hue": Chart(0.0, 3.0, two_sided=True, baseline_shots=0),
    **dict.fromkeys(KEPT.values(), Chart(0.0, 1.0, late=False, cap=4.0)),
}
"""The normal value of an axis, and how deviations are added up. A long lens or a close-up puts a cosine distance up by
as much as four spreads from the chain's first shot on; hues have no such excuse, and are held against the masters
alone.
"""
