"""The ledger's records beside the money: verdicts, certificates, people's decisions and notes."""

from __future__ import annotations

from collections.abc import Iterable

from governor import accounts, records
from governor.decisions import approvals, exclusions, orders, proposals, stop, undoing
from governor.errors import Excluded, LedgerBroken, NotApproved, WrongState
from governor.ledger_database import LedgerDatabase
from governor.purchase import Decided, Note
from governor.transaction import Transaction
from manifests.certificate import Certificate
from manifests.decision import Binding, Decision
from manifests.film import Resolution
from manifests.finding import Verdict
from manifests.spending.standing_order import Night
from manifests.story.proposal import Proposal
from manifests.take import Take


class Filing(LedgerDatabase):
    """Verdicts of gates and people."""

    def record_verdict(self, generation_key: str, verdict: Verdict) -> None:
        """Keep what a gate said about the take; the newest counts."""
        self._write(lambda transaction: records.record_verdict(transaction, generation_key, verdict))

    def verdict(self, generation_key: str) -> Verdict | None:
        """The newest verdict over the take."""
        with self._read() as transaction:
            return records.verdict(transaction, generation_key)

    def file_certificate(self, certificate: Certificate) -> str:
        """Keep the certificate and return its hash; filing it again does nothing."""
        return self._write(lambda transaction: records.file_certificate(transaction, certificate))

    def certificate(self, asset_sha256: str, shot: str, stage: str) -> Certificate | None:
        """The newest certificate of these bytes for this stage of this shot."""
        return next(iter(self.certificates(asset_sha256, shot, stage)), None)

    def certificates(self, asset_sha256: str, shot: str, stage: str) -> tuple[Certificate, ...]:
        """Every certificate of these bytes for this stage of this shot, newest first:
        rules may change, and change back.
        """
        with self._read() as transaction:
            return records.certificates_of(transaction, asset_sha256, shot, stage)

    def every_certificate(self) -> tuple[Certificate, ...]:
        """All certificates on file, oldest first."""
        with self._read() as transaction:
            return records.every_certificate(transaction)

    def has_certificate(self, sha256: str) -> bool:
        """Whether the certificate with this hash of its own is on file."""
        with self._read() as transaction:
            return records.has_certificate(transaction, sha256)

    def moderated(self, take: Take, raw: str) -> None:
        """Keep that the provider's moderation refused what this take asked: nobody sends it there again.
        `raw`: its words.
        """
        self._write(lambda transaction: records.record_moderation(transaction, take, raw))

    def moderations(self, shot: str) -> tuple[tuple[Take, str], ...]:
        """The takes of a shot that moderation refused: each with its provider's own words, oldest first."""
        with self._read() as transaction:
            return records.moderations_of(transaction, shot)

    def decide(self, decision: Decision) -> int:
        """Write a person's decision down, carry it out at once, and return its number.

        raise_cap sets the cap, stop and go stop and go; approve, reject and reanchor are read by the callers that need
        them. Raises NotAPerson, NotApproved (an approval without its binding, or no reason where one is due),
        ScopeRefused, and WrongState for a write_off or release, which need their attempt: `write_off`, `release`.
        """
        if decision.kind in {"write_off", "release"}:
            raise WrongState(
                decision.scope,
                f"a {decision.kind} is about one attempt",
                "Name the attempt: Ledger.write_off, Ledger.release.",
            )
        if decision.kind == "undo":
            raise WrongState(decision.scope, "an undo is about one decision", "Name the decision: Ledger.undo.")
        if decision.kind in {"accept_proposal", "reject_proposal"}:
            raise WrongState(decision.scope, "it is about one proposal", "Name the proposal: Ledger.close_proposal.")
        if decision.kind == "stop":
            self._touch_stop_file()
        number = self._write(lambda transaction: _carry_out(transaction, decision))
        if decision.kind == "go":
            self._stop_file.unlink(missing_ok=True)
        return number

    def undo(self, decision: Decision) -> int:
        """Take a decision back by its number; see `undoing`. Raises MoneyCommitted, WrongState, NotAPerson."""
        return self._write(lambda transaction: undoing.undo(transaction, decision))

    def propose(self, proposal: Proposal) -> bool:
        """Keep a proposal; False where the very same is there already. Raises WrongState where too many wait."""
        return self._write(lambda transaction: proposals.file(transaction, proposal))

    def close_proposal(self, decision: Decision) -> int:
        """Accept or reject a proposal, named by the decision's subject. Raises NotAPerson, WrongState."""
        return self._write(lambda transaction: proposals.close(transaction, decision))

    def proposals(self) -> tuple[proposals.Filed, ...]:
        """Every proposal with the decision that closed it, oldest first."""
        with self._read() as transaction:
            return proposals.read(transaction)

    def decided(self, name: str) -> tuple[Decided, ...]:
        """Every decision about a scene and its shots, or about one shot, in order, each with its number."""
        with self._read() as transaction:
            return records.decided(transaction, name)

    def excluded(self, name: str) -> dict[str, Excluded]:
        """The shots of a scene, or the one shot, that people have on hold or omitted: see `decisions.exclusions`."""
        return exclusions.excluded(self.decided(name))

    def check_stop(self) -> None:
        """Raise Stopped while money may not move."""
        with self._read() as transaction:
            stop.check(transaction, self._stop_file)

    def standing_order(self, scene: str) -> Decision | None:
        """The standing order under which the scene's drafts may be made at night, None where none stands."""
        with self._read() as transaction:
            return orders.standing(transaction, scene)

    def order_number(self, scene: str) -> int:
        """The number of the standing order that stands for the scene, 0 where none does: people call it by that."""
        with self._read() as transaction:
            return orders.number(transaction, scene)

    def open_night(self, scene: str, plan: str | None = None) -> Night:
        """Begin, or go on with, the night that the scene's standing order opens now, under its cap. Raises NightOver.

        `plan`: the hash of the plan file that the run keeps to.
        """
        return self._write(lambda transaction: orders.open_night(transaction, scene, plan))

    def approved(self, binding_now: Binding) -> Decision:
        """The approval that covers the purchase as it would be now.
        Raises NotApproved, or ApprovalLapsed naming what changed.
        """
        with self._read() as transaction:
            return approvals.approved(transaction, binding_now)

    def approvals(self, scene: str) -> tuple[Decision, ...]:
        """The newest approval that stands for each shot and tier of the scene."""
        with self._read() as transaction:
            return approvals.approvals(transaction, scene)

    def lapsed(self, scene: str, bindings_now: Iterable[Binding]) -> list[tuple[str, tuple[str, ...]]]:
        """Each shot whose approval has lapsed, with the names of the changes."""
        with self._read() as transaction:
            return approvals.lapsed(transaction, scene, bindings_now)

    def refusals(self, bindings_now: Iterable[Binding]) -> dict[str, NotApproved]:
        """By shot: why what would be made now has no approval, in one transaction; a shot that has one is left out."""
        with self._read() as transaction:
            return approvals.refusals(transaction, bindings_now)

    def draft_resolution(self, film: str) -> Resolution:
        """Up to which resolution a person decided that the film's drafts may be made; see `approvals`."""
        with self._read() as transaction:
            return approvals.draft_resolution(transaction, film)

    def note(self, kind: str, scope: str, text: str) -> None:
        """Write down something worth reading later ("escalation", "resolved", "reanchor", …) about a film,
        scene or shot.
        """
        self._write(lambda transaction: transaction.note(kind, scope, text))

    def note_once(self, kind: str, scope: str, text: str) -> bool:
        """Write the note unless the very same is there already; True where it was written.
        Of many simultaneous callers one gets True.
        """
        return self._write(lambda transaction: records.note_once(transaction, kind, scope, text))

    def notes(self, *, kind: str | None = None, scope: str | None = None) -> tuple[Note, ...]:
        """The notes, in order; a scene's include its shots'."""
        with self._read() as transaction:
            return records.find_notes(transaction, kind=kind, scope=scope)

    def escalations(self, scene: str) -> tuple[Note, ...]:
        """The shots that wait for a person: each with its newest escalation that no note "resolved" has ended."""
        with self._read() as transaction:
            return records.escalations(transaction, scene)

    def _touch_stop_file(self) -> None:
        try:
            self._stop_file.parent.mkdir(parents=True, exist_ok=True)
            self._stop_file.touch()
        except OSError as error:
            raise LedgerBroken(
                str(self._stop_file), f"it cannot be written ({error.strerror})", "Give this user the right to."
            ) from error


def _carry_out(transaction: Transaction, decision: Decision) -> int:
    if (kept := approvals.kept_as(transaction, decision)) is not None:
        return kept
    number = approvals.record(transaction, decision)
    if decision.kind == "raise_cap":
        accounts.decide(transaction, decision)
    elif decision.kind == "stop":
        stop.raise_flag(transaction, stop.STOP, f"{decision.who}: {decision.why}")
    elif decision.kind == "go":
        stop.clear(transaction, f"{decision.who}: {decision.why}")
    return number
