"""The manifest check: words that nobody has written yet, and sizes that contradict the marks.
It reads, and looks at no picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from checks.contract import Tally, Thresholds, Trouble
from checks.rules import manifest_rules as rules
from manifests.bible import Bible
from manifests.film import Shown, lines_shown
from manifests.finding import Verdict
from manifests.scene import Scene, Shot

_LEAST: Mapping[str, float] = {"medium": 0.7, "medium_close_up": 1.0, "close_up": 1.4}
"""By size: the least height of the tallest person, in frame heights.
Wide and full shots may show anybody at any size.
"""


def check_words(bible: Bible, scenes: tuple[Scene, ...]) -> Verdict:
    """Judge by M201 whether everything that these scenes show has its words."""
    tally = Tally({})
    for file, field, words in _texts(bible, scenes):
        trouble = Trouble(f"words_written:{file}", f"{field} is empty", f"Write {field} into {file}")
        tally.judge(rules.WORDS_WRITTEN, file, float(bool(words.strip())), trouble)
    return tally.verdict()


def check_sizes(scene: Scene, bible: Bible, thresholds: Thresholds, shown: Shown = "16:9") -> Verdict:
    """Judge by M202 whether each shot's size and the scale of its people agree, at its start and at its end.
    `shown`: the film's shape.
    """
    tally, part = Tally(thresholds), lines_shown(shown)
    for shot in scene.shots:
        least, tallest = _LEAST.get(shot.camera.size), _tallest(shot, bible)
        if least is None or tallest is None:
            continue
        least = round(least * part, 3)
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


def _texts(bible: Bible, scenes: tuple[Scene, ...]) -> Iterator[tuple[str, str, str]]:
    """File, field and words, of what the scenes show."""
    yield "bible/style.yaml", "words", bible.style.words
    shots = [shot for scene in scenes for shot in scene.shots]
    for character in sorted({member.character for shot in shots for member in shot.cast} & bible.characters.keys()):
        yield f"bible/characters/{character}.yaml", "identity", bible.characters[character].identity
    for who, worn in sorted({(member.character, member.wardrobe) for shot in shots for member in shot.cast}):
        if who in bible.characters and worn in bible.characters[who].wardrobes:
            words = bible.characters[who].wardrobes[worn].words
            yield f"bible/characters/{who}.yaml", f"wardrobes.{worn}.words", words
    for place in sorted({shot.location for shot in shots} & bible.locations.keys()):
        yield f"bible/locations/{place}.yaml", "words", bible.locations[place].words
        yield f"bible/locations/{place}.yaml", "light", bible.locations[place].light
