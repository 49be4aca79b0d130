"""The local eye on real pictures of the example film, and `gate score` on any pictures."""

from __future__ import annotations

import json
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from skimage import data

from checks.scorer.axes import axis_scores
from checks.scorer.compare import compare
from checks.scorer.differences import differences, in_words
from checks.scorer.learning import learn
from checks.scorer.spotting import Spotted, spot
from checks.scorer.subject import Masters, Panel, Setting, Subject
from checks.seeing.colour import turned
from checks.seeing.eye_noise import BUILT_IN_NOISE
from checks.seeing.masters import References, Rgb
from manifests.staging import Box

ASSETS = Path(__file__).parents[2] / "examples" / "harbour" / "assets"
GREY = 124
VIEWS = ("front", "three_quarter", "side", "back")
LINES = 232


class Miniature:
    """An eye that costs nothing: a picture's own small copy, told from grey."""

    name = "miniature/1"
    noise = BUILT_IN_NOISE

    def embed(self, pictures, fit="letterbox"):
        rows = [
            cv2.resize(np.asarray(p, np.float32), (12, 12), interpolation=cv2.INTER_AREA).ravel() - 124
            for p in pictures
        ]
        return np.stack([row / max(float(np.linalg.norm(row)), 1e-6) for row in rows]).astype(np.float32)


@pytest.fixture(scope="module")
def masters() -> Masters:
    paths = {
        f"characters/ilse/raincoat/{view}": ASSETS / "characters" / "ilse" / "raincoat" / f"{view}.png"
        for view in VIEWS
    }
    paths |= {f"locations/{place}": ASSETS / "locations" / f"{place}.png" for place in ("cafe_main", "lamp_room")}
    references = References(paths)
    views = tuple(references.cutout(f"characters/ilse/raincoat/{view}") for view in VIEWS)
    return Masters(
        {"ilse": views}, {"cafe": (references.plate("cafe_main"),), "lamp": (references.plate("lamp_room"),)}
    )


def panel(
    masters: Masters, x: float, view: int, place: str = "cafe", light: float = 1.0, coat_turn: float = 0.0
) -> Panel:
    """Ilse at `x` before a plate, a little brighter or darker; her coat's hues turned."""
    picture = cv2.resize(masters.plates[place][0], (640, 360), interpolation=cv2.INTER_AREA).astype(np.float32)
    rgba = masters.figures["ilse"][view]
    width = round(rgba.shape[1] * LINES / rgba.shape[0])
    small = cv2.resize(rgba, (width, LINES), interpolation=cv2.INTER_AREA)
    colour, alpha = small[..., :3], small[..., 3:].astype(np.float32) / 255
    if coat_turn:
        colour = colour.copy()
        colour[60:] = turned(np.ascontiguousarray(colour[60:]), coat_turn)
    top, left = 340 - LINES, round(x * 640 - width / 2)
    there = np.s_[top : top + LINES, left : left + width]
    picture[there] = picture[there] * (1 - alpha) + colour * alpha
    box = Box(left / 640, top / 360, (left + width) / 640, 340 / 360)
    lit = np.clip(picture * light, 0, 255).astype(np.uint8)
    return Panel(lit, (Subject("ilse", box),), Setting("cafe", Box(0, 0, 1, 1)))


@pytest.fixture(scope="module")
def known(masters):
    panels = [panel(masters, 0.3 + 0.1 * i, i % 3, light=0.85 + 0.07 * i) for i in range(5)]
    return learn([[each] for each in panels], masters, Miniature())


def scored(masters: Masters, known, shown: Panel) -> dict[str, float]:
    found = compare(shown.picture, shown.subjects, known.masters, Miniature(), shown.setting)
    return {axis: score.z for (_, axis), score in axis_scores(found, known.baseline).items()}


def test_a_new_mark_and_a_dimmer_light_are_no_drift(masters, known):
    assert min(scored(masters, known, panel(masters, 0.62, 1, light=0.8)).values()) > -2.0


def test_a_coat_of_another_colour_shows_in_the_wardrobe_and_not_in_the_place(masters, known):
    found = scored(masters, known, panel(masters, 0.5, 1, coat_turn=90))
    assert found["wardrobe"] < -2.5
    assert found["location"] > -1.5


def test_another_place_under_the_same_name_is_seen(masters, known):
    assert scored(masters, known, panel(masters, 0.5, 1, place="lamp"))["location"] < -2.5


def written(folder: Path, name: str, picture: Rgb) -> str:
    cv2.imwrite(str(folder / name), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    return str(folder / name)


def test_gate_score_says_which_axis_is_off_and_draws_a_sheet(masters, tmp_path, monkeypatch):
    from desk.cli.tools import score

    monkeypatch.setattr(score, "_eye", Miniature)
    refs = [written(tmp_path, f"r{i}.png", panel(masters, 0.3 + 0.13 * i, i % 2).picture) for i in range(4)]
    tests = [
        written(tmp_path, "same.png", panel(masters, 0.55, 1).picture),
        written(tmp_path, "elsewhere.png", panel(masters, 0.55, 1, place="lamp").picture),
    ]
    sheet = tmp_path / "sheet.png"
    done = CliRunner().invoke(
        score.score, ["--refs", *refs, "--test", *tests, "--sheet", str(sheet), "--json"], standalone_mode=False
    )
    assert done.return_value == 1, done.output  # one picture fails
    facts = json.loads(done.stdout)
    same, elsewhere = facts["pictures"]
    assert facts["eye"] == "miniature/1"
    assert same["triage"]["location"] != "fail"
    assert elsewhere["triage"]["location"] == "fail"
    assert set(facts["references"].values()) == {"by what is new before the same place"}
    assert cv2.imread(str(sheet)).shape[1] > 640
    flipped = written(tmp_path, "flipped.png", panel(masters, 0.55, 1).picture[:, ::-1] // 2)
    words = CliRunner().invoke(score.score, ["--refs", *refs, "--test", flipped, tests[1]]).stdout
    told, _, of_elsewhere = words.partition(f"\n{tests[1]}\n")
    assert re.search(r"^  the picture is 2\.[12] stops darker, mirrored$", told, re.MULTILINE)
    assert "location: fail, not what the references show" in of_elsewhere


def test_gate_score_without_enough_references_judges_the_picture_as_a_whole_and_passes_none(
    masters, tmp_path, monkeypatch
):
    from desk.cli.tools import score

    monkeypatch.setattr(score, "_eye", Miniature)
    one, two = (written(tmp_path, f"{i}.png", panel(masters, 0.4 + 0.2 * i, 0).picture) for i in range(2))
    done = CliRunner().invoke(score.score, ["--refs", one, "--test", two, "--box", "0.45,0.2,0.3,0.8"])
    assert done.exit_code == 0, done.output
    assert "subject where --box says" in done.output
    assert "Fewer than three references" in done.output
    assert re.search(
        r"whole picture: ask, look at it: a likeness does not prove who it is \(likeness 0\.\d\d\)", done.output
    )
    elsewhere = written(
        tmp_path, "noise.png", np.random.default_rng(1).integers(0, 255, (360, 640, 3)).astype(np.uint8)
    )
    for test, code in ((two, 3), (elsewhere, 1)):
        assert (
            CliRunner().invoke(score.score, ["--refs", one, "--test", test], standalone_mode=False).return_value == code
        )


def test_gate_score_answers_a_file_of_pairs_a_line_each_and_goes_on_past_a_bad_picture(masters, tmp_path, monkeypatch):
    from desk.cli.tools import score

    monkeypatch.setattr(score, "_eye", Miniature)
    (tmp_path / "in").mkdir()
    refs = [
        Path(written(tmp_path / "in", f"r{i}.png", panel(masters, 0.3 + 0.13 * i, i % 2).picture)) for i in range(4)
    ]
    names = "|".join(f"in/{path.name}" for path in refs)
    written(tmp_path, "same.png", panel(masters, 0.55, 1).picture)
    written(tmp_path, "elsewhere.png", panel(masters, 0.55, 1, place="lamp").picture)
    lines = ["refs;test", f"{names};same.png", f"{names};elsewhere.png", "in/r0.png;same.png", "in/r0.png;nothing.png"]
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("\n".join(lines) + "\n")

    done = CliRunner().invoke(score.score, ["--pairs", str(pairs), "--json"], standalone_mode=False)

    same, elsewhere, alone, lost = map(json.loads, done.stdout.splitlines())
    assert done.return_value == 1
    assert [same["refs"], same["test"]] == [[f"in/{path.name}" for path in refs], "same.png"]
    assert (same["verdict"] != "fail", elsewhere["verdict"]) == (True, "fail")
    assert "location: fail" in elsewhere["why"]
    assert same["score"] > elsewhere["score"]
    assert alone["verdict"] == "ask"
    assert "nothing.png" in lost["error"]
    pairs.write_text("\n".join(lines[:1] + lines[3:]) + "\n")
    words = CliRunner().invoke(score.score, ["--pairs", str(pairs)], standalone_mode=False).stdout.splitlines()
    assert words[0].startswith("same.png beside 1 reference: ask, likeness 0.")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has 0 pairs"),
        ("refs;test\n", "has 0 pairs"),
        ("a.png\n", ":1 is not references;test"),
        ("a.png;b.png\n;c.png\n", ":2 is not references;test"),
        ("a.png,b.png,c.png\n", ":1 is not references;test"),
        ("|".join("abcdefghijklmnopq") + ";x.png\n", "has 17 references"),
    ],
)
def test_a_file_of_pairs_that_cannot_be_read_is_refused_with_its_line(tmp_path, text, words):
    from desk.cli.tools import score

    (tmp_path / "pairs.csv").write_text(text)
    done = CliRunner().invoke(score.score, ["--pairs", str(tmp_path / "pairs.csv")])
    assert (done.exit_code, words in done.output) == (2, True), done.output


@pytest.mark.parametrize("name", ["astronaut", "coffee", "chelsea"])
def test_a_photograph_that_was_changed_is_told_by_what_was_changed(name):
    picture = getattr(data, name)()
    darker = (picture * 2 ** (-1 / 2.2)).astype(np.uint8)

    assert differences(picture, picture) == ()
    assert in_words(differences(darker[:, ::-1], picture)) == "the picture is 1.0 stop darker, mirrored"
    grey = np.dstack([cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)] * 3)
    assert in_words(differences(grey, picture)) == "the picture is black and white"
    others = [getattr(data, other)() for other in ("astronaut", "coffee", "chelsea") if other != name]
    assert in_words(differences(picture[:, ::-1], *others, picture)) == "the picture is mirrored"


@pytest.mark.parametrize("lost", ["test", "reference"])
def test_gate_score_cannot_tell_who_it_is_where_no_subject_was_found(masters, tmp_path, monkeypatch, lost):
    from checks.scorer import any_pictures
    from desk.cli.tools import score

    def not_found(rgb, box, like, others):
        found = spot(rgb, box, like, others)
        empty = rgb.mean() > GREY - 1 and rgb.std() < 1
        return Spotted(Box(0, 0, 1, 1), np.ones(rgb.shape[:2], np.float32), "the whole frame") if empty else found

    monkeypatch.setattr(any_pictures, "spot", not_found)
    monkeypatch.setattr(score, "_eye", Miniature)
    grey = written(tmp_path, "grey.png", np.full((360, 640, 3), GREY, np.uint8))
    refs = [written(tmp_path, f"r{i}.png", panel(masters, 0.3 + 0.13 * i, i % 2).picture) for i in range(3)]
    same = written(tmp_path, "same.png", panel(masters, 0.55, 1).picture)
    words = ["--refs", *refs, "--test", grey] if lost == "test" else ["--refs", *refs, grey, "--test", same]

    done = CliRunner().invoke(score.score, words, standalone_mode=False)

    assert done.return_value == 1, done.output
    assert "identity and wardrobe: cannot tell; no subject was found in" in done.output
    assert "identity: pass" not in done.output
    told = json.loads(CliRunner().invoke(score.score, [*words, "--json"], standalone_mode=False).stdout)["pictures"][0]
    assert (told["triage"]["identity"], told["overall"]) == ("cannot tell", None)
    assert "identity" not in told["axes"]


@pytest.mark.parametrize("box", ["1,2", "0.5,0.5,0.9,0.2", "a,b,c,d"])
def test_a_box_that_is_none_is_refused(box, tmp_path):
    from desk.cli.tools import score

    done = CliRunner().invoke(score.score, ["--refs", "a", "--test", "b", "--box", box])
    assert done.exit_code == 2
    assert "--box" in done.output


def test_what_approved_panels_show_is_a_master_too(masters):
    dimmed = [panel(masters, 0.3 + 0.1 * i, 0, light=0.6) for i in range(3)]
    seen = panel(masters, 0.55, 0, light=0.6)
    alone, wider = (
        {s.channel: s.distance for s in looked_at(seen, known)}
        for known in (masters, learn([dimmed], masters, Miniature()).masters)
    )

    assert all(wider[channel] <= alone[channel] for channel in ("head_colour", "torso_colour", "legs_colour"))
    assert wider["torso_colour"] < alone["torso_colour"]


def looked_at(shown: Panel, known: Masters):
    return compare(shown.picture, shown.subjects, known, Miniature(), shown.setting)
