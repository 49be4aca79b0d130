"""Reading attempts back as takes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Row, bindparam, or_, select

from governor.database.tables import OPEN_STATES, attempts, live
from governor.errors import NoSuchTake
from governor.prices.estimates import Billed
from governor.purchase import CostRow
from governor.transaction import Transaction
from manifests.take import Artefact, Take, asked_from_stored

_UNDER_KEY = (
    select(attempts).where(attempts.c.generation_key == bindparam("key")).order_by(attempts.c.id.desc()).limit(1)
)
_JOBS_UNDER_KEY = (
    select(attempts.c.job_id)
    .where(attempts.c.generation_key == bindparam("key"), attempts.c.job_id.is_not(None))
    .order_by(attempts.c.id)
)
_NEEDED = ("generation_key", "recipe", "shot", "stage", "tier", "state", "version")
_STANDING = select(*(attempts.c[name] for name in _NEEDED)).where(
    live, or_(attempts.c.generation_key == bindparam("key"), attempts.c.shot == bindparam("shot"))
)

_OPERATIONS = {"clip": "clip", "judge": "score", "write": "write"}
AttemptRow = Row[tuple[object, ...]]


def find(
    transaction: Transaction,
    *,
    scene: str | None = None,
    shot: str | None = None,
    stage: str | None = None,
    tier: str | None = None,
    recipe: str | None = None,
    open_only: bool = False,
    released_too: bool = False,
) -> tuple[Take, ...]:
    """The takes that fit all of what is given, in the order in which they were held."""
    wanted = {"scene": scene, "shot": shot, "stage": stage, "tier": tier, "recipe": recipe}
    conditions: list[ColumnElement[bool]] = [
        attempts.c[name] == value for name, value in wanted.items() if value is not None
    ]
    if open_only:
        conditions.append(attempts.c.state.in_(OPEN_STATES))
    elif not released_too:
        conditions.append(attempts.c.state != "released")
    rows = transaction.connection.execute(select(attempts).where(*conditions).order_by(attempts.c.id))
    return tuple(as_take(row) for row in rows)


def row_of(transaction: Transaction, generation_key: str) -> Row[tuple[object, ...]]:
    """The newest attempt under this key. Raises NoSuchTake."""
    row = transaction.connection.execute(_UNDER_KEY, {"key": generation_key}).one_or_none()
    if row is None:
        raise NoSuchTake(
            f"generation {generation_key[:12]}",
            "the ledger has never held it",
            "See what it has: gate explain SHOT --all",
        )
    return row


def row_numbered(transaction: Transaction, number: int) -> Row[tuple[object, ...]]:
    """The attempt with this number of the ledger's own."""
    return transaction.connection.execute(select(attempts).where(attempts.c.id == number)).one()


def jobs_under(transaction: Transaction, generation_key: str) -> tuple[str, ...]:
    """The jobs of every attempt under this key, in the order in which they were held."""
    return tuple(transaction.connection.execute(_JOBS_UNDER_KEY, {"key": generation_key}).scalars())


def standing(transaction: Transaction, generation_key: str, shot: str) -> Sequence[Row[tuple[object, ...]]]:
    """The attempts of the key and of the shot that are not released: all that a hold must know of earlier purchases."""
    return transaction.connection.execute(_STANDING, {"key": generation_key, "shot": shot}).all()


def as_take(row: Row[tuple[object, ...]]) -> Take:
    """The noun of one row."""
    return Take(
        generation_key=row.generation_key,
        recipe=row.recipe,
        shot=row.shot,
        stage=row.stage,
        tier=row.tier,
        attempt=row.attempt,
        version=row.version,
        provider=row.provider,
        model=row.model,
        request=asked_from_stored(row.request),
        changed=row.changed,
        parent=row.parent,
        job_id=row.job_id,
        state=row.state,
        held_microusd=row.held,
        cost_microusd=row.cost,
        late_microusd=row.late or 0,
        asset=Artefact.from_stored(row.asset) if row.asset else None,
    )


def costs(transaction: Transaction, scene: str | None) -> tuple[CostRow, ...]:
    """The estimate, the hold and the cost of each shot, stage and tier; by shot."""
    rows = transaction.connection.execute(
        select(attempts).where(
            or_(attempts.c.state != "released", attempts.c.late.is_not(None)),
            *([attempts.c.scene == scene] if scene else []),
        )
    )
    sums: dict[tuple[str, str, str], list[int]] = {}
    for row in rows:
        line = sums.setdefault((row.shot, row.stage, row.tier), [0, 0, 0, 0, 0])
        still_held = row.held if row.state in OPEN_STATES else 0
        spent = (row.cost or 0) + (row.late or 0)
        parts = (1, row.likely, still_held, spent, spent if row.assumed else 0)
        for place, part in enumerate(parts):
            line[place] += part
    # The tables hold stages and tiers.
    return tuple(CostRow(*key, *line) for key, line in sorted(sums.items()))  # type: ignore[arg-type]


def bills(transaction: Transaction, scene: str | None) -> tuple[Billed, ...]:
    """The estimate, the hold and the bill of each settled call, in the order of the holds."""
    rows = transaction.connection.execute(
        select(attempts)
        .where(attempts.c.state == "settled", *([attempts.c.scene == scene] if scene else []))
        .order_by(attempts.c.id)
    )
    return tuple(
        Billed(
            row.provider,
            row.model,
            _OPERATIONS.get(row.stage, "panel"),
            likely=row.likely,
            held=row.held,
            cost=row.cost,
            assumed=bool(row.assumed),
        )
        for row in rows
    )
