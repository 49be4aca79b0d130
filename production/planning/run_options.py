"""How a run of a scene is asked for, beside its name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RunOptions:
    """`plan`: a plan file to keep to. `night`: only what a standing order allows, and only while its window is open.

    `partial`: begin a chain although the provider's credit does not cover all of it, and say where it will stop.
    `drafts_only`: stop at the draft cut and ask nobody. `approved_only`: ask nobody, make the finals that have an
    approval, and buy no draft.
    """

    plan: Path | None = None
    night: bool = False
    partial: bool = False
    drafts_only: bool = False
    approved_only: bool = False
