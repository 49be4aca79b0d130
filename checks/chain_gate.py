"""The chain check: what a scene's own lines say of shots that open on the shot before. It reads, and looks at no picture."""

from __future__ import annotations

from checks.contract import Rule, Tally, Trouble
from manifests.finding import RulePage, Verdict
from manifests.scene import Scene

CHAINED_PLACE = Rule(
    RulePage(
        code="C101", name="chained_place", what="A chained shot is in the place of the shot it opens on.",
        why="Its first frame is the last one of the shot before; in another place that frame fails, and one of the two lines is wrong.",
        unit="holds", range="0 or 1", direction="must hold", threshold=1.0, source="A fact, not a measurement",
    ),
    "warning",
)  # fmt: skip

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
