"""Which take each clip of an edit is: by its content where that can be known, else by its name.

Files are hashed only where they lie in the edit's own folder or in the vault, are ordinary files, and have the size of
one of the film's takes. No other path that an edit names is opened.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assembly.conform.edited import Named
from assembly.conform.names import name_of, path_of
from manifests.keys import hash_file
from manifests.scene import Shot
from production.journey.requests import tier_of
from production.post.conform.table import MediaTable, TableRow, read_table
from production.post.takes import ShotTakes, takes_of, version_of
from wiring.services import Services

Level = Literal["draft", "final"]
Progress = Callable[[int, int], None]
"""Called with the scenes that are done, and how many there are."""

_SHOT = re.compile(r"SC[0-9]{3,4}_SH[0-9]{4}(?![0-9])", re.ASCII)
_VERSION = re.compile(r"(?<![A-Za-z0-9])v([0-9]{3})(?![0-9])", re.ASCII)
_DRAFT = re.compile(r"(?<![A-Za-z])draft(?![A-Za-z])", re.ASCII)
_FILES_MAX = 4
"""Files that one clip may name."""


@dataclass(frozen=True, slots=True)
class KnownTake:
    """A clip of the film. `frames`: its length; `passed`: whether a gate let it through."""

    shot: Shot
    level: Level
    version: str
    frames: int
    passed: bool


@dataclass(frozen=True, slots=True)
class Matched:
    """What a clip of an edit is. `take`: None where the edit names the shot alone. `by`: how it was found. `named`: the
    version that the edit names, where the film has no such take. `row`: of the turnover's table.
    """

    shot: Shot
    level: Level
    take: KnownTake | None
    by: Literal["content", "name"]
    named: str = ""
    row: TableRow | None = None


class TakeIndex:
    """The film's takes by content and by name, and the folder in which an edit's files may be hashed."""

    def __init__(self, services: Services, edit: Path, progress: Progress = lambda _done, _of: None) -> None:
        self.takes: dict[tuple[str, Level], ShotTakes] = {}
        self._contents: dict[str, KnownTake] = {}
        self._names: dict[tuple[str, Level, str], KnownTake] = {}
        self._sizes: set[int] = set()
        self._hashes: dict[Path, str] = {}
        self.folder = edit.resolve().parent
        self._within = (self.folder, services.settings.vault.resolve())
        self.table: MediaTable = read_table(self.folder)
        scenes = services.folder.scenes.values()
        for number, scene in enumerate(scenes, start=1):
            levels: tuple[Level, ...] = ("final", "draft")  # where both are one file, the final counts
            for level in levels:
                for each in takes_of(services, scene, level):
                    self._learn_passed(each, level)
            self._learn_others(services, scene.id)
            progress(number, len(scenes))

    def match(self, source: Named) -> Matched | None:
        """The take behind a clip; None for what is not of this film."""
        row = self.table.find(source.reel, source.names)
        contents = [source.content, *((row.copy_of, row.sha256) if row else ())]
        told = next((take for content in contents if (take := self._contents.get(content))), None)
        take = told or next((take for sha in self._hashed(source, row) if (take := self._contents.get(sha))), None)
        if take is not None:
            return Matched(take.shot, take.level, take, "content", row=row)
        named = [row.called] if row else []
        return next((found for name in (*named, *source.names) if (found := self._by_name(name, row))), None)

    def standing(self, shot: str, level: Level) -> KnownTake | None:
        """The take that a run keeps, where it has passed."""
        takes = self.takes.get((shot, level))
        found = self._names.get((shot, level, takes.standing)) if takes else None
        return found if found and found.passed else None

    def _by_name(self, name: str, row: TableRow | None) -> Matched | None:
        found, version = _SHOT.search(name), _VERSION.search(name)
        level: Level = "draft" if _DRAFT.search(name) else "final"
        if found is None or (found[0], level) not in self.takes:
            return None
        said = f"v{version[1]}" if version else ""
        take = self._names.get((found[0], level, said))
        return Matched(self.takes[found[0], level].shot, level, take, "name", "" if take else said, row)

    def _hashed(self, source: Named, row: TableRow | None) -> Iterator[str]:
        """The content of those of its files that may be opened."""
        written = [*source.files[:_FILES_MAX], *([row.file] if row and row.file else [])]
        for path in dict.fromkeys(each for name in written for each in self._places(path_of(name))):
            if path not in self._hashes:
                self._hashes[path] = _content(path, self._within, self._sizes)
            if self._hashes[path]:
                yield self._hashes[path]

    def _places(self, path: str) -> Iterator[Path]:
        """Where the file may lie: as it is written, or beside the edit under its own name."""
        name = name_of(path)
        if name and len(path) < 4_096:
            yield self.folder / path
            yield from (self.folder / name, self.folder / "media" / name)

    def _learn_passed(self, each: ShotTakes, level: Level) -> None:
        self.takes[each.shot.id, level] = each
        for version, clip in each.passed.items():
            frames = clip.artefact.frames or each.shot.frames
            take = KnownTake(each.shot, level, version, frames, passed=True)
            self._learn(take, clip.artefact.sha256, clip.artefact.size_bytes)

    def _learn_others(self, services: Services, scene: str) -> None:
        """The takes that no gate let through."""
        for take in services.ledger.takes(scene=scene):
            level: Level = "draft" if take.tier == "draft" else "final"
            known, version = self.takes.get((take.shot, level)), version_of(take)
            if take.stage != "clip" or take.asset is None or known is None or version in known.passed:
                continue
            if level == "draft" or take.tier == tier_of(known.shot):
                frames = take.asset.frames or known.shot.frames
                found = KnownTake(known.shot, level, version, frames, passed=False)
                self._learn(found, take.asset.sha256, take.asset.size_bytes)

    def _learn(self, take: KnownTake, sha256: str, size: int) -> None:
        self._contents.setdefault(sha256, take)
        self._names[take.shot.id, take.level, take.version] = take
        self._sizes.add(size)


def _content(path: Path, within: Sequence[Path], sizes: set[int]) -> str:
    """The SHA-256 of a file, where it may be read; else nothing."""
    try:
        real = path.resolve(strict=True)
        inside = any(real.is_relative_to(folder) for folder in within)
        # A link to elsewhere resolves to elsewhere; what has no take's size cannot be a take.
        if not inside or not real.is_file() or real.stat().st_size not in sizes:
            return ""
        return hash_file(real)
    except (OSError, ValueError, RuntimeError):
        return ""
