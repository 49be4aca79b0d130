"""The steps of one attempt: held, sent, submitted, and how it ends.
Each is one transaction, and none spans the network.

    held ── submitted ── settled | released
      │         │
      └─────────┴── in_doubt ── submitted | settled | released | written_off

`holding` has the first step. A bill that comes after the end is booked too (`adjust`) and moves nothing.
`sent` marks the moment at which a grant is redeemed: a held attempt that is not sent was never on the wire.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, select

from governor import accounts, policy, takes
from governor.database.tables import OPEN_STATES, attempts, live
from governor.decisions import approvals, stop
from governor.errors import AlreadyResolved, HoldGone, WrongState
from governor.holding import refuse_excluded_shot
from governor.purchase import Proof
from governor.takes import AttemptRow
from governor.transaction import Transaction
from manifests.decision import Decision
from manifests.money import format_usd
from manifests.take import Artefact

_MOVE = attempts.update().where(attempts.c.id == bindparam("number"))
_NUMBERED = select(attempts).where(attempts.c.id == bindparam("number"))
_JOB_OF_ANOTHER = select(attempts.c.shot).where(
    live,
    attempts.c.provider == bindparam("provider"),
    attempts.c.job_id == bindparam("job"),
    attempts.c.id != bindparam("number"),
)


def mark_sent(transaction: Transaction, number: int, stop_file: Path) -> None:
    """Note durably that the POST goes out. Raises Stopped, Fenced, Excluded, or WrongState where the hold is gone."""
    row = transaction.connection.execute(_NUMBERED, {"number": number}).one()
    if transaction.again and row.state == "held" and row.sent:
        return  # only this grant's one holder asks, and it has sent nothing yet
    if row.state != "held" or row.sent:
        kind = HoldGone if row.state == "released" and not row.sent else WrongState
        why = f"its grant is no longer good (the attempt is {row.state})"
        raise kind(f"{row.shot} {row.stage}", why, f"Go on with it: gate resume {row.scene}")
    stop.check(transaction, stop_file)
    owner = transaction.epoch(row.scene)
    if owner is None or (owner.number, owner.run) != (row.epoch, row.run):
        raise policy.fenced(row.scene, owner)
    refuse_excluded_shot(transaction, row.shot)
    _move(transaction, row, "sent", state="held", values={"sent": 1, "sent_at": transaction.at})


def submitted(transaction: Transaction, generation_key: str, job_id: str) -> bool:
    """Write down the job that the provider has taken. False:
    the id is another attempt's, and this one is now in doubt.
    """
    row = takes.row_of(transaction, generation_key)
    if row.job_id == job_id and row.state != "held":
        return True
    if row.state not in {"held", "in_doubt"} or row.job_id not in {None, job_id}:
        raise _unplaceable(transaction, row, f"the provider also took it as job {job_id}")
    told = {"provider": row.provider, "job": job_id, "number": row.id}
    other = transaction.connection.execute(_JOB_OF_ANOTHER, told).first()
    if other:
        words = f"job {job_id} belongs to {other.shot}"
        _alarm(transaction, row, f"the provider named {words}")
        if row.state == "held":
            _move(transaction, row, "doubt", state="in_doubt", values={"raw": words, "sent": 1})
        return False
    if not row.sent:
        _alarm(transaction, row, "a job was submitted without redeeming its grant")
    _move(transaction, row, "submitted", state="submitted", values={"job_id": job_id, "sent": 1})
    return True


def as_settled(row: AttemptRow, bill: int | None, asset: Artefact | None, raw: str) -> dict[str, Any]:
    """The row that settling it writes: without a bill the hold counts, marked as assumed.
    Raises WrongState for a bill below zero.
    """
    cost = row.held if bill is None else bill
    if cost < 0:
        cause = f"its bill is {cost} micro-dollars"
        raise WrongState(f"{row.shot} {row.stage}", cause, "Settle without a bill instead.")
    stored = asset.stored() if asset else None
    return {"cost": cost, "assumed": int(bill is None), "raw": raw, "asset": stored}


def settle(transaction: Transaction, generation_key: str, bill: int | None, asset: Artefact | None, raw: str) -> None:
    """Book the bill in full and give the rest of the hold back. Without a bill the hold counts, marked as assumed."""
    row = takes.row_of(transaction, generation_key)
    values = as_settled(row, bill, asset, raw)
    cost = values["cost"]
    if row.state == "settled" and row.cost == cost:
        return
    if row.state not in {"submitted", "in_doubt"}:
        raise _unplaceable(transaction, row, f"a bill of ${format_usd(cost)} came")
    _move(transaction, row, "settle", state="settled", values=values, held_delta=-row.held, settled_delta=cost)
    if cost > row.held:
        words = f"{row.provider} billed ${format_usd(cost)} for {row.shot} and ${format_usd(row.held)} was held"
        _alarm(transaction, row, words)
        stop.raise_flag(transaction, stop.BREAKER, words)


def adjust(transaction: Transaction, generation_key: str, bill: int, raw: str) -> None:
    """Book a bill that came after the attempt was closed. Raises WrongState for an open one, or a bill below zero."""
    row = takes.row_of(transaction, generation_key)
    if row.state in OPEN_STATES or bill < 0:
        why = f"a bill of {bill} micro-dollars came" if bill < 0 else f"it is still {row.state}"
        raise WrongState(f"{row.shot} {row.stage}", why, f"Collect it: gate resume {row.scene}")
    released = row.state == "released"
    booked = row.late or 0 if released else row.cost
    if bill == booked and not row.assumed:
        return
    values: dict[str, Any] = {"late": bill} if released else {"cost": bill, "assumed": 0}
    values["raw"] = raw or row.raw
    transaction.connection.execute(attempts.update().where(attempts.c.id == row.id).values(**values))
    accounts.move(transaction, scopes_of(row), held_delta=0, settled_delta=bill - booked)
    transaction.enter("adjust", attempt=row.id, state=row.state, settled_delta=bill - booked, body=values)
    words = f"{row.provider} billed ${format_usd(bill)} for {row.shot} {row.stage} late"
    if released:
        words += ", after it was released as not billed"
    elif bill > row.held:
        words += f", and ${format_usd(row.held)} was held"
    elif not row.assumed:
        words += f", and ${format_usd(booked)} before"
    else:
        return
    _alarm(transaction, row, words)
    if released or bill > row.held:
        stop.raise_flag(transaction, stop.BREAKER, words)


def release(transaction: Transaction, generation_key: str, proof: Proof) -> None:
    """Give the hold back. Raises WrongState where the proof does not fit, Fenced where it comes from an older run."""
    row = takes.row_of(transaction, generation_key)
    if proof.epoch is not None and proof.epoch != (owner := transaction.epoch(row.scene)):
        raise policy.fenced(row.scene, owner)
    if row.state == "released":
        return
    if row.state not in OPEN_STATES:
        raise _unplaceable(transaction, row, "it was to be released")
    if wrong := _unproved(row, proof):
        raise WrongState(
            f"{row.shot} {row.stage}", wrong, f"Its money stays held; ask the provider again: gate resume {row.scene}"
        )
    if proof.decision:
        approvals.record(transaction, proof.decision)
    _move(
        transaction,
        row,
        "release",
        state="released",
        values={"raw": proof.words},
        held_delta=-row.held,
        body={"proof": proof.kind, "words": proof.words},
    )


def doubt(transaction: Transaction, generation_key: str, raw: str) -> None:
    """Say that nobody knows whether the provider took it. Its money stays held, and no machine sends it again."""
    row = takes.row_of(transaction, generation_key)
    if row.state == "in_doubt":
        return
    if row.state not in {"held", "submitted"}:
        raise _unplaceable(transaction, row, "it was said to be in doubt")
    _move(transaction, row, "doubt", state="in_doubt", values={"raw": raw, "sent": 1})


def write_off(transaction: Transaction, generation_key: str, decision: Decision) -> None:
    """Give an attempt in doubt up. Its hold counts as spent, because it may have been billed."""
    row = takes.row_of(transaction, generation_key)
    if row.state == "written_off":
        return
    if row.state != "in_doubt" or decision.kind != "write_off":
        raise WrongState(
            f"{row.shot} {row.stage}",
            f"it is {row.state}, and only a call in doubt is written off",
            f"See the calls in doubt: gate status {row.scene}",
        )
    approvals.record(transaction, decision)
    values = {"cost": row.held, "assumed": 1}
    _move(
        transaction,
        row,
        "write_off",
        state="written_off",
        values=values,
        held_delta=-row.held,
        settled_delta=row.held,
        body={"who": decision.who, "why": decision.why},
    )


def _unproved(row: AttemptRow, proof: Proof) -> str | None:
    """Why the proof proves nothing."""
    if proof.kind == "never_sent":
        return "its grant was redeemed, so it may have been sent" if row.sent else None
    if proof.kind == "decision":
        return None if proof.decision and proof.decision.kind == "release" else "no person decided to release it"
    if proof.epoch is None:
        return "a machine's proof says for which run it speaks"
    if not proof.words.strip():
        return "the proof gives no words of the provider"
    if proof.kind == "absent" and (row.job_id is not None or row.id != proof.attempt):
        return "the call that is proved absent is an earlier one, and another has gone out since"
    return None


def _unplaceable(transaction: Transaction, row: AttemptRow, what: str) -> AlreadyResolved:
    """Something came for an attempt that is elsewhere. It is written down in every case; the first outcome stands."""
    _alarm(transaction, row, f"{row.shot} {row.stage} is {row.state}, and {what}")
    if row.state == "released":
        stop.raise_flag(transaction, stop.BREAKER, f"{row.shot} was released as not billed, and then {what}")
    return AlreadyResolved(
        f"{row.shot} {row.stage}",
        f"it is {row.state}, and {what}",
        f"Compare with the provider's bill: gate explain {row.shot} --all",
    )


def _alarm(transaction: Transaction, row: AttemptRow, words: str) -> None:
    transaction.enter("alarm", attempt=row.id, body={"words": words})
    transaction.note("alarm", row.shot, words)


def _move(
    transaction: Transaction,
    row: AttemptRow,
    kind: str,
    *,
    state: str,
    values: dict[str, Any],
    held_delta: int = 0,
    settled_delta: int = 0,
    body: dict[str, Any] | None = None,
) -> None:
    """Move the attempt, its accounts and the journal together."""
    transaction.connection.execute(_MOVE, {"number": row.id, "state": state, "moved_at": transaction.at, **values})
    if held_delta or settled_delta:
        accounts.move(transaction, scopes_of(row), held_delta=held_delta, settled_delta=settled_delta)
    transaction.enter(
        kind,
        attempt=row.id,
        state=state,
        held_delta=held_delta,
        settled_delta=settled_delta,
        body={**values, **(body or {})},
    )


def scopes_of(row: AttemptRow) -> list[str]:
    """The caps that the attempt counts against."""
    return list(json.loads(row.scopes))
