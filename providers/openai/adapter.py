"""Any text model behind OpenAI's wire: OpenAI itself, another host by its address, or a server on this machine.

The address is GATE_OPENAI_URL, and the model is film.yaml's. A server on this machine (llama.cpp, Ollama, vLLM) costs
nothing and gets no key; every other one is billed by the token, at prices that the film's own price list states.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Never

from manifests.question import Question
from manifests.spending.price import Usage
from manifests.take import Operation
from providers.contract import LookupResult
from providers.errors import Invalid, NoCredit, RateLimited, Refused
from providers.over_http.addresses import is_here
from providers.over_http.chat import ChatWriter, metered
from providers.over_http.failures import FailureRow, FailureTable
from providers.over_http.metered import bill
from providers.over_http.references import Travel
from providers.over_http.transport import Reply, Transport
from providers.surroundings import Surroundings

OPENAI = "https://api.openai.com"
_BASE = "/v1"
LOCAL = "local"
"""The price list's name for every model of a server on this machine."""

_FILTERED = r"content_filter|content_policy_violation"
_SPENT = r"insufficient_quota|billing_hard_limit_reached"
_CHANGE = "Change what it says, then ask again"
_KEY = "Check OPENAI_API_KEY: gate doctor"
FAILURES = (
    FailureRow(Refused, "Change the words; the same ones are refused again.", (400,), _FILTERED),
    FailureRow(Invalid, _CHANGE, (400,), rf"(?!({_FILTERED})\Z).*"),
    FailureRow(Invalid, _KEY, (401, 403)),
    FailureRow(Invalid, "Name another model in film.yaml: providers: writer_model", (404,)),
    FailureRow(Invalid, _CHANGE, (413, 422)),
    FailureRow(NoCredit, "Top up the account, then ask again", (429,), _SPENT),
    FailureRow(RateLimited, "Wait a little, then ask again", (429,), rf"(?!({_SPENT})\Z).*"),
)
"""The meaning of OpenAI's codes. Other hosts have fewer of them: then the status alone is believed."""


def _said(reply: Reply) -> tuple[str, str]:
    error = (reply.data or {})["error"]
    return str(error.get("code") or error.get("type") or ""), str(error["message"])


class OpenAi(ChatWriter):
    """`chat/completions` below an address of the user's. A job is a kept answer's name."""

    name = "openai"
    operations: ClassVar[frozenset[Operation]] = frozenset({"write"})
    failures = FailureTable("openai", FAILURES, _said)
    key_path = "/models"

    def __init__(self, around: Surroundings) -> None:
        named = around.address or OPENAI + _BASE
        self.needs_key = not is_here(named)
        self.limit_field = "max_completion_tokens" if named.startswith(OPENAI) else "max_tokens"
        # A rehearsal plays OpenAI itself, whatever server the user has.
        self.origin, self.base = (OPENAI, _BASE) if around.hurry else (named, "")  # type: ignore[misc]
        super().__init__(around)

    def transport_to(self, base_url: str, **changes: Any) -> Transport:
        """To the user's address; without a key where that is this machine."""
        keyless = {} if self.needs_key or self._around.hurry else {"authorise": dict}
        return super().transport_to(base_url, **keyless, **changes)

    def headers(self, key: str) -> Mapping[str, str]:
        """The key as a bearer token."""
        return {"Authorization": f"Bearer {key}"}

    def travel(self) -> Travel:
        """No picture is sent: which of its models look at pictures nobody can say."""
        return Travel(links=False, data_bytes_max=0, formats=())

    def question_usage(self, question: Question) -> Usage:
        """The tokens that there can be at most; on this machine every model has one price, which is nothing."""
        return self._priced(super().question_usage(question))

    def _plain(self, question: Question) -> Usage:
        return self._priced(super()._plain(question))

    def _priced(self, usage: Usage) -> Usage:
        return usage if self.needs_key else usage.model_copy(update={"model": LOCAL})

    def answer_bill(self, reply: Reply, question: Question) -> int | None:
        """The metered tokens at the price book's rates."""
        if not self.needs_key:
            return 0
        return bill(metered(reply.data or {}), self.question_usage(question), self._around.price_of)

    async def find_answer(self, generation_key: str, closed: frozenset[str] = frozenset()) -> LookupResult:
        """The kept answer of that call; else unknown, but on this machine, where a call without an answer has cost
        nothing.
        """
        found = await super().find_answer(generation_key, closed)
        if found.state == "unknown" and not self.needs_key:
            return LookupResult("absent", raw="it was asked of this machine, where nothing is billed")
        return found

    def body(self, *_: object) -> Never:
        """It makes no pictures: raises Invalid, as all that follows does."""
        raise Invalid(self.name, "it writes words, and makes no pictures", "Name it as the writer: providers: writer")

    def submit_path(self, *_: object) -> Never:
        """None."""
        self.body()

    def job_in(self, *_: object) -> Never:
        """None."""
        self.body()

    def poll_path(self, *_: object) -> Never:
        """None: its answers are kept here."""
        self.body()

    def status_in(self, *_: object) -> Never:
        """None."""
        self.body()

    def output_in(self, *_: object) -> Never:
        """None."""
        self.body()
