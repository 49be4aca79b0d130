"""Refusals of the review room. Each refusal is a sentence for the client, a status, and a line in the room's log.

GateError
└── RoomRefused     a request is not answered; `status` is its HTTP status
"""

from __future__ import annotations

from manifests.errors import GateError


class RoomRefused(GateError):
    """A request is not answered.
    `status`: 401 nobody, 403 not allowed, 409 not as shown, 413 too much, 421 not here, 429 too fast.
    """

    def __init__(self, thing: str, cause: str, cure: str, *, status: int) -> None:
        super().__init__(thing, cause, cure)
        self.status = status
