"""A scene's room as a folder: one page, its media, one JSON, and each frame that somebody drew on, with the drawing in
it. It opens from disk, and hands back verdicts.json.
"""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import click

from checks.errors import CheckError
from desk.cli.output_file import Output
from desk.room.house import HERE, templates
from desk.room.media import SCRIPTS, STATIC
from desk.room.pages import in_script
from manifests.money import rounded_usd
from manifests.scene import Scene
from production.review.burning import burn
from production.review.model import SceneView
from production.review.scene import scene_view
from production.review.thumbnails import thumbnail
from vault.errors import VaultError
from wiring.services import Services

PAGE, DATA, NOTES = "index.html", "review.json", "notes"
_VIEW = Output("--export", "a review page", ".json", schema=SceneView.schema_name.rpartition("/")[0])


def export(services: Services, scene: Scene, into: Path) -> Path:
    """Write the page and give its path.
    Raises UsageError for a folder that holds something else, VaultError, PriceRefused.
    """
    if into.exists() and any(into.iterdir()) and not _VIEW.wrote(into / DATA):
        raise click.UsageError(
            f"{into} holds something else; name an empty folder: gate review {scene.id} --export FOLDER"
        )
    view = _for_others(scene_view(services, scene))
    (into / "media").mkdir(parents=True, exist_ok=True)
    for name in sorted(media_of(view)):
        _copy(services, name, into / "media" / name)
    for sha256 in sorted({shot.poster for shot in view.shots if shot.poster} | {n[:64] for n in media_of(view)}):
        _copy_small(services, sha256, into / "media" / f"{sha256}.small.jpg")
    _burn_drawings(services, view, into / NOTES)
    for name in STATIC:
        shutil.copyfile(HERE / "static" / name, into / name)
    (into / DATA).write_text(view.stored(), encoding="utf-8")
    page = (
        templates()
        .get_template("static.html")
        .render(
            base="",
            me="you",
            agent=False,
            csrf="",
            dollars=rounded_usd,
            view=view,
            people=(),
            scripts=[f"{name}.js" for name in SCRIPTS],
            static=True,
            data=in_script(view.model_dump(mode="json")),
            looked="null",
        )
    )
    (into / PAGE).write_text(page, encoding="utf-8")
    return into / PAGE


def _for_others(view: SceneView) -> SceneView:
    """The view without the paths of this machine: people open the page on another one."""
    shots = (
        shot.model_copy(update={"hands": tuple(frame.model_copy(update={"kit": ""}) for frame in shot.hands)})
        for shot in view.shots
    )
    return view.model_copy(update={"shots": tuple(shots)})


def media_of(view: SceneView) -> set[str]:
    """The names of all media that the page shows."""
    takes = [take for shot in view.shots for take in shot.takes]
    pictures = {take.media.name for take in takes if take.media}
    heat = {frame.heat for shot in view.shots for frame in shot.hands if frame.heat}
    shown = [
        *(each for take in takes for each in take.references),
        *(m for t in takes for q in t.asks for m in q.masters),
    ]
    return pictures | heat | {reference.media for reference in shown if reference.media}


def _burn_drawings(services: Services, view: SceneView, into: Path) -> None:
    """One picture for each note with a drawing, named after its take, its frame and its number."""
    takes = {take.key: take for shot in view.shots for take in shot.takes if take.media}
    for note in (note for shot in view.shots for note in shot.said if note.drawing and note.key in takes):
        take = takes[str(note.key)]
        assert take.media is not None  # only such takes were gathered
        into.mkdir(exist_ok=True)
        frame = note.frame or 0
        with contextlib.suppress(CheckError, VaultError):  # a clip that cannot be decoded shows no frame to draw on
            media = services.vault.path(take.media.name[:64])
            burn(media, frame, note.drawing, into / f"{take.file}_f{frame:04d}_note{note.number}.jpg")


def _copy(services: Services, name: str, target: Path) -> None:
    if not target.exists():
        shutil.copyfile(services.vault.path(name[:64]), target)


def _copy_small(services: Services, sha256: str, target: Path) -> None:
    try:
        shutil.copyfile(thumbnail(services, sha256), target)
    except (CheckError, VaultError):
        return  # a clip that cannot be decoded has no small picture; the page shows none
