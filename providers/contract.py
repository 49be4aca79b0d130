"""The contract of all providers. An adapter subclasses `ImageModel`, `VideoModel` or both.

Add a new one to `IMPLEMENTATIONS` in tests/contract/test_provider_contract.py, which tests it against this contract.
"""

from __future__ import annotations

import asyncio
import math
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

from manifests.money import MICROUSD_PER_USD
from manifests.question import Question
from manifests.spending.grant import Grant
from manifests.spending.price import PriceOf, Quote, Usage
from manifests.take import Operation, Request
from providers.capabilities import Capabilities
from providers.errors import ProviderError

BILL_USD_MAX = 1_000_000_000
"""The most that is booked for a bill: the ledger counts in 64 bits.
It is above every hold, so the breaker opens all the same.
"""

MediaType = Literal["image/png", "image/jpeg", "video/mp4"]


@dataclass(frozen=True, slots=True)
class Job:
    """A job that the provider accepted. `raw` is its answer."""

    job_id: str
    raw: str = ""


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How a job stands. `bill_microusd`: what it cost, None while the provider has not said;
    a failed job may be billed.

    A word that the adapter does not know is "running": it ends when patience does, with the money held. A cost that is
    missing, negative or no number is None (`bill_of`). `raw`: the provider's words. `failure`: why a failed job failed,
    where the provider's own code says it: Refused for moderation, Unavailable for what a later attempt may fix.
    """

    state: Literal["running", "done", "failed", "gone"]
    bill_microusd: int | None
    raw: str
    failure: ProviderError | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A finished job's bytes on our disk, and their kind. `frames` is 1 for a still."""

    path: Path
    media_type: MediaType
    width: int
    height: int
    frames: int


@dataclass(frozen=True, slots=True)
class LostCall:
    """A call whose answer was lost. `marker`: its generation key.
    `model`: the model that was asked, whatever film.yaml names by now.

    `sent_at`: when it went out, None where that is not known. `closed`: jobs that earlier calls under the same key had,
    and that ended without a bill; they are none of this call's, however much they look like it.
    """

    marker: str
    model: str
    request: Request
    sent_at: datetime | None = None
    closed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LookupResult:
    """The result of a search for a marker. "absent" is proof that no such job exists; "unknown" proves nothing.

    `job_id`: the first job under the marker; `others`: further ones, which the provider made by itself and may bill
    too. `raw`: how it is known.
    """

    state: Literal["found", "absent", "unknown"]
    job_id: str | None = None
    others: tuple[str, ...] = ()
    raw: str = ""


async def twice_absent(look: Callable[[], Awaitable[LookupResult]], grace_s: float) -> LookupResult:
    """Look, and where nothing is found look once more after `grace_s`; absent then is proof.

    `grace_s` is longer than the total deadline of a submit and the lag of the provider's list together: whatever a
    process that is dead by now had sent before the first look is in the list by the second.
    """
    first = await look()
    if first.state != "absent":
        return first
    await asyncio.sleep(grace_s)
    return await look()


def bill_of(cost: object) -> int | None:
    """A cost in US dollars, as a provider's JSON has it, in whole micro-dollars, rounded up;
    None for a value that is not an amount.

    Text, a negative number, NaN, true: all of them are None, and the hold counts as spent until a person knows better.
    Whatever is an amount is a bill, however large: above `BILL_USD_MAX` it counts as that much.
    """
    if isinstance(cost, bool) or not isinstance(cost, int | Decimal):
        return None
    amount = Decimal(cost)
    if not amount.is_finite() or amount < 0:
        return None
    return math.ceil(min(amount, Decimal(BILL_USD_MAX)) * MICROUSD_PER_USD)


class Provider(ABC):
    """One provider behind one face. Every failure is a `providers.errors.ProviderError`.

    `name` is stored with each take: renaming it orphans the ledger's rows. `operations` is what it can make.
    `embedded`: it works inside our own process, so that the film's lanes alone bound it and no limit is shared with
    other machines. `by_hand`: a person makes it, however long that takes: it is looked at once a run, and a job that
    runs says in `raw` what it waits for. `keeps_s`: for so many seconds after its call a withheld output is not given
    up, for it is paid for, and still there by the provider's own words. 0: nothing stands between us and it.
    `unseen_s`: how many seconds a call may take before one was seen. `needs_key`: whether its calls carry a key.
    """

    name: ClassVar[str]
    operations: ClassVar[frozenset[Operation]]
    embedded: ClassVar[bool] = False
    by_hand: ClassVar[bool] = False
    keeps_s: float = 0.0
    needs_key: bool = True
    unseen_s: ClassVar[Mapping[str, float]] = {}
    poll_s: tuple[float, float] = (0.05, 5.0)
    """The first and the longest pause, in seconds, between two looks at a job."""

    @abstractmethod
    def model(self, operation: Operation) -> str:
        """Name the model that makes `operation`; it is part of the generation key.
        Raises Invalid where there is none.
        """

    @abstractmethod
    def capabilities(self, operation: Operation) -> Capabilities:
        """Say what that model can make. Raises Invalid where there is none."""

    @abstractmethod
    def build_payload(self, request: Request) -> dict[str, Any]:
        """Write the canonical payload: hashes for references, no path, no secret.

        Raises Invalid for what the capabilities exclude, naming the nearest thing that they allow.
        """

    def usage(self, request: Request) -> Usage:
        """Count what the call will use, in the units that are billed: one image, or the clip's milliseconds without
        sound.
        """
        still = request.operation == "panel"
        return Usage(
            provider=self.name,
            model=self.model(request.operation),
            operation=request.operation,
            resolution=request.resolution,
            images=1 if still else 0,
            output_ms=0 if still else round(request.frames * 1000 / request.fps),
        )

    def quote(self, request: Request, price_of: PriceOf) -> Quote:
        """Ask the price book what `request` costs. Raises its refusal for an unknown or stale price."""
        return price_of(self.usage(request))

    @abstractmethod
    async def submit(self, grant: Grant, generation_key: str, request: Request) -> Job:
        """Redeem the grant, then send the job, once; its deadline runs from before the grant is redeemed.

        Raises OutcomeUnknown when nobody can say whether it was accepted; any other error proves that it was not.
        """

    @abstractmethod
    async def poll(self, job_id: str) -> JobStatus:
        """Ask how a job stands. Safe to repeat, and from another process. Raises Unavailable while nobody answers."""

    @abstractmethod
    async def fetch(self, job_id: str, into: Path) -> Fetched:
        """Write a done job's bytes into the folder `into`, asking for a new address by job id
        where the first has expired.

        Raises Gone when the provider has them no longer, Withheld where their address refuses us, Unavailable while
        they cannot be had.
        """

    @abstractmethod
    async def cancel(self, job_id: str) -> bool:
        """Stop a job. True only when the provider proves that it will not be billed."""

    @abstractmethod
    async def find(self, sought: LostCall) -> LookupResult:
        """Look for the job of a submit whose outcome is unknown.

        Takes as long as a proof takes: "absent" is said of a provider that lists all its jobs only, and by
        `twice_absent`.
        """

    @abstractmethod
    async def credit(self) -> int | None:
        """The account's remaining credit in micro-dollars, or None where there is no such thing or no way to ask."""

    async def check_key(self) -> None:
        """Make one free call with the key, where one is known that `credit` does not make.
        Raises what refuses the key.
        """
        return  # an embedded provider has none

    async def reach(self) -> None:
        """Return when it answers at all, whatever it answers; at once where there is nobody to call.
        Raises Unavailable.
        """
        return  # an embedded provider is here already

    async def live_prices(self) -> tuple[Mapping[str, Any], ...]:
        """Its prices today, as rows of a price list without a day; none where it publishes none.

        A price that cannot be understood is a row that no price book takes, never one of nothing. Raises the provider's
        errors.
        """
        return ()


class ImageModel(Provider):
    """A provider that makes panels."""


class VideoModel(Provider):
    """A provider that makes clips."""


class Answerer(Provider):
    """A provider that answers questions; which operation a question is for, it says itself.

    An answer is a job like any other: asked for under a grant, its bill told by `poll`, found again after a crash by
    `find_answer`, never bought twice. One that does not fit the question's schema does not count, and is never guessed.
    """

    @abstractmethod
    def question_payload(self, question: Question) -> dict[str, Any]:
        """Write the canonical payload: hashes for pictures, no secret. Raises Invalid for more than it can look at."""

    @abstractmethod
    def question_usage(self, question: Question) -> Usage:
        """Count what the answer can use at most, in the units that are billed."""

    def question_quote(self, question: Question, price_of: PriceOf) -> Quote:
        """Ask the price book what the answer costs. Raises its refusal for an unknown or stale price."""
        return price_of(self.question_usage(question))

    @abstractmethod
    async def ask(self, grant: Grant, generation_key: str, question: Question) -> Job:
        """Redeem the grant, then ask, once; the answer is kept before this returns. Raises as `submit` does."""

    @abstractmethod
    async def verdict(self, job_id: str, question: Question) -> dict[str, Any]:
        """Read what was answered: an object that fits the question's schema. Free, and safe to repeat. Raises NoVerdict
        for whatever else was answered, Gone where the answer is not here, Unavailable where it cannot be read.
        """

    @abstractmethod
    async def find_answer(self, generation_key: str, closed: frozenset[str] = frozenset()) -> LookupResult:
        """Look for the answer to a question whose outcome is unknown. `closed`: answers that are not this call's."""


class VisionJudge(Answerer):
    """A provider that scores pictures. `model("score")` is the one that answers."""


class Writer(Answerer):
    """A provider that proposes words. `model("write")` is the one that answers."""


@runtime_checkable
class DrawsGuides(Protocol):
    """A provider that can show where everybody stands, for another one's model to keep to."""

    def guide(self, request: Request) -> bytes:
        """The blocking guide of a panel as PNG bytes. Raises Invalid where a picture is missing."""

    def layers(self, request: Request, size: tuple[int, int]) -> tuple[tuple[str, bytes], ...]:
        """The panel's empty plate and its cut-outs in pose, farthest first: a name and PNG bytes of `size` each.
        Raises Invalid.
        """
