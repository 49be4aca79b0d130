"""Changes one thing of the film's cut in assembly.yaml, as a person would: comments, order and all other lines stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from manifests.film import TierName
from manifests.names import scene_of_shot
from production.planning.shot_file import one_writer, rewritten, with_edit
from production.post.errors import OffTheCut
from production.post.takes import takes_of
from wiring.services import Services

_HEAD = "# yaml-language-server: $schema=.gate/schema/assembly.json\n"
_START = "# The film's cut: gate cut shows it, gate film renders it (docs/film.md).\n"


def swap_take(services: Services, shot_id: str, take: str | None, place: int | None = None) -> Path:
    """Let the film show another take of a shot, or with None the one that stands. `place`: the how manieth time that
    the film shows the shot, from 1. Raises OffTheCut for a take that passed no gate.
    """
    shot = services.shot(shot_id)
    scene = services.scene(scene_of_shot(shot_id))
    if take is not None:
        tiers: tuple[TierName, ...] = ("final", "draft")
        passed = {
            name
            for tier in tiers
            for each in takes_of(services, scene, tier)
            if each.shot.id == shot.id
            for name in each.passed
        }
        if take not in passed:
            cause = f"{take} is not among the takes that passed their gate: {', '.join(sorted(passed)) or 'none yet'}"
            raise OffTheCut(
                shot.id, cause, f"Choose one of them, or pass it: gate verdict {shot.id} pass --take {take}"
            )
    return _set(services, shot_id, {"take": take}, place)


def trim(services: Services, shot_id: str, from_s: float | None, to_s: float | None, place: int | None = None) -> Path:
    """Set a shot's in- and out-point in seconds of its clip; what is None stays as it is. `place`: as in swap_take.
    Raises OffTheCut.
    """
    shot, fps = services.shot(shot_id), services.folder.film.fps
    begin, end = from_s or 0.0, shot.frames / fps if to_s is None else to_s
    if round(begin * fps) >= round(end * fps):
        raise OffTheCut(
            shot_id, f"nothing lies between {begin:g} s and {end:g} s", "Give an in-point below the out-point"
        )
    points = {name: at for name, at in (("from_s", from_s), ("to_s", to_s)) if at is not None}
    return _set(services, shot_id, points, place)


def _set(services: Services, shot_id: str, changes: dict[str, Any], place: int | None) -> Path:
    """Set fields of the shot where the film shows it; None takes one out. An entry that says nothing is taken away."""
    root = services.folder.root
    path = begun(services)

    def edit(document: Any) -> None:
        if not document.get("order"):
            document["order"] = [{"scene": name} for name in sorted(services.folder.scenes)]
        part = _place(document["order"], shot_id, place)
        if part.get("shot"):
            _change(part, changes)
            return
        entries = part.setdefault("shots", [])
        entry = next((each for each in entries if each["shot"] == shot_id), None)
        if entry is None:
            entry = {"shot": shot_id}
            entries.append(entry)
        _change(entry, changes)
        if list(entry) == ["shot"]:
            entries.remove(entry)
        if not entries:
            part.pop("shots")

    before = path.read_bytes()
    with rewritten(root, path, with_edit(path, edit), before=before):
        return path


def begun(services: Services) -> Path:
    """assembly.yaml; begun with all scenes where nobody has written one."""
    path = services.folder.root / "assembly.yaml"
    if not path.exists():
        with one_writer(services.folder.root):
            path.write_text(first_text(services), encoding="utf-8")
    return path


def first_text(services: Services) -> str:
    """What assembly.yaml begins with: every scene, with cuts."""
    return _HEAD + _START + "order:\n" + "".join(f"  - scene: {name}\n" for name in sorted(services.folder.scenes))


def _place(order: Any, shot_id: str, place: int | None) -> Any:
    """The part of the order in which the film shows the shot for the `place`-th time. Raises OffTheCut."""
    scene, parts = scene_of_shot(shot_id), []
    for part in order:
        entries = part.get("shots") or ()
        out = any(each["shot"] == shot_id and each.get("leave_out") for each in entries)
        if part.get("shot") == shot_id or (part.get("scene") == scene and not out):
            parts.append(part)
    if not parts:
        cure = f"Write - shot: {shot_id} (or - scene: {scene}) where it belongs"
        raise OffTheCut(shot_id, "it does not stand in the order of assembly.yaml", cure)
    if place is None and len(parts) > 1:
        raise OffTheCut(shot_id, f"the film shows it {len(parts)} times", "Say which: --place 2 (gate cut list)")
    if place is not None and place > len(parts):
        raise OffTheCut(shot_id, f"the film shows it {len(parts)} times, not {place}", "See each place: gate cut list")
    return parts[(place or 1) - 1]


def _change(entry: Any, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        if value is None:
            entry.pop(name, None)
        else:
            entry[name] = value
