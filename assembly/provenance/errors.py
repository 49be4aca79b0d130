"""What keeps a film from being signed, or its signature from being read.

ProvenanceError
├── UnfitCredentials    the key or the certificate chain cannot sign
├── NotSigned           the file could not be signed
└── NoProvenance        the file has no C2PA manifest, and none lies beside it
"""

from __future__ import annotations

from assembly.errors import AssemblyError


class ProvenanceError(AssemblyError):
    """The file is as it was."""


class UnfitCredentials(ProvenanceError):
    """The key and the chain are not those of a C2PA signer."""


class NotSigned(ProvenanceError):
    """The C2PA library refused to sign."""


class NoProvenance(ProvenanceError):
    """Nothing in or beside the file says where it comes from."""
