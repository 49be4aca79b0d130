"""The little film, open for work, and how somebody proposes a change of it."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from desk.cli.options import open_film
from manifests.story.proposal import FieldChange, Proposal
from production.proposals.proposing import Proposer, propose

SCENE = "scenes/SC010.yaml"
MOTION = "shots/SC010_SH0010/motion"
SCOUT = Proposer("scout", "0123456789ab")


@pytest.fixture
def proposed(film: Path) -> Callable[..., Proposal]:
    """Propose a value of the scene's file; on the file as it is now, where no base is given."""

    def make(value: Any = "She pours the tea.", at: str = MOTION, **given: Any) -> Proposal:
        file = given.pop("file", SCENE)
        there = film / file
        base = given.pop("base", None) or sha256(there.read_bytes() if there.is_file() else b"").hexdigest()
        given = {"tool": "propose_change", "arguments": {"value": value}, "by": SCOUT, "why": "it moves"} | given
        return propose(open_film(film), file, [FieldChange(at=at, value=value)], base=base, **given)

    return make
