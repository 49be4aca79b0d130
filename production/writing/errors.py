"""Why a writer is not asked, or what it wrote is not taken.

GateError
└── WritingRefused
    ├── NoWriter         the film names no writer
    ├── PrivateWords     the shot is private: its words go to whoever makes it, and to nobody else
    ├── NothingFailed    a fix is asked for, and no gate has failed the shot as it stands
    └── BadWords         the answer proposes nothing, or what no field may say; it is paid for
"""

from __future__ import annotations

from manifests.errors import GateError


class WritingRefused(GateError):
    """A writer is not asked, or its answer is not taken."""


class NoWriter(WritingRefused):
    """The film names no writer."""


class PrivateWords(WritingRefused):
    """The shot is private."""


class NothingFailed(WritingRefused):
    """No gate has failed the shot as it stands."""


class BadWords(WritingRefused):
    """The answer cannot become a proposal."""
