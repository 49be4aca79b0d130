"""The finals tray: the offer on the screen, and an approval that counts only for exactly that offer,
once, from the person who saw it.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from desk.room.errors import RoomRefused
from desk.room.sessions import Session
from manifests.decision import Binding
from manifests.keys import hash_json
from manifests.noun import Noun, Sha256, ShotId

OFFER_S = 15 * 60
_OFFERS_MAX = 500
REASONS = ("critical close-up", "festival master", "other")
"""Why a shot is finished at 1080p; "other" wants words."""


class OfferApproval(Noun):
    """The page's answer: the offer's nonce, and of each shot the digest of what was on the screen."""

    nonce: str
    shots: dict[ShotId, Sha256]
    reason: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class ShownOffer:
    """The offer that one session was shown. `bindings`: hashes, tiers and prices."""

    session: str
    scene: str
    bindings: Mapping[str, Binding]
    until: float


@dataclass
class Tray:
    """The offers of one room that nobody has answered yet."""

    clock: Callable[[], float]
    _offers: OrderedDict[str, ShownOffer] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def show(self, session: Session, scene: str, bindings: Mapping[str, Binding]) -> str:
        """Remember what is shown, and give the nonce under which it can be answered once."""
        nonce = secrets.token_urlsafe(24)
        with self._lock:
            self._offers[nonce] = ShownOffer(session.id, scene, dict(bindings), self.clock() + OFFER_S)
            while len(self._offers) > _OFFERS_MAX:
                self._offers.popitem(last=False)
        return nonce

    def take(self, session: Session, approval: OfferApproval) -> dict[str, Binding]:
        """The bindings that the approval is for.
        Raises RoomRefused where it was answered before, was shown to somebody else, or says another thing.
        """
        with self._lock:
            offer = self._offers.pop(approval.nonce, None)
        if offer is None or offer.until < self.clock():
            raise _refused("it was answered before, is too old, or was never shown", 409)
        if offer.session != session.id:
            raise _refused("it was shown to somebody else", 403)
        if not approval.shots:
            raise _refused("it names no shot", 409)
        for shot, digest in approval.shots.items():
            if shot not in offer.bindings or digest_of(offer.bindings[shot]) != digest:
                raise _refused(f"{shot} is not what was on the screen", 409)
        return {shot: offer.bindings[shot] for shot in approval.shots}


def digest_of(binding: Binding) -> str:
    """The name of what an approval is bound to: every hash, the tier and the price in one."""
    return hash_json(binding.model_dump(mode="json"))


def as_seen(seen: Mapping[str, Binding], now: Mapping[str, Binding]) -> None:
    """Raises RoomRefused, naming what moved, where what would be bought is no longer what was on the screen."""
    moved = []
    for shot, binding in seen.items():
        changed = binding.differences(now[shot]) if shot in now else ("draft",)
        moved += [f"{shot}: {', '.join(changed)} changed"] if changed else []
    if moved:
        raise RoomRefused(
            "the approval", f"it lapsed before it was given ({'; '.join(moved)})", "Look again.", status=409
        )


def reason_of(approval: OfferApproval, *, wanted: bool) -> str:
    """The reason in one line. Raises RoomRefused where one is due and none from the list is given."""
    words = approval.words.strip()
    if wanted and (approval.reason not in REASONS or (approval.reason == "other" and not words)):
        cause = (
            "1080p needs a reason from the list" if approval.reason != "other" else "the reason “other” needs a comment"
        )
        raise RoomRefused("the approval", cause, f"Choose one: {', '.join(REASONS)}.", status=409)
    return ": ".join(part for part in (approval.reason if approval.reason in REASONS else "", words) if part)


def _refused(cause: str, status: int) -> RoomRefused:
    return RoomRefused("the approval", cause, "Open the tray again and look.", status=status)
