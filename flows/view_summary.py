"""Sums a turnaround up: which views wait for a person's yes, which did not come through, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from flows.outcome import Ending, SceneOutcome, ShotLine
from flows.summary import ENDINGS, cures
from manifests.money import rounded_usd
from manifests.sitting import BIBLE, Sitting
from tasks.current import current
from tasks.show_views import Sheet
from wiring.views import path_of


def summarise_views(sittings: Sequence[Sitting], lines: Sequence[ShotLine], sheets: Sequence[Sheet]) -> SceneOutcome:
    """The outcome of the turnaround under way."""
    run = current()
    services = run.services
    named = {one.id: one for one in sittings}
    done = [line for line in lines if line.status == "done"]
    to_lock = [line for line in lines if line.status == "waits" and path_of(services, named[line.shot]).is_file()]
    left = [line for line in lines if line not in done and line not in to_lock]
    ending = _ending(to_lock, left)
    said = [f"{len(done)} of {len(lines)} views are approved"] if done or not to_lock else []
    if to_lock:
        one = len(to_lock) == 1
        said.append(
            f"{len(to_lock)} {'lies' if one else 'lie'} in assets/ and {'waits' if one else 'wait'} for your yes"
        )
    said += [line.message for line in left]
    following = ["gate lock"] if to_lock else []
    if run.halted is not None:
        following += cures(run.halted)
    if services.ledger.marks_open(BIBLE):
        following.append(f"gate resume {BIBLE}")
    balance = services.ledger.balance(f"scene:{BIBLE}")
    shown = [sheet.path for sheet in sheets]
    spent = f"The bible has cost ${rounded_usd(balance.settled)}." if balance.settled else ""
    return SceneOutcome(
        scene=BIBLE, ending=ending, message=f"{'; '.join(said)}. {spent}".replace("..", ".").rstrip(),
        next=tuple(dict.fromkeys([*following, *([f"gate log {BIBLE}"] if run.generated else [])])), generated=run.generated,
        settled_microusd=balance.settled, held_microusd=balance.held, shots=tuple(lines),
        contact_sheet=str(shown[0] if len(shown) == 1 else shown[0].parent) if shown else None,
        dry=tuple(sorted(run.dry)) if run.short else (),
    )  # fmt: skip


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
