"""Gives the shots of a scene the film's rate and shape, and refuses a length that is not whole frames at that rate."""

from __future__ import annotations

import math
from pathlib import Path

from manifests.errors import ManifestError
from manifests.film import Film, lines_shown
from manifests.reading.document import load_yaml, place_of
from manifests.scene import Scene, Shot, is_whole


def in_format(path: Path, content: bytes, scene: Scene, film: Film) -> Scene:
    """The scene as the film's `fps` and `aspect` make it. Raises ManifestError for a length that they exclude, and for
    a shot that names a rate or a shape of its own.
    """
    for index, shot in enumerate(scene.shots):
        if own := next(iter(sorted({"fps", "aspect", "cropped"} & shot.model_fields_set)), None):
            cause, cure = "no such field", f"Take it away: film.yaml says {own} for all shots."
            raise _refusal(path, content, index, own, cause, cure)
        if not is_whole(shot.duration_s, film.fps):
            raise _refusal(path, content, index, "duration_s", _broken(shot, film.fps), _nearest(shot, film.fps))
    if (film.fps, film.aspect) == (24, "16:9"):
        return scene
    update = {"fps": film.fps, "aspect": film.made_in, "cropped": lines_shown(film.aspect) < 1}
    return scene.model_copy(update={"shots": tuple(shot.model_copy(update=update) for shot in scene.shots)})


def _broken(shot: Shot, fps: int) -> str:
    return f"{shot.duration_s:g} s is not a whole number of frames at {fps} a second"


def _nearest(shot: Shot, fps: int) -> str:
    frames = shot.duration_s * fps
    near = sorted({max(fps, math.floor(frames)), max(fps, math.ceil(frames))})
    told = " or ".join(f"{round(count / fps, 9):.10g} s ({count} frames)" for count in near)
    return f"Write {told}; a whole or a half second always will do." if not fps % 2 else f"Write {told}."


def _refusal(path: Path, content: bytes, index: int, field: str, cause: str, cure: str) -> ManifestError:
    place = place_of(load_yaml(path, content=content), ("shots", index, field))
    return ManifestError(path, *place, f"shots.{index}.{field}", cause, cure)
