"""gate film and gate cut on a small film: planned, joined, changed, and joined again from what is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import pytest
from scipy.io import wavfile

from manifests.scene import Scene
from manifests.take import Artefact
from production.post import editing, listing, resolving
from production.post.takes import ShotTakes
from wiring.services import Services

FPS, RATE, SIZE = 24, 48_000, (854, 480)
SYNC_TOLERANCE_S = 0.002
LENGTH_S = 1
ASSEMBLY = """\
order:
  - {card: Tea, seconds: 0.5, ends: {kind: fade, seconds: 0.25}}   # the film's name
  - scene: SC010
    ends: {kind: dissolve, seconds: 0.25}
  - scene: SC020
    grade: {cdl: {saturation: 0.5}}
titles:
  - {text: The kitchen, at: SC010_SH0020, seconds: 0.5, where: lower_third, fade_s: 0.1}
music:
  - {file: music.wav, gain_db: -12, fade_out_s: 0.5, duck: {by_db: 6}}
dialogue:
  - {shot: SC010_SH0010, file: line.wav, sync: true, own_db: -30}
subtitles: {burned: false, files: [srt, vtt, ttml]}
deliverables:
  - {name: square, resolution: 480p, aspect: "1:1", slate: true, burn_in: [timecode]}
"""


def voice(seed: int, seconds: float) -> np.ndarray[Any, Any]:
    return 0.2 * np.random.default_rng(seed).standard_normal(round(seconds * RATE)).cumsum() / 60


def clip(path: Path, grey: int, sound: np.ndarray[Any, Any] | None) -> Path:
    with av.open(str(path), "w") as container:
        options = {"crf": "20", "preset": "ultrafast", "g": "12"}
        video = container.add_stream("libx264", rate=FPS, options=options)
        video.width, video.height, video.pix_fmt = *SIZE, "yuv420p"
        context = video.codec_context
        context.colorspace, context.color_primaries, context.color_trc, context.color_range = 1, 1, 1, 1
        audio = container.add_stream("aac", rate=RATE) if sound is not None else None
        for number in range(LENGTH_S * FPS):
            pixels = np.full((SIZE[1], SIZE[0], 3), (grey, grey // 2, 90), np.uint8)
            pixels[:, number * 16 : number * 16 + 16] = 255
            container.mux(video.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(video.encode())
        if audio is not None and sound is not None:
            samples = np.stack([sound, sound]).astype(np.float32)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), "fltp", "stereo")
            frame.sample_rate, frame.pts = RATE, 0
            container.mux(audio.encode(frame))
            container.mux(audio.encode())
    return path


@pytest.fixture
def cut_film(film: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two scenes of a second a shot. The first scene's shots have takes; the second's gets one by `finish`."""
    shot = (film / "scenes/SC010.yaml").read_text().replace("duration_s: 4", "duration_s: 1")
    shot = shot.replace("duration_s: 2", "duration_s: 1").replace("from_s: 1, to_s: 2", "from_s: 0.2, to_s: 0.8")
    (film / "scenes/SC010.yaml").write_text(shot)
    (film / "scenes/SC020.yaml").write_text(
        "id: SC020\ntitle: Later\nshots:\n  - id: SC020_SH0010\n    location: kitchen\n    camera: {size: wide}\n"
        "    motion: Rain.\n    duration_s: 1\n"
    )
    line = voice(1, 0.5)
    spoken = 0.01 * voice(2, LENGTH_S)
    spoken[round(0.3 * RATE) : round(0.8 * RATE)] += line
    wavfile.write(film / "line.wav", RATE, line.astype(np.float32))
    music = (0.2 * np.sin(2 * np.pi * 220 * np.arange(5 * RATE) / RATE)).astype(np.float32)
    wavfile.write(film / "music.wav", RATE, music)
    made = {
        "SC010_SH0010": (clip(film / "a.mp4", 40, spoken), clip(film / "a2.mp4", 60, spoken)),
        "SC010_SH0020": (clip(film / "b.mp4", 120, voice(3, LENGTH_S)),),
        "SC020_SH0010": (clip(film / "c.mp4", 200, None),),
    }

    def takes_of(services: Services, scene: Scene, tier: str) -> tuple[ShotTakes, ...]:
        finished = (film / "finished").exists()
        return tuple(
            ShotTakes(shot, passed(services, made[shot.id]), "v001")
            if scene.id == "SC010" or finished
            else ShotTakes(shot, {}, why="no final", cure=f"gate resume {scene.id}")
            for shot in scene.shots
        )

    def passed(services: Services, files: tuple[Path, ...]) -> dict[str, Any]:
        found = {}
        for number, file in enumerate(files, 1):
            sha = services.vault.put_file(file)
            asset = Artefact(
                sha256=sha, media_type="video/mp4", width=854, height=480, frames=FPS, size_bytes=file.stat().st_size
            )
            found[f"v{number:03d}"] = SimpleNamespace(artefact=asset, sha256=sha)
        return found

    for module in (resolving, editing, listing):
        monkeypatch.setattr(module, "takes_of", takes_of)
    return film


def told(gate: Callable[..., tuple[object, str, str]], *words: str) -> dict[str, Any]:
    code, out, err = gate(*words, "--json")
    assert code == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def test_a_film_is_joined_reported_changed_and_joined_again_from_what_is_kept(
    cut_film: Path, gate: Callable[..., tuple[object, str, str]]
) -> None:
    # Without a file: every scene that is finished, and the others by name.
    first = told(gate, "film", "--tier", "draft")
    assert (first["frames"], first["left_out"]) == (48, ["SC020"])
    assert first["missing"][0] == {"subject": "SC020", "what": "no draft", "fix": "gate resume SC020"}
    assert first["copied_frames"] >= 24, "the shot without a subtitle"

    # An order that names it is refused, until it is there.
    (cut_film / "assembly.yaml").write_text(ASSEMBLY)
    code, _, err = gate("film", "--tier", "draft")
    assert code == 3
    assert "SC020: no draft" in err
    assert "gate film --partial" in err
    (cut_film / "finished").touch()
    code, out, _ = gate("lint", "--json")
    assert [f for f in json.loads(out)["findings"] if f["rule"].startswith("A")] == []

    made = told(gate, "film", "--tier", "draft")
    frames = 12 - 6 + 24 + 24 - 6 + 24
    assert made["frames"] == frames
    assert "SC020_SH0010: new in the film" in made["changes"]
    assert made["integrated_lufs"] == pytest.approx(-16, abs=0.5)
    assert made["true_peak_dbtp"] <= -1
    assert made["silent"] == ["SC020_SH0010"]
    [line] = made["synced"]
    assert line["offset_s"] == pytest.approx(0.3, abs=SYNC_TOLERANCE_S)
    assert line["confidence"] > 0.9
    assert [Path(file).suffix for file in made["subtitles"]] == [".srt", ".vtt", ".ttml"]
    with av.open(made["file"]) as container:
        shown = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(shown) == frames
    assert shown[2].mean() < 15, "the card is words on black"
    assert int(shown[6 + 14][300, :, 1].argmax()) // 16 == 14, "the first shot's 14th frame stands where the plan says"
    [square] = made["deliverables"]
    with av.open(square) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height, stream.frames) == (480, 480, frames + 48)

    # Nothing changed: nothing is made. One dissolve changed: its frames alone are encoded.
    assert told(gate, "film", "--tier", "draft")["encoded_frames"] == 0
    text = (cut_film / "assembly.yaml").read_text()
    (cut_film / "assembly.yaml").write_text(
        text.replace("ends: {kind: dissolve, seconds: 0.25}", "ends: {kind: dissolve, seconds: 0.5}")
    )
    again = told(gate, "film", "--tier", "draft")
    assert again["changes"][0] == "SC010_SH0020: overlaps the next by 12 frames, was 6"
    assert again["kept_frames"] >= 12
    assert 0 < again["encoded_frames"] < again["frames"] / 2 + 12


def test_the_cut_is_listed_a_take_swapped_and_a_shot_trimmed_with_comments_kept(
    cut_film: Path, gate: Callable[..., tuple[object, str, str]]
) -> None:
    (cut_film / "assembly.yaml").write_text(ASSEMBLY)
    (cut_film / "finished").touch()

    told(gate, "cut", "take", "SC010_SH0010", "v002")
    told(gate, "cut", "trim", "SC010_SH0010", "--from", "0.25", "--to", "0.75")

    text = (cut_film / "assembly.yaml").read_text()
    assert "# the film's name" in text
    assert (
        text.replace(
            "    shots:\n      - shot: SC010_SH0010\n        take: v002\n        from_s: 0.25\n        to_s: 0.75\n", ""
        )
        == ASSEMBLY
    )
    lines = told(gate, "cut", "list")["shots"]
    assert [(each["label"], each["timecode"], each["frames"], each["take"]) for each in lines] == [
        ("card 1 Tea", "01:00:00:00", 12, ""),
        ("SC010_SH0010", "01:00:00:06", 12, "v002"),
        ("SC010_SH0020", "01:00:00:18", 24, "v001"),
        ("SC020_SH0010", "01:00:01:12", 24, "v001"),
    ]
    assert lines[1]["alternates"] == ["v001"]

    code, _, err = gate("cut", "take", "SC010_SH0010", "v009")
    assert code == 2
    assert "v009 is not among the takes that passed their gate: v001, v002" in err
    told(gate, "cut", "take", "SC010_SH0010", "standing")
    assert "v002" not in (cut_film / "assembly.yaml").read_text()


def test_a_shot_that_the_film_shows_twice_is_rendered_twice_and_changed_in_one_place(
    cut_film: Path, gate: Callable[..., tuple[object, str, str]]
) -> None:
    (cut_film / "assembly.yaml").write_text(
        "order:\n"
        "  - {shot: SC010_SH0020, from_s: 0.5, ends: {kind: dissolve, seconds: 0.25}}  # the end of it first\n"
        "  - scene: SC010\n"
        "    shots:\n"
        "      - {shot: SC010_SH0010, leave_out: true}\n"
        "  - {shot: SC010_SH0010, take: v002, to_s: 0.5}\n"
    )
    code, _, err = gate("cut", "trim", "SC010_SH0020", "--to", "0.75")
    assert code == 2
    assert "the film shows it 2 times" in err
    told(gate, "cut", "trim", "SC010_SH0020", "--to", "0.75", "--place", "2")
    assert "# the end of it first" in (cut_film / "assembly.yaml").read_text()

    made = told(gate, "film", "--tier", "draft")
    assert [(s["label"], s["take"], s["start_frame"], s["first"], s["frames"]) for s in made["shots"]] == [
        ("SC010_SH0020", "v001", 0, 12, 12),
        ("SC010_SH0020 (2)", "v001", 6, 0, 18),
        ("SC010_SH0010", "v002", 24, 0, 12),
    ]
    with av.open(made["file"]) as container:
        shown = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(shown) == made["frames"] == 36
    assert [int(shown[at][240, :, 1].argmax()) // 16 for at in (0, 5, 12, 23, 24, 35)] == [12, 17, 6, 17, 0, 11]
