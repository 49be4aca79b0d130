"""The manifest check: words left over from the template, and sizes that contradict the marks.
It reads, and looks at no picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from checks.contract import Tally, Thresholds, Trouble
from checks.rules import manifest_rules as rules
from manifests.bible import Bible
from manifests.finding import Verdict
from manifests.scene import Scene, Shot

_LEAST: Mapping[str, float] = {"medium": 0.7, "medium_close_up": 1.0, "close_up": 1.4}
"""By size: the least height of the tallest person, in frame heights.
Wide and full shots may show anybody at any size.
"""


def check_words(bible: Bible, scenes: tuple[Scene, ...], template: Set[str]) -> Verdict:
    """Judge by M201 whether any words of the film are still those of `template`, the texts that gate init writes."""
    tally = Tally({})
    for file, words in _texts(bible, scenes):
        left = words.strip() in template
        trouble = Trouble(
            f"template_words:{file}",
            f"'{words.strip()}' is still the template's",
            f"Write the film's own words into {file}",
        )
        tally.judge(rules.TEMPLATE_WORDS, file, float(not left), trouble)
    return tally.verdict()


def check_sizes(scene: Scene, bible: Bible, thresholds: Thresholds) -> Verdict:
    """Judge by M202 whether each shot's size and the scale of its people agree, at its start and at its end."""
    tally = Tally(thresholds)
    for shot in scene.shots:
        least, tallest = _LEAST.get(shot.camera.size), _tallest(shot, bible)
        if least is None or tallest is None:
            continue
        size = shot.camera.size.replace("_", " ")
        message = (
            f"size is {size}, and its tallest person stands {tallest:g} frame heights tall: that shows them "
            f"head to foot"
        )
        trouble = Trouble(
            f"size_and_scale:{shot.id}",
            message,
            f"Raise scale to {least:g} or more, or write size: full",
            {"scale": tallest, "least": least},
        )
        tally.judge(rules.SIZE_AND_SCALE, shot.id, tallest / least, trouble)
    return tally.verdict()


def _tallest(shot: Shot, bible: Bible) -> float | None:
    """The greatest scale that a person of the cast has in the shot; None where it shows no person."""
    people = [
        m for m in shot.cast if m.character in bible.characters and bible.characters[m.character].kind == "person"
    ]
    marks = [mark for member in people for mark in (member.start, member.end) if mark is not None]
    return max((mark.scale for mark in marks), default=None)


def _texts(bible: Bible, scenes: tuple[Scene, ...]) -> Iterator[tuple[str, str]]:
    yield "bible/style.yaml", bible.style.words
    for character in bible.characters.values():
        yield f"bible/characters/{character.id}.yaml", character.identity
        for wardrobe in character.wardrobes.values():
            yield f"bible/characters/{character.id}.yaml", wardrobe.words
    for location in bible.locations.values():
        yield f"bible/locations/{location.id}.yaml", location.words
        yield f"bible/locations/{location.id}.yaml", location.light
    for scene in scenes:
        yield f"scenes/{scene.id}.yaml", scene.intent
        for shot in scene.shots:
            yield f"scenes/{scene.id}.yaml", shot.motion
