"""The picture as a whole across a cut: light, time of day, weather, and the camera's size and angle."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from checks.continuity.deriving import same_time
from checks.continuity.found import Kind, found
from checks.continuity.framing import same_view, turned
from checks.continuity.story import Story, Told
from checks.rules import continuity_rules as rules
from manifests.story.continuity import SetLight, Tone
from manifests.story.states import ContinuityFinding

_LIGHT = Kind(rules.LIGHT, "light")
_TIME = Kind(rules.TIME, "time")
_WEATHER = Kind(rules.WEATHER, "weather")
_JUMP = Kind(rules.JUMP_CUT, "size")

_STEP_MIRED = 40
_OPPOSITE = ({"left", "right"}, {"front", "behind"})
_WARM_BELOW_K, _COOL_ABOVE_K = 4_000, 5_500
"""Tungsten and candles lie below, daylight about 5 500 K, shade and overcast sky above."""


def judge_look(story: Story, now: Told) -> Iterator[ContinuityFinding]:
    """What jumps in the picture, by C206 to C209."""
    yield from _said(story, now, _TIME)
    yield from _said(story, now, _WEATHER)
    yield from _light(story, now)
    yield from _jump_cut(story, now)


def _said(story: Story, now: Told, kind: Kind) -> Iterator[ContinuityFinding]:
    """Time or weather, against the nearest shot that says it: of the same place, or of the same people right before."""
    read: Callable[[Told], str | None] = (
        (lambda told: told.line.opens.time) if kind is _TIME else (lambda told: told.line.opens.weather)
    )
    here = read(now)
    for last in story.stretch(now, whenever=kind is _TIME) if here else ():
        was = read(last)
        if was is None or not _goes_on(last, now):
            continue
        if was != here and not (kind is _TIME and same_time(last.line.opens.time, now.line.opens.time)):
            cure = f"Write {kind.change}: {was}, or end {last.shot.id} with a dissolve"
            yield found(kind, now, last, (f"it is {was}", str(here)), cure, ())
        return


def _goes_on(last: Told, now: Told) -> bool:
    people = {who.character for who in last.shot.cast} & {who.character for who in now.shot.cast}
    return last.shot.location == now.shot.location or bool(people)


def _light(story: Story, now: Told) -> Iterator[ContinuityFinding]:
    here = now.line.opens.light
    for last in story.stretch(now) if here else ():
        was = last.line.closes.light
        if was is None or here is None or last.shot.location != now.shot.location:
            continue
        if _other_tone(was, here):
            values = f"the light is {_tone(was)}", _tone(here)
            yield found(_LIGHT, now, last, values, f"Write the light of {last.shot.id}", ())
        elif {was.direction, here.direction} in _OPPOSITE and _one_angle(last, now):
            values = f"the light comes from {_from(was)}", f"from {_from(here)}"
            yield found(_LIGHT, now, last, values, f"Write direction: {was.direction}", ())
        return


def _other_tone(a: SetLight, b: SetLight) -> bool:
    if a.temperature is None or b.temperature is None:
        return False
    if isinstance(a.temperature, int) and isinstance(b.temperature, int):
        return abs(1e6 / a.temperature - 1e6 / b.temperature) >= _STEP_MIRED
    return _word(a.temperature) != _word(b.temperature)


def _word(temperature: Tone | int) -> Tone:
    if isinstance(temperature, int):
        return "warm" if temperature < _WARM_BELOW_K else "cool" if temperature > _COOL_ABOVE_K else "neutral"
    return temperature


def _tone(light: SetLight) -> str:
    return f"{light.temperature} K" if isinstance(light.temperature, int) else str(light.temperature)


def _from(light: SetLight) -> str:
    return {"left": "the left", "right": "the right", "front": "the front"}.get(
        str(light.direction), str(light.direction)
    )


def _one_angle(last: Told, now: Told) -> bool:
    """Whether the camera has not turned: somebody faces it as before, or it sees the same part of an empty place."""
    both = [(was, who) for who in now.line.opens.people if (was := last.line.closes.person(who.character))]
    if both:
        return any(not turned(was, who) for was, who in both)
    return not last.shot.cast and not now.shot.cast and same_view(last, now)


def _jump_cut(story: Story, now: Told) -> Iterator[ContinuityFinding]:
    last = story.before(now)
    if last is None or now.shot.chain or now.shot.proposed or last.shot.location != now.shot.location:
        return
    if last.shot.camera.size != now.shot.camera.size or _subject(last) != _subject(now) or not same_view(last, now):
        return
    pairs = [(last.line.closes.person(who.character), who) for who in now.line.opens.people]
    if any(was is None or turned(was, who) for was, who in pairs):
        return
    size = now.shot.camera.size.replace("_", " ")
    who = " and ".join(sorted(member.character for member in now.shot.cast)) or "the place"
    cure = "Take another size, turn the camera by 30° or more (facing, plate), put a cut-away between, or chain it"
    yield found(_JUMP, now, last, (f"a {size} shot of {who}", "the same size and angle"), cure, ())


def _subject(told: Told) -> frozenset[str]:
    """Whom a shot shows; what, where it shows nobody."""
    people = frozenset(who.character for who in told.shot.cast)
    return people or frozenset(what.prop for what in told.shot.props)
