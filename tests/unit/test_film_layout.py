"""Where the parts of a film lie by assembly.yaml, what is wrong with them, and how one cut differs from the last."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from assembly.feature.grades import by_cdl, by_lut
from assembly.feature.subtitles import _FORMS
from assembly.grade import Table
from assembly.srt import Subtitle
from manifests.assembly.assembly import Assembly
from manifests.assembly.film_cut import FilmCut, FilmShot
from manifests.assembly.parts import Cdl, Subtitled
from manifests.cut import CutItem
from manifests.film import Film
from manifests.scene import Scene, Shot, Transition
from manifests.take import Artefact
from production.post.checking import named_findings
from production.post.layout import crowded, elements_of, order_of, place_of, scenes_of
from production.post.record import CutRecord, changes_since, cut_key, others_of, recorded_shots

DISSOLVE = {"kind": "dissolve", "seconds": 0.5}
BUDGET = {"film_usd": "1", "scene_usd": "1", "run_usd": "1", "shot_usd": "1"}


def assembly(**fields: Any) -> Assembly:
    return Assembly.model_validate_json(json.dumps(fields))


def scene(number: int, *seconds: float, ends: Transition | None = None) -> Scene:
    name = f"SC{number:02d}0"
    shots = [
        Shot.model_validate(
            {
                "id": f"{name}_SH{n:03d}0",
                "location": "quay",
                "camera": {"size": "wide"},
                "motion": "Rain.",
                "duration_s": length,
                "transition": (ends or Transition()).model_dump() if n == 1 else {},
            }
        )
        for n, length in enumerate(seconds, 1)
    ]
    return Scene(id=name, title="A scene", shots=tuple(shots))


SCENES = {each.id: each for each in (scene(1, 2, 3, ends=Transition(kind="dissolve", seconds=1)), scene(2, 4))}
SHOWN = {name: each.shots for name, each in SCENES.items()}
FILM = Film.model_validate({"title": "Film", "code": "FLM", "budget": BUDGET})


def codes(**fields: Any) -> list[tuple[str, str]]:
    return [(f.rule, f.subject) for f in named_findings(assembly(**fields), SCENES, FILM)]


def test_without_an_order_all_scenes_follow_one_another_with_their_own_dissolves() -> None:
    laid = elements_of(order_of(Assembly(), sorted(SCENES)), SHOWN, 24)
    assert [(e.label, e.start, e.frames, e.overlap) for e in laid] == [
        ("SC010_SH0010", 0, 48, 24),
        ("SC010_SH0020", 24, 72, 0),
        ("SC020_SH0010", 96, 96, 0),
    ]


def test_cards_trims_wipes_and_the_scenes_own_end_are_laid_to_the_frame() -> None:
    made = assembly(
        order=[
            {"card": "Film", "seconds": 2, "ends": {"kind": "fade", "seconds": 0.5}},
            {"scene": "SC020", "shots": [{"shot": "SC020_SH0010", "from_s": 1, "to_s": 3}], "ends": {"kind": "wipe"}},
            {"scene": "SC010", "shots": [{"shot": "SC010_SH0010", "ends": {"kind": "cut", "sound_s": -0.25}}]},
        ]
    )
    laid = elements_of(made.order, SHOWN, 24)
    assert [(e.start, e.first, e.frames, e.overlap, e.effect) for e in laid] == [
        (0, 0, 48, 12, "fadeblack"),
        (36, 24, 48, 24, "wipeleft"),
        (60, 0, 48, 0, "fade"),
        (108, 0, 72, 0, "fade"),
    ]
    assert place_of(laid, "SC010") == 60
    assert place_of(laid, "SC010_SH0020") == 108
    assert place_of(laid, "SC030") is None
    assert place_of(laid, None) == 0
    assert crowded(laid) == []


def test_shots_on_their_own_are_reordered_repeated_and_left_out_of_their_scene() -> None:
    made = assembly(
        order=[
            {"shot": "SC010_SH0020", "to_s": 1, "ends": {"kind": "dissolve", "seconds": 0.25}},
            {"scene": "SC020"},
            {"scene": "SC010", "shots": [{"shot": "SC010_SH0020", "leave_out": True}], "ends": {"kind": "wipe"}},
            {"shot": "SC010_SH0020", "take": "v002", "from_s": 1, "grade": {"cdl": {"saturation": 0.5}}},
        ]
    )
    laid = elements_of(made.order, SHOWN, 24)
    assert [(e.label, e.start, e.first, e.frames, e.overlap, len(e.grades)) for e in laid] == [
        ("SC010_SH0020", 0, 0, 24, 6, 0),
        ("SC020_SH0010", 18, 0, 96, 0, 0),
        ("SC010_SH0010", 114, 0, 48, 24, 0),
        ("SC010_SH0020 (2)", 138, 24, 48, 0, 1),
    ]
    assert [e.entry.take for e in laid if e.entry] == [None, "v002"]
    assert place_of(laid, "SC010") == 0
    assert scenes_of(made.order) == ("SC010", "SC020")


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ({"scene": "SC010", "card": "both", "seconds": 1}, "a part is a scene"),
        ({"scene": "SC010", "shot": "SC010_SH0010"}, "a part is a scene"),
        ({"shot": "SC010_SH0010", "seconds": 2}, "neither shots nor seconds"),
        ({"scene": "SC010", "from_s": 1}, "go with a shot"),
        ({"card": "no length"}, "write its seconds"),
        ({"scene": "SC010", "shots": [{"shot": "SC020_SH0010"}]}, "not a shot of SC010"),
        ({"scene": "SC010", "ends": {"kind": "dissolve", "sound_s": 1}}, "goes with kind: cut"),
        ({"scene": "SC010", "grade": {}}, "a cdl, a lut or both"),
    ],
)
def test_what_contradicts_itself_is_refused(part: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        assembly(order=[part])


def test_lint_names_each_fault_of_the_cut() -> None:
    assert codes(order=[{"scene": "SC010"}, {"scene": "SC020"}]) == []
    assert codes(order=[{"scene": "SC010"}, {"scene": "SC020"}, {"scene": "SC990"}]) == [("A101", "SC990")]
    assert codes(order=[{"scene": "SC010"}]) == [("A107", "SC020")]
    long = {"kind": "dissolve", "seconds": 3}
    assert codes(order=[{"scene": "SC010", "ends": long}, {"scene": "SC020"}]) == [("A102", "SC010_SH0020")]
    late = [{"text": "Late", "at": "SC020", "offset_s": 9, "seconds": 1}]
    assert codes(titles=late) == [("A104", "title 'Late'")]
    assert codes(titles=[{"text": "Lost", "at": "SC990", "seconds": 1}]) == [("A101", "title 'Lost'")]
    assert codes(dialogue=[{"shot": "SC020_SH0010", "file": "a.wav"}]) == [("A101", "SC020_SH0010")]
    early = [{"scene": "SC010", "ends": {"sound_s": -1}}, {"scene": "SC020"}]
    assert codes(order=early) == [("A106", "SC020_SH0010")]
    assert codes(deliverables=[{"name": "big", "resolution": "1080p"}]) == [("A108", "big")]
    assert codes(order=[{"scene": "SC010"}, {"shot": "SC020_SH0010"}]) == []
    assert codes(order=[{"scene": "SC010"}, {"shot": "SC020_SH0020"}]) == [("A101", "SC020_SH0020"), ("A107", "SC020")]
    assert codes(order=[{"scene": "SC010"}, {"scene": "SC020"}, {"shot": "SC990_SH0010"}]) == [("A101", "SC990_SH0010")]
    out = {"scene": "SC020", "shots": [{"shot": "SC020_SH0010", "leave_out": True}]}
    assert codes(order=[{"scene": "SC010"}, out]) == [("A107", "SC020")]
    trimmed = {"scene": "SC020", "shots": [{"shot": "SC020_SH0010", "from_s": 3, "to_s": 2}]}
    assert codes(order=[{"scene": "SC010"}, trimmed]) == [("A102", "SC020_SH0010")]


def cut(*shots: FilmShot, **fields: Any) -> FilmCut:
    told = {"code": "FLM", "title": "Film", "tier": "final", "resolution": "720p", "fps": 24, "aspect": "16:9"}
    told |= {"subtitles": Subtitled(burned=False), "loudness_lufs": -16.0, "true_peak_dbtp": -1.0}
    return FilmCut(shots=shots, **{**told, **fields})


def shown(number: int, take: str = "v001", frames: int = 48, **fields: Any) -> FilmShot:
    name = f"SC010_SH{number:03d}0"
    clip = Artefact(sha256=f"{number:063x}{take[-1]}", media_type="video/mp4", frames=frames, size_bytes=1)
    item = CutItem(shot=name, frames=frames, clip=clip, panel=None, transition=Transition(), take=take)
    return FilmShot(label=name, item=item, frames=frames, **fields)


def test_what_changed_since_the_last_cut_is_told_in_a_line_each() -> None:
    before = cut(shown(1), shown(2), shown(3))
    record = CutRecord(
        key=cut_key(before),
        film=before.shots[0].item.clip,
        shots=recorded_shots(before),
        others=others_of(before),
        integrated_lufs=-16,
        true_peak_dbtp=-1,
    )
    assert changes_since(record, before) == []
    assert changes_since(None, before) == []
    now = cut(shown(2, "v002"), shown(3, overlap=12), shown(4), loudness_lufs=-14.0)
    assert changes_since(record, now) == [
        "SC010_SH0010: no longer in the film",
        "SC010_SH0040: new in the film",
        "SC010_SH0020: v001 → v002",
        "SC010_SH0030: overlaps the next by 12 frames, was 0",
        "loudness: changed",
    ]


def test_subtitles_are_written_in_three_forms_of_the_same_times() -> None:
    lines, film = (Subtitle(24, 60, "Tea & rain"),), cut(shown(1))
    assert _FORMS["srt"](lines, film) == "1\n00:00:01,000 --> 00:00:02,500\nTea & rain\n"
    assert _FORMS["vtt"](lines, film) == "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nTea &amp; rain\n"
    assert '<p begin="00:00:01.000" end="00:00:02.500">Tea &amp; rain</p>' in _FORMS["ttml"](lines, film)


def test_a_cdl_and_a_lut_in_legal_range_grade_as_their_definitions_say() -> None:
    import numpy as np

    grey = np.array([[0.25, 0.5, 1.0]])
    assert by_cdl(grey, Cdl(slope=(2, 1, 1), offset=(0, 0.25, 0), power=(1, 1, 2))).tolist() == [[0.5, 0.75, 1.0]]
    luma = 0.2126 * 0.25 + 0.7152 * 0.5 + 0.0722
    assert by_cdl(grey, Cdl(saturation=0)).ravel() == pytest.approx([luma] * 3)
    steps = np.linspace(0, 1, 2)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    same = Table(np.stack([red, green, blue], axis=-1), (0.0,) * 3, (1.0,) * 3)
    half = Table(same.colours * 0.5, same.low, same.high)
    assert by_lut(grey, same, legal=True).ravel() == pytest.approx(grey.ravel())
    assert by_lut(grey, half, legal=False).ravel() == pytest.approx(grey.ravel() / 2)
    # Half of the signal of white (940 of 1023) lies at 470, which is (470 - 64) / 876 of the way from black to white.
    assert by_lut(np.array([[1.0, 1.0, 1.0]]), half, legal=True).ravel() == pytest.approx([(470 - 64) / 876] * 3)
