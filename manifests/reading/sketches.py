"""Reads the pencil sketches that lie beside the scenes, a file a shot."""

from __future__ import annotations

from pathlib import Path

from manifests.errors import ManifestError
from manifests.keys import hash_file
from manifests.noun import ShotId
from manifests.story.sketch import ShotSketch

FOLDER = "sketches"


def sketch_file(root: Path, shot: ShotId) -> Path:
    """The file of a shot's sketch, whether or not somebody drew one. `root`: the film's folder."""
    return root / FOLDER / f"{shot}.json"


def sketch_base(root: Path, shot: ShotId) -> str:
    """The hash of that file, "" where nobody drew a sketch."""
    file = sketch_file(root, shot)
    return hash_file(file) if file.is_file() and not file.is_symlink() else ""


def read_sketch(root: Path, shot: ShotId) -> ShotSketch:
    """The sketch of a shot; one without strokes where nobody drew any. Raises ManifestError where its file is none."""
    file = sketch_file(root, shot)
    if not sketch_base(root, shot):
        return ShotSketch(shot=shot)
    try:
        return ShotSketch.from_stored(file.read_bytes())
    except (ValueError, OSError) as error:
        cause = f"it cannot be read as a sketch ({' '.join(str(error).split())[:120]})"
        raise ManifestError(file, 0, 0, "", cause, "Move it away; the board then begins an empty one.") from error
