"""A person accepts a proposal, and the file changes; or rejects it. Each proposal is decided once.

Nothing is written unless the file is still the one that the proposal was made on, the film still reads, and lint finds
no new error.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from governor.errors import NotApproved
from manifests.decision import Decision, DecisionKind, Door
from manifests.story.proposal import Proposal
from production.planning.shot_file import rewritten
from production.proposals.changing import changed_text
from production.proposals.errors import ChangedSince, TooLate
from production.proposals.inbox import Waiting, find, look
from production.proposals.pictures import take_picture
from production.proposals.proposing import file_of
from production.proposals.trying import refuse_errors
from wiring.services import Services


def accept(services: Services, name: str, *, who: str, door: Door, why: str) -> tuple[Waiting, Path]:
    """Make the change that a proposal describes, and record who accepted it; gives it and the file. A picture goes into
    assets/, where a person locks it.

    `name`: its id, or the first digits. Raises NoSuchProposal, ChangedSince naming what changed, TooLate, AddsErrors,
    WrongState where somebody decided before, NotAPerson, NotApproved without a reason, FileChanged, and what the film's
    reader raises. Then the file is as it was.
    """
    filed = find(services, name)
    waiting, proposal = look(services, filed), filed.proposal
    decision = _decision(services, "accept_proposal", proposal, who=who, door=door, why=why)
    if waiting.state == "lapsed":
        kind = TooLate if proposal.is_over(services.ledger.now()) else ChangedSince
        raise kind(f"proposal {proposal.id[:12]}", f"it has lapsed: {waiting.lapsed}", "Have it proposed again.")
    if waiting.state != "open":
        services.ledger.close_proposal(decision)  # refuses, naming who decided and when
    if proposal.is_picture:
        return waiting, take_picture(services, proposal, lambda: services.ledger.close_proposal(decision))
    path = file_of(services, proposal.file)
    before = path.read_bytes()
    text = changed_text(path, proposal.changes)
    if (sha256(before).hexdigest(), sha256(text.encode()).hexdigest()) != (proposal.base, proposal.result):
        cause = "the file that it makes now is not the one that was proposed"
        raise ChangedSince(f"proposal {proposal.id[:12]}", cause, "Have it proposed again.")
    refuse_errors(services, path, text)
    with rewritten(services.folder.root, path, text, before=before):
        services.ledger.close_proposal(decision)
    return waiting, path


def reject(services: Services, name: str, *, who: str, door: Door, why: str) -> Waiting:
    """Reject a proposal, and keep who did so and why. Raises NoSuchProposal, WrongState, NotAPerson, NotApproved."""
    filed = find(services, name)
    decision = _decision(services, "reject_proposal", filed.proposal, who=who, door=door, why=why)
    services.ledger.close_proposal(decision)
    return look(services, filed)


def _decision(
    services: Services, kind: DecisionKind, proposal: Proposal, *, who: str, door: Door, why: str
) -> Decision:
    if not why.strip():
        word, *_ = kind.split("_")
        raise NotApproved(f"proposal {proposal.id[:12]}", f"to {word} it needs a reason", 'Give it: --why "..."')
    return Decision(
        kind=kind,
        scope=proposal.scope or f"film:{services.folder.film.code}",
        who=who,
        made_at=services.ledger.now().isoformat(timespec="seconds"),
        door=door,
        why=why,
        subject=proposal.id,
    )
