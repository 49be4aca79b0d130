"""Stop and go: a row, and a file that anyone can touch.
Either one stops; the breaker is a third, and opens by itself.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from governor import policy
from governor.database.tables import flags
from governor.transaction import Transaction

STOP = "stop"
BREAKER = "breaker"
_FLAGS = select(flags)


def check(transaction: Transaction, stop_file: Path) -> None:
    """Raise Stopped while money may not move."""
    on = [(row.name, row.why) for row in transaction.connection.execute(_FLAGS)]
    if refusal := policy.not_stopped(on, str(stop_file) if stop_file.exists() else None):
        raise refusal


def raise_flag(transaction: Transaction, name: str, why: str) -> None:
    """Put the flag up; its first reason stays. Does nothing while it is up."""
    if transaction.connection.execute(select(flags).where(flags.c.name == name)).one_or_none() is None:
        transaction.connection.execute(flags.insert().values(name=name, why=why))
        transaction.enter(name, body={"why": why})


def clear(transaction: Transaction, why: str) -> None:
    """Take both flags down."""
    transaction.connection.execute(flags.delete())
    transaction.enter("go", body={"why": why})
