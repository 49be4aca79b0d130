"""P121 and P122: the camera in the shot's words, against itself and against camera.move."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checks.prompts.record import Hit, PromptPart, PromptRecord
from checks.prompts.text import denied, found

_SUBJECT = r"\b(?:camera|the shot)\b[^.;,\n]{0,40}?\b"
_PACE = r"(?:slow(?:ly)?|gentle|gently|smooth(?:ly)?|steady|steadily|quick(?:ly)?|subtle|fast|rapid(?:ly)?)"
_OPENS = rf"(?:^|[.;,]\s*|\bthen\s+|\band\s+|\b{_PACE}\s+)"

_SPOKEN: tuple[tuple[str, str, str], ...] = (
    (
        "push",
        "in",
        rf"\bpush-in\b|\b{_PACE}\s+(?:push|dolly|track)[- ]in\b|\bdoll(?:y|ies)\s+(?:\w+ly\s+)?(?:in|forward)s?\b",
    ),
    (
        "push",
        "in",
        rf"{_SUBJECT}(?:push|doll|mov|glid|creep|track)\w*\s+(?:\w+ly\s+)?(?:in|forwards?|closer|towards?)\b",
    ),
    (
        "push",
        "out",
        rf"\bpull-(?:out|back)\b|\b{_PACE}\s+(?:pull|dolly|track)[- ](?:out|back)\b|\bdoll(?:y|ies)\s+(?:out|back)\b",
    ),
    ("push", "out", rf"{_SUBJECT}(?:pull|doll|mov|glid|track)\w*\s+(?:\w+ly\s+)?(?:out|back|backwards?|away)\b"),
    ("zoom", "in", r"\b(?:crash\s+)?zoom(?:s|ing)?[- ](?:\w+ly\s+)?(?:in|forwards?|to)\b"),
    ("zoom", "out", r"\bzoom(?:s|ing)?[- ](?:\w+ly\s+)?(?:out|back)\b"),
    ("pan", "left", rf"(?:{_SUBJECT}|{_OPENS})(?:whip[- ])?pan(?:s|ning)?\s+(?:\w+ly\s+)?(?:to\s+the\s+)?left\b"),
    ("pan", "right", rf"(?:{_SUBJECT}|{_OPENS})(?:whip[- ])?pan(?:s|ning)?\s+(?:\w+ly\s+)?(?:to\s+the\s+)?right\b"),
    ("pan", "", rf"{_SUBJECT}pan(?:s|ning)?\s+(?:across|over|to)\b|\bwhip[- ]pan\b(?!\s+(?:left|right))"),
    (
        "tilt",
        "up",
        rf"(?:{_SUBJECT}|{_OPENS})tilt(?:s|ing)?\s+(?:\w+ly\s+)?up(?:wards?)?\b(?!\s+(?:his|her|its|their|the)\b)",
    ),
    (
        "tilt",
        "down",
        rf"(?:{_SUBJECT}|{_OPENS})tilt(?:s|ing)?\s+(?:\w+ly\s+)?down(?:wards?)?\b(?!\s+(?:his|her|its|their|the)\b)",
    ),
    (
        "orbit",
        "",
        (
            rf"{_SUBJECT}(?:orbit|circl|arc|revolv|rotat|spin)\w*|{_OPENS}orbit(?:ing)?\b|\bspinning\s+camera\b"
            rf"|\borbit\s+shot\b"
        ),
    ),
    (
        "crane",
        "",
        (
            rf"\bcrane\s+shot\b|{_SUBJECT}(?:cran|boom|ris|lower|descend|ascend)(?:e|es|s|ing)?\b|{_OPENS}(?:crane"
            rf"|boom)\s+(?:up|down)\b"
        ),
    ),
    (
        "track",
        "",
        (
            rf"\btracking\s+shot\b|\bcamera\s+(?:\w+ly\s+)?(?:tracks|follows|trails|trucks|tracking|following)\b"
            rf"|{_OPENS}truck\s+(?:left|right)\b"
        ),
    ),
    ("handheld", "", r"\bhand-?held\s+(?:camera|shot|look|footage)\b|\bcamera\s+shakes?\b|\bshaky\s+cam(?:era)?\b"),
)
_STILL = (
    r"\b(?:static|fixed|locked|locked-off|still|stationary|unmoving)\s+(?:camera|shot|frame|framing)\b"
    r"|\bcamera\s+(?:is\s+|stays\s+|remains\s+|holds\s+|stands\s+)?(?:static|fixed|still|locked(?:[- ]off)?"
    r"|stationary)\b"
    r"|\bcamera\s+(?:does\s+not|doesn['’]t|never)\s+move\b|\bcamera\s+holds\b|\bno\s+camera\s+(?:movement|move"
    r"|motion)\b|\bon\s+a\s+tripod\b"
)
_FIELD = {
    "static": ("static", ""),
    "push_in": ("push", "in"),
    "pull_out": ("push", "out"),
    "pan_left": ("pan", "left"),
    "pan_right": ("pan", "right"),
    "tilt_up": ("tilt", "up"),
    "tilt_down": ("tilt", "down"),
}


@dataclass(frozen=True, slots=True)
class _Move:
    family: str
    towards: str
    piece: PromptPart
    start: int
    end: int


def stacked_moves(record: PromptRecord) -> Iterator[Hit]:
    """P121: a second camera move, beside another one or beside camera.move."""
    own = _FIELD[record.shot.camera.move][0]
    seen = {own} - {"static"}
    for move in _moves(record):
        if seen and move.family not in seen:
            other = ", ".join(sorted(seen))
            says = f"is a second camera move, beside {other}"
            yield Hit(move.piece, move.start, move.end, says, "Keep one move, in camera.move, and take the other out")
        seen.add(move.family)


def contradictions(record: PromptRecord) -> Iterator[Hit]:
    """P122: still and moving, or one way and the other."""
    field, moves, stills = record.shot.camera.move, _moves(record), _stills(record)
    own, towards = _FIELD[field]
    for still in stills:
        if own != "static" or moves:
            against = f"camera.move is {field}" if own != "static" else f"the words also say {_words(moves[0])!r}"
            yield _clash(still, against, "Take it out: camera.move says whether the camera moves")
    for move in moves:
        if own == "static":
            yield _clash(move, "camera.move is static", f"Take it out, or write camera: {{move: {_named(move)}}}")
        elif move.family == own and move.towards and move.towards != towards:
            yield _clash(move, f"camera.move is {field}", "Take it out, or change camera.move")
    ways: dict[str, str] = {}
    for move in moves:
        if own != move.family and move.towards and ways.setdefault(move.family, move.towards) != move.towards:
            yield _clash(move, f"the words also say {ways[move.family]}", "Keep one of the two")


def _clash(move: _Move, against: str, instead: str) -> Hit:
    return Hit(move.piece, move.start, move.end, f"contradicts the rest: {against}", instead)


def _words(move: _Move) -> str:
    return move.piece.text[move.start : move.end]


def _named(move: _Move) -> str:
    return next((name for name, is_ in _FIELD.items() if is_ == (move.family, move.towards)), "push_in")


def _moves(record: PromptRecord) -> list[_Move]:
    """The camera's moves in the order of the words, each once."""
    made: list[_Move] = []
    for piece in record.of("lens", "motion"):
        here: list[_Move] = []
        for family, towards, spoken in _SPOKEN:
            for match in found(piece.text, spoken):
                start = match.start() + len(match[0]) - len(match[0].lstrip(" .;,\n"))
                if not denied(piece.text, match.start()) and not _covered(here, start, match.end()):
                    here.append(_Move(family, towards, piece, start, match.end()))
        made += sorted(here, key=lambda move: move.start)
    return made


def _covered(moves: list[_Move], start: int, end: int) -> bool:
    return any(move.start < end and start < move.end for move in moves)


def _stills(record: PromptRecord) -> list[_Move]:
    return [
        _Move("static", "", piece, *match.span())
        for piece in record.of("lens", "motion")
        for match in found(piece.text, _STILL)
        if not re.match(r"\s*(?:shop|case|bag|lens cap)\b", piece.text[match.end() :])
    ]
