"""The meaning of ModelArk's codes. Its documents say that only successful calls are billed, so a refusal is free."""

from __future__ import annotations

from providers.errors import Gone, Invalid, KeyLimit, NoCredit, OutcomeUnknown, RateLimited, Refused, Unavailable
from providers.over_http.failures import FailureRow, FailureTable
from providers.over_http.transport import Reply

_THEN = "Then: gate resume"


def _said(reply: Reply) -> tuple[str, str]:
    error = (reply.data or {})["error"]
    return str(error["code"]), str(error["message"])


FAILURES = (
    FailureRow(
        Refused,
        "Change what it took offence at: unchanged it is refused again.",
        (400, 200),
        r".*SensitiveContentDetected(\..*)?",
        bill="free",
    ),
    FailureRow(Invalid, "Check the key, ARK_API_KEY: gate doctor", (401,), "AuthenticationError"),
    FailureRow(NoCredit, f"Pay the overdue bill in BytePlus's billing center. {_THEN}", (403,), "AccountOverdueError"),
    FailureRow(Invalid, f"Ask for access in the Ark console. {_THEN}", (403,), r"AccessDenied|OperationDenied(\..*)?"),
    FailureRow(Invalid, f"Activate the model in the Ark console. {_THEN}", (404,), "ModelNotOpen"),
    FailureRow(Invalid, "Name another model in film.yaml.", (404,), r"InvalidEndpointOrModel\.NotFound"),
    FailureRow(Gone, "It knows tasks for seven days.", (404,), "ResourceNotFound"),
    FailureRow(Invalid, "Change the field that it names.", (400, 200), r"MissingParameter|InvalidParameter(\..*)?"),
    FailureRow(Invalid, "It ends by itself: wait for it.", (409,), r"InvalidAction\.RunningTaskDeletion"),
    FailureRow(
        KeyLimit,
        f"Raise the model's safe experience limit in the Ark console, or switch it off. {_THEN}",
        (429,),
        "SetLimitExceeded",
    ),
    FailureRow(
        RateLimited,
        "Wait a little; then: gate resume",
        (429,),
        r"RateLimitExceeded\..*|ModelAccount(Rpm|Tpm)RateLimitExceeded|QuotaExceeded",
    ),
    FailureRow(Unavailable, "When it has room again: gate resume", (429,), "ServerOverloaded|ModelLoadingError"),
    FailureRow(OutcomeUnknown, "Let it be asked again: gate resume", (500,), "InternalServiceError"),
)
TABLE = FailureTable("byteplus", FAILURES, _said)
