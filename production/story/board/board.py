"""The storyboard of a film: each shot with its newest picture, or a sketch, as a web page and as a PDF for print."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from PIL import Image

from assembly import ink
from assembly.storyboard import BoardPanel, BoardScene, write_pdf
from checks.errors import CheckError
from checks.seeing.decode import decode
from checks.seeing.pictures import read_picture
from manifests.privacy import PRIVATE
from manifests.reading.sketches import read_sketch
from manifests.scene import Shot
from production.story.board.sketch import SIZE, sketch
from vault.errors import VaultError
from wiring.services import Services

PAGE, PRINT = "storyboard.html", "storyboard.pdf"
_HERE = Path(__file__).parent


def write_board(services: Services, scenes: Sequence[str], into: Path) -> tuple[Path, Path]:
    """Write the page and the PDF into the folder `into`; return both. Raises AssemblyError where there is no shot."""
    board = [_scene(services, name) for name in scenes]
    into.mkdir(parents=True, exist_ok=True)
    printed = write_pdf(board, into / PRINT, title=services.folder.film.title)
    page = into / PAGE
    page.write_text(_page(board, services.folder.film.title), encoding="utf-8")
    return page, printed


def _scene(services: Services, name: str) -> BoardScene:
    scene = services.folder.scenes[name]
    panels = tuple(_panel(services, shot) for shot in scene.shots)
    return BoardScene(f"{scene.called} · {name}" if scene.called else name, scene.title, panels)


def _panel(services: Services, shot: Shot) -> BoardPanel:
    bible = services.folder.bible
    told = shot.without_words() if shot.private else shot
    move = "" if shot.camera.move == "static" else f", {shot.camera.move.replace('_', ' ')}"
    lens = "" if shot.private else f", {shot.camera.lens}"
    return BoardPanel(
        shot=shot.id,
        called=shot.called or "",
        picture=_with_pencil(services, shot, _picture(services, shot)),
        camera=f"{shot.camera.size.replace('_', ' ').capitalize()}{move}{lens}",
        length=f"{shot.duration_s:g} s",
        action=" ".join(told.motion.split()),
        lines=tuple((bible.characters[line.character].name, line.text) for line in told.dialogue),
        sound="" if told.sound in {"room tone", PRIVATE} else told.sound,
        proposed=shot.proposed,
        aspect=services.folder.film.aspect,
    )


def _picture(services: Services, shot: Shot) -> Image.Image:
    """The newest panel, else how the newest clip opens, else a sketch."""
    made = [take for take in services.ledger.takes(shot=shot.id) if take.asset is not None]
    for stage in ("panel", "clip"):
        newest = next((take for take in reversed(made) if take.stage == stage), None)
        if newest is None or newest.asset is None:
            continue
        try:
            path = services.vault.path(newest.asset.sha256)
            pixels = read_picture(path) if stage == "panel" else decode(path, {0}).kept[0]
            return Image.fromarray(pixels).convert("RGB")
        except (VaultError, CheckError, KeyError):
            continue  # the board does not repair a store: gate doctor names what is lost
    return sketch(shot, services.folder.bible)


def _with_pencil(services: Services, shot: Shot, picture: Image.Image) -> Image.Image:
    """The picture under the shot's pencil sketch. A private shot's sketch is shown nowhere: it may hold words."""
    pencil = read_sketch(services.folder.root, shot.id)
    return picture if shot.private or not pencil.strokes else ink.under_sketch(picture, pencil)


def _page(board: Sequence[BoardScene], title: str) -> str:
    style = (_HERE / "board.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    page = _pages().get_template("board.html")
    return page.render(title=title, board=board, policy=policy, style=Markup(style))  # noqa: S704  our own file


@cache
def _pages() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["embedded"] = _embedded
    return made


def _embedded(panel: BoardPanel) -> str:
    """The picture inside the page, at the size of a sketch."""
    picture, content = panel.picture.convert("RGB"), io.BytesIO()
    small = picture if panel.aspect == "16:9" else ink.framed(picture, SIZE, panel.aspect)
    small.save(content, "JPEG", quality=85)
    return f"data:image/jpeg;base64,{base64.b64encode(content.getvalue()).decode()}"
