"""The script of a rehearsal: which accounts there are, how long a job takes, and what goes wrong, when.

A script is YAML 1.2, read as strictly as a film: a misspelt field is refused with its line and its column.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self, get_args

from pydantic import Field, StringConstraints, model_validator

from manifests.errors import ManifestError
from manifests.keys import hash_json
from manifests.money import Usd
from manifests.noun import Fraction, Noun, Text
from manifests.reading.document import load_yaml, place_of
from manifests.reading.film_folder import read
from manifests.take import Operation

FaultName = Literal[
    "moderation_input",
    "moderation_output",
    "key_limit",
    "no_credit",
    "forbidden",
    "rate_limited",
    "server_error_free",
    "server_error_after_accept",
    "lost_response",
    "stuck",
    "failed",
    "late_bill",
    "bill_percent",
    "cost_null",
    "wrong_duration",
    "wrong_size",
    "truncated",
    "corrupt",
    "expired_url",
    "no_url",
    "slow_body",
    "poll_404",
    "poll_5xx",
    "unknown_status",
    "data_removed",
    "drift",
]
FAULTS: tuple[FaultName, ...] = get_args(FaultName)
Drift = Literal["identity", "wardrobe", "location", "presence", "swapped", "colour", "moved"]
Reset = Literal["total", "daily", "weekly", "monthly"]

_TIMES: dict[FaultName, int] = {
    "truncated": 1,
    "expired_url": 1,
    "poll_404": 2,
    "poll_5xx": 3,
    "unknown_status": 2,
    "late_bill": 3,
}
"""How many polls or downloads of its job a fault lasts, where the script does not say."""

_NEEDS: dict[str, frozenset[FaultName]] = {
    "lasts": frozenset({*_TIMES, "slow_body", "no_url", "cost_null", "corrupt"}),
    "percent": frozenset({"bill_percent", "wrong_duration"}),
    "seconds": frozenset({"slow_body", "lost_response"}),
    "retry_after_s": frozenset({"rate_limited"}),
    "status": frozenset({"server_error_free", "server_error_after_accept", "poll_5xx"}),
    "how": frozenset({"lost_response", "cost_null"}),
    "of": frozenset({"drift"}),
    "strength": frozenset({"drift"}),
    "words": frozenset({"moderation_input", "moderation_output", "forbidden", "failed"}),
}
"""Which faults take a detail. A detail of another fault is a slip of the pen."""

_HOW: dict[str, frozenset[str]] = {
    "lost_response": frozenset({"dropped", "held"}),
    "cost_null": frozenset({"null", "absent"}),
}
_Count = Annotated[int, Field(strict=True, ge=1, le=100_000)]


class Fault(Noun):
    """One thing that goes wrong.

    It may be narrowed to a `provider`, an `operation`, a `model`, words in the prompt, or calls with pictures
    (`with_reference: true`) or without. Of the calls that are left it befalls the ones numbered in `at` (from 1), all
    from number `onwards`, each with the `chance` given (0 to 1), or, where none of these is said, every one; never more
    than `times` calls. `lasts`: polls or downloads of its job that are hit. `strength`: 0 to 1.
    """

    fault: FaultName
    at: _Count | Annotated[tuple[_Count, ...], Field(min_length=1)] | None = None
    onwards: _Count | None = None
    chance: Fraction | None = None
    times: _Count | None = None
    provider: Text | None = None
    operation: Operation | None = None
    model: Text | None = None
    prompt_contains: Text | None = None
    with_reference: bool | None = None
    lasts: _Count | None = None
    percent: Annotated[int, Field(strict=True, ge=1, le=100_000)] | None = None
    seconds: Annotated[float, Field(gt=0, le=600)] | None = None
    retry_after_s: Annotated[int, Field(strict=True, ge=0, le=3600)] | None = None
    status: Literal[500, 502, 503, 504] | None = None
    how: Literal["dropped", "held", "null", "absent"] | None = None
    of: Drift | None = None
    strength: Fraction | None = None
    words: Text | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if len([when for when in (self.at, self.onwards, self.chance) if when is not None]) > 1:
            raise ValueError("a fault has one of at, onwards and chance")
        for detail, takers in _NEEDS.items():
            if getattr(self, detail) is not None and self.fault not in takers:
                raise ValueError(f"{self.fault} takes no {detail}; {', '.join(sorted(takers))} does")
        if self.fault == "drift" and self.of is None:
            raise ValueError(f"a drift says of what: of: {', '.join(get_args(Drift))}")
        if self.fault == "bill_percent" and self.percent is None:
            raise ValueError("bill_percent says what is billed, in percent of the price: percent: 200")
        if self.how is not None and self.how not in _HOW[self.fault]:
            raise ValueError(f"{self.fault} happens {' or '.join(sorted(_HOW[self.fault]))}, not {self.how}")
        return self

    @property
    def hits(self) -> int | None:
        """How many polls or downloads of its job it lasts; None for all of them."""
        return self.lasts or _TIMES.get(self.fault)

    def concerns(self, *, provider: str, operation: str, model: str, prompt: str, with_reference: bool) -> bool:
        """Whether a call is one of those that it is narrowed to. Words are looked for in any case of letters."""
        return (
            self.provider in {None, provider}
            and self.operation in {None, operation}
            and self.model in {None, model}
            and (self.prompt_contains is None or self.prompt_contains.casefold() in prompt.casefold())
            and self.with_reference in {None, with_reference}
        )

    def strikes(self, number: int, struck: int, seed: str) -> bool:
        """Whether it befalls call `number` (from 1) of those it concerns, when it has struck `struck` times before.

        Chance is drawn from `seed` and the number alone: the same script is the same night, whatever runs beside what.
        """
        if self.times is not None and struck >= self.times:
            return False
        if self.at is not None:
            return number in (self.at if isinstance(self.at, tuple) else (self.at,))
        if self.onwards is not None:
            return number >= self.onwards
        return self.chance is None or _drawn(f"{seed} {number}") < self.chance

    def said(self) -> str:
        """The fault as a person wrote it, on one line."""
        told = self.model_dump(exclude_none=True, exclude={"fault"})
        details = ", ".join(f"{name} {_plain(value)}" for name, value in told.items())
        return f"{self.fault} ({details})" if details else self.fault


class AccountTerms(Noun):
    """An account at a provider, or, without one, at each that has none of its own.

    `key` opens it. `credit_usd`: what was paid in. `limit_usd`: what its key may spend, per `limit_reset`.
    `management`: the key may read the account's credit where a provider asks for that.
    """

    provider: Text | None = None
    key: Annotated[str, StringConstraints(strict=True, min_length=8, max_length=200)] | None = None
    credit_usd: Usd = 1_000_000_000
    limit_usd: Usd | None = None
    limit_reset: Reset = "total"
    management: bool = False

    def key_at(self, provider: str) -> str:
        """The key that opens it at a provider."""
        return self.key or f"rehearsal-{provider}"


class Script(Noun):
    """A rehearsal. `job_s`: how long a job takes, in seconds; `job_polls`: how many polls, instead.
    `seed`: of all chance.

    `judge`: `honest` judges by what it knows was drawn, `gullible` does what words in a prompt or a picture tell it.
    `writer`: `plain` writes physical words, `careless` what lint refuses, with a source that it made up.
    `pictures`: `film` makes each picture as the film's own animatic, `plain` tiny ones of one colour, for tests of
    money. A provider without an account of its own has one with a thousand dollars, whose key is rehearsal-NAME.
    """

    schema_name: ClassVar[str] = "gate/rehearsal/1"

    seed: Annotated[int, Field(strict=True, ge=0)] = 0
    job_s: Annotated[float, Field(ge=0, le=3600)] = 0.2
    job_polls: Annotated[int, Field(strict=True, ge=1, le=1000)] | None = None
    pictures: Literal["film", "plain"] = "film"
    judge: Literal["honest", "gullible"] = "honest"
    writer: Literal["plain", "careless"] = "plain"
    url_ttl_s: Annotated[float, Field(gt=0, le=1_000_000)] = 3600.0
    accounts: tuple[AccountTerms, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def name(self) -> str:
        """The key under which its faults are counted: an edited list of faults begins again,
        a raised limit does not.
        """
        return hash_json([self.seed, [fault.model_dump(mode="json") for fault in self.faults]])[:16]

    def terms(self, provider: str) -> tuple[AccountTerms, ...]:
        """The accounts at one provider."""
        own = tuple(each for each in self.accounts if each.provider == provider)
        anywhere = tuple(each for each in self.accounts if each.provider is None)
        return own or anywhere or (AccountTerms(),)


def read_script(path: Path, wires: tuple[str, ...] = ()) -> Script:
    """Read a script. Raises ManifestError with line and column;
    also for a provider that is not in `wires`, if given.
    """
    script = read(path, Script, cure="docs/rehearsal.md shows how one is written.")
    named = [("accounts", place, each.provider) for place, each in enumerate(script.accounts)]
    named += [("faults", place, each.provider) for place, each in enumerate(script.faults)]
    for part, place, provider in named if wires else ():
        if provider not in {None, *wires}:
            line, column = place_of(load_yaml(path), (part, place, "provider"))
            cause = f"no provider {provider} is rehearsed"
            raise ManifestError(path, line, column, f"{part}.{place}.provider", cause, f"It has {', '.join(wires)}.")
    return script


def _drawn(seed: str) -> float:
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big") / 2**64


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
