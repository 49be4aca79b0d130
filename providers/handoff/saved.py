"""Reads a person's files in a job's folder: their notes, and a file that fits the request,
or the reason why it does not.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from PIL import Image
from pydantic import Field

from manifests.noun import Noun
from providers.contract import Fetched
from providers.errors import Undecodable
from providers.fitting import misfit, scaled_down
from providers.handoff.job import HandJob
from providers.over_http.answers import printable
from providers.over_http.outputs import accept

ACCEPTED = ".accepted.json"
_SIZE_OFF_MAX_PX, _FRAMES_OFF_MAX = 8, 3
"""As far off as the clip gate allows (Q102, Q103): a file that it would refuse is not paid for;
the person saves it again.
"""

_MEDIA = frozenset({".png", ".jpg", ".jpeg", ".webp", ".mp4", ".mov", ".webm", ".mkv", ".avi", ".gif"})


class Saved(Noun):
    """A file that was taken: what it is, and how it lay there."""

    size_bytes: int
    modified_ns: int
    width: int
    height: int
    frames: int = Field(ge=1)


def copied(saved: Path, job: HandJob, frame: tuple[int, int], into: Path) -> tuple[Fetched | None, str]:
    """A copy in the folder `into` that fits the `frame`, in pixels, or what is wrong with it.
    Only copies are examined: examining a file may rewrite it.
    """
    into.mkdir(parents=True, exist_ok=True)
    copy = Path(shutil.copyfile(saved, into / saved.name))
    try:
        made = accept(copy, "handoff")
    except Undecodable as error:
        return None, f"{saved} is damaged or no {kind_of(job)} ({error.raw}): save it again"
    if wrong := _misfit(made, job, frame):
        return None, f"{saved} {wrong}"
    return (_fitted(made, frame) if kind_of(job) == "picture" else made), ""


def _misfit(made: Fetched, job: HandJob, frame: tuple[int, int]) -> str:
    request = job.request
    if (made.media_type == "video/mp4") != (request.operation == "clip"):
        return f"is {made.media_type}, and a {kind_of(job)} is asked for: save that"
    width, height = frame
    near = max(abs(made.width - width), abs(made.height - height)) <= _SIZE_OFF_MAX_PX
    if request.operation == "panel" and not near and (wrong := misfit((made.width, made.height), (width, height))):
        return f"is {wrong}: save it at {width}×{height}, or larger in that shape"
    if request.operation == "clip" and not near:
        return f"is {made.width}×{made.height}, and {width}×{height} is asked for: save it at that size"
    if request.operation == "clip" and abs(made.frames - request.frames) > _FRAMES_OFF_MAX:
        length = f"{request.frames / request.fps:g} s at {request.fps} frames a second"
        return f"has {made.frames} frames, and {request.frames} are asked for ({length}): trim it to that"
    return ""


def _fitted(made: Fetched, frame: tuple[int, int]) -> Fetched:
    """A picture that is larger than the frame, scaled down to it;
    one that is a few pixels off stays, as the gate lets it through.
    """
    if max(abs(made.width - frame[0]), abs(made.height - frame[1])) <= _SIZE_OFF_MAX_PX:
        return made
    with Image.open(made.path) as picture:
        small = scaled_down(picture, frame)
    small.save(made.path, "PNG")
    return replace(made, media_type="image/png", width=frame[0], height=frame[1])


def kind_of(job: HandJob) -> str:
    """The word for people for the requested output."""
    return "clip" if job.request.operation == "clip" else "picture"


def stray_in(folder: Path, job: HandJob) -> str:
    """A picture or clip under another name, which may be what is waited for."""
    names = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in _MEDIA and path.name != job.save_as)
    return printable(next((name for name in names if not name.startswith(".")), ""))


def note_in(file: Path) -> str | None:
    """A person's note, bounded; None where there is none."""
    if not file.is_file():  # a pipe would keep us waiting
        return None
    try:
        with file.open("rb") as note:
            return printable(note.read(4000).decode("utf-8", errors="replace").strip())
    except (FileNotFoundError, IsADirectoryError):
        return None


def lies(file: Path) -> tuple[int, int] | None:
    """Size in bytes and time in nanoseconds of a file, None where there is none."""
    try:
        lies = file.stat()
    except FileNotFoundError:
        return None
    return lies.st_size, lies.st_mtime_ns


def accepted_in(folder: Path) -> Saved | None:
    """The file of this folder that was taken already; None where none was."""
    try:
        return Saved.from_stored((folder / ACCEPTED).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
