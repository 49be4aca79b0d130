"""A hand-off folder's own record."""

from __future__ import annotations

from typing import ClassVar

from manifests.money import Microusd
from manifests.noun import Noun, Sha256, Text
from manifests.take import Request


class HandJob(Noun):
    """A folder's own record. `bill_microusd`: what the price book says it costs;
    `credit_microusd`: one credit, if it says.
    """

    schema_name: ClassVar[str] = "gate/handoff-job/1"

    generation_key: Sha256
    request: Request
    tool: Text
    save_as: Text
    bill_microusd: Microusd
    credit_microusd: Microusd | None = None
    laid_out_at: Text
