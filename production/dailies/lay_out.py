"""Lays out the dailies: a folder that plays from a disk and can be copied as it is, with the page,
its media, a CSV and a JSON.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from assembly import thumb
from assembly.errors import AssemblyError
from manifests.money import format_usd
from manifests.reading.whole_file import put_text, whole_file
from production.dailies.facts import Dailies, ShotRow
from production.dailies.gather import gather
from production.dailies.page import page
from production.planning.nights import last_night, nights_of
from vault.errors import VaultError
from wiring.errors import NoNight
from wiring.services import Services

PAGE, FACTS, TABLE = "index.html", "dailies.json", "dailies.csv"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MEDIA = {
    "reel": ("{scene}_dailies.mp4", "reel.mp4"),
    "contact_sheet": ("{scene}_contact_sheet.jpg", "contact_sheet.jpg"),
    "drift_chart": ("{scene}_drift.png", "drift.png"),
    "timeline": ("{scene}_draft.otio", "{scene}_draft.otio"),
}
"""The files that a run has laid down, and their names beside the page."""


def lay_out(services: Services, scene: str, night: str = "") -> Path:
    """Write the dailies of a scene and give the page. `night`: a date;
    else the last night, or today where there were runs since.

    A night that is over, and has its page, keeps it as it was written. Raises NotAFilm, NoNight, PriceRefused; OSError.
    """
    known = nights_of(services, services.scene(scene).id)
    name = night or _newest(services, scene)
    folder = folder_of(services, scene, name)
    if night and (night not in known or night != next(reversed(known))):
        if (folder / PAGE).is_file():
            return folder / PAGE
        if night not in known:
            raise _unknown(scene, night, known)
    told = gather(services, scene, name, _before(folder))
    folder.mkdir(parents=True, exist_ok=True)
    told = _with_media(services, told, folder)
    put_text(json.dumps(json.loads(told.stored()), indent=1, ensure_ascii=False) + "\n", folder / FACTS)
    put_text(_table(told), folder / TABLE)
    put_text(page(told), folder / PAGE)
    return folder / PAGE


def folder_of(services: Services, scene: str, night: str) -> Path:
    """Where a night's dailies lie."""
    return services.settings.out / scene / "dailies" / night


def read_back(folder: Path) -> Dailies | None:
    """The dailies of a folder; None where there are none that this program can read."""
    try:
        return Dailies.from_stored((folder / FACTS).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None


def _newest(services: Services, scene: str) -> str:
    """The last night's name, unless something was made by day since."""
    last = last_night(services, scene)
    calls = [
        line.opened_at for line in services.ledger.log(scene) if not any(s.startswith("night:") for s in line.scopes)
    ]
    if last is not None and (not calls or max(calls)[:19] <= last.ended_at[:19]):
        return last.night
    return services.ledger.now().astimezone().date().isoformat()


def _unknown(scene: str, night: str, known: Iterable[str]) -> NoNight:
    dates = ", ".join(known) or "none yet"
    return NoNight(
        f"{scene} {night}", f"there was no such night; it has {dates}", f"Leave --night out: gate dailies {scene}"
    )


def _before(folder: Path) -> Dailies | None:
    """The newest earlier dailies that lie beside these."""
    earlier = sorted(
        (each for each in folder.parent.glob("*") if _DATE.fullmatch(each.name) and each.name < folder.name),
        reverse=True,
    )
    return next((told for each in earlier if (told := read_back(each)) is not None), None)


def _with_media(services: Services, told: Dailies, folder: Path) -> Dailies:
    """The same with its media beside it, by names that are ours."""
    laid = {}
    for field, (source, name) in _MEDIA.items():
        path = services.settings.out / told.scene / source.format(scene=told.scene)
        if path.is_file():
            laid[field] = _link(path, folder / name.format(scene=told.scene)).name
    shots = tuple(_with_pictures(services, row, folder) for row in told.shots)
    return told.model_copy(update={**laid, "shots": shots})


def _with_pictures(services: Services, row: ShotRow, folder: Path) -> ShotRow:
    """The row with its thumb, and the take itself where it is a clip."""
    if not row.key:
        return row
    take = services.ledger.take(row.key)
    if take.asset is None:
        return row
    moving = take.asset.media_type == "video/mp4"
    name = f"{row.shot}_{take.stage}_{row.take or 'v000'}"
    try:
        source = services.vault.path(take.asset.sha256)
        still = thumb.render(source, folder / "thumbs" / f"{name}.jpg", moving=moving)
        clip = _copy(source, folder / "takes" / f"{name}.mp4") if moving else None
    except (AssemblyError, VaultError):
        return row
    return row.model_copy(update={"thumb": f"thumbs/{still.name}", "clip": f"takes/{clip.name}" if clip else ""})


def _link(source: Path, into: Path) -> Path:
    """The file under another name; files in `out` are always replaced as a whole, so that this one stays as it is."""
    with whole_file(into, synced=False) as part:
        try:
            os.link(source, part)
        except OSError:
            shutil.copyfile(source, part)
    return into


def _copy(source: Path, into: Path) -> Path:
    """A copy: nobody who edits it must touch the vault."""
    if into.is_file() and into.stat().st_size == source.stat().st_size:
        return into
    with whole_file(into, synced=False) as part:
        shutil.copyfile(source, part)
    return into


def _table(told: Dailies) -> str:
    """One line a shot. A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    words = list(dict.fromkeys(check.word for shot in told.shots for check in shot.checks))
    rows = io.StringIO(newline="")
    writer = csv.writer(rows, lineterminator="\n")
    head = ["shot", "standing", "kind", "take", "changed", "panels", "clips", "take_usd", "shot_usd", "seconds"]
    writer.writerow([*head, *words, *(f"{word}_threshold" for word in words), "why", "notes"])
    for shot in told.shots:
        checks = {check.word: check for check in shot.checks}
        values = [_number(checks[word].value if word in checks else None) for word in words]
        limits = [_number(checks[word].threshold if word in checks else None) for word in words]
        facts = [
            shot.shot,
            shot.standing,
            shot.kind,
            shot.take,
            shot.changed,
            shot.panels,
            shot.clips,
            format_usd(shot.take_microusd),
            format_usd(shot.shot_microusd),
            f"{shot.seconds:g}",
        ]
        writer.writerow(
            [for_spreadsheet(cell) for cell in (*facts, *values, *limits, shot.why, " | ".join(shot.notes))]
        )
    return rows.getvalue()


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def for_spreadsheet(cell: object) -> str:
    """A cell as text; one that a spreadsheet would take for a formula begins with an apostrophe."""
    text = str(cell)
    risky = text[:1] in {"=", "+", "@", "\t", "\r"} or (text[:1] == "-" and not re.fullmatch(r"-[\d.]+", text))
    return f"'{text}" if risky else text
