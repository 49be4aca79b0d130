"""OpenRouter: Seedance 2.x, and the other models of its video catalogue under the same call; any of its text models.

A call is POST /videos, its state GET /videos/{id}; there is no list, no cancel and no mark that is echoed, so that a
lost answer stays in doubt. Refused and failed calls are not billed; outputs are billed in `usage.cost`. Words come at
once, by POST /chat/completions.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import quote, urljoin

from manifests.money import MICROUSD_PER_USD
from manifests.question import Question
from manifests.spending.price import Usage
from manifests.take import Operation, Request
from providers.capabilities import FRAME_ROLES
from providers.contract import JobStatus, VideoModel, bill_of
from providers.errors import (
    Invalid,
    KeyLimit,
    NoCredit,
    OutcomeUnknown,
    ProviderError,
    RateLimited,
    Refused,
    Unavailable,
)
from providers.models import ModelRow
from providers.openrouter.prices import rows_of
from providers.openrouter.text_prices import text_rows_of
from providers.over_http.captions import captioned
from providers.over_http.chat import ChatWriter
from providers.over_http.failures import FailureRow, FailureTable
from providers.over_http.provider import Addresses
from providers.over_http.references import Travel
from providers.over_http.transport import Reply, Transport

_DATA_BYTES_MAX = 20 << 20
"""No limit is documented; a body that is too large is answered 413, and not billed."""

_FRAMES = {"start_frame": "first_frame", "end_frame": "last_frame"}
_ENDS = {"failed", "cancelled", "expired"}
_MODERATED = r"SensitiveContent|sensitive (?:information|content)|may contain real person|[Cc]ontent policy violation"
_PLAIN = rf"\A(?![\s\S]*(?:{_MODERATED}))"
_SPENT = r"\AKey limit exceeded \(|(?i:\bbudget (?:\w+ ){0,3}(?:exceeded|reached|exhausted|spent)\b)"
"""The key's own limit, or that of a workspace or guardrail that it spends from."""

_REASONS = "reasons"
_CHANGE = "It is refused again with the same words and pictures: change them, or take another provider."
_ASK_AGAIN = "Let it be asked again: gate resume"

FAILURES = (
    FailureRow(Refused, _CHANGE, (403,), code=_REASONS, bill="free"),
    FailureRow(Refused, _CHANGE, (200, 400, 403, 422), code=rf"(?!{_REASONS}\Z).*", words=_MODERATED, bill="free"),
    FailureRow(
        KeyLimit,
        "Raise the key's limit at openrouter.ai/settings/keys; then: gate resume",
        (403,),
        code="403",
        words=_SPENT,
    ),
    FailureRow(NoCredit, "Top up at openrouter.ai/credits; then: gate resume", (402,)),
    FailureRow(Invalid, "Check the key: gate doctor", (401,)),
    FailureRow(
        Invalid,
        "Give the key access to this at openrouter.ai/settings/keys",
        (403,),
        code="403",
        words=rf"{_PLAIN}(?![\s\S]*(?:{_SPENT}))",
    ),
    FailureRow(Invalid, "Change what it says; then: gate resume", (400, 422), words=_PLAIN),
    FailureRow(Invalid, "See the models there are: gate doctor", (404,)),
    FailureRow(Invalid, "Lock smaller pictures, or put the vault on S3, so that links are sent", (413,)),
    FailureRow(RateLimited, "Wait a little; then: gate resume", (429,)),
    FailureRow(OutcomeUnknown, _ASK_AGAIN, (499, 500, 502, 503, 504, 524, 529)),
    FailureRow(Unavailable, "Make it again, or ask another model", (200,), code="|".join(_ENDS), words=_PLAIN),
)
"""The meaning of its codes.
A moderation is known by `metadata.reasons`, or by ByteDance's own words for it, and is free.
"""


def _said(reply: Reply) -> tuple[str, str]:
    """Code and message of an error, the reasons of a moderation with it."""
    error = (reply.data or {})["error"]
    reasons = (error.get("metadata") or {}).get("reasons")
    if reasons:
        return _REASONS, f"{error['message']} ({', '.join(map(str, reasons))})"
    return str(error.get("code", reply.status)), str(error["message"])


class OpenRouter(ChatWriter, VideoModel):
    """openrouter.ai/api/v1. A clip's job id is its own; an answer's is ours."""

    name = "openrouter"
    operations: ClassVar[frozenset[Operation]] = frozenset({"clip", "write"})
    origin = "https://openrouter.ai"
    base = "/api/v1"
    failures = FailureTable("openrouter", FAILURES, _said)
    poll_s = (10.0, 30.0)
    _travel = Travel(links=True, data_bytes_max=_DATA_BYTES_MAX, formats=("image/png", "image/jpeg", "image/webp"))

    def transport_to(self, base_url: str, **changes: Any) -> Transport:
        """A transport that leaves out flagged text: that is our own prompt,
        and is not kept among the provider's words.
        """
        return super().transport_to(base_url, classify=_read, **changes)

    def headers(self, key: str) -> Mapping[str, str]:
        """The key as a bearer token."""
        return {"Authorization": f"Bearer {key}"}

    def travel(self) -> Travel:
        """A link where the vault has one, else a data URL."""
        return self._travel

    def submit_path(self, row: ModelRow) -> str:  # noqa: ARG002  one address for all models
        """One address for all models."""
        return "/videos"

    def body(self, request: Request, row: ModelRow, at: Addresses) -> dict[str, Any]:
        """Frames or references, never both: where frames are sent references are ignored."""
        frames = [r for r in request.references if r.role in FRAME_ROLES]
        others = [r for r in request.references if r.role not in FRAME_ROLES]
        body: dict[str, Any] = {
            "model": row.id,
            "prompt": captioned(request.prompt, others, "@Image{}"),
            "duration": round(request.frames / request.fps),
            "resolution": row.size(request).says,
            "aspect_ratio": request.aspect,
        }
        if row.seed:
            body["seed"] = request.seed
        if row.audio:
            body["generate_audio"] = False
        if frames:
            body["frame_images"] = [{**_picture(at[r.sha256]), "frame_type": _FRAMES[r.role]} for r in frames]
        if others:
            body["input_references"] = [_picture(at[r.sha256]) for r in others]
        return body

    def usage(self, request: Request) -> Usage:
        """The clip, and each picture that is shown: some models bill those."""
        usage = super().usage(request)
        return usage.model_copy(update={"pictures_in": ((usage.width, usage.height),) * len(request.references)})

    def job_in(self, reply: Reply) -> str | None:
        """`id`."""
        job_id = (reply.data or {}).get("id")
        return job_id if isinstance(job_id, str) else None

    def poll_path(self, job_id: str) -> str:
        """By id: `polling_url` is told in two forms."""
        return f"/videos/{quote(job_id, safe='')}"

    def status_in(self, reply: Reply) -> JobStatus:
        """A failed job is not billed unless it says so; for cancelled and expired jobs its documents do not say."""
        data = reply.data or {}
        status, bill = str(data.get("status")), _bill(data.get("usage"))
        if status == "completed":
            return JobStatus("done", bill, reply.raw)
        if status not in _ENDS:
            return JobStatus("running", None, reply.raw)
        free = 0 if status == "failed" else None
        failure = self.failures.of(status, str(data.get("error") or ""), reply.raw)
        return JobStatus("failed", free if bill is None else bill, reply.raw, failure)

    def output_in(self, reply: Reply) -> str | None:
        """The address that needs our key: the signed one would open for anybody."""
        data = reply.data or {}
        listed = data.get("unsigned_urls")
        if data.get("status") != "completed" or not isinstance(listed, list) or not listed:
            return None
        try:
            return urljoin(self.origin, str(listed[0]))
        except ValueError:  # it is not an address at all
            return None

    async def credit(self) -> int | None:
        """The least that is left of the key's own limit and of the budgets that it spends from;
        None where there is none of them.
        """
        told = ((await self._transport.ask("/key")).data or {}).get("data")
        data: Mapping[str, Any] = told if isinstance(told, Mapping) else {}
        listed = data.get("budgets")
        budgets = [*(listed if isinstance(listed, list) else ()), data.get("effective_budget")]
        left = [
            data.get("limit_remaining"),
            *(each.get("remaining_usd") for each in budgets if isinstance(each, Mapping)),
        ]
        amounts = [each for each in left if isinstance(each, int | Decimal) and not isinstance(each, bool)]
        return max(0, math.floor(min(amounts) * MICROUSD_PER_USD)) if amounts else None

    def answer_bill(self, reply: Reply, question: Question) -> int | None:  # noqa: ARG002  its answer says it
        """`usage.cost`."""
        return _bill((reply.data or {}).get("usage"))

    async def live_prices(self) -> tuple[Mapping[str, Any], ...]:
        """`pricing_skus` of the catalogue of clips, and `pricing` of the writer's model where the film names one."""
        rows = rows_of((await self._transport.ask("/videos/models")).data or {})
        if (model := self._around.models.get("write")) is None:
            return rows
        return rows + text_rows_of((await self._transport.ask("/models")).data or {}, model)


def _read(reply: Reply) -> ProviderError | None:
    error = (reply.data or {}).get("error")
    metadata = error.get("metadata") if isinstance(error, dict) else None
    if isinstance(metadata, dict) and metadata.pop("flagged_input", None) is not None:
        reply = replace(reply, raw=json.dumps(reply.data, default=str, ensure_ascii=False))
    return OpenRouter.failures.read(reply)


def _picture(url: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url}}


def _bill(usage: object) -> int | None:
    """`cost` in micro-dollars. With a key of one's own at the maker it is OpenRouter's fee alone, and no bill."""
    if not isinstance(usage, Mapping) or usage.get("is_byok") is True:
        return None
    return bill_of(usage.get("cost"))
