"""What the acts on the board need to know of the film: the bible, the frame's shape and rate, and the other shots."""

from __future__ import annotations

from dataclasses import dataclass

from manifests.bible import Bible
from manifests.film import RATIOS, Aspect, Fps
from manifests.scene import Scene, Shot
from production.board.composition import Composition
from production.board.perspective import Floor, ground_of


@dataclass(frozen=True, slots=True)
class BoardSetting:
    """`others`: the scene's other shots, by which an empty place knows how large people are in it."""

    bible: Bible
    aspect: Aspect
    fps: Fps
    others: tuple[Shot, ...] = ()

    @classmethod
    def of(cls, bible: Bible, scene: Scene, shot: Shot) -> BoardSetting:
        """The setting of one shot of a scene."""
        return cls(bible, shot.aspect, shot.fps, tuple(each for each in scene.shots if each.id != shot.id))

    @property
    def ratio(self) -> float:
        """The frame's width in its heights."""
        return RATIOS[self.aspect]

    def ground(self, composition: Composition) -> Floor:
        """The floor of what the camera sees."""
        return ground_of(composition, self.bible, self.others)
