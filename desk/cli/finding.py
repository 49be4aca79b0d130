"""One line of gate doctor."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CommandFinding:
    """One examined part, and its state; `cure` is empty where all is well.

    `fails`: whether a fault here keeps the film from being made at all, so that the command ends with 1.
    """

    name: str
    ok: bool
    says: str
    cure: str = ""
    fails: bool = True
