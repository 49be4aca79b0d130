"""The meaning of fal's statuses, types and words. A failed job answers with status 200; its type and
`X-Fal-Retryable` say what happened.
"""

from __future__ import annotations

from providers.errors import Invalid, NoCredit, OutcomeUnknown, RateLimited, Refused, Unavailable
from providers.over_http.failures import FailureRow
from providers.over_http.transport import Reply

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
_WORDS = (
    "no_media_generated|(?:greater|less)_than(?:_equal)?|multiple_of|sequence_too_(?:short|long)|one_of"
    "|feature_not_supported"
)
_RETRYABLE, _PERMANENT = " (retryable)", " (permanent)"
_LOCKED = "User is locked|Exhausted balance"
_CHANGE = "It is refused again with the same words and pictures: change them, or take another provider."
_AGAIN = "Make it again; fal does not charge for its own faults."
_MEND = "Change what it says; then: gate resume"

FAILURES = (
    FailureRow(Refused, _CHANGE, (200, 422), code=rf"{MODERATED}.*"),
    FailureRow(Unavailable, _AGAIN, (200,), code=_MODEL),
    FailureRow(Unavailable, _AGAIN, (200,), code=_QUEUE),
    FailureRow(Unavailable, _AGAIN, (200,), code=rf"(?!{MODERATED}).*\(retryable\)"),
    FailureRow(
        Invalid, "Lock another picture in the place of the one it names; then: gate resume", (200,), code=_PICTURE
    ),
    FailureRow(Invalid, _MEND, (200,), code=_WORDS),
    FailureRow(Invalid, _MEND, (200,), code=rf"(?!{MODERATED}).*\(permanent\)"),
    FailureRow(Invalid, _MEND, (422,), code=rf"(?!{MODERATED}).*"),
    FailureRow(Invalid, "Check the key: gate doctor", (401,)),
    FailureRow(NoCredit, "Top up at fal.ai/dashboard/billing; then: gate resume", (403,), words=_LOCKED),
    FailureRow(Invalid, "Give the key access at fal.ai/dashboard/keys", (403,), words=rf"\A(?![\s\S]*(?:{_LOCKED}))"),
    FailureRow(Invalid, "See the models there are: gate doctor", (404,)),
    FailureRow(RateLimited, "Wait a little; then: gate resume", (429,)),
    FailureRow(OutcomeUnknown, "Let it be asked again: gate resume", (500, 502, 503, 504)),
)
"""A call is refused by its status; the cost of a failed job is in `x-fal-billable-units`, and else assumed."""


def said(reply: Reply) -> tuple[str, str]:
    """The type of an error with what `X-Fal-Retryable` says of it, and its words:
    of the model's own answer, else the queue's.
    """
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
