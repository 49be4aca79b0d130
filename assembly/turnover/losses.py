"""What a format could not carry, so that a person need not find it out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing of the cut that a file leaves out. `subject`: the shot, track or the whole timeline; `lost`: the
    thing, in words; `instead`: how the file stands in for it, empty where it does not.
    """

    subject: str
    lost: str
    instead: str = ""
