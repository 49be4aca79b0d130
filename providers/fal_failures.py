"""What fal's statuses, types and words mean. A job that failed is told as status 200: by its type, and by `X-Fal-Retryable`."""

from __future__ import annotations

from providers.errors import Invalid, NoCredit, OutcomeUnknown, RateLimited, Refused, Unavailable
from providers.failures import Failure
from providers.transport import Reply

MODERATED = "content_policy_violation"
_MODEL = "internal_server_error|generation_timeout|downstream_service_error|downstream_service_unavailable"
_QUEUE = (
    "request_timeout|startup_timeout|internal_error|runner_(?:scheduling_failure|connection_timeout|disconnected"
    "|connection_refused|connection_error|incomplete_response|server_error)"
)
_PICTURE = (
    "image_too_small|image_too_large|image_load_error|file_download_error|file_too_large|face_detection_error"
    "|unsupported_(?:image|audio|video)_format"
)
_WORDS = "no_media_generated|(?:greater|less)_than(?:_equal)?|multiple_of|sequence_too_(?:short|long)|one_of|feature_not_supported"
_RETRYABLE, _PERMANENT = " (retryable)", " (permanent)"
_LOCKED = "User is locked|Exhausted balance"
_CHANGE = "It is refused again with the same words and pictures: change them, or take another provider."
_ANEW = "Let it be made anew; nothing is charged for a fault of its own."
_MEND = "Change what it says; then: gate resume"

FAILURES = (
    Failure(Refused, _CHANGE, (200, 422), code=rf"{MODERATED}.*"),
    Failure(Unavailable, _ANEW, (200,), code=_MODEL),
    Failure(Unavailable, _ANEW, (200,), code=_QUEUE),
    Failure(Unavailable, _ANEW, (200,), code=rf"(?!{MODERATED}).*\(retryable\)"),
    Failure(Invalid, "Lock another picture in the place of the one it names; then: gate resume", (200,), code=_PICTURE),
    Failure(Invalid, _MEND, (200,), code=_WORDS),
    Failure(Invalid, _MEND, (200,), code=rf"(?!{MODERATED}).*\(permanent\)"),
    Failure(Invalid, _MEND, (422,), code=rf"(?!{MODERATED}).*"),
    Failure(Invalid, "Check the key: gate doctor", (401,)),
    Failure(NoCredit, "Top up at fal.ai/dashboard/billing; then: gate resume", (403,), words=_LOCKED),
    Failure(Invalid, "Give the key access at fal.ai/dashboard/keys", (403,), words=rf"\A(?![\s\S]*(?:{_LOCKED}))"),
    Failure(Invalid, "See the models there are: gate doctor", (404,)),
    Failure(RateLimited, "Wait a little; then: gate resume", (429,)),
    Failure(OutcomeUnknown, "Let it be asked again: gate resume", (500, 502, 503, 504)),
)  # fmt: skip
"""A call is refused by its status; what a job that failed costs is in `x-fal-billable-units`, and else assumed."""


def said(reply: Reply) -> tuple[str, str]:
    """The type of an error with what `X-Fal-Retryable` says of it, and its words: of the model's own answer, else the queue's."""
    data = reply.data or {}
    detail, told = data.get("detail"), str(data.get("error") or "")
    code = str(data.get("error_type") or reply.headers.get("x-fal-error-type", ""))
    if isinstance(detail, list) and detail and all(isinstance(each, dict) for each in detail):
        code, told = str(detail[0].get("type") or code), "; ".join(str(each.get("msg", "")) for each in detail)
    elif isinstance(detail, list):
        told = str(detail)
    elif isinstance(detail, str):
        told = detail
    again = {"true": _RETRYABLE, "false": _PERMANENT}.get(reply.headers.get("x-fal-retryable", "").lower(), "")
    return code + again, told
