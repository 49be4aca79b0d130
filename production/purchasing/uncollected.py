"""Why a call that is with its provider could not be collected, so that a status can say it and a person can decide."""

from __future__ import annotations

from governor.ledger import Ledger
from manifests.take import Take

_KIND = "uncollected"


def keep(ledger: Ledger, take: Take, words: str) -> None:
    """Write the cause down, once as long as it stays the same."""
    if why(ledger, take) != words:
        ledger.note(_KIND, _scope(take), words)


def why(ledger: Ledger, take: Take) -> str:
    """The newest cause; empty where there was none."""
    notes = ledger.notes(kind=_KIND, scope=_scope(take))
    return notes[-1].text if notes else ""


def _scope(take: Take) -> str:
    return f"take:{take.generation_key}"
