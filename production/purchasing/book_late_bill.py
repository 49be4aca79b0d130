"""Hold a closed take against what its provider says by now, and book a bill that came late, in full."""

from __future__ import annotations

from governor.ledger import Ledger
from manifests.take import Take
from production.purchasing.collect import believed, looked_for
from providers.contract import Provider
from providers.errors import Gone

_CLOSED = frozenset({"settled", "released", "written_off"})


async def book_late_bill(ledger: Ledger, provider: Provider, take: Take) -> int | None:
    """Ask what the jobs of one closed take cost in all, and book it in the place of what was booked; returns the sum.

    Jobs that the provider made by itself under the same key count too, and those of attempts under it that were
    released and sent again: `take` is the newest. None where the take is open or the provider does not say any more:
    then nothing changes. Micro-dollars. See Ledger.adjust for what a bill does that is above the hold. Raises what else
    keeps it from answering.
    """
    if take.state not in _CLOSED:
        return None
    try:
        found = await looked_for(ledger, provider, take)
        known = ledger.jobs_under(take.generation_key)
        jobs = {job for job in (*known, found.job_id, *found.others) if job}
        told = [await provider.poll(job) for job in sorted(jobs)]
    except Gone:  # it forgets its jobs after some days
        return None
    bills = [believed(take, status) for status in told]
    if not bills or None in bills:
        return None
    total = sum(bill or 0 for bill in bills)
    ledger.adjust(take.generation_key, total, "; ".join(status.raw for status in told))
    return total
