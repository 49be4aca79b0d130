"""A person takes a decision back: the row stays, and a later row says that it no longer counts."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Row, select

from governor import records
from governor.database.tables import attempts, decisions, live
from governor.decisions import approvals
from governor.errors import MoneyCommitted, WrongState
from governor.purchase import Decided
from governor.transaction import Transaction
from manifests.decision import SAYS, Decision
from manifests.names import scene_of_shot

_CAN_BE_TAKEN_BACK = frozenset({"approve", "note", "hands", *SAYS})
_LOOK = "Look at what was said: gate review"


def undo(transaction: Transaction, decision: Decision) -> int:
    """Write an undo of the row whose number is its subject, and return the undo's own number.

    An opinion (an approval, a verdict, a note) is taken back by its giver; work that was asked for (a retake, a kit, a
    pass) by anybody, the newest of the shot first. An approval can be taken back until money is committed for what it
    allowed. All of it is looked at in the transaction that writes. Raises MoneyCommitted, NotAPerson, and WrongState
    where there is no such word, it is another person's, it is not the newest work, or it is gone already.
    """
    said = _said(transaction, decision)
    if is_work(said):
        _is_newest(transaction, decision)
    elif not may_undo(said, decision.who):
        raise WrongState(
            decision.scope, f"{said.who} said it, and only {said.who} takes it back", "Say otherwise beside it."
        )
    if said.kind == "approve" and (taken := _bought(transaction, decision.subject, said)) is not None:
        words = f"its money was committed at {taken.opened_at[11:16]} UTC, for {taken.shot} {taken.tier}"
        raise MoneyCommitted(decision.scope, words, f"Follow it: gate status {scene_of_shot(taken.shot)}")
    return approvals.record(transaction, decision)


def standing(decided: Iterable[Decided]) -> tuple[Decided, ...]:
    """The decisions that nobody has taken back, in order, without the undos themselves.

    A rebuilding that is taken back takes the demolition before it with it: both passes are one decision of a person.
    """
    left: dict[int, Decided] = {}
    for each in decided:
        if each.decision.kind != "undo":
            left[each.number] = each
            continue
        work = [one for one in left.values() if is_work(one.decision) and one.decision.scope == each.decision.scope]
        named = each.decision.subject
        number = int(named) if _is_number(named) else 0
        gone = left.pop(number, None)
        before = next((one for one in reversed(work) if one.number < number), None)
        if gone and before and _does(gone) == "rebuild" and _does(before) == "demolish":
            left.pop(before.number, None)
    return tuple(left.values())


def set_aside(decided: Iterable[Decided]) -> frozenset[str]:
    """The generation keys of a shot's takes that a person sent back for another seed: whatever their gate said, the
    next counts.
    """
    sent = (each.decision.retake for each in standing(decided))
    return frozenset(each.take for each in sent if each is not None and each.change == "seed")


def may_undo(decision: Decision, who: str) -> bool:
    """Whether this person may take such a decision back: anybody's request for work, and opinions of their own."""
    return decision.kind in _CAN_BE_TAKEN_BACK and (is_work(decision) or decision.who == who)


def is_work(decision: Decision) -> bool:
    """Whether it asks for something to be made, and is not a mere opinion."""
    return decision.retake is not None or decision.hands is not None


def _does(each: Decided) -> str:
    return each.decision.hands.work if each.decision.hands else ""


def _is_newest(transaction: Transaction, decision: Decision) -> None:
    about = records.decided(transaction, decision.scope.rpartition(":")[2])
    work = [each.number for each in standing(about) if is_work(each.decision)]
    if work and work[-1] != int(decision.subject) and not transaction.again:
        raise WrongState(decision.scope, "something was asked for since, and the newest is taken back first", _LOOK)


def _said(transaction: Transaction, decision: Decision) -> Decision:
    row = _row(transaction, decision.subject)
    said = Decision.from_stored(row.body) if row is not None else None
    if said is None or said.kind not in _CAN_BE_TAKEN_BACK or said.scope != decision.scope:
        raise WrongState(
            decision.scope, f"there is no word number {decision.subject[:20]!r} that can be taken back", _LOOK
        )
    about = records.decided(transaction, decision.scope.rpartition(":")[2])
    if int(decision.subject) not in {each.number for each in standing(about)} and not transaction.again:
        raise WrongState(decision.scope, "it was taken back before", _LOOK)
    return said


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _row(transaction: Transaction, number: str) -> Row[tuple[object, ...]] | None:
    if not _is_number(number):
        return None
    return transaction.connection.execute(select(decisions).where(decisions.c.id == int(number))).one_or_none()


def _bought(transaction: Transaction, number: str, said: Decision) -> Row[tuple[object, ...]] | None:
    """The attempt for which money was held since, at the tier that the approval was for; None where nothing was."""
    assert said.binding is not None  # the ledger takes no approval without one
    row = _row(transaction, number)
    assert row is not None  # it was read just now
    since = select(attempts).where(
        live, attempts.c.shot == said.binding.shot, attempts.c.tier == said.binding.tier, attempts.c.opened_at >= row.at
    )
    return transaction.connection.execute(since.order_by(attempts.c.id).limit(1)).one_or_none()
