"""Makes a proposal of what a writer wrote: it waits for a person, and lint refuses one that adds an error."""

from __future__ import annotations

from hashlib import sha256

from manifests.story.proposal import FieldChange, Proposal
from production.proposals.errors import AddsErrors
from production.proposals.proposing import Proposer, propose
from production.writing.buying import BoughtAnswer, writer_of
from production.writing.commission import Commission
from wiring.services import Services


def file_proposal(services: Services, commission: Commission, bought: BoughtAnswer) -> Proposal:
    """Put it into the inbox. Raises what `propose` does: AddsErrors where lint would find a new error, StaleBase,
    NothingChanges, RejectedBefore.
    """
    file, writer, written = f"scenes/{commission.scene}.yaml", writer_of(services), bought.written
    base = sha256((services.folder.root / file).read_bytes()).hexdigest()
    try:
        return propose(
            services,
            file,
            [FieldChange(at=_place(commission, at), value=value) for at, value in written.changes.items()],
            base=base,
            tool="gate write",
            arguments={
                "job": commission.job,
                "subject": commission.subject,
                "call": bought.key,
                "causes": [cause.words for cause in written.causes],
            },
            by=Proposer(f"{writer.name} {writer.model('write')}"),
            why=written.why,
        )
    except AddsErrors as refused:  # what mends the film's files does not mend an answer
        raise AddsErrors(refused.thing, refused.cause, commission.ask_again) from refused


def _place(commission: Commission, at: str) -> str:
    """A shot that is not there yet is a new last entry."""
    return "shots/+" if commission.job == "shots" else at
