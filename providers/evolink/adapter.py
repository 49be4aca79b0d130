"""Evolink, which sells Seedance on: pictures go as public links, and it has no list,
so that a lost call stays in doubt.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from manifests.money import MICROUSD_PER_USD
from manifests.take import Request
from providers.contract import JobStatus, VideoModel
from providers.errors import Gone, Invalid, NoCredit, OutcomeUnknown, RateLimited, Refused, Unavailable
from providers.models import ModelRow
from providers.over_http.captions import captioned
from providers.over_http.failures import FailureRow, FailureTable
from providers.over_http.provider import Addresses, HttpProvider
from providers.over_http.references import Travel
from providers.over_http.transport import Reply

CREDITS_PER_USD = 68
"""Counted from its own pages: 86.7 credits for $1.275."""

_LATER = "Try again later: gate resume"
FAILURES = (
    FailureRow(
        Refused,
        "Change what it took offence at, often a real face; unchanged it is refused again.",
        code="content_policy_violation",
    ),
    FailureRow(Invalid, "Change the field that it names.", (400,), "invalid_request"),
    FailureRow(Gone, "See its own list of tasks.", (400,), "invalid_task_id"),
    FailureRow(Invalid, "Check the key, EVOLINK_API_KEY: gate doctor", (401,), "unauthorized"),
    FailureRow(NoCredit, "Add credits on Evolink's billing page; then: gate resume", (402,), "insufficient_quota"),
    FailureRow(Invalid, "Name another model in film.yaml, or ask Evolink for this one.", (403,), "model_access_denied"),
    FailureRow(RateLimited, "Wait a little; then: gate resume", (429,), "rate_limit_exceeded"),
    FailureRow(OutcomeUnknown, "Let it be asked again: gate resume", (500,), "internal_error"),
    FailureRow(
        Invalid,
        "Change the picture or what is asked.",
        (200,),
        "invalid_parameters|image_processing_error|image_dimension_mismatch|resource_not_found",
    ),
    FailureRow(NoCredit, "Add credits on Evolink's billing page; then: gate resume", (200,), "quota_exceeded"),
    FailureRow(
        Unavailable,
        _LATER,
        (200,),
        "request_cancelled|generation_failed_no_content|service_error|generation_timeout|resource_exhausted"
        "|service_unavailable|unknown_error",
    ),
)
"""The meaning of its codes: those of calls, and with status 200 those of tasks.
Its documents do not say how much of a failed task it refunds.
"""


def _said(reply: Reply) -> tuple[str, str]:
    error = (reply.data or {})["error"]
    return str(error["code"]), str(error["message"])


class Evolink(HttpProvider, VideoModel):
    """api.evolink.ai. The job id is its own."""

    name = "evolink"
    operations = frozenset({"clip"})
    origin = "https://api.evolink.ai"
    base = "/v1"
    failures = FailureTable("evolink", FAILURES, _said)

    def headers(self, key: str) -> Mapping[str, str]:
        """The key as a bearer token."""
        return {"Authorization": f"Bearer {key}"}

    def travel(self) -> Travel:
        """Links alone: it takes no picture inside a call."""
        return Travel(links=True, formats=("image/png", "image/jpeg", "image/webp"))

    def submit_path(self, row: ModelRow) -> str:  # noqa: ARG002  one address for all models
        """One address for all models."""
        return "/videos/generations"

    def body(self, request: Request, row: ModelRow, at: Addresses) -> dict[str, Any]:
        """One picture is the first frame, a second the last; a model of references is told which picture shows what."""
        told = captioned(request.prompt, request.references) if request.staging.mode == "references" else request.prompt
        in_turn = sorted(request.references, key=lambda reference: reference.role == "end_frame")
        shown = {"image_urls": [at[reference.sha256] for reference in in_turn]} if in_turn else {}
        return {
            "model": row.id,
            "prompt": told,
            **shown,
            "duration": request.frames // request.fps,
            "quality": row.size(request).says,
            "aspect_ratio": request.aspect,
            "generate_audio": False,
        }

    def job_in(self, reply: Reply) -> str | None:
        """The task's id."""
        found = (reply.data or {}).get("id")
        return found if isinstance(found, str) else None

    def poll_path(self, job_id: str) -> str:
        """The task's own address."""
        return f"/tasks/{quote(job_id, safe='')}"

    def status_in(self, reply: Reply) -> JobStatus:
        """It tells what was set aside, never what was billed: the hold counts, for what failed too."""
        task = reply.data or {}
        match task.get("status"):
            case "completed":
                return JobStatus("done", None, reply.raw)
            case "failed":
                error = task.get("error")
                said = error if isinstance(error, dict) else {}
                code, words = str(said.get("code", "")), str(said.get("message", ""))
                return JobStatus("failed", None, reply.raw, self.failures.of(code, words, reply.raw))
            case "cancelled":
                return JobStatus("failed", None, reply.raw)
            case _:
                return JobStatus("running", None, reply.raw)

    def output_in(self, reply: Reply) -> str | None:
        """The first result; its address lives for 24 hours."""
        results = (reply.data or {}).get("results")
        first = results[0] if isinstance(results, list) and results else None
        return first if isinstance(first, str) else None

    async def credit(self) -> int | None:
        """The account's remaining credit, or the key's where that is less."""
        told = ((await self._transport.ask("/credits")).data or {}).get("data")
        both = told if isinstance(told, dict) else {}
        left = [purse for name in ("user", "token") if (purse := _left(both.get(name))) is not None]
        return math.floor(min(left) * MICROUSD_PER_USD / CREDITS_PER_USD) if left else None


def _left(purse: object) -> Decimal | None:
    """The credits in a purse; None for one without a limit, or none at all."""
    if not isinstance(purse, dict) or purse.get("unlimited_credits") is True:
        return None
    left = purse.get("remaining_credits")
    if isinstance(left, bool) or not isinstance(left, int | Decimal):
        return None
    return max(Decimal(0), Decimal(left))
