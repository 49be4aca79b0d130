"""Somebody proposes a change of one of the film's files. It waits in the ledger; no file changes.

A refusal names what to do instead. The same proposal made twice is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from pydantic import JsonValue, TypeAdapter, ValidationError

from governor.decisions.proposals import Filed
from manifests.keys import canonical_json
from manifests.story.proposal import FieldChange, FileName, Proposal
from production.proposals import bases
from production.proposals.changing import changed_text
from production.proposals.errors import ChangedSince, NothingChanges, NotProposable, RejectedBefore
from production.proposals.trying import refuse_errors
from wiring.services import Services

LASTS = timedelta(days=14)
"""So long a proposal waits for a person."""

_FILE = TypeAdapter(FileName)
_PEOPLE_ONLY = {
    "film.yaml": "it holds the caps, the limits and the providers, which only people set",
    "lock.yaml": "it says which pictures people approved",
}


@dataclass(frozen=True, slots=True)
class ProposedChange:
    """What a proposal would change, as `manifests.story.proposal.Proposal` holds it."""

    file: str
    base: str
    fields: dict[str, str]
    result: str
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Proposer:
    """Who proposes. `key`: the fingerprint of an agent's key, "" for a person or a program of ours."""

    who: str
    key: str = ""


def propose(
    services: Services,
    file: str,
    changes: Sequence[FieldChange],
    *,
    base: str,
    tool: str,
    arguments: Mapping[str, JsonValue],
    by: Proposer,
    why: str,
) -> Proposal:
    """Keep a proposal to change `file` (a path below the film's folder) and give it. Services must be open for work.

    `base`: the hash of the file that the changes were made on (`bases.hand_out`, or sha256 of its bytes). `tool` and
    `arguments`: as the person who decides will see them. Raises ProposalRefused, WrongState where too many wait, and
    ManifestError, Invalid or UnknownRule where the film would no longer read.
    """
    path = file_of(services, file)
    content = path.read_bytes()
    if sha256(content).hexdigest() != base:
        raise _stale(services, file, path, content, base)
    text = changed_text(path, changes)
    if text.encode() == content:
        raise NothingChanges(file, "it says so already", "Read it again: nothing needs to change.")
    return file_once(
        services,
        ProposedChange(file, base, bases.fields_of(path, content), sha256(text.encode()).hexdigest(), tuple(changes)),
        tool=tool,
        arguments=arguments,
        by=by,
        why=why,
        before=lambda: refuse_errors(services, path, text),
    )


def file_once(
    services: Services,
    change: ProposedChange,
    *,
    tool: str,
    arguments: Mapping[str, JsonValue],
    by: Proposer,
    why: str,
    before: Callable[[], None],
) -> Proposal:
    """Put a change into the inbox, and give its proposal; the one that waits already, where it is the same. `before` is
    done just before it is filed, and may refuse it. Raises RejectedBefore, and WrongState where too many wait.
    """
    asked, made = canonical_json(dict(arguments)), services.ledger.now()
    wanted = (change.file, change.base, change.result, tool, asked, by.who, by.key)
    same = _made_before(services.ledger.proposals(), wanted, made)
    before()
    if same is not None:
        return same
    proposal = Proposal(
        file=change.file,
        base=change.base,
        fields=change.fields,
        result=change.result,
        changes=change.changes,
        tool=tool,
        arguments=asked,
        who=by.who,
        key=by.key,
        made_at=made.isoformat(timespec="milliseconds"),
        lapses_at=(made + LASTS).isoformat(timespec="seconds"),
        why=why,
    )
    services.ledger.propose(proposal)
    return proposal


def _made_before(filed: Sequence[Filed], wanted: tuple[str, ...], now: datetime) -> Proposal | None:
    """The same proposal, where it waits already. Raises RejectedBefore where a person rejected this change."""
    for each in reversed(filed):
        old, closed = each.proposal, each.closed
        if (old.file, old.base, old.result) != wanted[:3]:
            continue
        if closed is not None and closed.kind == "reject_proposal":
            cause = f"{closed.who} rejected this very change: {closed.why}"
            raise RejectedBefore(old.file, cause, "Propose something else.")
        asker = (old.tool, old.arguments, old.who, old.key)
        if asker == wanted[3:] and closed is None and not old.is_over(now):
            return old
    return None


def file_of(services: Services, file: str) -> Path:
    """The file that a proposal may change. Raises NotProposable for any other, also by a link or a way around."""
    try:
        _FILE.validate_python(file)
    except ValidationError:
        cause = _PEOPLE_ONLY.get(file, "a proposal changes a scene or a file of the bible, and nothing else")
        cure = "Name one of them: scenes/SC010.yaml, bible/characters/ada.yaml, bible/style.yaml"
        raise NotProposable(file[:120], cause, cure) from None
    path = services.folder.root / file
    if not path.is_file() or path.resolve() != services.folder.root.resolve() / file:
        raise NotProposable(file, "the film has no such file", "A person begins one: gate new")
    return path


def _stale(services: Services, file: str, path: Path, content: bytes, base: str) -> ChangedSince:
    before, now = bases.remembered(services, base), bases.fields_of(path, content)
    named = bases.in_words(bases.differences(before, now)) if before else ""
    since = f": changed since are {named}" if named else ""
    cause = f"it is not the file that the change was made on ({base[:12]}){since}"
    return ChangedSince(file, cause, f"Read it again, and propose on {sha256(content).hexdigest()}")
