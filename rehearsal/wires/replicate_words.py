"""Replicate's refusals: status, title and detail, and the body of a failed prediction."""

from __future__ import annotations

from rehearsal.house import JobState
from rehearsal.refusal import PlayedRefusal

_ANSWERS = {
    "unauthorized": (401, "Unauthenticated", "You did not pass a valid authentication token"),
    "no_credit": (
        402,
        "Insufficient credit",
        (
            "You have insufficient credit to run this model. Go to "
            "https://replicate.com/account/billing#billing to purchase"
            " credit. Once you purchase credit, please wait a few minutes before trying again."
        ),
    ),
    "forbidden": (
        422,
        "Invalid version or not permitted",
        "The specified version does not exist (or perhaps you don't have permission to use it?)",
    ),
    "unknown_model": (404, "Not found", "The requested resource could not be found."),
    "unknown_job": (404, "Not found", "The requested resource could not be found."),
    "rate_limited": (429, "", ""),
}
_ANSWERS["key_limit"] = _ANSWERS["no_credit"]  # a token has no limit of its own there


def problem_of(why: PlayedRefusal) -> tuple[int, str, str]:
    """Status, title and detail of a refusal."""
    match why.kind:
        case "invalid":
            field = f"{why.field}: " if why.field else ""
            return 422, "Input validation failed", f"- {field}{why.words}\n"
        case "server_error":
            return why.status, "Internal server error", "Something went wrong on our side. Please try again."
    return _ANSWERS.get(why.kind, (500, "Internal server error", why.words))


def error_of(look: JobState) -> str | None:
    """The body of a failed prediction."""
    why = look.failure
    if why is None:
        return None
    if why.kind in {"moderation_input", "moderation_output"}:
        sensitive = "The input or output was flagged as sensitive. Please try again with different inputs. (E005)"
        return why.words or f"{sensitive} ({look.job.id[:10]})"
    return why.words or "Service is temporarily unavailable. Please try again later. (E004)"
