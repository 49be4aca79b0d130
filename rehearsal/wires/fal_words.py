"""Fal's answer to a refusal or a failure: status, type, words, headers."""

from __future__ import annotations

from typing import Any

from rehearsal.refusal import PlayedRefusal

_FLAGGED = "The content could not be processed because it contained material flagged by a content checker."
_LOCKED = "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing."
_SENTENCES: dict[str, tuple[int, str]] = {
    "unauthorized": (401, "Cannot access application. Authentication is required to access this application."),
    "no_credit": (403, _LOCKED),
    "key_limit": (403, _LOCKED),
    "forbidden": (403, "Access denied."),
    "rate_limited": (429, "Too many requests."),
    "unknown_job": (404, "Request not found"),
    "unknown_model": (404, "Application not found"),
    "not_ready": (400, "Request is still in progress"),
}
_FAULTY = {"resolution": "one_of", "duration": "one_of", "aspect_ratio": "one_of", "image_urls": "sequence_too_long"}
_INGRESS = {502, 503, 504}


def typed(why: PlayedRefusal) -> tuple[str, str, bool]:
    """Type and words of what a model's answer says, and whether it may be tried again."""
    if why.kind in {"moderation_input", "moderation_output"}:
        return "content_policy_violation", why.words or _FLAGGED, False
    if why.kind == "failed":
        return "internal_server_error", why.words or "The model ended with an error.", True
    return _FAULTY.get(why.field, "missing" if why.words == "Field required" else "value_error"), why.words, False


def refused(why: PlayedRefusal) -> tuple[int, dict[str, Any] | None]:
    """Status and body; None for one that fal's front answers with a page of its own."""
    if why.kind == "server_error":
        return why.status, None if why.status in _INGRESS else {"detail": "Internal Server Error"}
    if said := _SENTENCES.get(why.kind):
        status, words = said
        return status, {"detail": why.words if why.kind == "forbidden" and why.words else words}
    kind, words, _ = typed(why)
    place = ["body", why.field] if why.field else ["body", "prompt"]
    fault = {
        "loc": place,
        "msg": words,
        "type": kind,
        "url": f"https://docs.fal.ai/errors#{kind}",
        "input": {},
        "ctx": {},
    }
    return 500 if why.kind == "failed" else 422, {"detail": [fault]}


def headers_of(why: PlayedRefusal) -> dict[str, str]:
    """`X-Fal-Error-Type` and `X-Fal-Retryable` of a model's answer; `Retry-After` where the script has one."""
    if why.kind in {"moderation_input", "moderation_output", "failed"}:
        kind, _, again = typed(why)
        return {"X-Fal-Error-Type": kind, "X-Fal-Retryable": "true" if again else "false"}
    return {} if why.retry_after_s is None else {"Retry-After": str(why.retry_after_s)}
