"""A person takes a word back: the row stays, and a later row says that it no longer counts."""

from __future__ import annotations

from sqlalchemy import Row, select

from governor import approvals
from governor.books import Books
from governor.errors import MoneyCommitted, WrongState
from governor.tables import attempts, decisions, live
from manifests.decision import SAYS, Decision

_CAN_BE_TAKEN_BACK = frozenset({"approve", "note", *SAYS})
_LOOK = "Look at what was said: gate review"


def undo(books: Books, decision: Decision) -> int:
    """Write an undo of the row whose number is its subject, and return the undo's own number.

    A yes can be taken back until money is committed for what it allowed; this is looked at in the transaction that writes.
    Raises MoneyCommitted then, NotAPerson, and WrongState where there is no such word, it is another person's, or gone already.
    """
    said = _said(books, decision)
    if said.who != decision.who:
        raise WrongState(
            decision.scope, f"{said.who} said it, and only {said.who} takes it back", "Say otherwise beside it."
        )
    if said.kind == "approve" and (taken := _bought(books, decision.subject, said)) is not None:
        words = f"its money was committed at {taken.opened_at[11:16]} UTC, for {taken.shot} {taken.tier}"
        raise MoneyCommitted(decision.scope, words, f"Follow it: gate status {taken.shot.partition('_')[0]}")
    return approvals.record(books, decision)


def _said(books: Books, decision: Decision) -> Decision:
    row = _row(books, decision.subject)
    said = Decision.from_stored(row.body) if row is not None else None
    if said is None or said.kind not in _CAN_BE_TAKEN_BACK or said.scope != decision.scope:
        raise WrongState(
            decision.scope, f"there is no word number {decision.subject[:20]!r} that can be taken back", _LOOK
        )
    if decision.subject in undone(books, decision.scope) and not books.again:
        raise WrongState(decision.scope, "it was taken back before", _LOOK)
    return said


def undone(books: Books, scope: str) -> frozenset[str]:
    """The numbers of the rows about a shot that were taken back."""
    rows = books.connection.execute(
        select(decisions.c.body).where(decisions.c.kind == "undo", decisions.c.scope == scope)
    )
    return frozenset(Decision.from_stored(row.body).subject for row in rows)


def _row(books: Books, number: str) -> Row[tuple[object, ...]] | None:
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return books.connection.execute(select(decisions).where(decisions.c.id == int(number))).one_or_none()


def _bought(books: Books, number: str, said: Decision) -> Row[tuple[object, ...]] | None:
    """The attempt for which money was held since, at the tier that the yes was for; None where nothing was."""
    assert said.binding is not None  # the books take no yes without one
    row = _row(books, number)
    assert row is not None  # it was read just now
    since = select(attempts).where(
        live, attempts.c.shot == said.binding.shot, attempts.c.tier == said.binding.tier, attempts.c.opened_at >= row.at
    )
    return books.connection.execute(since.order_by(attempts.c.id).limit(1)).one_or_none()
