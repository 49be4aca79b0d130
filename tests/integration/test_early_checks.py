"""What gate lint and gate lock find for nothing, which a run would otherwise find only after paid takes."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from bench.planting.hostile_pictures import profile
from checks.contract import Tally
from checks.gates.cast_gate import check_cast, judge_sides
from checks.seeing.masters import References
from checks.seeing.pictures import read_picture
from desk.cli.options import open_film
from manifests.bible import VIEWS
from manifests.finding import Finding, Verdict
from manifests.keys import hash_file
from manifests.reading.film_folder import read_film
from tasks.check_roster import check_roster
from wiring import opening
from wiring.errors import RosterBlocked

HARBOUR = Path(__file__).parents[2] / "examples" / "harbour" / "assets" / "characters"
BO = "id: bo\nname: Bo\nheight_m: 1.8\nidentity: Man of 30.\nwardrobes:\n  coat: {words: a red coat}\n"


@pytest.fixture
def lint(
    film: Path, gate: Callable[..., tuple[object, str, str]]
) -> Callable[[], dict[tuple[str, str], dict[str, str]]]:
    """What lint finds, by rule and subject."""

    def read() -> dict[tuple[str, str], dict[str, str]]:
        return {(f["rule"], f["subject"]): f for f in json.loads(gate("lint", "--json")[1])["findings"]}

    return read


def test_two_people_with_one_picture_are_found_before_anything_is_bought(film, gate, lint):
    (film / "bible/characters/bo.yaml").write_text(BO)
    for view in VIEWS:
        path = film / f"assets/characters/bo/coat/{view}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((film / f"assets/characters/ada/coat/{view}.png").read_bytes())

    found = lint()[("R111", "characters/bo/coat/front")]

    assert "is the same file as characters/ada/coat/back" in found["message"]
    code, said, _ = gate("lock", "--yes")
    assert code == 7
    assert "R111 characters/bo/coat/front" in said


def test_a_small_plate_and_a_person_with_a_background_are_named_before_and_by_the_lock(film, gate, lint):
    (film / "lock.yaml").unlink()
    Image.new("RGBA", (40, 120), (90, 80, 70, 255)).save(film / "assets/characters/ada/coat/front.png")
    Image.effect_noise((320, 180), 40).convert("RGB").save(film / "assets/locations/kitchen.png")

    for found in (
        lint(),
        {(f["rule"], f["subject"]): f for f in json.loads(gate("lock", "--yes", "--json")[1])["findings"]},
    ):
        assert "is only 320×180" in found[("R105", "locations/kitchen")]["message"]
        assert "is not cut out" in found[("R106", "characters/ada/coat/front")]["message"]


def test_a_model_a_price_and_a_key_that_are_missing_are_found(film, lint):
    path = film / "film.yaml"
    path.write_text(path.read_text() + "providers: {panel: fal, clip: gemini, panel_model: no-such-model}\n")

    found = lint()

    assert "no-such-model" in found[("M101", "fal")]["message"]
    assert found[("M103", "gemini")]["severity"] == "warning"
    assert "GEMINI" in found[("M103", "gemini")]["cure"]


def test_a_model_without_a_price_is_found_and_one_with_a_price_is_not(film, lint):
    path = film / "film.yaml"
    path.write_text(path.read_text() + "providers: {panel: fal, clip: evolink}\n")

    found = lint()

    assert "has no price for evolink seedance" in found[("M102", "evolink clip")]["message"]
    assert found[("M102", "evolink clip")]["severity"] == "error"
    assert ("M102", "fal panel") not in found


def test_missing_words_are_warned_of_until_somebody_writes_them(film, lint):
    style = film / "bible/style.yaml"
    style.write_text('words: ""\n')
    assert lint()[("M201", "bible/style.yaml")]["severity"] == "warning"

    style.write_text("words: Hard noon.\n")
    assert ("M201", "bible/style.yaml") not in lint()


def test_a_medium_shot_that_shows_everybody_head_to_foot_is_warned_of(film, lint):
    scene = film / "scenes/SC010.yaml"
    scene.write_text(scene.read_text().replace("size: full", "size: medium"))
    found = lint()[("M202", "SC010_SH0010")]
    assert "stands 0.6 frame heights tall" in found["message"]

    scene.write_text(scene.read_text().replace("scale: 0.6", "scale: 0.7"))
    assert ("M202", "SC010_SH0010") not in lint()


@pytest.fixture
def ilse() -> dict[str, np.ndarray]:
    files = {f"characters/ilse/raincoat/{view}": HARBOUR / f"ilse/raincoat/{view}.png" for view in VIEWS}
    references = References(files)
    return {view: references.cutout(f"characters/ilse/raincoat/{view}") for view in VIEWS}


def sides(views: dict[str, np.ndarray]) -> dict[tuple[str, str], str]:
    tally = Tally({})
    judge_sides("characters/ilse/raincoat", views, tally)  # type: ignore[arg-type]
    return {(f.rule, f.subject.rpartition("/")[2]): f.message for f in tally.verdict().findings}


def test_a_squeezed_or_mirrored_front_is_no_other_view(ilse):
    assert sides(ilse) == {}
    front = ilse["front"]
    squeezed = cv2.resize(front, (round(front.shape[1] * 0.7), front.shape[0]), interpolation=cv2.INTER_AREA)

    assert (
        "is the front view again (at 0.70 of its width)"
        in sides({**ilse, "three_quarter": squeezed})[("R112", "three_quarter")]
    )
    mirrored = np.ascontiguousarray(squeezed[:, ::-1])
    assert "mirrored, at 0.70" in sides({**ilse, "side": mirrored})[("R112", "side")]


def test_a_side_view_that_faces_the_other_way_is_warned_of(ilse):
    turned = {**ilse, "side": np.ascontiguousarray(ilse["side"][:, ::-1])}
    assert "seems to face the other way" in sides(turned)[("R113", "side")]


def test_a_view_that_lies_in_another_persons_folder_is_warned_of():
    film = read_film(HARBOUR.parents[1])
    paths = {name: film.assets / f"{name}.png" for name in film.bible.assets()}

    def owners(paths: dict[str, Path]) -> dict[str, Finding]:
        references = References(paths, {name: hash_file(path) for name, path in paths.items()})
        return {f.subject: f for f in check_cast(film.bible, references).findings if f.rule == "R114"}

    assert owners(paths) == {}
    ilse, tomas = ("characters/ilse/raincoat/side", "characters/tomas/sweater/side")
    misplaced = owners({**paths, ilse: paths[tomas]})
    assert misplaced[ilse].severity == "warning"
    assert "looks more like tomas/sweater" in misplaced[ilse].message


def test_pictures_that_cannot_be_used_are_named_all_at_once(film, gate):
    for view in ("front", "side"):
        (film / f"assets/characters/ada/coat/{view}.png").write_bytes(b"no picture")
    code, _, err = gate("lock", "--yes")
    assert code == 2
    assert "2 pictures of" in err
    assert "coat/front.png: it is not a PNG" in err
    assert "coat/side.png: it is not a PNG" in err


def test_a_roster_finding_stops_a_run_unless_the_film_waives_it_with_a_reason(film):
    from desk.cli.ending import refusal_of

    stranger = film / "assets/characters/bram/coat/front.png"
    stranger.parent.mkdir(parents=True)
    stranger.write_bytes((film / "assets/characters/ada/coat/front.png").read_bytes())

    def check() -> Verdict:
        return asyncio.run(check_roster.fn(open_film(film), "SC010"))

    with pytest.raises(
        RosterBlocked, match="R201 characters/bram/coat is in the store but not in the bible"
    ) as stopped:
        check()
    refusal = refusal_of(stopped.value)
    assert refusal is not None
    assert refusal.code == 7
    assert "waivers: [{rule: R201, subject: characters/bram/coat, why:" in stopped.value.cure

    path = film / "film.yaml"
    path.write_text(path.read_text() + "waivers: [{rule: R201, subject: characters/bram/coat, why: the second film}]\n")
    assert check().passed


def test_a_plan_says_that_the_roster_stops_the_run_in_the_runs_own_words_and_exit_code(film, gate):
    stranger = film / "assets/characters/bram/coat/front.png"
    stranger.parent.mkdir(parents=True)
    stranger.write_bytes((film / "assets/characters/ada/coat/front.png").read_bytes())

    code, _, err = gate("run", "SC010")
    words = err.splitlines()[-1].removeprefix("gate: ")
    assert (code, words.startswith("SC010 roster: R201 characters/bram/coat")) == (7, True)
    assert not (film / ".gate" / "server").exists()
    code, out, _ = gate("plan", "SC010")
    assert (code, out.splitlines()[-1]) == (7, f"A run would stop before it makes anything. {words}")
    assert "0 of 6 steps run" in out
    told = json.loads(gate("plan", "SC010", "--json")[1])
    assert told["would_stop"] == words
    assert {step["block"] for step in told["steps"]} == {"roster"}

    path = film / "film.yaml"
    path.write_text(path.read_text() + "waivers: [{rule: R201, subject: characters/bram/coat, why: the second film}]\n")
    assert gate("plan", "SC010")[0] == 0


def test_pictures_in_another_colour_space_are_turned_with_a_notice_and_stay_as_they_are(film, gate):
    plate, front = film / "assets/locations/kitchen.png", film / "assets/characters/ada/coat/front.png"
    for path in (plate, front):
        with Image.open(path) as picture:
            tinted = Image.blend(
                picture, Image.new(picture.mode, picture.size, (200, 50, 50, 255)[: len(picture.getbands())]), 0.5
            )
        tinted.save(path, icc_profile=profile("Adobe RGB"))
    drawn = {path: path.read_bytes() for path in (plate, front)}

    for command in (("lint",), ("lock", "--yes"), ("lint",)):
        out = gate(*command)[1]
        for name in ("locations/kitchen", "characters/ada/coat/front"):
            assert (
                f"I {name}: it is in the colour space 'Adobe RGB', not in sRGB; an upright copy in sRGB stands" in out
            )
    assert {path: path.read_bytes() for path in drawn} == drawn
    assert set(json.loads(gate("lint", "--json")[1])["turned"]) == {"locations/kitchen", "characters/ada/coat/front"}
    services = open_film(film)
    stored = services.references().paths["locations/kitchen"]
    with Image.open(stored) as copy:
        assert "icc_profile" not in copy.info
        assert np.abs(np.asarray(copy)[..., :3].astype(int) - read_picture(plate)[..., :3]).max() == 0
    assert services.folder.lock.assets["locations/kitchen"].sha256 == services.hashes()["locations/kitchen"]
    assert not [f for f in json.loads(gate("lint", "--json")[1])["findings"] if f["rule"] in {"R102", "R103"}]


def test_a_picture_on_its_side_is_stood_up_in_its_copy(film, gate):
    side, turned_right = film / "assets/characters/ada/coat/side.png", Image.Exif()
    turned_right[0x0112] = 6
    with Image.open(side) as picture:
        width, height = picture.size
        picture.save(side, exif=turned_right)
    assert "I characters/ada/coat/side: it lies on its side, and only its Exif says so;" in gate("lint")[1]
    with Image.open(open_film(film).references().paths["characters/ada/coat/side"]) as copy:
        assert copy.size == (height, width)


def test_a_copy_that_was_thrown_away_is_made_again_and_is_the_same(film, gate):
    plate = film / "assets/locations/kitchen.png"
    with Image.open(plate) as picture:
        Image.new("RGB", picture.size, (200, 50, 50)).save(plate, icc_profile=profile("Adobe RGB"))
    assert gate("lock", "--yes")[0] in {0, 7}
    before = open_film(film).hashes()["locations/kitchen"]
    shutil.rmtree(film / ".gate" / "cache")
    opening._open_once.cache_clear()
    assert open_film(film).hashes()["locations/kitchen"] == before
    assert "locations/kitchen" in json.loads(gate("lint", "--json")[1])["turned"]
