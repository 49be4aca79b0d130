"""Pictures that somebody might send us: corrupt, huge, odd and misnamed, each made from nothing."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image


def still(form: str = "PNG", mode: str = "RGB", **options: object) -> bytes:
    """A ramp from black to white, 64 × 48."""
    into = io.BytesIO()
    wide = np.tile(np.linspace(0, 255, 64).astype(np.uint8), (48, 1))
    Image.fromarray(wide).convert(mode).save(into, form, **options)
    return into.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    """One piece of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_claiming(width: int, height: int, *more: bytes) -> bytes:
    """A PNG that claims to be so large."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


def jpeg_claiming(width: int, height: int) -> bytes:
    """A JPEG that claims to be so large."""
    content = bytearray(still("JPEG"))
    struct.pack_into(">HH", content, content.index(b"\xff\xc0") + 5, height, width)
    return bytes(content)


def webp_claiming(width: int, height: int) -> bytes:
    """A WebP that claims to be so large."""
    body = (
        b"VP8X"
        + struct.pack("<I", 10)
        + b"\0\0\0\0"
        + (width - 1).to_bytes(3, "little")
        + (height - 1).to_bytes(3, "little")
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def moving(form: str) -> bytes:
    """Two pictures in one file."""
    frames, into = [Image.new("RGB", (32, 32), colour) for colour in ("red", "green")], io.BytesIO()
    frames[0].save(into, form, save_all=True, append_images=frames[1:], duration=100)
    return into.getvalue()


def exif(orientation: int) -> Image.Exif:
    """How the camera was held, as EXIF says it: 1 to 8."""
    note = Image.Exif()
    note[0x0112] = orientation
    return note


def sixteen_bits(channels: int) -> bytes:
    """A ramp in 65,536 steps."""
    wide = np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (48, 1))
    return cv2.imencode(".png", wide if channels == 1 else np.dstack([wide] * channels))[1].tobytes()


SPACES = {
    "Adobe RGB": ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457), 2.2),
    "Display P3": ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407), 2.2),
}
SRGB_D50 = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])


def profile(name: str) -> bytes:
    """A colour profile of three primaries and one curve, as cameras and screens have them (ICC.1:2001-04)."""
    red, green, blue, gamma = SPACES[name]

    def xyz(values: tuple[float, ...]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    told = b"desc\0\0\0\0" + struct.pack(">I", len(name) + 1) + name.encode() + bytes(1 + 78 + (-len(name) - 1) % 4 + 3)
    tags = {
        b"desc": told[: len(told) // 4 * 4],
        b"wtpt": xyz((0.9642, 1.0, 0.8249)),
        b"rXYZ": xyz(red),
        b"gXYZ": xyz(green),
        b"bXYZ": xyz(blue),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
        b"cprt": b"text\0\0\0\0none\0\0\0\0",
    }
    at, table, data = 128 + 4 + 12 * len(tags), b"", b""
    for tag, body in tags.items():
        table += tag + struct.pack(">II", at + len(data), len(body))
        data += body
    head = struct.pack(">I", at + len(data)) + b"lcms\2\x10\0\0mntrRGB XYZ " + bytes(12) + b"acspAPPL" + bytes(24)
    head += struct.pack(">iii", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + data


def in_srgb(colour: tuple[int, int, int], name: str) -> NDArray[np.float64]:
    """A colour of that space in sRGB, 0 to 255, by the book."""
    red, green, blue, gamma = SPACES[name]
    linear = np.array([red, green, blue]).T @ (np.array(colour) / 255) ** gamma
    linear = np.clip(np.linalg.solve(SRGB_D50, linear), 0, 1)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def see_through_palette() -> bytes:
    """A palette whose left half can be seen through."""
    into, picture = io.BytesIO(), Image.new("P", (64, 48), 1)
    picture.putpalette([255, 0, 0, 0, 255, 0])
    picture.paste(0, (0, 0, 32, 48))
    picture.save(into, "PNG", transparency=0)
    return into.getvalue()


def phone_jpeg() -> bytes:
    """A JPEG with a small one behind it, as phones write them."""
    into = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(
        into, "MPO", save_all=True, append_images=[Image.new("RGB", (32, 24), "red")]
    )
    return into.getvalue()


def many_passes() -> bytes:
    """A JPEG that is decoded a hundred times over."""
    content = still("JPEG", progressive=True)
    return content[:-2] + b"\xff\xda\0\x08\1\1\0\0\x3f\0\0" * 100 + b"\xff\xd9"


def zipped(content: bytes) -> bytes:
    """The picture in a ZIP archive."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("front.png", content)
    return into.getvalue()


ZEROS = zlib.compress(bytes(200 << 20), level=1)
"""Unpacks to 200 MB."""

MPD = b'<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>%s</BaseURL></MPD>'
PLAYLISTS = {
    "an HLS playlist": (b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n%s\n#EXT-X-ENDLIST\n", "playlist"),
    "a concat list": (b"ffconcat version 1.0\nfile '%s'\n", "playlist"),
    "an SDP": (
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\na=%s\nm=video 5004 RTP/AVP 96\n",
        "playlist",
    ),
    "a DASH manifest": (MPD, "XML|playlist"),
    "an MP4 head before a playlist": (b"\0\0\0\x18ftypisom\n#EXTM3U\n#EXTINF:1,\n%s\n", "cannot be opened|no picture"),
}

REFUSED_PICTURES: dict[str, tuple[bytes, str]] = {
    "no bytes": (b"", "empty"),
    "a text": (b"not a picture", "of an unknown format"),
    "a PNG cut short": (still()[:-40], "damaged"),
    "a JPEG cut short": (still("JPEG")[:-200], "damaged"),
    "a WebP cut short": (still("WEBP")[:-20], "damaged"),
    "a PNG of rubbish": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "damaged"),
    "a PNG that claims 3600 megapixels": (png_claiming(60_000, 60_000), "60000|far too many"),
    "a PNG that claims 100 megapixels": (png_claiming(10_000, 10_000), "10000|far too many"),
    "a PNG that claims a line of 40000": (png_claiming(40_000, 10), "40000"),
    "a JPEG that claims 3600 megapixels": (jpeg_claiming(60_000, 60_000), "60000|far too many"),
    "a WebP that claims 268 megapixels": (webp_claiming(16_384, 16_384), "16384"),
    "a PNG with a profile that unpacks to 200 MB": (
        png_claiming(64, 48, chunk(b"iCCP", b"x\0\0" + ZEROS)),
        "damaged",
    ),
    "a PNG with a text that unpacks to 200 MB": (
        png_claiming(64, 48, chunk(b"zTXt", b"x\0\0" + ZEROS)),
        "damaged",
    ),
    "a JPEG of a hundred passes": (many_passes(), "passes"),
    "a CMYK JPEG without a profile": (still("JPEG", "CMYK"), "CMYK"),
    "a moving PNG": (moving("PNG"), "moves"),
    "a moving WebP": (moving("WEBP"), "moves"),
    "a GIF": (moving("GIF"), "a GIF"),
    "a TIFF": (still("TIFF"), "a TIFF"),
    "a BMP": (still("BMP"), "a BMP"),
    "an AVIF": (still("AVIF"), "an AVIF picture"),
    "a HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64), "a HEIC picture"),
    "an SVG": (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><image href='%s'/></svg>", "SVG"),
    "an MVG": (b"push graphic-context\nviewbox 0 0 9 9\nimage over 0,0 0,0 '%s'\npop graphic-context", "MVG"),
    "a zipped PNG": (zipped(still()), "a ZIP archive"),
    "a clip": (b"\0\0\0\x18ftypisom" + bytes(64), "an MP4"),
    **PLAYLISTS,
}
REFUSED_PICTURES["an MP4 head before a playlist"] = (PLAYLISTS["an MP4 head before a playlist"][0], "an MP4")

READ_PICTURES: dict[str, tuple[bytes, tuple[int, ...]]] = {
    "a PNG": (still(), (48, 64, 3)),
    "a JPEG": (still("JPEG"), (48, 64, 3)),
    "a WebP": (still("WEBP"), (48, 64, 3)),
    "a progressive JPEG": (still("JPEG", progressive=True), (48, 64, 3)),
    "grey": (still(mode="L"), (48, 64, 3)),
    "black and white": (still(mode="1"), (48, 64, 3)),
    "16 bits of grey": (sixteen_bits(1), (48, 64, 3)),
    "16 bits of colour": (sixteen_bits(3), (48, 64, 3)),
    "16 bits with alpha": (sixteen_bits(4), (48, 64, 4)),
    "a palette": (still(mode="P"), (48, 64, 3)),
    "a palette that is see-through": (see_through_palette(), (48, 64, 4)),
    "grey with alpha": (still(mode="LA"), (48, 64, 4)),
    "on its side": (still("JPEG", exif=exif(6)), (64, 48, 3)),
    "a PNG on its side": (still(exif=exif(8)), (64, 48, 3)),
    "a phone's JPEG with its small twin": (phone_jpeg(), (48, 64, 3)),
    "a picture in Adobe RGB": (still(icc_profile=profile("Adobe RGB")), (48, 64, 3)),
}
