"""The governor's refusals, and what can go wrong with the ledger.

GovernorError                   every refusal of the governor
├── Refusal                     no money moves
│   ├── BudgetRefused           a cap has too little left
│   ├── CapRaise                a cap would rise without a decision
│   ├── AlreadyBought           this very generation was bought before
│   ├── StillOpen               this generation, or another video of the shot, is in flight or in doubt
│   ├── AttemptsSpent           the stage has had its takes
│   ├── Stopped                 STOP, or the breaker after a bill above its hold
│   │   ├── NightOver           the standing order's window is closed, or closes before the call would be done
│   │   └── LedgerBehind        the ledger lacks calls that were paid for: it was restored, lost or replaced
│   ├── CreditShort             the provider's account does not cover what is about to begin
│   ├── ProviderBusy            as many calls as the film allows are with this provider already
│   ├── ModelRetired            the model cannot be called any more
│   ├── RefusedBefore           its moderation refused just these words and pictures
│   ├── Fenced                  a newer run owns the scene
│   ├── Excluded                a person put the shot on hold, or omitted it from the film
│   ├── NotApproved             nobody has approved this
│   │   ├── ApprovalLapsed      somebody did, and a fact that the approval was bound to has changed
│   │   ├── SwitchNotDecided    another provider costs much more, and nobody decided to change to it
│   │   └── DraftsNotDecided    drafts would be made at more than 480p, and nobody decided that
│   ├── UncertifiedInput        made from something no gate has passed
│   └── NotAPerson              a program tried to decide what only a person may
├── PriceRefused                a price is unknown, stale or unclear
│   ├── UnknownPrice
│   └── StalePrice
├── WrongState                  an attempt cannot go from where it is to where it should
│   ├── AlreadyResolved         it was closed before, and otherwise
│   ├── HoldGone                somebody gave the hold back before its call went out
│   ├── ForeignJob              the provider named a job that belongs to another attempt
│   └── MoneyCommitted          an approval is to be taken back, and its purchase is under way
├── ScopeRefused                a cap's scope is not spelled as one
├── ForeignLogRefused           another tool's log cannot be counted as it is
├── NoSuchTake                  no attempt has this generation key
└── LedgerTrouble               the ledger cannot be read or written
    ├── LedgerBusy              somebody else held them too long; later may go
    ├── LedgerLost              the server went away; later may go
    └── LedgerBroken            full, read-only, of another version, or opened elsewhere
        └── LedgerDamaged       its file cannot be read any more
"""

from __future__ import annotations

from typing import Literal

from manifests.errors import GateError


class GovernorError(GateError):
    """A refusal of the governor."""


class Refusal(GovernorError):
    """A paid call is refused and nothing was written. Asking again without changing anything is refused again."""


class BudgetRefused(Refusal):
    """A cap has too little left for the upper bound of this call."""


class CapRaise(Refusal):
    """A cap would rise above what is recorded, and no person's decision says so."""


class AlreadyBought(Refusal):
    """The generation key was bought before: the caller reads the take instead of paying again."""


class StillOpen(Refusal):
    """The generation key, or another video of the same shot, is held, submitted or in doubt."""


class AttemptsSpent(Refusal):
    """The stage of the shot has had as many takes as the film allows."""


class Stopped(Refusal):
    """The STOP row, the STOP file or the breaker is on."""


class NightOver(Stopped):
    """A run under a standing order has no window, or too little of it left for one more call."""


class LedgerBehind(Stopped):
    """The vault, or the high-water mark, knows of paid calls that the ledger lacks.
    It buys nothing until they are read back.
    """


class CreditShort(Refusal):
    """The provider's account or key has too little left for what is about to begin."""


class ProviderBusy(Refusal):
    """As many calls as the film allows are with this provider already; one of them must be collected first."""

    retry_helps = True


class ModelRetired(Refusal):
    """The last day on which the model can be called is over."""


class RefusedBefore(Refusal):
    """The provider's moderation refused just these words and pictures. They are not sent to it again."""


class Fenced(Refusal):
    """A newer run has taken the scene over; this process is an orphan and buys nothing more."""


class Excluded(Refusal):
    """A person put the shot on hold, or omitted it from the film. `kind`: "hold" or "omit"."""

    def __init__(self, thing: str, cause: str, cure: str, *, kind: Literal["hold", "omit"]) -> None:
        super().__init__(thing, cause, cure)
        self.kind = kind

    @property
    def back(self) -> str:
        """The command with which each person who excluded it takes that decision back."""
        return f"gate undo {self.thing} --excluded"

    @property
    def words(self) -> str:
        """A line for a report: "SC010_SH0030: Mia omitted it from the film (gate undo SC010_SH0030 --excluded)"."""
        return f"{self.thing}: {self.cause} ({self.back})"


class NotApproved(Refusal):
    """A tier above draft has no person's approval."""


class ApprovalLapsed(NotApproved):
    """There is an approval, and something it was bound to has changed since."""


class SwitchNotDecided(NotApproved):
    """Another provider than the one so far costs much of what is left, and no person decided to change to it."""


class DraftsNotDecided(NotApproved):
    """Drafts would be made at a higher resolution than a person decided; 480p needs no decision."""


class UncertifiedInput(Refusal):
    """The call would be made from an artefact whose certificate is not on file."""


class NotAPerson(Refusal):
    """A program tried to approve, to raise a cap, to release, to write off or to lift a stop."""


class PriceRefused(GovernorError):
    """A call cannot be priced, so it cannot be held."""


class UnknownPrice(PriceRefused):
    """The price book has no row for this call."""


class StalePrice(PriceRefused):
    """The row is older than the film allows."""


class WrongState(GovernorError):
    """The attempt is not where this step begins."""


class AlreadyResolved(WrongState):
    """The attempt is closed already, with another outcome; the first one stands."""


class HoldGone(WrongState):
    """The hold was given back before its call went out, and nothing was sent: it may be held again."""


class ForeignJob(WrongState):
    """The provider answered with a job id that another attempt holds. This attempt is now in doubt."""


class MoneyCommitted(WrongState):
    """An approval cannot be taken back any more: money was held, or spent, on the strength of it."""


class ScopeRefused(GovernorError):
    """A scope is a kind and a name: film:HRB, scene:SC010, run:…, shot:SC010_SH0010, night:…, key:…"""


class ForeignLogRefused(GovernorError):
    """Another tool's log cannot be read, or has lines that cannot be counted; nothing of it was imported."""


class NoSuchTake(GovernorError):
    """The ledger has no attempt under this generation key."""


class LedgerTrouble(GovernorError):
    """The ledger cannot be read or written. An uncommitted change did not happen."""


class LedgerBusy(LedgerTrouble):
    """Another process kept the ledger locked for longer than the busy time-out."""

    retry_helps = True


class LedgerLost(LedgerTrouble):
    """The database server went away.
    `perhaps_kept`: it did so during a COMMIT, and only reading again tells if that held.
    """

    retry_helps = True

    def __init__(self, thing: str, cause: str, cure: str, *, perhaps_kept: bool) -> None:
        super().__init__(thing, cause, cure)
        self.perhaps_kept = perhaps_kept


class LedgerBroken(LedgerTrouble):
    """The ledger is damaged, the disk is full or read-only, or the file is of another version."""


class LedgerDamaged(LedgerBroken):
    """The ledger's file cannot be read any more; the purchases are read back from the receipts beside it."""
