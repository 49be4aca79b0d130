"""Proposals wait in the ledger, and a person's decision closes each once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from governor.database.tables import decisions, proposals
from governor.decisions import approvals
from governor.errors import WrongState
from governor.transaction import Transaction
from manifests.decision import Decision
from manifests.story.proposal import SHORT, Proposal

OPEN_MAX = 100
"""So many of one maker's proposals wait at once; a program that proposes without end fills no ledger."""

_KINDS = ("accept_proposal", "reject_proposal")


@dataclass(frozen=True, slots=True)
class Filed:
    """A proposal with its number. `closed`: the decision that accepted or rejected it, None while it waits."""

    number: int
    proposal: Proposal
    closed: Decision | None


def file(transaction: Transaction, proposal: Proposal) -> bool:
    """Keep it; False where it is there already. Raises WrongState where its maker has too many waiting."""
    if _is_there(transaction, proposal.id):
        return False
    waiting = [one for one in read(transaction) if one.closed is None and not one.proposal.is_over(transaction.now)]
    if sum((one.proposal.who, one.proposal.key) == (proposal.who, proposal.key) for one in waiting) >= OPEN_MAX:
        raise WrongState(
            proposal.file, f"{OPEN_MAX} proposals of {proposal.who} wait already", "Decide: gate proposals list"
        )
    transaction.connection.execute(
        proposals.insert().values(
            sha256=proposal.id, at=transaction.at, who=proposal.who, file=proposal.file, body=proposal.stored()
        )
    )
    return True


def close(transaction: Transaction, decision: Decision) -> int:
    """Accept or reject the proposal whose id is the decision's subject, and return the decision's number.

    Raises NotAPerson, and WrongState where there is no such proposal, or it is closed already.
    """
    if (kept := approvals.kept_as(transaction, decision)) is not None:
        return kept
    if decision.kind not in _KINDS or not _is_there(transaction, decision.subject):
        raise WrongState(decision.scope, "it names no proposal of this film", "List them: gate proposals list")
    if (before := closings(transaction).get(decision.subject)) is not None:
        did = "accepted" if before.kind == "accept_proposal" else "rejected"
        cause = f"{before.who} {did} it at {before.made_at[:16].replace('T', ' ')}"
        raise WrongState(f"proposal {decision.subject[:SHORT]}", cause, "List what still waits: gate proposals list")
    return approvals.record(transaction, decision)


def read(transaction: Transaction) -> tuple[Filed, ...]:
    """All of them, oldest first."""
    closed = closings(transaction)
    rows = transaction.connection.execute(select(proposals).order_by(proposals.c.id))
    return tuple(Filed(row.id, Proposal.from_stored(row.body), closed.get(row.sha256)) for row in rows)


def closings(transaction: Transaction) -> dict[str, Decision]:
    """The decision that closed each proposal, by its id."""
    rows = transaction.connection.execute(
        select(decisions.c.body).where(decisions.c.kind.in_(_KINDS)).order_by(decisions.c.id)
    )
    said = [Decision.from_stored(row.body) for row in rows]
    return {decision.subject: decision for decision in said}


def _is_there(transaction: Transaction, sha256: str) -> bool:
    found = select(proposals.c.id).where(proposals.c.sha256 == sha256)
    return transaction.connection.execute(found).first() is not None
