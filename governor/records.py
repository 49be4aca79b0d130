"""Records beside the money: verdicts, certificates and notes. They are added, never changed."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, or_, select

from governor import takes
from governor.database.tables import certificates, decisions, moderated, notes, verdicts
from governor.purchase import Decided, Note
from governor.transaction import Transaction
from manifests.certificate import Certificate
from manifests.decision import Decision
from manifests.finding import Verdict
from manifests.take import Take

ESCALATION = "escalation"
RESOLVED = "resolved"

_MODERATED = (
    select(moderated.c.raw).where(moderated.c.asked == bindparam("asked")).order_by(moderated.c.id.desc()).limit(1)
)

_DECIDED = (
    select(decisions.c.id, decisions.c.body)
    .where(or_(decisions.c.shot == bindparam("name"), decisions.c.shot.like(bindparam("below"), escape="/")))
    .order_by(decisions.c.id)
)


def record_verdict(transaction: Transaction, generation_key: str, verdict: Verdict) -> None:
    """Keep what a gate said; the newest counts. Writing the same once more does nothing."""
    body = verdict.stored()
    newest = _newest_verdict(transaction, generation_key)
    if newest != body:
        transaction.connection.execute(
            verdicts.insert().values(generation_key=generation_key, at=transaction.at, body=body)
        )


def verdict(transaction: Transaction, generation_key: str) -> Verdict | None:
    """The newest verdict over the take."""
    body = _newest_verdict(transaction, generation_key)
    return Verdict.from_stored(body) if body else None


def file_certificate(transaction: Transaction, certificate: Certificate) -> str:
    """Keep the certificate and return its hash. Filing it again does nothing."""
    sha256 = certificate.sha256
    if not has_certificate(transaction, sha256):
        transaction.connection.execute(
            certificates.insert().values(
                sha256=sha256,
                asset=certificate.asset,
                shot=certificate.shot,
                stage=certificate.stage,
                at=transaction.at,
                body=certificate.stored(),
            )
        )
    return sha256


def record_moderation(transaction: Transaction, take: Take, raw: str) -> None:
    """Keep that a provider's moderation refused what this take asked, with its own words."""
    transaction.connection.execute(
        moderated.insert().values(
            asked=take.request.asked_of(take.provider, take.model),
            at=transaction.at,
            generation_key=take.generation_key,
            provider=take.provider,
            shot=take.shot,
            raw=raw,
        )
    )


def moderations_of(transaction: Transaction, shot: str) -> tuple[tuple[Take, str], ...]:
    """The takes of a shot that moderation refused: each with its provider's own words, oldest first."""
    rows = transaction.connection.execute(select(moderated).where(moderated.c.shot == shot).order_by(moderated.c.id))
    return tuple((takes.as_take(takes.row_of(transaction, row.generation_key)), row.raw) for row in rows)


def moderation(transaction: Transaction, asked: str) -> str | None:
    """The provider's answer when its moderation refused just this; None where it never did."""
    return transaction.connection.execute(_MODERATED, {"asked": asked}).scalar_one_or_none()


def certificates_of(transaction: Transaction, asset: str, shot: str, stage: str) -> tuple[Certificate, ...]:
    """The certificates of these bytes for this stage of this shot, newest first:
    one for each set of rules, tier and eye.
    """
    rows = transaction.connection.execute(
        select(certificates.c.body)
        .where(certificates.c.asset == asset, certificates.c.shot == shot, certificates.c.stage == stage)
        .order_by(certificates.c.at.desc())
    )
    return tuple(Certificate.from_stored(row.body) for row in rows)


def every_certificate(transaction: Transaction) -> tuple[Certificate, ...]:
    """All of them, oldest first."""
    rows = transaction.connection.execute(select(certificates.c.body).order_by(certificates.c.at))
    return tuple(Certificate.from_stored(row.body) for row in rows)


def has_certificate(transaction: Transaction, sha256: str) -> bool:
    """Whether the certificate of this hash is on file."""
    return (
        transaction.connection.execute(select(certificates.c.at).where(certificates.c.sha256 == sha256)).first()
        is not None
    )


def find_notes(transaction: Transaction, *, kind: str | None, scope: str | None) -> tuple[Note, ...]:
    """The notes of a kind about a film, scene or shot, in order; a scene's include its shots'.

    A scope is found with and without its kind: "SC010" and "scene:SC010" are one.
    """
    given = {"kind": kind} if kind else {}
    if scope:
        name = scope.rpartition(":")[2]
        given |= {"scope": scope, "name": name, "scene": f"scene:{name}", "shot": f"shot:{name}"}
        given |= {"below": _below(name), "below_shot": f"shot:{_below(name)}"}
    rows = transaction.connection.execute(_notes_where(of_kind=bool(kind), of_scope=bool(scope)), given)
    return tuple(Note(row.id, row.at, row.kind, row.scope, row.text) for row in rows)


@cache
def _notes_where(*, of_kind: bool, of_scope: bool) -> Select[Any]:
    """Built once: a run asks a dozen times a shot, and building takes longer than asking."""
    query = select(notes).order_by(notes.c.id)
    if of_kind:
        query = query.where(notes.c.kind == bindparam("kind"))
    if of_scope:
        exact = notes.c.scope.in_([bindparam(each) for each in ("scope", "name", "scene", "shot")])
        shots = (notes.c.scope.like(bindparam(each), escape="/") for each in ("below", "below_shot"))
        query = query.where(or_(exact, *shots))
    return query


def note_once(transaction: Transaction, kind: str, scope: str, text: str) -> bool:
    """Add a note unless the same one is there; True where it was added. An earlier try's counts as added now."""
    same = select(notes.c.id).where(notes.c.kind == kind, notes.c.scope == scope, notes.c.text == text)
    if transaction.connection.execute(same.limit(1)).first() is not None:
        return transaction.again
    transaction.connection.execute(notes.insert().values(at=transaction.at, kind=kind, scope=scope, text=text))
    return True


def decided(transaction: Transaction, name: str) -> tuple[Decided, ...]:
    """Every decision about a scene and its shots, or about one shot, in order;
    whether one was taken back, a later one says.
    """
    below = _below(name)
    rows = transaction.connection.execute(_DECIDED, {"name": name, "below": below})
    return tuple(Decided(row.id, Decision.from_stored(row.body)) for row in rows)


def escalations(transaction: Transaction, scene: str) -> tuple[Note, ...]:
    """The newest escalation of each shot of the scene that no later note "resolved" has ended, by shot."""
    standing: dict[str, Note] = {}
    for note in find_notes(transaction, kind=None, scope=scene):
        if note.kind == ESCALATION:
            standing[note.scope.rpartition(":")[2]] = note
        elif note.kind == RESOLVED:
            standing.pop(note.scope.rpartition(":")[2], None)
    return tuple(standing[shot] for shot in sorted(standing))


def _newest_verdict(transaction: Transaction, generation_key: str) -> str | None:
    return transaction.connection.execute(
        select(verdicts.c.body)
        .where(verdicts.c.generation_key == generation_key)
        .order_by(verdicts.c.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def _below(name: str) -> str:
    """The LIKE pattern of what is named after a scene or a shot, with "/" as its escape."""
    return name.replace("/", "//").replace("%", "/%").replace("_", "/_") + "/_%"
