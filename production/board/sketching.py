"""The pencil layer of a shot, as the board draws it: kept beside the scenes as strokes."""

from __future__ import annotations

from typing import NamedTuple

from manifests.keys import hash_bytes
from manifests.reading.sketches import read_sketch, sketch_base, sketch_file
from manifests.reading.whole_file import put_text
from manifests.story.sketch import ShotSketch
from production.board.errors import MovedOn
from production.planning.shot_file import one_writer
from wiring.services import Services


class KeptSketch(NamedTuple):
    """A sketch with the hash of its file, "" where there is none."""

    sketch: ShotSketch
    base: str


def sketch_of(services: Services, shot: str) -> KeptSketch:
    """The sketch of a shot; one without strokes where nobody drew any. Raises ManifestError where its file cannot be
    read.
    """
    root = services.folder.root
    return KeptSketch(read_sketch(root, shot), sketch_base(root, shot))


def keep_sketch(services: Services, sketch: ShotSketch, *, base: str) -> str:
    """Write it, and give the file's new hash; without strokes the file goes. Raises MovedOn where somebody else drew
    since, and NotAFilm.
    """
    services.shot(sketch.shot)
    with one_writer(services.folder.root):
        if sketch_of(services, sketch.shot).base != base:
            cause = "somebody else drew on this shot meanwhile"
            raise MovedOn(sketch.shot, cause, "Look at it: load the page again.")
        file = sketch_file(services.folder.root, sketch.shot)
        if not sketch.strokes:
            file.unlink(missing_ok=True)
            return ""
        put_text(sketch.stored(), file)
        return hash_bytes(sketch.stored().encode())
