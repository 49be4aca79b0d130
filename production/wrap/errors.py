"""What keeps an archive from being made.

WrapError
├── ArchiveRefused      the folder that it should go to is not free
└── ArchiveBroken       what was written does not read back as it should
"""

from __future__ import annotations

from manifests.errors import GateError


class WrapError(GateError):
    """Every refusal of the wrap."""


class ArchiveRefused(WrapError):
    """The archive's folder is there already: nothing of it is overwritten."""


class ArchiveBroken(WrapError):
    """A fresh reader finds the archive incomplete or changed, right after it was written."""

    retry_helps = True
