"""P141 to P143: the clauses that a model's guide demands, or does not want, whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.prompts.record import Hit, Kind, PromptPart, PromptRecord

ONE_TAKE = "One continuous shot."
_ONE_TAKE = re.compile(
    r"\b(?:one|a single|single)\s+(?:continuous|unbroken|uninterrupted)\s+(?:shot|take)\b", re.IGNORECASE
)
_FEARED = {"jitter": r"\bjitter\b", "bent limbs": r"\bbent\s+limbs\b", "identity drift": r"\bidentity\s+drift\b"}
_AVOIDS = re.compile(r"\bavoid(?:ing|s)?\b[^.]*", re.IGNORECASE)


def one_take(record: PromptRecord) -> Iterator[Hit]:
    """P141: no sentence of the prompt says that the clip is one continuous shot."""
    if record.stage == "clip" and not _ONE_TAKE.search(record.prompt):
        yield from _lacking(record, "single_take", "the prompt does not say: one continuous shot", ONE_TAKE)


def avoid_clause(record: PromptRecord) -> Iterator[Hit]:
    """P142: the closing clause is missing, or not whole."""
    feared = " ".join(_AVOIDS.findall(record.prompt))
    missing = [name for name, wanted in _FEARED.items() if not re.search(wanted, feared, re.IGNORECASE)]
    if record.stage == "clip" and missing:
        says = f"the prompt does not ask to avoid {_listed(missing)}"
        yield from _lacking(record, "avoid", says, f"Avoid {_listed(missing)}.")


def avoid_in_body(record: PromptRecord) -> Iterator[Hit]:
    """P143: what to avoid, named to a model that draws what is named."""
    for piece in record.of("avoid"):
        if match := _AVOIDS.search(piece.text):
            yield Hit(piece, *match.span(), "is part of the description of the picture", "Say what is there instead")


def _lacking(record: PromptRecord, kind: Kind, says: str, clause: str) -> Iterator[Hit]:
    for piece in record.of(kind):
        yield Hit(piece, 0, len(piece.text), says, f"Append: {clause}", _with(piece, clause))


def _with(piece: PromptPart, clause: str) -> str:
    """The field with the clause at its end: a person's own words stay."""
    text = piece.text.rstrip()
    return f"{text}{'' if text.endswith(('.', '!', '?')) else '.'} {clause}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
