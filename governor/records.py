"""What is kept beside the money: verdicts, certificates and notes. They are added, never changed."""

from __future__ import annotations

from sqlalchemy import bindparam, or_, select

from governor import takes
from governor.books import Books
from governor.purchase import Decided, Note
from governor.tables import certificates, decisions, moderated, notes, verdicts
from manifests.certificate import Certificate
from manifests.decision import Decision
from manifests.finding import Verdict
from manifests.take import Take

ESCALATION = "escalation"
RESOLVED = "resolved"

_MODERATED = (
    select(moderated.c.raw).where(moderated.c.asked == bindparam("asked")).order_by(moderated.c.id.desc()).limit(1)
)


def record_verdict(books: Books, generation_key: str, verdict: Verdict) -> None:
    """Keep what a gate said; the newest counts. Writing the same once more does nothing."""
    body = verdict.stored()
    newest = _newest_verdict(books, generation_key)
    if newest != body:
        books.connection.execute(verdicts.insert().values(generation_key=generation_key, at=books.at, body=body))


def verdict(books: Books, generation_key: str) -> Verdict | None:
    """The newest verdict over the take."""
    body = _newest_verdict(books, generation_key)
    return Verdict.from_stored(body) if body else None


def file_certificate(books: Books, certificate: Certificate) -> str:
    """Keep the certificate and return its hash. Filing it again does nothing."""
    sha256 = certificate.sha256
    if not has_certificate(books, sha256):
        books.connection.execute(
            certificates.insert().values(
                sha256=sha256, asset=certificate.asset, shot=certificate.shot, stage=certificate.stage, at=books.at,
                body=certificate.stored(),
            )
        )  # fmt: skip
    return sha256


def record_moderation(books: Books, take: Take, raw: str) -> None:
    """Keep that a provider's moderation refused what this take asked, with its own words."""
    books.connection.execute(
        moderated.insert().values(
            asked=take.request.asked_of(take.provider, take.model), at=books.at, generation_key=take.generation_key,
            provider=take.provider, shot=take.shot, raw=raw,
        )
    )  # fmt: skip


def moderations_of(books: Books, shot: str) -> tuple[tuple[Take, str], ...]:
    """What moderation refused of a shot: each take with its provider's own words, oldest first."""
    rows = books.connection.execute(select(moderated).where(moderated.c.shot == shot).order_by(moderated.c.id))
    return tuple((takes.as_take(takes.row_of(books, row.generation_key)), row.raw) for row in rows)


def moderation(books: Books, asked: str) -> str | None:
    """What the provider answered when its moderation refused just this; None where it never did."""
    return books.connection.execute(_MODERATED, {"asked": asked}).scalar_one_or_none()


def certificates_of(books: Books, asset: str, shot: str, stage: str) -> tuple[Certificate, ...]:
    """The certificates of these bytes for this stage of this shot, newest first: one for each set of rules, tier and eye."""
    rows = books.connection.execute(
        select(certificates.c.body)
        .where(certificates.c.asset == asset, certificates.c.shot == shot, certificates.c.stage == stage)
        .order_by(certificates.c.at.desc())
    )
    return tuple(Certificate.from_stored(row.body) for row in rows)


def every_certificate(books: Books) -> tuple[Certificate, ...]:
    """All of them, oldest first."""
    rows = books.connection.execute(select(certificates.c.body).order_by(certificates.c.at))
    return tuple(Certificate.from_stored(row.body) for row in rows)


def has_certificate(books: Books, sha256: str) -> bool:
    """Whether the certificate of this hash is on file."""
    return (
        books.connection.execute(select(certificates.c.at).where(certificates.c.sha256 == sha256)).first() is not None
    )


def find_notes(books: Books, *, kind: str | None, scope: str | None) -> tuple[Note, ...]:
    """The notes of a kind about a film, scene or shot, in order; a scene's include its shots'.

    A scope is found with and without its kind: "SC010" and "scene:SC010" are one.
    """
    query = select(notes).order_by(notes.c.id)
    if kind:
        query = query.where(notes.c.kind == kind)
    if scope:
        name = scope.rpartition(":")[2]
        exact = notes.c.scope.in_((scope, name, f"scene:{name}", f"shot:{name}"))
        shots = (notes.c.scope.startswith(f"{prefix}{name}_", autoescape=True) for prefix in ("", "shot:"))
        query = query.where(or_(exact, *shots))
    return tuple(Note(row.id, row.at, row.kind, row.scope, row.text) for row in books.connection.execute(query))


def note_once(books: Books, kind: str, scope: str, text: str) -> bool:
    """Add a note unless the same one is there; True where it was added. An earlier try's counts as added now."""
    same = select(notes.c.id).where(notes.c.kind == kind, notes.c.scope == scope, notes.c.text == text)
    if books.connection.execute(same.limit(1)).first() is not None:
        return books.again
    books.connection.execute(notes.insert().values(at=books.at, kind=kind, scope=scope, text=text))
    return True


def decided(books: Books, name: str) -> tuple[Decided, ...]:
    """Every decision about a scene and its shots, or about one shot, in order; whether one was taken back, a later one says."""
    about = or_(decisions.c.shot == name, decisions.c.shot.startswith(f"{name}_", autoescape=True))
    rows = books.connection.execute(select(decisions.c.id, decisions.c.body).where(about).order_by(decisions.c.id))
    return tuple(Decided(row.id, Decision.from_stored(row.body)) for row in rows)


def escalations(books: Books, scene: str) -> tuple[Note, ...]:
    """The newest escalation of each shot of the scene that no later note "resolved" has ended, by shot."""
    standing: dict[str, Note] = {}
    for note in find_notes(books, kind=None, scope=scene):
        if note.kind == ESCALATION:
            standing[note.scope.rpartition(":")[2]] = note
        elif note.kind == RESOLVED:
            standing.pop(note.scope.rpartition(":")[2], None)
    return tuple(standing[shot] for shot in sorted(standing))


def _newest_verdict(books: Books, generation_key: str) -> str | None:
    return books.connection.execute(
        select(verdicts.c.body)
        .where(verdicts.c.generation_key == generation_key)
        .order_by(verdicts.c.id.desc())
        .limit(1)
    ).scalar_one_or_none()
