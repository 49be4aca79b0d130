"""Refusals of proposals.

GateError
└── ProposalRefused
    ├── NotProposable    no proposal may change this file, or this part of it
    ├── NoSuchPlace      the file has no such field or entry
    ├── ChangedSince     the file is not the one that the change was made on; it names what differs
    ├── NothingChanges   the file would be as it is
    ├── AddsErrors       the film would no longer read, or lint would find an error that is not there now
    ├── TooLate          the proposal has lapsed
    ├── RejectedBefore   a person rejected this very change of this very file
    └── NoSuchProposal   no proposal of the film has this id
"""

from __future__ import annotations

from manifests.errors import GateError


class ProposalRefused(GateError):
    """A proposal is not taken, or not accepted. Nothing was written."""


class NotProposable(ProposalRefused):
    """No proposal may change this."""


class NoSuchPlace(ProposalRefused):
    """The file has no such field or entry."""


class ChangedSince(ProposalRefused):
    """The file changed since the change was made on it."""


class NothingChanges(ProposalRefused):
    """The file says so already."""


class AddsErrors(ProposalRefused):
    """Lint would find an error that is not there now."""


class TooLate(ProposalRefused):
    """Its time is up."""


class RejectedBefore(ProposalRefused):
    """A person rejected the same change of the same file."""


class NoSuchProposal(ProposalRefused):
    """The film has no such proposal."""
