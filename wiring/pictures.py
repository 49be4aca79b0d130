"""Looks at the film's own pictures before any of them is taken into the store, so that a bad one costs a sentence.

One that lies on its side, or is in another colour space (Adobe RGB, Display P3), stays as it is; an upright copy in
sRGB stands for it in the store, since models read a picture's numbers and not what stands beside them.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from PIL import Image, UnidentifiedImageError
from pydantic import TypeAdapter, ValidationError

from checks.errors import Unreadable
from manifests.keys import hash_bytes, hash_file
from manifests.lock import CanonName
from manifests.noun import Noun
from manifests.reading.cache import ReadCache
from manifests.reading.whole_file import put_bytes
from vault.contract import Vault
from wiring.errors import PictureRefused

SIDE_PX_MAX = 8192
"""The longest side, in pixels: twice what a 4K plate needs, and the largest texture that every viewer shows."""

PIXELS_MAX = 40_000_000
"""Width times height. Decoded, it is 160 MB in RGBA; a file of a few bytes can claim a hundred times as much."""

BYTES_MAX = 64 << 20
"""The size of the file. The harbour's largest plate has 2 MB."""

_PLAIN = "Export it upright and in sRGB."
_CANON_NAME: TypeAdapter[str] = TypeAdapter(CanonName)


class SoundPicture(Noun):
    """A picture of the assets folder that decodes to its end, upright and in sRGB, as the cache remembers it."""

    schema_name: ClassVar[str] = "gate/sound-picture/1"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of the assets folder: its canonical name, its file, its content as the store takes it.

    `copy`: the upright copy in sRGB that stands for it, None where it stands for itself; `kept`: where that is kept.
    """

    name: str
    path: Path
    sha256: str
    copy: bytes | None = None
    kept: Path | None = None

    def put_into(self, vault: Vault) -> str:
        """Store it, and keep its copy; gives its content hash."""
        return vault.put_file(self.file())

    def file(self) -> Path:
        """The file with this content: its own, or its copy, which is kept now."""
        if self.copy is None or self.kept is None:
            return self.path
        put_bytes(self.copy, self.kept)
        return self.kept


def as_stored(path: Path, copies: Path) -> Path:
    """The file that the store takes for a picture of the assets folder:
    its copy in sRGB below `copies`, where it needed one, else itself.
    """
    copy = copies / f"{hash_file(path)}.png"
    return copy if copy.is_file() else path


def turned(assets: Path, copies: Path) -> dict[str, str]:
    """The pictures that a copy stands for, by canonical name, each with a sentence for people."""
    if not copies.is_dir():
        return {}
    from checks.seeing.pictures import oddity  # noqa: PLC0415  loads the pixel libraries

    found: dict[str, str] = {}
    for path in sorted(assets.rglob("*.png")):
        if as_stored(path, copies) != path:
            with Image.open(path, formats=("PNG",)) as picture:
                found[_name(assets, path)] = (
                    f"it {oddity(picture)}; an upright copy in sRGB stands for it, and the file stays as it is"
                )
    return found


def new_pictures(
    assets: Path, known: Mapping[str, str], copies: Path, remembered: ReadCache | None = None
) -> tuple[Picture, ...]:
    """The pictures under `assets` whose content is not `known` under their name, each looked at. Writes nothing.

    `copies`: where the copies in sRGB are kept. `remembered`: a picture that was found sound is not decoded again.

    Raises PictureRefused for those that are not pictures we can use, all at once: no regular file inside the folder, no
    canonical name, no PNG by its content, too large by its own header, or one that does not decode to its end.
    """
    found: list[Picture] = []
    refused: list[PictureRefused] = []
    for path in sorted(assets.rglob("*.png")):
        try:
            _inside(assets, path)
            name, sha256 = _name(assets, path), hash_file(path)
            kept = copies / f"{sha256}.png"
            if known.get(name) == sha256 or (kept.is_file() and known.get(name) == hash_file(kept)):
                continue
            odd = _looked_at(path, sha256, remembered)
            found.append(_with_copy(name, path, kept, odd) if odd else Picture(name, path, sha256))
        except PictureRefused as error:
            refused.append(error)
    if len(refused) > 1:
        told = "; ".join(f"{error.thing}: {error.cause}" for error in refused)
        cures = " ".join(dict.fromkeys(error.cure for error in refused))
        raise PictureRefused(f"{len(refused)} pictures of {assets}", told, cures)
    if refused:
        raise refused[0]
    return tuple(found)


def _inside(assets: Path, path: Path) -> None:
    """Refuse everything that is not an ordinary file of this folder:
    a link out of it, a loop of links, a pipe, a device.
    """
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        cause = "it is a link that leads nowhere, or to itself"
        raise PictureRefused(str(path), cause, "Put the picture itself there.") from error
    if not target.is_relative_to(assets.resolve()):
        cause = f"it is a link out of the film's assets ({target})"
        raise PictureRefused(str(path), cause, "Copy the picture into assets/.")
    if not target.is_file():
        raise PictureRefused(str(path), "it is not a file", "Put a PNG picture there, or take it away.")
    if (size := target.stat().st_size) > BYTES_MAX:
        raise PictureRefused(str(path), f"it holds {size} bytes; at most {BYTES_MAX} are taken", "Export it smaller.")


def _name(assets: Path, path: Path) -> str:
    name = path.relative_to(assets).with_suffix("").as_posix()
    try:
        return _CANON_NAME.validate_python(name)
    except ValidationError as error:
        raise PictureRefused(
            str(path),
            "its place in assets/ is not a canonical name",
            "Call it characters/ID/WARDROBE/VIEW.png, locations/ID.png or props/ID.png, in lower case.",
        ) from error


def _with_copy(name: str, path: Path, kept: Path, odd: str) -> Picture:
    """Raises PictureRefused where no copy can be made: it moves, or its colour profile cannot be read."""
    from checks.seeing.pictures import read_picture  # noqa: PLC0415  loads the pixel libraries

    try:
        pixels = read_picture(path)
    except Unreadable as error:
        raise PictureRefused(str(path), f"it {odd}", _PLAIN) from error
    copy = io.BytesIO()
    Image.fromarray(pixels).save(copy, "PNG")
    content = copy.getvalue()
    return Picture(name, path, hash_bytes(content), content, kept)


def _looked_at(path: Path, sha256: str, remembered: ReadCache | None) -> str:
    """As `_decodes`; what has no oddity is noted by its content."""
    content = sha256.encode()
    if remembered is not None and remembered.find(path, content, SoundPicture) is not None:
        return ""
    odd = _decodes(path)
    if not odd and remembered is not None:
        remembered.note(path, content, {}, SoundPicture)
    return odd


def _decodes(path: Path) -> str:
    """The picture's oddity, in words that follow "it"; "" where there is none. Raises PictureRefused."""
    from checks.seeing.pictures import oddity  # noqa: PLC0415  loads the pixel libraries

    cure = "Export it again as a PNG, or restore the approved one."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=("PNG",)) as picture:
                width, height = picture.size
                if max(width, height) > SIDE_PX_MAX or width * height > PIXELS_MAX:
                    raise PictureRefused(str(path), f"it is {width}x{height} pixels", _smaller())
                picture.load()
                return oddity(picture)
    except UnidentifiedImageError as error:
        raise PictureRefused(str(path), "it is not a PNG picture", cure) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureRefused(str(path), "its header claims far too many pixels", _smaller()) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise PictureRefused(str(path), "it is a damaged PNG and cannot be decoded", cure) from error


def _smaller() -> str:
    return f"Export it with at most {SIDE_PX_MAX} pixels a side and {PIXELS_MAX // 1_000_000} million in all."
