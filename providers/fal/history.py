"""fal's list of requests: calls to one model in a span of time, and which of them is the one that is sought.

Its envelope is documented by others only, so that whatever is not understood proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from providers.contract import LookupResult
from providers.over_http.answers import json_object
from providers.over_http.transport import Reply, Transport

PATH = "/models/requests/by-endpoint"
PICTURES = frozenset({"image_url", "end_image_url", "image_urls"})
_PAGES_MAX = 50
_BEFORE, _AFTER = timedelta(minutes=2), timedelta(minutes=4)
"""A call goes out within a minute of its being written down; the rest is for clocks that differ."""


@dataclass(frozen=True, slots=True)
class ListedRequest:
    """One request of the list. `asked`: the call's body, None where the list does not have it."""

    request_id: str
    sent_at: datetime
    asked: Mapping[str, Any] | None


async def history(
    transport: Transport, base: str, model: str, sent_at: datetime, now: datetime
) -> list[ListedRequest] | None:
    """The requests that went to `model` about when `sent_at` says;
    None where the list is not understood, or has no end.
    """
    query = {
        "endpoint_id": model,
        "start": _iso(sent_at - _BEFORE - _AFTER),
        "end": _iso(now + _AFTER),
        "expand": "payloads",
        "limit": "100",
    }
    found: list[ListedRequest] = []
    for _page in range(_PAGES_MAX):
        reply = await transport.ask(base + PATH, query)
        items = (reply.data or {}).get("items")
        if not isinstance(items, list):
            return None
        for item in items:
            if (one := _listed(item)) is None:
                return None
            if sent_at - _BEFORE <= one.sent_at <= sent_at + _AFTER:
                found.append(one)
        cursor = _onward(reply)
        if cursor is None:
            return found
        query["cursor"] = cursor
    return None


def same_call(asked: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    """Whether a listed call says all that `body` says. Pictures are only counted:
    fal may have put them somewhere else.
    """
    return all(
        _count(asked.get(name)) == _count(value) if name in PICTURES else asked.get(name) == value
        for name, value in body.items()
    )


def verdict(requests: list[ListedRequest] | None, body: Mapping[str, Any], *, whole: bool) -> LookupResult:
    """The list's proof about the call with that body. `whole`: everything that went out then is in the list by now."""
    if requests is None:
        return LookupResult("unknown", raw="fal's list of requests is not as it was documented")
    ours = [one.request_id for one in requests if one.asked is not None and same_call(one.asked, body)]
    if len(ours) == 1:
        return LookupResult("found", ours[0], raw=f"fal lists request {ours[0]} with the same input")
    if ours:
        return LookupResult("unknown", raw=f"fal lists {len(ours)} requests with the same input: {', '.join(ours)}")
    if blank := [one.request_id for one in requests if one.asked is None]:
        return LookupResult("unknown", raw=f"fal lists requests without their input: {', '.join(blank)}")
    if not whole:
        return LookupResult(
            "unknown", raw="fal lists no such request yet; one that waits or runs may not be in its list"
        )
    return LookupResult("absent", raw=f"fal lists {len(requests)} requests of that time, and none with this input")


def _listed(item: object) -> ListedRequest | None:
    if not isinstance(item, Mapping) or not isinstance(item.get("request_id"), str):
        return None
    try:
        sent_at = datetime.fromisoformat(str(item.get("sent_at")))
    except ValueError:
        return None
    asked = item.get("json_input")
    asked = json_object(asked) if isinstance(asked, str) else asked
    return (
        ListedRequest(item["request_id"], sent_at, asked if isinstance(asked, Mapping) else None)
        if sent_at.tzinfo
        else None
    )


def _onward(reply: Reply) -> str | None:
    data = reply.data or {}
    cursor = data.get("next_cursor")
    return str(cursor) if cursor and data.get("has_more", True) else None


def _count(value: object) -> int:
    return len(value) if isinstance(value, list) else int(value is not None)


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
