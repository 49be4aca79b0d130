"""What a person finds in a kit: the best takes, the empty plate, the cut-outs in pose, the guides, the brief, and the
name to save.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from governor import retries
from manifests.handwork import FrameStage
from manifests.keys import hash_json
from manifests.names import scene_of_shot
from manifests.prompt import panel_prompt
from manifests.reading.sketches import read_sketch
from manifests.scene import Shot
from manifests.staging import placements
from manifests.take import Request, Take
from production.journey.requests import panel_request
from providers.contract import DrawsGuides
from wiring.services import Services

README, SKETCH = "README.txt", "sketch.png"
TAKES_MAX = 3
_ARTIST = "previz"
_ADULT_EYES = 0.93
"""Where the eyes are, as a part of the standing height: the usual ratio of an adult."""

_ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg"}


def place(services: Services, shot: str, stage: FrameStage, number: int) -> tuple[Path, Path]:
    """The folder of kit `number` of a shot's frame, and the file that the person saves in it."""
    name = f"{shot}_{'end_' if stage == 'end_panel' else ''}comp_v{number:03d}"
    folder = services.settings.handoffs / name
    return folder, folder / f"{name}.png"


def lay_out(
    services: Services, shot: Shot, stage: FrameStage, folder: Path, save_as: str, size: tuple[int, int]
) -> None:
    """Make the folder, whole or not at all. `size`: width and height in pixels of what is to be saved."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=".part-", dir=folder.parent))
    try:
        _fill(services, shot, stage, part, save_as, size)
        part.chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)  # a kit that was begun and never decided
        part.rename(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def plate_of(services: Services, shot: Shot, stage: FrameStage, size: tuple[int, int]) -> Path:
    """The empty plate as the camera sees it, a PNG in the vault."""
    (_, content), *_ = _artist(services).layers(_staged(services, shot, stage), size)
    return services.vault.path(services.vault.put_bytes(content))


def best_takes(services: Services, shot: str, stage: FrameStage) -> list[tuple[Take, float]]:
    """Of the newest takes with a picture the best three by their gate, best first, each with how near it came (1
    passes).
    """
    made = [t for t in services.ledger.takes(shot=shot, stage=stage) if t.asset is not None]
    scored = [(take, _closeness(services, take)) for take in made[-2 * TAKES_MAX :]]
    return sorted(scored, key=lambda each: (-each[1], -each[0].version))[:TAKES_MAX]


def _fill(services: Services, shot: Shot, stage: FrameStage, folder: Path, save_as: str, size: tuple[int, int]) -> None:
    from assembly.ink import sketched  # noqa: PLC0415  it loads the pixel libraries
    from assembly.kit_template import StandingMark, write_template  # noqa: PLC0415  the same

    request, artist = _staged(services, shot, stage), _artist(services)
    (folder / "takes").mkdir()
    (folder / "layers").mkdir()
    takes = best_takes(services, shot.id, stage)
    shown = []
    for number, (take, score) in enumerate(takes, 1):
        assert take.asset is not None
        name = f"{number:02d}_v{take.version:03d}_{take.provider}{_ENDINGS.get(take.asset.media_type, '.png')}"
        shutil.copyfile(services.artefact_path(take.asset), folder / "takes" / name)
        shown.append((name, take, score))
    layers = []
    for number, (name, content) in enumerate(artist.layers(request, size)):
        file = f"{number:02d}_{name}.png"
        (folder / "layers" / file).write_bytes(content)
        layers.append(file)
    (folder / "guide.png").write_bytes(artist.guide(request))
    sketch = read_sketch(services.folder.root, shot.id)
    if sketch.strokes:
        sketched(sketch, size).save(folder / SKETCH)
    staged = placements(shot, request.progress)
    tallest = max((p for p in staged if p.wardrobe is not None), key=lambda p: p.scale, default=None)
    marks = [StandingMark(p.entity, p.x, p.y, p.scale) for p in staged]
    eye_line = tallest.y - tallest.scale * _ADULT_EYES if tallest else None
    write_template(folder / "template.png", size, eye_line if eye_line and 0 < eye_line < 1 else None, marks, save_as)
    text = _readme(services, shot, stage, save_as, size, shown, layers, sketched=bool(sketch.strokes))
    (folder / README).write_text(text, encoding="utf-8")
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file_:
                os.fsync(file_.fileno())


def _readme(
    services: Services,
    shot: Shot,
    stage: FrameStage,
    save_as: str,
    size: tuple[int, int],
    takes: Sequence[tuple[str, Take, float]],
    layers: Sequence[str],
    *,
    sketched: bool,
) -> str:
    frame = "last frame" if stage == "end_panel" else "first frame"
    said = panel_prompt(shot, services.folder.bible, at_end=stage == "end_panel")
    lines = [
        f"{shot.id}: its {frame}, composed by hand",
        "",
        "SAVE IT HERE, UNDER EXACTLY THIS NAME",
        f"  {save_as}",
        f"  {size[0]}×{size[1]} pixels, PNG, 8 bit, sRGB, flattened (no transparency)",
        "",
        "THE BRIEF",
        f"  {said}",
        f"  What moves later: {shot.motion}",
        "  Who stands where, in parts of the frame from the top left (the point between the feet; how tall):",
        *(
            f"    {p.entity:<16}x {p.x:.2f}  y {p.y:.2f}  height {p.scale:.2f}  {_pose(p.view, mirrored=p.mirrored)}"
            for p in placements(shot, 1.0 if stage == "end_panel" else 0.0)
        ),
        "",
        *_contents(takes, layers, sketched=sketched),
        "",
        *_failed(services, shot.id, stage),
        *_commands(shot.id, " --end" if stage == "end_panel" else ""),
    ]
    return "\n".join(lines)


def _contents(takes: Sequence[tuple[str, Take, float]], layers: Sequence[str], *, sketched: bool) -> list[str]:
    pencil = f"  {SKETCH}     somebody's pencil sketch of the shot, see-through, as large as the frame"
    return [
        "WHAT IS HERE",
        (
            "  template.png   of the exact size, see-through: safe areas, thirds, the horizon, everybody's mark. "
            "Delete it before you save."
        ),
        "  guide.png      who stands where, as silhouettes",
        *([pencil] if sketched else []),
        "  layers/        as large as the frame, each in its place; lay them over one another in this order:",
        *(f"    {name}" for name in layers),
        "  takes/         the best so far, the best first:" if takes else "  takes/         nothing was made yet",
        *(f"    {name}   {score:.2f} of 1 by its gate" for name, _, score in takes),
    ]


def _commands(shot: str, end: str) -> list[str]:
    return [
        "THEN",
        f"  gate comp import {shot}{end}          takes it in; nothing is paid for it",
        (
            f"  gate comp polish {shot}{end}          if its seams show: one pass of the film's image model, priced "
            "before it runs"
        ),
        f"  gate resume {scene_of_shot(shot)}",
        f"  gate undo {shot}              if you will not make it",
        "",
    ]


def _failed(services: Services, shot: str, stage: FrameStage) -> list[str]:
    """What the gates and people said of the takes, and the diagnosis."""
    from production.journey.diagnosing import filed_diagnosis  # noqa: PLC0415  it loads the pixel libraries

    takes = services.ledger.takes(shot=shot, stage=stage)
    verdicts = [(take, services.ledger.verdict(take.generation_key)) for take in takes]
    told = [
        f"  v{take.version:03d} {finding.rule} {finding.message}"
        for take, verdict in verdicts
        if verdict
        for finding in verdict.findings
        if finding.severity == "error"
    ]
    said = [d for each in services.ledger.decided(shot) if (d := each.decision).kind in {"retake", "verdict"} and d.why]
    told += [f"  {decision.who} on {decision.subject}: {decision.why}" for decision in said]
    found = filed_diagnosis(services, shot)
    told += [f"  {found.words}"] if found and found.stage == stage else []
    return ["WHAT WENT WRONG SO FAR", *told, ""] if told else []


def _pose(view: str, *, mirrored: bool) -> str:
    return f"{view.replace('_', ' ')}{', mirrored' if mirrored else ''}"


def _closeness(services: Services, take: Take) -> float:
    verdict = services.ledger.verdict(take.generation_key)
    return retries.closeness(verdict) if verdict else 0.0


def _artist(services: Services) -> DrawsGuides:
    artist = services.provider_called(_ARTIST)
    assert isinstance(artist, DrawsGuides)
    return artist


def _staged(services: Services, shot: Shot, stage: FrameStage) -> Request:
    """The frame as the animatic would be asked for it, with all its locked pictures."""
    can = services.provider_called(_ARTIST).capabilities("panel")
    request = panel_request(services.folder, services.hashes(), shot, "draft", stage=stage, can=can)
    return request.model_copy(update={"prompt": hash_json("kit")})
