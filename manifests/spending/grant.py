"""The key to a paid call. Adapters' `submit` takes one; only the ledger mints them."""

from __future__ import annotations

from collections.abc import Callable

from manifests.errors import GateError


class GrantRefused(GateError):
    """A paid call was tried without a grant that fits it."""


class Grant:
    """Leave to submit one generation key once, for at most `held_microusd`.

    Made by `governor.ledger` after the hold is committed, never by hand: a test looks for every other place that calls
    `Grant.mint`. `redeem` is called by the adapter just before its POST and refuses a second use; `_recheck` lets the
    ledger note that the call goes out now, and refuse it if the run was stopped or fenced since the hold.
    """

    __slots__ = ("_recheck", "_redeemed", "generation_key", "held_microusd")

    generation_key: str
    held_microusd: int
    _redeemed: bool
    _recheck: Callable[[], None] | None

    def __init__(self) -> None:
        raise GrantRefused("a grant", "only the ledger mints grants", "Hold the money first: Ledger.hold(...)")

    @classmethod
    def mint(cls, generation_key: str, held_microusd: int, recheck: Callable[[], None] | None = None) -> Grant:
        """For the ledger alone."""
        grant = object.__new__(cls)
        grant.generation_key, grant.held_microusd, grant._redeemed = generation_key, held_microusd, False
        grant._recheck = recheck
        return grant

    def redeem(self, generation_key: str) -> None:
        """Spend this grant on `generation_key`. Raises GrantRefused on a second use or another key.

        The ledger's own refusals (Stopped, Fenced, WrongState) come through here too: then nothing may be sent.
        """
        if generation_key != self.generation_key:
            raise GrantRefused("a paid call", "its grant is for another generation key", "Ask the ledger for its own.")
        if self._redeemed:
            raise GrantRefused("a paid call", "its grant was used before", "Collect the job it bought; do not resend.")
        self._redeemed = True
        if self._recheck:
            self._recheck()
