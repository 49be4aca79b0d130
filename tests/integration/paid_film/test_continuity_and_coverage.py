"""What the gates measured of continuity, and what a film lacks, never uses and never shows."""

from __future__ import annotations

import json

import pytest

from checks.rules.panel_rules import BLOCKING
from manifests.decision import Remark
from manifests.finding import Verdict
from production.bible.saying import say
from production.continuity.coverage import coverage
from production.continuity.measured import measured

ONE, TWO = "SC010_SH0010", "SC010_SH0020"


def measures(**off_mark):
    return Verdict(scores=tuple(BLOCKING.score(who, off, {}) for who, off in off_mark.items()), findings=())


def wearing(*worn, of=0):
    """Puts Ada into a shot, in these clothes, and Bo, who needs no picture to be filed."""

    def change(scene):
        scene["shots"][of]["cast"] = [
            {"character": who, "wardrobe": "coat", "start": {"x": x, "y": 0.95, "scale": 0.6}} for who, x in worn
        ]

    return change


@pytest.fixture
def two_people(paid):
    words = (paid.root / "bible/characters/ada.yaml").read_text()
    (paid.root / "bible/characters/bo.yaml").write_text(words.replace("ada", "bo").replace("Ada", "Bo"))
    for view in (paid.root / "assets/characters/ada/coat").iterdir():
        path = paid.root / "assets/characters/bo/coat" / view.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(view.read_bytes())
    for n in (0, 1):
        paid.edit("scenes/SC010.yaml", wearing(("ada", 0.3), ("bo", 0.7), of=n))
    return paid


def test_what_a_clip_shows_is_told_by_its_certificate_and_by_the_marks_it_was_made_for(two_people):
    paid = two_people
    for shot in (ONE, TWO):
        paid.make(shot, "panel")
        paid.make(shot, "clip", verdict=measures(ada=0.01))
    scene = paid.services.scene("SC010")
    first = measured(paid.services, scene)[ONE]
    assert (first.take, first.stale) == ("v001 draft", False)
    assert [(seen.subject, seen.side, seen.value) for seen in first.people] == [
        ("ada", "left", 0.01),
        ("bo", None, None),
    ]
    assert measured(paid.services, scene)[TWO].between == ()


def test_two_clips_that_were_made_for_other_marks_do_not_go_together(two_people):
    paid = two_people
    for shot, ada, bo in ((ONE, 0.3, 0.7), (TWO, 0.7, 0.3)):
        paid.edit("scenes/SC010.yaml", wearing(("ada", ada), ("bo", bo), of=[ONE, TWO].index(shot)))
        paid.make(shot, "panel")
        paid.make(shot, "clip", verdict=measures(ada=0.01, bo=0.01))
    paid.edit("scenes/SC010.yaml", wearing(("ada", 0.3), ("bo", 0.7), of=1))
    second = measured(paid.services, paid.services.scene("SC010"))[TWO]
    assert second.stale
    assert [(each.finding.rule, each.against, each.of) for each in second.between] == [("C204", ONE, ("ada", "bo"))]


def test_a_film_that_has_everything_and_shows_everything_has_no_gap(paid, gate):
    paid.draft()
    assert gate("coverage")[:2] == (
        0,
        "0 missing, 0 unused, 0 never shown. Nothing was sent, nothing was spent.\n",
    )


def test_what_is_missing_unused_or_never_shown_is_listed_with_its_cost(paid, gate):
    paid.edit("scenes/SC010.yaml", lambda scene: scene["shots"].append({**scene["shots"][1], "id": "SC010_SH0030"}))
    for shot in (ONE, TWO, "SC010_SH0030"):
        paid.make(shot, "panel")
    (paid.root / "bible/props").mkdir()
    (paid.root / "bible/props/cup.yaml").write_text("id: cup\nname: Cup\nwords: a blue cup\n")
    paid.edit("scenes/SC010.yaml", lambda scene: scene["shots"][0].update(props=[{"prop": "cup"}]))
    paid.edit("scenes/SC010.yaml", lambda scene: scene["shots"].pop())
    say(paid.services, "omit", TWO, who="Ada", door="command line", remark=Remark())
    locked = {"sha256": "0" * 64, "width": 40, "height": 120, "approved_by": "Ada"}
    (paid.root / "lock.yaml").write_text(json.dumps({"assets": {"props/lamp": locked, "locations/kitchen": locked}}))
    code, said, _ = gate("coverage", "--json")
    told = json.loads(said)
    assert (code, told["missing"], told["unused"], told["never_shown"]) == (1, 1, 1, 2)
    assert [(gap["kind"], gap["subject"], gap["where"], gap["cost_microusd"]) for gap in told["gaps"]] == [
        ("missing", "props/cup", [ONE], 0),
        ("unused", "props/lamp", [], 0),
        ("never_shown", f"{TWO} panel", [], 10_000),
        ("never_shown", "SC010_SH0030 panel", [], 10_000),
    ]
    assert "SC010_SH0030 panel: the film has no such shot (1 take, $0.01)" in gate("coverage")[1]


def test_a_last_frame_that_a_shot_no_longer_ends_on_is_never_shown(paid):
    paid.edit("scenes/SC010.yaml", lambda scene: scene["shots"][0].update(mode="start_end_frames"))
    paid.make(ONE, "panel")
    paid.make(ONE, "end_panel")
    assert coverage(paid.services) == ()
    paid.edit("scenes/SC010.yaml", lambda scene: scene["shots"][0].pop("mode"))
    assert [(gap.subject, gap.takes) for gap in coverage(paid.services)] == [(f"{ONE} end_panel", 1)]


def test_a_scene_that_cannot_be_read_is_missing_and_hides_no_other_gap(paid):
    paid.make(ONE, "panel")
    scene = (paid.root / "scenes/SC010.yaml").read_text()
    broken = scene.replace("SC010", "SC020").replace("location: kitchen", "location: cellar")
    (paid.root / "scenes/SC020.yaml").write_text(broken)
    (gap,) = coverage(paid.services)
    assert (gap.kind, gap.subject) == ("missing", "SC020")
    assert "no location cellar" in gap.why


def test_the_ledger_is_shown_with_what_is_open_and_what_is_accepted(film, gate):
    scene = (film / "scenes/SC010.yaml").read_text()
    second = "id: SC010_SH0020\n    location: kitchen\n"
    waived = scene.replace(
        second,
        f"{second}    time: night\n    weather: rain\n"
        "    continuity: {change: time, why: The evening passes.}\n"
        "    cast: [{character: ada, wardrobe: coat, looks: camera}]\n",
    ).replace("id: SC010_SH0010\n", "id: SC010_SH0010\n    time: noon\n    weather: clear\n")
    (film / "scenes/SC010.yaml").write_text(waived)
    code, said, _ = gate("continuity", "SC010")
    assert code == 0, said
    assert "SC010_SH0010  kitchen · noon · clear\n" in said
    assert "= C207 SC010_SH0020 accepted: it is noon in SC010_SH0010, and night here. Why: The evening passes." in said
    (film / "scenes/SC010.yaml").write_text(waived.replace("{change: time, why: The evening passes.}", "[]"))
    code, said, _ = gate("continuity", "--json")
    told = json.loads(said)
    assert (code, told["open"], told["accepted"]) == (1, 1, 0)
    assert told["scenes"][0]["shots"][1]["open"][0]["finding"]["rule"] == "C207"
    assert "W C207 SC010_SH0020: it is noon in SC010_SH0010, and night here. Write time: noon" in gate("lint")[1]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("continuity: {change: wardrobe}", "SC010.yaml:6:5 shots.0.continuity.0.why: the field is missing"),
        ("continuity: {change: coat, why: x}", "it should be 'wardrobe', 'prop', 'side'"),
        ("light: {}", "light has a temperature, a direction, or both"),
        ("weather: sunny", "it should be 'clear', 'cloudy'"),
    ],
)
def test_a_line_of_continuity_that_is_wrong_is_refused_where_it_stands(film, gate, line, says):
    scene = (film / "scenes/SC010.yaml").read_text()
    first = "id: SC010_SH0010\n"
    (film / "scenes/SC010.yaml").write_text(scene.replace(first, f"{first}    {line}\n"))
    code, _, err = gate("continuity")
    assert (code, says in err) == (2, True), err


CUP = "camera: {size: full}\n    props: [{prop: cup, %s: bo}]"


@pytest.mark.parametrize(
    ("there", "then", "says"),
    [
        ("wardrobe: coat", "wardrobe: coat\n        looks: bo", "SC010_SH0010 looks: the bible has no character bo"),
        ("camera: {size: full}", CUP % "held_by", "SC010_SH0010 held_by: the bible has no character bo"),
        ("camera: {size: full}", CUP % "passes_to", "SC010_SH0010 passes_to: the bible has no character bo"),
    ],
)
def test_who_is_looked_at_or_holds_something_is_in_the_bible(film, gate, there, then, says):
    (film / "bible/props").mkdir()
    (film / "bible/props/cup.yaml").write_text("id: cup\nname: Cup\nwords: a blue cup\n")
    scene = (film / "scenes/SC010.yaml").read_text()
    (film / "scenes/SC010.yaml").write_text(scene.replace(there, then))
    code, _, err = gate("continuity")
    assert (code, says in err) == (2, True), err
