"""Opens pictures from outside, within bounds: PNG, JPEG and WebP by their own bytes, and nothing else.

The head is read before anything is decoded, so that a bomb costs a sentence. Checks see the picture that a viewer would
show: a picture that lies on its side by its Exif is stood up, and one in another colour space (Display P3, Adobe RGB, a
press's CMYK) is turned into sRGB.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from checks.errors import Unreadable
from manifests.reading.media_head import HEAD_BYTES, form_of, is_file, jpeg_scans, looks_like, webp_size

Pixels = NDArray[np.uint8]
"""Height × width × 3 (RGB) or × 4 (RGBA), 0 to 255, sRGB."""

FORMATS = ("PNG", "JPEG", "WEBP")
BYTES_MAX = 64 << 20
SIDE_PX_MAX = 16_384
PIXELS_MAX = 50_000_000
"""Width times height: 200 MB in RGBA. A 4K plate has 9 million."""

PROFILE_BYTES_MAX = 4 << 20
SCANS_MAX = 64
"""Scans of a JPEG: libjpeg's own progressive script makes 10; each is a walk over the whole picture."""

_SRGB_OFF = 3
"""Levels, of 255, by which a profile may differ from sRGB and still be sRGB under another name."""

_OPAQUE_ALPHA = 250
"""Alpha, of 255, that is as good as opaque: editors leave 254 at the seams."""

_ORIENTATION = 0x0112  # Exif 2.32, 4.6.4
_SAVE = "Save it as an 8-bit RGB PNG"


def read_picture(path: Path) -> Pixels:
    """The picture at `path`, upright and in sRGB; four channels where it can be seen through, else three.

    Raises Unreadable with the cause and the cure: no file, no PNG, JPEG or WebP, beyond our bounds, damaged, moving, or
    in a colour space that cannot be turned into sRGB.
    """
    try:
        _refuse_by_head(path)
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as picture:
                _refuse_by_claims(path, picture)
                picture.load()
                return _upright_srgb(path, picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(path, "its head claims far too many pixels") from error
    except (OSError, SyntaxError, ValueError, MemoryError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise Unreadable(path.name, f"it cannot be read ({error.strerror})", "Fetch it again") from error
        raise Unreadable(path.name, f"it is damaged ({_words(error)})", "Fetch it again, or make it again") from error


def read_opaque(path: Path) -> Pixels:
    """The same without transparency: RGB. Raises Unreadable, for one that can be seen through as well:
    nobody knows onto what.
    """
    pixels = read_picture(path)
    if pixels.shape[2] == 4 and int(pixels[..., 3].min()) < _OPAQUE_ALPHA:
        share = float((pixels[..., 3] < _OPAQUE_ALPHA).mean())
        raise Unreadable(
            path.name, f"{share:.0%} of it can be seen through", f"Flatten it onto its background. {_SAVE}"
        )
    return np.ascontiguousarray(pixels[..., :3])


def oddity(picture: Image.Image) -> str:
    """Why programs that read only its numbers would show an opened picture wrong, in words that follow "it";
    empty where none would.
    """
    if getattr(picture, "n_frames", 1) > 1 and picture.format != "MPO":
        return "is a picture that moves"
    if picture.getexif().get(_ORIENTATION, 1) != 1:
        return "lies on its side, and only its Exif says so"
    return "is CMYK" if picture.mode == "CMYK" else _foreign_space(picture.info.get("icc_profile") or b"")


def _foreign_space(profile: bytes) -> str:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile)) if profile else None
        if source is None or source.profile.xcolor_space.strip() != "RGB" or _is_srgb(source):
            return ""
        return f"is in the colour space {ImageCms.getProfileDescription(source).strip()!r}, not in sRGB"
    except (ImageCms.PyCMSError, OSError, ValueError):
        return "has a colour profile that cannot be read"


def _refuse_by_head(path: Path) -> None:
    if not is_file(path):
        raise Unreadable(path.name, "it is not a file", "Put a PNG there")
    if (size := path.stat().st_size) > BYTES_MAX:
        raise Unreadable(path.name, f"it has {size} bytes, more than {BYTES_MAX}", "Export it smaller")
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        form = form_of(head)
        if form not in {"png", "jpeg", "webp"}:
            cause = f"it is {looks_like(head)}, not a PNG, JPEG or WebP, whatever it is called"
            raise Unreadable(path.name, cause, "Fetch it again" if not head else _SAVE)
        if form == "webp":  # its reader makes room for all of it when it opens
            _refuse_size(path, *webp_size(head))
        if form == "jpeg" and (scans := jpeg_scans(file)) > SCANS_MAX:
            raise Unreadable(path.name, f"it is drawn in {scans} passes, more than {SCANS_MAX}", _SAVE)


def _refuse_by_claims(path: Path, picture: Image.Image) -> None:
    _refuse_size(path, *picture.size)
    if getattr(picture, "n_frames", 1) > 1 and picture.format != "MPO":  # a phone's JPEG has a small twin inside
        raise Unreadable(path.name, "it is a picture that moves", "Save the one frame that is meant, as a PNG")
    profile = picture.info.get("icc_profile") or b""
    if len(profile) > PROFILE_BYTES_MAX:
        raise Unreadable(path.name, f"its colour profile has {len(profile)} bytes", f"{_SAVE} with an sRGB profile")


def _refuse_size(path: Path, width: int, height: int) -> None:
    if max(width, height) > SIDE_PX_MAX or width * height > PIXELS_MAX:
        raise _too_large(path, f"it claims {width}×{height} pixels")


def _too_large(path: Path, cause: str) -> Unreadable:
    most = f"at most {SIDE_PX_MAX} pixels a side and {PIXELS_MAX // 1_000_000} million in all"
    return Unreadable(path.name, cause, f"Export it with {most}")


def _upright_srgb(path: Path, picture: Image.Image) -> Pixels:
    profile: bytes = picture.info.get("icc_profile") or b""
    upright = ImageOps.exif_transpose(picture)
    if upright.mode.startswith("I"):  # 16 bits of grey; 16 bits of colour were brought to 8 when they were read
        upright = Image.fromarray((np.asarray(upright).astype(np.int64) // 257).clip(0, 255).astype(np.uint8))
    elif upright.mode in {"1", "P", "PA", "LA", "La", "RGBa", "RGBX"} or "transparency" in upright.info:
        seen_through = upright.has_transparency_data
        upright = upright.convert("RGBA" if seen_through else "RGB")
    if profile:
        upright = _in_srgb(path, upright, profile)
    elif upright.mode == "CMYK":
        raise Unreadable(
            path.name, "it is CMYK without a colour profile", f"{_SAVE}: nobody knows which inks are meant"
        )
    if upright.mode not in {"RGB", "RGBA"}:
        upright = upright.convert("RGB")
    return np.asarray(upright, np.uint8)


def _in_srgb(path: Path, picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        source, srgb = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        space = source.profile.xcolor_space.strip()
        if space == "GRAY" and picture.mode in {"RGB", "RGBA"}:
            return picture  # grey spelled out as colour: its numbers stand for themselves
        if space == "RGB" and (picture.mode == "L" or _is_srgb(source)):
            return picture
        out = "RGBA" if picture.mode == "RGBA" else "RGB"
        turned = ImageCms.profileToProfile(
            picture,
            source,
            srgb,
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode=out,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
        cause = f"its colour profile cannot be used ({_words(error)})"
        raise Unreadable(path.name, cause, f"{_SAVE} with an sRGB profile, or with none") from error
    assert turned is not None
    return turned


def _is_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    """Whether a profile means sRGB, by what it does to colours: profiles are called all kinds of things."""
    steps = np.linspace(0, 255, 6).astype(np.uint8)
    grid = np.stack(np.meshgrid(steps, steps, steps), -1).reshape(1, -1, 3)
    turned = ImageCms.profileToProfile(Image.fromarray(grid), profile, ImageCms.createProfile("sRGB"))
    return bool(np.abs(np.asarray(turned).astype(int) - grid).max() <= _SRGB_OFF)


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
