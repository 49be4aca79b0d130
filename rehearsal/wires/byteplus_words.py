"""ModelArk's errors: the status, code, type and words of each refusal."""

from __future__ import annotations

from rehearsal.refusal import PlayedRefusal

_NO_KEY = "The API key or AK/SK in the request is missing or invalid."
_BAD_KEY = "The API key format is incorrect."
_ACTIVATE = "Please activate the model service in the Ark Console."
_TYPES = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    429: "TooManyRequests",
    500: "InternalServerError",
}
_SAYS: dict[str, tuple[int, str, str]] = {
    "unauthorized": (401, "AuthenticationError", _BAD_KEY),
    "invalid": (400, "InvalidParameter", "One or more parameters specified in the request are not valid."),
    "unknown_model": (404, "InvalidEndpointOrModel.NotFound", ""),
    "unknown_job": (404, "ResourceNotFound", ""),
    "no_credit": (403, "AccountOverdueError", "The request failed because your account has an overdue balance."),
    "key_limit": (429, "SetLimitExceeded", "The model is paused: your account has reached its safe experience limit."),
    "forbidden": (404, "ModelNotOpen", f"Your account 2100000000 has not activated the model. {_ACTIVATE}"),
    "rate_limited": (429, "ModelAccountRpmRateLimitExceeded", "The account's RPM limit for this model is exceeded."),
    "moderation_input": (
        400,
        "InputTextSensitiveContentDetected",
        "The request failed because the input text may contain sensitive information.",
    ),
    "server_error": (500, "InternalServiceError", "The service encountered an unexpected internal error."),
    "failed": (500, "InternalServiceError", "The service encountered an unexpected internal error."),
}
_FIXED = {"unauthorized", "no_credit", "key_limit", "rate_limited", "server_error"}


def error_of(why: PlayedRefusal, request_id: str, *, picture: bool = False) -> tuple[int, dict[str, str]]:
    """Status and error of a refusal. `picture`: what was made, or not, is not a video."""
    status, code, message = _SAYS.get(why.kind, (400, "InvalidParameter", why.words))
    kind = _TYPES[status]
    match why.kind:
        case "unauthorized" if why.missing:
            message = _NO_KEY
        case "invalid" if why.missing:
            code, message = "MissingParameter", f"the request failed because it is missing {why.field} parameter"
        case "unknown_model":
            kind = "Not Found"
            message = f"The model or endpoint {why.words} does not exist or you do not have access to it."
        case "unknown_job":
            message = f"The specified resource `{why.words}` is not found."
        case "running":
            status, code, kind = 409, "InvalidAction.RunningTaskDeletion", "Conflict"
            message = f"Cannot delete task `{why.words}` because it is currently running."
        case "moderation_input" if why.by_picture:
            code = "InputImageSensitiveContentDetected.PrivacyInformation"
            message = why.words or "The request failed because the input image 'content[1]' may contain real person."
        case "moderation_output":
            made = "image" if picture else "video"
            status, code = 400, f"Output{made.capitalize()}SensitiveContentDetected"
            message = why.words or f"The request failed because the output {made} may contain sensitive information."
        case "server_error":
            status = why.status
        case _ if why.words and why.kind not in _FIXED:
            message = why.words
    return status, _error(code, f"{message} Request id: {request_id}", why.field, kind)


def _error(code: str, message: str, field: str, kind: str) -> dict[str, str]:
    return {"code": code, "message": message, "param": field, "type": kind}
