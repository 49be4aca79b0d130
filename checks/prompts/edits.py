"""P151 to P153: does an edit ask for one thing, and say which? Asked before anything is bought:
models that are asked for two do neither well.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from checks.contract import Rule
from checks.rules import prompt_rules as rules

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
_KEEPS = re.compile(
    r"\b(?:and|but|while|,)\s*(?:also\s+)?(?:keep(?:ing|s)?|preserv(?:e|es|ing)|maintain(?:s|ing)?|leav(?:e|es|ing)|"
    r"retain(?:s|ing)?)\b",
    re.IGNORECASE,
)


class EditTrouble(NamedTuple):
    """Why an edit is refused, what to write instead, and by which rule."""

    cause: str
    cure: str
    rule: str


def trouble_with(only: str, say: str) -> EditTrouble | None:
    """Why this edit is not worth its price, and what to write instead; None for one that asks for one thing.

    `only`: the part of the picture that may change; `say`: how it shall be. Both in a person's words.
    """
    if not only.strip() or not say.strip():
        cure = 'Write both: --only "the left hand" --say "open, palm down"'
        return EditTrouble("it does not say what is to change, or how", cure, rules.VAGUE_EDIT.code)
    if max(len(only), len(say)) > _LETTERS_MAX:
        cause, cure = f"it says more than {_LETTERS_MAX} letters", "Say the one change in a sentence"
        return EditTrouble(cause, cure, rules.TWO_EDITS.code)
    for rule, pattern, part, cause, cure in _TROUBLES:
        if found := pattern.search({"only": only, "say": say}[part]):
            return EditTrouble(f"{found[0].strip(' ,')!r} {cause} ({rule.code})", cure, rule.code)
    verbs = [match.lower() for match in _VERB.findall(say)]
    if len(verbs) > 1:
        told = " and ".join(verbs)
        cause = f"it asks for {len(verbs)} things ({told}) ({rules.TWO_EDITS.code})"
        cure = "One thing a pass: say the first, resume, then say the next"
        return EditTrouble(cause, cure, rules.TWO_EDITS.code)
    return None


_TROUBLES: tuple[tuple[Rule, re.Pattern[str], Literal["only", "say"], str, str], ...] = (
    (
        rules.VAGUE_EDIT,
        _NAMELESS,
        "only",
        "names nothing that can be seen",
        'Name the part: --only "the cup on the table"',
    ),
    (
        rules.TWO_EDITS,
        _SEVERAL,
        "only",
        "joins two parts",
        "One part a pass: the second is an edit of its own, after the first",
    ),
    (
        rules.VAGUE_EDIT,
        _VAGUE,
        "say",
        "says no change that can be seen",
        'Say what is to be seen: --say "lit from the window at frame left"',
    ),
    (
        rules.VAGUE_EDIT,
        _REMAKES,
        "say",
        "makes people into somebody else",
        "Name the one thing that changes, such as the clothes",
    ),
    (
        rules.KEEP_LIST,
        _KEEPS,
        "say",
        "lists what to keep beside the change, and the model then keeps all of it",
        "Say the change alone. To resize what repeats, empty it first: --demolish, --rebuild",
    ),
)
