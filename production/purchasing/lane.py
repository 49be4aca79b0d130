"""A provider's concurrency limit in Prefect, by name: who buys waits there for a slot, without knowing Prefect."""

from __future__ import annotations

from collections.abc import Callable

LEASE_S = 60.0
"""The shortest lease that Prefect's server gives."""


Say = Callable[[str], None]


def lane(provider: str) -> str:
    """The name of a provider's concurrency limit in Prefect; set it to 0 there to stop new calls."""
    return f"provider-{provider}"
