"""Replicate: Seedance by the routes of its official models.

A prediction is POSTed to its model and asked about by its id. A sent prediction is listed with its input for an hour: a
call whose answer was lost is found there, or proved absent. It shows no bills: an output is priced by the seconds that
it reports.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from manifests.privacy import WORDLESS
from manifests.take import Operation, Request
from providers.capabilities import FRAME_ROLES
from providers.contract import Job, JobStatus, LookupResult, LostCall, VideoModel, twice_absent
from providers.errors import Invalid, NoCredit, OutcomeUnknown, ProviderError, RateLimited, Refused, Unavailable
from providers.models import ModelRow
from providers.over_http.captions import captioned
from providers.over_http.failures import FailureRow, FailureTable
from providers.over_http.provider import Addresses, HttpProvider
from providers.over_http.references import Travel
from providers.over_http.transport import Reply
from providers.replicate.search import KEPT, Sent, bare, iso
from providers.surroundings import Surroundings

PREDICTIONS = "/predictions"
_DATA_BYTES_MAX = 256_000
"""Replicate's own advice; a larger one goes by a link, or by its files."""

_UPLOAD_LIFE_S = 3600.0
_SECONDS_MAX = 60
_PAGES_MAX = 50
_LIST_BYTES_MAX = 64 << 20
"""A hundred predictions a page, each with its input, and that with the pictures that went as data."""

_FRAMES = {"start_frame": "image", "end_frame": "last_frame_image"}
_TELLING = ("id", "model", "status", "error", "created_at", "started_at", "completed_at", "data_removed", "metrics")
_ENDS = {"failed", "canceled", "aborted"}
_CODE = re.compile(r"\((?:code: ?)?(E\d{3,4})\)")

FAILURES = (
    FailureRow(
        Refused,
        "It does not say at what it took offence: change words or pictures, or take another provider.",
        (200,),
        code="E005",
        bill="free",
    ),
    FailureRow(
        NoCredit,
        "Look at replicate.com/account/billing; if there is credit, it is the model's maker that has none.",
        (200,),
        code="E001",
    ),
    FailureRow(
        Invalid,
        "Check the token: gate doctor; if it is good, it is the model's maker that refuses Replicate's.",
        (200,),
        code="E002",
    ),
    FailureRow(Invalid, "Report it: no webhook is asked for.", (200,), code="E4875"),
    FailureRow(Unavailable, "Make it again: gate resume", (200,), code=r"(?!(?:E001|E002|E005|E4875)\Z).*"),
    FailureRow(Invalid, "Check the token: gate doctor", (401,)),
    FailureRow(Invalid, "Let the token run this model, at replicate.com/account/api-tokens", (403,)),
    FailureRow(NoCredit, "Top up at replicate.com/account/billing, wait some minutes; then: gate resume", (402,)),
    FailureRow(Invalid, "See the models there are: gate doctor", (404,)),
    FailureRow(Invalid, "Change the field that it names; then: gate resume", (400, 413, 422)),
    FailureRow(
        RateLimited, "Wait a little; below $5 of credit six calls a minute are taken. Then: gate resume", (429,)
    ),
    FailureRow(OutcomeUnknown, "Let it be asked again: gate resume", (500, 502, 503, 504)),
)
"""The meaning of its answers. Moderation is E005 alone; the words beside it also stand where a code is another."""


def _said(reply: Reply) -> tuple[str, str]:
    """The title and the detail of a problem; both may be missing."""
    data = reply.data or {}
    return str(data.get("title") or ""), str(data["detail"])


class Replicate(HttpProvider, VideoModel):
    """api.replicate.com/v1. The job id is the prediction's."""

    name = "replicate"
    operations: ClassVar[frozenset[Operation]] = frozenset({"clip"})
    origin = "https://api.replicate.com"
    base = "/v1"
    key_path = "/account"
    failures = FailureTable("replicate", FAILURES, _said)
    keeps_s = 2 * 3600.0  # an hour from its end

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self._travel = Travel(
            links=True,
            data_bytes_max=_DATA_BYTES_MAX,
            upload=self._upload,
            upload_life_s=_UPLOAD_LIFE_S,
            formats=("image/png", "image/jpeg", "image/webp"),
        )

    def headers(self, key: str) -> Mapping[str, str]:
        """The token as a bearer's."""
        return {"Authorization": f"Bearer {key}"}

    def travel(self) -> Travel:
        """A link where the vault has one, a data URL where it is small, else a file of Replicate's."""
        return self._travel

    def submit_path(self, row: ModelRow) -> str:
        """The model's own route: official models have no version."""
        return f"/models/{row.id}/predictions"

    def body(self, request: Request, row: ModelRow, at: Addresses) -> dict[str, Any]:
        """The model's input. `Prefer` is not sent, so that it answers at once."""
        frames = {_FRAMES[r.role]: at[r.sha256] for r in request.references if r.role in FRAME_ROLES}
        others = [r for r in request.references if r.role not in FRAME_ROLES]
        prompt = captioned(request.prompt, others, "[Image{}]")
        _refuse_long(request, row, prompt)
        told: dict[str, Any] = {
            "prompt": prompt,
            **frames,
            "duration": round(request.frames / request.fps),
            "resolution": row.size(request).says,
            "aspect_ratio": request.aspect,
            "generate_audio": False,
            "seed": request.seed,
        }
        if others:
            told["reference_images"] = [at[r.sha256] for r in others]
        return {"input": told}

    def accepted(self, reply: Reply) -> Job:
        """The prediction, without the input that it echoes."""
        return replace(super().accepted(reply), raw=self._words(reply))

    def job_in(self, reply: Reply) -> str | None:
        """`id`."""
        job_id = (reply.data or {}).get("id")
        return job_id if isinstance(job_id, str) else None

    def poll_path(self, job_id: str) -> str:
        """The prediction."""
        return f"{PREDICTIONS}/{quote(job_id, safe='')}"

    def status_in(self, reply: Reply) -> JobStatus:
        """A failed prediction counts as free; no page says so, and no page says otherwise.
        A cancelled one may be billed.
        """
        told, raw = reply.data or {}, self._words(reply)
        status = str(told.get("status"))
        if status == "succeeded":
            return JobStatus("done", self._bill(told), raw)
        if status not in _ENDS:
            return JobStatus("running", None, raw)
        error = str(told.get("error") or "")
        code = _CODE.search(error)
        failure = self.failures.of(code[1] if code else status, error, raw)
        return JobStatus("failed", None if status == "canceled" else 0, raw, failure)

    def output_in(self, reply: Reply) -> str | None:
        """The address of the clip; it is gone after an hour, and the answer says no other."""
        output = (reply.data or {}).get("output")
        first = output[0] if isinstance(output, list) and output else output
        return first if isinstance(first, str) else None

    async def cancel(self, job_id: str) -> bool:
        """True where it had not begun: `aborted` is not charged; whether `canceled` is, is not said of these models."""
        try:
            reply = await self._transport.ask(f"{self.poll_path(job_id)}/cancel", method="POST")
        except ProviderError:
            return False
        return (reply.data or {}).get("status") == "aborted"

    async def find(self, sought: LostCall) -> LookupResult:
        """Look among what was sent at about that time: same model, same input but for where its pictures lay."""
        now, row = datetime.now(UTC), self.row_of(sought)
        if row is None:
            return LookupResult("unknown", raw="it was asked of a model, or in words, that this program does not know")
        if sought.request.wordless:
            return LookupResult("unknown", raw=WORDLESS)
        if sought.sent_at is None or now - sought.sent_at > KEPT:
            return LookupResult(
                "unknown", raw="inputs are kept for an hour, so that by now it cannot be told from others"
            )
        sent = Sent(row.id, sought.request, self.build_input(sought.request, row), sought.sent_at)
        return await twice_absent(lambda: self._look(sent, sought.closed), self.grace_s)

    def build_input(self, request: Request, row: ModelRow) -> dict[str, Any]:
        """The input without its pictures: they may lie elsewhere in each call."""
        return bare(self.body(request, row, {r.sha256: "" for r in request.references})["input"])

    async def _look(self, sent: Sent, closed: frozenset[str]) -> LookupResult:
        found: list[str] = []
        async for each in self._listed(sent.since, sent.until):
            verdict = sent.compare(each) if each.get("id") not in closed else "another"
            if verdict == "it":
                found.append(str(each["id"]))
            elif verdict == "perhaps":
                return LookupResult(
                    "unknown", raw=f"{each.get('id')} may be it: its request is gone, or told otherwise"
                )
        if not found:
            return LookupResult("absent", raw=f"no prediction since {iso(sent.since)} has its input")
        first, *others = reversed(found)
        return LookupResult("found", first, tuple(others), f"prediction {first} has its input")

    async def _listed(self, since: datetime, until: datetime) -> AsyncIterator[dict[str, Any]]:
        """The predictions between two times, the newest first.
        Raises Unavailable where it does not end, OutcomeUnknown where it is none.
        """
        path = PREDICTIONS
        query: Mapping[str, str] | None = {"created_after": iso(since), "created_before": iso(until)}
        for _page in range(_PAGES_MAX):
            reply = await self._transport.ask(path, query, bytes_max=_LIST_BYTES_MAX)
            told = reply.data or {}
            listed = told.get("results")
            if not isinstance(listed, list) or not all(_is_prediction(each) for each in listed):
                raise self._transport.unknown("its list is none", reply.raw)
            for each in listed:
                yield each
            if not told.get("next"):
                return
            path, query = self._around.host(str(told["next"])), None
        raise Unavailable(self.name, f"its list has more than {_PAGES_MAX} pages", "Look at replicate.com/predictions.")

    async def _upload(self, path: Path, media_type: str) -> str:
        reply = await self._transport.upload("/files", path, media_type=media_type, field="content")
        return str((reply.data or {})["urls"]["get"])

    def _words(self, reply: Reply) -> str:
        """A prediction's own words; its input, which it echoes, would leave no room for them."""
        told = {name: value for name, value in (reply.data or {}).items() if name in _TELLING}
        return self._transport.safe(json.dumps(told, default=str, ensure_ascii=False))

    def _bill(self, told: Mapping[str, Any]) -> int | None:
        """The seconds that came out at the price book's price; None where they, or their price, are not known."""
        metrics, asked = _mapping(told.get("metrics")), _mapping(told.get("input"))
        seconds, says = (
            metrics.get("video_output_duration_seconds"),
            asked.get("resolution") or metrics.get("resolution_target"),
        )
        row = next((row for row in self._models.table.models if row.id == told.get("model")), None)
        size = next((size for size in row.sizes.values() if size.says == says), None) if row else None
        if row is None or size is None or isinstance(seconds, bool) or not isinstance(seconds, int | Decimal):
            return None
        if not 0 < seconds <= _SECONDS_MAX:
            return None
        sound = asked.get("generate_audio", metrics.get("with_audio"))
        audio = sound if isinstance(sound, bool) else None
        return self.price_now(row.clip_usage(self.name, size, math.ceil(seconds * 1000), audio=audio))


def _mapping(told: object) -> Mapping[str, Any]:
    return told if isinstance(told, Mapping) else {}


def _is_prediction(told: object) -> bool:
    return isinstance(told, Mapping) and isinstance(told.get("id"), str)


def _refuse_long(request: Request, row: ModelRow, prompt: str) -> None:
    most = int(row.wire.get("prompt_max", "0"))
    if most and len(prompt) > most:
        thing, cause = (
            f"{request.shot} {request.operation} at {row.id}",
            f"its prompt has {len(prompt)} characters, of at most {most}",
        )
        raise Invalid(thing, cause, f"Say it in {len(prompt) - most} characters fewer, or with fewer references.")
