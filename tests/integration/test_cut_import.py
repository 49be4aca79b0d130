"""gate cut import: an edit comes back from another program, becomes the film's cut, and is rendered as it was edited."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import opentimelineio as otio
import pytest

from manifests.keys import hash_file
from manifests.scene import Scene
from manifests.take import Artefact
from production.post import editing, listing, resolving
from production.post.conform import matching
from production.post.takes import ShotTakes
from wiring.services import Services

FPS, FRAMES, SIZE = 24, 24, (854, 480)
Gate = Callable[..., tuple[object, str, str]]
ASSEMBLY = """\
# The cut of the kitchen film.
order:
  - {card: Tea, seconds: 0.5, ends: {kind: fade, seconds: 0.25}}   # the film's name
  - scene: SC010
    ends: {kind: dissolve, seconds: 0.25}
  - scene: SC020   # the night
    grade: {cdl: {saturation: 0.5}}
titles:
  - {text: The kitchen, at: SC010_SH0020, seconds: 0.5}
"""
ADAPTERS = {"otio": "otio_json", "edl": "cmx_3600", "xml": "fcp_xml"}


def clip(path: Path, grey: int) -> Path:
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=FPS, options={"crf": "20", "preset": "ultrafast", "g": "12"})
        video.width, video.height, video.pix_fmt = *SIZE, "yuv420p"
        for number in range(FRAMES):
            pixels = np.full((SIZE[1], SIZE[0], 3), (grey, grey // 2, 90), np.uint8)
            pixels[:, number * 16 : number * 16 + 16] = 255
            container.mux(video.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(video.encode())
    return path


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, ...]]:
    """A clip of a second for each take, each with a bar that shows the frame's number."""
    folder = tmp_path_factory.mktemp("takes")
    takes = {"SC010_SH0010": (40, 60), "SC010_SH0020": (120,), "SC020_SH0010": (200,), "SC020_SH0020": (160,)}
    return {shot: tuple(clip(folder / f"{shot}_{grey}.mp4", grey) for grey in greys) for shot, greys in takes.items()}


@pytest.fixture
def edited_film(film: Path, monkeypatch: pytest.MonkeyPatch, drawn: dict[str, tuple[Path, ...]]) -> Path:
    """Two scenes of two shots of a second, all with takes."""
    shot = (film / "scenes/SC010.yaml").read_text().replace("duration_s: 4", "duration_s: 1")
    shot = shot.replace("duration_s: 2", "duration_s: 1").replace("from_s: 1, to_s: 2", "from_s: 0.2, to_s: 0.8")
    (film / "scenes/SC010.yaml").write_text(shot)
    shots = "".join(
        f"  - id: SC020_SH00{n}0\n    location: kitchen\n    camera: {{size: wide}}\n    motion: Rain.\n    duration_s: 1\n"
        for n in (1, 2)
    )
    (film / "scenes/SC020.yaml").write_text(f"id: SC020\ntitle: Later\nshots:\n{shots}")
    (film / "assembly.yaml").write_text(ASSEMBLY)

    def takes_of(services: Services, scene: Scene, tier: str) -> tuple[ShotTakes, ...]:
        omitted = (film / "omitted").exists()
        return tuple(
            ShotTakes(shot, passed(services, drawn[shot.id]), "v001", omitted=omitted and shot.id == "SC020_SH0020")
            for shot in scene.shots
        )

    def passed(services: Services, files: tuple[Path, ...]) -> dict[str, Any]:
        found = {}
        for number, file in enumerate(files, 1):
            asset = Artefact(
                sha256=hash_file(file), media_type="video/mp4", width=854, height=480, frames=FRAMES,
                size_bytes=file.stat().st_size,
            )  # fmt: skip
            if not services.vault.has(asset.sha256):
                services.vault.put_file(file)
            found[f"v{number:03d}"] = SimpleNamespace(artefact=asset, sha256=asset.sha256)
        return found

    for module in (resolving, editing, listing, matching):
        monkeypatch.setattr(module, "takes_of", takes_of)
    return film


def time(frames: float) -> Any:
    return otio.opentime.RationalTime(frames, FPS)


def edit(*shown: tuple[str, int, int] | int, file: Path, dissolve_after: Sequence[int] = ()) -> Path:
    """Write a timeline: a clip by its name from a frame on for a length, or so many frames of nothing. A dissolve of six
    frames follows those that are numbered.
    """
    made = otio.schema.Timeline("edit", global_start_time=time(86_400))
    made.tracks.append(otio.schema.Track("V1", kind="Video"))
    for number, each in enumerate(shown):
        if isinstance(each, int):
            made.tracks[0].append(otio.schema.Gap(source_range=otio.opentime.TimeRange(time(0), time(each))))
        else:
            name, first, frames = each
            one = otio.schema.Clip(name, source_range=otio.opentime.TimeRange(time(first), time(frames)))
            there = otio.opentime.TimeRange(time(0), time(FRAMES))
            one.media_reference = otio.schema.ExternalReference(f"media/{name}", there)
            one.metadata["cmx_3600"] = {"reel": f"REEL{number:04d}"}
            made.tracks[0].append(one)
        if number in dissolve_after:
            made.tracks[0].append(otio.schema.Transition("dissolve", "SMPTE_Dissolve", time(3), time(3)))
    file.parent.mkdir(exist_ok=True)
    otio.adapters.write_to_file(made, str(file), adapter_name=ADAPTERS[file.suffix[1:]])
    return file


def name(shot: str, take: str = "v001") -> str:
    return f"{shot}_final_{take}.mov"


ONE, TWO, THREE, FOUR = (name(each) for each in ("SC010_SH0010", "SC010_SH0020", "SC020_SH0010", "SC020_SH0020"))
AS_IT_IS = (("card_1_Tea.mov", 0, 9), (ONE, 3, 21), (TWO, 0, 21), (THREE, 3, 21), (FOUR, 0, 24))


def told(gate: Gate, *words: str, ends: int = 0) -> dict[str, Any]:
    code, out, err = gate(*words, "--json")
    assert code == ends, err
    found: dict[str, Any] = json.loads(out)
    return found


@pytest.mark.parametrize("ending", ADAPTERS)
def test_a_cut_that_nobody_edited_changes_nothing(edited_film: Path, gate: Gate, tmp_path: Path, ending: str) -> None:
    file = edit(*AS_IT_IS, file=tmp_path / f"turnover/edit.{ending}", dissolve_after=(0, 2))
    found = told(gate, "cut", "import", str(file))
    assert (found["changed"], found["written"], found["rest"], found["diff"]) == (False, False, [], "")
    assert [each["shot"] for each in found["matched"]] == [shot[0][:12] for shot in AS_IT_IS[1:]]
    assert (edited_film / "assembly.yaml").read_text() == ASSEMBLY


def test_an_edit_is_rendered_as_it_was_edited_and_comments_stay(edited_film: Path, gate: Gate, tmp_path: Path) -> None:
    file = edit(
        ("card_1_Tea.mov", 0, 12), (THREE, 0, 10), (name("SC010_SH0010", "v002"), 5, 14), (TWO, 3, 9), (THREE, 12, 7),
        (ONE, 0, 24), file=tmp_path / "turnover/edit.xml", dissolve_after=(2,),
    )  # fmt: skip
    planned = told(gate, "cut", "import", str(file), "--plan")
    assert planned["changed"]
    assert not planned["written"]
    assert (edited_film / "assembly.yaml").read_text() == ASSEMBLY

    found = told(gate, "cut", "import", str(file))
    assert found["written"]
    text = (edited_film / "assembly.yaml").read_text()
    assert "# The cut of the kitchen film." in text
    assert "# the film's name" in text
    made = told(gate, "film", "--tier", "draft")
    assert [
        (s["label"], s["take"], s["start_frame"], s["first"], s["frames"], s["overlap"]) for s in made["shots"]
    ] == [
        ("card 1 Tea", None, 0, 0, 12, 0),
        ("SC020_SH0010", "v001", 12, 0, 10, 0),
        ("SC010_SH0010", "v002", 22, 5, 17, 6),
        ("SC010_SH0020", "v001", 33, 0, 12, 0),
        ("SC020_SH0010 (2)", "v001", 45, 12, 7, 0),
        ("SC010_SH0010 (2)", "v001", 52, 0, 24, 0),
    ]
    with av.open(made["file"]) as container:
        shown = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(shown) == found["frames"] == 76
    assert [int(shown[at][200, :, 1].argmax()) // 16 for at in (12, 21, 22, 44, 45, 51, 52, 75)] == [
        0, 9, 5, 11, 12, 18, 0, 23,
    ]  # fmt: skip
    again = told(gate, "cut", "import", str(file))
    assert not again["changed"]
