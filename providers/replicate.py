"""Replicate: Seedance by the routes of its official models.

A prediction is POSTed to its model and asked about by its id. What was sent is listed with its input for an hour: a call whose
answer was lost is found there, or proved absent. It shows no bills: what was made is priced by the seconds that it reports.
"""

from __future__ import annotations

import math
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Literal
from urllib.parse import quote

from manifests.errors import GateError
from manifests.price import Usage
from manifests.take import Operation, Request
from providers.capabilities import FRAME_ROLES
from providers.captions import captioned
from providers.contract import Found, JobStatus, Sought, Surroundings, VideoModel, twice_absent
from providers.errors import Invalid, NoCredit, OutcomeUnknown, ProviderError, RateLimited, Refused, Unavailable
from providers.failures import Failure, FailureTable
from providers.http_provider import Addresses, HttpProvider
from providers.models import ModelRow
from providers.references import Travel
from providers.transport import Reply

PREDICTIONS = "/predictions"
_DATA_BYTES_MAX = 256_000
"""Replicate's own advice; what is larger goes by a link, or by its files."""

_UPLOAD_LIFE_S = 3600.0
_CLOCKS = timedelta(minutes=1)
_KEPT = timedelta(minutes=50)
"""Inputs are kept for an hour; then a prediction can no longer be told from another."""

_SENT_LATE = timedelta(minutes=10)
_LAG_S, _LAG_HURRIED_S = 30.0, 0.5
_PAGES_MAX = 50
_LIST_BYTES_MAX = 64 << 20
"""A hundred predictions a page, each with its input, and that with the pictures that went as data."""

_FRAMES = {"start_frame": "image", "end_frame": "last_frame_image"}
_PICTURES = ("image", "last_frame_image", "reference_images")
_ENDS = {"failed", "canceled", "aborted"}
_CODE = re.compile(r"\((?:code: ?)?(E\d{3,4})\)")

FAILURES = (
    Failure(
        Refused, "It does not say at what it took offence: change words or pictures, or take another provider.", (200,),
        code="E005", bill="free",
    ),
    Failure(NoCredit, "Look at replicate.com/account/billing; if there is credit, it is the model's maker who has none.", (200,), code="E001"),
    Failure(Invalid, "Check the token: gate doctor; if it is good, it is the model's maker who refuses Replicate's.", (200,), code="E002"),
    Failure(Invalid, "Report it: no webhook is asked for.", (200,), code="E4875"),
    Failure(Unavailable, "Let it be made anew: gate resume", (200,), code=r"(?!(?:E001|E002|E005|E4875)\Z).*"),
    Failure(Invalid, "Check the token: gate doctor", (401,)),
    Failure(Invalid, "Let the token run this model, at replicate.com/account/api-tokens", (403,)),
    Failure(NoCredit, "Top up at replicate.com/account/billing, wait some minutes; then: gate resume", (402,)),
    Failure(Invalid, "See the models there are: gate doctor", (404,)),
    Failure(Invalid, "Change what it names; then: gate resume", (400, 413, 422)),
    Failure(RateLimited, "Wait a little; below $5 of credit six calls a minute are taken. Then: gate resume", (429,)),
    Failure(OutcomeUnknown, "Let it be asked again: gate resume", (500, 502, 503, 504)),
)  # fmt: skip
"""What its answers mean. Moderation is E005 alone; the words beside it also stand where a code is another."""


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
    failures = FailureTable("replicate", FAILURES, _said)
    patience_404 = 3

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self._lag_s = _LAG_HURRIED_S if around.hurry else self.submit_s + _LAG_S
        self._travel = Travel(
            links=True, data_bytes_max=_DATA_BYTES_MAX, upload=self._upload, upload_life_s=_UPLOAD_LIFE_S,
            formats=("image/png", "image/jpeg", "image/webp"),
        )  # fmt: skip

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
            "prompt": prompt, **frames, "duration": round(request.frames / request.fps),
            "resolution": row.sizes[request.resolution].says, "aspect_ratio": "16:9", "generate_audio": False,
            "seed": request.seed,
        }  # fmt: skip
        if others:
            told["reference_images"] = [at[r.sha256] for r in others]
        return {"input": told}

    def job_in(self, reply: Reply) -> str | None:
        """`id`."""
        job_id = (reply.data or {}).get("id")
        return job_id if isinstance(job_id, str) else None

    def poll_path(self, job_id: str) -> str:
        """The prediction."""
        return f"{PREDICTIONS}/{quote(job_id, safe='')}"

    def status_in(self, reply: Reply) -> JobStatus:
        """What failed counts as free; no page says so, and no page says otherwise. What was cancelled may be billed."""
        told = reply.data or {}
        status = str(told.get("status"))
        if status == "succeeded":
            return JobStatus("done", self._bill(told), reply.raw)
        if status not in _ENDS:
            return JobStatus("running", None, reply.raw)
        error = str(told.get("error") or "")
        code = _CODE.search(error)
        failure = self.failures.of(code[1] if code else status, error, reply.raw)
        return JobStatus("failed", None if status == "canceled" else 0, reply.raw, failure)

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

    async def find(self, sought: Sought) -> Found:
        """Look among what was sent at about that time: same model, same input but for where its pictures lay."""
        now, row = datetime.now(UTC), self.row_of(sought)
        if row is None:
            return Found("unknown", raw="it was asked of a model, or in words, that this program does not know")
        if sought.sent_at is None or now - sought.sent_at > _KEPT:
            return Found("unknown", raw="inputs are kept for an hour, so that by now it cannot be told from others")
        passed_s = (now - sought.sent_at).total_seconds()
        sent = _Sent(row.id, sought.request, self.build_input(sought.request, row), sought.sent_at)
        return await twice_absent(lambda: self._look(sent), max(0.0, self._lag_s - passed_s))

    def build_input(self, request: Request, row: ModelRow) -> dict[str, Any]:
        """The input without its pictures: they may lie elsewhere in each call."""
        return _bare(self.body(request, row, {r.sha256: "" for r in request.references})["input"])

    async def _look(self, sent: _Sent) -> Found:
        found: list[str] = []
        async for each in self._listed(sent.since, sent.until):
            verdict = sent.compare(each)
            if verdict == "it":
                found.append(str(each["id"]))
            elif verdict == "perhaps":
                return Found(
                    "unknown", raw=f"{each.get('id')} may be it: what was asked of it is gone, or told otherwise"
                )
        if not found:
            return Found("absent", raw=f"no prediction since {_iso(sent.since)} has its input")
        first, *others = reversed(found)
        return Found("found", first, tuple(others), f"prediction {first} has its input")

    async def _listed(self, since: datetime, until: datetime) -> AsyncIterator[dict[str, Any]]:
        """What was made between two times, the newest first. Raises Unavailable where the list does not end."""
        path = PREDICTIONS
        query: Mapping[str, str] | None = {"created_after": _iso(since), "created_before": _iso(until)}
        for _page in range(_PAGES_MAX):
            told = (await self._transport.ask(path, query, bytes_max=_LIST_BYTES_MAX)).data or {}
            for each in told["results"]:
                yield each
            if not told.get("next"):
                return
            path, query = self._around.host(str(told["next"])), None
        raise Unavailable(self.name, f"its list has more than {_PAGES_MAX} pages", "Look at replicate.com/predictions.")

    async def _upload(self, path: Path, media_type: str) -> str:
        reply = await self._transport.upload("/files", path, media_type=media_type, field="content")
        return str((reply.data or {})["urls"]["get"])

    def _bill(self, told: Mapping[str, Any]) -> int | None:
        """The seconds that came out at the price book's price; None where they, or their price, are not known."""
        metrics, asked = told.get("metrics") or {}, told.get("input") or {}
        seconds, says = (
            metrics.get("video_output_duration_seconds"),
            asked.get("resolution") or metrics.get("resolution_target"),
        )
        row = next((row for row in self._models.table.models if row.id == told.get("model")), None)
        size = next((size for size in row.sizes.values() if size.says == says), None) if row else None
        if row is None or size is None or isinstance(seconds, bool) or not isinstance(seconds, int | Decimal):
            return None
        sound = asked.get("generate_audio", metrics.get("with_audio"))
        usage = Usage(
            provider=self.name, model=row.id, operation="clip", resolution=size.priced or size.says,
            output_ms=math.ceil(seconds * 1000), width=size.width, height=size.height,
            audio=sound if isinstance(sound, bool) else None,
        )  # fmt: skip
        try:
            return self._around.price_of(usage).likely_microusd
        except GateError:
            return None


@dataclass(frozen=True, slots=True)
class _Sent:
    """A call as it went out. `bare`: its input without pictures."""

    model: str
    request: Request
    bare: Mapping[str, Any]
    at: datetime

    @property
    def since(self) -> datetime:
        """Clocks differ."""
        return self.at - _CLOCKS

    @property
    def until(self) -> datetime:
        """What was made later is another call's."""
        return self.at + _SENT_LATE

    def compare(self, listed: Mapping[str, Any]) -> Literal["it", "perhaps", "another"]:
        """Whether a listed prediction is this call's. One that cannot be told from it makes a proof impossible."""
        if not self.since <= _time(listed.get("created_at"), self.at) <= self.until:
            return "another"
        if listed.get("model") != self.model:
            return "another"
        asked = listed.get("input")
        if listed.get("data_removed") is True or not isinstance(asked, Mapping) or not asked:
            return "perhaps"
        if _bare(asked) == self.bare and _shapes(asked) == self._shapes:
            return "it"
        same = all(asked.get(name) == self.bare[name] for name in ("seed", "duration", "resolution"))
        return "perhaps" if same and str(asked.get("prompt", "")).startswith(self.request.prompt) else "another"

    @property
    def _shapes(self) -> tuple[bool, bool, int]:
        roles = [r.role for r in self.request.references]
        return "start_frame" in roles, "end_frame" in roles, sum(role not in FRAME_ROLES for role in roles)


def _bare(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if name not in _PICTURES and value is not None}


def _shapes(asked: Mapping[str, Any]) -> tuple[bool, bool, int]:
    """Which pictures were sent: a first frame, a last one, how many references."""
    return bool(asked.get("image")), bool(asked.get("last_frame_image")), len(asked.get("reference_images") or ())


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _time(told: object, otherwise: datetime) -> datetime:
    """A time that it tells; one that cannot be read is as likely as not the one that is looked for."""
    try:
        when = datetime.fromisoformat(str(told))
    except ValueError:
        return otherwise
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _refuse_long(request: Request, row: ModelRow, prompt: str) -> None:
    most = int(row.wire.get("prompt_max", "0"))
    if most and len(prompt) > most:
        thing, cause = (
            f"{request.shot} {request.operation} at {row.id}",
            f"its prompt has {len(prompt)} characters, of at most {most}",
        )
        raise Invalid(thing, cause, f"Say it in {len(prompt) - most} characters fewer, or with fewer references.")
