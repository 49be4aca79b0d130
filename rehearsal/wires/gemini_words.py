"""Google's refusals: the status, the envelope of google.rpc, its own words."""

from __future__ import annotations

from typing import Any

from rehearsal.refusal import PlayedRefusal

_GOT = "type.googleapis.com/google.rpc"
_KEY = "API key not valid. Please pass a valid API key."
_NOBODY = (
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or "
    "other form of API"
    " consumer identity to call this API."
)
_PREPAID = (
    "Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your "
    "project and"
    " billing."
)
_CAP = (
    "Your project has exceeded its monthly spending cap. Please go to AI Studio at https://ai.studio/spend to "
    "manage your"
    " project spend cap."
)
_QUOTA = (
    "You exceeded your current quota, please check your plan and billing details. For more information on this "
    "error, head"
    " to: https://ai.google.dev/gemini-api/docs/rate-limits. Please retry in {0}.82626638s."
)
GONE_MODELS = {"gemini-2.5-flash": "gemini-3.8-flash", "gemini-2.5-flash-lite": "gemini-3.5-flash-lite"}
"""Models that new accounts cannot have any more, with what Google names instead."""

RAI_OF_INPUT = "We encountered an issue with the input image provided, which may violate our policies."
RAI_OF_OUTPUT = "The generated video was filtered because it may violate our policies."
FREE = "You have not been charged for this attempt."
"""Why a clip was filtered, by what was sent and by what came out, and what that costs."""

FRONT_END = (
    "<!DOCTYPE html>\n<html lang=en>\n<title>Error {0} (Server Error)!!1</title>\n<p><b>{0}.</b> <ins>That's "
    "an error.</ins>\n"
    "<p>The server encountered an error and could not complete your request.\n"
)
"""The gateway before Google's services answers in their place; its answer proves nothing about them."""


def error_of(why: PlayedRefusal) -> dict[str, Any] | None:
    """The error as google.rpc has it; None where the front end answers."""
    if why.kind == "unauthorized":
        return _stranger(why)
    if why.kind == "rate_limited":
        return _limited(37 if why.retry_after_s is None else why.retry_after_s)
    if why.kind == "server_error":
        return _failed(why.status)
    if why.kind == "unknown_model":
        return _error(404, "NOT_FOUND", _no_model(why.words))
    code, status, message = _ANSWERS.get(why.kind, (400, "INVALID_ARGUMENT", "Request contains an invalid argument."))
    return _error(code, status, message if why.kind in _FIXED else why.words or message)


_FIXED = {"unknown_job", "expired", "no_credit", "key_limit"}
_ANSWERS = {
    "forbidden": (403, "PERMISSION_DENIED", "The caller does not have permission"),
    "unknown_job": (404, "NOT_FOUND", "Requested entity was not found."),
    "expired": (404, "NOT_FOUND", "Requested entity was not found."),
    "no_credit": (429, "RESOURCE_EXHAUSTED", _PREPAID),
    "key_limit": (429, "RESOURCE_EXHAUSTED", _CAP),
}
"""Code, status and message by kind; a missing field makes the call invalid."""


def _stranger(why: PlayedRefusal) -> dict[str, Any]:
    if why.missing:
        return _error(403, "PERMISSION_DENIED", _NOBODY)
    if why.words:
        return _error(401, "UNAUTHENTICATED", why.words)
    service = {"service": "generativelanguage.googleapis.com"}
    reason = {
        "@type": f"{_GOT}.ErrorInfo",
        "reason": "API_KEY_INVALID",
        "domain": "googleapis.com",
        "metadata": service,
    }
    told = {"@type": f"{_GOT}.LocalizedMessage", "locale": "en-US", "message": _KEY}
    return _error(400, "INVALID_ARGUMENT", _KEY, reason, told)


def _error(code: int, status: str, message: str, *details: dict[str, Any]) -> dict[str, Any]:
    return {"code": code, "message": message, "status": status} | ({"details": list(details)} if details else {})


def _failed(status: int) -> dict[str, Any] | None:
    match status:
        case 500:
            return _error(
                500, "INTERNAL", "An internal error has occurred. Please retry or report in the developer forum."
            )
        case 503:
            return _error(503, "UNAVAILABLE", "The model is overloaded. Please try again later.")
        case 504:
            return _error(504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete.")
        case _:
            return None


def _limited(seconds: int) -> dict[str, Any]:
    links = [
        {
            "description": "Learn more about Gemini API quotas",
            "url": "https://ai.google.dev/gemini-api/docs/rate-limits",
        }
    ]
    quota = {
        "quotaMetric": "generativelanguage.googleapis.com/generate_requests_per_model",
        "quotaId": "GenerateRequestsPerMinutePerProjectPerModel",
        "quotaDimensions": {"location": "global"},
        "quotaValue": "20",
    }
    return _error(
        429,
        "RESOURCE_EXHAUSTED",
        _QUOTA.format(seconds),
        {"@type": f"{_GOT}.Help", "links": links},
        {"@type": f"{_GOT}.QuotaFailure", "violations": [quota]},
        {"@type": f"{_GOT}.RetryInfo", "retryDelay": f"{seconds}s"},
    )


def _no_model(model: str) -> str:
    if instead := GONE_MODELS.get(model):
        return (
            f"This model models/{model} is no longer available to new users. Please update your code to use "
            f"models/{instead}"
        )
    return f"models/{model} is not found for API version v1beta, or is not supported for this method."
