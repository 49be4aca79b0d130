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
from providers.contract import (
    Fetched,
    ImageModel,
    Job,
    JobStatus,
    LookupResult,
    LostCall,
    VideoModel,
    VisionJudge,
    Writer,
)
from providers.gemini import answers, panels, questions, sdk, veo
from providers.gemini.failures import FAILURES
from providers.models import ModelRow
from providers.over_http.answering import Answering, AnswerText
from providers.over_http.kept import job_id_of
from providers.over_http.metered import bill as bill_of_tokens
from providers.over_http.outputs import accept
from providers.over_http.provider import Addresses
from providers.over_http.question_tokens import quote_between
from providers.over_http.references import Travel
from providers.over_http.transport import Reply

_TRAVEL = Travel(links=False, data_bytes_max=15 << 20, formats=("image/png", "image/jpeg", "image/webp"))
"""All that is shown goes inside the call."""


class Gemini(Answering, ImageModel, VideoModel, VisionJudge, Writer):
    """generativelanguage.googleapis.com, by key. A job is a kept answer's name, or an operation's."""

    name: ClassVar[str] = "gemini"
    operations = frozenset[Operation]({"panel", "clip", "score", "write"})
    origin = "https://generativelanguage.googleapis.com"
    base = f"/{sdk.API_VERSION}"
    key_path = "/models?pageSize=1"
    failures = FAILURES
    submit_s = 300.0
    answer_bytes_max = 64 << 20
    id_field = "name"
    picture_tokens_max = questions.PICTURE_TOKENS_MAX

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
            price_of(usage)
            if request.operation == "clip"
            else quote_between(price_of, panels.likely(usage, request), usage)
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
        content = picture or b""
        return await asyncio.to_thread(
            self._kept.keep,
            generation_key,
            job_id_of("panel", _traced(raw), generation_key.encode() + content),
            content,
            bill_microusd=bill_of_tokens(answer.metered, self.usage(request), self._around.price_of, tokens),
            raw=self._transport.safe(answer.raw),
            failed="" if picture else answer.why,
        )

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

    def question_body(self, question: Question, row: ModelRow, at: Addresses) -> dict[str, Any]:
        """The body of generateContent, bound to the question's schema."""
        return questions.body(question, row, at)

    def picture_tokens(self, question: Question) -> int:
        """By the detail that is asked for."""
        return questions.PICTURE_TOKENS[question.detail]

    async def say(self, grant: Grant, generation_key: str, question: Question, body: dict[str, Any]) -> AnswerText:
        """One generateContent; words that came to their own end are an answer."""
        answer, reply = await self._answered(grant, generation_key, self.row(question.operation), body)
        bill = bill_of_tokens(answer.metered, self.question_usage(question), self._around.price_of)
        whole = answer.stopped and answer.text != ""
        return AnswerText(answer.text, "" if whole else answer.why, answer.raw, _traced(reply), bill)

    async def _answered(
        self, grant: Grant, generation_key: str, row: ModelRow, body: dict[str, Any]
    ) -> tuple[answers.GeminiAnswer, Reply]:
        """One call of generateContent, by Google's client: the grant is redeemed when all
        that can fail for nothing is done.
        """
        around = self._around
        await self.kept_ready()
        call = await asyncio.to_thread(sdk.one_call, around.host(self.origin), around.key_of(self.name), row.id, body)
        deadline = self.deadline()
        grant.redeem(generation_key)
        _, reply = await self._transport.through(call, deadline=deadline, bytes_max=self.answer_bytes_max)
        if reply.data is None:
            raise self._transport.unknown("its answer is not a JSON object", reply.raw)
        return answers.read(reply.data), reply

    async def _fetch_once(self, job_id: str, into: Path) -> Fetched:
        if veo.is_job(job_id):
            return await super()._fetch_once(job_id, into)
        path = await asyncio.to_thread(self._kept.copy, job_id, into)
        return await asyncio.to_thread(accept, path, self.name)


def _traced(reply: Reply) -> str:
    return str((reply.data or {}).get("responseId", ""))
