"""The cast check: are the locked pictures of everybody their own, each from another side? It comes before any money."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from checks.contract import Tally, Thresholds, Trouble
from checks.errors import MasterMissing
from checks.rules import view_rules as rules
from checks.seeing.masters import References, Rgba
from checks.seeing.strangers import strangers
from checks.seeing.view_sides import BothWays, apart, both_ways, turned_away
from manifests.bible import VIEWS, Bible, View, view_name
from manifests.finding import Verdict


def check_cast(bible: Bible, references: References, thresholds: Thresholds | None = None) -> Verdict:
    """Judge the pictures of the whole bible by R111 to R114. About 20 CPU-ms a view."""
    tally = Tally(thresholds or {})
    _judge_files(bible, references, tally)
    looks = [(c.id, wardrobe) for c in bible.characters.values() for wardrobe in c.wardrobes]
    usable = {}
    for look in looks:
        views = _views(look, references)
        if views is not None:
            usable[look] = views
            judge_sides("/".join(("characters", *look)), views, tally)
    if len(usable) == len(looks):
        _judge_owners(bible, references, tally)
    return tally.verdict()


def judge_sides(look: str, views: Mapping[View, Rgba], tally: Tally) -> None:
    """Judge by R112 and R113 whether the views of one look show different sides. `look`: characters/ada/coat."""
    known: dict[View, BothWays] = {}
    for view in (view for view in VIEWS if view in views):
        cure = f"Draw the {view.replace('_', '-')} view and put it at assets/{look}/{view}.png, then: gate lock"
        seen = both_ways(views[view])
        _judge_side(look, view, seen, known, tally, cure)
        known[view] = seen
    _judge_facing(look, known, tally)


def judge_new_side(look: str, view: View, seen: Rgba, others: Mapping[View, Rgba], thresholds: Thresholds) -> Verdict:
    """Judge by R112 and R113 a view that was just made, against the other views of its look
    that a person has approved.
    """
    tally, made, known = Tally(thresholds), both_ways(seen), {name: both_ways(other) for name, other in others.items()}
    _judge_side(look, view, made, known, tally, "Make it again.")
    if view in {"side", "three_quarter"}:
        _judge_facing(look, {**known, view: made}, tally)
    return tally.verdict()


def _judge_side(
    look: str, view: View, seen: BothWays, others: Mapping[View, BothWays], tally: Tally, cure: str
) -> None:
    name = f"{look}/{view}"
    for other, picture in others.items():
        found = apart(seen, picture)
        flat = seen.across / picture.across
        how = f"{'mirrored, ' if found.how == 'mirrored' else ''}at {flat:.2f} of its width"
        same = Trouble(
            f"view:{name}",
            f"{name} is the {other.replace('_', '-')} view again ({how})",
            cure,
            {"apart": round(found.distance, 2)},
        )
        tally.judge(rules.VIEW_SIDE, name, found.distance, same)


def _judge_facing(look: str, views: Mapping[View, BothWays], tally: Tally) -> None:
    if "side" in views and "three_quarter" in views:
        away = Trouble(
            f"view:{look}/side",
            f"{look}/side seems to face the other way than {look}/three_quarter",
            "Look at both; mirror the one that is wrong, then: gate lock",
        )
        tally.judge(rules.VIEW_FACING, f"{look}/side", turned_away(views["side"], views["three_quarter"]), away)


def _views(look: tuple[str, str], references: References) -> dict[View, Rgba] | None:
    """The views of a look that the store has; None where one cannot be read: the reference check says so."""
    names = {view: view_name(*look, view) for view in VIEWS}
    try:
        return {view: references.cutout(name) for view, name in names.items() if name in references}
    except MasterMissing:
        return None


def _judge_files(bible: Bible, references: References, tally: Tally) -> None:
    """R111: one content under the names of two entities. Of one look R112 speaks."""
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(bible.assets()):
        if name in references:
            owners[references.hashes[name]].append(name)
    for names in owners.values():
        first = names[0]
        for other in names[1:]:
            if _entity(other) == _entity(first):
                continue
            trouble = Trouble(
                f"reference:{other}",
                f"{other} is the same file as {first}",
                f"Put the picture of {_entity(other).partition('/')[2]} at assets/{other}.png, then: gate lock",
            )
            tally.judge(rules.PICTURES_DIFFER, other, 0.0, trouble)


def _judge_owners(bible: Bible, references: References, tally: Tally) -> None:
    looks = [(c.id, wardrobe) for c in bible.characters.values() for wardrobe in c.wardrobes]
    for found in strangers(looks, bible, references):
        other = "/".join(found.looks_like)
        trouble = Trouble(
            f"reference:{found.name}",
            f"{found.name} looks more like {other} ({found.other:.2f}) than like its own other views ({found.own:.2f})",
            f"Look at it. If it is {other}, put the right picture at assets/{found.name}.png, then: gate lock",
        )
        tally.judge(rules.VIEW_OWN, found.name, min(found.own - found.other, -0.11), trouble)


def _entity(name: str) -> str:
    return "/".join(name.split("/")[:2])
