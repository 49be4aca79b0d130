"""The steps of one attempt: held, sent, submitted, and how it ends. Each is one transaction, and none spans the network.

    held ── submitted ── settled | released
      │         │
      └─────────┴── in_doubt ── submitted | settled | released | written_off

A bill that comes after the end is booked too (`adjust`) and moves nothing.
`sent` marks the moment at which a grant is redeemed: a held attempt that is not sent was never on the wire.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from governor import accounts, approvals, orders, parking, policy, records, stop, tables, takes
from governor.books import Books
from governor.errors import AlreadyResolved, HoldGone, LedgerBroken, WrongState
from governor.purchase import Proof, Purchase
from governor.tables import OPEN_STATES, attempts, certificates, live
from manifests.decision import Decision
from manifests.keys import canonical_json
from manifests.money import format_usd
from manifests.take import Artefact

AttemptRow = Row[tuple[object, ...]]

# Built once: a writer holds everybody up, and building a statement takes longer than running it.
_HOLD = attempts.insert()
_MOVE = attempts.update().where(attempts.c.id == bindparam("number"))
_NUMBERED = select(attempts).where(attempts.c.id == bindparam("number"))
_JOB_OF_ANOTHER = select(attempts.c.shot).where(
    live, attempts.c.provider == bindparam("provider"), attempts.c.job_id == bindparam("job"),
    attempts.c.id != bindparam("number"),
)  # fmt: skip
_IN_FLIGHT = select(func.count()).where(tables.in_flight, attempts.c.provider == bindparam("provider"))
_FILED = select(certificates.c.sha256).where(certificates.c.sha256.in_(bindparam("inputs", expanding=True)))


def hold(books: Books, purchase: Purchase, hold_id: str, stop_file: Path) -> int:
    """Hold the upper bound of the quote under every cap at once and return the attempt's number, or raise a Refusal."""
    if books.again and (kept := _held_as(books, hold_id)) is not None:
        return kept
    before = takes.standing(books, purchase.generation_key, purchase.shot)
    _check(books, purchase, before, stop_file)
    need = purchase.quote.high_microusd
    accounts.hold(books, purchase.scopes, need, purchase.foreseen_microusd)
    alike = (
        row.version
        for row in before
        if (row.shot, row.stage, row.tier) == (purchase.shot, purchase.stage, purchase.tier)
    )
    version = 1 + max(alike, default=0)
    names = canonical_json(list(purchase.scopes))
    result = books.connection.execute(
        _HOLD,
        {
            "generation_key": purchase.generation_key, "recipe": purchase.recipe, "film": purchase.film,
            "scene": purchase.scene, "shot": purchase.shot, "stage": purchase.stage, "tier": purchase.tier,
            "attempt": purchase.attempt, "version": version, "provider": purchase.provider, "model": purchase.model,
            "changed": purchase.changed, "parent": purchase.parent, "epoch": purchase.epoch.number,
            "run": purchase.epoch.run, "scopes": names, "price": purchase.quote.price,
            "likely": purchase.quote.likely_microusd, "held": need, "state": "held", "sent": 0, "assumed": 0, "raw": "",
            "request": purchase.request.stored(), "opened_at": books.at, "moved_at": books.at, "hold_id": hold_id,
        },
    )  # fmt: skip
    if result.inserted_primary_key is None:
        raise LedgerBroken(purchase.shot, "the database gave its attempt no number", "Check the books: gate doctor")
    number = int(result.inserted_primary_key[0])
    body = {"key": purchase.generation_key, "scopes": list(purchase.scopes)}
    books.enter("hold", attempt=number, state="held", held_delta=need, body=body)
    return number


def mark_sent(books: Books, number: int, stop_file: Path) -> None:
    """Note durably that the POST goes out now. Raises Stopped, Fenced, Parked, or WrongState where the hold is gone."""
    row = books.connection.execute(_NUMBERED, {"number": number}).one()
    if books.again and row.state == "held" and row.sent:
        return  # only this grant's one holder asks, and it has sent nothing yet
    if row.state != "held" or row.sent:
        kind = HoldGone if row.state == "released" and not row.sent else WrongState
        why = f"its grant is no longer good (the attempt is {row.state})"
        raise kind(f"{row.shot} {row.stage}", why, f"Go on with it: gate resume {row.scene}")
    stop.check(books, stop_file)
    owner = books.epoch(row.scene)
    if owner is None or (owner.number, owner.run) != (row.epoch, row.run):
        raise policy.fenced(row.scene, owner)
    _refuse_parked(books, row.shot)
    _move(books, row, "sent", state="held", values={"sent": 1, "sent_at": books.at})


def submitted(books: Books, generation_key: str, job_id: str) -> bool:
    """Write down the job that the provider has taken. False: the id is another attempt's, and this one is now in doubt."""
    row = takes.row_of(books, generation_key)
    if row.job_id == job_id and row.state != "held":
        return True
    if row.state not in {"held", "in_doubt"} or row.job_id not in {None, job_id}:
        raise _unplaceable(books, row, f"the provider also took it as job {job_id}")
    told = {"provider": row.provider, "job": job_id, "number": row.id}
    other = books.connection.execute(_JOB_OF_ANOTHER, told).first()
    if other:
        words = f"job {job_id} belongs to {other.shot}"
        _alarm(books, row, f"the provider named {words}")
        if row.state == "held":
            _move(books, row, "doubt", state="in_doubt", values={"raw": words, "sent": 1})
        return False
    if not row.sent:
        _alarm(books, row, "a job was submitted without redeeming its grant")
    _move(books, row, "submitted", state="submitted", values={"job_id": job_id, "sent": 1})
    return True


def as_settled(row: AttemptRow, bill: int | None, asset: Artefact | None, raw: str) -> dict[str, Any]:
    """What settling it writes: without a bill the hold counts, marked as assumed. Raises WrongState for a bill below zero."""
    cost = row.held if bill is None else bill
    if cost < 0:
        cause = f"its bill is {cost} micro-dollars"
        raise WrongState(f"{row.shot} {row.stage}", cause, "Settle without a bill instead.")
    stored = asset.stored() if asset else None
    return {"cost": cost, "assumed": int(bill is None), "raw": raw, "asset": stored}


def settle(books: Books, generation_key: str, bill: int | None, asset: Artefact | None, raw: str) -> None:
    """Book the bill in full and give the rest of the hold back. Without a bill the hold counts, marked as assumed."""
    row = takes.row_of(books, generation_key)
    values = as_settled(row, bill, asset, raw)
    cost = values["cost"]
    if row.state == "settled" and row.cost == cost:
        return
    if row.state not in {"submitted", "in_doubt"}:
        raise _unplaceable(books, row, f"a bill of ${format_usd(cost)} came")
    _move(books, row, "settle", state="settled", values=values, held_delta=-row.held, settled_delta=cost)
    if cost > row.held:
        words = f"{row.provider} billed ${format_usd(cost)} for {row.shot} and ${format_usd(row.held)} was held"
        _alarm(books, row, words)
        stop.raise_flag(books, stop.BREAKER, words)


def adjust(books: Books, generation_key: str, bill: int, raw: str) -> None:
    """Book a bill that came after the attempt was closed. Raises WrongState for an open one, or a bill below zero."""
    row = takes.row_of(books, generation_key)
    if row.state in OPEN_STATES or bill < 0:
        why = f"a bill of {bill} micro-dollars came" if bill < 0 else f"it is still {row.state}"
        raise WrongState(f"{row.shot} {row.stage}", why, f"Collect it: gate resume {row.scene}")
    released = row.state == "released"
    booked = row.late or 0 if released else row.cost
    if bill == booked and not row.assumed:
        return
    values: dict[str, Any] = {"late": bill} if released else {"cost": bill, "assumed": 0}
    values["raw"] = raw or row.raw
    books.connection.execute(attempts.update().where(attempts.c.id == row.id).values(**values))
    accounts.move(books, scopes_of(row), held_delta=0, settled_delta=bill - booked)
    books.enter("adjust", attempt=row.id, state=row.state, settled_delta=bill - booked, body=values)
    words = f"{row.provider} billed ${format_usd(bill)} for {row.shot} {row.stage} late"
    if released:
        words += ", after it was released as not billed"
    elif bill > row.held:
        words += f", and ${format_usd(row.held)} was held"
    elif not row.assumed:
        words += f", and ${format_usd(booked)} before"
    else:
        return
    _alarm(books, row, words)
    if released or bill > row.held:
        stop.raise_flag(books, stop.BREAKER, words)


def release(books: Books, generation_key: str, proof: Proof) -> None:
    """Give the hold back. Raises WrongState where the proof does not fit, Fenced where it comes from an older run."""
    row = takes.row_of(books, generation_key)
    if proof.epoch is not None and proof.epoch != (owner := books.epoch(row.scene)):
        raise policy.fenced(row.scene, owner)
    if row.state == "released":
        return
    if row.state not in OPEN_STATES:
        raise _unplaceable(books, row, "it was to be released")
    if wrong := _unproved(row, proof):
        raise WrongState(
            f"{row.shot} {row.stage}", wrong, f"Its money stays held; ask the provider again: gate resume {row.scene}"
        )
    if proof.decision:
        approvals.record(books, proof.decision)
    _move(
        books, row, "release", state="released", values={"raw": proof.words},
        held_delta=-row.held, body={"proof": proof.kind, "words": proof.words},
    )  # fmt: skip


def doubt(books: Books, generation_key: str, raw: str) -> None:
    """Say that nobody knows whether the provider took it. Its money stays held, and no machine sends it again."""
    row = takes.row_of(books, generation_key)
    if row.state == "in_doubt":
        return
    if row.state not in {"held", "submitted"}:
        raise _unplaceable(books, row, "it was said to be in doubt")
    _move(books, row, "doubt", state="in_doubt", values={"raw": raw, "sent": 1})


def write_off(books: Books, generation_key: str, decision: Decision) -> None:
    """Give an attempt in doubt up. Its hold counts as spent, because it may have been billed."""
    row = takes.row_of(books, generation_key)
    if row.state == "written_off":
        return
    if row.state != "in_doubt" or decision.kind != "write_off":
        raise WrongState(
            f"{row.shot} {row.stage}", f"it is {row.state}, and only what is in doubt is written off",
            f"See what is: gate status {row.scene}",
        )  # fmt: skip
    approvals.record(books, decision)
    values = {"cost": row.held, "assumed": 1}
    _move(
        books, row, "write_off", state="written_off", values=values, held_delta=-row.held, settled_delta=row.held,
        body={"who": decision.who, "why": decision.why},
    )  # fmt: skip


def _held_as(books: Books, hold_id: str) -> int | None:
    """The attempt that an earlier try made, if its COMMIT was kept."""
    found = books.connection.execute(select(attempts.c.id).where(attempts.c.hold_id == hold_id)).scalar_one_or_none()
    return None if found is None else int(found)


def _check(books: Books, purchase: Purchase, before: Sequence[AttemptRow], stop_file: Path) -> None:
    """Every policy but the caps. What was bought before is said first: reading it is free even under STOP."""
    live = next((row.state for row in before if row.generation_key == purchase.generation_key), None)
    _refuse(policy.not_bought(purchase.shot, live))
    stop.check(books, stop_file)
    _refuse(policy.not_fenced(purchase.epoch, books.epoch(purchase.scene)))
    _refuse_parked(books, purchase.shot)
    orders.check(books, purchase)
    _refuse(policy.not_retired(purchase.model, purchase.retires_on, books.now.date()))
    said = purchase.request.refused_before(partial(records.moderation, books), purchase.provider, purchase.model)
    _refuse(policy.not_moderated(purchase.shot, purchase.provider, said))
    in_flight = books.connection.execute(_IN_FLIGHT, {"provider": purchase.provider}).scalar_one()
    _refuse(policy.lane_free(purchase.provider, purchase.scene, in_flight, purchase.in_flight_max))
    if purchase.stage == "clip":
        clips = (row.state for row in before if (row.shot, row.stage) == (purchase.shot, "clip"))
        _refuse(policy.one_video(purchase.shot, next((state for state in clips if state in OPEN_STATES), None)))
    wanted = (purchase.recipe, purchase.shot, purchase.stage, purchase.tier)
    made = sum((row.recipe, row.shot, row.stage, row.tier) == wanted for row in before)
    _refuse(policy.within_attempts(purchase.shot, purchase.stage, purchase.attempt, made, purchase.attempts_max))
    if purchase.inputs:
        filed = set(books.connection.execute(_FILED, {"inputs": purchase.inputs}).scalars())
        _refuse(policy.certified_inputs(purchase.shot, set(purchase.inputs) - filed))
    approvals.check_purchase(books, purchase)


def _refuse_parked(books: Books, shot: str) -> None:
    _refuse(parking.parked(records.decided(books, shot)).get(shot))


def _refuse(refusal: Exception | None) -> None:
    if refusal:
        raise refusal


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


def _unplaceable(books: Books, row: AttemptRow, what: str) -> AlreadyResolved:
    """Something came for an attempt that is elsewhere. It is written down in every case; the first outcome stands."""
    _alarm(books, row, f"{row.shot} {row.stage} is {row.state}, and {what}")
    if row.state == "released":
        stop.raise_flag(books, stop.BREAKER, f"{row.shot} was released as not billed, and then {what}")
    return AlreadyResolved(
        f"{row.shot} {row.stage}",
        f"it is {row.state}, and {what}",
        f"Compare with the provider's bill: gate explain {row.shot} --all",
    )


def _alarm(books: Books, row: AttemptRow, words: str) -> None:
    books.enter("alarm", attempt=row.id, body={"words": words})
    books.note("alarm", row.shot, words)


def _move(
    books: Books,
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
    books.connection.execute(_MOVE, {"number": row.id, "state": state, "moved_at": books.at, **values})
    if held_delta or settled_delta:
        accounts.move(books, scopes_of(row), held_delta=held_delta, settled_delta=settled_delta)
    books.enter(
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
