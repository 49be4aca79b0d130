"""A script becomes a film, changes, and becomes it again: what people edited stays, and nothing is lost in silence."""

from __future__ import annotations

import json
import re

import pytest

from manifests.reading.film_folder import read_film
from production.story.errors import UnreadableStory
from production.story.formats.fountain import read_fountain
from production.story.formats.source import read_script
from production.story.matching import number
from production.story.naming import between
from production.story.proposing import propose

SCRIPT = """\
Title: The Lamp
Harbour office: call first

EXT. QUAY - NIGHT #1#

Rain. ILSE walks along the wet quay with a red suitcase.

SOUND OF a foghorn

INT. CAFE - NIGHT #2#

MARIT opens the door. ILSE stands there, dripping.

MARIT
(kindly)
In with you, before the sea comes too.

OTTO (O.S.)
Nobody sails tonight.

ILSE
Is there a bed?

The dog barks.

CUT TO:

INT. LAMP ROOM - NIGHT #3A#

BRAM sets the lantern down.

BRAM
I have kept this light for forty years. In forty years nobody has asked me down to supper. Not once. Not at Christmas, \
not when the roof went, not when my wife died. And now you come up ninety steps in the rain, with a wet dog and a \
suitcase, and you ask me whether I like soup. I like soup. I have always liked soup. Nobody ever asked.
"""


@pytest.fixture
def bring(film, gate):
    """Import a script's text; gives the report."""

    def typed(text: str, *more: str) -> dict[str, list[str]]:
        (film.parent / "lamp.fountain").write_text(text)
        code, out, err = gate("import", film.parent / "lamp.fountain", "--json", *more)
        assert code == 0, err
        return json.loads(out)

    return typed


def test_a_script_becomes_scenes_people_places_lines_and_sound(film, bring):
    bring(SCRIPT)
    read = read_film(film)
    assert sorted(read.bible.characters) == ["bram", "ilse", "marit", "otto"]
    assert sorted(read.bible.locations) == ["cafe", "lamp_room", "quay"]
    assert [(scene.id, scene.called) for scene in read.scenes.values()] == [
        ("SC010", "1"),
        ("SC020", "2"),
        ("SC030", "3A"),
    ]
    first, second = read.scenes["SC010"].shots[0], read.scenes["SC020"].shots[0]
    assert first.sound == "a foghorn"
    assert [(line.character, line.text) for line in second.dialogue] == [
        ("marit", "In with you, before the sea comes too."),
        ("otto", "Nobody sails tonight."),
        ("ilse", "Is there a bed?"),
    ]
    assert {member.character for member in second.cast} == {"marit", "ilse"}, "who is only heard stands in no frame"
    assert all(shot.proposed for scene in read.scenes.values() for shot in scene.shots)


def test_a_heading_says_when_a_scene_is_and_whether_the_story_goes_on(film, bring):
    bring(SCRIPT)
    assert [scene.time for scene in read_film(film).scenes.values()] == ["night"] * 3
    cafe = film / "scenes/SC020.yaml"
    cafe.write_text(cafe.read_text().replace("time: night", "time: evening"))
    changed = SCRIPT.replace("LAMP ROOM - NIGHT", "LAMP ROOM - CONTINUOUS").replace("CAFE - NIGHT", "CAFE - DAY")
    report = bring(changed.replace("QUAY - NIGHT", "QUAY - THE NEXT SUMMER"))
    scenes = read_film(film).scenes.values()
    assert [(scene.time, scene.continuous) for scene in scenes] == [(None, None), ("evening", None), (None, True)]
    assert report["unplaced"] == ["SC020 time: you wrote 'evening', and the script says 'day' now"]
    text = (film / "scenes/SC030.yaml").read_text()
    assert text.index("continuous: true") < text.index("shots:")


def test_a_speech_longer_than_a_shot_goes_on_in_further_shots_with_every_word(film, bring):
    bring(SCRIPT)
    shots = read_film(film).scenes["SC030"].shots
    said = " ".join(line.text for shot in shots for line in shot.dialogue)
    assert said == SCRIPT.rpartition("BRAM\n")[2].strip()
    assert len(shots) > 1


def test_the_same_script_again_changes_nothing_and_its_export_is_the_script(film, bring, gate):
    bring(SCRIPT)
    files = {path: path.read_bytes() for path in film.rglob("*.yaml")}
    report = bring(SCRIPT)
    assert not any(report[part] for part in ("added", "changed", "removed", "unplaced"))
    assert {path: path.read_bytes() for path in film.rglob("*.yaml")} == files
    assert gate("export", "--fountain")[1] == SCRIPT


def test_a_changed_script_keeps_edits_and_comments_and_reports_what_it_could_not_place(film, bring, gate):
    bring(SCRIPT)
    cafe = film / "scenes/SC020.yaml"
    edited = cafe.read_text().replace("    motion: MARIT opens", "    # mine\n    motion: Slowly, MARIT opens")
    edited = edited.replace(
        "{character: ilse, wardrobe: plain}", "{character: ilse, wardrobe: plain, start: {x: 0.2, y: 0.9, scale: 0.7}}"
    )
    cafe.write_text(edited)
    script = SCRIPT.replace("MARIT opens the door.", "MARIT tears the door open.").replace("sea comes", "tide comes")
    script = script.replace("The dog barks.", "The dog barks.\n\nA cup falls.")
    script = script.replace("INT. CAFE - NIGHT #2#", "INT. CELLAR - NIGHT #1B#\n\nA rat runs.\n\nINT. CAFE - NIGHT #2#")

    report = bring(script)

    text, scene = cafe.read_text(), read_film(film).scenes["SC020"]
    assert "# mine" in text
    assert scene.shots[0].motion.startswith("Slowly, MARIT opens")
    assert scene.shots[0].dialogue[0].text == "In with you, before the tide comes too."
    assert next(m for m in scene.shots[0].cast if m.character == "ilse").start.x == 0.2
    assert [shot.motion for shot in scene.shots][1:] == ["The dog barks.", "A cup falls."]
    assert read_film(film).scenes["SC015"].called == "1B"
    assert len(report["unplaced"]) == 1
    assert "SC020_SH0010 motion: you wrote 'Slowly, MARIT opens" in report["unplaced"][0]
    assert "MARIT tears the door open" in report["unplaced"][0]


def test_an_edited_line_stands_in_the_exported_script_and_comes_back_the_same(film, bring, gate):
    bring(SCRIPT)
    cafe = film / "scenes/SC020.yaml"
    cafe.write_text(cafe.read_text().replace("Nobody sails tonight.", "No boat sails tonight."))
    out = gate("export", "--fountain")[1]
    assert "No boat sails tonight." in out
    assert "Harbour office: call first" in out
    report = bring(out)
    assert not any(report[part] for part in ("added", "removed", "unplaced"))
    assert read_film(film).scenes["SC020"].shots[0].dialogue[1].text == "No boat sails tonight."


def test_what_left_the_script_goes_where_nobody_touched_it_and_stays_where_somebody_did(film, bring):
    bring(SCRIPT)
    cafe = film / "scenes/SC020.yaml"
    bring(SCRIPT.replace("The dog barks.\n\n", ""))
    assert "SC020_SH0020" not in cafe.read_text()
    bring(SCRIPT)
    cafe.write_text(cafe.read_text().replace("motion: The dog barks.", "motion: The dog barks twice."))
    report = bring(SCRIPT.replace("The dog barks.\n\n", "").partition("INT. LAMP")[0])
    assert any("your edited shot stays" in line for line in report["unplaced"])
    assert any(line.startswith("SC030: lamp.fountain no longer has this scene") for line in report["unplaced"])
    assert (film / "scenes/SC030.yaml").exists()


def test_a_private_shots_words_are_in_no_report_and_in_no_exported_script(film, bring, gate):
    bring(SCRIPT)
    cafe = film / "scenes/SC020.yaml"
    cafe.write_text(cafe.read_text().replace("motion: MARIT opens the door.", "private: true\n    motion: quaddel"))
    report = json.dumps(bring(SCRIPT.replace("MARIT opens the door.", "MARIT shuts the door.")))
    assert "SC020_SH0010 motion: you wrote [private]" in report
    assert "quaddel" not in report
    out = gate("export", "--fountain")[1]
    assert "quaddel" not in out
    assert "A private shot." in out


def test_notes_say_where_shots_begin_and_what_the_writer_calls_them(film, bring):
    bring("INT. BAR - DAY\n\n[[SHOT 4A]]\n\nBO sits.\n\nBO\nYes.\n\nBo drinks.\n\n[[PANEL]]\n\nThe glass.\n")
    shots = read_film(film).scenes["SC010"].shots
    assert [(shot.id, shot.called, shot.motion) for shot in shots] == [
        ("SC010_SH0010", "4A", "BO sits. Bo drinks."),
        ("SC010_SH0020", None, "The glass."),
    ]


def test_a_dry_run_writes_nothing(film, bring):
    report = bring(SCRIPT, "--dry-run")
    assert len(report["added"]) == 10
    assert not (film / "scenes").exists()
    assert not (film / "story").exists()


def test_a_long_film_gets_numbers_that_sort():
    draft = propose(read_fountain("".join(f"INT. ROOM {n} - DAY\n\nIt is dark.\n\n" for n in range(190))), {})
    assert number(draft, None, []) == []
    assert [scene.id for scene in draft.scenes] == sorted(scene.id for scene in draft.scenes)


FDX = """<?xml version="1.0" encoding="UTF-8" standalone="no" ?>
<FinalDraft DocumentType="Script" Template="No" Version="5">
  <Content>
    <Paragraph Number="12A" Type="Scene Heading"><SceneProperties Length="1/8" Page="1"/><Text>INT. BAR - DAY</Text>
    </Paragraph>
    <Paragraph Type="Action"><Text>BO </Text><Text Style="Bold+Italic">runs</Text><Text> in.</Text></Paragraph>
    <Paragraph><DualDialogue>
      <Paragraph Type="Character"><Text>BO</Text></Paragraph><Paragraph Type="Dialogue"><Text>Yes.</Text></Paragraph>
      <Paragraph Type="Character"><Text>AL (V.O.)</Text></Paragraph>
      <Paragraph Type="Parenthetical"><Text>(low)</Text></Paragraph>
      <Paragraph Type="Dialogue"><Text>No.</Text></Paragraph></DualDialogue></Paragraph>
    <Paragraph Type="Shot"><Text>CLOSE ON THE GLASS</Text></Paragraph>
    <Paragraph Type="Transition"><Text>CUT TO:</Text></Paragraph>
  </Content>
  <TitlePage><Content><Paragraph Alignment="Center"><Text>The Bar</Text></Paragraph></Content></TitlePage>
</FinalDraft>"""


def test_final_drafts_paragraphs_become_the_same_script(film, gate, tmp_path):
    (tmp_path / "bar.fdx").write_text(FDX)
    assert gate("import", tmp_path / "bar.fdx")[0] == 0
    scene = read_film(film).scenes["SC010"]
    assert (scene.called, scene.title) == ("12A", "INT. BAR - DAY")
    assert [shot.motion for shot in scene.shots] == ["BO runs in.", "CLOSE ON THE GLASS"]
    out = gate("export", "--fountain")[1]
    assert "BO ***runs*** in." in out
    assert "AL (V.O.) ^\n(low)\nNo." in out
    (tmp_path / "again.fountain").write_text(out)
    assert "0 added, 0 changed, 0 taken out, 0 not placed." in gate("import", tmp_path / "again.fountain")[1]


@pytest.mark.parametrize(
    "hostile",
    [
        '<!DOCTYPE a [<!ENTITY b "xxxxx"><!ENTITY c "&b;&b;&b;&b;">]><FinalDraft><Content>&c;</Content></FinalDraft>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><FinalDraft><Content>&b;</Content></FinalDraft>',
        "<html/>",
        "INT. BAR - DAY",
        "<a>" * 50_000,
        "<FinalDraft>" + "<Content>" * 5_000 + "</Content>" * 5_000 + "</FinalDraft>",
        "",
    ],
)
def test_hostile_xml_is_refused_with_a_sentence(hostile, film, gate, tmp_path):
    (tmp_path / "x.fdx").write_text(hostile)
    code, _, err = gate("import", tmp_path / "x.fdx")
    assert code == 2
    assert re.match(r"gate: \S*x\.fdx: .+\. .+", err)
    assert not (film / "story").exists()


def test_a_file_larger_than_a_script_is_not_read(tmp_path):
    with (tmp_path / "x.fountain").open("wb") as file:
        file.truncate(17 << 20)
    with pytest.raises(UnreadableStory, match="bytes, and a script at most"):
        read_script(tmp_path / "x.fountain")


@pytest.mark.parametrize(
    ("known", "given"),
    [
        ([None, None], [10, 20]),
        ([10, None, 20], [10, 15, 20]),
        ([None, 10], [5, 10]),
        ([10, None, None, 20], [10, 13, 16, 20]),
        ([20, 10, None], [20, None, 30]),
        ([1, None, 2], [1, None, 2]),
    ],
)
def test_new_numbers_stand_between_those_that_are_there(known, given):
    assert between(known, 9_999) == given
