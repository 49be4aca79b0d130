"""Caps, and what stands against them.
`settled + held` of a scope never passes its cap by anything that is held here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, or_, select

from governor import policy
from governor.database.tables import scopes
from governor.errors import LedgerBroken, ScopeRefused
from governor.purchase import Balance
from governor.transaction import Transaction
from manifests.decision import Decision

_SCOPE = re.compile(r"(film|scene|run|shot|night|key):\S[^\n]{0,99}")

_STANDING = select(scopes).where(scopes.c.scope.in_(bindparam("names", expanding=True)))
_FITTING = (
    scopes.update()
    .where(
        scopes.c.scope.in_(bindparam("names", expanding=True)),
        or_(
            bindparam("need", type_=scopes.c.held.type) == 0,
            scopes.c.held + scopes.c.settled + bindparam("need") <= scopes.c.cap,
        ),
    )
    .values(held=scopes.c.held + bindparam("need"))
)
_MOVING = (
    scopes.update()
    .where(scopes.c.scope.in_(bindparam("names", expanding=True)))
    .values(held=scopes.c.held + bindparam("held_delta"), settled=scopes.c.settled + bindparam("settled_delta"))
)


def hold(transaction: Transaction, names: Sequence[str], need: int, foreseen: int = 0) -> None:
    """Hold `need` micro-dollars against every scope of `names`, or against none: raises BudgetRefused.

    The check is made twice: once to say it in words, once in the very statement that writes.
    """
    for standing in _locked(transaction, names):
        # What the rest of the run needs says nothing about one shot's cap.
        rest = 0 if standing.scope.startswith("shot:") else foreseen
        if refusal := policy.fits_cap(standing, need, rest):
            raise refusal
    if transaction.connection.execute(_FITTING, {"names": names, "need": need}).rowcount != len(names):
        raise LedgerBroken(", ".join(names), "a cap changed under the lock", "Check the ledger: gate doctor")


def move(transaction: Transaction, names: Sequence[str], *, held_delta: int, settled_delta: int) -> None:
    """Close a hold against every scope of `names`. A bill is booked in full, whatever the cap."""
    deltas = {"held_delta": held_delta, "settled_delta": settled_delta}
    if transaction.connection.execute(_MOVING, {"names": names, **deltas}).rowcount != len(names):
        raise LedgerBroken(", ".join(names), "one of them has no account", "Check the ledger: gate doctor")


def bring_back(transaction: Transaction, names: Sequence[str], *, held_delta: int, settled_delta: int) -> None:
    """Count what a lost ledger had counted, whatever the caps;
    an account that is not there is opened, without a cap.
    """
    _locked(transaction, names)
    if held_delta or settled_delta:
        move(transaction, names, held_delta=held_delta, settled_delta=settled_delta)


def balance(transaction: Transaction, scope: str) -> Balance:
    """One scope as it stands; all zero where nothing was ever declared or held. Raises ScopeRefused."""
    row = transaction.connection.execute(select(scopes).where(scopes.c.scope == check_scope(scope))).one_or_none()
    return Balance(scope, row.cap, row.settled, row.held) if row else Balance(scope, None, 0, 0)


def balances(transaction: Transaction) -> tuple[Balance, ...]:
    """Every scope that was declared or held against, sorted by name."""
    rows = transaction.connection.execute(select(scopes).order_by(scopes.c.scope))
    return tuple(Balance(row.scope, row.cap, row.settled, row.held) for row in rows)


def declare(transaction: Transaction, caps: Mapping[str, int], decision: Decision | None = None) -> None:
    """Take the caps that the film's file says, in micro-dollars.

    The first time, and downwards, a cap simply holds. A value that was declared before changes nothing, so that a cap
    which a person raised, or a run lowered, stays where it was put. Anything higher than what holds needs the decision
    of a person (kind "raise_cap"), or raises CapRaise. Raises NotAPerson, ScopeRefused.
    """
    for scope, wanted in sorted(caps.items()):
        row = transaction.connection.execute(select(scopes).where(scopes.c.scope == check_scope(scope))).one_or_none()
        if row is None or row.cap is None:
            _set(transaction, scope, declared=wanted, cap=wanted, why="declared")
        elif wanted == row.declared:
            continue
        elif row.declared is None:  # a person or a run put the cap where it is before the film said anything
            _set(transaction, scope, declared=wanted, cap=row.cap, why="declared")
        elif wanted <= row.cap:
            _set(transaction, scope, declared=wanted, cap=wanted if wanted < row.declared else row.cap, why="declared")
        elif (
            decision and decision.kind == "raise_cap" and decision.scope == scope and wanted <= decision.amount_microusd
        ):
            _by_a_person(decision)
            _set(transaction, scope, declared=wanted, cap=wanted, why=f"{decision.who}: {decision.why}")
        else:
            raise policy.keeps_cap(scope, row.cap, wanted)


def lower(transaction: Transaction, scope: str, cap: int) -> None:
    """Lower what holds, as `--cap` on a run does; it stays. Raises CapRaise if it would rise, ScopeRefused."""
    standing = balance(transaction, scope)
    if standing.cap is not None and cap > standing.cap:
        raise policy.keeps_cap(scope, standing.cap, cap)
    if cap != standing.cap:
        row = transaction.connection.execute(select(scopes.c.declared).where(scopes.c.scope == scope)).one_or_none()
        _set(transaction, scope, declared=row.declared if row else None, cap=cap, why="lowered for a run")


def decide(transaction: Transaction, decision: Decision) -> None:
    """Set the cap that a person decided: `decision.scope` to `decision.amount_microusd`.
    Raises NotAPerson, ScopeRefused.
    """
    _by_a_person(decision)
    row = transaction.connection.execute(
        select(scopes).where(scopes.c.scope == check_scope(decision.scope))
    ).one_or_none()
    declared = row.declared if row else None
    _set(
        transaction,
        decision.scope,
        declared=declared,
        cap=decision.amount_microusd,
        why=f"{decision.who}: {decision.why}",
    )


def check_scope(scope: str) -> str:
    """The scope itself. Raises ScopeRefused where it is spelled otherwise."""
    if not _SCOPE.fullmatch(scope):
        raise ScopeRefused(
            repr(scope[:80]), "it is not a scope", "Write its kind and name: scene:SC010, film:HRB, shot:SC010_SH0010"
        )
    return scope


def _locked(transaction: Transaction, names: Sequence[str]) -> list[Balance]:
    rows = transaction.connection.execute(_STANDING, {"names": names})
    known = {row.scope: Balance(row.scope, row.cap, row.settled, row.held) for row in rows}
    for name in names:
        if name not in known:
            transaction.connection.execute(scopes.insert().values(scope=check_scope(name), held=0, settled=0))
            known[name] = Balance(name, None, 0, 0)
    return [known[name] for name in names]


def _set(transaction: Transaction, scope: str, *, declared: int | None, cap: int, why: str) -> None:
    if cap < 0:
        raise ScopeRefused(scope, f"a cap is never below zero; this is {cap} micro-dollars", "Give 0 to allow nothing.")
    values = {"declared": declared, "cap": cap}
    if transaction.connection.execute(scopes.update().where(scopes.c.scope == scope).values(values)).rowcount == 0:
        transaction.connection.execute(scopes.insert().values(scope=scope, held=0, settled=0, **values))
    transaction.enter("cap", scope=scope, amount=cap, body={"declared": declared, "why": why})


def _by_a_person(decision: Decision) -> None:
    if refusal := policy.by_a_person(decision):
        raise refusal
