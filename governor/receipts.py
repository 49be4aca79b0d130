"""The receipt beside each bought object in the vault:
all that a ledger needs to recognise it, should the ledger be lost.

A receipt is written before the call goes out, when its job id is known, before its bill is settled, and whenever the
attempt moves after that. There is one for every hold that money was held for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any, ClassVar, Literal, Protocol, TypeVar

from pydantic import Field, ValidationError
from sqlalchemy import Row, select

from governor.database.tables import OPEN_STATES, attempts
from governor.transaction import Transaction
from manifests.film import Bought, TierName
from manifests.noun import Noun, Sha256, SubjectId
from manifests.take import Artefact, asked_from_stored

_LANES = 8
Item = TypeVar("Item")
Result = TypeVar("Result")
_Microusd = Annotated[int, Field(strict=True, ge=0)]
_Count = Annotated[int, Field(strict=True, ge=1)]
_PAID = (attempts.c.held > 0) | (attempts.c.cost > 0) | (attempts.c.late > 0)


class Documents(Protocol):
    """Small documents by name, each replaced as a whole and durably; a shelf of the vault is one."""

    def names(self) -> Iterator[str]:
        """The name of every document."""
        ...

    def read(self, name: str) -> bytes | None:
        """A document; None where there is none."""
        ...

    def write(self, name: str, content: bytes) -> None:
        """Let the document be `content` from now on."""
        ...

    def remove(self, name: str) -> bool:
        """Forget the document; False where there was none."""
        ...


class Receipt(Noun):
    """One attempt as the ledger had it. `hold` tells the holds under one generation key apart, `number` their order;
    amounts are micro-dollars.

    `sent`: the call may have reached the provider. `request` and `asset` are stored as the ledger stores them: without
    the words of a private shot.
    """

    schema_name: ClassVar[str] = "gate/receipt/1"

    generation_key: Sha256
    hold: Annotated[str, Field(strict=True, pattern=r"^[0-9a-z]{1,32}$")]
    number: _Count
    recipe: Sha256
    film: str
    scene: str
    shot: SubjectId
    stage: Bought
    tier: TierName
    attempt: _Count
    version: _Count
    provider: str
    model: str
    changed: str
    parent: Sha256 | None
    epoch: int
    run: str
    scopes: tuple[str, ...]
    price: str
    likely: _Microusd
    held: _Microusd
    state: Literal["held", "submitted", "in_doubt", "settled", "released", "written_off"]
    sent: bool
    job_id: str | None
    cost: _Microusd | None
    assumed: bool
    asset: str | None
    request: str
    raw: str
    opened_at: str
    moved_at: str
    sent_at: str | None
    late: _Microusd | None

    @property
    def name(self) -> str:
        """The name of its document."""
        return f"{self.generation_key}-{self.hold}"

    @property
    def open(self) -> bool:
        """Whether its money is held."""
        return self.state in OPEN_STATES

    @property
    def spent(self) -> int:
        """The amount that it counts for."""
        return (self.cost or 0) + (self.late or 0)


class UnreadableReceipt(ValueError):
    """A document beside the vault's objects is not a receipt, or not of this version."""


def receipt_of(row: Row[tuple[object, ...]], **moved: Any) -> Receipt:
    """The receipt of an attempt's row; `moved`: what is about to change in it."""
    told = {**row._mapping, **moved}
    told["hold"], told["number"] = hold_of(row), row.id
    told["scopes"] = tuple(json.loads(told["scopes"]))
    told["sent"], told["assumed"] = bool(told["sent"]), bool(told["assumed"])
    return Receipt(**{name: told[name] for name in Receipt.model_fields})


def hold_of(row: Row[Any]) -> str:
    """The number that tells the holds under one key apart; the oldest ledgers counted them only."""
    return row.hold_id or f"n{row.id}"


def paid(transaction: Transaction, *conditions: Any) -> list[Row[tuple[object, ...]]]:
    """The attempts that went out and that money was held for, in order."""
    wanted = select(attempts).where(_PAID, attempts.c.sent == 1, *conditions).order_by(attempts.c.id)
    return list(transaction.connection.execute(wanted))


def known_names(transaction: Transaction) -> set[str]:
    """The names that receipts of the ledger's attempts have, sent or not."""
    rows = transaction.connection.execute(select(attempts.c.generation_key, attempts.c.hold_id, attempts.c.id))
    return {f"{row.generation_key}-{hold_of(row)}" for row in rows}


def paid_names(transaction: Transaction) -> dict[str, int]:
    """The names that the receipts of the paid attempts have, each with the attempt's number:
    read without their requests.
    """
    wanted = select(attempts.c.generation_key, attempts.c.hold_id, attempts.c.id).where(_PAID, attempts.c.sent == 1)
    return {f"{row.generation_key}-{hold_of(row)}": row.id for row in transaction.connection.execute(wanted)}


class Receipts:
    """The receipts among `documents`."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def names(self) -> set[str]:
        """The name of every receipt."""
        return {name for name in self._documents.names() if "/" not in name}

    def write(self, receipts: Iterable[Receipt]) -> None:
        """Keep them durably, a few at a time. Raises what the vault does."""
        given = list(receipts)
        if len(given) <= 1:
            for receipt in given:
                self._write(receipt)
        else:
            _in_lanes(self._write, given)

    def read(self, names: Iterable[str]) -> tuple[list[Receipt], list[str]]:
        """The receipts of these names, oldest hold first, and the names of those that cannot be read."""
        listed = sorted(names)
        found = dict(zip(listed, _in_lanes(self._read, listed), strict=True))
        kept = sorted((r for r in found.values() if r is not None), key=lambda r: (r.number, r.name))
        return kept, [name for name, receipt in found.items() if receipt is None]

    def set_aside(self, name: str) -> None:
        """Keep a document that cannot be read where nobody looks for receipts."""
        self._documents.write(f"damaged/{name}", self._documents.read(name) or b"")
        self._documents.remove(name)

    def _write(self, receipt: Receipt) -> None:
        self._documents.write(receipt.name, receipt.stored().encode())

    def _read(self, name: str) -> Receipt | None:
        try:
            return _checked(self._documents.read(name) or b"", name)
        except ValueError:
            return None


def _checked(content: bytes, name: str) -> Receipt:
    """Raises ValueError where it is not the receipt of that name, or its request or its asset cannot be read."""
    try:
        receipt = Receipt.from_stored(content)
    except ValidationError as error:
        raise UnreadableReceipt(name) from error
    if receipt.name != name:
        raise UnreadableReceipt(name)
    asked_from_stored(receipt.request)
    if receipt.asset is not None:
        Artefact.from_stored(receipt.asset)
    return receipt


def _in_lanes(work: Callable[[Item], Result], things: list[Item]) -> list[Result]:
    with ThreadPoolExecutor(_LANES) as lanes:
        return list(lanes.map(work, things))
