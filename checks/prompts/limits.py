"""P161 to P166 and P181: what a clip cannot hold, and what a model does not read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.prompts.record import Hit, Kind, PromptRecord
from checks.prompts.text import denied, found, has, one_of, pattern

WORDS_A_SECOND = 2.5
_SHOWN: tuple[Kind, ...] = ("motion", "lens", "place", "prop", "style")
_ALL: tuple[Kind, ...] = ("motion", "lens", "identity", "wardrobe", "place", "light", "prop", "style")

_CARRIERS = one_of(
    *(
        "sign",
        "signs",
        "poster",
        "banner",
        "screen",
        "label",
        "letters",
        "neon",
        "headline",
        "newspaper",
        "note",
        "card",
    ),
    *("plaque", "billboard", "text", "words", "caption", "title", "writing", "inscription", "graffiti"),
)
_TEXT = (
    rf"{_CARRIERS}\s+(?:that\s+|which\s+|on\s+\w+\s+\w+\s+)?(?:reads?|reading|says?|saying|spells?|spelling)\b"
    r"|\b(?:subtitles?|captions?|title\s+cards?|on-screen\s+text|opening\s+titles|end\s+credits|lower\s+thirds?)\b"
)
_SAYS = r"\b(?:says?|asks?|shouts?|whispers?|replies|answers?|calls?)\s*[:,]?\s*(?=[\"“«])"
_SPOKEN = re.compile(r"[\"“«]([^\"”»]{1,400})[\"”»]")
_WEIGHTED = re.compile(
    r"\(\s*([^()\[\]{}:]{1,80}?)\s*:\s*\d+(?:\.\d+)?\s*\)|\+\+([^+]{1,80})\+\+|\[\[([^\[\]]{1,80})\]\]"
    r"|\{\{([^{}]{1,80})\}\}"
)
_SWITCHES = re.compile(
    r"\s*(?<!\S)--(?:ar|v|q|s|no|style|stylize|seed|niji|chaos|iw)\b(?:\s+[\w.:]+)?|(?<=\w)::\d+(?:\.\d+)?"
)
_NESTED_MAX = 20
_RANGE = (
    r"\[?\b(\d{1,2}(?:\.\d+)?)\s*s?\s*(?:-|–|to)\s*(\d{1,2}(?:\.\d+)?)\s*(?:s\b|sec\b|seconds\b)\s*\]?"
    r"|\[(\d\d:\d\d)\s*[-–]\s*(\d\d:\d\d)\]"
)
_TAG = (
    r"@\s?(?:image|img|video|audio)\s?\d+\b|\[\s?image\s?\d+\s?\]|<image_\d+>|\b(?:image|picture|reference)\s+[1-9]\b"
)
_LIGHT = one_of(
    *("light", "lit", "lamp", "lamps", "lantern", "sun", "sunlight", "moonlight", "candle", "candles", "neon", "fire"),
    *("daylight", "sunset", "sunrise", "dusk", "dawn", "noon", "night", "glow", "shadow", "shadows", "overcast"),
)


def text_in_clip(record: PromptRecord) -> Iterator[Hit]:
    """P161: letters that somebody has to read."""
    for piece in record.of(*_SHOWN):
        for match in found(piece.text, _TEXT):
            if not denied(piece.text, match.start()):
                yield Hit(
                    piece, *match.span(), "asks for text in the clip", "Leave it blurred; add the text in the edit"
                )


def long_dialogue(record: PromptRecord) -> Iterator[Hit]:
    """P162: more words than can be spoken in the shot."""
    lines = list(record.of("dialogue"))
    told = [piece.text for piece in lines]
    quoted = [
        (piece, match)
        for piece in record.of("motion")
        for match in _SPOKEN.finditer(piece.text)
        if _is_said(piece.text, match)
    ]
    words = sum(len(text.split()) for text in [*told, *(match[1] for _, match in quoted)])
    seconds = record.shot.duration_s
    if words > WORDS_A_SECOND * seconds:
        says = f"{words} words in {seconds:g} s, and {WORDS_A_SECOND:g} a second can be spoken"
        instead = f"Say it in {int(WORDS_A_SECOND * seconds)} words, or make the shot {words / WORDS_A_SECOND:.1f} s"
        if lines:
            yield Hit(lines[0], 0, len(lines[0].text), says, instead)
        else:
            piece, match = quoted[0]
            yield Hit(piece, *match.span(), says, instead)


def _is_said(text: str, match: re.Match[str]) -> bool:
    return any(said.end() == match.start() for said in pattern(_SAYS).finditer(text))


def weights(record: PromptRecord) -> Iterator[Hit]:
    """P163: another tool's syntax."""
    for piece in record.of(*_ALL):
        marks = [*_WEIGHTED.finditer(piece.text), *_SWITCHES.finditer(piece.text)]
        fixed = _plain(piece.text) if marks else ""
        for match in marks:
            says = "is another tool's syntax: this model reads plain words"
            yield Hit(piece, *match.span(), says, "Write the words alone", fixed or None)


def _plain(text: str) -> str:
    """The text without that syntax, however deep it is nested."""
    for _ in range(_NESTED_MAX):
        plain = _SWITCHES.sub("", _WEIGHTED.sub(lambda m: next(filter(None, m.groups())).strip(), text)).strip()
        if plain == text:
            break
        text = plain
    return text


def second_ranges(record: PromptRecord) -> Iterator[Hit]:
    """P164: ranges of seconds for a model that does not read them."""
    for piece in record.of("motion"):
        for match in found(piece.text, _RANGE):
            yield Hit(piece, *match.span(), "is a range of seconds: unstable on this model", "Say the order in words")


def timeline(record: PromptRecord) -> Iterator[Hit]:
    """P165: ranges with a gap, an overlap, or another end than the shot's."""
    for piece in record.of("motion"):
        ranges = [(match, *_seconds(match)) for match in found(piece.text, _RANGE)]
        before = 0.0
        for match, start, end in ranges:
            if abs(start - before) > 1e-6 or end <= start:
                says = f"leaves a gap or an overlap at {before:g} s"
                yield Hit(piece, *match.span(), says, f"Begin it at {before:g} s")
            before = end
        if ranges and abs(before - record.shot.duration_s) > 1e-6:
            says = f"ends at {before:g} s, and the shot at {record.shot.duration_s:g} s"
            yield Hit(piece, *ranges[-1][0].span(), says, f"End it at {record.shot.duration_s:g} s")


def _seconds(match: re.Match[str]) -> tuple[float, float]:
    if match[3]:
        (m1, s1), (m2, s2) = match[3].split(":"), match[4].split(":")
        return float(m1) * 60 + float(s1), float(m2) * 60 + float(s2)
    return float(match[1]), float(match[2])


def picture_tags(record: PromptRecord) -> Iterator[Hit]:
    """P166: a picture by its number."""
    for piece in record.of(*_ALL):
        for match in found(piece.text, _TAG):
            yield Hit(
                piece, *match.span(), "numbers a picture, and the program does that", "Name the person or the thing"
            )


def no_light(record: PromptRecord) -> Iterator[Hit]:
    """P181: a clip from words alone, and no light in any of them."""
    if record.shot.mode == "text" and not any(has(piece.text, _LIGHT) for piece in record.of(*_ALL)):
        for piece in record.of("motion"):
            yield Hit(piece, 0, len(piece.text), "names no light", "Write it into the place's light")
