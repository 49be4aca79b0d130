"""What ends a shot's journey, or holds it up.

GateError
└── JourneyError
    ├── GenerationFailed    the provider made nothing of it
    ├── InDoubt             nobody knows whether the provider took the job; its money stays held
    ├── Uncollected         the provider has the job, and cannot be asked now
    ├── ByHand              a person makes it, and has not saved it yet
    ├── InHand              another process works on it
    ├── Asked               its gate is not sure, and a person is asked
    ├── NotReady            the readiness gate does not let it be generated
    ├── CreditEnded         the provider's credit has ended before
    └── Escalated           the shot has had its tries and waits for a person
"""

from __future__ import annotations

from manifests.errors import GateError
from production.journey.readiness import ObstacleKind


class JourneyError(GateError):
    """A shot does not get on."""


class GenerationFailed(JourneyError):
    """The provider made nothing of it; what it billed for that is booked."""


class InDoubt(JourneyError):
    """Nobody knows whether the provider took the job. It is never sent again by itself."""


class Uncollected(JourneyError):
    """The provider has the job and cannot be asked now; a later run collects it, and buys nothing."""

    retry_helps = True


class ByHand(JourneyError):
    """A person makes it and has not saved it yet. A later run picks it up; nothing is laid out or paid for again."""

    retry_helps = True


class InHand(JourneyError):
    """Another process of this very run works on the generation, longer than anybody waits."""

    retry_helps = True


class Asked(JourneyError):
    """The gate neither passes nor fails a take: it is kept, nothing is bought, and a person decides."""


class NotReady(JourneyError):
    """The readiness gate does not let it be generated; `kind` is the first reason's. Nothing was sent."""

    def __init__(self, thing: str, cause: str, cure: str, kind: ObstacleKind) -> None:
        super().__init__(thing, cause, cure)
        self.kind = kind


class CreditEnded(JourneyError):
    """The provider's credit has ended before, in this run or this night: it is not asked again until a run begins
    again.
    """


class Escalated(JourneyError):
    """Out of tries, or the same flaw again: a person decides what changes."""
