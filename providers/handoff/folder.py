"""The contents of a handoff's folder: words to paste, pictures in order, and the name of the file to save."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from manifests.money import format_usd
from manifests.names import scene_of_shot
from manifests.take import Reference, Request
from providers.handoff.job import HandJob

README, PROMPT, SETTINGS, REFERENCES = "README.txt", "prompt.txt", "settings.yaml", "references"
CREDITS, REFUSED, CANCELLED = "credits.txt", "REFUSED.txt", "CANCELLED.txt"

_ROLE_WORDS = {
    "edited": "the picture to change",
    "composite": "the composite made by hand",
    "start_frame": "the first frame",
    "end_frame": "the last frame",
    "panel": "the panel",
    "draft": "the draft",
    "guide": "who stands where",
    "sketch": "a pencil sketch of the composition",
    "character": "a person",
    "location": "the place",
    "prop": "a prop",
}
_ORDER = tuple(_ROLE_WORDS)
_ENDINGS = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"RIFF": ".webp"}


def lay_out(folder: Path, job: HandJob, size: tuple[int, int], read_reference: Callable[[str], Path]) -> None:
    """Write everything into `folder`. `size`: the frame's width and height in pixels."""
    pictures = folder / REFERENCES
    pictures.mkdir()
    named: list[tuple[str, Reference]] = []
    for number, reference in enumerate(sorted(job.request.references, key=lambda r: _ORDER.index(r.role)), 1):
        source = read_reference(reference.sha256)
        name = f"{number:02d}_{reference.role}_{_flat(reference.name)}{_ending(source)}"
        shutil.copyfile(source, pictures / name)
        named.append((name, reference))
    (folder / PROMPT).write_text(job.request.prompt + "\n", encoding="utf-8")
    (folder / SETTINGS).write_text(_settings(job, size, [name for name, _ in named]), encoding="utf-8")
    (folder / README).write_text(_readme(job, size, named), encoding="utf-8")


def credits_of(job: HandJob) -> str:
    """The cost by the price book: "40 credits ($0.40)", the dollars alone where it has no rate, or "nothing"."""
    if not job.bill_microusd:
        return "nothing"
    dollars = f"${format_usd(job.bill_microusd)}"
    if not job.credit_microusd:
        return dollars
    count = job.bill_microusd / job.credit_microusd
    return f"{count:g} {'credit' if count == 1 else 'credits'} ({dollars})"


def _readme(job: HandJob, size: tuple[int, int], pictures: list[tuple[str, Reference]]) -> str:
    request = job.request
    what = "clip" if request.operation == "clip" else "picture"
    shown = [f"  {name}    {_ROLE_WORDS[reference.role]}: {reference.name}" for name, reference in pictures]
    form = "MP4 (H.264), without sound" if what == "clip" else "PNG; a JPEG under that name is fine"
    return "\n".join(
        [
            f"{request.shot}: one {what}, made by hand with {job.tool}",
            "",
            "SAVE IT HERE, UNDER EXACTLY THIS NAME",
            f"  {job.save_as}",
            f"  {form}, {_measure(request, size)}",
            "",
            f"1. Paste {PROMPT} into {job.tool}.",
            f"2. Give it the pictures of {REFERENCES}/ in this order:" if shown else "2. It takes no pictures.",
            *shown,
            f"3. Set what {SETTINGS} says. Sound off.",
            "4. Save the result here under the name above, then: gate resume " + scene_of_shot(request.shot),
            "",
            (
                f"It takes {credits_of(job)}, by the price book. If it took more or fewer, with every try counted, "
                f"write the"
            ),
            f"number of credits alone into {CREDITS}.",
            "",
            f"If {job.tool} refuses it, write its own words into {REFUSED}.",
            f"If you will not make it, write why into {CANCELLED}.",
            "",
        ]
    )


def _measure(request: Request, size: tuple[int, int]) -> str:
    frame = f"{size[0]}×{size[1]} pixels"
    if request.operation == "panel":
        return f"{frame}, or larger in the same shape: it is scaled down"
    return f"{frame}, {request.frames / request.fps:g} s: {request.frames} frames at {request.fps} a second"


def _settings(job: HandJob, size: tuple[int, int], pictures: list[str]) -> str:
    request = job.request
    settings: dict[str, object] = {
        "tool": job.tool,
        "operation": request.operation,
        "save_as": job.save_as,
        "aspect": DoubleQuotedScalarString(request.aspect),
        "width": size[0],
        "height": size[1],
        "seed": request.seed,
        "references": pictures,
    }
    if request.operation == "clip":
        settings |= {
            "mode": request.staging.mode,
            "seconds": request.frames / request.fps,
            "frames": request.frames,
            "fps": request.fps,
            "audio": False,
        }
    text = StringIO()
    YAML().dump(settings, text)
    return text.getvalue()


def _flat(name: str) -> str:
    """A canonical name as part of a file's: characters/mara/coat/front becomes characters-mara-coat-front."""
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in name)[:80]


def _ending(file: Path) -> str:
    with file.open("rb") as picture:
        head = picture.read(12)
    known = next((ending for start, ending in _ENDINGS.items() if head.startswith(start)), "")
    return known or (".mp4" if head[4:8] == b"ftyp" else ".bin")
