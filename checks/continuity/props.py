"""Props across a cut: one from nowhere, one that vanished from somebody's hands, one that is gone from the room."""

from __future__ import annotations

from collections.abc import Iterator

from checks.continuity.found import Kind, found
from checks.continuity.framing import would_show
from checks.continuity.story import SIZES, Story, Told
from checks.rules import continuity_rules as rules
from manifests.story.states import ContinuityFinding, PropState

_FROM_NOWHERE = Kind(rules.PROP_FROM_NOWHERE, "prop")
_VANISHED = Kind(rules.PROP_VANISHED, "prop")
_SURVIVES = Kind(rules.PROP_SURVIVES, "prop")
_SHOWS_HANDS = SIZES.index("medium")


def judge_props(story: Story, now: Told) -> Iterator[ContinuityFinding]:
    """What has come or gone between shots that nobody shows, by C202, C203 and C211."""
    for prop in now.line.opens.props:
        yield from _from_nowhere(story, now, prop)
    named: set[str] = set()
    for last in story.stretch(now):
        for prop in last.line.closes.props:
            if prop.prop not in named:
                named.add(prop.prop)
                yield from _gone(now, last, prop)
        named |= {prop.prop for prop in last.line.opens.props}  # taken off the picture there


def _from_nowhere(story: Story, now: Told, prop: PropState) -> Iterator[ContinuityFinding]:
    newcomers = {who.character for who in now.shot.cast}
    for last in story.stretch(now):
        if any(what.prop == prop.prop for what in last.shot.props) or prop.prop in last.line.closes.room:
            return
        newcomers -= {who.character for who in last.shot.cast}
        if prop.held_by is None:
            if newcomers or last.shot.location != now.shot.location:
                continue  # somebody who was not there brings it
            could_see = would_show(last, prop, now, at_end=False)
        else:
            could_see = prop.held_by not in newcomers and _shows_hands(last, prop.held_by, now)
        if could_see:
            where = f"in the hands of {prop.held_by}" if prop.held_by else "in the room"
            cure = f"Place {prop.prop} in that shot too (props), let somebody bring it (held_by), or take it out here"
            yield found(_FROM_NOWHERE, now, last, (f"no {prop.prop} is", f"it is {where}"), cure, (prop.prop,))
            return


def _gone(now: Told, last: Told, prop: PropState) -> Iterator[ContinuityFinding]:
    here = now.line.opens.prop(prop.prop)
    if prop.held_by is not None:
        yield from _out_of_hands(now, last, prop, here)
    elif here is None and _must_be_there(now, last, prop):
        cure = f"Place {prop.prop} in this shot too (props), or let it go in that one (passes_to)"
        yield found(_SURVIVES, now, last, (f"{prop.prop} is left in the room", "it is gone"), cure, (prop.prop,))


def _out_of_hands(now: Told, last: Told, prop: PropState, here: PropState | None) -> Iterator[ContinuityFinding]:
    holder = str(prop.held_by)
    values = None
    if here is not None and last.place == now.place - 1 and here.held_by not in (None, holder):
        values = f"{holder} holds {prop.prop}", f"{here.held_by} has it"
        cure = f"Write held_by: {holder}, or passes_to: {here.held_by} in {last.shot.id}"
    elif here is None and (_opens_on(now, last) or _shows_hands(now, holder, last)):
        values = f"{holder} holds {prop.prop}", "it is gone"
        cure = (
            f"Place {prop.prop} in this shot too (held_by: {holder}), or write passes_to: room or off in {last.shot.id}"
        )
    if values is not None:
        yield found(_VANISHED, now, last, values, cure, (prop.prop,))


def _must_be_there(now: Told, last: Told, prop: PropState) -> bool:
    if _opens_on(now, last):
        return 0 <= prop.x <= 1
    return last.shot.location == now.shot.location and would_show(now, prop, last, at_end=True)


def _opens_on(now: Told, last: Told) -> bool:
    return now.shot.chain and last.place == now.place - 1


def _shows_hands(told: Told, who: str, other: Told) -> bool:
    """Whether a shot shows what somebody has in hand in the other: it is as wide, at most one size wider, and shows
    them at least to the hips.
    """
    there = any(member.character == who for member in told.shot.cast)
    return there and told.closeness <= _SHOWS_HANDS and 0 <= other.closeness - told.closeness <= 1
