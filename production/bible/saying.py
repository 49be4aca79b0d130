"""Writes what people say in the review room: notes on frames, verdicts on takes, and what is taken back.
None of it spends.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from governor.decisions.undoing import standing
from governor.errors import NoSuchTake
from manifests.bible import Region
from manifests.decision import Decision, DecisionKind, Door, Remark, Say
from manifests.film import Stage
from manifests.handwork import Change
from manifests.names import scene_of_shot
from manifests.review.drawing import Drawing
from production.journey import retaking
from wiring.errors import RetakeRefused, StaleView
from wiring.services import Services

_FLAW = re.compile(r"[a-z][a-z0-9_]{1,30}(:[a-z0-9_+]{1,60})?", re.ASCII)


def say(
    services: Services,
    kind: DecisionKind,
    shot: str,
    *,
    who: str,
    door: Door,
    remark: Remark,
    why: str = "",
    subject: str = "",
) -> int:
    """Write one word about a shot and return its number.
    Raises NotAPerson where a program says what only a person may, NotAFilm.
    """
    services.shot(shot)
    return services.ledger.decide(
        Decision(
            kind=kind, scope=f"shot:{shot}", who=who, made_at=now(), door=door, why=why, subject=subject, remark=remark
        )
    )


def remark_on(
    services: Services,
    shot: str,
    take: str | None,
    *,
    asset: str | None = None,
    frame: int | None = None,
    to_frame: int | None = None,
    box: Region | None = None,
    proposes: Say | None = None,
    drawing: Drawing = (),
    answers: int | None = None,
    resolves: bool | None = None,
) -> Remark:
    """Point at a take of the shot, as it was on the screen, or at the note that is answered.
    Raises StaleView where it is not a view, or shows other bytes by now, or no such note stands.
    """
    found = None
    if take is not None:
        try:
            found = services.ledger.take(take)
        except NoSuchTake as error:
            raise StaleView(shot, "the ledger has no such take", "Look at the shot again.") from error
        shows = found.asset.sha256 if found.asset else None
        if found.shot != shot or shows != asset:
            raise StaleView(shot, "the take on the screen is not the one in the ledger", "Look at the shot again.")
        last = max(found.asset.frames if found.asset else 1, 1) - 1
        if (to_frame or frame or 0) > last:
            raise StaleView(shot, f"the take ends at frame {last}", "Point at a frame that it has.")
    return Remark(
        take=take,
        asset=asset,
        frame=frame,
        to_frame=to_frame,
        box=box,
        proposes=proposes,
        drawing=drawing,
        answers=None if answers is None else _first_note(services, shot, answers),
        resolves=resolves,
    )


def _first_note(services: Services, shot: str, number: int) -> int:
    """The number of the note that opens a thread, of which this one is a part. Raises StaleView."""
    notes = {
        each.number: each.decision.remark
        for each in standing(services.ledger.decided(shot))
        if each.decision.kind == "note"
    }
    if number not in notes:
        raise StaleView(shot, "the note that is answered was taken back", "Look at the shot again.")
    remark = notes[number]
    return remark.answers if remark is not None and remark.answers is not None else number


def send_back(
    services: Services, shot: str, *, change: Change, flaw: str, why: str, who: str, door: Door, remark: Remark
) -> tuple[int, str]:
    """Ask for a retake that changes one thing; gives the decision's number,
    and the step that is still to be done for it.

    Where the change is made in the film's files already, or is another seed, the next run makes it; else it is a note
    for the person who edits them. Raises RetakeRefused where another seed would be luck.
    """
    reason = why.strip() or flaw.strip() or change
    coded = re.sub(r"[^a-z0-9_:+]+", "_", flaw.strip().lower()).strip("_")
    code = coded if coded and _FLAW.fullmatch(coded) else None
    try:
        made = retaking.retake(
            services, shot, change=change, flaw=code, why=reason, who=who, door=door, stage=_stage(services, remark)
        )
    except RetakeRefused as refusal:
        if change == "seed":
            raise
        subject = f"{change} ({flaw})" if flaw else change
        number = say(services, "retake", shot, who=who, door=door, remark=remark, why=reason, subject=subject)
        return number, f"Written down; {refusal.cause}. {refusal.cure}."
    return number_of(services, made), "The next run makes it."


def lay_out_kit(
    services: Services, shot: str, *, why: str, who: str, door: Door, remark: Remark
) -> tuple[tuple[int, ...], str]:
    """Lay out the kit for a hand composite and say that the shot waits for it;
    gives both words' numbers, and where it lies.
    """
    from production.hands.compositing import export_kit  # noqa: PLC0415  it loads the pixel libraries

    kit = export_kit(services, shot, why=why, who=who, door=door)
    number = say(services, "composite", shot, who=who, door=door, remark=remark, why=why, subject=kit.folder.name)
    return (
        number,
        number_of(services, kit.decision),
    ), f"The kit is in {kit.folder}: save {kit.save.name} there, or drop it here."


def now() -> str:
    """This moment as decisions write it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _stage(services: Services, remark: Remark) -> Stage | None:
    """Of which picture the take on the screen is one; None where it is not a draft."""
    take = services.ledger.take(remark.take) if remark.take else None
    return take.pictures if take is not None and take.tier == "draft" else None


def number_of(services: Services, decision: Decision) -> int:
    """The number under which the ledger keeps it: the newest of these decisions."""
    scene = scene_of_shot(decision.scope.rpartition(":")[2])
    return next(each.number for each in reversed(services.ledger.decided(scene)) if each.decision == decision)
