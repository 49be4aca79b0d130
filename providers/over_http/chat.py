"""Chat completions, the wire that many text models speak: a question as its body, and its answer as we keep it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from manifests.question import Question
from manifests.spending.grant import Grant
from providers.contract import Writer
from providers.errors import Refused, Unavailable
from providers.models import ModelRow
from providers.over_http.answering import Answering, AnswerText
from providers.over_http.connections import Deadline
from providers.over_http.failures import FailureRow, FailureTable
from providers.over_http.metered import Metered, count_of
from providers.over_http.provider import Addresses
from providers.over_http.question_tokens import WORDS_MAX
from providers.over_http.transport import Reply

NO_CHOICE = "no choice"
"""Our code for an answer that holds neither words nor a reason."""

_WITHHELD = r"finish_reason content_filter|refusal"
ENDS = (
    FailureRow(Refused, "Change the words; the same ones are refused again.", (200,), _WITHHELD),
    FailureRow(Unavailable, "Ask once more.", (200,), rf"finish_reason (?!content_filter$)\w*|error \w*|{NO_CHOICE}"),
)
"""The meaning of an answer that was kept and counts for nothing."""


class ChatWriter(Answering, Writer):
    """A writer behind `chat/completions`. An adapter says what an answer cost.

    `answer_s`: the longest that one answer may take, in seconds. `limit_field`: what it calls the most tokens of one.
    """

    chat_path: ClassVar[str] = "/chat/completions"
    answer_s: ClassVar[float] = 300.0
    limit_field: str = "max_tokens"

    def kept_failures(self) -> FailureTable:
        """The same for every provider of this wire."""
        return FailureTable(self.name, ENDS, lambda _reply: ("", ""))

    @abstractmethod
    def answer_bill(self, reply: Reply, question: Question) -> int | None:
        """What the answer cost in micro-dollars, None where nobody can say."""

    def question_body(self, question: Question, row: ModelRow, at: Addresses) -> dict[str, Any]:
        """One message; the answer is bound to the question's schema as far as the wire's strict mode knows it."""
        schema = {"name": "answer", "strict": True, "schema": without_lengths(question.answer)}
        return {
            "model": row.id,
            "messages": [{"role": "user", "content": _content(question, at)}],
            "response_format": {"type": "json_schema", "json_schema": schema},
            "temperature": 0,
            self.limit_field: WORDS_MAX,
            "stream": False,
        }

    async def say(self, grant: Grant, generation_key: str, question: Question, body: dict[str, Any]) -> AnswerText:
        """One POST."""
        await self.kept_ready()
        deadline = Deadline.within(self.answer_s, self.leave_s)
        grant.redeem(generation_key)
        reply = await self._transport.submit(
            self.chat_path, body, deadline=deadline, headers=self.paid_headers, bytes_max=self.answer_bytes_max
        )
        text, failed = read(reply.data or {})
        traced = str((reply.data or {}).get("id", ""))
        return AnswerText(text, failed, reply.raw, traced, self.answer_bill(reply, question))


def read(data: Mapping[str, Any]) -> tuple[str, str]:
    """The words of an answer, and the code of why they count for nothing, "" where they came to their own end."""
    try:
        if error := data.get("error"):
            return "", f"error {error.get('code', '')}"
        (choice,) = data["choices"]
        message, end = choice["message"], str(choice.get("finish_reason", ""))
        if message.get("refusal"):
            return "", "refusal"
        text = message.get("content") or ""
    except (AttributeError, KeyError, TypeError, ValueError):
        return "", NO_CHOICE
    if not isinstance(text, str) or not text:
        return "", NO_CHOICE if end == "stop" else f"finish_reason {end}"
    return text, "" if end == "stop" else f"finish_reason {end}"


def metered(data: Mapping[str, Any]) -> Metered | None:
    """The tokens that were counted, thought among those that were written; None where none are told."""
    try:
        usage = data["usage"]
        return Metered(count_of(usage["prompt_tokens"]), count_of(usage["completion_tokens"]))
    except (KeyError, TypeError, ValueError):
        return None


def without_lengths(part: Any) -> Any:
    """The schema without the lengths of texts: the wire's strict mode refuses to know them. We hold the answer to
    them.
    """
    if isinstance(part, list):
        return [without_lengths(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        name: without_lengths(each)
        for name, each in part.items()
        if name not in {"minLength", "maxLength"} or isinstance(each, dict)
    }


def _content(question: Question, at: Addresses) -> str | list[dict[str, Any]]:
    if not question.pictures:
        return question.instruction
    parts: list[dict[str, Any]] = [{"type": "text", "text": question.instruction}]
    for shown in question.pictures:
        picture = {"type": "image_url", "image_url": {"url": at[shown.sha256]}}
        parts += [{"type": "text", "text": f"{shown.label} ({shown.role})"}, picture]
    return parts
