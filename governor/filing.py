"""What stands in the books beside the money: verdicts, certificates, people's decisions and notes."""

from __future__ import annotations

from collections.abc import Iterable

from governor import accounts, approvals, orders, parking, records, stop, undoing
from governor.bookkeeper import Bookkeeper
from governor.books import Books
from governor.errors import LedgerBroken, NotApproved, Parked, WrongState
from governor.purchase import Decided, Note
from manifests.certificate import Certificate
from manifests.decision import Binding, Decision
from manifests.film import Resolution
from manifests.finding import Verdict
from manifests.standing_order import Night
from manifests.take import Take


class Filing(Bookkeeper):
    """What gates and people said."""

    def record_verdict(self, generation_key: str, verdict: Verdict) -> None:
        """Keep what a gate said about the take; the newest counts."""
        self._write(lambda books: records.record_verdict(books, generation_key, verdict))

    def verdict(self, generation_key: str) -> Verdict | None:
        """The newest verdict over the take."""
        with self._read() as books:
            return records.verdict(books, generation_key)

    def file_certificate(self, certificate: Certificate) -> str:
        """Keep the certificate and return its hash; filing it again does nothing."""
        return self._write(lambda books: records.file_certificate(books, certificate))

    def certificate(self, asset_sha256: str, shot: str, stage: str) -> Certificate | None:
        """The newest certificate of these bytes for this stage of this shot."""
        return next(iter(self.certificates(asset_sha256, shot, stage)), None)

    def certificates(self, asset_sha256: str, shot: str, stage: str) -> tuple[Certificate, ...]:
        """Every certificate of these bytes for this stage of this shot, newest first: rules may change, and change back."""
        with self._read() as books:
            return records.certificates_of(books, asset_sha256, shot, stage)

    def every_certificate(self) -> tuple[Certificate, ...]:
        """All certificates on file, oldest first."""
        with self._read() as books:
            return records.every_certificate(books)

    def has_certificate(self, sha256: str) -> bool:
        """Whether the certificate with this hash of its own is on file."""
        with self._read() as books:
            return records.has_certificate(books, sha256)

    def moderated(self, take: Take, raw: str) -> None:
        """Keep that the provider's moderation refused what this take asked: nobody sends it there again. `raw`: its words."""
        self._write(lambda books: records.record_moderation(books, take, raw))

    def moderations(self, shot: str) -> tuple[tuple[Take, str], ...]:
        """What moderation refused of a shot: each take with its provider's own words, oldest first."""
        with self._read() as books:
            return records.moderations_of(books, shot)

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
        if decision.kind == "undo":
            raise WrongState(decision.scope, "an undo is about one word", "Name the word: Ledger.undo.")
        if decision.kind == "stop":
            self._touch_stop_file()
        number = self._write(lambda books: _carry_out(books, decision))
        if decision.kind == "go":
            self._stop_file.unlink(missing_ok=True)
        return number

    def undo(self, decision: Decision) -> int:
        """Take a word back by its number; see `undoing`. Raises MoneyCommitted, WrongState, NotAPerson."""
        return self._write(lambda books: undoing.undo(books, decision))

    def decided(self, name: str) -> tuple[Decided, ...]:
        """Every decision about a scene and its shots, or about one shot, in order, each with its number."""
        with self._read() as books:
            return records.decided(books, name)

    def parked(self, name: str) -> dict[str, Parked]:
        """The shots of a scene, or the one shot, that people have on hold or cut from the film; see `parking`."""
        return parking.parked(self.decided(name))

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

    def standing_order(self, scene: str) -> Decision | None:
        """The standing order under which the scene's drafts may be made at night, None where none stands."""
        with self._read() as books:
            return orders.standing(books, scene)

    def order_number(self, scene: str) -> int:
        """The number of the standing order that stands for the scene, 0 where none does: people call it by that."""
        with self._read() as books:
            return orders.number(books, scene)

    def open_night(self, scene: str, plan: str | None = None) -> Night:
        """Begin, or go on with, the night that the scene's standing order opens now, under its cap. Raises NightOver.

        `plan`: the hash of the plan file that the run keeps to.
        """
        return self._write(lambda books: orders.open_night(books, scene, plan))

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

    def refusals(self, bindings_now: Iterable[Binding]) -> dict[str, NotApproved]:
        """By shot: why what would be made now has no yes, in one transaction; a shot that has one is left out."""
        with self._read() as books:
            return approvals.refusals(books, bindings_now)

    def draft_resolution(self, film: str) -> Resolution:
        """Up to which resolution a person decided that the film's drafts may be made; see `approvals`."""
        with self._read() as books:
            return approvals.draft_resolution(books, film)

    def note(self, kind: str, scope: str, text: str) -> None:
        """Write down something worth reading later ("escalation", "resolved", "reanchor", …) about a film, scene or shot."""
        self._write(lambda books: books.note(kind, scope, text))

    def note_once(self, kind: str, scope: str, text: str) -> bool:
        """Write it down unless just this stands there already; True where it was not. Of many who ask at once one hears True."""
        return self._write(lambda books: records.note_once(books, kind, scope, text))

    def notes(self, *, kind: str | None = None, scope: str | None = None) -> tuple[Note, ...]:
        """The notes, in order; a scene's include its shots'."""
        with self._read() as books:
            return records.find_notes(books, kind=kind, scope=scope)

    def escalations(self, scene: str) -> tuple[Note, ...]:
        """The shots that wait for a person: each with its newest escalation that no note "resolved" has ended."""
        with self._read() as books:
            return records.escalations(books, scene)

    def _touch_stop_file(self) -> None:
        try:
            self._stop_file.parent.mkdir(parents=True, exist_ok=True)
            self._stop_file.touch()
        except OSError as error:
            raise LedgerBroken(
                str(self._stop_file), f"it cannot be written ({error.strerror})", "Give this user the right to."
            ) from error


def _carry_out(books: Books, decision: Decision) -> int:
    if (kept := approvals.kept_as(books, decision)) is not None:
        return kept
    number = approvals.record(books, decision)
    if decision.kind == "raise_cap":
        accounts.decide(books, decision)
    elif decision.kind == "stop":
        stop.raise_flag(books, stop.STOP, f"{decision.who}: {decision.why}")
    elif decision.kind == "go":
        stop.clear(books, f"{decision.who}: {decision.why}")
    return number
