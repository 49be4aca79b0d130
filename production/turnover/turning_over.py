"""The turnover: media, the cut in every format, and what each could not carry, in one folder."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from assembly.turnover.losses import Loss
from assembly.turnover.reading import one_line
from assembly.turnover.timecode import Counting
from assembly.turnover.writers import FORMATS
from manifests.reading.whole_file import put_text
from production.dailies.lay_out import for_spreadsheet
from production.post.resolving import ResolvedFilm
from production.turnover.folder import turnover_folder
from production.turnover.losses import losses_of
from production.turnover.media import Alternates, Progress, TurnoverOrder, lay_media
from production.turnover.parts import MEDIA, TurnoverParts
from production.turnover.timeline import timeline_of
from wiring.scratch import scratch
from wiring.services import Services

TABLE, LOST, README = "media.csv", "LOST.md", "README.txt"


@dataclass(frozen=True, slots=True)
class TurnedOver:
    """A finished turnover. `files`: of the formats; `lost`: by their names, "" for what none has."""

    folder: Path
    files: tuple[Path, ...]
    parts: TurnoverParts
    lost: Mapping[str, tuple[Loss, ...]]
    counting: Counting


def name_of(services: Services, found: ResolvedFilm, scene: str | None) -> str:
    """The name of a turnover's files, without endings."""
    return f"{scene or services.folder.film.code}_{found.cut.tier}"


def turn_over(
    services: Services,
    found: ResolvedFilm,
    counting: Counting,
    into: Path,
    *,
    name: str,
    alternates: Alternates,
    progress: Progress,
) -> TurnedOver:
    """Write it. Media that are there already stay; a start after a kill goes on. Raises FolderRefused, FolderBusy, what
    the assembly and the vault raise, OSError.
    """
    order = TurnoverOrder(services, found.cut, found.takes, counting, alternates)
    with turnover_folder(into, f"{name} at {counting.name}") as folder, scratch(services.settings) as work:
        parts = lay_media(order, folder, work, progress)
        timeline = timeline_of(found.cut, counting, parts, name)
        lost: dict[str, tuple[Loss, ...]] = {"": tuple(losses_of(found.cut, counting, parts))}
        files: list[Path] = []
        for each in FORMATS:
            losses, written = folder.replace(f"{name}{each.suffix}", partial(each.write, timeline))
            lost[f"{name}{each.suffix}"] = losses
            files += written
        for file, text in (
            (TABLE, _table(parts, counting)),
            (LOST, _lost(name, lost)),
            (README, _readme(name, counting)),
        ):
            folder.replace(file, partial(put_text, text))
    return TurnedOver(into, tuple(files), parts, lost, counting)


def _table(parts: TurnoverParts, counting: Counting) -> str:
    """A line for each file, by its reel."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    head = ["reel", "file", "sha256", "shot", "take", "tier", "kind", "in_cut", "start", "frames", "rate", "copy_of"]
    writer.writerow(head)
    shown = {each.name for each in (*parts.shown, *parts.sounds)}
    rate = f"{counting.rate.numerator}/{counting.rate.denominator}"
    for each in sorted(parts.files, key=lambda file: file.reel):
        cells = [each.reel, f"{MEDIA}/{each.name}", each.sha256, each.shot, each.take, each.tier, each.kind]
        rest = ["yes" if each.name in shown else "no", counting.timecode(0), each.written.frames, rate, each.source]
        writer.writerow([for_spreadsheet(cell) for cell in (*cells, *rest)])
    return text.getvalue()


def _lost(name: str, lost: Mapping[str, Sequence[Loss]]) -> str:
    lines = [f"# What the files of {name} could not carry"]
    titles = {"": "In every file"} | {f"{name}{each.suffix}": f"{name}{each.suffix}, {each.name}" for each in FORMATS}
    for file, losses in lost.items():
        lines += ["", f"## {titles[file]}", ""]
        alike: dict[str, list[str]] = {}
        for loss in losses:
            alike.setdefault(_told(loss), []).append(one_line(loss.subject))
        lines += [f"- **{', '.join(subjects)}**: {told}" for told, subjects in alike.items()] or ["Nothing more."]
    return "\n".join(lines) + "\n"


def _told(loss: Loss) -> str:
    return one_line(f"{loss.lost}." + (f" Instead: {loss.instead}." if loss.instead else ""))


def _readme(name: str, counting: Counting) -> str:
    width = max(len(f"{name}{each.suffix}") for each in FORMATS)
    files = "".join(f"  {name + each.suffix:{width}}  {each.programs}\n" for each in FORMATS)
    return (
        f"Open one of these files:\n\n{files}\n"
        f"Import it into a project at {counting.name} frames a second that begins at {_start(counting)}.\n"
        f"The media lie in {MEDIA}/, each under one reel ({TABLE}).\n"
        f"{LOST} lists what each file could not carry.\n"
    )


def _start(counting: Counting) -> str:
    return counting.timecode(0).replace("00", "01", 1)
