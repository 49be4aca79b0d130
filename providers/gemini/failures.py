"""The meaning of Google's words: for a refused call, for an answer without a picture,
and for a clip's operation that failed.

Codes are written as `STATUS` or `STATUS/REASON` for a refused call, `blockReason X` and `finishReason X` for an answer,
`raiMediaFiltered` and `operation N` (a code of google.rpc) for a clip.
"""

from __future__ import annotations

from providers.errors import Invalid, KeyLimit, NoCredit, RateLimited, Refused, Unavailable
from providers.over_http.failures import FailureRow, FailureTable
from providers.over_http.transport import Reply

HELD = frozenset(
    {
        "SAFETY",
        "RECITATION",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "SPII",
        "MODEL_ARMOR",
        "IMAGE_SAFETY",
        "IMAGE_PROHIBITED_CONTENT",
        "IMAGE_RECITATION",
    }
)
"""Reasons to finish that name a rule against the content. IMAGE_OTHER, NO_IMAGE and a plain STOP name none."""

NO_CANDIDATE = "no candidate"
"""Our code for an answer that holds neither a candidate nor a reason, or is of another shape."""

_MODERATED = r"blocked.*(safety|polic)|violat.*(guideline|polic)|responsible ai"
_PREPAID, _CAP = r"prepayment credits are depleted", r"spending cap"
_KEY = "Check GEMINI_API_KEY and its project at aistudio.google.com: gate doctor"
_CHANGE = "Change what it says; then: gate resume"
_WORDS = "Change the words or the pictures; the same ones are refused again."
_AGAIN = "Ask once more, or change one thing about the shot."
_LATER = "When it is back: gate resume"


def said(reply: Reply) -> tuple[str, str]:
    """The code and the message of a refused call. Raises what a dict raises where the answer is not Google's."""
    error = (reply.data or {})["error"]
    reasons = [each["reason"] for each in error.get("details", ()) if "reason" in each]
    return "/".join([str(error["status"]), *map(str, reasons[:1])]), str(error.get("message", ""))


FAILURES = FailureTable(
    "gemini",
    [
        FailureRow(Invalid, _KEY, (400,), r"\w+/API_KEY_\w+"),
        FailureRow(Refused, _WORDS, (400,), r"INVALID_ARGUMENT", rf"(?is){_MODERATED}", bill="free"),
        FailureRow(Invalid, _CHANGE, (400,), r"INVALID_ARGUMENT|OUT_OF_RANGE", rf"(?is)\A(?!.*({_MODERATED}))"),
        FailureRow(
            Invalid,
            "Turn billing on for the key's project at aistudio.google.com.",
            (400,),
            r"FAILED_PRECONDITION(/.*)?",
        ),
        FailureRow(Invalid, _KEY, (401, 403), r"(UNAUTHENTICATED|PERMISSION_DENIED)(/.*)?"),
        FailureRow(Invalid, "Name another model in film.yaml.", (404,), r"NOT_FOUND(/.*)?"),
        FailureRow(
            NoCredit,
            "Top up the account at aistudio.google.com; then: gate resume",
            (429,),
            r"RESOURCE_EXHAUSTED(/.*)?",
            _PREPAID,
        ),
        FailureRow(
            KeyLimit,
            "Raise the project's spending cap at aistudio.google.com; then: gate resume",
            (429,),
            r"RESOURCE_EXHAUSTED(/.*)?",
            _CAP,
        ),
        FailureRow(
            RateLimited,
            "Wait a little; then: gate resume",
            (429,),
            r"RESOURCE_EXHAUSTED(/.*)?",
            rf"\A(?!.*({_PREPAID}|{_CAP}))",
        ),
        FailureRow(Unavailable, _LATER, (503,), r"UNAVAILABLE(/.*)?", r"(?i)overloaded|high demand"),
        FailureRow(Refused, _WORDS, (200,), r"blockReason \w+"),
        FailureRow(Refused, _WORDS, (200,), rf"finishReason ({'|'.join(sorted(HELD))})"),
        FailureRow(Unavailable, _AGAIN, (200,), rf"finishReason (?!({'|'.join(sorted(HELD))})$)\w*|{NO_CANDIDATE}"),
        FailureRow(Refused, _WORDS, (200,), "raiMediaFiltered", bill="free"),
        FailureRow(Refused, _WORDS, (200,), "operation 3", rf"(?is){_MODERATED}"),
        FailureRow(Invalid, _CHANGE, (200,), "operation 3", rf"(?is)\A(?!.*({_MODERATED}))"),
        FailureRow(Invalid, _KEY, (200,), "operation (7|9|16)"),
        FailureRow(RateLimited, "Wait a little; then: gate resume", (200,), "operation 8"),
        FailureRow(Unavailable, _AGAIN, (200,), r"operation (?!(3|7|8|9|16)$)\d*"),
    ],
    said,
)
"""A 5xx has no row unless Google says that it had no room for the call: google.rpc itself calls a repeat after
UNAVAILABLE unsafe. That a filtered clip is free is said in its reasons, and at ai.google.dev/gemini-api/docs/veo
(Limitations).
"""
