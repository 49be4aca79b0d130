"""Whose face is it? The rule V116, what it settles, and what pictures share, with a face model of two numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from checks.contract import Tally
from checks.faces.faces import NOT_COMPARED, Face, clear, nearest
from checks.faces.likeness import face_likeness, shared_face
from checks.fail_limits import ask_instead
from checks.fusion import asks
from checks.gates.by_hand import approved_by_hand
from checks.gates.face_masters import KnownFaces, known_faces
from checks.gates.faces import judge_faces, settled_by_face
from checks.gates.sight import Place, Sight, TimedFrame
from checks.rules import panel_rules
from checks.seeing.stage import Stage
from manifests.bible import Bible, Character, Location, Style, Wardrobe
from manifests.scene import Shot
from manifests.staging import Box, Placement

LINES = 100.0


def face(*vector: float, x: float = 0.3, y: float = 0.4, lines: float = LINES, sure: float = 1.0) -> Face:
    """A face at `x`, `y` of the frame."""
    row = np.array([*vector, 0, 0][:2], np.float32)
    return Face(Box(x - 0.02, y - 0.02, x + 0.02, y + 0.02), lines, (), sure, row)


@dataclass
class TwoNumbers:
    """A face model that knows the faces of a picture by its first pixel."""

    pictures: dict[int, Sequence[Face]] = field(default_factory=dict)
    name: str = "two/1"
    limit: float = 0.5

    def look(self, picture, smallest=0):
        return tuple(self.pictures.get(int(picture[0, 0, 0]), ()))

    def distance(self, one, other):
        return float(np.linalg.norm(one.vector - other.vector))


ADA, VIK = (0.0, 0.0), (2.0, 0.0)
"""Two faces, four limits apart."""


def known(eye: TwoNumbers, **others: tuple[float, float]) -> KnownFaces:
    of = {name: (face(*at),) for name, at in {"ada": ADA, "vik": VIK, **others}.items()}
    return KnownFaces(eye, of, {"gus": "the face model finds no face in gus's locked pictures"})


def sight(number: int = 1, label: str = "panel", **marks: float) -> Sight:
    """A frame whose cast stands at these places, their heads at 0.4 of its height; `vik_back` stands with the back to
    us.
    """
    places = tuple(
        Placement(
            name.removesuffix("_back"),
            "suit",
            "back" if name.endswith("_back") else "front",
            mirrored=False,
            x=x,
            y=0.95,
            scale=0.6,
        )
        for name, x in (marks or {"ada": 0.3}).items()
    )
    empty = np.zeros((1, 1, 3), np.float32)
    frame = TimedFrame(np.full((720, 1280, 3), number, np.uint8), 0.0, label)
    stage = Stage(empty, places, (), (), empty)
    return Sight(frame, stage, Place(None, "", {}, None, None, passed_by_pixels=True), (), (), None)


def shot_of(*names: str) -> Shot:
    cast = [{"character": name, "wardrobe": "suit", "start": {"x": 0.3, "y": 0.95, "scale": 0.6}} for name in names]
    fields = {"id": "SC010_SH0010", "location": "quay", "cast": cast, "camera": {"size": "full"}, "motion": "Waits."}
    return Shot.model_validate({**fields, "duration_s": 4})


def judged(*sights: Sight, eye: TwoNumbers, cast: Sequence[str] = ("ada",), bands=None, **others: tuple[float, float]):
    """The verdict of V116 alone. A gate of a paid panel asks, so that it has bands."""
    tally = Tally({}, {} if bands is None else bands)
    judge_faces(sights, shot_of(*cast), known(eye, **others), tally)
    return tally


def told(tally: Tally) -> dict[str, str]:
    return {score.subject: score.says for score in tally.verdict().scores}


@pytest.mark.parametrize(("away", "says"), [(0.2, "pass"), (0.5, "pass"), (0.54, "ask"), (0.6, "fail"), (2.0, "fail")])
def test_a_face_passes_up_to_the_models_limit_then_asks_and_beyond_it_fails(away, says):
    assert told(judged(sight(), eye=TwoNumbers({1: [face(away)]}))) == {"ada": says}


def test_another_face_is_told_by_the_name_of_whose_it_is():
    tally = judged(sight(), eye=TwoNumbers({1: [face(1.9)]}))

    [finding] = tally.verdict().findings
    assert finding.message == "panel: another face stands there (nearest: vik 0.10; ada 1.90)"
    assert (finding.flaw, finding.evidence["fits"]) == ("identity:ada", "vik")
    [nobody] = judged(sight(), eye=TwoNumbers({1: [face(0.0, -1.2)]})).verdict().findings
    assert nobody.message == "panel: it is not ada's face (1.20 from the locked pictures, the same person up to 0.5)"


def test_a_small_head_may_pass_and_never_fails():
    small = {1: [face(0.53, lines=24)], 2: [face(2.0, lines=29)]}

    assert told(judged(sight(1), eye=TwoNumbers(small))) == {"ada": "pass"}, "its limit is a tenth laxer"
    assert told(judged(sight(2), eye=TwoNumbers(small))) == {"ada": "ask"}
    tally = Tally({}, None)
    judge_faces((sight(2),), shot_of("ada"), known(TwoNumbers(small)), tally)
    [score] = tally.verdict().scores
    assert (score.says, score.why) == ("not checked", "its head has 29 lines: a face is sure from 30 on")


@pytest.mark.parametrize(
    "seen",
    [[], [face(sure=0.1)], [face(lines=21)], [face(2.0, x=0.9)], [face(2.0, lines=10)]],
    ids=["none", "hardly one", "too small", "beside the mark", "of somebody far away"],
)
def test_where_no_face_is_found_on_the_mark_the_rule_is_not_checked(seen):
    tally = judged(sight(ada=0.3, vik=0.6), eye=TwoNumbers({1: seen}))

    [score] = tally.verdict().scores
    assert score.says == "not checked"
    assert score.why == "no face was found where ada stands: turned away, hidden or too small"


def test_of_somebody_seen_from_behind_the_face_of_an_extra_is_not_taken():
    assert told(judged(sight(ada_back=0.3), eye=TwoNumbers({1: [face(2.0)]}))) == {"ada": "not checked"}


def test_a_face_is_recognised_wherever_it_is_and_the_only_face_is_that_of_the_only_one_in_the_shot():
    eye = TwoNumbers({1: [face(2.0, x=0.28), face(0.1, x=0.9)], 2: [face(2.0, x=0.9)]})

    assert told(judged(sight(1), eye=eye)) == {"ada": "pass"}, "vik stands beside her mark, and she elsewhere"
    assert told(judged(sight(2), eye=eye)) == {"ada": "fail"}


def test_one_face_is_not_two_people():
    eye = TwoNumbers({1: [face(0.0), face(0.1, x=0.6)]})

    tally = judged(sight(ada=0.3, vik=0.6), eye=eye, cast=("ada", "vik"))

    assert told(tally) == {"ada": "pass", "vik": "fail"}
    assert "another face stands there (nearest: ada 0.10; vik 1.90)" in tally.verdict().findings[0].message


def test_people_on_each_others_marks_are_recognised_all_the_same():
    eye = TwoNumbers({1: [face(2.0), face(0.1, x=0.6)]})

    assert told(judged(sight(ada=0.3, vik=0.6), eye=eye, cast=("ada", "vik"))) == {"ada": "pass", "vik": "pass"}


def test_a_clip_is_as_good_as_its_worst_frame_whose_head_is_large_enough():
    eye = TwoNumbers({1: [face(0.1)], 2: [face(1.0)], 3: [face(2.0, lines=26)], 4: []})
    frames = [sight(number, f"frame {number}") for number in (1, 2, 3, 4)]

    tally = judged(*frames, eye=eye)

    [finding] = tally.verdict().findings
    assert finding.message.startswith("frame 2: ")
    assert finding.evidence["at frame 1"] == 0.2
    assert told(judged(*frames[:1], *frames[2:], eye=eye)) == {"ada": "pass"}, "frame 3 is too small to say no"


def test_without_the_extra_the_verdict_says_so_and_fails_nobody():
    tally = Tally({}, {})

    judge_faces((sight(),), shot_of("ada", "vik"), None, tally)

    assert [(s.subject, s.says, s.why) for s in tally.verdict().scores] == [
        (name, "not checked", NOT_COMPARED) for name in ("ada", "vik")
    ]
    assert tally.verdict().passed


def test_who_has_no_face_in_the_locked_pictures_is_not_asked_about_and_no_face_is_looked_for():
    class Blind(TwoNumbers):
        def look(self, picture, smallest=0):
            raise AssertionError("nobody's face is known")

    tally = judged(sight(gus=0.3), eye=Blind(), cast=("gus",))

    assert tally.verdict().not_checked[0].why == "the face model finds no face in gus's locked pictures"


def test_a_recognised_face_settles_what_pixels_and_crops_say_of_who_it_is():
    tally = judged(sight(), eye=TwoNumbers({1: [face(0.1)]}))
    settled = settled_by_face(tally, "ada")

    assert tally.judge(panel_rules.IDENTITY, "ada", -0.4, settled=settled), "the clothes are judged on"
    assert tally.judge(panel_rules.PRESENCE, "ada", 0.9, settled=settled)
    tally.judge(panel_rules.WARDROBE, "ada", -0.4)

    says = {score.rule: score.says for score in tally.verdict().scores}
    assert says == {"V116": "pass", "V102": "not checked", "V101": "pass", "V103": "fail"}
    assert [s.why for s in tally.verdict().not_checked] == ["the face is ada's (0.20 of the face model's limit)"]


@pytest.mark.parametrize("seen", [[face(0.54)], [face(2.0)], []])
def test_a_face_that_was_not_recognised_settles_nothing(seen):
    tally = judged(sight(), eye=TwoNumbers({1: seen}))

    assert settled_by_face(tally, "ada") == ""
    assert settled_by_face(tally, "vik") == ""


def test_until_enough_is_approved_another_face_asks_and_of_a_composite_it_is_a_remark():
    verdict = judged(sight(), eye=TwoNumbers({1: [face(2.0)]})).verdict()

    assert (
        ask_instead(verdict, {}).questions[0].message.startswith("is this ada's face? panel: another face stands there")
    )
    assert ask_instead(verdict, {"V116": 1.2}).failed
    assert approved_by_hand(verdict).passed


def test_a_judge_is_not_asked_who_it_is_where_the_face_was_recognised():
    def verdict(seen: Face):
        tally = judged(sight(), eye=TwoNumbers({1: [seen]}))
        settled = settled_by_face(tally, "ada")
        tally.judge(panel_rules.PRESENCE, "ada", 0.9)
        tally.judge(panel_rules.IDENTITY, "ada", None if settled else 0.5, why="nobody else in the bible")
        return tally.verdict()

    assert not asks(verdict(face(0.1)), "ask")
    assert asks(verdict(face(0.54)), "ask")


class Locked:
    """Locked pictures, each a pixel that says which it is."""

    def __init__(self, **pictures: int) -> None:
        self.pictures = {f"characters/{name.replace('__', '/suit/')}": number for name, number in pictures.items()}

    def __contains__(self, name: str) -> bool:
        return name in self.pictures

    def cutout(self, name: str):
        pixel = np.full((40, 10, 4), self.pictures[name], np.uint8)
        pixel[..., 3] = 255
        return pixel

    def of_cutout(self, name: str, work):
        return work(self.cutout(name))


class InTheMiddle(TwoNumbers):
    """Looks at what lies inside the grey that cut-outs are laid on."""

    def look(self, picture, smallest=0):
        return super().look(picture[10:, 6:], smallest)


@pytest.fixture
def bible() -> Bible:
    def somebody(name: str, **changes: str) -> Character:
        dress = {"suit": Wardrobe(words="a suit")}
        return Character(id=name, name=name, height_m=1.7, identity="Somebody.", wardrobes=dress, **changes)

    people = [somebody("ada"), somebody("vik"), somebody("rex", kind="animal")]
    place = Location(id="quay", name="Quay", words="a quay", light="noon")
    return Bible(characters={c.id: c for c in people}, locations={"quay": place}, props={}, style=Style(words="Ink."))


def test_a_character_is_known_by_the_faces_in_its_own_pictures(bible):
    eye = InTheMiddle({1: [face()], 2: [face(0.2)], 3: [face(2.0)], 4: [face(9.0)]})
    locked = Locked(ada__front=1, ada__three_quarter=2, vik__front=3, rex__front=4)

    found = known_faces(bible, locked, eye)

    assert {name: len(faces) for name, faces in found.of.items()} == {"ada": 2, "vik": 1}
    assert found.unknown == {"rex": "the face model finds no face in rex's locked pictures"}
    assert found.who(face(1.5)) == "vik"


@pytest.mark.parametrize(
    ("ada", "vik", "why"),
    [
        ([face()], [face(0.4)], "does not tell ada from vik"),
        ([face(), face(0.0, 0.6)], [face(2.0)], "does not recognise ada from one locked picture to the next"),
        ([], [face(2.0)], "finds no face in ada's locked pictures"),
    ],
)
def test_drawn_people_whom_the_model_does_not_tell_apart_keep_the_other_channels(bible, ada, vik, why):
    pictures = {number: [each] for number, each in enumerate([*ada, *vik], start=1)}
    names = [*("ada__front", "ada__three_quarter")[: len(ada)], "vik__front"]
    locked = Locked(
        **{name: number for number, name in enumerate(names, start=1)}, **({} if ada else {"ada__front": 9})
    )

    found = known_faces(bible, locked, InTheMiddle(pictures))

    assert "ada" not in found.of
    assert found.unknown["ada"] == f"the face model {why}"


def test_only_fronts_are_looked_at_where_they_show_no_face(bible):
    seen = []

    class Counting(InTheMiddle):
        def look(self, picture, smallest=0):
            seen.append(int(picture[10, 6, 0]))
            return ()

    known_faces(bible, Locked(ada__front=1, ada__side=2, vik__front=3, vik__three_quarter=4), Counting())

    assert seen == [1, 3]


def picture(number: int):
    return np.full((300, 200, 3), number, np.uint8)


def test_references_share_the_face_that_is_in_all_of_them():
    extra = face(5.0, 5.0, lines=200)
    eye = TwoNumbers({1: [face(), extra], 2: [face(0.1)], 3: [], 4: [face(3.0)], 5: [extra, face(0.2)]})

    def shared(*numbers: int) -> list[float]:
        return [round(float(each.vector[0]), 2) for each in shared_face([picture(n) for n in numbers], eye)]

    assert shared(1) == [0.0], "of one picture the first, which is the largest"
    assert shared(1, 2) == [0.0, 0.1]
    assert shared(1, 2, 3) == [0.0, 0.1], "one of them shows no face"
    assert shared(3, 3, 2) == [], "most of them show none"
    assert shared(2, 4) == [], "two people"


def test_a_picture_is_as_alike_as_its_nearest_face():
    eye = TwoNumbers({1: [face(3.0), face(0.2)], 2: [face(0.55)], 3: [face(3.0)], 4: [face(3.0, lines=25)], 5: []})
    says = {n: found and found.says for n in (1, 2, 3, 4, 5) for found in [face_likeness(picture(n), [face()], eye)]}

    assert says == {1: "pass", 2: "ask", 3: "fail", 4: "ask", 5: None}
    likenesses = [face_likeness(picture(n), [face()], eye).likeness for n in (1, 2, 3)]
    assert likenesses == sorted(likenesses, reverse=True)
    assert likenesses[0] > 0.5 > likenesses[2] == 0.0
    assert face_likeness(picture(1), [face()], eye, Box(0.5, 0, 1, 1)) is None, "the subject is said to be elsewhere"


def test_the_limit_grows_by_a_tenth_from_heads_of_48_lines_to_24():
    eye = TwoNumbers()

    shares = [nearest(eye, face(0.5, lines=lines), [face()]) for lines in (300, 48, 36, 24, 10)]

    assert shares == pytest.approx([1, 1, 1 / 1.05, 1 / 1.1, 1 / 1.1])
    assert clear([face(lines=22), face(lines=21), face(sure=0.1)]) == (face(lines=22),)
