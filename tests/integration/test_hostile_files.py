"""Corrupt, huge, odd and misnamed pictures and clips: each is read rightly or refused in one sentence, within bounds, and opens nothing else."""

from __future__ import annotations

import io
import json
import os
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from PIL import Image

from checks.decode import decode, last_frame
from checks.errors import Unreadable
from checks.pictures import read_opaque, read_picture
from manifests.media_head import form_of, looks_like
from providers.errors import Undecodable
from providers.outputs import accept

FRAMES, WIDTH, HEIGHT = 24, 192, 108
SIZE = (WIDTH, HEIGHT)
GROWTH_MB_MAX = 400
"""What one child may grow by over all bombs; one of them alone makes FFmpeg take 3.4 GB when it is let."""

LEVEL_OFF_MAX = 3
"""Grey levels that coding may move a flat frame by."""


# Pictures


def still(form: str = "PNG", mode: str = "RGB", **options: object) -> bytes:
    into = io.BytesIO()
    wide = np.tile(np.linspace(0, 255, 64).astype(np.uint8), (48, 1))
    Image.fromarray(wide).convert(mode).save(into, form, **options)
    return into.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_claiming(width: int, height: int, *more: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


def jpeg_claiming(width: int, height: int) -> bytes:
    content = bytearray(still("JPEG"))
    struct.pack_into(">HH", content, content.index(b"\xff\xc0") + 5, height, width)
    return bytes(content)


def webp_claiming(width: int, height: int) -> bytes:
    body = (
        b"VP8X"
        + struct.pack("<I", 10)
        + b"\0\0\0\0"
        + (width - 1).to_bytes(3, "little")
        + (height - 1).to_bytes(3, "little")
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def moving(form: str) -> bytes:
    frames, into = [Image.new("RGB", (32, 32), colour) for colour in ("red", "green")], io.BytesIO()
    frames[0].save(into, form, save_all=True, append_images=frames[1:], duration=100)
    return into.getvalue()


def exif(orientation: int) -> Image.Exif:
    note = Image.Exif()
    note[0x0112] = orientation
    return note


def sixteen_bits(channels: int) -> bytes:
    wide = np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (48, 1))
    return cv2.imencode(".png", wide if channels == 1 else np.dstack([wide] * channels))[1].tobytes()


def profile(name: str) -> bytes:
    """A colour profile of three primaries and one curve, as cameras and screens have them (ICC.1:2001-04)."""
    red, green, blue, gamma = SPACES[name]

    def xyz(values: tuple[float, ...]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    told = b"desc\0\0\0\0" + struct.pack(">I", len(name) + 1) + name.encode() + bytes(1 + 78 + (-len(name) - 1) % 4 + 3)
    tags = {
        b"desc": told[: len(told) // 4 * 4], b"wtpt": xyz((0.9642, 1.0, 0.8249)), b"rXYZ": xyz(red), b"gXYZ": xyz(green), b"bXYZ": xyz(blue),
        b"rTRC": curve, b"gTRC": curve, b"bTRC": curve, b"cprt": b"text\0\0\0\0none\0\0\0\0",
    }  # fmt: skip
    at, table, data = 128 + 4 + 12 * len(tags), b"", b""
    for tag, body in tags.items():
        table += tag + struct.pack(">II", at + len(data), len(body))
        data += body
    head = struct.pack(">I", at + len(data)) + b"lcms\2\x10\0\0mntrRGB XYZ " + bytes(12) + b"acspAPPL" + bytes(24)
    head += struct.pack(">iii", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + data


SPACES = {
    "Adobe RGB": ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457), 2.2),
    "Display P3": ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407), 2.2),
}
SRGB_D50 = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])


def by_hand(colour: tuple[int, int, int], name: str) -> np.ndarray:
    """The same colour in sRGB, by the book."""
    red, green, blue, gamma = SPACES[name]
    linear = np.array([red, green, blue]).T @ (np.array(colour) / 255) ** gamma
    linear = np.clip(np.linalg.solve(SRGB_D50, linear), 0, 1)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def see_through_palette() -> bytes:
    into, picture = io.BytesIO(), Image.new("P", (64, 48), 1)
    picture.putpalette([255, 0, 0, 0, 255, 0])
    picture.paste(0, (0, 0, 32, 48))
    picture.save(into, "PNG", transparency=0)
    return into.getvalue()


def phone_jpeg() -> bytes:
    into = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(
        into, "MPO", save_all=True, append_images=[Image.new("RGB", (32, 24), "red")]
    )
    return into.getvalue()


def many_passes() -> bytes:
    content = still("JPEG", progressive=True)
    return content[:-2] + b"\xff\xda\0\x08\1\1\0\0\x3f\0\0" * 100 + b"\xff\xd9"


def zipped(content: bytes) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("front.png", content)
    return into.getvalue()


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
    "a text": (b"not a picture", "nothing that we know"),
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
        png_claiming(64, 48, chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(200 << 20)))), "damaged"),
    "a PNG with a text that unpacks to 200 MB": (
        png_claiming(64, 48, chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(200 << 20)))), "damaged"),
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
}  # fmt: skip
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


@pytest.mark.parametrize("name", REFUSED_PICTURES)
def test_a_picture_that_cannot_be_is_refused_with_cause_and_cure(name, tmp_path):
    content, cause = REFUSED_PICTURES[name]
    path = put(tmp_path, content)

    with pytest.raises(Unreadable, match=cause) as refused:
        read_picture(path)

    assert refused.value.cure
    with pytest.raises(Undecodable):
        accept(path, "acme")


@pytest.mark.parametrize("name", READ_PICTURES)
def test_a_picture_that_is_only_odd_is_read_as_a_viewer_shows_it(name, tmp_path):
    content, shape = READ_PICTURES[name]
    path = put(tmp_path, content)

    pixels = read_picture(path)

    assert (pixels.shape, pixels.dtype) == (shape, np.uint8)
    assert path.read_bytes() == content
    if name.startswith(("16 bits", "grey")):
        assert (int(pixels[0, 0, 0]), int(pixels[0, -1, 0])) == (0, 255)
    made = accept(path, "acme")
    assert (made.height, made.width) == shape[:2]


def test_a_picture_on_its_side_is_stood_up_the_right_way(tmp_path):
    pixels = read_picture(put(tmp_path, still("JPEG", exif=exif(6))))  # 6: its left edge is what is up when it is shown

    assert pixels[2, :, 0].mean() < 20 < 230 < pixels[-3, :, 0].mean()


@pytest.mark.parametrize("name", SPACES)
@pytest.mark.parametrize("colour", [(200, 50, 50), (60, 180, 90), (128, 128, 128)])
def test_colours_of_another_space_become_what_they_are_in_srgb(name, colour, tmp_path):
    path, meant = tmp_path / "panel.png", by_hand(colour, name)
    Image.new("RGB", (64, 48), colour).save(path, icc_profile=profile(name))

    assert np.abs(read_picture(path)[0, 0] - meant).max() <= LEVEL_OFF_MAX

    accept(path, "acme")
    with Image.open(path) as written:
        assert ("icc_profile" in written.info) == (len(set(colour)) == 1)  # grey is grey in all of them: left as it is
        assert np.abs(np.asarray(written)[0, 0] - meant).max() <= LEVEL_OFF_MAX


def test_a_profile_that_cannot_be_read_is_refused_by_the_gate_and_taken_off_by_the_door(tmp_path):
    path = put(tmp_path, still(icc_profile=b"rubbish" * 40))
    with pytest.raises(Unreadable, match="colour profile"):
        read_picture(path)

    accept(path, "acme")

    assert read_picture(path).shape == (48, 64, 3)


def test_a_panel_that_can_be_seen_through_is_refused(tmp_path):
    with pytest.raises(Unreadable, match="50% of it can be seen through"):
        read_opaque(put(tmp_path, see_through_palette()))


def test_a_pipe_and_a_folder_are_no_pictures_and_no_clips(tmp_path):
    pipe = tmp_path / "panel.png"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path):
        for opened in (read_picture, decode):
            with pytest.raises(Unreadable, match="it is no file"):
                opened(path)


# Clips


def clip(
    codec="libx264", form="mp4", pixels="yuv420p", at=None, mux=None, turn=0, sound_s=0.0, more=(), size=SIZE,
    frames=FRAMES, **options,
):  # fmt: skip
    """A clip of 24 flat frames, each 10 grey levels brighter than the one before, as bytes."""
    with tempfile.NamedTemporaryFile() as written:
        with av.open(written.name, "w", format=form, options=mux or {}) as file:
            stream = file.add_stream(codec, rate=24, options={k.replace("_", "-"): str(v) for k, v in options.items()})
            stream.width, stream.height, stream.pix_fmt = *size, pixels
            if turn:
                stream.set_display_rotation(turn)
            others = [extra(file) for extra in more]
            heard = file.add_stream("aac", rate=48000, layout="mono") if sound_s else None
            for index in range(frames):
                frame = av.VideoFrame.from_ndarray(grey(index, size), format="rgb24").reformat(format=pixels)
                frame.pts, frame.time_base = at[index] if at else index, Fraction(1, 24)
                file.mux(stream.encode(frame))
            file.mux(stream.encode(None))
            for other in others:
                other()
            if heard:
                for start in range(0, round(sound_s * 48000), 1024):
                    tone = av.AudioFrame.from_ndarray(np.full((1, 1024), 0.1, np.float32), format="fltp", layout="mono")
                    tone.sample_rate, tone.pts = 48000, start
                    file.mux(heard.encode(tone))
                file.mux(heard.encode(None))
        return Path(written.name).read_bytes()


def grey(index, size=SIZE):
    """A flat frame that says its number; its upper left corner is white."""
    frame = np.full((size[1], size[0], 3), 10 + 9 * index, np.uint8)
    frame[: size[1] // 4, : size[0] // 4] = 255
    return frame


def number_of(picture):
    return round((float(np.median(picture)) - 10) / 9)


def second_picture(file):
    stream = file.add_stream("libx264", rate=24)
    stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"

    def write():
        frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        frame.pts, frame.time_base = 0, Fraction(1, 24)
        file.mux([*stream.encode(frame), *stream.encode(None)])

    return write


def cover(file):
    stream = file.add_stream("mjpeg", rate=1)
    stream.width, stream.height, stream.pix_fmt = 64, 64, "yuvj420p"
    stream.disposition = av.stream.Disposition.attached_pic

    def write():
        frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        file.mux([*stream.encode(frame.reformat(format="yuvj420p")), *stream.encode(None)])

    return write


def claiming(count: int, table: bytes) -> bytes:
    """An MP4 whose tables claim so many frames."""
    if table == b"trun":
        content = bytearray(clip(mux={"movflags": "frag_keyframe+empty_moov"}))
        at = content.index(b"trun")
        struct.pack_into(">II", content, at + 4, 0, count)
        return bytes(content)
    content = bytearray(clip())
    struct.pack_into(">II", content, content.index(b"stsz") + 8, 1, count)
    struct.pack_into(">II", content, content.index(b"stts") + 12, count, 512)
    at = content.index(b"stsc")
    struct.pack_into(">IIII", content, at + 8, 1, 1, count, 1)
    return bytes(content)


def lying_about_its_size() -> bytes:
    """The container says 192 x 108; what the pictures themselves say is 8192 x 4608."""
    content = bytearray(clip(size=(8192, 4608), preset="ultrafast", frames=1))
    struct.pack_into(">HH", content, content.index(b"avc1", content.index(b"stsd")) + 28, *SIZE)
    return bytes(content)


QUICK = {"deadline": "realtime", "cpu_used": 8}
REFUSED_CLIPS = {
    "no bytes": (lambda: b"", "empty"),
    "a text": (lambda: b"not a clip", "nothing that we know"),
    "a picture": (still, "a PNG"),
    "an AVIF": (lambda: still("AVIF"), "an AVIF picture"),
    "fifty million frames": (lambda: claiming(50_000_000, b"stsz"), "claims 50000000"),
    "fifty million frames in a fragment": (lambda: claiming(50_000_000, b"trun"), "claims 50000000"),
    "a million frames": (lambda: claiming(1_000_000, b"stsz"), "lasts|claims|breaks|decoded|it holds"),
    "frames larger than it says": (lying_about_its_size, "8192×4608|cannot be opened|holds no frame|breaks"),
    "a tail that is gone": (lambda: clip(mux={"movflags": "+faststart"})[:-400], "breaks|damaged|only"),
    "a head that is gone": (lambda: clip()[:-400], "cannot be opened|holds no"),
    **{name: (lambda content=content: content, cause) for name, (content, cause) in PLAYLISTS.items()},
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED_CLIPS)
def test_a_clip_that_cannot_be_is_refused_with_cause_and_cure(name, tmp_path):
    content, cause = REFUSED_CLIPS[name]
    path = put(tmp_path, content(), "clip.mp4")

    with pytest.raises(Unreadable, match=cause) as refused:
        last_frame(path, tmp_path / "last.png")

    assert refused.value.cure
    assert not (tmp_path / "last.png").exists()
    if name != "a picture":
        with pytest.raises(Undecodable):
            accept(path, "acme")


READ_CLIPS = {
    "plain": clip,
    "fragmented": lambda: clip(mux={"movflags": "frag_keyframe+empty_moov"}),
    "its head in front": lambda: clip(mux={"movflags": "+faststart"}),
    "QuickTime": lambda: clip(form="mov"),
    "WebM": lambda: clip("libvpx-vp9", "webm", **QUICK),
    "HEVC": lambda: clip("libx265", x265_params="log-level=none"),
    "10 bits": lambda: clip(pixels="yuv420p10le"),
    "4:4:4": lambda: clip(pixels="yuv444p"),
    "interlaced": lambda: clip(x264_params="interlaced=1"),
    "alpha": lambda: clip("libvpx-vp9", "webm", "yuva420p", **QUICK),
    "ProRes with alpha": lambda: clip("prores_ks", "mov", "yuva444p10le"),
    "variable rate": lambda: clip(at=[n + (n > 5) * 3 + (n > 12) * 7 for n in range(FRAMES)]),
    "a long sound": lambda: clip(sound_s=3.0),
    "two streams of pictures": lambda: clip(more=[second_picture]),
    "a cover": lambda: clip(more=[cover]),
    "a cover in front": lambda: clip(more=[cover], form="mov"),
}


@pytest.mark.parametrize("name", READ_CLIPS)
def test_every_frame_of_an_odd_clip_is_counted_and_its_last_is_the_last(name, tmp_path):
    path = put(tmp_path, READ_CLIPS[name](), "clip.mp4")

    decoded = decode(path, {0, 7})

    assert (decoded.frames, decoded.broken) == (FRAMES, "")
    assert [number_of(p) for p in (decoded.kept[0], decoded.kept[7], decoded.last)] == [0, 7, FRAMES - 1]
    last_frame(path, tmp_path / "last.png")
    assert number_of(read_picture(tmp_path / "last.png")) == FRAMES - 1


@pytest.mark.parametrize(("turn", "corner"), [(90, "lower left"), (-90, "upper right"), (180, "lower right")])
def test_a_clip_that_is_turned_by_its_head_is_seen_as_players_show_it(turn, corner, tmp_path):
    decoded = decode(put(tmp_path, clip(turn=turn), "clip.mp4"))

    assert decoded.frames == FRAMES
    assert abs(decoded.facts.turned) == abs(turn)
    down, across = corner.split()
    rows, columns = decoded.last.shape[:2]
    assert (columns, rows) == (SIZE if abs(turn) == 180 else SIZE[::-1])
    row, column = (5 if down == "upper" else rows - 6), (5 if across == "left" else columns - 6)
    assert decoded.last[row, column].min() > 240


def test_an_edit_list_hides_the_frames_that_it_hides(tmp_path):
    hidden = clip(at=list(range(-6, 18)), mux={"avoid_negative_ts": "disabled", "use_editlist": "1"}, bf=0)

    decoded = decode(put(tmp_path, hidden, "clip.mp4"), {0})

    assert (decoded.frames, decoded.broken) == (FRAMES - 6, "")
    assert [number_of(p) for p in (decoded.kept[0], decoded.last)] == [6, FRAMES - 1]


# Bounds

CHILD = """
import json, sys
from pathlib import Path
from checks.decode import decode
from checks.errors import Unreadable
from checks.pictures import read_picture
from providers.errors import Undecodable
from providers.outputs import accept

def peak():  # of this program alone: what getrusage tells begins with its parent's
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))
def tried(door, path):
    try: seen = door(path)
    except (Unreadable, Undecodable) as refused: return refused.cause
    return getattr(seen, "broken", "") or "read"

warm, bombs = sorted(Path(sys.argv[1]).iterdir()), sorted(Path(sys.argv[2]).iterdir())
doors = (read_picture, decode, lambda path: accept(path, "acme"))
for path in warm:
    for door in doors: tried(door, path)
before = peak()
print(json.dumps({path.name: [*(tried(door, path) for door in doors), peak() - before] for path in bombs}))
"""


def test_no_bomb_takes_much_memory_and_no_file_opens_another(tmp_path):
    warm, bombs, pipe = tmp_path / "warm", tmp_path / "bombs", tmp_path / "canary"
    os.mkfifo(pipe)  # whoever opens it waits for a writer who never comes
    for folder in (warm, bombs):
        folder.mkdir()
    for name, content in {"clip": clip(), "webm": READ_CLIPS["WebM"](), "png": still(), "webp": still("WEBP")}.items():
        (warm / name).write_bytes(content)
    refused = {name: content for name, (content, _) in REFUSED_PICTURES.items()}
    refused |= {f"clip, {name}": content() for name, (content, _) in REFUSED_CLIPS.items() if name != "a picture"}
    for name, content in refused.items():
        (bombs / f"{name}.mp4").write_bytes(content.replace(b"%s", bytes(pipe)))

    ended = subprocess.run(
        [sys.executable, "-c", CHILD, warm, bombs], capture_output=True, text=True, timeout=120, check=False,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip

    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout.splitlines()[-1])
    assert len(told) == len(refused)
    assert {name: doors for name, (*doors, _) in told.items() if "read" in doors} == {}
    assert max(growth for *_, growth in told.values()) < GROWTH_MB_MAX, told


def test_the_canary_of_a_playlist_is_one_that_ffmpeg_would_open(tmp_path):
    canary = put(tmp_path, clip(), "canary.mp4")
    content, _ = PLAYLISTS["a concat list"]
    path = put(tmp_path, content.replace(b"%s", bytes(canary)), "clip.mp4")

    with av.open(str(path), options={"safe": "0"}) as container:
        assert number_of(next(container.decode(video=0)).to_ndarray(format="rgb24")) == 0


@pytest.mark.parametrize("head", [b"GIF89a", b"PK\3\4", b"#EXTM3U", b"<svg", b"", b"\0" * 64, b"RIFF\0\0\0\0WAVE"])
def test_what_is_none_of_ours_is_called_by_its_name(head):
    assert form_of(head) is None
    assert looks_like(head)


def put(folder: Path, content: bytes, name: str = "panel.png") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path
