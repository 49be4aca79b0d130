"""A turnover's media: the same pictures under another timestamp, sound of the exact length, timecode and a reel."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import ffmpeg
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pymediainfo import MediaInfo
from scipy.io import wavfile

from assembly.errors import UnfitClip
from assembly.ffmpeg import FfmpegOutput, run
from assembly.turnover.media import WrittenMedia, bring_sound, copy_clip, reels_of, sound_name, still_clip
from assembly.turnover.timecode import RATES, Counting

FRAMES, REEL = 24, "ABCDEFGH"
COUNTINGS = {
    24: [Counting(Fraction(24)), Counting(RATES["23.976"])],
    25: [Counting(Fraction(25))],
    30: [Counting(Fraction(30)), Counting(RATES["29.97"]), Counting(RATES["29.97"], drop_frame=True)],
}


def packets(file: Path) -> list[tuple[Fraction, bytes]]:
    """Each picture as it is stored, with its second, in the order in which they are shown."""
    with av.open(str(file)) as container:
        stream = container.streams.video[0]
        base = Fraction(stream.time_base or 1)
        return sorted(((p.pts or 0) * base, bytes(p)) for p in container.demux(stream) if p.size)


def samples_in(file: Path) -> int:
    with av.open(str(file)) as container:
        return sum(frame.samples for frame in container.decode(audio=0))


def timecode_track(file: Path) -> tuple[str, str]:
    """The first timecode, and the reel, as a program reads them that has nothing of ffmpeg in it."""
    track = next(t for t in MediaInfo.parse(file).tracks if t.time_code_of_first_frame)
    return track.time_code_of_first_frame, track.title


@pytest.mark.parametrize("counting", [each for all_ in COUNTINGS.values() for each in all_], ids=lambda c: c.name)
def test_a_clip_keeps_every_picture_bit_for_bit_and_gets_timecode_and_a_reel(
    counting: Counting, draw_clip: Callable[..., Path], tmp_path: Path
) -> None:
    clip, copy = draw_clip(tmp_path / "clip.mp4", (200, 40, 40), fps=counting.base), tmp_path / "copy.mov"
    assert copy_clip(clip, copy, counting, REEL, tmp_path) == WrittenMedia(FRAMES, 320, 180, sound=True, channels=2)
    before, after = packets(clip), packets(copy)
    assert [picture for _, picture in before] == [picture for _, picture in after]
    assert [second for second, _ in after] == [number / counting.rate for number in range(FRAMES)]
    assert timecode_track(copy) == (f"00:00:00{';' if counting.drop_frame else ':'}00", REEL)
    with av.open(str(copy)) as container:
        assert container.streams.video[0].average_rate == counting.rate
        assert not {"comment", "encoder"} & set(container.metadata)


@pytest.mark.parametrize("counting", COUNTINGS[24], ids=lambda c: c.name)
def test_a_long_clip_with_pictures_out_of_order_and_a_late_start_keeps_each_picture(
    counting: Counting, tmp_path: Path
) -> None:
    clip, frames = tmp_path / "clip.mp4", 1100
    late = ffmpeg.input("testsrc=s=32x32:r=24", f="lavfi").video.filter("settb", "1/90000").filter("setpts", "PTS+1917")
    silence = ffmpeg.input("anullsrc=r=48000", f="lavfi", t=1).audio
    coded = {"c:v": "libx264", "preset": "faster", "bf": 3, "fps_mode": "passthrough", "enc_time_base": "1/90000"}
    run(
        [FfmpegOutput((late, silence), clip, {**coded, "frames:v": frames, "f": "mp4"})],
        thing="clip",
        seconds=0,
        timeout_s=60,
    )
    before = packets(clip)
    assert before[0][0] > 0
    with av.open(str(clip)) as container:
        order = [packet.pts for packet in container.demux(video=0) if packet.size]
    assert order != sorted(order)
    copy_clip(clip, tmp_path / "copy.mov", counting, REEL, tmp_path)
    after = packets(tmp_path / "copy.mov")
    assert [second for second, _ in after] == [number / counting.rate for number in range(frames)]
    assert [picture for _, picture in after] == [picture for _, picture in before]


def test_sound_lasts_exactly_as_much_longer_as_its_pictures_do(draw_clip: Callable[..., Path], tmp_path: Path) -> None:
    clip = draw_clip(tmp_path / "clip.mp4", (200, 40, 40), fps=24, tone_hz=1000.0, amplitude=0.5)
    copy_clip(clip, tmp_path / "copy.mov", Counting(RATES["23.976"]), REEL, tmp_path)
    assert samples_in(tmp_path / "copy.mov") == 48_048, "of the 48,000 that were encoded"

    # The tone goes down with it: 1000 Hz become 999.0.
    times = np.arange(48_000 * 4) / 48_000
    wavfile.write(tmp_path / "tone.wav", 48_000, (0.5 * np.sin(2 * np.pi * 1000 * times)).astype(np.float32))
    told = bring_sound(tmp_path / "tone.wav", tmp_path / "pulled.wav", Counting(RATES["23.976"]))
    rate, heard = wavfile.read(tmp_path / "pulled.wav")
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard)), 1 << 20))
    assert (rate, len(heard), told.frames) == (48_000, 192_192, 96)
    assert np.argmax(spectrum) * rate / (1 << 20) == pytest.approx(1000 * 1000 / 1001, abs=0.1)


def test_a_clip_without_sound_gets_none(draw_clip: Callable[..., Path], tmp_path: Path) -> None:
    clip = draw_clip(tmp_path / "clip.mp4", (200, 40, 40), tone_hz=None)
    assert not copy_clip(clip, tmp_path / "copy.mov", COUNTINGS[24][1], REEL, tmp_path).sound


def test_a_clip_whose_pictures_come_unevenly_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "uneven.mp4"), "w") as container:
        video = container.add_stream("libx264", rate=24)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        for number in (0, 1, 2, 5, 6):
            frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 90, np.uint8), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 24)
            container.mux(video.encode(frame))
        container.mux(video.encode())
    with pytest.raises(UnfitClip, match="even steps"):
        copy_clip(tmp_path / "uneven.mp4", tmp_path / "copy.mov", COUNTINGS[24][0], REEL, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"uneven.mp4"}


@pytest.mark.parametrize("counting", COUNTINGS[30], ids=lambda c: c.name)
def test_a_card_becomes_a_clip_of_its_length(counting: Counting, tmp_path: Path) -> None:
    Image.new("RGB", (640, 360), (200, 40, 40)).save(tmp_path / "card.png")
    told = still_clip(tmp_path / "card.png", tmp_path / "card.mov", counting, REEL, (320, 180), 37)
    assert told == WrittenMedia(37, 320, 180, sound=False)
    assert timecode_track(tmp_path / "card.mov")[1] == REEL
    with av.open(str(tmp_path / "card.mov")) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(frames) == 37
    assert np.abs(frames[0].astype(int) - (200, 40, 40)).max() <= 3
    assert np.abs(frames[-1].astype(int) - frames[0]).max() <= 3


def test_a_wave_file_stays_as_it_is_and_other_forms_become_one(tmp_path: Path) -> None:
    wavfile.write(tmp_path / "line.wav", 44_100, np.zeros(44_100 * 2 + 1, np.int16))
    told = bring_sound(tmp_path / "line.wav", tmp_path / "same.wav", COUNTINGS[24][0])
    assert (tmp_path / "same.wav").read_bytes() == (tmp_path / "line.wav").read_bytes()
    assert told == WrittenMedia(49, 0, 0, sound=True, channels=1), "a frame that has begun counts"
    with av.open(str(tmp_path / "line.flac"), "w") as container:
        stream = container.add_stream("flac", rate=48_000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 96_000), np.int16), "s16", "stereo")
        frame.sample_rate, frame.pts = 48_000, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    assert sound_name(tmp_path / "line.flac", COUNTINGS[24][0]) == "line.wav"
    told = bring_sound(tmp_path / "line.flac", tmp_path / "made.wav", COUNTINGS[24][0])
    assert told.frames == 24
    assert samples_in(tmp_path / "made.wav") == 48_000


@given(st.dictionaries(st.text(min_size=1, max_size=9), st.text(max_size=9), max_size=30))
def test_reels_are_eight_letters_and_digits_unique_and_follow_the_content(contents: dict[str, str]) -> None:
    reels = reels_of(contents)
    assert set(reels) == set(contents)
    assert len(set(reels.values())) == len(contents)
    for reel in reels.values():
        assert len(reel) == 8
        assert reel[0].isalpha()
        assert reel.isalnum()
        assert reel == reel.upper()
    for name in reels:
        if list(contents.values()).count(contents[name]) == 1:
            assert reels[name] == reels_of({"alone": contents[name]})["alone"]
