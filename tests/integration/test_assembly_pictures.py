"""The pictures about a film: cards, contact sheet, drift chart; and the grade's file."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from assembly import card, contact_sheet, drift_chart, grade, ink, inline, typeface
from assembly.contact_sheet import SheetItem
from assembly.drift_chart import ChartPoint
from assembly.errors import AssemblyError, UnfitGrade

PIXEL_TOLERANCE = 12  # Summed over three channels: what JPEG and shrinking leave of a flat colour.


def near(picture: Image.Image, place: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    found = picture.getpixel(place)
    assert isinstance(found, tuple)
    return sum(abs(a - b) for a, b in zip(found, colour, strict=True)) < PIXEL_TOLERANCE


def sheet_item(number: int, picture: Path | None, **fields: object) -> SheetItem:
    known: dict[str, object] = {
        "title": "Wide · push in",
        "take": "v002",
        "checks": (("identity", "0.93", True),),
        "cost": "$0.00",
        "status": "circled",
    }
    shot = f"SC010_SH{number * 10:04d}"
    return SheetItem(shot=shot, picture=picture, **{**known, **fields})  # type: ignore[arg-type]


@pytest.fixture
def panel(tmp_path: Path) -> Path:
    Image.new("RGB", (1280, 720), (10, 150, 60)).save(tmp_path / "panel.png")
    return tmp_path / "panel.png"


def test_the_contact_sheet_is_one_jpeg_with_three_shots_in_a_row(tmp_path: Path, panel: Path) -> None:
    items = [sheet_item(n, panel) for n in range(1, 10)]

    made = contact_sheet.render(
        items, tmp_path / "out" / "sheet.jpg", title="The Harbour Light", summary=[("9 of 9", "circled")]
    )

    with Image.open(made) as sheet:
        assert (sheet.format, sheet.width) == ("JPEG", 1600)
        for column in range(3):
            assert near(sheet, (50 + 240 + 510 * column, 150 + 135), (10, 150, 60))
        assert near(sheet, (20, 400), (0x15, 0x17, 0x1A))
        rows = (sheet.height - 150 - 64 + 30) / 3
        assert rows == pytest.approx(270 + 148 + 30 + 30)


def test_a_shot_without_a_picture_still_has_its_place(tmp_path: Path) -> None:
    made = contact_sheet.render([sheet_item(1, None, checks=())], tmp_path / "sheet.jpg", title="The Harbour Light")
    with Image.open(made) as sheet:
        assert sheet.size == (1600, 150 + 270 + 148 + 64)


def test_an_empty_contact_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AssemblyError, match="holds 1 to 400 shots, not 0"):
        contact_sheet.render([], tmp_path / "sheet.jpg", title="Nothing")


def test_the_icons_differ_without_their_colours() -> None:
    shapes = [ink.icon(mark, 32).getchannel("A") for mark in ("pass", "look", "fail", "none")]
    for index, shape in enumerate(shapes):
        for other in shapes[index + 1 :]:
            assert sum(ImageChops.difference(shape, other).histogram()[128:]) > 60, "pixels that differ by half or more"


def test_long_words_are_cut_to_their_room() -> None:
    font = typeface.face(16)
    short = ink.shortened("a very long status that nobody will read to its end", font, 120)
    assert short.endswith("…")
    assert font.getlength(short) <= 120
    rows = ink.wrapped("same flaw twice " * 20, font, 200, 2)
    assert len(rows) == 2
    assert all(font.getlength(row) <= 200 for row in rows)


def test_a_subtitle_fits_in_the_frame_and_lies_low(tmp_path: Path) -> None:
    text = "Nobody has been up those stairs since the storm took the railing, and you know it as well as I do."
    picture, x, y = card.subtitle(text, (854, 480), tmp_path / "line.png")
    with Image.open(picture) as drawn:
        assert drawn.mode == "RGBA"
        assert x >= 854 * 0.05
        assert x + drawn.width <= 854 * 0.95
        assert 480 * 0.7 < y < y + drawn.height <= 480 * 0.95


@pytest.mark.parametrize(
    ("score", "hollow"), [(0.95, False), (0.70, True)], ids=["above the threshold", "under the threshold"]
)
def test_a_score_under_its_threshold_is_a_hollow_ring(tmp_path: Path, score: float, hollow: bool) -> None:
    points = [ChartPoint("SC010_SH0010", score)]
    made = drift_chart.render({"marit": points}, tmp_path / "drift.png", threshold=0.82)
    with Image.open(made) as chart:
        assert chart.size == (1200, 420)
        through = 76 + (1200 - 76 - 210) // 2  # The upright through the only shot, between the margins.
        blue = {y: chart.getpixel((through, y))[2] > 140 for y in range(84, 358)}  # type: ignore[index]
        inked = [y for y, is_blue in blue.items() if is_blue]
        assert blue[(inked[0] + inked[-1]) // 2] != hollow


def test_the_take_that_had_drifted_is_a_ring_under_the_shot_that_was_made_again(tmp_path: Path) -> None:
    first, made_again = ChartPoint("SC010_SH0010", 0.95), ChartPoint("SC010_SH0020", 1.0, re_anchored=True)
    drifted = ChartPoint("SC010_SH0020", 1.0, re_anchored=True, undone=0.4)
    charts = []
    for name, second in (("without", made_again), ("with", drifted)):
        path = drift_chart.render({"marit": [first, second]}, tmp_path / f"{name}.png", threshold=0.3)
        with Image.open(path) as chart:
            column = 76 + round((1200 - 76 - 210) * 0.75)
            charts.append([chart.getpixel((column, y))[2] > 140 for y in range(84, 358)])  # type: ignore[index]
    assert sum(charts[1][130:]) > sum(charts[0][130:])  # nearer to the foot of the chart


def test_a_chart_without_a_measured_shot_is_still_a_chart(tmp_path: Path) -> None:
    made = drift_chart.render(
        {"marit": [ChartPoint("SC010_SH0010", None, re_anchored=True)]}, tmp_path / "d.png", threshold=0.8
    )
    with Image.open(made) as chart:
        assert chart.size == (1200, 420)
        assert len(chart.getcolors(100_000) or []) > 10


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("TITLE 'x'\n0 0 0\n", "it has no LUT_3D_SIZE"),
        ("LUT_3D_SIZE 2\n0 0 0\n", "it holds 1 colours where 2 a side make 8"),
        ("LUT_3D_SIZE 900\n", "a number from 2 to 65"),
        ("LUT_3D_SIZE 2\n0 0 oops\n", "is not a colour of three numbers"),
        ("LUT_3D_SIZE 2\n0 0 1e999\n", "is not a colour of three numbers"),
    ],
    ids=["no size", "short", "huge", "words", "infinite"],
)
def test_a_grade_that_is_no_cube_is_refused_with_its_reason(tmp_path: Path, text: str, reason: str) -> None:
    cube = tmp_path / "show.cube"
    cube.write_text(text)
    with pytest.raises(UnfitGrade, match=reason):
        grade.bring(cube, tmp_path / "grade.cube")
    assert not (tmp_path / "grade.cube").exists()


def test_a_picture_lies_within_its_address_no_larger_than_a_page_shows_at_once(tmp_path: Path) -> None:
    busy = Image.effect_noise((1600, 1200), 80).convert("RGB")
    busy.save(tmp_path / "busy.png")
    address = inline.data_url(tmp_path / "busy.png")
    assert address is not None
    kind, _, content = address.partition(";base64,")
    assert kind == "data:image/jpeg"
    jpeg = base64.b64decode(content)
    assert len(jpeg) <= inline.BYTES_MAX
    with Image.open(io.BytesIO(jpeg)) as small:
        assert small.size in {(720, 540), (480, 360)}
    asked = inline.data_url(tmp_path / "busy.png", 400)
    assert asked is not None
    with Image.open(io.BytesIO(base64.b64decode(asked.partition(",")[2]))) as card:
        assert card.size == (400, 300)

    Image.effect_noise((640, 9600), 80).convert("RGB").save(tmp_path / "tall.png")
    assert inline.data_url(tmp_path / "tall.png") is None
