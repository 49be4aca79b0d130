"""Why a call is refused, in the house's words; each wire says it in its provider's own."""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "unauthorized",
    "invalid",
    "unknown_model",
    "unknown_job",
    "no_credit",
    "key_limit",
    "forbidden",
    "rate_limited",
    "moderation_input",
    "moderation_output",
    "server_error",
    "failed",
    "expired",
    "not_ready",
    "running",
]


class PlayedRefusal(Exception):
    """A refusal. `words`: what is wrong, where that is known (for moderation: the script's own words, if it has any).

    `field`: of an invalid call. `by_picture`: moderation took offence at a picture, not at a word. `missing`: no key
    was sent at all. `reset`: of a key's limit. `status`: of a server's error.
    """

    def __init__(
        self,
        kind: Kind,
        words: str = "",
        *,
        field: str = "",
        by_picture: bool = False,
        missing: bool = False,
        reset: str = "total",
        status: int = 500,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(kind, words)
        self.kind, self.words, self.field, self.by_picture, self.missing = kind, words, field, by_picture, missing
        self.reset, self.status, self.retry_after_s = reset, status, retry_after_s
