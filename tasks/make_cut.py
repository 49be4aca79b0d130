"""Make a cut: clips in story order become a film, a timeline for editors, a reel of dailies and a contact sheet."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from pathlib import Path

from prefect import task
from prefect.context import TaskRunContext

from assembly import film, reel, timeline
from manifests.cut import Cut
from manifests.film import FRAME_SIZES, Resolution
from manifests.keys import hash_file, hash_json
from manifests.take import Artefact
from tasks.current import current
from tasks.slates import slates_of
from wiring.scratch import scratch

_KEPT_MAX = 1000
_RULE = "3"
"""Raise it when the same cut would come out another film."""


def _key(context: TaskRunContext, parameters: dict[str, object]) -> str:  # noqa: ARG001  Prefect's signature
    cut, folder = parameters["cut"], current().services.folder
    assert isinstance(cut, Cut)
    finish = folder.film.finish.model_dump(mode="json")
    names = {item.grade for item in cut.items if item.grade} | {folder.film.finish.grade or ""} - {""}
    grades = {name: hash_file(folder.root / name) for name in names if (folder.root / name).is_file()}
    return f"cut-{hash_json([_RULE, cut.model_dump(mode='json'), parameters['resolution'], finish, grades])}"


def _reel_key(context: TaskRunContext, parameters: dict[str, object]) -> str:
    return f"reel-{_key(context, {**parameters, 'resolution': '480p'})}"


@task(task_run_name="{name} cut", cache_key_fn=_key, persist_result=True)
async def make_cut(name: str, cut: Cut, resolution: Resolution) -> Artefact:  # noqa: ARG001  names the run
    """Render the cut. Free, and done once for the same clips in the same order with the same finish."""
    run = current()
    services, frames = run.services, FRAME_SIZES[resolution]
    finish = services.folder.film.finish
    with scratch(services.settings) as folder:
        made = folder / "cut.mp4"
        await asyncio.to_thread(
            film.render,
            cut,
            services.vault.path,
            finish,
            frames,
            made,
            folder / "work",
            grades_in=services.folder.root,
        )
        return _stored(made, frames, sum(item.frames for item in cut.items))


@task(task_run_name="{name} dailies reel", cache_key_fn=_reel_key, persist_result=True)
async def make_reel(name: str, cut: Cut) -> Artefact:  # noqa: ARG001  names the run
    """Render the dailies: a slate before each shot, its name and time burned in. Free, and done once."""
    services = current().services
    with scratch(services.settings) as folder:
        made = folder / "reel.mp4"
        slates = slates_of(services, cut)
        title = services.folder.film.title
        await asyncio.to_thread(reel.render, cut, services.vault.path, made, slates, folder / "work", title=title)
        return _stored(made, FRAME_SIZES["480p"], sum(item.frames for item in cut.items))


def lay_down(artefact: Artefact, into: Path) -> Path:
    """Put a copy of an artefact where people look for it, whole or not at all. A file there that a person changed is kept beside it."""
    into.parent.mkdir(parents=True, exist_ok=True)
    if into.is_file() and not current().services.vault.has(hash_file(into)):
        names = (into.with_name(f"{into.stem}_kept{number}{into.suffix}") for number in range(1, _KEPT_MAX))
        into.rename(next(name for name in names if not name.exists()))
    beside = into.with_name(f".{into.name}.part")
    shutil.copyfile(current().services.vault.path(artefact.sha256), beside)
    return beside.replace(into)


def lay_down_timeline(cut: Cut, into: Path, clips: Mapping[str, Path], notes: Mapping[str, str]) -> Path:
    """Write the OpenTimelineIO file of a cut. `clips`: where each clip lies, by content hash; panels stay in the vault."""
    into.parent.mkdir(parents=True, exist_ok=True)
    vault = current().services.vault
    return timeline.save(cut, lambda sha256: clips.get(sha256) or vault.path(sha256), into, notes)


def _stored(made: Path, size: tuple[int, int], frames: int) -> Artefact:
    bytes_ = made.stat().st_size
    sha256 = current().services.vault.put_file(made)
    return Artefact(
        sha256=sha256, media_type="video/mp4", width=size[0], height=size[1], frames=frames, size_bytes=bytes_
    )
