"""Errors that stop a check itself. A flaw in a picture is never an error: it is a finding.

GateError
└── CheckError              a check cannot be made
    ├── UnknownRule         no rule has this code
    ├── EyeError            the embedding model is missing, or its weights do not fit
    ├── EyesDiffer          scores of two embedding models were to be compared
    ├── MasterMissing       a canonical picture that the check compares with is not there or cannot be read
    ├── Unreadable          a picture or clip to be checked cannot be read at all
    └── NoAnswer            a judge's answer contradicts itself, or is wrong about what is known
"""

from __future__ import annotations

from manifests.errors import GateError


class CheckError(GateError):
    """A check cannot be made. Trying the same call again does not help."""


class UnknownRule(CheckError):
    """No rule has this code; the cause names the nearest ones."""


class EyeError(CheckError):
    """The embedding model is missing, or its weights do not fit it. Random weights are never used instead."""


class EyesDiffer(CheckError):
    """Scores of two embedding models were to be compared; they share no scale."""


class MasterMissing(CheckError):
    """A canonical picture that the check compares with is not there or cannot be read."""


class Unreadable(CheckError):
    """A picture or clip cannot be read. Gates turn this into a finding; it is raised only where there is no verdict."""


class NoAnswer(CheckError):
    """A judge's answer contradicts itself, or is wrong about a picture whose answer is known. No part of it counts."""
