"""A clip as Veo's wire has it: a long-running operation, and a file that is kept for two days.

No operation says what it cost. Its job's id is its name with the length and the size before it, which have a list
price.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from manifests.errors import GateError
from manifests.spending.price import PriceOf, Usage
from manifests.take import Request
from providers.capabilities import FRAME_ROLES
from providers.contract import JobStatus
from providers.errors import ProviderError, Refused
from providers.gemini.failures import FAILURES
from providers.models import ModelRow
from providers.over_http.transport import Reply

_NAME = re.compile(r"models/([\w.-]{1,100})/operations/[\w.-]{1,200}", re.ASCII)
_JOB = re.compile(rf"(\d{{1,3}})s-(720p|1080p)/({_NAME.pattern})", re.ASCII)


def job_of(name: object, request: Request, row: ModelRow) -> str | None:
    """The id of the job that an operation's name is; None for any other name."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return None
    return f"{request.frames // request.fps}s-{row.size(request).says}/{name}"


def is_job(job_id: str) -> bool:
    """Whether a job's id is a clip's."""
    return _JOB.fullmatch(job_id) is not None


def operation_of(job_id: str) -> str:
    """The operation's name in a clip's id."""
    found = _JOB.fullmatch(job_id)
    return found[3] if found else job_id


def bill(job_id: str, provider: str, price_of: PriceOf) -> int | None:
    """The list price of a clip that was made, in micro-dollars; None where the book has none today."""
    found = _JOB.fullmatch(job_id)
    if found is None:
        return None
    usage = Usage.model_validate(
        {
            "provider": provider,
            "model": found[4],
            "operation": "clip",
            "resolution": found[2],
            "audio": True,
            "output_ms": int(found[1]) * 1000,
        }
    )
    try:
        return price_of(usage).likely_microusd
    except GateError:
        return None


def body(request: Request, row: ModelRow, at: Mapping[str, str]) -> dict[str, Any]:
    """The call's body. It knows no seed, and no word for silence."""
    instance: dict[str, Any] = {"prompt": request.prompt}
    frames = {shown.role: _picture(at[shown.sha256]) for shown in request.references if shown.role in FRAME_ROLES}
    if "start_frame" in frames:
        instance["image"] = frames["start_frame"]
    if "end_frame" in frames:
        instance["lastFrame"] = frames["end_frame"]
    if others := [shown for shown in request.references if shown.role not in FRAME_ROLES]:
        instance["referenceImages"] = [
            {"image": _picture(at[shown.sha256]), "referenceType": "asset"} for shown in others
        ]
    parameters = {
        "sampleCount": 1,
        "durationSeconds": request.frames // request.fps,
        "aspectRatio": request.aspect,
        "resolution": row.size(request).says,
        "personGeneration": "allow_adult" if request.references else "allow_all",  # no other is taken of either
    }
    return {"instances": [instance], "parameters": parameters}


def status_in(reply: Reply) -> JobStatus:
    """How the operation stands. It never says what it cost, except that a clip that was filtered is free."""
    told = reply.data or {}
    if told.get("done") is not True:
        return JobStatus("running", None, reply.raw)
    if output_in(reply):
        return JobStatus("done", None, reply.raw)
    failure = _failure(told, reply.raw)
    return JobStatus("failed", failure.bill_microusd if isinstance(failure, Refused) else None, reply.raw, failure)


def output_in(reply: Reply) -> str | None:
    """Where the clip is, or None."""
    try:
        samples = (reply.data or {})["response"]["generateVideoResponse"]["generatedSamples"]
        return str(samples[0]["video"]["uri"])
    except (KeyError, IndexError, TypeError):
        return None


def _failure(told: Mapping[str, Any], raw: str) -> ProviderError | None:
    error = told.get("error")
    if isinstance(error, dict):
        return FAILURES.of(f"operation {error.get('code', '')}", str(error.get("message", "")), raw)
    try:
        filtered = told["response"]["generateVideoResponse"]
        reasons = " ".join(map(str, filtered.get("raiMediaFilteredReasons") or ()))
        if filtered.get("raiMediaFilteredCount") or reasons:
            return FAILURES.of("raiMediaFiltered", reasons, raw)
    except (AttributeError, KeyError, TypeError):
        pass
    return None


def _picture(address: str) -> dict[str, str]:
    if not address.startswith("data:"):
        return {"bytesBase64Encoded": address}
    media_type, _, data = address.removeprefix("data:").partition(";base64,")
    return {"bytesBase64Encoded": data, "mimeType": media_type}
