"""Real faces by the real model: photographs that scikit-image ships, and a film of their cut-outs."""

from __future__ import annotations

import json
import sys

import numpy as np
import onnx
import pytest
from click.testing import CliRunner

from checks.errors import EyeError
from checks.faces import finder
from checks.faces.faces import on_background
from checks.faces.likeness import face_likeness, shared_face
from checks.faces.models import BUILT_IN, OwnFaces, faces_name, open_faces
from checks.fail_limits import ask_instead
from checks.gates.face_masters import known_faces
from checks.gates.panel_gate import PanelCase, gate_panel
from checks.seeing.masters import References
from checks.seeing.pictures import read_picture
from manifests.bible import Bible, Character, Location, Style, Wardrobe
from manifests.finding import Verdict
from manifests.scene import Shot
from tests.integration import photographs as photo


@pytest.fixture(scope="module")
def eye():
    return open_faces()


SAME = {
    "mirrored": photo.mirrored,
    "darker": lambda p: photo.relit(p, 0.5),
    "brighter": lambda p: photo.relit(p, 1.4),
    "warmer": lambda p: photo.relit(p, 1.0, 0.2),
    "tilted": lambda p: photo.tilted(p, 8),
    "tilted the other way and darker": lambda p: photo.tilted(photo.relit(p), -8),
    "with a head of 54 lines": lambda p: photo.smaller(p, 0.35),
    "with a head of 39 lines": lambda p: photo.smaller(p, 0.25),
}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
def test_a_face_is_the_same_however_the_photograph_was_changed(eye, change):
    hers = shared_face([photo.portrait()], eye)

    found = face_likeness(change(photo.portrait()), hers, eye)

    assert found.says == "pass", found


@pytest.mark.parametrize("number", photo.OTHERS)
def test_another_face_is_not_hers_in_her_suit_or_alone(eye, number):
    hers = shared_face([photo.portrait()], eye)

    for picture in (photo.in_her_suit(number), photo.somebody_else(number)):
        found = face_likeness(picture, hers, eye)
        assert found.says == "fail", found


def test_a_face_says_where_it_is_how_large_the_head_is_and_how_sure_it_is(eye):
    [face] = eye.look(photo.portrait())

    assert face.box.left < 0.43 < face.box.right
    assert face.box.top < 0.25 < face.box.bottom
    assert 140 < face.lines < 170, "chin to crown, measured with a ruler: 0.04 to 0.35 of 512 lines"
    assert face.confidence > 0.5
    right, left, nose = np.mean(face.points[:2], 0), np.mean(face.points[2:4], 0), face.points[4]
    assert left[0] < nose[0] < right[0]
    assert max(left[1], right[1]) < nose[1]


def test_faces_kept_in_a_folder_are_seen_again_without_looking_and_a_broken_file_is_looked_at_anew(
    eye, tmp_path, monkeypatch
):
    def opened():
        return type(eye)(type(eye._model)(), tmp_path)

    hers, nobodys = photo.smaller(photo.portrait(), 0.5), photo.smaller(photo.plate(), 0.5)
    first = opened()
    (face,) = first.look(hers)
    assert first.look(nobodys) == ()

    looks, find = [], finder.find
    monkeypatch.setattr(finder, "find", lambda *given: looks.append(given) or find(*given))
    (again,) = opened().look(hers)

    assert again == face
    assert np.array_equal(again.vector, face.vector)
    assert again.vector.dtype == face.vector.dtype
    assert opened().look(nobodys) == ()
    assert looks == [], "it was kept"
    for kept in tmp_path.rglob("*.npy"):
        kept.write_bytes(kept.read_bytes()[:40])
    assert opened().look(hers) == (face,)
    assert len(looks) == 1
    assert len(opened().look(hers, 40.0)) == 1
    assert len(looks) == 2, "another smallest head is another question"


def test_films_with_a_cache_each_share_one_model_whose_weights_are_read_once(eye, tmp_path):
    one, other = (open_faces(store=tmp_path / film) for film in ("one", "other"))

    assert one is not other
    assert one is open_faces(store=tmp_path / "one")
    assert one._model is other._model is eye._model


def test_nothing_in_a_place_without_people_is_taken_for_a_face(eye):
    assert eye.look(photo.plate()) == ()


def test_the_file_of_68_points_is_never_opened(eye, monkeypatch):
    opened = []
    monkeypatch.setattr(finder, "model_file", lambda name, real=finder.model_file: opened.append(name) or real(name))
    finder._points.cache_clear()

    for model in (open_faces(), type(eye)(type(eye._model)())):
        model.look(photo.smaller(photo.relit(photo.portrait(), 0.97), 0.5))

    assert set(opened) == {"shape_predictor_5_face_landmarks.dat", "dlib_face_recognition_resnet_model_v1.dat"}
    assert "face_recognition_models" not in sys.modules, "the package is not imported: its module offers all four files"


def test_without_the_extra_there_is_no_model_and_no_name(monkeypatch):
    monkeypatch.setattr(finder, "is_there", lambda: False)

    assert open_faces() is None
    assert faces_name() == ""


# A film of real cut-outs.

PLACE = Location(id="table", name="The table", words="a table", light="warm")


def film_of(folder, **views) -> tuple[Bible, References]:
    """A film of these characters, each with a front view, and one place."""
    paths = {
        f"characters/{name}/suit/front": photo.written(folder / "assets" / f"{name}.png", view)
        for name, view in views.items()
    }
    paths["locations/table"] = photo.written(folder / "assets" / "table.png", photo.plate())
    dress = {"suit": Wardrobe(words="an orange suit")}
    people = {n: Character(id=n, name=n, height_m=1.7, identity="An astronaut.", wardrobes=dress) for n in views}
    return Bible(
        characters=people, locations={"table": PLACE}, props={}, style=Style(words="A photograph.")
    ), References(paths)


SHOT = Shot.model_validate(
    {
        "id": "SC010_SH0010",
        "location": "table",
        "cast": [{"character": "eileen", "wardrobe": "suit", "start": {"x": 0.5, "y": 1.0, "scale": 0.889}}],
        "camera": {"size": "medium"},
        "motion": "She smiles.",
        "duration_s": 4,
    }
)


@pytest.fixture(scope="module")
def astronauts(tmp_path_factory):
    return film_of(
        tmp_path_factory.mktemp("film"), eileen=photo.cut_out(photo.portrait()), vik=photo.cut_out(photo.in_her_suit(1))
    )


LINES = 360
"""The panels' height: her head has 97 lines, and faces are found in half the time of 480."""


def handed_in(folder, picture, film, eye, *, approved=False) -> Verdict:
    """The gate's verdict over a panel that somebody made elsewhere; before or after enough of the film is approved."""
    bible, references = film
    case = PanelCase(photo.written(folder / "panel.png", picture), SHOT, 0.0, bible, references, bands={})
    return ask_instead(gate_panel(case, faces=eye), {"V116": 1.15} if approved else {})


def said(verdict: Verdict) -> dict[str, str]:
    return {score.rule: score.says for score in verdict.scores if score.subject == "eileen"}


GOOD = {
    "as it is": lambda p: p,
    "relit": lambda p: photo.relit(p, 0.6),
    "warmer": lambda p: photo.relit(p, 1.0, 0.12),
    "tilted": lambda p: photo.tilted(p, 8),
    "mirrored": photo.mirrored,
    "mirrored, relit and tilted": lambda p: photo.tilted(photo.relit(photo.mirrored(p), 0.7), -6),
}


@pytest.mark.parametrize("change", GOOD.values(), ids=GOOD)
def test_a_right_panel_that_is_relit_tilted_or_mirrored_does_not_fail_and_nobody_doubts_who_it_is(
    tmp_path, astronauts, eye, change
):
    picture = change(photo.panel(photo.cut_out(photo.portrait()), height=LINES))

    verdict = handed_in(tmp_path, picture, astronauts, eye, approved=True)

    assert not verdict.failed, verdict.findings
    assert said(verdict)["V116"] == "pass"
    assert {"V101", "V102", "V116"}.isdisjoint(finding.rule for finding in verdict.findings), verdict.findings


@pytest.mark.parametrize("number", photo.OTHERS[1:])
def test_another_face_in_the_same_suit_asks_at_first_and_fails_once_the_film_has_enough_approved_panels(
    tmp_path, astronauts, eye, number
):
    picture = photo.panel(photo.cut_out(photo.in_her_suit(number)), height=LINES)

    asked, failed = (handed_in(tmp_path, picture, astronauts, eye, approved=so) for so in (False, True))

    assert not asked.failed
    assert "V116" in {question.rule for question in asked.questions}
    assert not asked.passed
    assert "V116" in {finding.rule for finding in failed.findings if finding.severity == "error"}


def test_another_character_in_her_place_is_called_by_name(tmp_path, astronauts, eye):
    picture = photo.relit(photo.panel(photo.cut_out(photo.in_her_suit(1)), height=LINES), 0.8)

    verdict = handed_in(tmp_path, picture, astronauts, eye, approved=True)

    [finding] = [f for f in verdict.findings if f.rule == "V116"]
    assert "another face stands there (nearest: vik 0." in finding.message
    assert finding.evidence["fits"] == "vik"


def test_without_the_extra_other_rules_judge_and_the_verdict_says_so(tmp_path, astronauts):
    verdict = handed_in(tmp_path, photo.panel(photo.cut_out(photo.portrait()), height=LINES), astronauts, None)

    told = [(score.subject, score.why) for score in verdict.not_checked if score.rule == "V116"]
    assert told == [("eileen", "faces are not compared (pip install 'check-the-gate[faces]')")]
    assert said(verdict)["V102"] != "not checked"


def test_the_faces_of_the_drawn_example_are_none_to_the_model(eye):
    from manifests.reading.film_folder import read_film
    from tests.integration.test_scoring import ASSETS
    from wiring.own_eyes import masters_here

    folder = read_film(ASSETS.parent)

    found = known_faces(folder.bible, masters_here(folder), eye)

    assert found.of == {}
    assert found.unknown["ilse"] == "the face model finds no face in ilse's locked pictures"


# gate score.


class Uniform:
    """An image model to which all pictures are alike: identity rests on faces."""

    name = "uniform/1"

    def __init__(self):
        from checks.seeing.eye_noise import BUILT_IN_NOISE

        self.noise = BUILT_IN_NOISE

    def embed(self, pictures, fit="letterbox"):
        return np.full((len(pictures), 4), 0.5, np.float32)


@pytest.fixture
def scored(tmp_path, monkeypatch):
    from desk.cli.tools import score

    monkeypatch.setattr(score, "_eye", Uniform)
    monkeypatch.chdir(tmp_path)
    portrait = photo.smaller(photo.portrait(), 0.5)  # a head of 77 lines
    references = [portrait, photo.mirrored(photo.relit(portrait, 0.7)), photo.tilted(portrait, 6)]
    for at, picture in enumerate(references):
        photo.written(tmp_path / f"r{at}.png", picture)
    photo.written(tmp_path / "her.png", photo.tilted(photo.relit(portrait, 0.8), -7))
    photo.written(tmp_path / "other.png", photo.smaller(photo.in_her_suit(2), 0.5))

    def score_pairs(references: int) -> list[dict[str, object]]:
        names = "|".join(f"r{at}.png" for at in range(references))
        (tmp_path / "pairs.csv").write_text(f"{names};her.png\n{names};other.png\n")
        done = CliRunner().invoke(score.score, ["--pairs", "pairs.csv", "--json"], standalone_mode=False)
        return [json.loads(line) for line in done.stdout.splitlines()]

    return score_pairs


@pytest.mark.parametrize("references", [1, 2, 3])
def test_gate_score_passes_her_and_fails_another_face_with_any_number_of_references(scored, references):
    her, other = scored(references)

    assert "the same face (0." in her["why"]
    assert "another face (0." in other["why"]
    assert other["verdict"] == "fail"
    assert her["verdict"] == "pass" if references < 3 else her["verdict"] != "fail"
    assert her["score"] > 0.5 > other["score"]


def test_references_of_two_people_compare_no_face_and_the_line_says_so(scored, tmp_path):
    from desk.cli.tools import score

    (tmp_path / "pairs.csv").write_text("r0.png|other.png;her.png\n")
    done = CliRunner().invoke(score.score, ["--pairs", "pairs.csv", "--json"], standalone_mode=False)

    [line] = [json.loads(line) for line in done.stdout.splitlines()]
    assert line["verdict"] == "ask"
    assert "the references do not show one and the same face" in line["why"]


def test_gate_score_prints_what_the_face_says_of_cut_outs_too(scored, tmp_path):
    from desk.cli.tools import score

    photo.written(tmp_path / "cut.png", photo.cut_out(photo.portrait()))
    photo.written(tmp_path / "cut2.png", photo.cut_out(photo.in_her_suit(3)))

    done = CliRunner().invoke(
        score.score, ["--refs", "cut.png", "--test", "her.png", "cut2.png"], standalone_mode=False
    )

    assert done.return_value == 1, done.output
    assert "identity: pass, the same face (0." in done.output
    assert "identity: fail, another face (0." in done.output


# A model of the film's own.


def arcface(path, side=112) -> OwnFaces:
    """A small model in ArcFace's form: the picture at 14×14, less its mean, as one row of numbers."""
    helper, float32 = onnx.helper, onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        [
            helper.make_node("AveragePool", ["faces"], ["small"], kernel_shape=[8, 8], strides=[8, 8]),
            helper.make_node("ReduceMean", ["small"], ["mean"], axes=[2, 3], keepdims=1),
            helper.make_node("Sub", ["small", "mean"], ["level"]),
            helper.make_node("Flatten", ["level"], ["row"], axis=1),
        ],
        "arcface",
        [helper.make_tensor_value_info("faces", float32, [1, 3, side, side])],
        [helper.make_tensor_value_info("row", float32, [1, 3 * (side // 8) ** 2])],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return OwnFaces(path, 0.3)


def test_a_film_may_bring_an_arcface_model_which_sees_faces_upright_and_of_one_size(tmp_path):
    own = arcface(tmp_path / "arc.onnx")
    eye = open_faces(own)

    hers = shared_face([photo.portrait()], eye)
    turned = face_likeness(photo.tilted(photo.portrait(), 15), hers, eye)
    smaller = face_likeness(photo.smaller(photo.portrait(), 0.5), hers, eye)
    other = face_likeness(photo.in_her_suit(2), hers, eye)

    assert eye.name == faces_name(own)
    assert eye.name.startswith("arcface/")
    assert eye.name != BUILT_IN
    assert max(turned.distance, smaller.distance) < 0.1 < other.distance
    assert (turned.says, turned.limit) == ("pass", 0.3)


def test_a_model_that_is_not_there_or_does_not_fit_is_named(tmp_path):
    with pytest.raises(EyeError, match="is not there"):
        open_faces(OwnFaces(tmp_path / "none.onnx"))
    (tmp_path / "junk.onnx").write_bytes(b"no model")
    portrait = photo.smaller(photo.portrait(), 0.5)
    with pytest.raises(EyeError, match=r"junk\.onnx"):
        open_faces(OwnFaces(tmp_path / "junk.onnx")).look(portrait)
    with pytest.raises(EyeError, match="1 × 3 × 112 × 112"):
        open_faces(arcface(tmp_path / "large.onnx", 224)).look(portrait)


def test_a_cut_out_is_laid_on_grey_with_room_around_it(tmp_path):
    flat = on_background(photo.cut_out(photo.portrait()))

    assert (flat[0] == 124).all()
    assert read_picture(photo.written(tmp_path / "flat.png", flat)).shape == flat.shape
