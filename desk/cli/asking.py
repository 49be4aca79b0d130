"""Asks a person before a command records a decision. No command decides without an answer on a terminal, or --yes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from manifests.decision import Door

F = TypeVar("F", bound=Callable[..., Any])

_YES = "gate.yes"


def decides(command: F) -> F:
    """`--yes`: for every command that records a person's decision. The command calls `confirm` before it writes."""
    return click.option(
        "--yes",
        is_flag=True,
        expose_value=False,
        callback=_keep,
        help="Do not ask for confirmation: the command itself is the decision.",
    )(command)


def said_yes() -> bool:
    """Whether the command under way was typed with --yes."""
    return bool(click.get_current_context().meta.get(_YES))


def confirm(question: str) -> Door:
    """Ask on the terminal, and give the door through which the answer came.

    Raises Abort where the person says no, NobodyAsked without a terminal and without --yes. Call it before anything is
    written.
    """
    if said_yes():
        return "command line"
    if not sys.stdin.isatty():
        from desk.cli.errors import NobodyAsked

        raise NobodyAsked(
            click.get_current_context().command_path,
            f"a person must confirm this, and there is no terminal to ask on ({question})",
            "Run it on a terminal and answer there, or add --yes. Nothing was written.",
        )
    click.confirm(question, abort=True, err=True)
    return "terminal"


def _keep(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    ctx.meta[_YES] = value
