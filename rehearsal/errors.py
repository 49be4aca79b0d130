"""How a rehearsal can refuse to begin.

GateError                   (manifests) every refusal of ours
└── NotRehearsed            the house cannot open: an address that is not loopback, a state folder of something else
"""

from __future__ import annotations

from manifests.errors import GateError


class NotRehearsed(GateError):
    """The rehearsal does not begin."""
