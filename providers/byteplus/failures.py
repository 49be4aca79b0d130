"""What ModelArk's codes mean. Its documents say that only what succeeds is billed, so a refusal is free."""

from __future__ import annotations

from providers.errors import Gone, Invalid, KeyLimit, NoCredit, OutcomeUnknown, RateLimited, Refused, Unavailable
from providers.failures import Failure, FailureTable
from providers.transport import Reply

_THEN = "Then: gate resume"


def _said(reply: Reply) -> tuple[str, str]:
    error = (reply.data or {})["error"]
    return str(error["code"]), str(error["message"])


FAILURES = (
    Failure(
        Refused, "Change what it took offence at: unchanged it is refused again.", (400, 200),
        r".*SensitiveContentDetected(\..*)?", bill="free",
    ),
    Failure(Invalid, "Check the key, ARK_API_KEY: gate doctor", (401,), "AuthenticationError"),
    Failure(NoCredit, f"Pay what is overdue, in BytePlus's billing center. {_THEN}", (403,), "AccountOverdueError"),
    Failure(Invalid, f"Ask for access in the Ark console. {_THEN}", (403,), r"AccessDenied|OperationDenied(\..*)?"),
    Failure(Invalid, f"Activate the model in the Ark console. {_THEN}", (404,), "ModelNotOpen"),
    Failure(Invalid, "Name another model in film.yaml.", (404,), r"InvalidEndpointOrModel\.NotFound"),
    Failure(Gone, "It knows tasks for seven days.", (404,), "ResourceNotFound"),
    Failure(Invalid, "Change what it names.", (400, 200), r"MissingParameter|InvalidParameter(\..*)?"),
    Failure(Invalid, "It ends by itself: wait for it.", (409,), r"InvalidAction\.RunningTaskDeletion"),
    Failure(
        KeyLimit, f"Raise the model's safe experience limit in the Ark console, or switch it off. {_THEN}", (429,),
        "SetLimitExceeded",
    ),
    Failure(
        RateLimited, "Wait a little; then: gate resume", (429,),
        r"RateLimitExceeded\..*|ModelAccount(Rpm|Tpm)RateLimitExceeded|QuotaExceeded",
    ),
    Failure(Unavailable, "When it has room again: gate resume", (429,), "ServerOverloaded|ModelLoadingError"),
    Failure(OutcomeUnknown, "Let it be asked again: gate resume", (500,), "InternalServiceError"),
)  # fmt: skip
TABLE = FailureTable("byteplus", FAILURES, _said)
