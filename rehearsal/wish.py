"""The output that a simulated provider makes of an order, with the faults that strike it."""

from __future__ import annotations

from dataclasses import dataclass

from manifests.keys import hash_bytes
from rehearsal.faults import Fault
from rehearsal.order import Order


@dataclass(frozen=True, slots=True)
class Wish:
    """The real output of an order: its faults may change the frame, the length, and what is in it."""

    order: Order
    size: tuple[int, int]
    frames: int
    drifts: tuple[Fault, ...] = ()

    @property
    def seed(self) -> int:
        """Other words, or another seed, are another picture."""
        return int(hash_bytes(f"{self.order.seed} {self.order.prompt}".encode())[:7], 16)
