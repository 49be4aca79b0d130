"""Finds the take that shows what a shot's corrected entry asks for, so that it is gated again instead of bought again.

A picture of the right place fails its gate where the shot's entry names the wrong one. When a person corrects the
entry, the request changes and so does its generation key; the picture does not.
"""

from __future__ import annotations

from collections.abc import Iterable

from manifests.diagnosis import Change, Diagnosis
from manifests.keys import hash_json
from manifests.scene import Shot
from manifests.take import Request, Take
from wiring.services import Services

NOTE = "diagnosis"
"""The kind of note under which the ledger keeps diagnoses."""

FAILED_AGAIN = "gated again"
"""The kind of note under which the ledger keeps that a take failed under the corrected entry too."""

_OPENS = frozenset({"start_frame", "end_frame", "panel"})
_LOCKED = frozenset({"character", "location", "prop"})


def fitting(
    now: Request, takes: Iterable[Take], maker: tuple[str, str], told: Iterable[str], refused: frozenset[str]
) -> Take | None:
    """The newest take of a stage that differs from the request `now` only by what a diagnosis would change in the
    entry.

    None where no diagnosis blamed the manifest, where the take already failed under the entry as it is now, or where a
    person sent it back. `maker`: the provider and model that would be asked now; `told`: the shot's diagnoses as
    stored; `refused`: the keys of takes that were sent back, and the marks of those that failed again (see `mark`).
    """
    blamed = [found for found in map(Diagnosis.from_stored, told) if found.layer == "manifest" and found.changes]
    made = [take for take in takes if take.state == "settled" and take.asset is not None and not take.handwork]
    for take in reversed(made) if blamed else ():
        if take.generation_key in refused or mark(take, now) in refused or (take.provider, take.model) != maker:
            continue
        if _same_otherwise(take.order, now) and _kept(now.staging) in _corrected(take.order, blamed):
            return take
    return None


def blamed_line(told: Iterable[str], key: str) -> str | None:
    """What a diagnosis of the take `key` would change in the shot's entry; "" where it blames something else, None
    where there is none.

    `told`: the shot's diagnoses as stored, oldest first; the newest of this take counts.
    """
    found = next((found for found in map(Diagnosis.from_stored, reversed(tuple(told))) if found.take == key), None)
    return None if found is None else blamed_in(found)


def blamed_in(found: Diagnosis) -> str:
    """What it would change in the entry, where it blames the manifest; else nothing."""
    if found.layer != "manifest":
        return ""
    return ", ".join(change.words for change in found.changes) or "its entry"


def failed_again(services: Services, take: Take, now: Request) -> None:
    """Write down that a take failed under the entry as it is now: the next start makes a new one."""
    services.ledger.note_once(FAILED_AGAIN, f"shot:{now.shot}", mark(take, now))


def mark(take: Take, now: Request) -> str:
    """Names a take and the entry it is held against."""
    return f"{take.generation_key} {hash_json(_kept(now.staging).model_dump(mode='json'))}"


def _same_otherwise(was: Request, now: Request) -> bool:
    """Whether the length, the size, the frames it opens on and the locked pictures that both show are the same."""
    facts = ("operation", "resolution", "frames", "progress", "chain_links", "parent", "edit")
    if any(getattr(was, name) != getattr(now, name) for name in facts) or _pictures(was, _OPENS) != _pictures(
        now, _OPENS
    ):
        return False
    before, after = (dict(_pictures(request, _LOCKED)) for request in (was, now))
    return all(after.get(name, sha256) == sha256 for name, sha256 in before.items())


def _pictures(request: Request, roles: frozenset[str]) -> tuple[tuple[str, str], ...]:
    return tuple((r.name, r.sha256) for r in request.references if r.role in roles)


def _kept(staging: object) -> Shot:
    """A shot as the ledger keeps it: a private one without its words."""
    assert isinstance(staging, Shot)
    return staging.without_words() if staging.private else staging


def _corrected(was: Request, blamed: Iterable[Diagnosis]) -> list[Shot]:
    """The entry that the take was made of, after each series of corrections that the diagnoses proposed, in order."""
    reached = [_kept(was.staging)]
    for found in blamed:
        reached += [after for shot in reached if (after := _after(shot, found.changes)) is not None]
    return reached[1:]


def _after(shot: Shot, changes: Iterable[Change]) -> Shot | None:
    """The shot after these changes; None where it does not say what they would change."""
    for change in changes:
        if change.member is None:
            if str(getattr(shot, change.field)) != change.was or change.field != "location":
                return None
            shot = shot.model_copy(update={"location": change.now})
            continue
        cast = [m for m in shot.cast if m.character == change.member and getattr(m, change.field) == change.was]
        if not cast:
            return None
        changed = cast[0].model_copy(update={change.field: change.now})
        shot = shot.model_copy(update={"cast": tuple(changed if m is cast[0] else m for m in shot.cast)})
    return shot
