"""The columns of a shot list: what other people's headers mean, and cells that a spreadsheet leaves alone."""

from __future__ import annotations

import re

_COLUMNS = "Scene Shot Name Status Place Cast Size Move Lens Length Action Dialogue Sound Check"
COLUMNS = tuple(_COLUMNS.split())
"""The columns that we write, in their order. Check: a mark by which an import sees that the film changed meanwhile."""

Row = dict[str, str]
"""One row: cells by our names of the columns."""

_CALLED = {
    "Scene": "scene|sc|scene no|scene number|szene|scène",
    "Shot": "shot|shot no|shot number|shot #|#|no|nr|number|id|einstellung|plan",
    "Name": "name|shot name|label|called",
    "Status": "status",
    "Place": "place|location|set|ort|lieu",
    "Cast": "cast|characters|character|subject|subjects|talent|actors",
    "Size": "size|shot size|framing|shot type|type|grösse|größe|cadre",
    "Move": "move|movement|camera move|camera movement|camera",
    "Lens": "lens|focal length",
    "Length": "length|duration|seconds|length s|time|est time|dauer|länge|durée",
    "Action": "action|description|shot description|what happens|beschreibung|motion",
    "Dialogue": "dialogue|dialog|lines|vo|audio dialogue",
    "Sound": "sound|audio|sfx|ton|son",
    "Check": "check",
}
_MEANS = {name: column for column, names in _CALLED.items() for name in names.split("|")}

SIZES = {
    "wide": "wide|ws|ews|els|xws|vws|ls|long|extreme wide|very wide|establishing|total|totale",
    "full": "full|fs|medium wide|mws|mls|medium long|full body|halbtotale",
    "medium": "medium|ms|mid|cowboy|two|2s|two shot|ots|over the shoulder|halbnah",
    "medium_close_up": "medium close up|mcu|nah",
    "close_up": "close up|cu|ecu|bcu|xcu|close|extreme close up|insert|detail|gross|groß",
}
MOVES = {
    "static": "static|locked|locked off|still|none|fixed|sticks|tripod",
    "push_in": "push in|push|dolly in|track in|zoom in|truck in",
    "pull_out": "pull out|pull back|dolly out|track out|zoom out",
    "pan_left": "pan left|pan l|track left",
    "pan_right": "pan right|pan r|pan|track right",
    "tilt_up": "tilt up|crane up|boom up",
    "tilt_down": "tilt down|crane down|boom down|tilt",
}
_FORMULA = re.compile(r"[=+\-@\t]")
_NUMBERLIKE = re.compile(
    r"[\d\s.,:/\-]*\d[\d\s.,:/\-]*|\d+[eE]\d+|\d+\s*[aApP][mM]?"
    r"|.*\b(?:\d+[-/ ]?[A-Za-z]{3,9}|[A-Za-z]{3,9}[-/ ]?\d+)"
)
_NUMBER_MAX = 40
_PLAIN_NUMBER = re.compile(r"\d{1,4}[A-DF-Za-df-z]?")


def column_of(header: str) -> str | None:
    """Our name for somebody's header; None where it says nothing to us."""
    plain = re.sub(r"[\s_]+", " ", re.sub(r"[().:]", " ", header)).strip().lower()
    return _MEANS.get(plain)


def meaning(words: str, names: dict[str, str]) -> str | None:
    """Which of ours a size or a move is; None for none of them."""
    plain = re.sub(r"\s*\bshot\b", "", re.sub(r"[\s_\-]+", " ", words.strip().lower())).strip() or "wide"
    return next((ours for ours, all_names in names.items() if plain in (ours, *all_names.split("|"))), None)


def guarded(cell: str) -> str:
    """The cell as text that Excel keeps: no formula, and no date made of 4-1, by an apostrophe before it."""
    text = cell.strip()
    risky = (
        _FORMULA.match(text)
        or text.startswith("'")
        or (len(text) <= _NUMBER_MAX and _NUMBERLIKE.fullmatch(text) and not _PLAIN_NUMBER.fullmatch(text))
    )
    return f"'{cell}" if risky else cell


def unguarded(cell: str) -> str:
    """What `guarded` was given; a text that merely begins with an apostrophe stays."""
    return cell[1:] if cell.startswith("'") and guarded(cell[1:]) == cell else cell
