"""What keeps takes and words from passing between a film and a review tool.

ReviewToolError             every refusal and failure of a review tool
├── ToolUnready             its settings are missing, or it does not take them: address, key, project, task type
├── ToolRefused             it refuses this request, and would refuse it again
└── ToolDown                it cannot be reached, is busy, or answers what nobody can read; later may help
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from manifests.errors import GateError

CHECK = {"Kitsu": "gate kitsu check", "Frame.io": "gate frameio check"}
PUSH = {"Kitsu": "gate kitsu push", "Frame.io": "gate frameio push"}
"""The commands of each tool, by its name for people."""

_REPORT = "Look whether the address is its API; if it is, report this to us with the tool's version."
_P = ParamSpec("_P")
_T = TypeVar("_T")


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_S = TypeVar("_S", bound=_Named)


class ReviewToolError(GateError):
    """Every refusal of Kitsu or Frame.io, in our words."""


class ToolUnready(ReviewToolError):
    """The film cannot work with the tool before a person changes a setting here or a right there."""


class ToolRefused(ReviewToolError):
    """The tool has understood the request and does not take it."""


class ToolDown(ReviewToolError):
    """The tool gave no usable answer. The next push goes on after the last take that arrived."""

    retry_helps = True


def of_status(tool: str, status: int, words: str, *, key: str, page: str) -> ReviewToolError:
    """The error for an answer that is not a success. `key`: the variables that hold the key; `page`: where it was
    asked, in words.
    """
    said = f" ({words})" if words else ""
    again = f"Try again later; it goes on after the last take that arrived: {PUSH[tool]}"
    cases: dict[int, tuple[type[ReviewToolError], str, str]] = {
        401: (ToolUnready, f"it does not take the key{said}", f"Put a fresh one into {key}."),
        403: (
            ToolUnready,
            f"the user of this key may not do that: {page}{said}",
            "Ask a manager there to make the project, and to add the user to its team with the right to publish.",
        ),
        404: (
            ToolUnready,
            f"it has no such thing: {page}{said}",
            f"Check the address and the names under review_tools in film.yaml: {CHECK[tool]}",
        ),
        409: (ToolRefused, f"somebody changed it at the same time: {page}{said}", "Run the command again."),
        413: (
            ToolRefused,
            f"the file is too large for it: {page}",
            "Raise the limit there (of Kitsu's proxy: client_max_body_size), or send other stages: --stage panel",
        ),
        429: (ToolDown, f"it wants fewer requests{said}", again),
    }
    if found := cases.get(status):
        kind, cause, cure = found
    elif 300 <= status < 400:
        kind, cause = ToolUnready, f"it sends us to another address ({status})"
        cure = "Write the address that answers itself, with https and without a redirect."
    elif status >= 500:
        kind, cause, cure = ToolDown, f"it failed with {status}: {page}{said}", again
    else:
        kind, cause = ToolRefused, f"it answered {status}: {page}{said}"
        cure = f"Look at what it says; then: {CHECK[tool]}"
    return kind(tool, cause, cure)


def unreachable(tool: str, why: str, *, address: str) -> ToolDown:
    """The error for a call without an answer: no connection, no trusted certificate, or no end in time."""
    cure = f"Look whether {address} opens from this machine; the next push goes on after the last take that arrived."
    return ToolDown(tool, f"there was no answer ({why})", cure)


def unreadable(tool: str, why: str, *, address: str) -> ToolDown:
    """The error for an answer that is not what the tool's documents promise."""
    return ToolDown(tool, f"it answered what nobody can read ({why})", f"Look whether {address} is its API.")


def reads_rows(call: Callable[Concatenate[_S, _P], _T]) -> Callable[Concatenate[_S, _P], _T]:
    """A tool's method that reads rows of another program: one without its fields, or of another kind, is an answer that
    nobody can read.
    """

    @functools.wraps(call)
    def read(tool: _S, /, *given: _P.args, **named: _P.kwargs) -> _T:
        try:
            return call(tool, *given, **named)
        except (LookupError, TypeError, AttributeError, ValueError) as error:
            why = f"{type(error).__name__} in {call.__name__}"
            raise ToolDown(tool.name, f"it answered what nobody can read ({why})", _REPORT) from error

    return read
