"""The reference check: is every picture a shot needs there, locked, approved and usable? It comes before any money."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

from checks.contract import Rule, Tally, Thresholds, Trouble
from checks.errors import Unreadable
from checks.rules import reference_rules as rules
from checks.seeing.masters import References
from checks.seeing.picture_facts import PictureFacts, PictureFactsCache
from manifests.bible import Bible, plate_name, prop_name, view_name, views_shown
from manifests.finding import Verdict
from manifests.lock import Lock, LockedAsset
from manifests.scene import Shot


def check_references(
    shot: Shot,
    bible: Bible,
    lock: Lock,
    references: References,
    thresholds: Thresholds | None = None,
    looked: PictureFactsCache | None = None,
) -> Verdict:
    """Judge every canonical picture `shot` needs by the R1 rules, reading the files themselves (20 CPU-ms a picture).

    Hashes are computed from the bytes, never taken from `references`: that is what the check is for. A caller that
    checks many shots gives one `looked` to all of them: each picture is then hashed and decoded once.
    """
    tally, looked = Tally(thresholds or {}), looked or PictureFactsCache()
    for name in needed(shot, bible, references.paths):
        _judge(name, lock, references, tally, looked)
    return tally.verdict()


def needed(shot: Shot, bible: Bible, there: Container[str] = ()) -> tuple[str, ...]:
    """The canonical names a shot needs, sorted: the views of what its cast wears, its plate and its props. `there`: the
    pictures that the film has; where it has the front and one more view of a wardrobe, those are the ones.
    """
    names = [
        view_name(member.character, member.wardrobe, view)
        for member in shot.cast
        if member.character in bible.characters
        for view in views_shown(member.character, member.wardrobe, there)
    ]
    names += [plate_name(shot.location), *(prop_name(prop.prop) for prop in shot.props)]
    return tuple(sorted(set(names)))


def _judge(name: str, lock: Lock, references: References, tally: Tally, looked: PictureFactsCache) -> None:
    path = references.paths.get(name)
    there = path is not None and path.is_file()
    absent = Trouble(
        f"reference:{name}", f"{name} is not in the store", f"Put it at assets/{name}.png, then: gate lock"
    )
    if not tally.judge(rules.REFERENCE_EXISTS, name, float(there), absent) or path is None:
        return
    locked = lock.assets.get(name)
    if not _judge_lock(name, looked.sha256(path), locked, tally) and locked is not None:
        return  # another picture than the approved one: which of the two counts is a person's to say first
    judge_picture(name, path, locked, tally, looked)


def judge_picture(name: str, path: Path, locked: LockedAsset | None, tally: Tally, looked: PictureFactsCache) -> None:
    """Judge whether a picture decodes, and is large enough and cut out. `locked`: None where nobody approved it yet."""
    try:
        facts = looked.facts(path)
    except Unreadable as error:
        broken = Trouble(f"reference:{name}", f"{name} cannot be used: {error.cause}", f"{error.cure}, then: gate lock")
        tally.judge(rules.REFERENCE_DECODES, name, 0.0, broken)
        return
    width, height = facts.width, facts.height
    if locked is None:
        _judge_pixels(name, facts, tally)
        return
    changed = Trouble(
        f"reference:{name}",
        f"{name} is {width}×{height}, the lock says {locked.width}×{locked.height}",
        "Export the picture again, look at it, then: gate lock",
    )
    same = (width, height) == (locked.width, locked.height)
    if tally.judge(rules.REFERENCE_DECODES, name, float(same), changed):
        _judge_pixels(name, facts, tally)


def _judge_lock(name: str, sha256: str, locked: LockedAsset | None, tally: Tally) -> bool:
    def fails(rule: Rule, message: str, *, holds: bool) -> bool:
        cure = "Look at the picture, then approve it: gate lock"
        return not tally.judge(rule, name, float(holds), Trouble(f"reference:{name}", message, cure))

    if locked is None:
        return not fails(rules.REFERENCE_APPROVED, f"{name} is not in the lock: nobody approved it", holds=False)
    if fails(rules.REFERENCE_LOCKED, f"{name} is not the picture that was approved", holds=sha256 == locked.sha256):
        return False
    return not fails(
        rules.REFERENCE_APPROVED, f"the lock names nobody who approved {name}", holds=bool(locked.approved_by.strip())
    )


def _judge_pixels(name: str, facts: PictureFacts, tally: Tally) -> None:
    width, height = facts.width, facts.height
    plate = name.startswith("locations/")
    large = float(min(height, width) if plate else max(height, width) if name.startswith("props/") else height)
    small = Trouble(
        f"reference:{name}", f"{name} is only {width}×{height}", "Draw or export it larger, then: gate lock"
    )
    tally.judge(rules.REFERENCE_LARGE, name, large, small)
    shape = Trouble(f"reference:{name}", f"{name} is {width}×{height}: no such build", "Trim it again, then: gate lock")
    tally.judge(rules.REFERENCE_SHAPE, name, max(height, width) / max(1, min(height, width)), shape)
    if plate:
        tally.judge(rules.REFERENCE_CUT_OUT, name, None)
        return
    cut = Trouble(
        f"reference:{name}", f"{name} is not cut out", "Remove its background, save as RGBA PNG, then: gate lock"
    )
    tally.judge(rules.REFERENCE_CUT_OUT, name, facts.clear, cut)
