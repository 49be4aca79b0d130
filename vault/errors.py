"""Errors of stored media.

VaultError                  every refusal of the vault
├── Missing                 nothing is stored under this hash or name
├── Corrupt                 stored bytes no longer have the hash they are named by
├── NameRefused             a hash or a canonical name is not spelled as one
├── SourceChanged           a file was still being written while it was taken in
├── StoreDown               the server of a bucket cannot be reached, or has no time; later may go
└── StoreRefused            a bucket is named wrongly, or its server refuses us
"""

from __future__ import annotations

from manifests.errors import GateError


class VaultError(GateError):
    """A refusal of the vault."""


class Missing(VaultError):
    """Nothing is stored under this hash, or no asset is linked under this name."""


class Corrupt(VaultError):
    """The stored bytes are not the ones that were put in. Nothing may be made from them."""


class NameRefused(VaultError):
    """A hash or a name that could lead out of the vault, or that is spelled in a way we never write."""


class SourceChanged(VaultError):
    """The file grew or changed while it was read: the program that makes it has not finished."""

    retry_helps = True


class StoreDown(VaultError):
    """The server did not answer, ended in the middle, or asked to be left alone for a while."""

    retry_helps = True


class StoreRefused(VaultError):
    """No bucket of this name, no right to it, or a server that cannot do what we need."""
