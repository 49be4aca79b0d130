"""The replacement for a private shot's words, and for a provider's words about one: neither is repeated.

They may quote the prompt, translate it, or say it in other words. Only the provider's code stays, by which a failure is
known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

PRIVATE = "[private]"
"""Stands where words of a private shot would."""

NOT_KEPT = "[its words are not kept: the shot is private]"
WORDLESS = "it is private, and the film no longer has the words that it was asked in; only by those is it known there"
"""Why a call cannot be looked for among others."""

_private: ContextVar[bool] = ContextVar("private", default=False)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,60}( \w{1,20}| \(\w{1,20}\))?", re.ASCII)
"""One word, or a word with a number or a remark: `content_policy_violation (permanent)`, `finishReason SAFETY`."""


@contextmanager
def speaking_of(*, private: bool) -> Iterator[None]:
    """While the block lasts, whatever a provider answers is about a private shot, or is not.
    The innermost block counts.
    """
    before = _private.set(private)
    try:
        yield
    finally:
        _private.reset(before)


def theirs(words: str) -> str:
    """A provider's words, where they may be repeated; else a sentence that says so.
    Doing it twice changes nothing more.
    """
    return NOT_KEPT if words and _private.get() else words


def failed(code: str, words: str) -> str:
    """A failure as it may be repeated: code and words, or what looks like a code alone."""
    if not _private.get():
        return " ".join(part for part in (code, words) if part)
    return " ".join((code, NOT_KEPT) if _CODE.fullmatch(code) else (NOT_KEPT,))
