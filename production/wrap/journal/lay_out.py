"""Lays the journal out as a static site: an overview with search, a page a day, and a page a shot. It plays from a
disk, asks no other address for anything, and can be copied as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assembly import thumb
from assembly.errors import AssemblyError
from manifests.reading.whole_file import put_text
from production.dailies.page import head, pages_in
from production.wrap.history import CallHistory, SceneHistory
from production.wrap.journal.entries import JournalComment, JournalEntry, days_of, entries_of, said_of_shot
from vault.errors import VaultError
from wiring.services import Services

INDEX = "index.html"
_HERE = Path(__file__).parent
_PICTURES = "pictures"
_NAME_DIGITS = 24


@dataclass(frozen=True, slots=True)
class _ShotPage:
    """One shot, or one reference view, with its calls, and what people said of it as a whole. `part`: of what it is."""

    shot: str
    part: str
    entries: tuple[JournalEntry, ...]
    said: tuple[JournalComment, ...]

    @property
    def spent(self) -> int:
        return sum(entry.spent or 0 for entry in self.entries)

    @property
    def takes(self) -> tuple[JournalEntry, ...]:
        """The entries that brought a picture."""
        return tuple(entry for entry in self.entries if entry.asset)


def lay_out_journal(
    services: Services,
    scenes: Iterable[SceneHistory],
    views: CallHistory | None,
    into: Path,
    tell: Callable[[int, int], None] = lambda *_: None,
) -> Path:
    """Write the site into the folder, and give its first page. `views`: the reference views; None where only some
    scenes are told. `tell`: hears how many of the pictures are made.

    Small pictures are kept by content, so that a second time makes only new ones. Raises OSError.
    """
    told, bible = tuple(scenes), [views] if views else []
    entries = [entry for each in (*told, *bible) for entry in entries_of(each)]
    into.mkdir(parents=True, exist_ok=True)
    known = _pictures(services, entries, into / _PICTURES, tell)
    shots = [_page_of(each, shot.id, each.scene.id, entries) for each in told for shot in each.scene.shots]
    of_views = [
        _page_of(each, shot, "reference views", entries)
        for each in bible
        for shot in sorted({line.shot for line in each.lines if line.shot})
    ]
    days = days_of(entries)
    film = services.folder.film
    shared = {"title": film.title, "film": film.code, "pictures": known, "made_at": services.ledger.now().isoformat()}
    _page(
        into / INDEX,
        "index.html",
        shared,
        script=_script(),
        days=days,
        parts=_parts(shots, of_views),
        found=_search(entries, known),
    )
    for day, of in days.items():
        _page(into / f"{day}.html", "day.html", shared, day=day, entries=of, days=list(days))
    for pages in (shots, of_views):
        for shot in pages:
            _page(into / f"{shot.shot}.html", "shot.html", shared, shot=shot, shots=[each.shot for each in pages])
    return into / INDEX


def _page_of(told: CallHistory, shot: str, part: str, entries: Iterable[JournalEntry]) -> _ShotPage:
    return _ShotPage(shot, part, tuple(entry for entry in entries if entry.shot == shot), said_of_shot(told, shot))


def _parts(shots: Sequence[_ShotPage], of_views: Sequence[_ShotPage]) -> list[tuple[str, str, Sequence[_ShotPage]]]:
    """What the first page shows attempt by attempt: an anchor, a heading, and the pages below it."""
    views = [("views", "Reference views, attempt by attempt", of_views)] if of_views else []
    return [("shots", "Shots, attempt by attempt", shots), *views]


def _page(path: Path, template: str, shared: Mapping[str, Any], *, script: str = "", **given: Any) -> None:
    style = (_HERE / "journal.css").read_text(encoding="utf-8")
    page = pages_in(_HERE).get_template(template).render(**head(style, script), **shared, **given)
    put_text(page, path)


def _script() -> str:
    return (_HERE / "search.js").read_text(encoding="utf-8")


def _search(entries: Iterable[JournalEntry], known: Mapping[str, str]) -> str:
    """The lines that the search looks through, as JSON that no HTML can end: where, what, and the words."""
    lines = [
        {
            "to": f"{entry.day}.html#{entry.call[:16]}",
            "head": f"{entry.shot} · {entry.title} · {entry.day}",
            "picture": known.get(entry.asset, ""),
            "words": " ".join(
                (
                    entry.prompt,
                    f"{entry.provider} {entry.model} {entry.verdict} {entry.outcome} {entry.changed} seed {entry.seed}",
                    *(f"{flag.rule} {flag.message}" for flag in entry.found),
                    *(f"{said.who} {said.what} {said.why}" for said in entry.said),
                )
            ),
        }
        for entry in entries
    ]
    return json.dumps(lines, ensure_ascii=True).replace("<", "\\u003c").replace("&", "\\u0026")


def _pictures(
    services: Services, entries: Iterable[JournalEntry], into: Path, tell: Callable[[int, int], None]
) -> dict[str, str]:
    """A small picture of each take and reference, by content: its address below the site. What the vault does not have
    gets none.
    """
    wanted = {entry.asset: entry.moving for entry in entries if entry.asset}
    references = {shown.sha256 for entry in entries for shown in entry.shown} - wanted.keys()
    into.mkdir(exist_ok=True)
    known: dict[str, str] = {}
    for number, sha256 in enumerate((*wanted, *sorted(references)), 1):
        small = into / f"{sha256[:_NAME_DIGITS]}.jpg"
        tell(number, len(wanted) + len(references))
        try:
            if not small.is_file():
                thumb.render(
                    services.vault.path(sha256), small, moving=wanted.get(sha256, False), whole=sha256 in references
                )
        except (AssemblyError, VaultError):
            continue
        known[sha256] = f"{_PICTURES}/{small.name}"
    for old in into.glob("*.jpg"):
        if f"{_PICTURES}/{old.name}" not in known.values():
            old.unlink()
    return known
