"""The one door to money: every paid call is held here first, and its grant comes from here alone.

Each method is one durable transaction; when it returns, what it did survives `kill -9` and a power loss. Many threads
and many processes may use one ledger; each process opens its own `Ledger`. It is the truth about what was bought: a run
that was killed asks it, never a cache.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import uuid4

from governor import accounts, audit, holding, scene_records, takes, transitions
from governor.decisions import approvals
from governor.errors import ForeignJob, LedgerBehind
from governor.filing import Filing
from governor.other_tools import foreign, generation_log
from governor.other_tools.foreign_lines import ForeignLine
from governor.outside import Behind
from governor.prices.estimates import Billed
from governor.purchase import Balance, CostRow, Epoch, Proof, Purchase
from governor.receipts import receipt_of
from governor.scene_records import SceneRecords
from governor.takes import AttemptRow
from governor.transaction import Transaction
from manifests.decision import Decision
from manifests.spending.grant import Grant
from manifests.take import Artefact, Take


class Ledger(Filing):
    """The ledger of one film. Open it with `Ledger.open`."""

    # Runs and caps

    def begin_epoch(self, scene: str, run: str) -> Epoch:
        """Claim the scene for this run. A run that claimed it before is refused at its next paid call."""
        return self._write(lambda transaction: transaction.begin_epoch(scene, run))

    def current_epoch(self, scene: str) -> Epoch | None:
        """The claim that holds now."""
        with self._read() as transaction:
            return transaction.epoch(scene)

    def declare_caps(self, caps: Mapping[str, int], decision: Decision | None = None) -> None:
        """Take the film's caps, in micro-dollars by scope; see `accounts.declare`.
        Raises CapRaise, NotAPerson, ScopeRefused.
        """

        def take(transaction: Transaction) -> None:
            accounts.declare(transaction, caps, decision)
            if decision:
                approvals.record(transaction, decision)

        self._write(take)

    def lower_cap(self, scope: str, cap_microusd: int) -> None:
        """Lower a cap, as `--cap` does; it stays lowered. Raises CapRaise if it would rise."""
        self._write(lambda transaction: accounts.lower(transaction, scope, cap_microusd))

    def balance(self, scope: str) -> Balance:
        """One cap and what stands against it, in micro-dollars."""
        with self._read() as transaction:
            return accounts.balance(transaction, scope)

    def balances(self) -> tuple[Balance, ...]:
        """Every cap, by scope."""
        with self._read() as transaction:
            return accounts.balances(transaction)

    def costs(self, scene: str | None = None) -> tuple[CostRow, ...]:
        """The cost report: one row per shot, stage and tier."""
        with self._read() as transaction:
            return takes.costs(transaction, scene)

    def bills(self, scene: str | None = None) -> tuple[Billed, ...]:
        """Every settled call as estimates are compared with bills."""
        with self._read() as transaction:
            return takes.bills(transaction, scene)

    # One attempt

    def hold(self, purchase: Purchase) -> Grant:
        """Hold the upper bound of the call's quote under every cap, commit, and return leave to submit it once.

        Raises the Refusal that applies (see errors.py), naming the cap or the cause and the next command; then nothing
        was written. Redeeming the grant is noted durably too, and refused when the run was fenced or stopped in
        between.
        """
        hold_id = uuid4().hex

        def hold(transaction: Transaction) -> int:
            if self._outside:
                self._outside.refuse(transaction, self.thing)
            return holding.hold(transaction, purchase, hold_id, self._stop_file)

        number = self._write(hold)
        recheck = partial(self._mark_sent, number)
        return Grant.mint(purchase.generation_key, purchase.quote.high_microusd, recheck)

    def submitted(self, generation_key: str, job_id: str) -> None:
        """Write down the provider's job id the moment it is known; the same id twice is not an error.

        Raises ForeignJob (and the attempt is in doubt) where the id belongs to another attempt, AlreadyResolved where
        this one has another job or is closed; both leave an alarm.
        """
        if not self._write(lambda transaction: transitions.submitted(transaction, generation_key, job_id)):
            raise ForeignJob(
                f"job {job_id}",
                "the provider gave this id to another attempt before",
                "See both: gate explain SHOT --all",
            )

    def settle(self, generation_key: str, bill_microusd: int | None, asset: Artefact | None, raw: str = "") -> Take:
        """Book the provider's bill in full, and the output (stored in the vault before). Returns the take.

        Without a bill the hold counts as spent and is marked assumed; without an asset it was paid for nothing. A bill
        above its hold raises an alarm and opens the breaker. The same bill twice is not an error; another raises
        AlreadyResolved.
        """

        def book(transaction: Transaction) -> Take:
            transitions.settle(transaction, generation_key, bill_microusd, asset, raw)
            return takes.as_take(takes.row_of(transaction, generation_key))

        self._intend(generation_key, lambda row: transitions.as_settled(row, bill_microusd, asset, raw))
        return self._write(book)

    def adjust(self, generation_key: str, bill_microusd: int, raw: str) -> Take:
        """Book a bill that came after the attempt was closed, in full, in the place of what was booked.
        Returns the take.

        It confirms or corrects what was assumed. An alarm is raised where it corrects an earlier bill; where it exceeds
        the hold, or the attempt was released as not billed, the breaker opens too. The same bill twice is not an error.
        Raises WrongState for an attempt that is open: settle that.
        """

        def book(transaction: Transaction) -> Take:
            transitions.adjust(transaction, generation_key, bill_microusd, raw)
            return takes.as_take(takes.row_of(transaction, generation_key))

        return self._write(book)

    def release(self, generation_key: str, proof: Proof) -> None:
        """Give the hold back, on proof of no bill. Raises WrongState, AlreadyResolved, Fenced, NotAPerson."""
        self._write(lambda transaction: transitions.release(transaction, generation_key, proof))

    def doubt(self, generation_key: str, raw: str) -> None:
        """Nobody knows whether the provider took it: hold its money, and let no machine send it again."""
        self._write(lambda transaction: transitions.doubt(transaction, generation_key, raw))

    def write_off(self, generation_key: str, decision: Decision) -> None:
        """Give up a call in doubt, by a write_off decision; its hold counts as spent. Raises WrongState, NotAPerson."""
        self._write(lambda transaction: transitions.write_off(transaction, generation_key, decision))

    def take(self, generation_key: str) -> Take:
        """The newest attempt under this key. Raises NoSuchTake."""
        with self._read() as transaction:
            return takes.as_take(takes.row_of(transaction, generation_key))

    def jobs_under(self, generation_key: str) -> tuple[str, ...]:
        """The jobs of every attempt under this key, in order: a call that was sent again had an earlier one."""
        with self._read() as transaction:
            return takes.jobs_under(transaction, generation_key)

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
        """The takes that fit all of what is given, in order. A released call bought nothing and is left out."""
        with self._read() as transaction:
            return takes.find(
                transaction, scene=scene, shot=shot, stage=stage, tier=tier, recipe=recipe, released_too=released_too
            )

    def marks_open(self, scene: str | None = None) -> tuple[Take, ...]:
        """The calls held, submitted or in doubt, in order: a resumed run collects them first (see reconcile.py)."""
        with self._read() as transaction:
            return takes.find(transaction, scene=scene, open_only=True)

    def was_sent(self, generation_key: str) -> bool:
        """Whether the grant was redeemed, so that the call may have reached the provider. Raises NoSuchTake."""
        with self._read() as transaction:
            return bool(takes.row_of(transaction, generation_key).sent)

    def of_scene(self, scene: str) -> SceneRecords:
        """All that a plan asks about a scene, in one transaction."""
        with self._read() as transaction:
            return scene_records.read(transaction, scene, self._stop_file)

    def was_sent_at(self, generation_key: str) -> str | None:
        """When the grant was redeemed, by this machine's clock (ISO 8601); None where it was not. Raises NoSuchTake."""
        with self._read() as transaction:
            sent_at: str | None = takes.row_of(transaction, generation_key).sent_at
            return sent_at

    def attempt_under(self, generation_key: str) -> int:
        """The number of the newest attempt under that key. Raises NoSuchTake."""
        with self._read() as transaction:
            return int(takes.row_of(transaction, generation_key).id)

    def audit(self) -> list[str]:
        """Derive every balance and state from the journal again and say, a sentence each, where the ledger differs."""
        with self._read() as transaction:
            return audit.audit(transaction)

    # The generation log

    def log(self, scope: str | None = None) -> tuple[generation_log.LogLine, ...]:
        """Every call of the film, of a scene (SC010) or of a shot (SC010_SH0040), other tools' too, oldest first."""
        with self._read() as transaction:
            return generation_log.read(transaction, scope)

    def import_calls(
        self, lines: Sequence[ForeignLine], *, skip_bad: bool = False, dry_run: bool = False
    ) -> foreign.Imported:
        """Keep another tool's calls, each line once, in one transaction; they count in reports and against no cap.

        Where a line would count a call twice, nothing is kept, unless `skip_bad`. A dry run says what would be.
        """
        if dry_run:
            with self._read() as transaction:
                return foreign.add(transaction, lines, skip_bad=skip_bad, dry_run=True)
        return self._write(lambda transaction: foreign.add(transaction, lines, skip_bad=skip_bad, dry_run=False))

    def foreign_cost(self, scene: str | None = None) -> foreign.ForeignCost:
        """Other tools' spending on a scene, or on the film."""
        with self._read() as transaction:
            return foreign.cost(transaction, scene)

    # What is kept outside of the ledger

    def behind(self) -> Behind | None:
        """The paid calls that the vault and the high-water mark know and the ledger lacks; None where it has all."""
        return self._outside.lacks(self._read) if self._outside else None

    def refuse_behind(self) -> None:
        """Raise LedgerBehind where the ledger lacks something that was paid for: then nothing may be bought."""
        if (lack := self.behind()) is not None:
            raise LedgerBehind(self.thing, lack.cause, lack.cure)

    def read_back(self) -> tuple[Take, ...]:
        """Bring back what a restored, lost or replaced ledger lacks,
        and return the takes of which it learned something.

        It buys nothing yet: ask the providers about what is open, then `accept`. A purchase without a receipt raises an
        alarm and opens the breaker. Raises LedgerBroken where this is another film's ledger, and the vault's errors.
        """
        outside = self._outside
        if outside is None or self.behind() is None:
            return ()
        read, unreadable = outside.read()
        keys = self._write(lambda transaction: outside.read_back(transaction, read, unreadable))
        with self._read() as transaction:
            return tuple(takes.as_take(takes.row_of(transaction, key)) for key in dict.fromkeys(keys))

    def accept(self) -> None:
        """Let a ledger that was read back, and whose providers were asked, buy again."""
        if self._outside and self.behind() is not None:
            self._outside.accept(self._read)

    def _mark_sent(self, number: int) -> None:
        self._intend_sent(number)
        self._write(lambda transaction: transitions.mark_sent(transaction, number, self._stop_file))

    def _intend_sent(self, number: int) -> None:
        """Keep outside of the ledger that the call goes out; where that fails, it does not."""
        if self._outside is None:
            return
        with self._read() as transaction:
            row = takes.row_numbered(transaction, number)
        if row.state == "held" and not row.sent:
            at = self._now().isoformat(timespec="milliseconds")
            self._outside.intend(receipt_of(row, sent=1, sent_at=at))

    def _intend(self, generation_key: str, settled: Callable[[AttemptRow], dict[str, Any]]) -> None:
        """Keep outside of the ledger what is about to be settled."""
        if self._outside is None:
            return
        with self._read() as transaction:
            row = takes.row_of(transaction, generation_key)
        if row.state in {"submitted", "in_doubt"}:
            at = self._now().isoformat(timespec="milliseconds")
            self._outside.intend(receipt_of(row, state="settled", moved_at=at, **settled(row)))
