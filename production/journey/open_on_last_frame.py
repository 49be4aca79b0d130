"""Open a chained shot on the last frame of the shot before it."""

from __future__ import annotations

import asyncio

from manifests.certificate import Certified
from manifests.take import Artefact
from wiring.services import Services


async def open_on_last_frame(services: Services, before: Certified) -> Artefact:
    """The frame that the shot before ends on, out of its certified clip. It is a panel like any other, and is gated."""
    return await asyncio.to_thread(services.last_frame, before.artefact, services.shot(before.certificate.shot).frames)
