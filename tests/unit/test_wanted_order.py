"""Any edit of a film's shots is written into the order of assembly.yaml so that the film shows it to the frame."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from manifests.assembly.assembly import Assembly
from manifests.scene import Shot
from production.planning.shot_file import edited
from production.post.conform.importing import _shows, _wants
from production.post.conform.ordering import Ordering
from production.post.conform.wanted import WantedEnd, WantedShot
from production.post.layout import crowded, elements_of

FIELDS: dict[str, Any] = {"location": "quay", "camera": {"size": "wide"}, "motion": "Rain.", "duration_s": 2}
KINDS = ("cut", "dissolve", "fade", "wipe")
DIRECTIONS = ("left", "right", "up", "down")
START = """\
# the film
order:
  - {card: Film, seconds: 1}  # its name
  - scene: SC010              # by the sea
    shots:
      # she is late
      - {shot: SC010_SH0010, from_s: 0.5, sound_db: -6, grade: {cdl: {saturation: 0.5}}}
    ends: {kind: wipe, seconds: 0.5, direction: up}
  - {shot: SC020_SH0020, to_s: 1, ends: {kind: fade, seconds: 0.5}}
  - scene: SC030              # the end
deliverables:
  - {name: small, resolution: 480p}
"""


def shots_of(fps: int) -> dict[str, list[Shot]]:
    shots: dict[str, list[Shot]] = {}
    for scene, count in (("SC010", 3), ("SC020", 2), ("SC030", 1)):
        for number in range(1, count + 1):
            ends = {"kind": "dissolve", "seconds": 0.5} if number == 1 else {}
            fields = {**FIELDS, "id": f"{scene}_SH00{number}0", "transition": ends, "fps": fps}
            shots.setdefault(scene, []).append(Shot.model_validate(fields))
    return shots


@st.composite
def edits(draw: st.DrawFn) -> tuple[int, list[WantedShot]]:
    fps = draw(st.sampled_from([24, 25, 30]))
    every = [shot for shots in shots_of(fps).values() for shot in shots]
    shown = []
    for shot in draw(
        st.lists(st.one_of(st.sampled_from(every), st.sampled_from(["", "Film", "New"])), min_size=1, max_size=9)
    ):
        if isinstance(shot, str):
            shown.append(WantedShot(draw(st.integers(1, 90)), card=shot))
        else:
            first = draw(st.integers(0, shot.frames - 1))
            frames = draw(st.integers(1, shot.frames - first))
            take = draw(st.sampled_from([None, "v001", "v002"]))
            shown.append(WantedShot(frames, first, shot, 0, take, take == "v001"))
    for at, each in enumerate(shown[:-1]):
        kind = draw(st.sampled_from(KINDS))
        frames = 0 if kind == "cut" else draw(st.integers(1, 60))
        before = shown[at - 1].ends.frames if at and shown[at - 1].ends else 0
        room = min(each.frames - before, shown[at + 1].frames) - 1
        end = (
            WantedEnd(sound_s=draw(st.sampled_from([0.0, 0.0, -0.25, 0.125])))
            if min(frames, room) < 1
            else WantedEnd(kind, min(frames, room), draw(st.sampled_from(DIRECTIONS)))
        )
        shown[at] = replace(each, ends=end)
    return fps, shown


def written(text: str, shown: Sequence[WantedShot], fps: int) -> str:
    return edited(text, lambda document: Ordering(shown, shots_of(fps), fps).write(document["order"]))


def elements(text: str, fps: int) -> list[Any]:
    assembly = Assembly.model_validate_json(json.dumps(YAML(typ="safe").load(text)))
    return list(elements_of(assembly.order, shots_of(fps), fps))


@given(edits())
@settings(max_examples=40, deadline=None)
def test_any_edit_is_written_to_the_frame_and_again_without_a_change(edit: tuple[int, list[WantedShot]]) -> None:
    fps, shown = edit
    text = written(START, shown, fps)
    laid = elements(text, fps)
    assert _shows(laid) == _wants(shown)
    assert crowded(laid) == []
    takes = [(e.entry.take if e.entry else None) for e in laid]
    assert [take or "v001" for take, each in zip(takes, shown, strict=True) if each.take] == [
        e.take for e in shown if e.take
    ]
    assert text.startswith("# the film\n")
    assert text.endswith("deliverables:\n  - {name: small, resolution: 480p}\n")
    assert written(text, shown, fps) == text


def test_a_moved_shot_takes_its_grade_and_its_sound_along_and_other_lines_stay() -> None:
    shots = shots_of(24)
    one, two, three = shots["SC010"]
    cut, dissolve = WantedEnd(), WantedEnd("dissolve", 12)
    shown = [
        WantedShot(24, card="Film", ends=cut),
        WantedShot(48, 0, two, ends=cut),
        WantedShot(48, 0, three, ends=WantedEnd("wipe", 12, "up")),
        WantedShot(24, 0, shots["SC020"][1], ends=WantedEnd("fade", 12)),
        WantedShot(48, 0, shots["SC030"][0], ends=dissolve),
        WantedShot(36, 12, one),
    ]
    moved = "  - {shot: SC010_SH0010, from_s: 0.5, sound_db: -6, grade: {cdl: {saturation: 0.5}}}\n"
    before = START.replace(
        "sound_db: -6, grade: {cdl: {saturation: 0.5}}}",
        "sound_db: -6, grade: {cdl: {saturation: 0.5}}, leave_out: true}",
    )
    before = before.replace(
        "  - scene: SC030              # the end\n",
        "  - scene: SC030              # the end\n    ends: {kind: dissolve, seconds: 0.5}\n" + moved,
    )
    assert written(START, shown, 24) == before
