"""A bucket server's errors, in our words. Its own text is never passed on: it may repeat a key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError, ProfileNotFound

from vault.errors import SourceChanged, StoreDown, StoreRefused, VaultError

_SET_KEYS = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; for R2 make them under R2's API tokens."
_RIGHTS = "The key needs s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket for this bucket; then try again."
_BUCKET = "Make the bucket first, or name another: GATE_VAULT=s3://BUCKET/PREFIX"
_REGION = "Set AWS_DEFAULT_REGION to the bucket's own; for R2 it is auto."
_CLOCK = "Set this machine's clock: a signature is good for minutes."
_LATER = "Nothing is lost: try again. If it stays so, look at the network and at GATE_VAULT_ENDPOINT."

_UNSENDABLE = (
    "its endpoint is not a URL, or its key fits into no header",
    "Write GATE_VAULT_ENDPOINT as https://HOST, and the keys without spaces or line ends.",
)
_REFUSED = {
    "NoSuchBucket": ("there is no such bucket", _BUCKET),
    "InvalidBucketName": ("that is not a bucket's name", _BUCKET),
    "InvalidAccessKeyId": ("the server does not know the key", _SET_KEYS),
    "SignatureDoesNotMatch": ("the secret does not fit the key", _SET_KEYS),
    "ExpiredToken": ("the key has expired", _SET_KEYS),
    "InvalidToken": ("the key has expired", _SET_KEYS),
    "PermanentRedirect": ("the bucket is in another region", _REGION),
    "AuthorizationHeaderMalformed": ("the bucket is in another region", _REGION),
    "IllegalLocationConstraintException": ("the bucket is in another region", _REGION),
    "RequestTimeTooSkewed": ("the server's clock and this machine's differ too much", _CLOCK),
    "NotImplemented": (
        "the server does not know a request that we need",
        "Use S3, R2, or a SeaweedFS newer than 4.16.",
    ),
    "EntityTooLarge": ("the server takes no file of this size", "A bucket takes files of up to 5 GB from us."),
}
_ARRIVED_OTHERWISE = {"BadDigest", "XAmzContentSHA256Mismatch", "IncompleteBody"}


@contextmanager
def in_our_words(place: str) -> Iterator[None]:
    """Let every error of boto3 leave as StoreDown, StoreRefused or SourceChanged about `place`."""
    refusal: VaultError
    try:
        yield
    except ClientError as error:
        refusal = _said(place, error.response)
    except (NoCredentialsError, PartialCredentialsError, ProfileNotFound):
        refusal = StoreRefused(place, "this machine has no key for it", _SET_KEYS)
    except BotoCoreError as error:
        refusal = StoreDown(place, f"its server cannot be reached ({type(error).__name__})", _LATER)
        if isinstance(error.kwargs.get("error"), ValueError):
            refusal = StoreRefused(place, *_UNSENDABLE)
    except ValueError:
        refusal = StoreRefused(place, *_UNSENDABLE)
    else:
        return
    # Without its cause: botocore's errors hold requests, and a request holds a key.
    raise refusal from None


def code_of(answer: Mapping[str, object]) -> tuple[int, str]:
    """The HTTP status and the error code of an answer; the code may be "" or the status again."""
    error, about = answer.get("Error"), answer.get("ResponseMetadata")
    status = about.get("HTTPStatusCode", 0) if isinstance(about, Mapping) else 0
    code = error.get("Code", "") if isinstance(error, Mapping) else ""
    return status, code if re.fullmatch(r"[A-Za-z0-9]{1,60}", code) else ""


def _said(place: str, answer: Mapping[str, object]) -> VaultError:
    status, code = code_of(answer)
    if code in _REFUSED:
        return StoreRefused(place, *_REFUSED[code])
    if code in _ARRIVED_OTHERWISE:
        cause = "other bytes arrived than were sent, or the file changed on the way"
        return SourceChanged(place, cause, "Wait until whatever writes it has finished, then try again.")
    if status in {401, 403}:
        return StoreRefused(place, f"its server does not let us ({code or status})", _RIGHTS)
    if status == 429 or status >= 500 or code in {"SlowDown", "RequestTimeout"}:
        return StoreDown(place, f"its server has no time or is in trouble ({code or status})", _LATER)
    return StoreRefused(place, f"its server refuses the request ({code or status})", _BUCKET)
