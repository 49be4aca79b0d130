"""Writes a wanted cut into the order of assembly.yaml: what stays keeps its lines, its comments and its looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from difflib import SequenceMatcher
from typing import Any

from ruamel.yaml.comments import CommentedMap

from assembly.turnover.losses import Loss
from manifests.assembly.parts import Ending
from manifests.names import scene_of_shot
from manifests.scene import Shot
from production.post.conform.wanted import WantedEnd, WantedShot

_ENDING_MIN_S = 0.04

Run = range
"""Places in the wanted cut that follow one another."""


class Ordering:
    """Writes it. `shots`: those that each scene may show, in story order. `losses`: looks that could not move along."""

    def __init__(self, wanted: Sequence[WantedShot], shots: Mapping[str, Sequence[Shot]], fps: int) -> None:
        self.wanted, self.shots, self.fps = wanted, shots, fps
        self.losses: list[Loss] = []
        self._old: list[Any] = []

    def write(self, order: Any) -> None:
        """Change the order, a YAML sequence, in its place."""
        self._old = list(order)
        pool, scenes, nodes = list(self._old), self._scene_runs(), list[Any]()
        covered = {at for run in scenes.values() for at in run}
        begins = {run.start: scene for scene, run in scenes.items()}
        for at, each in enumerate(self.wanted):
            if at in begins:
                nodes.append(self._scene(begins[at], scenes[begins[at]], pool))
            elif at not in covered:
                nodes.append(self._alone(each, pool) if each.shot else self._card(each, pool))
        _rearrange(order, nodes)

    def _scene_runs(self) -> dict[str, Run]:
        """The scenes that stand as scenes: those of which at least half is shown in story order without a break."""
        best: dict[str, Run] = {}
        start = 0
        for at in range(1, len(self.wanted) + 1):
            if at < len(self.wanted) and self._goes_on(self.wanted[at - 1], self.wanted[at]):
                continue
            shot = self.wanted[start].shot
            if shot is not None:
                scene = scene_of_shot(shot.id)
                best[scene] = max(best.get(scene, Run(0)), Run(start, at), key=len)
            start = at
        alone = {scene_of_shot(node["shot"]) for node in self._old if node.get("shot")}
        whole = {node.get("scene") for node in self._old} | (set(self.shots) - alone)
        return {scene: run for scene, run in best.items() if scene in whole and 2 * len(run) >= len(self.shots[scene])}

    def _goes_on(self, before: WantedShot, after: WantedShot) -> bool:
        if before.shot is None or after.shot is None:
            return False
        return scene_of_shot(before.shot.id) == scene_of_shot(after.shot.id) and before.shot.id < after.shot.id

    def _scene(self, scene: str, run: Run, pool: list[Any]) -> Any:
        node = next((each for each in pool if each.get("scene") == scene), None)
        node = CommentedMap(scene=scene) if node is None else node
        shown = {each.shot.id: each for at in run if (each := self.wanted[at]).shot}
        entries = node.setdefault("shots", [])
        for shot in self.shots[scene]:
            entry = next((each for each in entries if each["shot"] == shot.id), None)
            fresh = entry is None
            entry = _inline(shot=shot.id) if entry is None else entry
            if shot.id in shown:
                entry.pop("leave_out", None)
                self._points(entry, shown[shot.id])
                self._ends(entry, node, shown[shot.id], last=shot.id == self.wanted[run.stop - 1].shot.id)  # type: ignore[union-attr]
                if fresh:
                    self._looks(entry, shot.id, within=node)
            elif not entry.get("leave_out"):
                entry["leave_out"] = True
            if fresh and list(entry) != ["shot"]:
                entries.append(entry)
            elif not fresh and list(entry) == ["shot"]:
                entries.remove(entry)
        if not entries:
            node.pop("shots")
        return node

    def _alone(self, each: WantedShot, pool: list[Any]) -> Any:
        assert each.shot is not None
        own = [node for node in pool if node.get("shot") == each.shot.id]
        node = next((node for node in own if self._same_points(node, each)), own[0] if own else None)
        if node is None:
            node = _inline(shot=each.shot.id)
            self._points(node, each)
            self._part_ends(node, each.ends)
            self._looks(node, each.shot.id, within=None)
            return node
        pool[:] = [other for other in pool if other is not node]
        self._points(node, each)
        self._part_ends(node, each.ends)
        return node

    def _card(self, each: WantedShot, pool: list[Any]) -> Any:
        own = [node for node in pool if node.get("card") == each.card]
        node = next((node for node in own if self._frames(node["seconds"]) == each.frames), own[0] if own else None)
        if node is None:
            node = _inline(card=each.card, seconds=self._seconds(each.frames))
        else:
            pool[:] = [other for other in pool if other is not node]
            if max(1, self._frames(node["seconds"])) != each.frames:
                node["seconds"] = self._seconds(each.frames)
        self._part_ends(node, each.ends)
        return node

    def _same_points(self, node: Any, each: WantedShot) -> bool:
        assert each.shot is not None
        end = each.shot.frames if node.get("to_s") is None else self._frames(node["to_s"])
        return (self._frames(node.get("from_s", 0)), end) == (each.first, each.first + each.frames)

    def _points(self, node: Any, each: WantedShot) -> None:
        """Take, in-point and out-point, where they differ."""
        assert each.shot is not None
        end = each.first + each.frames
        if each.take is not None and node.get("take") != each.take:
            _put(node, "take", None if each.standing else each.take or None)
        if self._frames(node.get("from_s", 0)) != each.first:
            _put(node, "from_s", self._seconds(each.first) if each.first else None)
        if (each.shot.frames if node.get("to_s") is None else self._frames(node["to_s"])) != end:
            _put(node, "to_s", None if end == each.shot.frames else self._seconds(end))

    def _ends(self, entry: Any, node: Any, each: WantedShot, *, last: bool) -> None:
        """The end of a shot within its scene: its own, which the scene's file says, or the scene's."""
        assert each.shot is not None
        if last and not entry.get("ends"):
            self._part_ends(node, each.ends)
            return
        own = Ending(kind=each.shot.transition.kind, seconds=each.shot.transition.seconds)
        if each.ends is None or self._same_end(each.ends, Ending(**entry["ends"]) if entry.get("ends") else own):
            return
        usual = Ending(**node["ends"]) if last and node.get("ends") else Ending() if last else own
        _put(entry, "ends", None if self._same_end(each.ends, usual) else self._ending(each.ends))

    def _part_ends(self, node: Any, end: WantedEnd | None) -> None:
        now = Ending(**node["ends"]) if node.get("ends") else Ending()
        if end is not None and not self._same_end(end, now):
            _put(node, "ends", None if self._same_end(end, Ending()) else self._ending(end))

    def _same_end(self, end: WantedEnd, now: Ending) -> bool:
        frames = 0 if now.kind == "cut" else max(1, self._frames(now.seconds))
        direction = end.kind != "wipe" or end.direction == now.direction
        return (end.kind, end.frames, end.sound_s) == (now.kind, frames, now.sound_s) and direction

    def _ending(self, end: WantedEnd) -> Any:
        told = _inline(kind=end.kind)
        if end.kind != "cut":
            told["seconds"] = max(_ENDING_MIN_S, self._seconds(end.frames))
        if end.kind == "wipe":
            told["direction"] = end.direction
        if end.sound_s:
            told["sound_s"] = end.sound_s
        return told

    def _looks(self, node: Any, shot: str, within: Any) -> None:
        """Give a shot that gets another place the grade and the sound that it had in its old one."""
        scene: Any = next((each for each in self._old if each.get("scene") == scene_of_shot(shot)), {})
        entry: Any = next((each for each in scene.get("shots", ()) if each["shot"] == shot), {})
        had = next((each for each in self._old if each.get("shot") == shot), entry)
        if had.get("sound_db"):
            node["sound_db"] = had["sound_db"]
        own, scenes = had.get("grade"), None if within is scene else scene.get("grade")
        if own and scenes:
            self.losses.append(Loss(shot, f"the grade of {scene['scene']} below its own", "its own alone"))
        if own or scenes:
            node["grade"] = deepcopy(own or scenes)

    def _frames(self, seconds: Any) -> int:
        return round(float(seconds) * self.fps)

    def _seconds(self, frames: int) -> float:
        """Seconds in milliseconds: at 30 frames a second these are within a sixtieth of a frame."""
        seconds = round(frames / self.fps, 3)
        return int(seconds) if seconds == int(seconds) else seconds


def _inline(**fields: Any) -> CommentedMap:
    """A mapping on one line, as people write these."""
    made = CommentedMap(fields)
    made.fa.set_flow_style()
    return made


def _put(node: Any, name: str, value: Any) -> None:
    if value is None:
        node.pop(name, None)
    else:
        node[name] = value


def _rearrange(order: Any, nodes: Sequence[Any]) -> None:
    """Bring the sequence to these entries by taking out and putting in, so that the others keep their comments."""
    steps = SequenceMatcher(None, [id(node) for node in order], [id(node) for node in nodes], autojunk=False)
    for _, start, end, first, stop in reversed(steps.get_opcodes()):
        if [id(node) for node in order[start:end]] == [id(node) for node in nodes[first:stop]]:
            continue
        for at in reversed(range(start, end)):
            del order[at]
        for offset, node in enumerate(nodes[first:stop]):
            order.insert(start + offset, node)
