"""Writes what is asked of a provider for each stage of a shot, out of the film's data and the locked pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from manifests.bible import VIEWS, nearest_view, plate_name, prop_name, view_name, views_shown
from manifests.certificate import Certified
from manifests.errors import LockError
from manifests.film import Resolution, Stage, TierName
from manifests.keys import hash_json
from manifests.names import scene_of_shot
from manifests.prompt import clip_prompt, panel_prompt
from manifests.reading.film_folder import FilmFolder
from manifests.scene import Shot
from manifests.take import Reference, Request, Role, Take
from production.journey import guides
from production.journey.sketches import sketch_for
from providers.capabilities import Capabilities
from wiring.services import Services


@dataclass(frozen=True, slots=True)
class Opening:
    """What a chained shot opens on: the clip before it, named by its generation key, and how far the masters are."""

    parent: str
    chain_links: int


_FROM_MASTERS = Opening("", 0)
NOT_MADE = "0" * 64
"""Stands for the content of a frame that is not made yet."""


def panel_of(services: Services, hashes: Mapping[str, str], shot: Shot, stage: Stage, tier: TierName) -> Request:
    """What the maker of a shot's first frame, or its last, is asked now. `hashes`: the store's pictures by canonical
    name.
    """
    maker = services.provider(stage, shot)
    can, guide = maker.capabilities("panel"), guides.guide_of(services, maker)
    sketch = sketch_for(services, shot, stage, maker)
    return panel_request(services.folder, hashes, shot, tier, stage=stage, can=can, guide_of=guide, sketch=sketch)


def clip_of(
    services: Services,
    hashes: Mapping[str, str],
    shot: Shot,
    tier: TierName,
    panel: Certified,
    end_panel: Certified | None,
    opening: Opening,
) -> Request:
    """What the maker of a shot's clip is asked now."""
    can, folder = services.can("clip", shot), services.folder
    return clip_request(folder, hashes, shot, tier, can=can, panel=panel, end_panel=end_panel, opening=opening)


def panel_request(
    folder: FilmFolder,
    hashes: Mapping[str, str],
    shot: Shot,
    tier: TierName,
    *,
    can: Capabilities,
    stage: Stage = "panel",
    guide_of: guides.GuideOf | None = None,
    sketch: str = "",
) -> Request:
    """Ask for a shot's first frame, or its last, from as many of the locked pictures as the model looks at.

    `guide_of` draws where everybody stands, for a model that does not compose the staging itself. `sketch`: the content
    of the pencil sketch that the model gets, "" for none.
    """
    at_end, locked = stage == "end_panel", locked_references(hashes, shot)
    request = Request(
        operation="panel",
        shot=shot.id,
        staging=shot,
        prompt=panel_prompt(shot, folder.bible, at_end=at_end),
        references=locked,
        resolution=panel_resolution(folder, tier),
        frames=1,
        fps=shot.fps,
        aspect=shot.aspect,
        progress=1.0 if at_end else 0.0,
        weather=folder.bible.locations[shot.location].weather,
        seed=shot.seed,
    )
    guide = guide_of(request) if guide_of else ""
    drawn: tuple[tuple[Role, str], ...] = (("guide", guide), ("sketch", sketch))
    first = tuple(Reference(role=role, name=shot.id, sha256=sha256) for role, sha256 in drawn if sha256)
    return request.model_copy(
        update={"references": (*first, *select_references(locked, shot, can.references_max - len(first)))}
    )


def clip_request(
    folder: FilmFolder,
    hashes: Mapping[str, str],
    shot: Shot,
    tier: TierName,
    *,
    can: Capabilities,
    panel: Certified,
    end_panel: Certified | None = None,
    opening: Opening = _FROM_MASTERS,
) -> Request:
    """Ask for a shot's clip, opening on its certified panel, or with it as one picture more among the references."""
    given = [panel.sha256] + ([end_panel.sha256] if end_panel else [])
    return _clip_request(folder, hashes, shot, tier, can, given, opening)


def coming_clip_request(
    folder: FilmFolder, hashes: Mapping[str, str], shot: Shot, tier: TierName, *, can: Capabilities
) -> Request:
    """A clip's request while what it opens on is not made yet, with a stand-in for each frame. Never sent to anybody.

    It has the right length, size and number of references, which is all that a price or a capability looks at.
    """
    stand_ins = [NOT_MADE] * (2 if shot.mode == "start_end_frames" else 1)
    return _clip_request(folder, hashes, shot, tier, can, stand_ins, _FROM_MASTERS)


def with_words(request: Request, folder: FilmFolder) -> Request:
    """A private shot's request as it was asked, put together again from the film; without its words where the film says
    others now.
    """
    scene = folder.scenes.get(scene_of_shot(request.shot))
    shot = next((shot for shot in scene.shots if shot.id == request.shot), None) if scene and request.wordless else None
    if shot is None or shot.location not in folder.bible.locations:
        return request
    at_end = request.progress == 1.0
    words = clip_prompt if request.operation == "clip" else partial(panel_prompt, at_end=at_end)
    camera = request.staging.camera.model_copy(update={"lens": shot.camera.lens})
    said = {"motion": shot.motion, "sound": shot.sound, "dialogue": shot.dialogue, "camera": camera}
    staging = request.staging.model_copy(update=said)
    whole = request.model_copy(update={"prompt": words(shot, folder.bible), "staging": staging})
    return whole if whole.without_words() == request else request


def is_private(take: Take, folder: FilmFolder) -> bool:
    """Whether the shot was private when the take was asked for, or is now."""
    return take.request.private or folder.is_private(take.shot)


def tier_of(shot: Shot) -> TierName:
    """The tier a shot is finished at."""
    return shot.tier if shot.tier and shot.tier != "draft" else "final"


def panel_resolution(folder: FilmFolder, tier: TierName) -> Resolution:
    """Panels are made once, large enough for the finals; a hero shot's are made at its own size."""
    return folder.film.tier("hero" if tier == "hero" else "final").resolution


def locked_references(hashes: Mapping[str, str], shot: Shot) -> tuple[Reference, ...]:
    """Every locked picture the shot shows: its plate, the views of each wardrobe that the film has, its props.

    Raises LockError for the first that the store does not have. Where it has the front of a wardrobe and one more view,
    the film goes on without the others.
    """
    seen = {
        view_name(m.character, m.wardrobe, v) for m in shot.cast for v in views_shown(m.character, m.wardrobe, hashes)
    }
    wanted = [each for each in locked_names(shot) if each[0] != "character" or each[2] in seen]
    if missing := next((name for _, _, name in wanted if name not in hashes), None):
        raise LockError(
            missing,
            f"{shot.id} shows it, and the film has no such picture",
            f"Put it at assets/{missing}.png, look at it, and approve it: gate lock",
        )
    return tuple(Reference(role=role, name=name, sha256=hashes[name]) for role, _, name in wanted)


def locked_names(shot: Shot) -> tuple[tuple[Role, str, str], ...]:
    """Role, entity and name of every locked picture that the shot shows."""
    wanted: list[tuple[Role, str, str]] = [("location", shot.location, plate_name(shot.location))]
    wanted += [("character", m.character, view_name(m.character, m.wardrobe, v)) for m in shot.cast for v in VIEWS]
    wanted += [("prop", placed.prop, prop_name(placed.prop)) for placed in shot.props]
    return tuple(wanted)


def bought_frames(shot: Shot, can: Capabilities, resolution: Resolution) -> int:
    """How many frames are bought for a shot: its own length, or the next that the model sells. The cut takes its head.

    A clip that ends on a given frame is not cut, and one that is longer than all they sell is not made: both are asked
    for as they are, and refused with the nearest length.
    """
    seconds = can.covering_s(shot.duration_s, resolution, shot.mode)
    exact = shot.mode == "start_end_frames" or seconds < shot.duration_s
    return shot.frames if exact else round(seconds * shot.fps)


def select_references(locked: Sequence[Reference], shot: Shot, most: int) -> tuple[Reference, ...]:
    """The `most` locked pictures that say most about the shot, in their own order.

    First the place, then each character as he or she is seen in it, the props, and of each character the front, the
    three-quarter view, the side and the back.
    """
    if len(locked) <= most:
        return tuple(locked)
    there = {reference.name for reference in locked}
    marks = ((m, mark) for m in shot.cast for mark in (m.start, m.end or m.start))
    seen = {nearest_view(view_name(m.character, m.wardrobe, mark.facing), there) for m, mark in marks}
    facing = ("front", "three_quarter", "side", "back")

    def rank(reference: Reference) -> int:
        if reference.role == "location":
            return 0
        if reference.name in seen:
            return 1
        return 2 if reference.role == "prop" else 3 + facing.index(reference.name.rpartition("/")[2])

    kept = set(sorted(locked, key=rank)[:most])
    return tuple(reference for reference in locked if reference in kept)


def opens_on(request: Request) -> str | None:
    """The picture that a clip is made from, by content; None where it is not made yet, or words alone are sent."""
    shown = (r.sha256 for r in request.references if request.operation == "clip" and r.role in {"start_frame", "panel"})
    return next((sha256 for sha256 in shown if sha256 != NOT_MADE), None)


def references_hash(hashes: Mapping[str, str], shot: Shot) -> str:
    """One hash for all locked pictures of a shot; an approval is bound to it."""
    return hash_json([[r.name, r.sha256] for r in locked_references(hashes, shot)])


def _clip_request(
    folder: FilmFolder,
    hashes: Mapping[str, str],
    shot: Shot,
    tier: TierName,
    can: Capabilities,
    panels: Sequence[str],
    opening: Opening,
) -> Request:
    return Request(
        operation="clip",
        shot=shot.id,
        staging=shot,
        prompt=clip_prompt(shot, folder.bible),
        references=_clip_references(hashes, shot, can, panels),
        resolution=folder.film.tier(tier).resolution,
        frames=bought_frames(shot, can, folder.film.tier(tier).resolution),
        fps=shot.fps,
        aspect=shot.aspect,
        weather=folder.bible.locations[shot.location].weather,
        chain_links=opening.chain_links,
        parent=opening.parent or None,
        seed=shot.seed,
    )


def _clip_references(
    hashes: Mapping[str, str], shot: Shot, can: Capabilities, panels: Sequence[str]
) -> tuple[Reference, ...]:
    """What a clip is made from. `panels`: the content of its first frame, and of its last where it is given one."""
    locked = locked_references(hashes, shot)
    if shot.mode == "text":
        return ()
    if shot.mode == "references":
        panel = Reference(role="panel", name=shot.id, sha256=panels[0])
        return (panel, *select_references(locked, shot, can.references_max - 1))
    roles: tuple[Role, ...] = ("start_frame", "end_frame")
    frames = tuple(Reference(role=role, name=shot.id, sha256=sha) for role, sha in zip(roles, panels, strict=False))
    return (*frames, *(select_references(locked, shot, can.references_max) if can.references_with_frames else ()))
