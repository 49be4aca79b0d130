"""What a composition will look like, drawn by previz itself before anything is saved: a still, the clip, and the guide.

A still is the panel that previz would deliver, at the size of a screen: the same request, drawn by the same code.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path

from manifests.film import Aspect, Stage, frame_size
from manifests.keys import hash_json
from manifests.reading.whole_file import whole_file
from manifests.scene import Camera, Shot, Viewport
from manifests.take import Request
from production.board.composition import composition_of, shot_with
from production.board.errors import NotComposable
from production.board.framing import reframe
from production.board.operations import ReframeAct
from production.board.setting import BoardSetting
from production.journey.guides import guide_of
from production.journey.requests import coming_clip_request, locked_references, panel_request, tier_of
from providers.contract import Provider
from providers.previews import DrawsPreviews
from wiring.services import Services

STILL: Mapping[Aspect, tuple[int, int]] = {"16:9": (960, 540), "9:16": (540, 960), "1:1": (720, 720)}
MOVING: Mapping[Aspect, tuple[int, int]] = {"16:9": (640, 360), "9:16": (360, 640), "1:1": (480, 480)}
"""Small enough that four seconds are drawn in one."""

_ARTIST = "previz"
_CLIPS_KEPT = 60
_one_clip = threading.BoundedSemaphore(1)
"""Clips are drawn one after the other: two at once would each take twice as long, and stills longer."""


def still(
    services: Services, shot: Shot, *, at_end: bool = False, whole_plate: bool = False, full: bool = False
) -> bytes:
    """The first frame of a shot, or its last, as JPEG bytes. `whole_plate`: as a camera would see it that has all of
    the plate in view. `full`: at the panel's own size, grain and all, and not the smaller one of a drag. Raises
    LockError for a picture that the store lacks, Invalid.
    """
    shot = _from_afar(services, shot) if whole_plate else shot
    stage: Stage = "end_panel" if at_end and not whole_plate else "panel"
    previz, can = _previz(services)
    request = panel_request(
        services.folder, services.hashes(), shot, tier_of(shot), can=can.capabilities("panel"), stage=stage
    )
    return previz.still(request, frame_size(request.resolution, request.aspect) if full else STILL[shot.aspect])


def moving(services: Services, shot: Shot) -> Path:
    """The shot as a small silent MP4, drawn once for the same composition. Raises what `still` does."""
    request = _clip_request(services, shot)
    kept = clip_file(services, hash_json([MOVING[shot.aspect], request.payload()]))
    if kept.exists():
        os.utime(kept)
        return kept
    with _one_clip, whole_file(kept) as part:
        _previz(services)[0].moving(request, MOVING[shot.aspect], part)
    _forget_old(kept.parent)
    return kept


def clip_file(services: Services, key: str) -> Path:
    """Where the moving preview of this key lies, if it does."""
    return services.settings.cache / "board" / f"{key}.mp4"


def guide(services: Services, shot: Shot) -> bytes:
    """The blocking guide that a paid model gets with the shot's panel, byte for byte as it is sent. Raises
    NotComposable where the shot's panel is made without one.
    """
    maker = services.provider("panel", shot)
    draw = guide_of(services, maker)
    if draw is None:
        cause = f"{maker.name} gets no guide: it composes the shot itself, or looks at one picture"
        raise NotComposable(shot.id, cause, "Name a model that looks at several pictures: gate provider")
    request = panel_request(
        services.folder,
        services.hashes(),
        shot,
        tier_of(shot),
        can=maker.capabilities("panel"),
        guide_of=draw,
    )
    found = next(reference for reference in request.references if reference.role == "guide")
    return services.vault.path(found.sha256).read_bytes()


def _clip_request(services: Services, shot: Shot) -> Request:
    """The shot's clip from its locked pictures alone: no frame of it is made yet."""
    _, provider = _previz(services)
    hashes = services.hashes()
    request = coming_clip_request(services.folder, hashes, shot, "draft", can=provider.capabilities("clip"))
    told = {"references": locked_references(hashes, shot), "frames": shot.frames}
    return request.model_copy(update=told)


def _from_afar(services: Services, shot: Shot) -> Shot:
    """The shot before its camera was framed: all of the plate, and everybody where they stand in it."""
    composition = composition_of(shot)
    act = ReframeAct(do="reframe", x=0.5, y=0.5, zoom=1.0)
    setting = BoardSetting(services.folder.bible, shot.aspect, shot.fps)
    afar = reframe(composition, act, setting)
    camera = Camera(size=shot.camera.size, lens=shot.camera.lens, plate=Viewport())
    return shot_with(shot, afar.model_copy(update={"camera": camera}), services.folder.bible)


def _previz(services: Services) -> tuple[DrawsPreviews, Provider]:
    artist = services.provider_called(_ARTIST)
    assert isinstance(artist, DrawsPreviews)
    return artist, artist


def _forget_old(folder: Path) -> None:
    """Keep the newest few; a preview is drawn again in a second."""
    clips = sorted(folder.glob("*.mp4"), key=lambda clip: clip.stat().st_mtime, reverse=True)
    for clip in clips[_CLIPS_KEPT:]:
        clip.unlink(missing_ok=True)
