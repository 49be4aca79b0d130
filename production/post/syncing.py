"""Recorded lines that are placed by the clip's own sound: where each begins, and how sure that is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from assembly.errors import EncodeFailed
from assembly.feature.programme import bring, bring_clip
from assembly.feature.sync import SURE, synchronise
from manifests.assembly.parts import LineFile
from manifests.keys import hash_file
from manifests.reading.whole_file import put_text
from production.post.takes import ShotTakes
from wiring.scratch import scratch
from wiring.services import Services


@dataclass(frozen=True, slots=True)
class SyncedLine:
    """One line: seconds after its clip begins, and the correlation there, 0 to 1. One that is not sure is placed by the
    line's own time.
    """

    shot: str
    line: int
    file: str
    offset_s: float
    confidence: float

    @property
    def sure(self) -> bool:
        """Whether it is placed by its sound."""
        return self.confidence >= SURE


def sync_line(services: Services, line: LineFile, known: Mapping[str, ShotTakes]) -> SyncedLine:
    """Find the line in its clip's sound, once for the same two files. A clip without sound gives no confidence."""
    recording = services.folder.root / line.file
    takes = known.get(line.shot)
    clip = takes.clip() if takes else None
    if clip is None:
        return SyncedLine(line.shot, line.line, line.file, 0.0, 0.0)
    note = services.settings.cache / "synced" / f"{hash_file(recording)[:32]}-{clip.sha256[:32]}.json"
    if note.exists():
        told = json.loads(note.read_text(encoding="utf-8"))
        return SyncedLine(line.shot, line.line, line.file, told["offset_s"], told["confidence"])
    with scratch(services.settings) as folder:
        try:
            own = bring_clip(services.artefact_path(clip.artefact), folder / "clip.f32")
            found = synchronise(bring(recording, folder / "line.f32"), own)
            offset, confidence = round(found.offset_s, 4), round(found.confidence, 3)
        except EncodeFailed:  # a clip without a sound track
            offset, confidence = 0.0, 0.0
    synced = SyncedLine(line.shot, line.line, line.file, offset, confidence)
    put_text(json.dumps(asdict(synced)), note)
    return synced
