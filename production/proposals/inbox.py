"""The inbox: what is proposed, how it stands, and the file's difference as the person who decides sees it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from hashlib import sha256

from governor.decisions.proposals import Filed
from manifests.decision import Decision
from manifests.errors import GateError
from manifests.story.proposal import SHORT, Proposal, ProposalState
from production.proposals import bases
from production.proposals.changing import changed_text
from production.proposals.errors import NoSuchProposal
from production.proposals.pictures import picture_base, proposed_picture
from production.proposals.proposing import file_of
from wiring.services import Services

_ID_MIN = 6
_CONTEXT = 2


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal in the inbox. `lapsed`: why nobody can accept it any more, "" while somebody can. `diff`: what would
    change in the file, as unified diff lines; none once it is closed or has lapsed.
    """

    number: int
    proposal: Proposal
    state: ProposalState
    closed: Decision | None
    lapsed: str = ""
    diff: tuple[str, ...] = ()


def inbox(services: Services, *, everything: bool = False) -> tuple[Waiting, ...]:
    """The open proposals, oldest first; with `everything` those too that were decided or have lapsed."""
    found = [look(services, filed) for filed in services.ledger.proposals()]
    return tuple(each for each in found if everything or each.state == "open")


def find(services: Services, name: str) -> Filed:
    """The proposal that an id, or its first digits, name. Raises NoSuchProposal."""
    filed = services.ledger.proposals()
    found = [each for each in filed if each.proposal.id.startswith(name)] if len(name) >= _ID_MIN else []
    if len(found) != 1:
        cause = "more than one proposal begins so" if found else "the film has no such proposal"
        raise NoSuchProposal(name[:64], cause, "List them: gate proposals list")
    return found[0]


def look(services: Services, filed: Filed) -> Waiting:
    """One proposal as it stands now."""
    proposal, now = filed.proposal, services.ledger.now()
    if proposal.is_picture:
        return _picture(services, filed)
    content = _content(services, proposal)
    base_now = sha256(content).hexdigest() if content is not None else None
    state = proposal.state(closed=filed.closed.kind if filed.closed else None, base_now=base_now, now=now)
    if state == "lapsed":
        return Waiting(filed.number, proposal, state, filed.closed, _why(services, proposal, content))
    diff = diff_of(services, proposal) if state == "open" else ()
    return Waiting(filed.number, proposal, state, filed.closed, diff=diff)


def _picture(services: Services, filed: Filed) -> Waiting:
    proposal, now, base = filed.proposal, services.ledger.now(), picture_base(services, filed.proposal)
    there = base if proposed_picture(services, proposal) else None
    state = proposal.state(closed=filed.closed.kind if filed.closed else None, base_now=there, now=now)
    if state == "open":
        return Waiting(filed.number, proposal, state, None, diff=(f"+{proposal.file}: {proposal.changes[0].value}",))
    why = "" if state != "lapsed" else f"{proposal.file} is there already"
    if state == "lapsed" and base == proposal.base:
        over = f"its time was up on {proposal.lapses_at[:10]}"
        why = over if there else "the picture in proposed/ is gone, or another"
    return Waiting(filed.number, proposal, state, filed.closed, why)


def diff_of(services: Services, proposal: Proposal) -> tuple[str, ...]:
    """What accepting it would change in the file. Around it stands nothing where the scene has a private shot."""
    path = file_of(services, proposal.file)
    before, after = path.read_text(encoding="utf-8"), changed_text(path, proposal.changes)
    scene = services.folder.scenes.get(path.stem) if path.parent.name == "scenes" else None
    context = 0 if scene and any(shot.private for shot in scene.shots) else _CONTEXT
    name = proposal.file
    return tuple(difflib.unified_diff(before.splitlines(), after.splitlines(), name, name, n=context, lineterm=""))


def facts(waiting: Waiting) -> dict[str, object]:
    """One proposal for programs, with the real arguments of whatever asked for it."""
    told = waiting.proposal.model_dump(mode="json", exclude={"fields"})
    closed = waiting.closed
    return {
        "id": waiting.proposal.id,
        "state": waiting.state,
        "lapsed": waiting.lapsed,
        **told,
        "diff": list(waiting.diff),
        "decided_by": closed.who if closed else None,
        "decided_at": closed.made_at if closed else None,
        "reason": closed.why if closed else None,
    }


def _content(services: Services, proposal: Proposal) -> bytes | None:
    try:
        return file_of(services, proposal.file).read_bytes()
    except (GateError, OSError):
        return None


def _why(services: Services, proposal: Proposal, content: bytes | None) -> str:
    if content is None:
        return f"{proposal.file} is gone"
    if sha256(content).hexdigest() == proposal.base:
        return f"its time was up on {proposal.lapses_at[:10]}"
    try:
        now = bases.fields_of(services.folder.root / proposal.file, content)
    except GateError as error:
        return str(error)
    return f"{proposal.file} changed: {bases.in_words(bases.differences(proposal.fields, now)) or 'its layout'}"


def short(proposal: Proposal) -> str:
    """The first digits of its id, by which people name it."""
    return proposal.id[:SHORT]
