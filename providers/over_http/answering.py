"""The common part of providers that answer a question at once: one call, and the answer kept before anybody is told.

Whatever is in an answer is kept: one that was withheld or does not fit its question is billed too.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from dataclasses import dataclass
from typing import Any

from manifests.question import Question
from manifests.spending.grant import Grant
from manifests.spending.price import PriceOf, Quote, Usage
from providers.contract import Answerer, Job, JobStatus, LookupResult
from providers.errors import Invalid
from providers.models import ModelRow
from providers.over_http.failures import FailureTable
from providers.over_http.kept import Kept, job_id_of
from providers.over_http.provider import Addresses, HttpProvider
from providers.over_http.question_tokens import at_most, likely, quote_between
from providers.over_http.verdicts import no_verdict, verdict_of
from providers.surroundings import Surroundings

_ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class AnswerText:
    """An answer as it came. `failed`: the code of why it counts for nothing, "" where it is whole;
    `traced`: the provider's own name for it; `raw`: its words, which may be kept.
    """

    text: str
    failed: str
    raw: str
    traced: str
    bill_microusd: int | None


class Answering(HttpProvider, Answerer):
    """An adapter says `question_body` and `say`, and what a picture comes to.

    `picture_tokens_max`: the most tokens that one shown picture is billed as.
    """

    picture_tokens_max: int = 0

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self._kept = Kept(self.name, around.spool_dir / "answers", self.kept_failures())

    def kept_failures(self) -> FailureTable:
        """What the codes of kept answers mean that count for nothing."""
        return self.failures

    @abstractmethod
    def question_body(self, question: Question, row: ModelRow, at: Addresses) -> dict[str, Any]:
        """The call's body, each picture where `at` says."""

    @abstractmethod
    async def say(self, grant: Grant, generation_key: str, question: Question, body: dict[str, Any]) -> AnswerText:
        """Redeem the grant, send the body, once, and read the answer. Raises as `submit` does."""

    async def poll(self, job_id: str) -> JobStatus:
        """An answer is done, or failed, as soon as it is kept."""
        if job_id.startswith(f"{_ANSWER}-"):
            return await asyncio.to_thread(self._kept.status, job_id)
        return await super().poll(job_id)

    async def kept_ready(self) -> None:
        """Return when an answer could be kept now; asked before money moves. Raises Invalid."""
        await asyncio.to_thread(self._kept.ready)

    def picture_tokens(self, question: Question) -> int:  # noqa: ARG002  most bill each picture alike
        """The tokens that a picture of this question mostly comes to."""
        return self.picture_tokens_max

    def question_payload(self, question: Question) -> dict[str, Any]:
        """The body, with content hashes where the pictures are."""
        return self._body(question, {shown.sha256: f"sha256:{shown.sha256}" for shown in question.pictures})

    def question_usage(self, question: Question) -> Usage:
        """The tokens that there can be at most."""
        return at_most(self._plain(question), question, self.picture_tokens_max)

    def question_quote(self, question: Question, price_of: PriceOf) -> Quote:
        """Held is what there can be at most; likely what mostly comes."""
        mostly = likely(self._plain(question), question, self.picture_tokens(question))
        return quote_between(price_of, mostly, self.question_usage(question))

    async def ask(self, grant: Grant, generation_key: str, question: Question) -> Job:
        """Ask, wait for the answer, and keep it."""
        shown = {each.sha256: each.label for each in question.pictures}
        model = self.model(question.operation)
        at = await self.addresses(shown, question.operation, f"a question to {model}")
        said = await self.say(grant, generation_key, question, self._body(question, at))
        content = said.text.encode()
        return await asyncio.to_thread(
            self._kept.keep,
            generation_key,
            job_id_of(_ANSWER, said.traced, generation_key.encode() + content),
            content,
            bill_microusd=said.bill_microusd,
            raw=self._transport.safe(said.raw),
            failed=said.failed,
        )

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

    def _plain(self, question: Question) -> Usage:
        operation = question.operation
        return Usage(provider=self.name, model=self.model(operation), operation=operation, resolution="1K")

    def _body(self, question: Question, at: Addresses) -> dict[str, Any]:
        row = self.row(question.operation)
        if len(question.pictures) > row.references_max:
            cause = f"it looks at {row.references_max} pictures, not {len(question.pictures)}"
            raise Invalid(f"a question to {row.id}", cause, f"Show at most {row.references_max}.")
        return self.question_body(question, row, at)
