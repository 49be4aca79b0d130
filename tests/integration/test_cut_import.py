"""gate cut import: an edit comes back from another program, becomes the cut, and is rendered as it was edited."""

from __future__ import annotations

import json
import shutil
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
from production.post.conform.importing import plan_import, write_import
from production.post.takes import ShotTakes
from wiring.errors import FileChanged
from wiring.opening import open_services
from wiring.services import Services
from wiring.settings import read_settings

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
GONE = "it does not stand in the order, so the film shows nothing of it"
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
        f"  - {{id: SC020_SH00{n}0, location: kitchen, camera: {{size: wide}}, motion: Rain., duration_s: 1}}\n"
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
            size, looks = file.stat().st_size, {"width": 854, "height": 480, "frames": FRAMES}
            asset = Artefact(sha256=hash_file(file), media_type="video/mp4", size_bytes=size, **looks)
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
    """Write a timeline: a clip by its name from a frame on for a length, or so many frames of nothing. A dissolve of
    six frames follows those that are numbered.
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
        *(("card_1_Tea.mov", 0, 12), (THREE, 0, 10), (name("SC010_SH0010", "v002"), 5, 14)),
        *((TWO, 3, 9), (THREE, 12, 7), (ONE, 0, 24)),
        file=tmp_path / "turnover/edit.xml",
        dissolve_after=(2,),
    )
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
    read = {at: int(shown[at][200, :, 1].argmax()) // 16 for at in (12, 21, 22, 44, 45, 51, 52, 75)}
    assert read == {12: 0, 21: 9, 22: 5, 44: 11, 45: 12, 51: 18, 52: 0, 75: 23}
    again = told(gate, "cut", "import", str(file))
    assert not again["changed"]


@pytest.mark.parametrize("ending", ADAPTERS)
def test_clips_are_known_by_their_content_whatever_they_are_called(
    edited_film: Path, gate: Gate, tmp_path: Path, drawn: dict[str, tuple[Path, ...]], ending: str
) -> None:
    media = tmp_path / "turnover/media"
    media.mkdir(parents=True)
    shutil.copy(drawn["SC010_SH0010"][1], media / "best.mov")
    shutil.copy(drawn["SC020_SH0010"][0], media / "SC010_SH0020_final_v001.mov")  # its name is wrong
    file = edit(("best.mov", 0, 24), (TWO, 0, 24), file=tmp_path / f"turnover/edit.{ending}")
    found = told(gate, "cut", "import", str(file), "--plan", ends=1)
    assert [(each["shot"], each["take"], each["by"]) for each in found["matched"]] == [
        ("SC010_SH0010", "v002", "content"),
        ("SC020_SH0010", "v001", "content"),
    ]
    # The title stood at a shot that this cut no longer shows.
    assert [(each["subject"], each["lost"][:5]) for each in found["rest"]] == [("title 'The kitchen'", "A101:")]


def test_the_turnovers_table_says_which_take_a_reel_is_and_where_its_timecode_begins(
    edited_film: Path, gate: Gate, tmp_path: Path, drawn: dict[str, tuple[Path, ...]]
) -> None:
    file = edit(("a.mov", 5, 10), ("b.mov", 24, 24), (TWO, 0, 24), file=tmp_path / "turnover/edit.edl")
    text = file.read_text().replace("00:00:01:00 00:00:02:00", "10:00:00:00 10:00:01:00", 1)
    file.write_text(text)
    sha = hash_file(drawn["SC010_SH0010"][1])
    (tmp_path / "turnover/media.csv").write_text(
        "reel,file,sha256,shot,take,tier,kind,start,copy_of\n"
        f"REEL0000,media/other.mov,0,SC990_SH0010,v009,final,take,00:00:00:00,{sha}\n"
        "REEL0001,media/b2.mov,0,SC020_SH0010,v001,final,take,10:00:00:00,\n"
    )
    found = told(gate, "cut", "import", str(file))
    assert [(each["shot"], each["take"], each["by"]) for each in found["matched"]] == [
        ("SC010_SH0010", "v002", "content"),
        ("SC020_SH0010", "v001", "name"),
        ("SC010_SH0020", "v001", "name"),
    ]
    lines = told(gate, "cut", "list")["shots"]
    assert [(each["label"], each["first"], each["frames"]) for each in lines] == [
        ("SC010_SH0010", 5, 10),
        ("SC020_SH0010", 0, 24),
        ("SC010_SH0020", 0, 24),
    ]


def test_what_the_film_cannot_show_is_listed_and_black_keeps_its_place(
    edited_film: Path, gate: Gate, tmp_path: Path
) -> None:
    (edited_film / "omitted").touch()
    file = edit(
        *(("stock.mov", 0, 12), (name("SC010_SH0010", "v009"), 0, 24), (TWO, 12, 24), (FOUR, 0, 5), 7),
        file=tmp_path / "turnover/edit.otio",
    )
    found = told(gate, "cut", "import", str(file), ends=1)
    assert [(each["lost"], each["instead"]) for each in found["rest"]] == [
        ("'stock.mov': no take of this film", "black"),
        ("SC010_SH0010 v009: the take does not exist", "the one that stands"),
        ("12 frames after the end of SC010_SH0020", "it ends with its clip"),
        ("SC020_SH0020, which a person omitted", "black; "),
        (f"A107: {GONE}", "Add - scene: SC020 where it belongs."),
    ]
    lines = told(gate, "cut", "list")["shots"]
    assert [(each["label"], each["first"], each["frames"]) for each in lines] == [
        *(("card 1", 0, 12), ("SC010_SH0010", 0, 24), ("SC010_SH0020", 12, 12), ("card 3", 0, 5), ("card 4", 0, 7))
    ]


@pytest.mark.parametrize("way", ["above", "absolute", "url", "link", "folder"])
def test_no_file_outside_of_the_edits_folder_is_opened(
    edited_film: Path, gate: Gate, tmp_path: Path, drawn: dict[str, tuple[Path, ...]], way: str
) -> None:
    secret = Path(shutil.copy(drawn["SC010_SH0010"][0], tmp_path / "secret.mov"))
    file = edit(("x.mov", 0, 24), (TWO, 0, 24), file=tmp_path / "turnover/edit.otio")
    (tmp_path / "turnover/x.mov").symlink_to(secret)
    ways = {"above": "../secret.mov", "absolute": str(secret), "url": secret.as_uri(), "link": "x.mov"}
    named = ways.get(way, "link/secret.mov")
    (tmp_path / "turnover/link").symlink_to(tmp_path)
    file.write_text(file.read_text().replace("media/x.mov", named))
    found = told(gate, "cut", "import", str(file), "--plan", ends=1)
    assert [each["shot"] for each in found["matched"]] == ["SC010_SH0020"]
    assert found["rest"][0]["lost"].endswith("no take of this film")


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ("TITLE: nothing\n", "it has no events"),
        ('<!DOCTYPE fcpxml [<!ENTITY a "b">]><fcpxml version="1.10"/>', "defines what no timeline needs"),
        ("001  AX  V  C  00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\n", "none of its 1 clips is a take of"),
    ],
)
def test_a_refused_edit_ends_with_2_and_changes_nothing(
    edited_film: Path, gate: Gate, tmp_path: Path, content: str, cause: str
) -> None:
    (tmp_path / "edit.edl").write_text(content)
    code, out, err = gate("cut", "import", str(tmp_path / "edit.edl"))
    assert (code, out) == (2, "")
    assert cause in err
    assert (edited_film / "assembly.yaml").read_text() == ASSEMBLY


def test_without_an_assembly_the_import_begins_one(edited_film: Path, gate: Gate, tmp_path: Path) -> None:
    (edited_film / "assembly.yaml").unlink()
    file = edit((ONE, 0, 24), (TWO, 0, 24), (THREE, 0, 24), (FOUR, 0, 24), file=tmp_path / "turnover/edit.otio")
    assert not told(gate, "cut", "import", str(file))["changed"]
    assert not (edited_film / "assembly.yaml").exists()
    file = edit((THREE, 0, 24), (FOUR, 0, 24), (ONE, 0, 12), (TWO, 0, 24), file=tmp_path / "turnover/edit.otio")
    assert told(gate, "cut", "import", str(file))["written"]
    text = (edited_film / "assembly.yaml").read_text()
    assert text.startswith("# yaml-language-server")
    assert text.endswith(
        "order:\n  - scene: SC020\n  - scene: SC010\n    shots:\n      - {shot: SC010_SH0010, to_s: 0.5}\n"
    )


def test_an_edit_of_one_scene_leaves_the_rest_of_the_film_as_it_is(
    edited_film: Path, gate: Gate, tmp_path: Path
) -> None:
    file = edit((FOUR, 0, 24), (THREE, 0, 12), file=tmp_path / "turnover/edit.otio")
    found = told(gate, "cut", "import", str(file), "--plan", ends=1)
    assert [each["subject"] for each in found["rest"]] == ["title 'The kitchen'", "SC010"]

    told(gate, "cut", "import", str(file), "--scene", "SC020")
    grade = "grade: {cdl: {saturation: 0.5}}"
    assert (edited_film / "assembly.yaml").read_text() == ASSEMBLY.replace(
        f"  - scene: SC020   # the night\n    {grade}\n",
        f"  - scene: SC020   # the night\n    {grade}\n"
        "    shots:\n      - {shot: SC020_SH0010, leave_out: true}\n"
        f"  - {{shot: SC020_SH0010, to_s: 0.5, {grade}}}\n",
    )
    lines = told(gate, "cut", "list")["shots"]
    assert [(each["label"], each["frames"], each["ends"]) for each in lines] == [
        ("card 1 Tea", 12, "fade 6"),
        ("SC010_SH0010", 24, "cut"),
        ("SC010_SH0020", 24, "dissolve 6"),
        ("SC020_SH0020", 24, "cut"),
        ("SC020_SH0010", 12, "cut"),
    ]


def test_another_alternate_is_another_take_and_parts_follow_one_another(
    edited_film: Path, gate: Gate, tmp_path: Path
) -> None:
    file = edit((ONE, 0, 24), (TWO, 0, 24), file=tmp_path / "turnover/edit.otio")
    made = otio.adapters.read_from_file(str(file))
    first = made.tracks[0][0]
    there = first.media_reference.available_range
    others = {take: otio.schema.ExternalReference(f"media/{name(ONE[:12], take)}", there) for take in ("v001", "v002")}
    first.set_media_references(others, "v002")
    otio.adapters.write_to_file(made, str(file))
    second = edit((THREE, 0, 24), (FOUR, 0, 24), file=tmp_path / "turnover/edit_02.edl")
    told(gate, "cut", "import", str(file), str(second))
    lines = told(gate, "cut", "list")["shots"]
    assert [(each["label"], each["take"]) for each in lines] == [
        ("SC010_SH0010", "v002"),
        ("SC010_SH0020", "v001"),
        ("SC020_SH0010", "v001"),
        ("SC020_SH0020", "v001"),
    ]


def test_what_somebody_changed_meanwhile_is_not_written_over(edited_film: Path, tmp_path: Path) -> None:
    services = open_services(read_settings(edited_film))
    planned = plan_import(services, [edit((TWO, 0, 24), (ONE, 0, 24), file=tmp_path / "turnover/edit.otio")])
    (edited_film / "assembly.yaml").write_text(changed := ASSEMBLY + "loudness_lufs: -20\n")
    with pytest.raises(FileChanged, match="somebody changed it"):
        write_import(services, planned)
    assert (edited_film / "assembly.yaml").read_text() == changed


def sounded(file: Path, **laid: tuple[tuple[str, int, int], ...]) -> Path:
    """A timeline with a track of pictures and one of sound; each item by name, first frame and length."""
    made = otio.schema.Timeline("edit", global_start_time=time(86_400))
    for kind, items in laid.items():
        track = otio.schema.Track(kind, kind=kind)
        made.tracks.append(track)
        for item, first, frames in items:
            one = otio.schema.Clip(item, source_range=otio.opentime.TimeRange(time(first), time(frames)))
            there = otio.opentime.TimeRange(time(0), time(FRAMES))
            one.media_reference = otio.schema.ExternalReference(f"media/{item}", there)
            track.append(one)
    otio.adapters.write_to_file(made, str(file), adapter_name=ADAPTERS[file.suffix[1:]])
    return file


@pytest.mark.parametrize(("ending", "moved", "says"), [("otio", -6, "-0.25"), ("xml", 5, "0.208"), ("otio", 0, "")])
def test_a_j_or_l_cut_of_the_edit_is_one_of_the_film(
    edited_film: Path, gate: Gate, tmp_path: Path, ending: str, moved: int, says: str
) -> None:
    text = "order: [{{scene: SC010{}}}, {{shot: SC020_SH0010, from_s: 0.25}}]\n"
    (edited_film / "assembly.yaml").write_text(text.format(", shots: [{shot: SC010_SH0020, to_s: 0.5}]"))
    file = sounded(
        tmp_path / f"edit.{ending}",
        Video=((ONE, 0, 24), (TWO, 0, 12), (THREE, 6, 18)),
        Audio=((ONE, 0, 24), (TWO, 0, 12 + moved), (THREE, 6 + moved, 18 - moved)),
    )
    assert told(gate, "cut", "import", str(file))["changed"] == bool(moved)
    ends = f", ends: {{kind: cut, sound_s: {says}}}" if moved else ""
    shots = ", shots: [{shot: SC010_SH0020, to_s: 0.5}]"
    assert (edited_film / "assembly.yaml").read_text() == text.format(f"{shots}{ends}")
    assert not told(gate, "cut", "import", str(file))["changed"]


def test_a_j_cut_that_an_editor_took_away_is_gone(edited_film: Path, gate: Gate, tmp_path: Path) -> None:
    (edited_film / "assembly.yaml").write_text(
        "order: [{scene: SC010, ends: {sound_s: -0.25}}, {shot: SC020_SH0010, from_s: 0.5}]\n"
    )
    laid = ((ONE, 0, 24), (TWO, 0, 24), (THREE, 12, 12))
    told(gate, "cut", "import", str(sounded(tmp_path / "edit.otio", Video=laid, Audio=laid)))
    assert "sound_s" not in (edited_film / "assembly.yaml").read_text()
