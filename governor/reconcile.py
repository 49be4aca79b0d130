"""Bringing home what a dead run left open, without paying twice.

Call it after `begin_epoch`, for each of `marks_open`, before anything new is held. A call whose outcome it cannot know
stays in doubt: its money stays held, and a person decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from governor.ledger import Ledger
from governor.purchase import Epoch, Proof
from manifests.take import Take


@dataclass(frozen=True, slots=True)
class Sighting:
    """The provider's answer about one generation. `raw`: its words. `job_id`: with "found" only. `attempt`: of which

    attempt under the key it speaks (`Ledger.attempt_under`), read before anybody looked.

    "absent" is a proof, to be given only by a provider whose list is complete, and long enough after the call that
    nothing can still be on the wire. Everything less is "unknown".
    """

    verdict: Literal["found", "absent", "unknown"]
    raw: str
    job_id: str = ""
    attempt: int | None = None


def reconcile(ledger: Ledger, take: Take, epoch: Epoch, look: Callable[[Take], Sighting]) -> Take:
    """Bring one open take as far as can be known, and return it as it is then.

    A held one whose grant was never redeemed is released: its dead owner cannot have sent it, and a living one is
    refused when it tries. A submitted one is left for its caller to collect. The rest is looked up at the provider
    (`look`, asked only then): found becomes submitted, absent is released, unknown is in doubt.
    """
    key = take.generation_key
    if take.state == "held" and not ledger.was_sent(key):
        ledger.release(key, Proof.never_sent(epoch))
    elif take.state in {"held", "in_doubt"}:
        sighting = look(take)
        if sighting.verdict == "found":
            ledger.submitted(key, sighting.job_id)
        elif sighting.verdict == "absent":
            ledger.release(key, Proof.absent(sighting.raw, epoch, sighting.attempt))
        elif take.state == "held":
            ledger.doubt(key, sighting.raw)
    return ledger.take(key)
