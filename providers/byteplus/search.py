"""Looks for a lost task in ModelArk's list, which has those of the last seven days with the marker
that each was sent with.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from providers.contract import LookupResult, LostCall
from providers.over_http.transport import Transport

LISTED = timedelta(days=6)
"""The list's seven days, less one for clocks: it proves nothing about what was sent longer ago."""

_CLOCKS_S = 600.0
PAGE, _PAGES_MAX = 500, 200


@dataclass(frozen=True, slots=True)
class Search:
    """One look through the whole list. `sent_s`: how long after `sought.sent_at` the call may have arrived, in seconds.

    The list is filtered by nothing: how it reads a filter is its own affair, and a task that a filter hides would look
    absent.
    """

    transport: Transport
    path: str
    sought: LostCall
    sent_s: float

    async def look(self) -> LookupResult:
        """Absent is said only of a list that was read whole, and has no task of that time without a marker."""
        found: dict[str, None] = {}
        unmarked, seen, total = "", set[str](), 0
        async for page in self._pages():
            total = page["total"]
            for task in page["items"]:
                seen.add(task["id"])
                if task.get("safety_identifier") == self.sought.marker:
                    if task["id"] not in self.sought.closed:
                        found[task["id"]] = None
                elif not task.get("safety_identifier") and self._of_that_time(task.get("created_at")):
                    unmarked = task["id"]
        if found:
            first, *others = sorted(found)
            return LookupResult("found", first, tuple(others), "its list has a task with this safety_identifier")
        sent_at = self.sought.sent_at
        if sent_at is None or datetime.now(UTC) - sent_at > LISTED:
            return LookupResult("unknown", raw="its list has no such task, and goes back seven days only")
        if unmarked:
            return LookupResult(
                "unknown", raw=f"its task {unmarked} is of that time and has no safety_identifier: it may be the one"
            )
        if len(seen) < total:
            return LookupResult("unknown", raw=f"its list showed {len(seen)} of {total} tasks")
        return LookupResult(
            "absent", raw=f"its list of seven days, {total} tasks, has none with this safety_identifier"
        )

    async def _pages(self) -> AsyncIterator[dict[str, Any]]:
        """Every page, until all of the total was shown or nothing more is.
        Raises OutcomeUnknown for one that is not a list.
        """
        shown = 0
        for number in range(1, _PAGES_MAX + 1):
            query = {"page_num": str(number), "page_size": str(PAGE)}
            reply = await self.transport.ask(self.path, query)
            page = reply.data or {}
            items, total = page.get("items"), page.get("total")
            whole = isinstance(items, list) and all(
                isinstance(task, dict) and isinstance(task.get("id"), str) for task in items
            )
            if type(total) is not int or not whole:
                raise self.transport.unknown("its list is none", reply.raw)
            yield page
            shown += len(page["items"])
            if shown >= page["total"] or not page["items"]:
                return

    def _of_that_time(self, created_at: object) -> bool:
        sent_at = self.sought.sent_at
        if sent_at is None or type(created_at) is not int:
            return True
        return -_CLOCKS_S <= created_at - sent_at.timestamp() <= self.sent_s + _CLOCKS_S
