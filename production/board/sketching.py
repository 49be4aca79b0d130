"""The pencil layer of a shot: kept beside the scenes as strokes, and never part of a request."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from manifests.story.sketch import ShotSketch
from production.board.errors import MovedOn, NotComposable
from production.planning.shot_file import one_writer
from wiring.services import Services


class KeptSketch(NamedTuple):
    """A sketch with the hash of its file, "" where there is none."""

    sketch: ShotSketch
    base: str


def sketch_of(services: Services, shot: str) -> KeptSketch:
    """The sketch of a shot; one without strokes where nobody drew any. Raises NotComposable where its file cannot be
    read.
    """
    file = _file(services, shot)
    if not file.is_file() or file.is_symlink():
        return KeptSketch(ShotSketch(shot=shot), "")
    content = file.read_bytes()
    try:
        return KeptSketch(ShotSketch.from_stored(content), sha256(content).hexdigest())
    except ValueError as error:
        cause = f"sketches/{file.name} cannot be read ({' '.join(str(error).split())[:120]})"
        raise NotComposable(shot, cause, "Move the file away; the board then begins an empty one.") from error


def keep_sketch(services: Services, sketch: ShotSketch, *, base: str) -> str:
    """Write it, and give the file's new hash; without strokes the file goes. Raises MovedOn where somebody else drew
    since, and NotAFilm.
    """
    services.shot(sketch.shot)
    with one_writer(services.folder.root):
        if sketch_of(services, sketch.shot).base != base:
            cause = "somebody else drew on this shot meanwhile"
            raise MovedOn(sketch.shot, cause, "Look at it: load the page again.")
        file = _file(services, sketch.shot)
        if not sketch.strokes:
            file.unlink(missing_ok=True)
            return ""
        file.parent.mkdir(exist_ok=True)
        part = file.with_name(f".{file.name}.part")
        part.write_text(sketch.stored(), encoding="utf-8")
        part.replace(file)
        return sha256(sketch.stored().encode()).hexdigest()


def _file(services: Services, shot: str) -> Path:
    return services.folder.root / "sketches" / f"{shot}.json"
