"""The one door to money: every paid call is held here first, and its grant comes from here alone.

Each method is one durable transaction; when it returns, what it did survives `kill -9` and a power loss. Many threads and
many processes may use one file; each process opens its own `Ledger`. It is the truth about what was bought: a run that
was killed asks it, never a cache.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from governor import accounts, approvals, audit, movements, records, stop, tables, takes
from governor.books import Books
from governor.engine import open_engine
from governor.errors import AlreadyResolved, ForeignJob, LedgerBroken, WrongState
from governor.estimates import Billed
from governor.purchase import Balance, CostRow, Epoch, Note, Proof, Purchase
from governor.unit_of_work import Queue, UnitOfWork, trouble
from manifests.certificate import Certificate
from manifests.decision import Binding, Decision
from manifests.finding import Verdict
from manifests.grant import Grant
from manifests.take import Artefact, Take


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Ledger:
    """The books of one film. Open it with `Ledger.open`."""

    def __init__(self, engine: Engine, queue: Queue, stop_file: Path, now: Callable[[], datetime]) -> None:
        self._engine, self._queue, self._stop_file, self._now = engine, queue, stop_file, now
        self._pid = os.getpid()

    @classmethod
    def open(cls, path: Path, *, stop_file: Path, now: Callable[[], datetime] = _utc_now) -> Ledger:
        """Open the ledger at `path`, creating it where there is none.

        Raises LedgerBroken where it is damaged, of another version or cannot be written. `now` only dates the rows.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LedgerBroken(
                str(path), f"its folder cannot be made ({error.strerror})", "Choose another folder."
            ) from error
        ledger = cls(open_engine(path), Queue(path.with_name(path.name + ".queue")), stop_file, now)
        ledger._prepare()
        return ledger

    def close(self) -> None:
        """Close its connections. Tests and short commands may; a process that ends need not."""
        self._engine.dispose()

    # Runs and caps

    def begin_epoch(self, scene: str, run: str) -> Epoch:
        """Claim the scene for this run. Whoever claimed it before is refused at its next paid call."""
        with self._write() as books:
            return books.begin_epoch(scene, run)

    def current_epoch(self, scene: str) -> Epoch | None:
        """The claim that holds now."""
        with self._read() as books:
            return books.epoch(scene)

    def declare_caps(self, caps: Mapping[str, int], decision: Decision | None = None) -> None:
        """Take the film's caps, in micro-dollars by scope; see `accounts.declare`. Raises CapRaise, NotAPerson, ScopeRefused."""
        with self._write() as books:
            accounts.declare(books, caps, decision)
            if decision:
                approvals.record(books, decision)

    def lower_cap(self, scope: str, cap_microusd: int) -> None:
        """Lower a cap, as `--cap` does; it stays lowered. Raises CapRaise if it would rise."""
        with self._write() as books:
            accounts.lower(books, scope, cap_microusd)

    def set_cap_by_decision(self, decision: Decision) -> int:
        """Set `decision.scope` to `decision.amount_microusd`; the same as `decide` with a raise_cap."""
        return self.decide(decision)

    def balance(self, scope: str) -> Balance:
        """One cap and what stands against it, in micro-dollars."""
        with self._read() as books:
            return accounts.balance(books, scope)

    def balances(self) -> tuple[Balance, ...]:
        """Every cap, by scope."""
        with self._read() as books:
            return accounts.balances(books)

    def costs(self, scene: str | None = None) -> tuple[CostRow, ...]:
        """The cost report: one row a shot, stage and tier."""
        with self._read() as books:
            return takes.costs(books, scene)

    # One attempt

    def hold(self, purchase: Purchase) -> Grant:
        """Hold the upper bound of the call's quote under every cap, commit, and return leave to submit it once.

        Raises the Refusal that applies (see errors.py), naming the cap or the cause and the next command; then nothing was
        written. Redeeming the grant is noted durably too, and refused when the run was fenced or stopped in between.
        """
        with self._write() as books:
            number = movements.hold(books, purchase, self._stop_file)
        recheck = partial(self._mark_sent, number)
        return Grant.mint(purchase.generation_key, purchase.quote.high_microusd, recheck)

    def submitted(self, generation_key: str, job_id: str) -> None:
        """Write down the provider's job id the moment it is known; the same id twice is no error.

        Raises ForeignJob (and the attempt is in doubt) where the id belongs to another attempt, AlreadyResolved where this
        one has another job or is closed; both leave an alarm.
        """
        with self._write() as books:
            placed = movements.submitted(books, generation_key, job_id)
        if not placed:
            raise ForeignJob(
                f"job {job_id}",
                "the provider gave this id to another attempt before",
                "See both: gate explain SHOT --all",
            )

    def settle(self, generation_key: str, bill_microusd: int | None, asset: Artefact | None, raw: str = "") -> Take:
        """Book the provider's bill in full, and what it bought (stored in the vault before). Returns the take.

        Without a bill the hold counts as spent and is marked assumed; without an asset it was paid for nothing. A bill
        above its hold raises an alarm and opens the breaker. The same bill twice is no error; another raises AlreadyResolved.
        """
        with self._write() as books:
            movements.settle(books, generation_key, bill_microusd, asset, raw)
        return self.take(generation_key)

    def release(self, generation_key: str, proof: Proof) -> None:
        """Give the hold back, on proof that it was not billed. Raises WrongState, AlreadyResolved, Fenced, NotAPerson."""
        with self._write() as books:
            movements.release(books, generation_key, proof)

    def doubt(self, generation_key: str, raw: str) -> None:
        """Nobody knows whether the provider took it: hold its money, and let no machine send it again."""
        with self._write() as books:
            movements.doubt(books, generation_key, raw)

    def write_off(self, generation_key: str, decision: Decision) -> None:
        """Give up what is in doubt, by a decision of kind write_off; its hold counts as spent. Raises WrongState, NotAPerson."""
        with self._write() as books:
            movements.write_off(books, generation_key, decision)

    def take(self, generation_key: str) -> Take:
        """The newest attempt under this key. Raises NoSuchTake."""
        with self._read() as books:
            return takes.as_take(takes.row_of(books, generation_key))

    def takes(
        self,
        *,
        scene: str | None = None,
        shot: str | None = None,
        stage: str | None = None,
        tier: str | None = None,
        recipe: str | None = None,
        released_too: bool = False,
    ) -> tuple[Take, ...]:
        """The takes that fit all of what is given, in order. What was released bought nothing and is left out."""
        with self._read() as books:
            return takes.find(
                books, scene=scene, shot=shot, stage=stage, tier=tier, recipe=recipe, released_too=released_too
            )

    def marks_open(self, scene: str | None = None) -> tuple[Take, ...]:
        """What is held, submitted or in doubt, in order: what a resumed run brings home first (see reconcile.py)."""
        with self._read() as books:
            return takes.find(books, scene=scene, open_only=True)

    def was_sent(self, generation_key: str) -> bool:
        """Whether the grant was redeemed, so that the call may have reached the provider. Raises NoSuchTake."""
        with self._read() as books:
            return bool(takes.row_of(books, generation_key).sent)

    # What gates and people said

    def record_verdict(self, generation_key: str, verdict: Verdict) -> None:
        """Keep what a gate said about the take; the newest counts."""
        with self._write() as books:
            records.record_verdict(books, generation_key, verdict)

    def verdict(self, generation_key: str) -> Verdict | None:
        """The newest verdict over the take."""
        with self._read() as books:
            return records.verdict(books, generation_key)

    def file_certificate(self, certificate: Certificate) -> str:
        """Keep the certificate and return its hash; filing it again does nothing."""
        with self._write() as books:
            return records.file_certificate(books, certificate)

    def certificate(self, asset_sha256: str, shot: str, stage: str) -> Certificate | None:
        """The newest certificate of these bytes for this stage of this shot."""
        return next(iter(self.certificates(asset_sha256, shot, stage)), None)

    def certificates(self, asset_sha256: str, shot: str, stage: str) -> tuple[Certificate, ...]:
        """Every certificate of these bytes for this stage of this shot, newest first: rules may change, and change back."""
        with self._read() as books:
            return records.certificates_of(books, asset_sha256, shot, stage)

    def has_certificate(self, sha256: str) -> bool:
        """Whether the certificate with this hash of its own is on file."""
        with self._read() as books:
            return records.has_certificate(books, sha256)

    def decide(self, decision: Decision) -> int:
        """Write a person's word down, do what it says at once, and return its number.

        raise_cap sets the cap, stop and go stop and go; approve, reject and reanchor are read by who asks. Raises
        NotAPerson, NotApproved (a yes without its binding, or no reason where one is due), ScopeRefused, and WrongState for
        a write_off or release, which need their attempt: `write_off`, `release`.
        """
        if decision.kind in {"write_off", "release"}:
            raise WrongState(
                decision.scope,
                f"a {decision.kind} is about one attempt",
                "Name the attempt: Ledger.write_off, Ledger.release.",
            )
        if decision.kind == "stop":
            self._touch_stop_file()
        with self._write() as books:
            number = approvals.record(books, decision)
            if decision.kind == "raise_cap":
                accounts.decide(books, decision)
            elif decision.kind == "stop":
                stop.raise_flag(books, stop.STOP, f"{decision.who}: {decision.why}")
            elif decision.kind == "go":
                stop.clear(books, f"{decision.who}: {decision.why}")
        if decision.kind == "go":
            self._stop_file.unlink(missing_ok=True)
        return number

    def stop(self, decision: Decision) -> int:
        """Refuse every further paid call: by a row, and by the stop file for whoever looks there."""
        return self.decide(decision)

    def go(self, decision: Decision) -> int:
        """Lift the stop, the stop file and the breaker. Raises NotAPerson."""
        return self.decide(decision)

    def check_stop(self) -> None:
        """Raise Stopped while money may not move."""
        with self._read() as books:
            stop.check(books, self._stop_file)

    def approved(self, binding_now: Binding) -> Decision:
        """The yes that covers what would be made now. Raises NotApproved, or ApprovalLapsed naming what changed."""
        with self._read() as books:
            return approvals.approved(books, binding_now)

    def approvals(self, scene: str) -> tuple[Decision, ...]:
        """The newest yes that stands for each shot and tier of the scene."""
        with self._read() as books:
            return approvals.approvals(books, scene)

    def lapsed(self, scene: str, bindings_now: Iterable[Binding]) -> list[tuple[str, tuple[str, ...]]]:
        """Each shot whose yes no longer covers what would be made now, with the names of what changed."""
        with self._read() as books:
            return approvals.lapsed(books, scene, bindings_now)

    def note(self, kind: str, scope: str, text: str) -> None:
        """Write down something worth reading later ("escalation", "resolved", "reanchor", …) about a film, scene or shot."""
        with self._write() as books:
            books.note(kind, scope, text)

    def notes(self, *, kind: str | None = None, scope: str | None = None) -> tuple[Note, ...]:
        """The notes, in order; a scene's include its shots'."""
        with self._read() as books:
            return records.find_notes(books, kind=kind, scope=scope)

    def escalations(self, scene: str) -> tuple[Note, ...]:
        """The shots that wait for a person: each with its newest escalation that no note "resolved" has ended."""
        with self._read() as books:
            return records.escalations(books, scene)

    def audit(self) -> list[str]:
        """Derive every balance and state from the journal again and say, a sentence each, where the books differ."""
        with self._read() as books:
            return audit.audit(books)

    # The ledger itself

    def _mark_sent(self, number: int) -> None:
        with self._write() as books:
            movements.mark_sent(books, number, self._stop_file)

    def _touch_stop_file(self) -> None:
        try:
            self._stop_file.parent.mkdir(parents=True, exist_ok=True)
            self._stop_file.touch()
        except OSError as error:
            raise LedgerBroken(
                str(self._stop_file), f"it cannot be written ({error.strerror})", "Give this user the right to."
            ) from error

    def _prepare(self) -> None:
        try:
            with self._engine.connect() as connection:
                sound = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
                if sound != "ok":
                    raise LedgerBroken(
                        str(self._engine.url.database), f"it is damaged ({sound})", "Restore it from a backup."
                    )
                connection.rollback()
            with self._write() as books:
                version = tables.version(books.connection)
                if version is None:
                    tables.create(books.connection)
        except SQLAlchemyError as error:
            raise trouble(self._engine, error) from error
        if version not in {None, tables.SCHEMA_VERSION}:
            raise LedgerBroken(
                str(self._engine.url.database), f"it is of version {version}, and this program writes {tables.SCHEMA_VERSION}",
                "Use the program that wrote it.",
            )  # fmt: skip

    @contextmanager
    def _write(self) -> Iterator[Books]:
        """A transaction that is kept if the block ends well. An AlreadyResolved keeps the alarm that it wrote."""
        with self._unit(self._queue) as unit:
            try:
                yield Books(unit.connection, self._now().isoformat(timespec="milliseconds"))
            except AlreadyResolved:
                unit.commit()
                raise
            unit.commit()

    @contextmanager
    def _read(self) -> Iterator[Books]:
        with self._unit(None) as unit:
            yield Books(unit.connection, "")

    def _unit(self, queue: Queue | None) -> UnitOfWork:
        if os.getpid() != self._pid:
            raise LedgerBroken(
                str(self._engine.url.database),
                "this process was forked from the one that opened it",
                "Open it here again.",
            )
        return UnitOfWork(self._engine, queue)

    # Estimates

    def bills(self, scene: str | None = None) -> tuple[Billed, ...]:
        """What was thought, held and billed for each settled call: `estimates.compare` reads it."""
        with self._read() as books:
            return takes.bills(books, scene)
