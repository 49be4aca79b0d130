"""Writes what people say in the review room: notes on frames, verdicts on takes, and what is taken back. None of it spends."""

from __future__ import annotations

from datetime import UTC, datetime

from governor.errors import NoSuchTake
from manifests.bible import Region
from manifests.decision import Decision, DecisionKind, Door, Remark, Say
from wiring.errors import StaleView
from wiring.services import Services


def say(
    services: Services, kind: DecisionKind, shot: str, *, who: str, door: Door, remark: Remark, why: str = "", subject: str = ""
) -> int:  # fmt: skip
    """Write one word about a shot and return its number. Raises NotAPerson where a program says what only a person may, NotAFilm."""
    services.shot(shot)
    return services.ledger.decide(
        Decision(
            kind=kind, scope=f"shot:{shot}", who=who, made_at=now(), door=door, why=why, subject=subject, remark=remark
        )
    )  # fmt: skip


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
) -> Remark:
    """Point at a take of the shot, as it was on the screen. Raises StaleView where it is none, or shows other bytes by now."""
    found = None
    if take is not None:
        try:
            found = services.ledger.take(take)
        except NoSuchTake as error:
            raise StaleView(shot, "the books have no such take", "Look at the shot again.") from error
        shows = found.asset.sha256 if found.asset else None
        if found.shot != shot or shows != asset:
            raise StaleView(shot, "the take on the screen is not the one in the books", "Look at the shot again.")
        last = max(found.asset.frames if found.asset else 1, 1) - 1
        if (to_frame or frame or 0) > last:
            raise StaleView(shot, f"the take ends at frame {last}", "Point at a frame that it has.")
    return Remark(take=take, asset=asset, frame=frame, to_frame=to_frame, box=box, proposes=proposes)


def take_back(services: Services, number: int, shot: str, *, who: str, door: Door) -> None:
    """Take back one's own word by its number. Raises MoneyCommitted, WrongState, NotAPerson."""
    services.ledger.take_back(
        Decision(kind="undo", scope=f"shot:{shot}", who=who, made_at=now(), door=door, subject=str(number))
    )


def now() -> str:
    """This moment as decisions write it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
