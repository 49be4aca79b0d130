"""Every format of a turnover, each with its writer and the programs that it is for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assembly.turnover.aaf import write_aaf
from assembly.turnover.ale import write_ale
from assembly.turnover.edl import write_edl
from assembly.turnover.fcp7 import write_fcp7
from assembly.turnover.fcpxml import write_fcpxml
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
    TurnoverFormat("FCPXML 1.10", ".fcpxml", "Final Cut Pro, with each shot's takes as an audition", write_fcpxml),
    TurnoverFormat("AAF", ".aaf", "Media Composer: pictures and sound without gain", write_aaf),
    TurnoverFormat("Avid Log Exchange", ".ale", "Media Composer: a bin of all files, without the cut", write_ale),
    TurnoverFormat("EDL (CMX 3600)", ".edl", "any other program: pictures alone", write_edl),
)
