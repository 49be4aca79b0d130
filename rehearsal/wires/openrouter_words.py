"""OpenRouter's errors: the status, words and metadata of each refusal."""

from __future__ import annotations

from typing import Any

from rehearsal.refusal import PlayedRefusal

_MANAGE = "Manage it using https://openrouter.ai/settings/keys"
_FIXED = {"unauthorized", "no_credit", "key_limit", "unknown_model", "unknown_job", "rate_limited", "server_error"}
_REAL_PERSON = (
    "InputImageSensitiveContentDetected.PrivacyInformation: The request failed because the input image 'content[1]' may"
    " contain real person."
)
_ANSWERS: dict[str, tuple[int, str, dict[str, Any]]] = {
    "unauthorized": (401, "No auth credentials found", {}),
    "no_credit": (402, "Insufficient credits. Add more using https://openrouter.ai/credits", {}),
    "key_limit": (403, "", {}),
    "forbidden": (403, "You do not have access to this model", {}),
    "unknown_model": (404, "Resource not found", {}),
    "unknown_job": (404, "Resource not found", {}),
    "expired": (404, "Video content has expired", {}),
    "rate_limited": (429, "Rate limit exceeded", {"error_type": "rate_limit_exceeded"}),
    "moderation_input": (
        400,
        (
            "InputTextSensitiveContentDetected: The request failed because the input text may contain sensitive "
            "information."
        ),
        {"provider_name": "Seed"},
    ),
    "moderation_output": (400, "The request failed because the output video may contain sensitive information.", {}),
    "failed": (500, "The video could not be generated", {}),
}
"""Status, message and metadata by kind; a missing field makes the call invalid."""


def error_of(why: PlayedRefusal) -> tuple[int, str, dict[str, Any]]:
    """Status, message and metadata of a refusal."""
    status, message, metadata = _ANSWERS.get(why.kind, (400, "Invalid request parameters", {}))
    match why.kind:
        case "unauthorized" if why.missing:
            message = "Missing Authentication header"
        case "key_limit":
            message = f"Key limit exceeded ({why.reset} limit). {_MANAGE}"
        case "server_error":
            status, message = why.status, "Internal Server Error" if why.status == 500 else "Provider returned error"
        case "moderation_input" if why.by_picture:
            message = _REAL_PERSON
    return status, message if why.kind in _FIXED else why.words or message, metadata
