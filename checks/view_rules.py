"""R111 to R114: do the locked pictures of the cast show different people, and different sides of each?"""

from __future__ import annotations

from checks.contract import Rule
from manifests.finding import RulePage

PICTURES_DIFFER = Rule(RulePage(
    code="R111", name="pictures_differ", what="No two people, places or props share one picture.",
    why="Two people with one face are one person to every model and to every gate.",
    unit="holds", range="0 or 1", direction="must hold", threshold=1.0, source="A fact, not a measurement: the files' contents",
))  # fmt: skip
VIEW_SIDE = Rule(RulePage(
    code="R112", name="view_side", what="Each view shows another side: it is not another view copied, squeezed, stretched or mirrored.",
    why="A squeezed front in the place of a three-quarter view teaches the model that nobody ever turns.",
    unit="mean delta-E between the view and the other one brought to its size, lightness compared without its mean",
    range="0 to 40", direction="higher is better", threshold=5.5,
    source="48 views of the example film: two views of one look differ by 8.6 and more; a view squeezed to 0.5 to 0.9 of its width, mirrored or "
    "not, as JPEG at quality 60: 4.1 and less, 4.4 where it is 5 % brighter, 6.2 where it is 10 % brighter",
))  # fmt: skip
VIEW_FACING = Rule(
    RulePage(
        code="R113", name="view_facing", what="The side view faces the same way as the three-quarter view.",
        why="A model that is shown both turns the head the wrong way in every second take.",
        unit="mean delta-E by which the side view is nearer to the three-quarter view than to its mirror image",
        range="-40 to 40", direction="higher is better", threshold=-1.0,
        source="12 looks of the example film: -0.5 to 8.7 as they are; with the side view mirrored 10 of 12 lie under -1.0",
    ),
    "warning",
)  # fmt: skip
VIEW_OWN = Rule(
    RulePage(
        code="R114", name="view_own", what="Each view looks more like its own look's other views than like anybody else's.",
        why="A view in the wrong folder gives somebody another's clothes; the run would find it only after paid takes.",
        unit="advantage of its own look, by colours: likeness to its own views less likeness to the nearest other look",
        range="-1 to 1", direction="higher is better", threshold=-0.1,
        source="48 views of the example film: 0.03 and more; each of 480 views laid into another character's folder: -0.30 and less",
    ),
    "warning",
)  # fmt: skip

RULES = (PICTURES_DIFFER, VIEW_SIDE, VIEW_FACING, VIEW_OWN)
