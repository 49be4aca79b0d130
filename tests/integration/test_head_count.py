"""V117 in the panel gate: on the harbour's panels, and on drawn takes under a camera as free as a model's."""

from functools import cache

import cv2
import numpy as np
import pytest
from skimage import data

from bench.eyesight.real import photos
from bench.filmset.cast_changes import recast
from bench.filmset.frame import cutout, plate
from bench.filmset.labelled import VIEWS, scene_of
from bench.planting.kinds import Stand
from bench.planting.panels import extra
from bench.planting.takes import Takes
from checks.counting.people_count import count_people
from checks.gates.panel_gate import PanelCase, gate_panel
from checks.rules.panel_rules import COUNT, LOCATION
from checks.scorer.subject import Setting, Subject
from checks.seeing.masters import References
from manifests.bible import Bible, Character, Location, Style, Wardrobe, plate_name, view_name
from manifests.scene import Camera, CastMember, Mark, Shot, Viewport
from manifests.staging import Box

SEED = 11
GONE = 0.45
SHOTS = ("SC010_SH0010", "SC010_SH0030", "SC010_SH0060")


def count_of(verdict):
    return next(score for score in verdict.scores if score.rule == COUNT.code)


def flaws_of(verdict):
    return [finding.flaw for finding in verdict.findings if finding.rule == COUNT.code]


@pytest.fixture(scope="module")
def takes(tmp_path_factory):
    return Takes(tmp_path_factory.mktemp("takes"))


@pytest.mark.parametrize("number", SHOTS)
def test_a_clean_panel_shows_as_many_as_asked_and_one_with_a_stranger_does_not(takes, number):
    shot = next(each for each in takes.scene.shots if each.id == number)
    clean = count_of(takes.gate_panel(takes.panel(f"clean-{number}", shot, seed=3), shot))
    assert clean.says == "pass"
    assert clean.value == 0
    spoiled = extra(Stand(takes, shot, f"extra-{number}", 5, np.random.default_rng(0)), 0)
    assert count_of(spoiled).says == "fail"
    assert flaws_of(spoiled)[0].startswith("extra")


def test_one_who_is_missing_is_told_once(takes):
    shot = takes.scene.shots[0]
    empty = shot.model_copy(update={"cast": shot.cast[1:]})
    verdict = takes.gate_panel(takes.panel("missing", empty, seed=3), shot)
    who = shot.cast[0].character
    assert [f.rule for f in verdict.findings if f.flaw == f"missing:{who}"] == ["V101"]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A drawn scene, and how its takes are gated: by the one middle plate and four views of everybody."""
    here, _ = scene_of(SEED, 1)
    folder, paths = tmp_path_factory.mktemp("film"), {}
    for person in here.cast:
        for view, yaw in VIEWS.items():
            path = folder / f"{person.name}_{view}.png"
            cv2.imwrite(str(path), cv2.cvtColor(cutout(person, yaw), cv2.COLOR_RGBA2BGRA))
            paths[view_name(person.name, "own", view)] = path
    paths[plate_name(here.room.name)] = folder / "plate.png"
    cv2.imwrite(str(folder / "plate.png"), plate(here.room)[..., ::-1])
    own = {"own": Wardrobe(words="their own")}
    bible = Bible(
        characters={
            p.name: Character(id=p.name, name=p.name, height_m=1.7, identity="somebody", wardrobes=own)
            for p in here.cast
        },
        locations={here.room.name: Location(id=here.room.name, name="room", words="a room", light="day")},
        style=Style(words="drawn"),
    )

    twin = Location(id="twin", name="twin", words="the same room", light="day")
    paths[plate_name("twin")] = paths[plate_name(here.room.name)]

    @cache
    def drawn_once(change, chance):
        return recast(here, change, np.random.default_rng([SEED, chance]))

    def gated(change, chance, *, doubted=False):
        """`doubted`: another location has the very same plate, so that nobody can tell by it which of them this is."""
        taken = drawn_once(change, chance)
        frame, path = taken.frames[0], folder / f"{change}{chance}.png"
        cv2.imwrite(str(path), frame.picture[..., ::-1])
        known = bible.model_copy(update={"locations": {**bible.locations, "twin": twin}}) if doubted else bible
        verdict = gate_panel(PanelCase(path, shot_of(frame), 0.0, known, References(paths), bands={}))
        return taken, verdict

    return gated


def shot_of(frame):
    window, cast = frame.window, []
    for placed in frame.placed:
        box = placed.figure
        mark = Mark(x=(box.left + box.right) / 2, y=box.bottom, scale=box.bottom - box.top)
        cast.append(CastMember(character=placed.entity, wardrobe="own", start=mark))
    middle = [min(1.0, max(0.0, (a + b) / 2)) for a, b in ((window.left, window.right), (window.top, window.bottom))]
    view = Viewport(x=middle[0], y=middle[1], zoom=min(4.0, max(1.0, 1 / (window.right - window.left))))
    return Shot(
        id="SC010_SH0010",
        location=frame.location,
        cast=tuple(cast),
        camera=Camera(size="wide", plate=view),
        motion="they talk",
        duration_s=4,
    )


def set_before(place, person, mask, x, scale):
    """A cut-out photograph set into another, its foot on the lower edge; and the part of the frame that it covers."""
    high = round(scale * place.shape[0])
    size = (round(high * person.shape[1] / person.shape[0]), high)
    matrix = np.float64(
        [
            [size[0] / person.shape[1], 0, x * place.shape[1] - size[0] / 2],
            [0, scale * place.shape[0] / person.shape[0], place.shape[0] - high],
        ]
    )
    frame = (place.shape[1], place.shape[0])
    alpha = cv2.warpAffine(mask.astype(np.float32), matrix, frame)[..., None]
    laid = cv2.warpAffine(person, matrix, frame)
    box = Box(x - size[0] / frame[0] / 2, 1 - scale, x + size[0] / frame[0] / 2, 1.0)
    return (place * (1 - alpha) + laid * alpha).astype(np.uint8), alpha[..., 0], box


def test_a_person_too_many_on_a_photograph_is_found_and_the_asked_one_alone_is_not():
    astronaut = photos()[0]
    person, mask = astronaut.pictures[0], astronaut.mask.astype(np.float32) / astronaut.mask.max()
    coffee = cv2.resize(data.coffee()[30:367], (640, 360))
    seen, covered, figure = set_before(coffee, person, mask, 0.27, 0.7)
    head = Box(
        figure.left + 0.28 * (figure.right - figure.left), 0.32, figure.left + 0.61 * (figure.right - figure.left), 0.57
    )
    asked = (Subject("eileen", figure, head, mask=covered),)
    setting = Setting("cafe", Box(0, 0, 1, 1))
    alone = count_people(seen, asked, (coffee,), setting)
    assert alone.extra is None or alone.extra.likely < COUNT.sure({}, {})
    assert alone.gone["eileen"] < GONE
    both = count_people(set_before(seen, person, mask, 0.75, 0.8)[0], asked, (coffee,), setting)
    assert both.extra.likely > COUNT.page.threshold
    assert count_people(coffee, asked, (coffee,), setting).gone["eileen"] > GONE


def test_a_drawn_take_with_the_right_people_is_not_asked_about(drawn):
    said = [count_of(drawn("none", chance)[1]).says for chance in range(4)]
    assert said.count("pass") >= len(said) - 1


def test_a_drawn_stranger_is_caught_or_asked_about(drawn):
    said = [count_of(drawn("extra", chance)[1]).says for chance in range(4)]
    assert sum(word in {"ask", "fail"} for word in said) >= len(said) - 1


def test_one_of_the_cast_twice_is_called_so(drawn):
    found = [(taken, flaw) for taken, verdict in (drawn("twice", c) for c in range(4)) for flaw in flaws_of(verdict)]
    assert any(flaw.endswith(f"twice:{taken.entity}") for taken, flaw in found)


def test_a_doubt_of_the_place_stops_no_count_where_local_features_hold_the_plate(drawn):
    verdicts = [drawn("extra", chance, doubted=True)[1] for chance in range(4)]
    doubts = [any(found.rule == LOCATION.code for found in verdict.findings) for verdict in verdicts]
    assert all(doubts)
    said = [count_of(verdict).says for verdict in verdicts]
    assert sum(word in {"ask", "fail"} for word in said) >= 2, said
