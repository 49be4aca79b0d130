"""Which view of somebody lies best over what is seen: cut-outs are slid, scaled and mirrored on a small raster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import scipy
from numpy.typing import NDArray

from checks.seeing.colour import LIGHTNESS_WEIGHT, Floats
from checks.seeing.eye import Picture

_COARSE_SCALES = (0.88, 0.94, 1.0, 1.06, 1.12)
_TURNS = False, True
_FINE_SCALES = (0.97, 1.0, 1.03)

_UNLIKE = 20.0
"""Delta-E that a pixel of a view counts where nobody is seen, and one of the figure where the view has nothing."""

_AROUND = 12
"""Pixels around a view, left, right and above, in which nothing of the figure may be left over."""

_STRAY, _STRAYED = 0.05, 25.0
"""The cost, in squared delta-E, of lying a twentieth of the raster off the box:
a blocked figure stands as near as that.
"""

_DETAIL_PX = 5.0
_GREY = 124
"""The mean of what image towers were taught on."""

_SEEN_MIN = 0.25
"""Share of a view's pixels that must lie in the frame for a place to be tried."""


Doubles = NDArray[np.float64]
Spectra = NDArray[np.complex64]
"""Planes × rows × columns: the Fourier transform of each plane."""


@dataclass(frozen=True, slots=True)
class SearchRaster:
    """The visible picture on a raster: Lab in the plate's light and as it is; `inside`: 1 where the frame is; `mask`: 0
    to 1, how surely a pixel is the figure's.
    """

    straight: Floats
    plain: Floats
    inside: Floats
    mask: Floats


@dataclass(frozen=True, slots=True)
class Template:
    """A view to be tried: Lab, alpha 0 to 1, and a label for each pixel (-1: none)."""

    lab: Floats
    alpha: Floats
    labels: Floats

    @property
    def described(self) -> Floats:
        """The template that is slid over the picture."""
        return _described(self.lab) * (self.alpha > 0)[..., None]

    @property
    def on_grey(self) -> Picture:
        """As an eye sees it: RGB, on the grey that it takes for nothing."""
        return on_grey(self.lab, self.alpha)


@dataclass(frozen=True, slots=True)
class Match:
    """The view that fits best, laid on the raster; `scale` of the template."""

    index: int
    mirrored: bool
    lab: Floats
    alpha: Floats
    labels: Floats
    top: int
    left: int
    scale: float


def best_match(sight: SearchRaster, templates: Sequence[Template]) -> Match | None:
    """The best of all views, mirrored or not, within 12 % of the raster's size and anywhere on it;
    None for no views.
    """
    full = _Search.of(sight)
    half = full.halved()
    described = [template.described for template in templates]
    tried = []
    for index, template in enumerate(templates):
        for scale in _COARSE_SCALES:
            small = _scaled(described[index], template.alpha, scale / 2)
            found = zip(half.best(small, _TURNS), _TURNS, strict=True)
            tried += [(_stretched(scale) + off, index, mirrored, scale) for (off, *_), mirrored in found]
    if not tried:
        return None
    _, index, mirrored, near = min(tried)
    template, fine = templates[index], []
    for scale in (near * s for s in _FINE_SCALES):
        [(off, top, left)] = full.best(_scaled(described[index], template.alpha, scale), [mirrored])
        fine.append((off + _stretched(scale), top - _AROUND, left - _AROUND, scale))
    _, top, left, scale = min(fine, key=lambda tried: tried[0])
    shape = sight.inside.shape
    views = [
        laid(sized(pixels, scale, how, mirrored=mirrored), shape, top, left)
        for pixels, how in (
            (template.lab, cv2.INTER_LINEAR),
            (template.alpha, cv2.INTER_LINEAR),
            (template.labels + 1, cv2.INTER_NEAREST),
        )
    ]
    return Match(index, mirrored, views[0], views[1], views[2] - 1, top, left, scale)


def _stretched(scale: float) -> float:
    """The cost of being larger or smaller than the box: else a stouter person is only a nearer one."""
    return _STRAYED * ((scale - 1) / _STRAY) ** 2


@dataclass(frozen=True, slots=True)
class _Scaled:
    """A view at the size at which it is tried: its alpha and described colours. `around`: pixels left free."""

    planes: tuple[Floats, ...]
    around: int


def _scaled(described: Floats, alpha: Floats, scale: float) -> _Scaled:
    colours, shown = (sized(x, scale, cv2.INTER_AREA, mirrored=False) for x in (described, alpha))
    return _Scaled((shown, *np.moveaxis(colours, 2, 0)), round(_AROUND * scale))


@dataclass(frozen=True, slots=True)
class _Search:
    """The picture that a view is slid over: weighted Lab where the frame is, its square, where the frame is,
    and the figure's mask.
    """

    colours: Floats
    squared: Floats
    inside: Floats
    mask: Floats
    spectra: Spectra
    """Of what views are multiplied with; a picture's are worked out once for all of them."""
    summed: Doubles
    """The mask's integral."""

    @classmethod
    def of(cls, sight: SearchRaster) -> _Search:
        colours = _described(sight.straight) * sight.inside[..., None]
        every = (colours, (colours * colours).sum(2), sight.inside, sight.mask * sight.inside)
        edge = (_AROUND,) * 4
        return cls._from(*(np.asarray(cv2.copyMakeBorder(x, *edge, cv2.BORDER_CONSTANT), np.float32) for x in every))

    @classmethod
    def _from(cls, colours: Floats, squared: Floats, inside: Floats, mask: Floats) -> _Search:
        planes = [squared - 2 * _UNLIKE**2 * mask, *np.moveaxis(-2 * colours, 2, 0), inside]
        summed = np.asarray(cv2.integral(mask), np.float64)
        return cls(colours, squared, inside, mask, _spectra(planes, inside.shape), summed)

    def halved(self) -> _Search:
        half = (self.inside.shape[1] // 2, self.inside.shape[0] // 2)
        every = (self.colours, self.squared, self.inside, self.mask)
        return self._from(*(np.asarray(cv2.resize(x, half, interpolation=cv2.INTER_AREA), np.float32) for x in every))

    def best(self, view: _Scaled, turns: Sequence[bool]) -> list[tuple[float, int, int]]:
        """The least mean squared difference over the view's own pixels that are in frame, and where: row, column; for
        the view mirrored or not, as `turns` say.

        A pixel of the view where nobody is seen, or the reverse, counts as `_UNLIKE`.
        """
        around, whole = view.around, self.inside.shape
        edge = (around, 0, around, around)  # not below: a head goes on into its neck, a figure onto the floor
        planes: list[Floats] = []
        for mirrored in turns:
            alpha, *colours = (
                np.asarray(cv2.copyMakeBorder(_within(each, whole, 2 * around), *edge, cv2.BORDER_CONSTANT), np.float32)
                for each in (plane[:, ::-1] if mirrored else plane for plane in view.planes)
            )
            masked = [plane * alpha for plane in colours]
            own = sum((a * b for a, b in zip(colours, masked, strict=True)), _UNLIKE**2 * alpha * alpha)
            planes += [alpha, *masked, np.asarray(own, np.float32)]
        rows, columns = alpha.shape
        spectra = np.conj(_spectra(planes, whole)).reshape(len(turns), len(self.spectra), *self.spectra.shape[1:])
        slid = [np.einsum("kij,tkij->tij", self.spectra, spectra), self.spectra[-1] * spectra[:, 0]]
        places = np.s_[..., : whole[0] - rows + 1, : whole[1] - columns + 1]
        off, seen = scipy.fft.irfft2(np.stack(slid), _fast(whole))[places]
        boxes = self.summed[rows:, columns:] - self.summed[:-rows, columns:]
        boxes += self.summed[:-rows, :-columns] - self.summed[rows:, :-columns]
        errors = (off + _UNLIKE**2 * boxes) / np.maximum(seen, 1e-3) + self._strayed(boxes.shape, alpha.shape)
        errors[seen < _SEEN_MIN * alpha.sum()] = np.inf
        at = [np.unravel_index(int(np.argmin(each)), each.shape) for each in errors]
        return [
            (float(each[row, column]), int(row) + around, int(column) + around)
            for each, (row, column) in zip(errors, at, strict=True)
        ]

    def _strayed(self, places: tuple[int, ...], template: tuple[int, ...]) -> Floats:
        """The cost of lying off the raster's middle, where the box says that somebody is."""
        rows, columns = self.inside.shape
        unit = _STRAY * rows
        down = (np.arange(places[0]) + template[0] / 2 - rows / 2) / unit
        across = (np.arange(places[1]) + template[1] / 2 - columns / 2) / unit
        return np.asarray(_STRAYED * (down[:, None] ** 2 + across[None] ** 2), np.float32)


def on_grey(lab: Floats, alpha: Floats) -> Picture:
    """The part of a Lab picture that `alpha` shows, RGB on grey, without empty margins."""
    rows, columns = np.flatnonzero(alpha.max(1) > 0.1), np.flatnonzero(alpha.max(0) > 0.1)
    if not rows.size:
        return np.full((8, 8, 3), _GREY, np.uint8)
    cut = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    rgb = cv2.cvtColor(np.ascontiguousarray(lab[cut]), cv2.COLOR_LAB2RGB) * 255
    mixed = rgb * alpha[cut][..., None] + _GREY * (1 - alpha[cut][..., None])
    return np.ascontiguousarray(np.clip(np.rint(mixed), 0, 255), np.uint8)


def sized(pixels: Floats, scale: float, how: int, *, mirrored: bool) -> Floats:
    """`scale` times as large, and turned round."""
    size = max(4, round(pixels.shape[1] * scale)), max(8, round(pixels.shape[0] * scale))
    out = cv2.resize(pixels, size, interpolation=how)
    return np.asarray(out[:, ::-1] if mirrored else out, np.float32)


def _within(pixels: Floats, shape: tuple[int, ...], edge: int) -> Floats:
    """Cut so that it fits a raster with its margin: below first, then left and right alike."""
    rows, spare = min(pixels.shape[0], shape[0] - edge // 2), max(0, pixels.shape[1] + edge - shape[1])
    return np.ascontiguousarray(pixels[:rows, spare // 2 : pixels.shape[1] - (spare - spare // 2)])


def laid(pixels: Floats, shape: tuple[int, ...], top: int, left: int) -> Floats:
    """On an empty raster of this shape, as far as it reaches."""
    out = np.zeros((*shape, *pixels.shape[2:]), np.float32)
    y0, x0 = max(0, top), max(0, left)
    y1, x1 = min(shape[0], top + pixels.shape[0]), min(shape[1], left + pixels.shape[1])
    if y1 > y0 and x1 > x0:
        out[y0:y1, x0:x1] = pixels[y0 - top : y1 - top, x0 - left : x1 - left]
    return out


def _spectra(planes: Sequence[Floats], shape: tuple[int, ...]) -> Spectra:
    """A spectrum for each plane, as large as a picture of this shape needs."""
    return np.asarray(scipy.fft.rfft2(np.stack(planes, dtype=np.float32), _fast(shape)), np.complex64)


def _fast(shape: tuple[int, ...]) -> tuple[int, int]:
    """The least size of a quick transform that holds a picture of this shape."""
    rows, columns = (int(scipy.fft.next_fast_len(side, real=True)) for side in shape)
    return rows, columns


def _described(lab: Floats) -> Floats:
    """Lightness at half weight, a, b, and the lightness's own detail:
    eyes and a parting tell views apart, a shadow does not.
    """
    light = lab[..., 0]
    detail = light - cv2.GaussianBlur(light, (0, 0), _DETAIL_PX)
    return np.ascontiguousarray(np.dstack([light * LIGHTNESS_WEIGHT, lab[..., 1], lab[..., 2], detail]), np.float32)
