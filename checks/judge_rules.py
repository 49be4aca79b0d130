"""V2 rules: what a vision judge says a picture shows, against the locked pictures it was shown beside it."""

from __future__ import annotations

from typing import Literal

from checks.contract import Rule
from manifests.finding import RulePage

_SOURCE = (
    "To be calibrated: the middle of the judge's scale, not measured with a real key. "
    "A film's own verdicts move it: thresholds in film.yaml"
)
_FUSED = (
    " A picture passes where neither eye refuses it. Where the local eye passes and the judge does not, it is made anew; "
    "where the local eye alone refuses and the judge contradicts it, a person looks, and no money moves (docs/judge.md)."
)


def _rule(
    code: str, name: str, what: str, why: str, threshold: float = 0.5, *, unit: str = "the judge's score",
    span: str = "0 to 1", direction: Literal["higher is better", "lower is better"] = "higher is better",
    source: str = _SOURCE,
) -> Rule:  # fmt: skip
    page = RulePage(
        code=code, name=name, what=what, why=why + _FUSED, unit=unit, range=span, direction=direction,
        threshold=threshold, source=source,
    )  # fmt: skip
    return Rule(page)


IDENTITY = _rule(
    "V201", "judge_identity", "The judge sees the asked character's face, hair and build, whatever they wear.",
    "A changed face ends the film, and on a small head the local eye hardly sees one.",
)  # fmt: skip
WARDROBE = _rule(
    "V202", "judge_wardrobe", "The judge sees the clothes that the manifest asks for.",
    "What somebody wears is written in the shot, not chosen by the model.",
)  # fmt: skip
LOCATION = _rule(
    "V203", "judge_location", "Of all plates of the bible the judge finds the asked one in the picture.",
    "When another plate fits better the manifest itself may be wrong, and a new picture would be bought for nothing.", 0.0,
    unit="the judge's score of the asked plate less its best score of another", span="-1 to 1",
    source=f"At least as good as every other plate. {_SOURCE}",
)  # fmt: skip
PRESENCE = _rule(
    "V204", "judge_presence", "The judge sees everybody who is asked for.",
    "A missing character cannot be put back by a better prompt for the clip.",
)  # fmt: skip
COUNT = _rule(
    "V205", "judge_count", "The judge counts as many people and animals as the shot asks for.",
    "Models add passers-by, and double the one they were given.", 0.0,
    unit="how many it counts too many or too few", span="0 to 99", direction="lower is better",
    source="One too many is too many",
)  # fmt: skip
BLOCKING = _rule(
    "V206", "judge_blocking", "The judge finds everybody where the shot puts them, left and right.",
    "Two people who swap sides between shots have jumped the line.",
)  # fmt: skip
CONTINUITY = _rule(
    "V207", "judge_continuity", "The judge sees the picture follow on from the shot before: light, weather, things.",
    "What changes between two shots without a reason is seen at once in the cut, and never in a single picture.",
)  # fmt: skip
ARTEFACTS = _rule(
    "V208", "judge_artefacts", "The judge sees no spoiled hands or faces, no melted things, no writing that nobody asked for.",
    "These are faults of the machine; making it again is right.",
    unit="the judge's score, 1 where it is clean",
)  # fmt: skip

RULES = (IDENTITY, WARDROBE, LOCATION, PRESENCE, COUNT, BLOCKING, CONTINUITY, ARTEFACTS)
