"""V2 rules: what a vision judge says a picture shows, against the locked pictures it was shown beside it."""

from __future__ import annotations

from functools import partial

from checks.rules.define import define_rule

_SOURCE = (
    "To be calibrated: the middle of the judge's scale, not measured with a real key. "
    "A film's own verdicts move it: thresholds in film.yaml"
)
_FUSED = (
    " A picture passes where neither eye refuses it. Where the local eye passes and the judge does not, it is "
    "made anew; "
    "where the local eye alone refuses and the judge contradicts it, a person looks, and no money moves "
    "(docs/judge.md)."
)

_rule = partial(
    define_rule,
    threshold=0.5,
    unit="the judge's score",
    source=_SOURCE,
    span="0 to 1",
    direction="higher is better",
)

IDENTITY = _rule(
    "V201",
    "judge_identity",
    "The judge sees the asked character's face, hair and build, whatever they wear.",
    "A changed face ends the film, and on a small head the local eye hardly sees one." + _FUSED,
)
WARDROBE = _rule(
    "V202",
    "judge_wardrobe",
    "The judge sees the clothes that the manifest asks for.",
    "What somebody wears is written in the shot, not chosen by the model." + _FUSED,
)
LOCATION = _rule(
    "V203",
    "judge_location",
    "Of all plates of the bible the judge finds the asked one in the picture.",
    "When another plate fits better the manifest itself may be wrong, and a new picture would be bought for nothing."
    + _FUSED,
    threshold=0.0,
    unit="the judge's score of the asked plate less its best score of another",
    span="-1 to 1",
    source=f"At least as good as every other plate. {_SOURCE}",
)
PRESENCE = _rule(
    "V204",
    "judge_presence",
    "The judge sees everybody who is asked for.",
    "A missing character cannot be put back by a better prompt for the clip." + _FUSED,
)
COUNT = _rule(
    "V205",
    "judge_count",
    "The judge counts as many people and animals as the shot asks for.",
    "Models add passers-by, and double the one they were given." + _FUSED,
    threshold=0.0,
    unit="how many it counts too many or too few",
    span="0 to 99",
    direction="lower is better",
    source="One too many is too many",
)
BLOCKING = _rule(
    "V206",
    "judge_blocking",
    "The judge finds everybody where the shot puts them, left and right.",
    "Two people who swap sides between shots have jumped the line." + _FUSED,
)
CONTINUITY = _rule(
    "V207",
    "judge_continuity",
    "The judge sees the picture follow on from the shot before: light, weather, things.",
    "What changes between two shots without a reason is seen at once in the cut, and never in a single picture."
    + _FUSED,
)
ARTEFACTS = _rule(
    "V208",
    "judge_artefacts",
    "The judge sees no spoiled hands or faces, no melted things, no writing that nobody asked for.",
    "These are faults of the machine; making it again is right." + _FUSED,
    unit="the judge's score, 1 where it is clean",
)

RULES = (IDENTITY, WARDROBE, LOCATION, PRESENCE, COUNT, BLOCKING, CONTINUITY, ARTEFACTS)
