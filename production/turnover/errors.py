"""What keeps a turnover from being written.

TurnoverError
├── FolderRefused       the folder is not this turnover's, or somebody changed what lies in it
└── FolderBusy          another process writes into it
"""

from __future__ import annotations

from manifests.errors import GateError


class TurnoverError(GateError):
    """Every refusal of a turnover."""


class FolderRefused(TurnoverError):
    """The folder holds files that this turnover did not write, or no longer as it wrote them: they stay."""


class FolderBusy(TurnoverError):
    """Another process writes the turnover into this folder."""

    retry_helps = True
