"""People across a cut: their clothes, their sides, where they move, and where they look."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from checks.continuity.found import Kind, found
from checks.continuity.framing import turned
from checks.continuity.story import Story, Told
from checks.rules import continuity_rules as rules
from manifests.story.states import ContinuityFinding, PersonState, ShotMoment

_WARDROBE = Kind(rules.WARDROBE, "wardrobe")
_SIDES = Kind(rules.SIDES, "side")
_DIRECTION = Kind(rules.DIRECTION, "direction")
_EYELINE = Kind(rules.EYELINE, "eyeline")

_APART = 0.08
"""Of the frame's width: two people who stand nearer than this have no sides."""

_NEUTRAL = frozenset({"front", "back"})
_OPPOSITE = {"left": "right", "right": "left"}


def judge_people(story: Story, now: Told) -> Iterator[ContinuityFinding]:
    """What has changed in the people of a shot that nobody shows, by C201, C204, C205 and C210."""
    yield from _wardrobes(story, now)
    last = story.before(now)
    swapped = _swapped(story, last, now) if last else ()
    if last and swapped:
        cure = "Swap their marks back, put a shot from the front or a cut-away between, or show them change places"
        yield found(
            _SIDES, now, last, (_order(last.line.closes, swapped), _order(now.line.opens, swapped)), cure, swapped
        )
    yield from _reversed(last, now)
    for who in now.line.opens.people:
        if who.character not in swapped and story.is_person(who.character):
            yield from _eyeline(story, now, who)


def _wardrobes(story: Story, now: Told) -> Iterator[ContinuityFinding]:
    for who in now.line.opens.people:
        for last in story.stretch(now):
            worn = last.line.closes.person(who.character)
            if worn is None:
                continue
            if worn.wardrobe != who.wardrobe:
                values = f"{who.character} wears {worn.wardrobe}", f"{who.wardrobe}"
                cure = f"Write wardrobe: {worn.wardrobe}, or show the change"
                yield found(_WARDROBE, now, last, values, cure, (who.character,))
            break


def _swapped(story: Story, last: Told, now: Told) -> tuple[str, ...]:
    """The people of whom two have changed sides."""
    if last.shot.location != now.shot.location:
        return ()
    both = [
        (was, who)
        for who in now.line.opens.people
        if (was := last.line.closes.person(who.character)) and story.is_person(who.character)
    ]
    swapped = [
        (a[1].character, b[1].character)
        for a, b in combinations(both, 2)
        if _crossed(a[0].x - b[0].x, a[1].x - b[1].x) and not _on_the_line(a, b)
    ]
    return tuple(sorted({name for pair in swapped for name in pair}))


def _crossed(before: float, after: float) -> bool:
    return abs(before) >= _APART and abs(after) >= _APART and (before > 0) != (after > 0)


def _on_the_line(a: tuple[PersonState, PersonState], b: tuple[PersonState, PersonState]) -> bool:
    """Whether a shot along the line between two people, where all face the camera or away, opens the other side."""
    (a_was, a_now), (b_was, b_now) = a, b
    neutral_before = {a_was.facing, b_was.facing} <= _NEUTRAL
    neutral_now = {a_now.facing, b_now.facing} <= _NEUTRAL
    if neutral_before and neutral_now:
        return (a_was.facing, b_was.facing) != (a_now.facing, b_now.facing)
    return neutral_before or neutral_now


def _order(state: ShotMoment, names: tuple[str, ...]) -> str:
    people = sorted((who for who in state.people if who.character in names), key=lambda who: who.x)
    return "from the left " + ", ".join(who.character for who in people)


def _reversed(last: Told | None, now: Told) -> Iterator[ContinuityFinding]:
    for who in now.line.opens.people if last else ():
        assert last is not None
        was = last.line.closes.person(who.character)
        if was is not None and _OPPOSITE.get(was.moves) == who.moves:
            cure = (
                f"Let {who.character} move {was.moves}, or put a shot between that shows the turn, or walks toward us"
            )
            values = f"{who.character} moves {was.moves}", who.moves
            yield found(_DIRECTION, now, last, values, cure, (who.character,))


def _eyeline(story: Story, now: Told, who: PersonState) -> Iterator[ContinuityFinding]:
    """Somebody who looks at another one must look to their side; otherwise a look does not flip across a cut."""
    if who.looks in _OPPOSITE:
        if who.way in _OPPOSITE and who.way != who.looks:
            yield _misses(now, now, who, f"{who.character} looks {who.looks} by `looks`", str(who.looks))
        return
    if who.looks is not None:
        yield from _at_somebody(story, now, who)
        return
    last = story.before(now)
    was = last.line.closes.person(who.character) if last and last.shot.location == now.shot.location else None
    if last is None or was is None or was.looks is not None or {"still"} != {was.moves, who.moves}:
        return
    if turned(was, who) and _OPPOSITE.get(was.way) == who.way and not _at_another(now, who):
        yield _misses(now, last, who, f"{who.character} looks {was.way}", was.way)


def _at_another(now: Told, who: PersonState) -> bool:
    """Whether somebody stands where they look, so that the turn needs no shot of its own."""
    others = [other.x - who.x for other in now.line.opens.people if other.character != who.character]
    return any(apart >= _APART if who.way == "right" else apart <= -_APART for apart in others)


def _at_somebody(story: Story, now: Told, who: PersonState) -> Iterator[ContinuityFinding]:
    if who.way not in _OPPOSITE:
        return
    for last in (now, *story.stretch(now)):
        state = last.line.opens if last is now else last.line.closes
        me, other = state.person(who.character), state.person(str(who.looks))
        if me and other:
            if abs(other.x - me.x) >= _APART and (wanted := "right" if other.x > me.x else "left") != who.way:
                stands = f"{other.character} is to the {wanted} of {who.character}"
                yield _misses(now, last, who, stands, wanted)
            return
        if other and last is not now and other.looks == who.character and other.way in _OPPOSITE:
            if other.way == who.way:
                yield _misses(
                    now, last, who, f"{other.character} looks {other.way}, at {who.character}", _OPPOSITE[who.way]
                )
            return


def _misses(now: Told, last: Told, who: PersonState, before: str, wanted: str) -> ContinuityFinding:
    mirrored = "true" if wanted == "left" else "false"
    cure = f"Turn {who.character} to the {wanted} (mirrored: {mirrored}), show the turn, or write at whom (looks)"
    return found(_EYELINE, now, last, (before, f"{who.character} looks {who.way}"), cure, (who.character,))
