"""The timeline in OpenTimelineIO's own format. It carries all that the timeline has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import opentimelineio as otio

from assembly.turnover.losses import Loss
from assembly.turnover.reading import lost_effects, lost_grades
from manifests.reading.whole_file import put_text


def write_otio(timeline: Any, into: Path) -> tuple[Loss, ...]:
    """Write it; media are named relative to it, so that the folder can move. Raises OSError."""
    put_text(otio.adapters.write_to_string(timeline, "otio_json"), into)
    words = "a dissolve of the same length; its metadata name the effect"
    return (*lost_effects(timeline, words), *lost_grades(timeline))
