"""P125, P131 and P133: sides without an owner, negations, and words that ask for a cut."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.prompts.record import Hit, Kind, PromptRecord
from checks.prompts.text import found, one_of, sentence_before

_SEEN: tuple[Kind, ...] = ("motion", "lens", "identity", "wardrobe", "place", "light", "prop", "style")

_OF = r"(?:of|side\s+of|edge\s+of|half\s+of|third|hand\s+side\s+of)"
_ON_SIDE = (
    r"\b(?:on|to|from|at|towards?|in)\s+the\s+(?:far\s+)?(?:left|right)\b"
    rf"(?!\s+{_OF}\b)(?!\s+(?:hand|foot|arm|leg|eye|ear|shoulder|cheek|key|way|moment|time|place|answer|person"
    rf"|track)\b)"
)
_GOES = one_of(
    *("look", "looks", "looking", "turn", "turns", "turning", "walk", "walks", "walking", "move", "moves", "moving"),
    *("face", "faces", "facing", "glance", "glances", "step", "steps", "run", "runs", "running", "point", "points"),
    *("lean", "leans", "exit", "exits", "swing", "swings", "drift", "drifts", "slide", "slides", "veer", "veers"),
)
_TO_SIDE = (
    rf"{_GOES}\s+(?:left\b(?!-to-)(?!\s+(?:to\s+right|behind|alone|over|him|her|them|the|it|by)\b)"
    r"|right\b(?=\s*(?:[.,;!]|$|and\s|then\s|towards?\s|to\s+the\s+\w+\s+of\s+the\s+(?:frame|picture))))"
)
_NO = (
    r"\b(?:no|zero)\s+(?!longer\b|more\s+than\b|doubt\b|matter\b|way\b|camera\b|cuts?\b|zoom\b|pan\b|sooner\b|hurry\b"
    r"|sign\b|farther\b|further\b|time\b|bigger\b|larger\b|wider\b|higher\b|taller\b|rush\b"
    r"|idea\b)(?:[\w-]+\s+)?[\w-]+"
)
_WITHOUT = (
    r"\bwithout\s+(?:a\s+|an\s+|any\s+|the\s+)?(?:people|text|watermarks?|logos?|blur|glasses|hats?|beard|anyone"
    r"|anybody|cars?|traffic|crowds?|makeup|extra\s+\w+|distortion)\b"
)
_NEVER = (
    r"\b(?:do\s+not|don['’]t|never)\s+(?:show|add|include|draw|render|make|use|have|let|change)\b|\bnot\s+(?:a|an"
    r"|any)\s+\w+"
)
_CUTS = (
    r"\b(?:cut|cuts|cutting)\s+to\b(?!\s+(?:the\s+(?:bone|size|chase|length|skin|quick|left|right)|size|length|pieces"
    r"|shreds|fit|shape|ribbons)\b)"
    r"|\b(?:jump|smash|match|hard|quick|rapid|fast)[- ]cuts?\b|\bcut\s+back\b|\bintercut\b|\bcross-?cut\b|\bmontage\b"
    r"|\bsplit[- ]screen\b"
    r"|\bmeanwhile\b|\b(?:next|another|second|third)(?<!-second)\s+shot\b|\banother\s+angle\b|\bnew\s+angle\b"
    r"|\bthen\s+we\s+see\b"
    r"|\b(?:fade|dissolve|wipe)s?\s+(?:to|into)\s+(?:black|white|the\s+next|a\s+new|another)\b|\bscene\s+(?:change"
    r"|changes|cuts)\b"
    r"|\bflash-?backs?\b|\bshot\s+[2-9]\s*:|\bmultiple\s+(?:shots|angles)\b|\bseveral\s+shots\b|\breverse\s+(?:angle"
    r"|shot)\b"
)


def whose_side(record: PromptRecord) -> Iterator[Hit]:
    """P125: left or right of nobody, in what the shot itself says."""
    for piece in record.of("motion", "lens"):
        for match in found(piece.text, f"{_ON_SIDE}|{_TO_SIDE}"):
            camera = re.search(r"\b(?:camera|pan|pans|panning|frame|screen|picture)\b", match[0], re.IGNORECASE)
            before = sentence_before(piece.text, match.start())
            if not camera and not re.search(r"\b(?:camera|pans?|trucks?|tracks)\b", before[-30:], re.IGNORECASE):
                side = "left" if "left" in match[0].lower() else "right"
                instead = f"Say whose: frame {side}, or her {side} hand"
                yield Hit(piece, *match.span(), "does not say whose side", instead)


def negation(record: PromptRecord) -> Iterator[Hit]:
    """P131: what is not to be seen, named in what is to be seen."""
    for piece in record.of(*_SEEN):
        for match in found(piece.text, f"{_NO}|{_WITHOUT}|{_NEVER}"):
            if not re.match(r"no\s+(?:one\s+\w+s\b|\w+\s+than\b)", match[0], re.IGNORECASE):
                says = "names what is not to be seen, and it may be drawn"
                yield Hit(piece, *match.span(), says, "Say what is there instead: empty, bare, plain")


def cut_words(record: PromptRecord) -> Iterator[Hit]:
    """P133: a cut inside the take."""
    for piece in record.of("motion", "lens", "style"):
        for match in found(piece.text, _CUTS):
            if not re.search(r"\b(?:no|avoid|without|any)\s*$", piece.text[: match.start()], re.IGNORECASE):
                yield Hit(piece, *match.span(), "asks for a cut inside the take", "Make it the next shot of the scene")
