"""The generation log: every call that was ever held, and every one that another tool made, as one line each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from governor.database.tables import OPEN_STATES, attempts, journal
from governor.other_tools import foreign
from governor.transaction import Transaction
from manifests.keys import hash_json
from manifests.privacy import PRIVATE
from manifests.spending.log_map import ForeignCall, Outcome

_ANSWERED = {"judge": "score", "write": "write"}

OWN = "gate"
"""The source of a line about a call of our own."""


@dataclass(frozen=True, slots=True)
class LoggedReference:
    """One picture that the provider was shown."""

    role: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One call. Amounts are whole micro-dollars, times ISO 8601 in UTC;
    None is what a call of another tool does not say.

    `call`: its name, the same in every export. `take` is the version, None of a released one, which bought nothing.
    `proof`: why its money went back. `late`: billed after that. `cost` counts without `late`. `prompt` says no more of
    a private shot than that it is one.
    """

    call: str
    source: str
    opened_at: str
    scene: str
    shot: str | None
    stage: str
    tier: str
    provider: str
    model: str
    outcome: Outcome
    prompt: str
    raw: str
    cost: int | None
    sent_at: str | None = None
    moved_at: str | None = None
    take: int | None = None
    references: tuple[LoggedReference, ...] = ()
    operation: str | None = None
    mode: str | None = None
    resolution: str | None = None
    frames: int | None = None
    fps: int | None = None
    seed: int | None = None
    attempt: int | None = None
    staging: str | None = None
    changed: str | None = None
    parent: str | None = None
    generation_key: str | None = None
    recipe: str | None = None
    job_id: str | None = None
    epoch: int | None = None
    run: str | None = None
    scopes: tuple[str, ...] = ()
    price: str | None = None
    likely: int | None = None
    held: int | None = None
    late: int | None = None
    assumed: bool = False
    state: str | None = None
    sent: bool | None = None
    proof: str | None = None
    asset: str | None = None

    @property
    def spent(self) -> int | None:
        """The amount that it counts for, with `late`; None where that is not known, or not yet."""
        if self.cost is None and (self.source != OWN or self.state in OPEN_STATES):
            return None
        return (self.cost or 0) + (self.late or 0)

    @property
    def still_held(self) -> int:
        """The amount held for it now."""
        return self.held or 0 if self.state in OPEN_STATES else 0


def read(transaction: Transaction, scope: str | None = None) -> tuple[LogLine, ...]:
    """The lines of the film, of a scene (SC010) or of a shot (SC010_SH0040), oldest first;
    released calls are among them.
    """
    scene, shot = (None, scope) if scope and "_" in scope else (scope, None)
    lines = [*_own(transaction, scene, shot), *(_foreign(*found) for found in foreign.find(transaction, scene, shot))]
    return tuple(
        sorted(lines, key=lambda line: line.opened_at)
    )  # stable: calls of one moment stay in the order of the ledger


def _own(transaction: Transaction, scene: str | None, shot: str | None) -> Iterator[LogLine]:
    wanted = [attempts.c.scene == scene] if scene else [attempts.c.shot == shot] if shot else []
    ends = select(journal.c.attempt, journal.c.kind, journal.c.body).where(journal.c.kind.in_(("release", "adjust")))
    proofs: dict[int, str] = {}
    billed_late: set[int] = set()
    for end in transaction.connection.execute(ends):
        if end.kind == "adjust":
            billed_late.add(end.attempt)
        else:
            proofs[end.attempt] = json.loads(end.body).get("proof", "")
    for row in transaction.connection.execute(select(attempts).where(*wanted).order_by(attempts.c.id)):
        yield _line(row, proofs.get(row.id), late=row.id in billed_late)


def _line(row: Row[tuple[object, ...]], proof: str | None, *, late: bool) -> LogLine:
    # Read as JSON, not as a Request or a Question: a log outlives the version of what it tells about.
    asked = json.loads(row.request)
    return LogLine(
        **_asked(asked),
        call=foreign.call_name(row.generation_key, row.id, row.opened_at),
        source=OWN,
        opened_at=row.opened_at,
        scene=row.scene,
        shot=row.shot,
        stage=row.stage,
        tier=row.tier,
        provider=row.provider,
        model=row.model,
        outcome="billed_late" if late else _outcome(row, proof),
        raw=row.raw,
        cost=row.cost,
        sent_at=row.sent_at,
        moved_at=row.moved_at,
        take=None if row.state == "released" else row.version,
        operation=_ANSWERED.get(row.stage) or asked.get("operation"),
        attempt=row.attempt,
        changed=row.changed,
        parent=row.parent,
        generation_key=row.generation_key,
        recipe=row.recipe,
        job_id=row.job_id,
        epoch=row.epoch,
        run=row.run,
        scopes=tuple(json.loads(row.scopes)),
        price=row.price,
        likely=row.likely,
        held=row.held,
        late=row.late,
        assumed=bool(row.assumed),
        state=row.state,
        sent=bool(row.sent),
        proof=proof,
        asset=json.loads(row.asset)["sha256"] if row.asset else None,
    )


def _asked(asked: dict[str, Any]) -> dict[str, Any]:
    """The words of a request or a question as it is stored; a private shot's words are left out."""
    shown = [LoggedReference(r["role"], r["name"], r["sha256"]) for r in asked.get("references", ())]
    shown += [LoggedReference(p["role"], p["label"], p["sha256"]) for p in asked.get("pictures", ())]
    staging = asked.get("staging") or {}
    return {
        "prompt": PRIVATE if staging.get("private") else asked.get("prompt", asked.get("instruction", "")),
        "references": tuple(shown),
        "mode": staging.get("mode"),
        **{name: asked.get(name) for name in ("resolution", "frames", "fps", "seed")},
        "staging": hash_json(staging),
    }


def _outcome(row: Row[tuple[object, ...]], proof: str | None) -> Outcome:
    """The state in a word for people: a provider that made nothing has refused,
    whether that was free (its proof says so) or had a fee.
    """
    match row.state:
        case "held":
            return "sent" if row.sent else "held"
        case "submitted":
            return "in_flight"
        case "in_doubt":
            return "in_doubt"
        case "settled":
            return "settled" if row.asset else "refused"
        case "written_off":
            return "written_off"
        case _:
            return "refused" if proof == "not_billed" else "released"


def _foreign(sha256: str, imported_at: str, call: ForeignCall) -> LogLine:
    return LogLine(
        call=sha256,
        source=call.source,
        opened_at=call.made_at,
        scene=call.scene,
        shot=call.shot,
        stage=call.stage,
        tier=call.tier,
        provider=call.provider,
        model=call.model,
        outcome=call.outcome,
        prompt=call.prompt,
        raw=call.raw,
        cost=call.cost_microusd,
        moved_at=imported_at,
    )
