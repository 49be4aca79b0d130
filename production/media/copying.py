"""Carries media and canonical names from one store to another.
It adds; nothing is removed, and no name changes its meaning unasked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vault.errors import Corrupt, Missing, VaultError
from wiring.lanes import Tell, in_lanes
from wiring.stores import Store


@dataclass(frozen=True, slots=True)
class Copied:
    """The objects that were copied. `there`: objects that the target had.
    `left_out`: damaged or gone at the source, by hash or name.

    `differing`: names that stand for something else in the target, or were approved by somebody else; left as they are.
    """

    sent: int
    sent_bytes: int
    there: int
    names: int
    names_there: int
    differing: tuple[str, ...]
    left_out: Mapping[str, VaultError]

    @property
    def whole(self) -> bool:
        """Whether the target now has all that the source has."""
        return not self.differing and not self.left_out


def copy(source: Store, target: Store, *, replace: bool, tell: Tell) -> Copied:
    """Carry every object, then every name, so that no name stands for what is not there.
    `replace`: names that differ too.

    Doing it again goes on where it ended. Raises StoreDown, StoreRefused.
    """
    there = {sha256 for sha256, _ in target.vault.sizes()}
    stock = sorted(source.vault.sizes())

    def carry(item: tuple[str, int]) -> VaultError | None:
        try:
            target.vault.put_file(source.vault.path(item[0]))
        except (Corrupt, Missing) as error:
            return error
        return None

    faults = zip(stock, in_lanes(carry, stock, tell), strict=True)
    left_out = {sha256: error for (sha256, _), error in faults if error is not None}
    sent = [size for sha256, size in stock if sha256 not in there and sha256 not in left_out]
    names, names_there, differing, unread = _copy_names(source, target, left_out, replace=replace)
    return Copied(
        sent=len(sent),
        sent_bytes=sum(sent),
        there=len(stock) - len(sent) - len(left_out),
        names=names,
        names_there=names_there,
        differing=differing,
        left_out=left_out | unread,
    )


def _copy_names(
    source: Store, target: Store, left_out: Mapping[str, VaultError], *, replace: bool
) -> tuple[int, int, tuple[str, ...], dict[str, VaultError]]:
    links, damaged = source.canon.survey()
    theirs = {link.name: link for link in target.canon.survey()[0]}
    written, same, differing = 0, 0, []
    for link in links:
        if link.sha256 in left_out:
            continue
        if theirs.get(link.name) == link:
            same += 1
        elif link.name in theirs and not replace:
            differing.append(link.name)
        else:
            target.canon.link(link.name, link.sha256, link.approved_by)
            written += 1
    return written, same, tuple(differing), {error.thing: error for error in damaged}
