"""Does an edit ask for one thing, and say which? Asked before anything is bought:
models that are asked for two do neither well.
"""

from __future__ import annotations

import re

_LETTERS_MAX = 300
_VERBS = (
    "change",
    "remove",
    "delete",
    "erase",
    "add",
    "insert",
    "put",
    "place",
    "move",
    "turn",
    "rotate",
    "replace",
    "swap",
    "make",
    "brighten",
    "darken",
    "recolour",
    "recolor",
    "paint",
    "enlarge",
    "shrink",
    "resize",
    "raise",
    "lower",
    "open",
    "close",
    "fill",
)
_VERB = re.compile(
    rf"(?:^|[,;.]\s*|\b(?:and|then|also|but)\s+)(?:also\s+|then\s+)?({'|'.join(_VERBS)})\b", re.IGNORECASE
)
_VAGUE = re.compile(
    r"\b(better|nicer|improve[ds]?|enhance[ds]?|more (?:realistic|beautiful|cinematic)|clean(?:er)? up|fix "
    r"(?:it|this)|as it should)\b",
    re.IGNORECASE,
)
_NAMELESS = re.compile(
    r"^\s*(it|him|her|them|this|that|these|those|everything|something|the (?:rest|thing|picture|image))\s*$",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"\band\b|[,;]", re.IGNORECASE)
_REMAKES = re.compile(r"\b(transform|turn \w+ into|become[s]?)\b", re.IGNORECASE)


def trouble_with(only: str, say: str) -> tuple[str, str] | None:
    """Why this edit is none to pay for, and what to write instead; None for one that asks for one thing.

    `only`: the part of the picture that may change; `say`: how it shall be. Both in a person's words.
    """
    if not only.strip() or not say.strip():
        return "it does not say what is to change, or how", 'Write both: --only "the left hand" --say "open, palm down"'
    if max(len(only), len(say)) > _LETTERS_MAX:
        return f"it says more than {_LETTERS_MAX} letters", "Say the one change in a sentence"
    for pattern, text, cause, cure in (
        (_NAMELESS, only, "names nothing that can be seen", 'Name the part: --only "the cup on the table"'),
        (_SEVERAL, only, "joins two parts", "One part a pass: the second is an edit of its own, after the first"),
        (
            _VAGUE,
            say,
            "says no change that can be seen",
            'Say what is to be seen: --say "lit from the window at frame left"',
        ),
        (_REMAKES, say, "makes people into somebody else", "Name the one thing that changes, such as the clothes"),
    ):
        if found := pattern.search(text):
            return f"{found[0].strip()!r} {cause}", cure
    verbs = [match.lower() for match in _VERB.findall(say)]
    if len(verbs) > 1:
        told = " and ".join(verbs)
        return f"it asks for {len(verbs)} things ({told})", "One thing a pass: say the first, resume, then say the next"
    return None
