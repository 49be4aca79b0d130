"""The film's cut as the one timeline that every format of a turnover is written from (`assembly.turnover`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import opentimelineio as otio

from assembly.timeline import METADATA, START_TIMECODE, halves
from assembly.turnover.timecode import Counting
from manifests.assembly.film_cut import FilmCut, FilmShot
from production.turnover.laying import OnTrack, clip_of, track_of, transition_of
from production.turnover.markers import markers_of
from production.turnover.parts import LUTS, TurnoverParts
from production.turnover.sounds import clip_sound, lanes_of


@dataclass(frozen=True, slots=True)
class PictureEdit:
    """One shot between the middles of its overlaps: frames of the film, and its clip's frame at `start`."""

    start: int
    end: int
    first: int


def timeline_of(cut: FilmCut, counting: Counting, parts: TurnoverParts, name: str) -> Any:
    """Build the timeline: the pictures, the clips' own sound, and a track for each sound that overlaps another of its
    kind. Its frames are the film's, whatever the rate.
    """
    timeline = otio.schema.Timeline(name)
    start = counting.frame("01:00:00;00" if counting.drop_frame else START_TIMECODE)
    timeline.global_start_time = otio.opentime.RationalTime(start, float(counting.rate))
    timeline.metadata[METADATA] = {
        "film": cut.code,
        "title": cut.title,
        "tier": cut.tier,
        "rate": f"{counting.rate.numerator}/{counting.rate.denominator}",
        "drop_frame": counting.drop_frame,
    }
    edits = edits_of(cut)
    pictures = [_picture(cut, index, edits[index], parts, counting) for index in range(len(cut.shots))]
    timeline.tracks.append(track_of("V1", otio.schema.TrackKind.Video, pictures, cut.frames, counting))
    lanes = [("clips", clip_sound(cut, parts, counting)), *lanes_of(cut, parts, counting)]
    for number, (kind, laid) in enumerate(lanes, start=1):
        track = track_of(f"A{number}", otio.schema.TrackKind.Audio, laid, cut.frames, counting)
        track.metadata[METADATA] = {"kind": kind}
        timeline.tracks.append(track)
    return timeline


def edits_of(cut: FilmCut) -> tuple[PictureEdit, ...]:
    """Where each shot stands. An overlap is divided in its middle; what lies beyond is the transition's."""
    edits, before = [], 0
    for shot, start in zip(cut.shots, cut.starts(), strict=True):
        head, tail = halves(before)[1], halves(shot.overlap)[0]
        edits.append(PictureEdit(start + head, start + shot.frames - tail, shot.first + head))
        before = shot.overlap
    return tuple(edits)


def _picture(cut: FilmCut, index: int, edit: PictureEdit, parts: TurnoverParts, counting: Counting) -> OnTrack:
    shot, shown = cut.shots[index], parts.shown[index]
    clip = clip_of(shown, parts.alternates[index], edit.first, edit.end - edit.start, counting)
    facts: dict[str, Any] = {
        "label": shot.label,
        "shot": shown.shot,
        "take": shown.take,
        "tier": shown.tier,
        "sha256": shown.sha256,
    }
    if shot.item is not None and shot.item.clip is None:
        facts["waits_for"] = shot.item.note or "a clip"
    if parts.luts[index]:
        facts["luts"] = [f"{LUTS}/{lut}" for lut in parts.luts[index]]
        facts["grades"] = [each.model_dump(mode="json") for each in shot.grades]
    clip.metadata[METADATA] = facts
    if (cdl := _cdl(shot)) is not None:
        clip.metadata["cdl"] = cdl
    clip.markers.extend(markers_of(cut, shot, shown, parts, (edit.start, edit.end, edit.first), counting))
    return OnTrack(edit.start, edit.end, clip, transition_of(shot.overlap, shot.effect, counting))


def _cdl(shot: FilmShot) -> dict[str, Any] | None:
    """The shot's grade as an ASC CDL, where it is one and nothing else."""
    plain = shot.item is not None and shot.item.colour is None and shot.item.grade is None
    if not plain or len(shot.grades) != 1 or shot.grades[0].cdl is None or shot.grades[0].lut is not None:
        return None
    cdl = shot.grades[0].cdl
    sop = {"slope": list(cdl.slope), "offset": list(cdl.offset), "power": list(cdl.power)}
    return {"asc_sop": sop, "asc_sat": cdl.saturation}
