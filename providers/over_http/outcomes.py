"""The proof in the end of a call: each answer, refusal and failure as one of our errors,
without our key or a private word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from manifests.privacy import theirs
from providers.errors import OutcomeUnknown, ProviderError, Unavailable
from providers.over_http.answers import Again, Reply, json_object, keyless, meaning, pause_asked, printable
from providers.over_http.connections import NOT_SENT, OneRequest, named

_DOORS = frozenset({"set-cookie", "location", "content-location", "www-authenticate", "proxy-authenticate"})
"""Headers that hold keys of their own: cookies, and addresses that are signed."""

_P = TypeVar("_P", bound=ProviderError)


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """The outcomes of calls to one provider. Its fields are those of `Transport`."""

    provider: str
    authorise: Callable[[], Mapping[str, str]] = dict
    classify: Callable[[Reply], ProviderError | None] = lambda _reply: None
    free_429: bool = True

    def unknown(self, cause: str, raw: str = "") -> OutcomeUnknown:
        """The error for a call that may have been accepted; an adapter says so too of an answer that names no job."""
        return OutcomeUnknown(
            self.provider,
            f"nobody can say whether it took the call: {self._clean(cause)}",
            "Let it be asked again: gate resume",
            self._clean(raw or cause),
        )

    def safe(self, words: str) -> str:
        """A provider's words as they may be kept: bounded, printable, without our key or what else opens a door.

        None of them where it speaks of a private shot.
        """
        return self._clean(theirs(words))

    def refusal(self, reply: Reply) -> ProviderError:
        """The error of an answer that is not a success: by the provider's own code, else by its status."""
        if said := self.classify(reply):
            return self.cleaned(said)
        kind, cure = meaning(reply, free_429=self.free_429)
        if kind is OutcomeUnknown:
            return self.unknown(f"it answered {reply.status}", reply.raw)
        words = f"it answered {reply.status}" + (f": {reply.raw}" if reply.raw else "")
        return kind(self.provider, words, cure, reply.raw)

    def cleaned(self, error: _P) -> _P:
        """The same error with the provider's words in it made safe."""
        error.cause, error.raw = self._clean(error.cause), self._clean(error.raw)
        error.args = (error.thing, error.cause, error.cure)
        return error

    def _reply(self, status: int, told: Mapping[str, str], content: bytes) -> Reply:
        ours = self.authorise()
        text = keyless(content.decode("utf-8", errors="replace"), ours.values())
        hidden = _DOORS | {n.lower() for n in ours}
        headers = {name: self._clean(value) for name, value in told.items() if name not in hidden}
        return Reply(status, json_object(text, unwrap=status >= 400), self.safe(text), headers)

    def _again_or_never(self, reply: Reply) -> Exception:
        """For a free call: whatever may pass later is asked again."""
        refusal = self.refusal(reply)
        if isinstance(refusal, OutcomeUnknown) or refusal.retry_helps:
            return Again(f"{reply.status}: {reply.raw}", pause_asked(reply.headers, reply.data))
        return refusal

    def _came_of(self, door: OneRequest, words: str) -> ProviderError:
        """The error of a call through a library, by its answer on the wire;
        the library's own words count where there is none.
        """
        if isinstance(door.failure, ProviderError):
            return door.failure
        if isinstance(door.failure, NOT_SENT):
            return self._not_sent(door.failure)
        if door.answer is None:
            return self.unknown(words if door.failure is None else named(door.failure))
        return self.refusal(self._reply(door.answer.status_code, door.answer.headers, door.answer.content))

    def _not_sent(self, error: BaseException) -> Unavailable:
        return self._unavailable(f"no connection could be made ({named(error)}), so nothing was sent")

    def _unavailable(self, cause: str, raw: str = "") -> Unavailable:
        return Unavailable(self.provider, self._clean(cause), "When it is back: gate resume", raw)

    def _clean(self, words: str) -> str:
        return printable(keyless(words, self.authorise().values()))
