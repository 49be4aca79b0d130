"""What the board shows of a scene and of one of its shots: the composition, the shelf of the bible, the neighbours, and
what the continuity rules say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from manifests.bible import VIEWS, plate_name, prop_name, view_name
from manifests.finding import Finding
from manifests.scene import Scene, Shot
from manifests.story.blocking import floor_line
from production.board.composition import Composition, shot_with
from production.board.saving import OnBoard
from production.board.setting import BoardSetting
from production.continuity.flow import continuity_of, scene_before
from vault.contract import Vault
from wiring.services import Services


def board_view(services: Services, board: OnBoard) -> dict[str, Any]:
    """All that the page shows of one shot, as JSON can hold it."""
    shot, scene = board.shot, board.scene
    ids = [each.id for each in scene.shots]
    place = ids.index(shot.id)
    return {
        "shot": shot.id,
        "scene": scene.id,
        "title": scene.title,
        "shots": ids,
        "before": ids[place - 1] if place else None,
        "after": ids[place + 1] if place + 1 < len(ids) else None,
        "chain": shot.chain,
        "fps": shot.fps,
        "aspect": shot.aspect,
        "base": board.base,
        "composition": board.composition.model_dump(mode="json"),
        "motion": "" if shot.private else shot.motion,
        "shelf": shelf(services),
        **facts(services, scene, shot, board.composition),
    }


def facts(services: Services, scene: Scene, shot: Shot, composition: Composition) -> dict[str, Any]:
    """What follows from a composition: where the floor and the horizon are in the frame, and the rules' warnings."""
    bible = services.folder.bible
    ground = BoardSetting.of(bible, scene, shot).ground(composition)
    now = shot_with(shot, composition, bible)
    return {
        "floor": round(floor_line(composition.camera, bible.locations[composition.location].floor), 4),
        "horizon": round(ground.horizon, 4),
        "warnings": [
            {"rule": each.rule, "subject": each.subject, "message": each.message, "cure": each.cure}
            for each in warnings(services, scene, now)
        ],
    }


def warnings(services: Services, scene: Scene, shot: Shot) -> tuple[Finding, ...]:
    """What the continuity rules find at this shot, and at the one after it, with the shot as it is given."""
    shots = tuple(shot if each.id == shot.id else each for each in scene.shots)
    now = scene.model_copy(update={"shots": shots})
    before = scene_before(services, scene.id)
    found = continuity_of((before, now) if before else (now,), services.folder.bible)
    ids = [each.id for each in shots]
    near = ids[ids.index(shot.id) : ids.index(shot.id) + 2]
    return tuple(finding for name in near if name in found for finding in found[name].findings)


def shelf(services: Services) -> dict[str, Any]:
    """The bible's people, props and places with their pictures, by content hash and shape (width over height)."""
    bible, look = services.folder.bible, _Pictures(services.hashes(), services.vault)
    return {
        "cast": [
            {
                "id": who.id,
                "name": who.name,
                "height_m": who.height_m,
                "wardrobes": {dress: look.views(who.id, dress) for dress in who.wardrobes},
            }
            for who in bible.characters.values()
        ],
        "props": [
            {"id": each.id, "name": each.name, "picture": look.picture(prop_name(each.id))}
            for each in bible.props.values()
        ],
        "locations": [
            {"id": each.id, "name": each.name, "picture": look.picture(plate_name(each.id))}
            for each in bible.locations.values()
        ],
    }


def shot_of_composition(services: Services, shot: Shot, composition: Composition | None) -> Shot:
    """The shot with a composition that nobody has saved; as it is saved where there is none. Raises NotComposable."""
    return shot if composition is None else shot_with(shot, composition, services.folder.bible)


def scene_opened(scene: Scene) -> list[dict[str, Any]]:
    """The scene's shots as the board lists them."""
    return [
        {"id": shot.id, "location": shot.location, "people": len(shot.cast), "empty": not (shot.cast or shot.props)}
        for shot in scene.shots
    ]


class _Pictures(NamedTuple):
    """The store's pictures by canonical name."""

    hashes: Mapping[str, str]
    vault: Vault

    def picture(self, name: str) -> dict[str, Any] | None:
        """Its content hash and its shape; None where the store has none."""
        sha256 = self.hashes.get(name)
        return {"sha256": sha256, "aspect": _shape(sha256, self.vault.path)} if sha256 else None

    def views(self, who: str, dress: str) -> dict[str, Any]:
        """The four views of somebody in a wardrobe."""
        return {view: self.picture(view_name(who, dress, view)) for view in VIEWS}


@lru_cache(maxsize=4000)
def _shape(sha256: str, path_of: Callable[[str], Path]) -> float:
    from PIL import Image  # noqa: PLC0415  loads the pixel libraries

    with Image.open(path_of(sha256)) as picture:
        return round(picture.width / picture.height, 4)
