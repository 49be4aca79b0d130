"""Every format of a turnover, each with its writer and the programs that it is for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assembly.turnover.edl import write_edl
from assembly.turnover.fcp7 import write_fcp7
from assembly.turnover.losses import Loss
from assembly.turnover.otio_file import write_otio


@dataclass(frozen=True, slots=True)
class TurnoverFormat:
    """One format. `write`: puts the timeline into the file with that name as a whole, and into numbered ones beside it
    where it needs more; gives what the format could not carry. `programs`: for whom it is.
    """

    name: str
    suffix: str
    programs: str
    write: Callable[[Any, Path], tuple[Loss, ...]]


FORMATS = (
    TurnoverFormat("OpenTimelineIO", ".otio", "DaVinci Resolve 18.5 and later", write_otio),
    TurnoverFormat("Final Cut Pro 7 XML", ".xml", "Premiere Pro, Media Composer, older Resolve", write_fcp7),
    TurnoverFormat("EDL (CMX 3600)", ".edl", "any other program: pictures alone", write_edl),
)
