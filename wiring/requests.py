"""Writes what is asked of a provider for each stage of a shot, out of the film's data and the locked pictures."""

from __future__ import annotations

from dataclasses import dataclass

from manifests.bible import VIEWS, plate_name, prop_name, view_name
from manifests.certificate import Certified
from manifests.errors import LockError
from manifests.film import Resolution, Stage, TierName
from manifests.keys import hash_json
from manifests.prompt import clip_prompt, panel_prompt
from manifests.reading import FilmFolder
from manifests.scene import Shot
from manifests.take import Reference, Request, Role


@dataclass(frozen=True, slots=True)
class Opening:
    """What a chained shot opens on: the clip before it, named by its generation key, and how far the masters are."""

    parent: str
    chain_links: int


_FROM_MASTERS = Opening("", 0)
NOT_MADE = "0" * 64
"""Stands for the content of a frame that is not made yet."""


def panel_request(
    folder: FilmFolder, hashes: dict[str, str], shot: Shot, tier: TierName, attempt: int, *, stage: Stage = "panel"
) -> Request:
    """Ask for a shot's first frame, or its last, from the locked pictures."""
    at_end = stage == "end_panel"
    return Request(
        operation="panel",
        shot=shot.id,
        staging=shot,
        prompt=panel_prompt(shot, folder.bible, at_end=at_end),
        references=locked_references(hashes, shot),
        resolution=panel_resolution(folder, tier),
        frames=1,
        progress=1.0 if at_end else 0.0,
        weather=folder.bible.locations[shot.location].weather,
        seed=_seed(shot, attempt),
        attempt=attempt,
    )


def clip_request(
    folder: FilmFolder,
    hashes: dict[str, str],
    shot: Shot,
    tier: TierName,
    attempt: int,
    *,
    panel: Certified,
    end_panel: Certified | None = None,
    opening: Opening = _FROM_MASTERS,
) -> Request:
    """Ask for a shot's clip, opening on its certified panel."""
    frames = [_frame("start_frame", shot, panel)] + ([_frame("end_frame", shot, end_panel)] if end_panel else [])
    return Request(
        operation="clip",
        shot=shot.id,
        staging=shot,
        prompt=clip_prompt(shot, folder.bible),
        references=(*frames, *locked_references(hashes, shot)),
        resolution=folder.film.tier(tier).resolution,
        frames=shot.frames,
        weather=folder.bible.locations[shot.location].weather,
        chain_links=opening.chain_links,
        parent=opening.parent or None,
        seed=_seed(shot, attempt),
        attempt=attempt,
    )


def coming_clip_request(folder: FilmFolder, hashes: dict[str, str], shot: Shot, tier: TierName) -> Request:
    """A clip's request while what it opens on is not made yet, with a stand-in for each frame. Never sent to anybody.

    It has the right length, size and number of references, which is all that a price or a capability looks at.
    """
    wanted: list[Role] = ["start_frame", "end_frame"] if shot.mode == "start_end_frames" else ["start_frame"]
    return Request(
        operation="clip",
        shot=shot.id,
        staging=shot,
        prompt=clip_prompt(shot, folder.bible),
        references=(
            *(Reference(role=role, name=shot.id, sha256=NOT_MADE) for role in wanted),
            *locked_references(hashes, shot),
        ),
        resolution=folder.film.tier(tier).resolution,
        frames=shot.frames,
        weather=folder.bible.locations[shot.location].weather,
        seed=_seed(shot, 1),
    )


def tier_of(shot: Shot) -> TierName:
    """The tier a shot is finished at."""
    return shot.tier if shot.tier and shot.tier != "draft" else "final"


def panel_resolution(folder: FilmFolder, tier: TierName) -> Resolution:
    """Panels are made once, large enough for the finals; a hero shot's are made at its own size."""
    return folder.film.tier("hero" if tier == "hero" else "final").resolution


def locked_references(hashes: dict[str, str], shot: Shot) -> tuple[Reference, ...]:
    """Every locked picture the shot shows: its plate, four views of each wardrobe, its props.

    Raises LockError for the first that the store does not have.
    """
    wanted: list[tuple[Role, str]] = [("location", plate_name(shot.location))]
    wanted += [("character", view_name(m.character, m.wardrobe, v)) for m in shot.cast for v in VIEWS]
    wanted += [("prop", prop_name(placed.prop)) for placed in shot.props]
    if missing := next((name for _, name in wanted if name not in hashes), None):
        raise LockError(
            missing, f"{shot.id} shows it, and the film has no such picture",
            f"Put it at assets/{missing}.png, look at it, and approve it: gate lock",
        )  # fmt: skip
    return tuple(Reference(role=role, name=name, sha256=hashes[name]) for role, name in wanted)


def references_hash(hashes: dict[str, str], shot: Shot) -> str:
    """One hash for all locked pictures of a shot; an approval is bound to it."""
    return hash_json([[r.name, r.sha256] for r in locked_references(hashes, shot)])


def _frame(role: Role, shot: Shot, panel: Certified) -> Reference:
    return Reference(role=role, name=shot.id, sha256=panel.sha256)


def _seed(shot: Shot, attempt: int) -> int:
    return shot.seed + attempt - 1
