"""Google's models behind one key: panels and answers that come at once, through its own client;
clips by Veo, over its wire.

google-genai 3.x refuses clips to a key, so Veo is asked as any provider is. An answer that comes at once is kept on
this disk before anybody is told of it, whatever is in it: refusals and answers in words are billed too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from manifests.question import Question
from manifests.spending.grant import Grant
from manifests.spending.price import PriceOf, Quote, Usage
from manifests.take import Operation, Request
from providers.contract import Fetched, ImageModel, Job, JobStatus, LookupResult, LostCall, VideoModel, VisionJudge
from providers.errors import Invalid
from providers.gemini import answers, judge, panels, sdk, veo
from providers.gemini.failures import FAILURES
from providers.models import ModelRow
from providers.over_http.kept import Kept, job_id_of
from providers.over_http.outputs import accept
from providers.over_http.provider import Addresses, HttpProvider
from providers.over_http.references import Travel
from providers.over_http.transport import Reply
from providers.over_http.verdicts import no_verdict, verdict_of
from providers.surroundings import Surroundings

_TRAVEL = Travel(links=False, data_bytes_max=15 << 20, formats=("image/png", "image/jpeg", "image/webp"))
"""All that is shown goes inside the call."""


class Gemini(HttpProvider, ImageModel, VideoModel, VisionJudge):
    """generativelanguage.googleapis.com, by key. A job is a kept answer's name, or an operation's."""

    name: ClassVar[str] = "gemini"
    operations = frozenset[Operation]({"panel", "clip", "score"})
    origin = "https://generativelanguage.googleapis.com"
    base = f"/{sdk.API_VERSION}"
    key_path = "/models?pageSize=1"
    failures = FAILURES
    submit_s = 300.0
    answer_bytes_max = 64 << 20
    id_field = "name"

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self._kept = Kept(self.name, around.spool_dir / "answers", FAILURES)

    def headers(self, key: str) -> Mapping[str, str]:
        """`x-goog-api-key`."""
        return {"x-goog-api-key": key}

    def travel(self) -> Travel:
        """Inside the call."""
        return _TRAVEL

    def body(self, request: Request, row: ModelRow, at: Addresses) -> dict[str, Any]:
        """The body of generateContent for a panel, of predictLongRunning for a clip."""
        return veo.body(request, row, at) if request.operation == "clip" else panels.body(request, row, at)

    def submit_path(self, row: ModelRow) -> str:
        """Veo's."""
        return f"/models/{row.id}:predictLongRunning"

    def job_in(self, reply: Reply) -> str | None:
        """The operation's name."""
        name = (reply.data or {}).get("name")
        return name if isinstance(name, str) else None

    def poll_path(self, job_id: str) -> str:
        """The operation itself."""
        return f"/{veo.operation_of(job_id)}"

    def about(self, job_id: str) -> Callable[[Reply], bool]:
        """By the operation's name: our id says what was asked, too."""
        return super().about(veo.operation_of(job_id))

    def status_in(self, reply: Reply) -> JobStatus:
        """How a clip's operation stands."""
        return veo.status_in(reply)

    def output_in(self, reply: Reply) -> str | None:
        """Where a clip's file is."""
        return veo.output_in(reply)

    def usage(self, request: Request) -> Usage:
        """A clip has sound always; a panel is a picture, and the tokens that there can be at most."""
        usage = super().usage(request)
        return (
            usage.model_copy(update={"audio": True}) if request.operation == "clip" else panels.at_most(usage, request)
        )

    def quote(self, request: Request, price_of: PriceOf) -> Quote:
        """Held is what there can be at most; likely what mostly comes."""
        usage = self.usage(request)
        return (
            price_of(usage) if request.operation == "clip" else _between(price_of, panels.likely(usage, request), usage)
        )

    async def submit(self, grant: Grant, generation_key: str, request: Request) -> Job:
        """A clip is begun; a panel is asked for, waited for, and kept."""
        row = self.row(request.operation)
        if request.operation == "clip":
            reply = await self.sent(grant, generation_key, request)
            job_id = veo.job_of(self.job_in(reply), request, row)
            if job_id is None:
                raise self._transport.unknown("its answer names no operation", reply.raw)
            return Job(job_id, reply.raw)
        self.build_payload(request)
        body = self.body(request, row, await self._addresses(request))
        answer, raw = await self._answered(grant, generation_key, row, body)
        picture, tokens = None if answer.held else answer.picture, int(row.wire["picture_tokens"])
        bill = answers.bill(answer.metered, self.usage(request), self._around.price_of, tokens)
        return await self._keep(generation_key, "panel", raw, answer, picture or b"", bill, failed=picture is None)

    async def poll(self, job_id: str) -> JobStatus:
        """One look at an operation; an output that came at once is done, or failed, as soon as it is kept."""
        if not veo.is_job(job_id):
            return await asyncio.to_thread(self._kept.status, job_id)
        status = await super().poll(job_id)
        if status.state != "done":
            return status
        return replace(status, bill_microusd=veo.bill(job_id, self.name, self._around.price_of))

    async def find(self, sought: LostCall) -> LookupResult:
        """The kept answer of a panel's call; else unknown: Google lists nothing."""
        if sought.request.operation == "clip":
            return await super().find(sought)
        return await asyncio.to_thread(self._kept.find, sought.marker, sought.closed)

    def question_payload(self, question: Question) -> dict[str, Any]:
        """The body, with content hashes where the pictures are."""
        return self._asked(question, {shown.sha256: f"sha256:{shown.sha256}" for shown in question.pictures})

    def question_usage(self, question: Question) -> Usage:
        """The tokens that there can be at most."""
        plain = Usage(provider=self.name, model=self.model("score"), operation="score", resolution="1K")
        return judge.at_most(plain, question)

    def question_quote(self, question: Question, price_of: PriceOf) -> Quote:
        """Held is what there can be at most; likely what mostly comes."""
        usage = self.question_usage(question)
        return _between(price_of, judge.likely(usage, question), usage)

    async def ask(self, grant: Grant, generation_key: str, question: Question) -> Job:
        """Ask, wait for the answer, and keep it."""
        shown = {each.sha256: each.label for each in question.pictures}
        at = await self.addresses(shown, "score", f"a question to {self.model('score')}")
        answer, raw = await self._answered(grant, generation_key, self.row("score"), self._asked(question, at))
        bill = answers.bill(answer.metered, self.question_usage(question), self._around.price_of)
        said = answer.stopped and answer.text != ""
        return await self._keep(generation_key, "answer", raw, answer, answer.text.encode(), bill, failed=not said)

    async def verdict(self, job_id: str, question: Question) -> dict[str, Any]:
        """The kept answer, held against the schema."""
        status = await self.poll(job_id)
        if status.state == "failed":
            raise no_verdict(self.name, status.failure.cause if status.failure else "it was withheld", status.raw)
        content = await asyncio.to_thread(self._kept.content, job_id)
        return verdict_of(self.name, content.decode(errors="replace"), question.answer)

    async def find_answer(self, generation_key: str, closed: frozenset[str] = frozenset()) -> LookupResult:
        """The kept answer of that call; else unknown."""
        return await asyncio.to_thread(self._kept.find, generation_key, closed)

    def _asked(self, question: Question, at: Addresses) -> dict[str, Any]:
        row = self.row("score")
        if len(question.pictures) > row.references_max:
            cause = f"it looks at {row.references_max} pictures, not {len(question.pictures)}"
            raise Invalid(f"a question to {row.id}", cause, f"Show at most {row.references_max}.")
        return judge.body(question, row, at)

    async def _answered(
        self, grant: Grant, generation_key: str, row: ModelRow, body: dict[str, Any]
    ) -> tuple[answers.GeminiAnswer, Reply]:
        """One call of generateContent, by Google's client: the grant is redeemed when all
        that can fail for nothing is done.
        """
        around = self._around
        await asyncio.to_thread(self._kept.ready)
        call = await asyncio.to_thread(sdk.one_call, around.host(self.origin), around.key_of(self.name), row.id, body)
        deadline = self.deadline()
        grant.redeem(generation_key)
        _, reply = await self._transport.through(call, deadline=deadline, bytes_max=self.answer_bytes_max)
        if reply.data is None:
            raise self._transport.unknown("its answer is not a JSON object", reply.raw)
        return answers.read(reply.data), reply

    async def _keep(
        self,
        marker: str,
        kind: str,
        reply: Reply,
        answer: answers.GeminiAnswer,
        content: bytes,
        bill: int | None,
        *,
        failed: bool,
    ) -> Job:
        traced = str((reply.data or {}).get("responseId", ""))
        job_id = job_id_of(kind, traced, marker.encode() + content)
        return await asyncio.to_thread(
            self._kept.keep,
            marker,
            job_id,
            content,
            bill_microusd=bill,
            raw=self._transport.safe(answer.raw),
            failed=answer.why if failed else "",
        )

    async def _fetch_once(self, job_id: str, into: Path) -> Fetched:
        if veo.is_job(job_id):
            return await super()._fetch_once(job_id, into)
        path = await asyncio.to_thread(self._kept.copy, job_id, into)
        return await asyncio.to_thread(accept, path, self.name)


def _between(price_of: PriceOf, likely: Usage, at_most: Usage) -> Quote:
    """The quote for a call whose tokens nobody knows beforehand: few are read, and perhaps none is written."""
    bound, mostly = price_of(at_most), price_of(likely)
    least = price_of(likely.model_copy(update={"tokens_in": 1, "tokens_out": 1}))
    return bound.model_copy(update={"low_microusd": least.low_microusd, "likely_microusd": mostly.likely_microusd})
