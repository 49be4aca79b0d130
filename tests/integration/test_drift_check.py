"""The drift check over real previz clips: what it finds, and that it reads no more than that takes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from checks import drift, drift_shot
from checks.gates.drift_sight import distances, see_drift
from checks.gates.frame_gate import see
from checks.gates.sight import TimedFrame
from checks.seeing import decode, few_frames
from checks.seeing.eye import Fit, Picture, Vectors, open_eye
from checks.seeing.eye_noise import BUILT_IN_NOISE
from checks.seeing.masters import References, read_rgb
from checks.seeing.stage import patch, plate_view
from checks.seeing.stagings import Stagings
from manifests.reading.film_folder import FilmFolder, read_film
from manifests.staging import Placement
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


@pytest.mark.parametrize(("degrees", "found"), [(0.0, set()), (3.0, {"D102", "D104"})])
def test_a_chain_that_drifts_three_degrees_a_link_is_found_at_the_fifth_shot(
    degrees: float, found: set[str], film: FilmFolder, masters: References, rig: Rig
) -> None:
    items: list[drift_shot.DriftShot] = []
    for link in range(5):
        shot = short(film, "SC010_SH0040", id=f"SC010_SH{100 + link * 10:04d}", duration_s=1.0, chain=link > 0)
        if link == 0:
            start = rig.panel(shot)
        else:
            start = items[-1].clip.with_suffix(".png")
            decode.last_frame(items[-1].clip, start)
        bent = {"flaw": "drifted_hue", "degrees_per_link": degrees} if degrees else {}
        items.append(drift_shot.DriftShot(shot, rig.clip(shot, start, link, **bent), link))

    report = drift.check_drift(drift.DriftCase(tuple(items), film.bible, masters))

    assert {f.rule for f in report.drifted} == found
    assert len(report.re_anchor) == (4 if found else 0)


@pytest.mark.parametrize(
    ("number", "flaw"),
    [
        *((number, {}) for number in (10, 20, 30, 40, 70, 80, 90)),
        *((number, {"flaw": "drifted_hue", "degrees": 9.0}) for number in (10, 30, 90)),
        *((number, {"flaw": "drifted_hue", "degrees": -25.0}) for number in (20, 40)),
        *((number, {"flaw": "wrong_location", "location": "cafe_door"}) for number in (10, 30, 40)),
        (30, {"flaw": "missing_character", "character": "otto"}),
        (40, {"flaw": "missing_character", "character": "pia"}),
        (20, {"flaw": "wrong_wardrobe", "character": "ilse"}),
        (40, {"flaw": "wrong_wardrobe", "character": "ilse"}),
        (20, {"flaw": "swapped_sides"}),
        (40, {"flaw": "swapped_sides"}),
    ],
    ids=lambda value: value.get("flaw", "clean") if isinstance(value, dict) else "",
)
def test_the_drift_check_reads_of_a_frame_what_the_gate_sees_in_it(
    number: int, flaw: dict[str, Any], film: FilmFolder, masters: References, rig: Rig
) -> None:
    shot = film.scenes["SC010"].shot(f"SC010_SH{number:04d}")
    picture = read_rgb(rig.panel(shot, **flaw))
    assert picture is not None
    frame, eye = TimedFrame(picture, 0.0, "panel"), open_eye()

    gate = see(frame, shot, film.bible, masters, eye)
    mine = see_drift(frame, shot, film.bible, masters, Stagings(masters), crops=True)

    known = [person for person in gate.people if person.recognised]
    turns = {(person.entity, "wardrobe"): person.turn for person in known}
    far = {(person.entity, "identity"): person.embedded for person in known}
    if gate.place.passed_by_pixels:
        turns[shot.location, "hue"] = gate.place.turn
        far[shot.location, "location"] = gate.place.embedded
    seen = distances([pair for _, pair in mine.pairs], eye)
    assert dict(mine.turns) == pytest.approx({key: turn for key, turn in turns.items() if turn is not None}, abs=1e-3)
    assert {key: value for (key, _), value in zip(mine.pairs, seen, strict=True)} == pytest.approx(
        {key: value for key, value in far.items() if value is not None}, abs=1e-3
    )
    assert mine.composition == gate.composition


@pytest.mark.parametrize("flaw", ["swapped_sides", "missing_character"])
def test_a_frame_that_expects_what_the_one_before_it_did_is_read_as_if_it_came_first(
    flaw: str, film: FilmFolder, masters: References, rig: Rig
) -> None:
    shot, after = film.scenes["SC010"].shot("SC010_SH0040"), Stagings(masters)
    about: dict[str, Any] = {"character": "pia"} if flaw == "missing_character" else {}
    clean, picture = read_rgb(rig.panel(shot)), read_rgb(rig.panel(shot, flaw=flaw, **about))
    assert clean is not None
    assert picture is not None
    frame = TimedFrame(picture, 0.0, "panel")

    see_drift(TimedFrame(clean, 0.0, "panel"), shot, film.bible, masters, after, crops=True)
    second = see_drift(frame, shot, film.bible, masters, after, crops=True)

    first = see_drift(frame, shot, film.bible, masters, Stagings(masters), crops=True)
    assert (second.turns, second.composition) == (first.turns, first.composition)
    assert [key for key, _ in second.pairs] == [key for key, _ in first.pairs]
    for (_, one), (_, other) in zip(second.pairs, first.pairs, strict=True):
        assert (one.seen == other.seen).all()
        assert (one.wanted == other.wanted).all()


class CountingEye:
    """An eye that tells apart no more than black from white, and what it was asked."""

    name, noise = "counting", BUILT_IN_NOISE

    def __init__(self) -> None:
        self.calls: list[int] = []

    def embed(self, pictures: Sequence[Picture], fit: Fit = "letterbox") -> Vectors:
        self.calls.append(len(pictures))
        greys = np.asarray([picture.mean() / 255 for picture in pictures])
        return np.stack([greys, np.sqrt(1 - greys**2)], axis=1).astype(np.float32)


def test_a_drift_check_asks_its_eye_once_for_all_shots_and_decodes_what_it_reads(
    film: FilmFolder, masters: References, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[int] = []
    frames = few_frames._frames
    monkeypatch.setattr(few_frames, "_frames", lambda stream, some: given.append(len(some)) or frames(stream, some))
    monkeypatch.setattr(few_frames, "decode", None)  # none of them is decoded whole
    shot, eye = short(film, "SC010_SH0040", duration_s=3.0), CountingEye()
    clip = rig.clip(shot, rig.panel(shot))
    items = [drift_shot.DriftShot(shot.model_copy(update={"id": f"SC010_SH{n:04d}"}), clip) for n in (110, 120, 130)]

    measured = drift_shot.measure(items, film.bible, masters, eye)

    assert [len(shot.values) for shot in measured] == [6, 6, 6]
    assert eye.calls == [3 * 2 * 2, 3 * 2]  # figures, then places: seen and wanted of each
    groups = [37, 24]  # of 72 frames with a key frame every 48: 0 to 36, and 48 to 71
    assert len(given) == 2 * len(items)
    assert all(1 < count <= groups[index % 2] for index, count in enumerate(given))


def test_lines_of_a_plate_are_those_of_the_whole_view(film: FilmFolder, masters: References) -> None:
    camera, plate = film.scenes["SC010"].shot("SC010_SH0010").camera, masters.plate("quay")

    whole, some = (plate_view(plate, camera, 0.4, *lines) for lines in ((), ((100, 140),)))

    assert np.abs(some - whole[100:140]).max() <= 1


def test_a_cut_out_is_sized_once_and_one_that_may_change_each_time(masters: References) -> None:
    locked = masters.cutout("characters/ilse/jumper/front")
    place = Placement("ilse", "jumper", "front", mirrored=False, x=0.5, y=1, scale=0.7)
    loose = locked.copy()
    before = patch(loose, place)

    assert patch(locked, place).colour.base is not None
    assert np.array_equal(patch(locked, place).colour, before.colour)
    loose[...] = 0
    assert not patch(loose, place).colour.any()
