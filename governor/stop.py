"""Stop and go: a row, and a file that anyone can touch. Either one stops; the breaker is a third, and opens by itself."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from governor import policy
from governor.books import Books
from governor.tables import flags

STOP = "stop"
BREAKER = "breaker"
_FLAGS = select(flags)


def check(books: Books, stop_file: Path) -> None:
    """Raise Stopped while money may not move."""
    on = [(row.name, row.why) for row in books.connection.execute(_FLAGS)]
    if refusal := policy.not_stopped(on, str(stop_file) if stop_file.exists() else None):
        raise refusal


def raise_flag(books: Books, name: str, why: str) -> None:
    """Put the flag up; its first reason stays. Does nothing while it is up."""
    if books.connection.execute(select(flags).where(flags.c.name == name)).one_or_none() is None:
        books.connection.execute(flags.insert().values(name=name, why=why))
        books.enter(name, body={"why": why})


def clear(books: Books, why: str) -> None:
    """Take both flags down."""
    books.connection.execute(flags.delete())
    books.enter("go", body={"why": why})
