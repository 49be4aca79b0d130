"""Draw the contact sheet of each look: its front beside what was made from it,
with the local eye's word as a number.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assembly import view_sheet
from assembly.view_sheet import ViewItem
from manifests.bible import VIEWS
from manifests.money import rounded_usd
from manifests.take import Take
from manifests.view_shot import BIBLE, ViewShot, view_shot
from production.bible.cutouts import likeness_of
from production.bible.views import approved_views, approver, is_cut_from, path_of
from wiring.services import Services

Look = tuple[str, str]


@dataclass(frozen=True, slots=True)
class WardrobeSheet:
    """One look's sheet. `rows`: each view, how it stands, and its lines."""

    look: Look
    path: Path
    rows: tuple[tuple[str, str, str], ...]


async def show_views(services: Services, view_shots: Sequence[ViewShot]) -> tuple[WardrobeSheet, ...]:
    """A sheet for each look of these view_shots whose front is there."""
    looks: dict[Look, ViewShot] = {(one.member.character, one.member.wardrobe): one for one in view_shots}
    drawn = [await asyncio.to_thread(_sheet, services, look, one) for look, one in looks.items()]
    return tuple(sheet for sheet in drawn if sheet is not None)


def _sheet(services: Services, look: Look, asked: ViewShot) -> WardrobeSheet | None:
    approved = approved_views(services)
    maker = asked.providers.get("panel", "")
    items = [_item(services, view_shot(*look, view, maker), approved) for view in VIEWS]
    if items[0].picture is None:
        return None
    person = services.folder.bible.characters[look[0]]
    into = services.settings.out / BIBLE / f"{look[0]}_{look[1]}_turnaround.jpg"
    words = "An amber view waits for a person: look at it beside the front, then gate lock."
    view_sheet.render(items, into, title=f"{person.name}, {look[1].replace('_', ' ')}", subtitle=words)
    rows = tuple((item.view, item.status, " · ".join(item.lines)) for item in items)
    return WardrobeSheet(look, into, rows)


def _item(services: Services, one: ViewShot, approved: dict[str, str]) -> ViewItem:
    if one.name in approved:
        by = approver(services, one.name)
        return ViewItem(one.view, services.vault.path(approved[one.name]), "approved", "pass", (f"by {by}",))
    path, front = path_of(services, one), f"{one.name.rpartition('/')[0]}/front"
    if not path.is_file():
        return ViewItem(one.view, None, "missing", "none", ())
    takes = services.ledger.takes(shot=one.id, stage="view")
    made = next((take for take in reversed(takes) if is_cut_from(services, path, [take])), None)
    lines = [_made_by(made)] if made else ["put there by a person"]
    if one.view != "front" and front in approved:
        found = likeness_of(services, one, path, approved)
        lines.append(f"like the front: {found.front:.2f}")
        lines += [f"like {found.other}, the nearest other: {found.to_other:.2f}"] if found.other else []
    return ViewItem(one.view, path, "waits for you", "look", tuple(lines))


def _made_by(take: Take) -> str:
    cost = f", ${rounded_usd(take.cost_microusd)}" if take.cost_microusd else ""
    return f"v{take.version:03d} by {take.provider} {take.model}{cost}"
