"""How well an image model tells a film's own masters apart: what it is worth to this film."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from checks.scorer.cutouts import prepared
from checks.scorer.noise_learning import FITS, copies_of, small_plate
from checks.scorer.subject import Masters
from checks.seeing.colour import Floats
from checks.seeing.eye import Eye, Picture
from checks.seeing.eye_noise import Part
from manifests.noun import Noun, Text

Named = Mapping[str, Sequence[Picture]]


class PartTrial(Noun):
    """One part of the masters. Distances are cosine distances, medians: to changed copies of the same picture
    (`to_copies`), to the nearest view of somebody else (`to_others`; None where there is nobody else).

    `auc`: how often a changed copy, or another view of the same one, is nearer than a view of somebody else: 0 to 1,
    0.5 is chance. `mistaken`: changed copies whose nearest master is somebody else's, of `copies`.
    """

    part: Part
    masters: Annotated[int, Field(ge=0)]
    to_copies: float
    to_others: float | None
    auc: float | None
    mistaken: Annotated[int, Field(ge=0)]
    copies: Annotated[int, Field(ge=0)]


class EyeTrial(Noun):
    """A model on a film's masters."""

    schema_name: ClassVar[str] = "gate/eye_trial/1"

    eye: Text
    parts: tuple[PartTrial, ...]


def try_eye(eye: Eye, masters: Masters) -> EyeTrial:
    """Hold every master, and five changed copies of it, against all masters. Six embeddings a master. Raises EyeError.

    Looks of one character are one: the same face in other clothes is nobody else.
    """
    parts = {part: named for part, named in _by_owner(masters).items() if any(named.values())}
    return EyeTrial(eye=eye.name, parts=tuple(_try(eye, part, named) for part, named in parts.items()))


def _by_owner(masters: Masters) -> dict[Part, dict[str, list[Picture]]]:
    figures: dict[str, list[Picture]] = {}
    heads: dict[str, list[Picture]] = {}
    for look, views in sorted(masters.figures.items()):
        owner = look.partition("/")[0]
        cutouts = prepared(views)
        figures.setdefault(owner, []).extend(cutout.figure_crop for cutout in cutouts)
        heads.setdefault(owner, []).extend(cutout.head_crop for cutout in cutouts if cutout.has_neck)
    places = {name: [small_plate(plate) for plate in plates] for name, plates in sorted(masters.plates.items())}
    return {"figure": figures, "head": heads, "place": places}


def _try(eye: Eye, part: Part, named: Named) -> PartTrial:
    pictures = [(owner, picture) for owner, views in named.items() for picture in views]
    owners = np.array([owner for owner, _ in pictures])
    rows = eye.embed([picture for _, picture in pictures], FITS[part])
    changed = np.stack([eye.embed(copies_of(picture), FITS[part]) for _, picture in pictures])
    gaps = np.asarray(1 - np.einsum("pcd,md->pcm", changed, rows), np.float32)
    views = np.asarray(1 - rows @ rows.T, np.float32)
    own = owners[:, None] == owners[None, :]
    to_self = np.einsum("pcp->pc", gaps)
    if own.all():
        return PartTrial(
            part=part,
            masters=len(pictures),
            to_copies=_median(to_self),
            to_others=None,
            auc=None,
            mistaken=0,
            copies=to_self.size,
        )
    others = np.where(own[:, None, :], np.inf, gaps).min(2)
    pairs = own & ~np.eye(len(pictures), dtype=bool)
    same = np.concatenate([to_self.ravel(), views[pairs]])
    return PartTrial(
        part=part,
        masters=len(pictures),
        to_copies=_median(to_self),
        to_others=_median(np.where(own, np.inf, views).min(1)),
        auc=_auc(same, views[~own]),
        mistaken=int((others < np.where(own[:, None, :], gaps, np.inf).min(2)).sum()),
        copies=to_self.size,
    )


def _median(values: Floats) -> float:
    return round(float(np.median(values)), 4)


def _auc(near: Floats, far: Floats) -> float:
    """How often one of `near` is below one of `far`; ties count half."""
    below = np.searchsorted(np.sort(far), near, "right"), np.searchsorted(np.sort(far), near, "left")
    return round(float(1 - (below[0] + below[1]).mean() / (2 * len(far))), 4)
