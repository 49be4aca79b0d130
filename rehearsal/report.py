"""The result of a rehearsal, from the house's own records: the true bill, and which of the scripted faults struck."""

from __future__ import annotations

from manifests.money import Microusd
from manifests.noun import Noun
from rehearsal.faults import Script
from rehearsal.records import Records


class ProviderBill(Noun):
    """One provider's true bill. `posts`: calls that might have made a job; `refused`: those that made none."""

    provider: str
    posts: int
    jobs: int
    refused: int
    bill_microusd: Microusd


class FaultLine(Noun):
    """One fault of the script. `calls`: POSTs that it struck, by number;
    beside each its job, "" for none, and its prompt.
    """

    fault: str
    name: str
    calls: tuple[int, ...] = ()
    jobs_of_calls: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()

    @property
    def jobs(self) -> tuple[str, ...]:
        """The jobs that it struck."""
        return tuple(job for job in self.jobs_of_calls if job)

    @property
    def struck(self) -> bool:
        """Whether it struck at all."""
        return bool(self.calls)


class RehearsalReport(Noun):
    """The whole of it.

    `broken`: outputs that the studio itself could not make, which is a bug of the rehearsal. `leaks`: file hosts that
    were handed a key, and in which header; at the real ones that would be a key in a stranger's log.
    """

    providers: tuple[ProviderBill, ...]
    faults: tuple[FaultLine, ...]
    broken: tuple[str, ...] = ()
    leaks: tuple[str, ...] = ()


def report(records: Records, script: Script) -> RehearsalReport:
    """The report as things stand; safe from another process than the server's."""
    posts, jobs = records.posts(), records.jobs()
    prompts = {post.number: post.prompt for post in posts}
    bills = []
    for provider in sorted({post.provider for post in posts}):
        theirs, made = [p for p in posts if p.provider == provider], [j for j in jobs if j.provider == provider]
        refused = sum(post.came_of.startswith("refused") for post in theirs)
        bill = sum(job.bill_microusd for job in made)
        bills.append(
            ProviderBill(provider=provider, posts=len(theirs), jobs=len(made), refused=refused, bill_microusd=bill)
        )
    strikes, lines = records.strikes(script.name), []
    for place, fault in enumerate(script.faults):
        struck = [each for each in strikes if each.fault == place]
        lines.append(
            FaultLine(
                fault=fault.said(),
                name=fault.fault,
                calls=tuple(each.post for each in struck),
                jobs_of_calls=tuple(each.job for each in struck),
                prompts=tuple(prompts.get(each.post, "") for each in struck),
            )
        )
    broken = tuple(f"{job.id}: {job.why}" for job in jobs if job.ended == "broken")
    leaks = tuple(f"{host}: {header}" for host, header in records.leaks())
    return RehearsalReport(providers=tuple(bills), faults=tuple(lines), broken=broken, leaks=leaks)
