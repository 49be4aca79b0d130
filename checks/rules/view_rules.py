"""R111 to R114: do the locked pictures of the cast show different people, and different sides of each?"""

from __future__ import annotations

from checks.rules.define import define_rule

PICTURES_DIFFER = define_rule(
    "R111",
    "pictures_differ",
    "No two people, places or props share one picture.",
    "Two people with one face are one person to every model and to every gate.",
    source="A fact, not a measurement: the files' contents",
)
VIEW_SIDE = define_rule(
    "R112",
    "view_side",
    "Each view shows another side: it is not another view copied, squeezed, stretched or mirrored.",
    "A squeezed front in the place of a three-quarter view teaches the model that nobody ever turns.",
    5.5,
    unit="mean delta-E between the view and the other one brought to its size, lightness compared without its mean",
    source="48 views of the example film: two views of one look differ by 8.6 and more; a view squeezed to "
    "0.5 to 0.9 of its width, mirrored or "
    "not, as JPEG at quality 60: 4.1 and less, 4.4 where it is 5 % brighter, 6.2 where it is 10 % brighter",
    span="0 to 40",
    direction="higher is better",
)
VIEW_FACING = define_rule(
    "R113",
    "view_facing",
    "The side view faces the same way as the three-quarter view.",
    "A model that is shown both turns the head the wrong way in every second take.",
    -1.0,
    unit="mean delta-E by which the side view is nearer to the three-quarter view than to its mirror image",
    source="12 looks of the example film: -0.5 to 8.7 as they are; with the side view mirrored 10 of 12 lie under -1.0",
    span="-40 to 40",
    direction="higher is better",
    severity="warning",
)
VIEW_OWN = define_rule(
    "R114",
    "view_own",
    "Each view looks more like its own look's other views than like anybody else's.",
    "A view in the wrong folder gives somebody another's clothes; the run would find it only after paid takes.",
    -0.1,
    unit="advantage of its own look, by colours: likeness to its own views less likeness to the nearest other look",
    source="48 views of the example film: 0.03 and more; each of 480 views laid into another character's "
    "folder: -0.30 and less",
    span="-1 to 1",
    direction="higher is better",
    severity="warning",
)

RULES = (PICTURES_DIFFER, VIEW_SIDE, VIEW_FACING, VIEW_OWN)
