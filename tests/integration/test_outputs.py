"""What a provider made, as bytes on disk: taken where it decodes to its end,
refused with its reason where it does not.
"""

from __future__ import annotations

import contextlib
import io
import random
import struct
import tempfile
import zlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from providers.errors import Undecodable
from providers.over_http import outputs
from providers.over_http.outputs import accept

FRAMES, WIDTH, HEIGHT = 24, 192, 108


def film(codec, form, *, frames=FRAMES, sound=False, sizes=((WIDTH, HEIGHT),), at=None, **options):
    """A little clip in which everything moves, as bytes."""
    noise = np.random.default_rng(7).integers(0, 255, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    with (
        tempfile.NamedTemporaryFile() as written,  # faststart reads its own file again
        av.open(written.name, "w", format=form, options=options.pop("mux", {})) as container,
    ):
        streams = []
        for width, height in sizes:
            streams.append(container.add_stream(codec, rate=24, options={key: str(v) for key, v in options.items()}))
            streams[-1].width, streams[-1].height, streams[-1].pix_fmt = width, height, "yuv420p"
        audio = (
            container.add_stream("aac" if form != "webm" else "libopus", rate=48000, layout="mono") if sound else None
        )
        for index in range(frames):
            frame = av.VideoFrame.from_ndarray(np.roll(noise, index * 3, axis=1), format="rgb24")
            for stream in streams:
                sized = frame.reformat(stream.width, stream.height)
                sized.pts, sized.time_base = at[index] if at else index, Fraction(1, 24)
                container.mux(stream.encode(sized))
        for stream in streams:
            container.mux(stream.encode(None))
        if audio:
            for start in range(0, frames * 2000, 960):
                tone = av.AudioFrame.from_ndarray(np.zeros((1, 960), np.float32), format="fltp", layout="mono")
                tone.sample_rate, tone.pts = 48000, start
                container.mux(audio.encode(tone))
            container.mux(audio.encode(None))
        container.close()
        return Path(written.name).read_bytes()


@pytest.fixture(scope="module")
def clips():
    quick = {"deadline": "realtime", "cpu-used": 8}
    return {
        "mp4": film("libx264", "mp4", sound=True),
        "faststart": film("libx264", "mp4", mux={"movflags": "+faststart"}),
        "fragmented": film("libx264", "mp4", mux={"movflags": "frag_keyframe+empty_moov"}),
        "hevc": film("libx265", "mp4", **{"x265-params": "log-level=none"}),
        "mov": film("libx264", "mov"),
        "webm": film("libvpx-vp9", "webm", sound=True, **quick),
        "holed": film("libvpx-vp9", "webm", at=[*range(12), *range(30, 42)], **quick),
        "vp8": film("libvpx", "webm", **quick),
        "held": film("libx264", "mp4", at=[*range(12), *range(60, 71), 120]),
        "mkv": film("libx264", "matroska"),
    }


def picture(form, mode="RGB", size=(64, 48), **options):
    into = io.BytesIO()
    Image.new(mode, size, 7).save(into, form, **options)
    return into.getvalue()


def taken(tmp_path, content, name="output"):
    path = tmp_path / name
    path.write_bytes(content)
    made = accept(path, "acme")
    assert made.path == path
    assert [each.name for each in tmp_path.iterdir()] == [name]
    return made


def refused(tmp_path, content, name="output"):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Undecodable) as raised:
        accept(path, "acme")
    assert [each.name for each in tmp_path.iterdir()] == [name]
    assert raised.value.raw
    assert raised.value.raw in raised.value.cause
    return raised.value.raw


@pytest.mark.parametrize("name", ["mp4", "faststart", "fragmented", "hevc", "mov", "held"])
def test_a_clip_is_taken_as_it_is(tmp_path, clips, name):
    made = taken(tmp_path, clips[name])
    assert (made.media_type, made.width, made.height, made.frames) == ("video/mp4", WIDTH, HEIGHT, FRAMES)
    assert made.path.read_bytes() == clips[name]


def test_a_webm_is_put_into_mp4_with_the_same_frames(tmp_path, clips):
    made = taken(tmp_path, clips["webm"], "clip.mp4")
    assert (made.media_type, made.width, made.height, made.frames) == ("video/mp4", WIDTH, HEIGHT, FRAMES)
    with av.open(str(made.path), format="mp4") as container:
        assert [stream.type for stream in container.streams] == ["video", "audio"]
        copied = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    with av.open(io.BytesIO(clips["webm"])) as container:
        assert [bytes(packet) for packet in container.demux(video=0) if packet.size] == copied


@pytest.mark.parametrize("name", ["vp8", "mkv"])
def test_a_clip_that_cannot_be_put_into_mp4_as_it_is_is_refused(tmp_path, clips, name):
    refused(tmp_path, clips[name])


@pytest.mark.parametrize("name", ["mp4", "faststart", "fragmented", "hevc", "mov", "webm"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_clip_that_breaks_off_is_refused(tmp_path, clips, name, share):
    refused(tmp_path, clips[name][: int(len(clips[name]) * share)])


@pytest.mark.parametrize("name", ["mp4", "faststart", "hevc", "mov", "webm"])
def test_a_clip_with_damaged_frames_is_refused(tmp_path, clips, name):
    content, middle = bytearray(clips[name]), len(clips[name]) // 2
    content[middle : middle + 4000] = bytes(4000)
    refused(tmp_path, bytes(content))


def plainly_decoded(path):
    """What a reader without our care finds: "raised", or how many frames of it, and how many it calls damaged."""
    try:
        with av.open(str(path), format="mp4") as container:
            frames = list(container.decode(video=0))
    except av.FFmpegError:
        return "raised"
    return "damaged" if any(frame.is_corrupt for frame in frames) else "fewer" if len(frames) < FRAMES else "whole"


@pytest.mark.parametrize("name", ["mp4", "hevc"])
def test_damage_that_a_reader_passes_over_in_silence_is_refused(tmp_path, clips, name):
    chance, path, seen = random.Random(3), tmp_path / "clip", set()
    for _ in range(40):
        content = bytearray(clips[name])
        for _ in range(chance.choice((1, 5, 60))):
            content[chance.randrange(len(content) // 4, len(content) * 3 // 4)] ^= 0xFF
        path.write_bytes(content)
        seen.add(found := plainly_decoded(path))
        if found != "whole":
            with pytest.raises(Undecodable):
                accept(path, "acme")
    assert {"mp4": "damaged", "hevc": "fewer"}[name] in seen


def test_a_webm_with_a_hole_in_it_is_refused(tmp_path, clips):
    assert "nothing is shown between" in refused(tmp_path, clips["holed"])


def test_a_clip_without_pictures_is_refused(tmp_path):
    into = io.BytesIO()
    with av.open(into, "w", format="mp4") as container:
        audio = container.add_stream("aac", rate=48000, layout="mono")
        tone = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        tone.sample_rate = 48000
        container.mux([*audio.encode(tone), *audio.encode(None)])
    assert "no pictures" in refused(tmp_path, into.getvalue())


def test_a_clip_of_too_many_streams_is_refused(tmp_path):
    assert "too many streams" in refused(tmp_path, film("mpeg4", "mp4", frames=1, sizes=((32, 32),) * 9))


@pytest.mark.parametrize(
    ("bound", "value", "words"),
    [
        ("CLIP_SECONDS_MAX", 0.5, "claims to last"),
        ("FRAMES_MAX", FRAMES - 1, "more than"),
        ("CLIP_SIDE_PX_MAX", WIDTH - 1, "claims frames of"),
        ("CLIP_BYTES_MAX", 100, "bytes"),
    ],
)
def test_a_clip_beyond_our_bounds_is_refused(tmp_path, clips, monkeypatch, bound, value, words):
    monkeypatch.setattr(outputs, bound, value)
    assert words in refused(tmp_path, clips["mp4"])


@pytest.mark.parametrize(
    ("form", "mode", "kind"), [("PNG", "RGB", "image/png"), ("PNG", "RGBA", "image/png"), ("JPEG", "RGB", "image/jpeg")]
)
def test_a_picture_is_taken_as_it_is(tmp_path, form, mode, kind):
    content = picture(form, mode)
    made = taken(tmp_path, content, "output.mp4")
    assert (made.media_type, made.width, made.height, made.frames) == (kind, 64, 48, 1)
    assert made.path.read_bytes() == content


def test_a_webp_becomes_a_png_of_the_same_pixels(tmp_path):
    into, pixels = io.BytesIO(), np.random.default_rng(1).integers(0, 255, (48, 64, 4), dtype=np.uint8)
    pixels[..., 3] = 255
    Image.fromarray(pixels, "RGBA").save(into, "WEBP", lossless=True)
    made = taken(tmp_path, into.getvalue())
    assert (made.media_type, made.width, made.height) == ("image/png", 64, 48)
    with Image.open(made.path, formats=("PNG",)) as written:
        assert np.array_equal(np.asarray(written.convert("RGB")), pixels[..., :3])


def test_a_picture_that_lies_on_its_side_is_stood_up(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    made = taken(tmp_path, picture("JPEG", exif=exif))
    assert (made.media_type, made.width, made.height) == ("image/png", 48, 64)


def png_that_claims(width, height):
    """A whole PNG whose head claims so many pixels."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [7_200, 10_000, 30_000])
def test_a_picture_that_claims_too_many_pixels_is_refused_by_its_head(tmp_path, side):
    assert str(side) in refused(tmp_path, png_that_claims(side, side)) or side > 9_000


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_picture_that_breaks_off_is_refused(tmp_path, form, share):
    pixels = np.random.default_rng(1).integers(0, 255, (48, 64, 3), dtype=np.uint8)
    into = io.BytesIO()
    Image.fromarray(pixels).save(into, form)
    refused(tmp_path, into.getvalue()[: int(into.tell() * share)])


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_picture_that_moves_is_refused(tmp_path, form):
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "green")]
    into = io.BytesIO()
    frames[0].save(into, form, save_all=True, append_images=frames[1:], duration=100)
    assert "moves" in refused(tmp_path, into.getvalue())


def test_a_picture_of_too_many_bytes_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(outputs, "PICTURE_BYTES_MAX", 10)
    assert "bytes" in refused(tmp_path, picture("PNG"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        b"<!doctype html><p>We will be right back",
        b'{"error": "expired"}',
        b"#EXTM3U\n#EXTINF:1,\n/etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"8BPS\0\1",
        b"II*\0",
        b"GIF89a" + bytes(20),
        b"\0\0\1\0\1\0",
        b"%PDF-1.7",
        b"PK\3\4",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"RIFF\0\0\0\0WEBP",
        b"\0\0\0\x18ftypisom",
        b"\x1a\x45\xdf\xa3",
        b"\0\0\0\x18ftyp#EXTM3U\n/etc/passwd\n",
    ],
)
def test_anything_else_is_refused_whatever_it_is_called(tmp_path, content):
    refused(tmp_path, content, "clip.mp4")


@pytest.mark.parametrize("name", ["mp4", "webm", "hevc"])
def test_no_damage_makes_a_clip_fall_over_us(tmp_path, clips, name):
    chance, path = random.Random(11), tmp_path / "clip"
    for _ in range(30):
        content = bytearray(clips[name])
        for _ in range(chance.choice((1, 20, 400))):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(content)
        with contextlib.suppress(Undecodable):
            assert accept(path, "acme").frames > 0


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_no_damage_makes_a_picture_fall_over_us(tmp_path, form):
    chance, path, whole = random.Random(12), tmp_path / "picture", picture(form)
    for _ in range(150):
        content = bytearray(whole)
        for _ in range(chance.choice((1, 3, 20))):
            content[chance.randrange(4, len(content))] = chance.randrange(256)
        path.write_bytes(content)
        with contextlib.suppress(Undecodable):
            assert accept(path, "acme").width > 0


def test_a_disk_that_fails_is_not_the_pictures_fault(tmp_path, monkeypatch):
    path = tmp_path / "picture"
    path.write_bytes(picture("WEBP"))

    def full(_picture, part, **_named):
        part.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(OSError, match="No space"):
        accept(path, "acme")
    assert [each.name for each in tmp_path.iterdir()] == ["picture"]
