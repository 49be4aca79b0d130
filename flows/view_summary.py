"""Sums a turnaround up: which views wait for a person's approval, which did not come through, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from flows.outcome import Ending, SceneOutcome, ShotLine
from flows.scene_run import SceneRun
from flows.summary import ENDINGS, cures
from manifests.money import rounded_usd
from manifests.view_shot import BIBLE, ViewShot
from production.bible.show_views import WardrobeSheet
from production.bible.views import path_of


def summarise_views(
    run: SceneRun, view_shots: Sequence[ViewShot], lines: Sequence[ShotLine], sheets: Sequence[WardrobeSheet]
) -> SceneOutcome:
    """The outcome of the turnaround under way."""
    services = run.services
    named = {one.id: one for one in view_shots}
    done = [line for line in lines if line.status == "done"]
    to_lock = [line for line in lines if line.status == "waits" and path_of(services, named[line.shot]).is_file()]
    left = [line for line in lines if line not in done and line not in to_lock]
    ending = _ending(to_lock, left)
    said = [f"{len(done)} of {len(lines)} views are approved"] if done or not to_lock else []
    if to_lock:
        one = len(to_lock) == 1
        said.append(
            f"{len(to_lock)} {'lies' if one else 'lie'} in assets/ and {'waits' if one else 'wait'} for your approval"
        )
    said += [line.message for line in left]
    following = ["gate lock"] if to_lock else []
    if run.walls.halted is not None:
        following += cures(run.walls.halted)
    if services.ledger.marks_open(BIBLE):
        following.append(f"gate resume {BIBLE}")
    balance = services.ledger.balance(f"scene:{BIBLE}")
    shown = [sheet.path for sheet in sheets]
    spent = f"The bible has cost ${rounded_usd(balance.settled)}." if balance.settled else ""
    return SceneOutcome(
        scene=BIBLE,
        ending=ending,
        message=f"{'; '.join(said)}. {spent}".replace("..", ".").rstrip(),
        next=tuple(dict.fromkeys([*following, *([f"gate log {BIBLE}"] if run.spending.made else [])])),
        generated=run.spending.made,
        settled_microusd=balance.settled,
        held_microusd=balance.held,
        shots=tuple(lines),
        contact_sheet=str(shown[0] if len(shown) == 1 else shown[0].parent) if shown else None,
        dry=tuple(sorted(run.spending.dry)) if run.walls.short else (),
    )


def _ending(to_lock: Sequence[ShotLine], left: Sequence[ShotLine]) -> Ending:
    statuses = {line.status for line in left}
    for status, ending in ENDINGS:
        if status in statuses:
            return ending
    if statuses - {"waits"}:
        return "refused" if "blocked:moderation" in statuses else "incomplete"
    if statuses:
        return "waits for hands"
    return "waits for approval" if to_lock else "finished"
