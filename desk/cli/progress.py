"""Progress of work that takes more than two seconds, on standard error."""

from __future__ import annotations

import time
from collections.abc import Callable

import click

_QUIET_S = 2.0


def counted_progress(done_words: str) -> Callable[[int, int], None]:
    """Says how far it is every two seconds, on standard error; quicker work reports nothing."""
    said = time.monotonic()

    def tell(done: int, of: int) -> None:
        nonlocal said
        if time.monotonic() - said > _QUIET_S:
            said = time.monotonic()
            click.echo(f"  {done} of {of} {done_words} …", err=True)

    return tell
