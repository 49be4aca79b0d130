"""The chain check: what a scene's own lines say of shots that open on the shot before.
It reads, and looks at no picture.
"""

from __future__ import annotations

from checks.contract import Tally, Trouble
from checks.rules.define import define_rule
from manifests.finding import Verdict
from manifests.scene import Scene

CHAINED_PLACE = define_rule(
    "C101",
    "chained_place",
    "A chained shot is in the place of the shot it opens on.",
    "Its first frame is the last one of the shot before; in another place that frame fails, and one of "
    "the two lines is wrong.",
    severity="warning",
)

RULES = (CHAINED_PLACE,)


def check_chains(scene: Scene) -> Verdict:
    """Judge every chained shot of a scene by C101, before anything is made."""
    tally = Tally({})
    for shot in scene.shots:
        before = scene.before(shot.id)
        if not shot.chain or before is None:
            continue
        message = f"it is chained to {before.id}, which is in {before.location}, and its own entry says {shot.location}"
        cure = f"Write location: {before.location}, or drop chain."
        trouble = Trouble(f"chained_place:{shot.id}", message, cure)
        tally.judge(CHAINED_PLACE, shot.id, float(shot.location == before.location), trouble)
    return tally.verdict()
