"""A provider's failures as a table: each answer, by status, code and words, is exactly one of our errors.

Tests hold each provider's table to that: every row of its documents fits exactly one row here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from manifests.privacy import NOT_KEPT, failed, theirs
from providers.errors import Invalid, ProviderError, Refused
from providers.over_http.answers import Reply, printable


@dataclass(frozen=True, slots=True)
class FailureRow:
    """One row. It fits where all that it names fits; a field that it leaves out fits anything.

    `statuses`: HTTP statuses; 200 is a failure told in the body of a poll. `code`: a regular expression for the whole
    of the provider's own code. `words`: one that is searched for in its message. `bill`, for Refused only: "free" where
    the provider documents that it takes nothing; else the hold counts. `cure`: a sentence for people.
    """

    kind: type[ProviderError]
    cure: str
    statuses: tuple[int, ...] = ()
    code: str = ""
    words: str = ""
    bill: Literal["free", "assumed"] = "assumed"

    def fits(self, status: int, code: str, words: str) -> bool:
        """Whether this row is about such an answer."""
        return (
            (not self.statuses or status in self.statuses)
            and (not self.code or re.fullmatch(self.code, code) is not None)
            and (not self.words or re.search(self.words, words) is not None)
        )


class FailureTable:
    """The rows of one provider; the first that fits counts. `read` is a `Transport.classify`.

    `said` reads the provider's code and message in an answer, "" where it has none; one of another shape may make it
    raise. `safe` is a `Transport.safe`, for words that did not come through one. Raises Invalid for a row that calls
    something moderation without the provider's own word for it, or that is not a failure at all.
    """

    def __init__(
        self,
        provider: str,
        failures: Sequence[FailureRow],
        said: Callable[[Reply], tuple[str, str]],
        safe: Callable[[str], str] = printable,
    ) -> None:
        self._provider, self._failures, self._said, self._safe = provider, tuple(failures), said, safe
        for row in self._failures:
            self._refuse_unsound(row)

    def read(self, reply: Reply) -> ProviderError | None:
        """The error that an answer means; None where no row fits, and only its status is known."""
        try:
            code, words = self._said(reply)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            return None  # an answer of another shape: somebody else's, on the way
        return self._error(reply.status, code, words, reply.raw)

    def of(self, code: str, words: str, raw: str) -> ProviderError | None:
        """The error that a failed job means, from the body of a poll; None where no row fits.
        `raw`: all of its words.
        """
        return self._error(200, code, words, raw)

    def fitting(self, status: int, code: str, words: str) -> list[FailureRow]:
        """Every row that fits; one at most, or the table contradicts itself."""
        return [row for row in self._failures if row.fits(status, code, words)]

    def _error(self, status: int, code: str, words: str, raw: str) -> ProviderError | None:
        rows = self.fitting(status, code, words)
        if not rows:
            return None
        row = rows[0]
        told = failed(code, words) or f"it answered {status}"
        cause, kept = self._safe(told), self._safe(told if theirs(raw) in {"", NOT_KEPT} else raw)
        if issubclass(row.kind, Refused):
            bill = 0 if row.bill == "free" else None
            return row.kind(self._provider, f"it will not make this: {cause}", row.cure, kept, bill_microusd=bill)
        return row.kind(self._provider, cause, row.cure, kept)

    def _refuse_unsound(self, row: FailureRow) -> None:
        for pattern in (row.code, row.words):
            try:
                re.compile(pattern)
            except re.error as error:
                raise self._unsound(row, f"{pattern!r} is not a regular expression ({error})") from error
        if issubclass(row.kind, Refused):
            if not (row.code or row.words):
                raise self._unsound(row, "it calls something moderation, and not by a word of the provider's")
        elif row.bill != "assumed":
            raise self._unsound(row, "only a refusal is said to be free")
        if row.kind is ProviderError or not (row.statuses or row.code or row.words):
            raise self._unsound(row, "it says nothing: it needs a kind of its own, and something that it is known by")

    def _unsound(self, row: FailureRow, cause: str) -> Invalid:
        return Invalid(f"{self._provider}'s table of failures, {row}", cause, "Fix the adapter.")
