"""The gates over real previz pictures of the example film: clean takes pass, and each scripted flaw is named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from checks.errors import Unreadable
from checks.gates import panel_gate
from checks.gates.clip_gate import ClipCase, gate_clip
from checks.gates.continuity import Moment, judge_continuity
from checks.gates.reference_gate import check_references
from checks.seeing import decode
from checks.seeing.masters import References, read_rgb
from checks.seeing.strangers import strangers
from manifests.lock import Lock, LockedAsset
from manifests.reading.film_folder import FilmFolder, read_film
from manifests.scene import Shot
from tests.integration.previz_rig import HARBOUR, Rig, masters_of, short


@pytest.fixture(scope="module")
def film() -> FilmFolder:
    return read_film(HARBOUR)


@pytest.fixture(scope="module")
def masters(film: FilmFolder) -> References:
    return masters_of(film)


@pytest.fixture
def rig(film: FilmFolder, masters: References, tmp_path: Path) -> Rig:
    return Rig(film.bible, masters, tmp_path)


def gated(rig_clip: Path, panel: Path, shot: Shot, film: FilmFolder, masters: References) -> Any:
    return gate_clip(ClipCase(rig_clip, panel, None, None, shot, film.bible, masters, "480p", shot.frames))


@pytest.mark.parametrize("number", [10, 20, 30, 40, 70, 80, 90])
def test_a_clean_panel_of_every_shot_passes(number: int, film: FilmFolder, masters: References, rig: Rig) -> None:
    shot = film.scenes["SC010"].shot(f"SC010_SH{number:04d}")

    verdict = panel_gate.gate_panel(
        panel_gate.PanelCase(rig.panel(shot), shot, 0.0, film.bible, masters, size=(1280, 720))
    )

    assert verdict.passed, verdict.findings


@pytest.mark.parametrize(
    ("flaw", "named"),
    [
        ({"flaw": "wrong_wardrobe", "character": "ilse"}, "wardrobe:ilse"),
        ({"flaw": "missing_character", "character": "pia"}, "missing:pia"),
        ({"flaw": "wrong_location", "location": "cafe_door"}, "location:cafe_main"),
        ({"flaw": "swapped_sides"}, "blocking:ilse+pia"),
        ({"flaw": "drifted_hue", "degrees": 25.0}, "hue"),
        ({"flaw": "drifted_hue", "degrees": -25.0}, "hue"),
        ({"flaw": "black"}, "black"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_flaw_of_a_panel_is_named_and_nothing_else(
    flaw: dict[str, Any], named: str, film: FilmFolder, masters: References, rig: Rig
) -> None:
    shot = film.scenes["SC010"].shot("SC010_SH0040")

    verdict = panel_gate.gate_panel(panel_gate.PanelCase(rig.panel(shot, **flaw), shot, 0.0, film.bible, masters))

    assert verdict.flaws == {named}


def _said(panel: Path, shot: Shot, film: FilmFolder, masters: References, rule: str) -> list[str]:
    verdict = panel_gate.gate_panel(panel_gate.PanelCase(panel, shot, 0.0, film.bible, masters))
    return [finding.message for finding in verdict.findings if finding.rule == rule]


def test_a_mark_without_the_asked_person_says_nobody_somebody_else_or_cannot_tell(
    film: FilmFolder, masters: References, rig: Rig, tmp_path: Path
) -> None:
    shot = film.scenes["SC010"].shot("SC010_SH0040")
    empty = rig.panel(shot, flaw="missing_character", character="pia")
    (nobody,) = _said(empty, shot, film, masters, "V101")
    assert "nobody stands where pia should" in nobody

    ilse, pia = shot.cast
    tomas = pia.model_copy(update={"character": "tomas", "wardrobe": "sweater"})
    impostor = rig.panel(shot.model_copy(update={"cast": (ilse, tomas)}))
    (somebody,) = _said(impostor, shot, film, masters, "V102")
    assert "somebody stands there, and is not pia (nearest: tomas in sweater" in somebody

    mirrored = tmp_path / "mirrored.png"
    cv2.imwrite(str(mirrored), (cv2.imread(str(rig.panel(shot)))[:, ::-1] * 0.6).astype(np.uint8))
    said = _said(mirrored, shot, film, masters, "V101")
    assert said
    assert all("cannot tell whether" in words for words in said)
    assert all(re.match(r"panel: the picture is 1\.\d stops darker, mirrored; ", words) for words in said), said


def test_every_rule_that_was_not_checked_says_why(
    film: FilmFolder, masters: References, rig: Rig, tmp_path: Path
) -> None:
    shot = film.scenes["SC010"].shot("SC010_SH0020")
    picture = rig.panel(shot)
    whole = panel_gate.gate_panel(panel_gate.PanelCase(picture, shot, 0.0, film.bible, masters))
    broken = tmp_path / "broken.png"
    broken.write_bytes(picture.read_bytes()[:200])
    unread = panel_gate.gate_panel(panel_gate.PanelCase(broken, shot, 0.0, film.bible, masters))
    cut = tmp_path / "broken.mp4"
    cut.write_bytes(b"\0\0\0\x18ftypmp42")
    clip = gate_clip(ClipCase(cut, picture, None, None, shot, film.bible, masters, "480p", 24))

    for verdict in (whole, unread, clip):
        assert [score for score in verdict.not_checked if not score.why] == []
    about = {(score.rule, score.subject) for score in whole.scores}
    assert {(score.rule, score.subject) for score in unread.scores} == about  # what cannot be read is not passed over
    assert about - {(score.rule, score.subject) for score in clip.scores} <= {
        ("Q101", "panel"),
        ("Q102", "panel"),
        ("V109", "picture"),
    }
    assert {score.why for score in whole.not_checked if score.rule == "V111"} == {
        "the film has too few approved pictures to know what is usual"
    }
    assert {score.why for score in clip.not_checked if score.rule == "V102"} == {"the clip does not decode"}


def test_a_hue_of_twelve_degrees_passes_a_panel(film: FilmFolder, masters: References, rig: Rig) -> None:
    shot = film.scenes["SC010"].shot("SC010_SH0040")
    panel = rig.panel(shot, flaw="drifted_hue", degrees=12.0)

    assert panel_gate.gate_panel(panel_gate.PanelCase(panel, shot, 0.0, film.bible, masters)).passed


def test_a_wrong_place_names_the_plate_that_fits_and_the_line_to_change(
    film: FilmFolder, masters: References, rig: Rig
) -> None:
    shot = film.scenes["SC010"].shot("SC010_SH0030")
    panel = rig.panel(shot, flaw="wrong_location", location="cafe_door")

    verdict = panel_gate.gate_panel(panel_gate.PanelCase(panel, shot, 0.0, film.bible, masters))

    finding = next(f for f in verdict.findings if f.rule == "V104")
    assert finding.evidence["fits"] == "cafe_door"
    assert "location: cafe_door" in finding.cure


@pytest.mark.parametrize(("degrees", "goes"), [(0.0, True), (12.0, False)])
def test_two_shots_of_one_place_go_together_until_the_grade_of_one_jumps(
    degrees: float, goes: bool, film: FilmFolder, masters: References, rig: Rig
) -> None:
    wide, close = (film.scenes["SC010"].shot(f"SC010_SH00{number}0") for number in (3, 4))
    flaw = {"flaw": "drifted_hue", "degrees": degrees} if degrees else {}
    moments = [
        Moment(shot, read_rgb(rig.panel(shot, **bent))) for shot, bent in ((close, flaw), (wide, dict[str, Any]()))
    ]

    score = judge_continuity(*moments, masters, {})

    assert score.applies
    assert score.passed is goes


@pytest.mark.parametrize("view", ["front", "three_quarter", "side", "back"])
def test_every_locked_view_agrees_with_its_look_and_one_in_the_wrong_folder_does_not(
    view: str, film: FilmFolder, masters: References
) -> None:
    looks = [(c.id, wardrobe) for c in film.bible.characters.values() for wardrobe in c.wardrobes]
    wrong = {**masters.paths, f"characters/ilse/jumper/{view}": masters.paths[f"characters/bram/peacoat/{view}"]}

    assert strangers(looks, film.bible, masters) == ()
    [stranger] = strangers([("ilse", "jumper")], film.bible, References(wrong))
    assert (stranger.name, stranger.looks_like) == (f"characters/ilse/jumper/{view}", ("bram", "peacoat"))


@pytest.mark.parametrize(
    ("flaw", "named"),
    [
        ({}, set()),
        ({"flaw": "wrong_wardrobe", "character": "ilse"}, {"wardrobe:ilse"}),
        ({"flaw": "frozen"}, {"frozen"}),
        ({"flaw": "black"}, {"black", "first_frame"}),
        ({"flaw": "cut_inside", "location": "cafe_door"}, {"cut"}),
        ({"flaw": "wrong_duration"}, {"duration"}),
        ({"flaw": "drifted_hue", "degrees": 30.0}, {"hue"}),
    ],
    ids=lambda value: value.get("flaw", "clean") if isinstance(value, dict) else "",
)
def test_each_flaw_of_a_clip_is_named_and_nothing_else(
    flaw: dict[str, Any], named: set[str], film: FilmFolder, masters: References, rig: Rig
) -> None:
    shot = short(film, "SC010_SH0040")
    panel = rig.panel(shot)

    assert gated(rig.clip(shot, panel, **flaw), panel, shot, film, masters).flaws == named


def test_every_reference_of_the_example_passes_and_changed_bytes_do_not(
    film: FilmFolder, masters: References, tmp_path: Path
) -> None:
    shot = film.scenes["SC010"].shot("SC010_SH0070")
    sizes = {name: cv2.imread(str(path), cv2.IMREAD_UNCHANGED).shape for name, path in masters.paths.items()}
    lock = Lock(
        assets={
            name: LockedAsset(sha256=masters.hashes[name], width=s[1], height=s[0], approved_by="Ada")
            for name, s in sizes.items()
        }
    )
    assert check_references(shot, film.bible, lock, masters).passed

    changed = tmp_path / "lantern.png"
    changed.write_bytes(masters.paths["props/red_suitcase"].read_bytes())
    other = References({**masters.paths, "props/lantern": changed}, masters.hashes)

    assert [f.rule for f in check_references(shot, film.bible, lock, other).findings] == ["R102"]


def test_a_playlist_called_mp4_is_refused_before_it_opens_anything(tmp_path: Path) -> None:
    secret = tmp_path / "secret.mp4"
    playlist = tmp_path / "clip.mp4"
    playlist.write_text(f"#EXTM3U\n#EXTINF:1,\n{secret}\n")

    with pytest.raises(Unreadable, match="no MP4"):
        decode.decode(playlist)
