"""The ledger's inputs and its answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from manifests.decision import Binding, Decision
from manifests.film import ANSWERS, Bought, Resolution, TierName
from manifests.spending.price import Quote
from manifests.take import Asked


@dataclass(frozen=True, slots=True)
class Epoch:
    """One run's claim on a scene. The next claim has the next number, and fences this one at its next paid call."""

    scene: str
    number: int
    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """One paid call as it is asked for.

    `attempt` counts from 1, up to `attempts_max` (the film's limit). `changed`: the one thing that differs from the
    take before. `parent`: the generation key it chains from. `inputs`: hashes of the certificates of what it is made
    from; each must be on file. `binding`: what it would be made from now, where a person approves it: above draft, and
    for a draft with `draft_approval` (the film says `tiers: draft: approve: person`). `resolution`: of a clip. `also`:
    further scopes it counts against, such as "key:fal". `night`: the name of the night whose standing order it is
    bought under, "" by day; `plan`: the hash of the plan file that the run keeps to. `in_flight_max`: calls that may be
    with the provider at once. `retires_on`: the model's last day. `unseen_s`: how many seconds such a call may take
    while the ledger has seen none; None where the provider does not say. `foreseen_microusd`: what the rest of the run
    is likely to need including this call, so that a refusal can advise a cap that lasts.
    """

    generation_key: str
    recipe: str
    film: str
    scene: str
    shot: str
    stage: Bought
    tier: TierName
    attempt: int
    attempts_max: int
    provider: str
    model: str
    request: Asked
    quote: Quote
    changed: str
    epoch: Epoch
    parent: str | None = None
    inputs: tuple[str, ...] = ()
    binding: Binding | None = None
    draft_approval: bool = False
    resolution: Resolution | None = None
    also: tuple[str, ...] = ()
    night: str = ""
    plan: str | None = None
    in_flight_max: int = 16
    retires_on: date | None = None
    foreseen_microusd: int = 0
    unseen_s: float | None = None

    @property
    def wants_approval(self) -> bool:
        """Whether a person approves it first: every final, and where the film says so every draft clip
        that costs anything.
        """
        if self.tier != "draft":
            return self.stage not in ANSWERS  # looking at what an approval has bought needs no second one
        return self.draft_approval and self.stage == "clip" and self.quote.high_microusd > 0

    @property
    def scopes(self) -> tuple[str, ...]:
        """Every cap it counts against, sorted: rows are always locked in this order, so that no two holds deadlock."""
        own = (f"film:{self.film}", f"scene:{self.scene}", f"run:{self.epoch.run}", f"shot:{self.shot}")
        night = (f"night:{self.night}",) if self.night else ()
        return tuple(sorted({*own, *night, *self.also}))


@dataclass(frozen=True, slots=True)
class Proof:
    """Why a held amount may go back. A time-out is not proof, and neither is "failed".

    A machine's proof carries the epoch it speaks for: a fenced run may hold an old answer about a generation that its
    successor has sent again since. `attempt`: of "absent", the number of the attempt that was looked for: under the
    same key another may have gone out while somebody looked.
    """

    kind: Literal["never_sent", "not_billed", "absent", "decision"]
    words: str
    decision: Decision | None = None
    epoch: Epoch | None = None
    attempt: int | None = None

    @classmethod
    def never_sent(cls, epoch: Epoch) -> Proof:
        """The grant was not redeemed, so nothing went out. The ledger checks that this is so."""
        return cls("never_sent", "the grant was never redeemed", epoch=epoch)

    @classmethod
    def not_billed(cls, raw: str, epoch: Epoch) -> Proof:
        """The provider answered with a status that its documents say is free; `raw` are its words."""
        return cls("not_billed", raw, epoch=epoch)

    @classmethod
    def absent(cls, raw: str, epoch: Epoch, attempt: int | None) -> Proof:
        """The provider's own list does not have it, long enough after the call; `raw` says how that is known."""
        return cls("absent", raw, epoch=epoch, attempt=attempt)

    @classmethod
    def decided(cls, decision: Decision) -> Proof:
        """A person says so, by a decision of kind "release"."""
        return cls("decision", decision.why, decision=decision)


@dataclass(frozen=True, slots=True)
class Balance:
    """One cap. `left` is never below 0; a bill above its hold can bring `settled + held` above `cap`.

    `cap` is None where none was ever declared: then nothing that costs money passes.
    """

    scope: str
    cap: int | None
    settled: int
    held: int

    @property
    def left(self) -> int:
        """The amount that may still be held."""
        return max(0, (self.cap or 0) - self.settled - self.held)


@dataclass(frozen=True, slots=True)
class CostRow:
    """One line of the cost report, in micro-dollars. `assumed`: the part of `settled` that no bill has confirmed."""

    shot: str
    stage: Bought
    tier: TierName
    takes: int
    likely: int
    held: int
    settled: int
    assumed: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as it stands in the ledger. `number`: by which it is taken back."""

    number: int
    decision: Decision


@dataclass(frozen=True, slots=True)
class Note:
    """Something that happened and is worth reading later: an alarm, a re-anchoring, an escalation."""

    id: int
    at: str
    kind: str
    scope: str
    text: str
