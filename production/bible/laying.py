"""Lays a view that was made where a person looks at it and `gate lock` finds it;
and sends one back, where a person wants another.

Nothing here approves anything, and a file that a person has put into assets/ is never overwritten.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from governor.decisions.undoing import set_aside
from manifests.bible import VIEWS
from manifests.decision import Decision, Door
from manifests.finding import Verdict
from manifests.handwork import Retake
from manifests.keys import hash_file
from manifests.take import Artefact, Take
from manifests.view_shot import ViewShot
from production.bible.saying import now
from production.bible.views import approved_views, is_cut_from, lock_now, path_of
from wiring.errors import RetakeRefused
from wiring.pictures import as_stored
from wiring.services import Services


def lay(services: Services, one: ViewShot, cutout: Artefact) -> Path | None:
    """Put a cut-out into assets/ under its canonical name;
    None where somebody has put another there, or approved what lies there.

    A view of ours that a person sent back gives way, unless a person has approved it since.
    """
    path = path_of(services, one)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    shutil.copyfile(services.artefact_path(cutout), part)
    try:
        if path.is_file() and _sent_back(services, one, path) and not _is_locked(services, one, path):
            part.replace(path)
            return path
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(part)  # unlike a rename it never replaces what is there
        return path if hash_file(path) == cutout.sha256 else None
    finally:
        part.unlink(missing_ok=True)


def judge_sides(services: Services, one: ViewShot, cutout: Artefact) -> Verdict:
    """Whether a view that was made shows another side than the approved ones of its look:
    no copy, squeezed or mirrored (R112, R113).
    """
    from checks.gates.cast_gate import judge_new_side  # noqa: PLC0415  loads the pixel libraries
    from checks.gates.view_gate import read_cutout  # noqa: PLC0415  same
    from checks.seeing.masters import References  # noqa: PLC0415  same

    look, approved = one.name.rpartition("/")[0], approved_views(services)
    names = {view: f"{look}/{view}" for view in VIEWS if view != one.view and f"{look}/{view}" in approved}
    masters = References({name: services.vault.path(approved[name]) for name in names.values()}, approved)
    others = {view: masters.cutout(name) for view, name in names.items()}
    seen = read_cutout(services.artefact_path(cutout))
    return judge_new_side(look, one.view, seen, others, services.folder.film.thresholds)


def send_back(
    services: Services, view_shots: Sequence[ViewShot], *, why: str, who: str, door: Door
) -> tuple[Decision, ...]:
    """Write down that a person wants other takes of these views than those that lie there, or that brought nothing.
    Spends nothing.

    A view that was sent back and not made again since is not sent back twice. A view that is approved, or was drawn by
    a person, stays as it is. Raises RetakeRefused where that is all there is, saying why; then nothing is written.
    NotAPerson, NotApproved for no reason.
    """
    found: list[tuple[ViewShot, Take | None]] = []
    refused: list[RetakeRefused] = []
    for one in view_shots:
        try:
            found.append((one, _newest(services, one)))
        except RetakeRefused as refusal:
            refused.append(refusal)
    if refused and not found:
        raise refused[0]
    decisions = tuple(_decision(one, take, why, who, door) for one, take in found if take is not None)
    for decision in decisions:
        services.ledger.decide(decision)
    return decisions


def _newest(services: Services, one: ViewShot) -> Take | None:
    """The take that is sent back: the one that lies there, else the newest that was paid for;
    None where that was sent back before.
    """
    path = path_of(services, one)
    if one.name in approved_views(services):
        cause = "it is approved, and an approved view is never made again"
        raise RetakeRefused(one.name, cause, f"Take {path} away, then: gate lock; then make it.")
    before = set_aside(services.ledger.decided(one.id))
    takes = services.ledger.takes(shot=one.id, stage="view")
    made = [take for take in takes if take.state == "settled" and take.generation_key not in before]
    if path.is_file():
        made = [take for take in made if is_cut_from(services, path, [take])]
        if not made and _sent_back(services, one, path):
            return None
        if not made:
            cause = f"what lies at {path} was not made here"
            raise RetakeRefused(one.name, cause, "Approve it (gate lock), or take it away; then make it.")
    if not made:
        raise RetakeRefused(one.name, "nothing of it was made that could be sent back", "Make it: gate turnaround")
    return made[-1]


def _sent_back(services: Services, one: ViewShot, path: Path) -> bool:
    """Whether what lies there is a take of ours that a person sent back."""
    keys = set_aside(services.ledger.decided(one.id))
    takes = services.ledger.takes(shot=one.id, stage="view")
    return is_cut_from(services, path, (take for take in takes if take.generation_key in keys))


def _is_locked(services: Services, one: ViewShot, path: Path) -> bool:
    """Whether what lies there is approved, by the lock as it is now."""
    locked = lock_now(services).assets.get(one.name)
    return locked is not None and locked.sha256 == hash_file(as_stored(path, services.settings.srgb_copies))


def _decision(one: ViewShot, take: Take, why: str, who: str, door: Door) -> Decision:
    said = Retake(stage="view", take=take.generation_key, change="seed")
    return Decision(
        kind="retake",
        scope=f"shot:{one.id}",
        who=who,
        made_at=now(),
        door=door,
        why=why,
        subject=f"view v{take.version:03d}: seed",
        retake=said,
    )
