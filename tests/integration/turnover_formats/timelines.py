"""Timelines by the conventions of a turnover, in few words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import opentimelineio as otio
from hypothesis import strategies as st

from assembly.timeline import METADATA
from assembly.turnover.timecode import RATES, Counting
from production.turnover import timeline
from tests.integration.film_assembly.turnover_cuts import cuts

COUNTS = [*(Counting(rate) for rate in RATES.values()), Counting(RATES["29.97"], drop_frame=True)]
"""Every rate and counting of a turnover."""


@dataclass(frozen=True)
class Said:
    """A note or a title on frames of its clip, from 0."""

    words: str
    at: int = 0
    frames: int = 1
    who: str = "mara"
    kind: str = "note"


@dataclass(frozen=True)
class Take:
    """One shot in the cut. `head`, `tail`: frames of the file before and after what is shown; `overlap`: the frames of
    the transition to what follows; `sound`: the frames by which its sound ends later than its pictures.
    """

    shot: str = "SC010_SH0010"
    frames: int = 24
    head: int = 12
    tail: int = 12
    size: tuple[int, int] = (1280, 720)
    heard: bool = True
    overlap: int = 0
    effect: str = ""
    sound: int = 0
    gain_db: float = 0.0
    alternates: tuple[int, ...] = ()
    notes: tuple[Said, ...] = ()
    made: bool = True


@dataclass(frozen=True)
class Sound:
    """A file beside the clips' own sound."""

    kind: str = "music"
    at: int = 0
    frames: int = 48
    first: int = 0
    facts: dict[str, float] = field(default_factory=dict)


def timeline_of(
    takes: Sequence[Take], sounds: Sequence[Sound] = (), count: Counting = COUNTS[1], name: str = "SC010 Harbour"
) -> Any:
    """A timeline that starts at one hour: V1, the clips' own sound on A1, and a track for each sound."""
    made = otio.schema.Timeline(name)
    made.global_start_time = _time(count.frame("01:00:00;00" if count.drop_frame else "01:00:00:00"), count)
    made.metadata[METADATA] = {"drop_frame": count.drop_frame}
    video = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    own = otio.schema.Track("A1", kind=otio.schema.TrackKind.Audio)
    moved = 0
    for index, take in enumerate(takes):
        last = index == len(takes) - 1
        clip = _clip(take, index, count)
        video.append(clip)
        own.append(_own_sound(take, clip, moved, 0 if last else take.sound, count))
        moved = take.sound
        if take.overlap and not last:
            for track in (video, own):
                track.append(_transition(take, count))
    own.metadata[METADATA] = {"kind": "clips"}
    made.tracks.extend([video, own, *(_sound_track(each, index, count) for index, each in enumerate(sounds, 2))])
    return made


def clips_of(timeline: Any, kind: str = "Video") -> list[Any]:
    """The clips of its tracks of that kind, in order."""
    return [clip for track in timeline.tracks if track.kind == kind for clip in track.find_clips()]


def _clip(take: Take, index: int, count: Counting) -> Any:
    clip = otio.schema.Clip(source_range=_span(take.head, take.frames, count))
    if not take.made:
        clip.name = take.shot
        clip.media_reference = otio.schema.MissingReference()
        clip.metadata[METADATA] = {"label": take.shot, "waits_for": "its final is on hold"}
        return clip
    lengths = (take.head + take.frames + take.tail, *take.alternates)
    names = [f"final v{number:03d}" for number in range(len(lengths), 0, -1)]
    references = {}
    for number, (name, length) in enumerate(zip(names, lengths, strict=True)):
        file = f"{take.shot}_{index:04d}_{name.replace(' ', '_')}.mp4"
        reference = otio.schema.ExternalReference(f"media/{file}", _span(0, length, count))
        reference.metadata[METADATA] = {
            "reel": f"R{index:04d}{number:03d}",
            "sha256": f"{index:032d}{number:032d}",
            "shot": take.shot,
            "take": name.split()[1],
            "tier": "final",
            "width": take.size[0],
            "height": take.size[1],
            "sound": take.heard,
            "channels": 2 if take.heard else 0,
        }
        references[name] = reference
    clip.set_media_references(references, names[0])
    clip.name = references[names[0]].target_url.removeprefix("media/")
    clip.metadata[METADATA] = {"label": take.shot}
    for said in take.notes:
        marker = otio.schema.Marker(said.words, marked_range=_span(take.head + said.at, said.frames, count))
        marker.metadata[METADATA] = {"who": said.who, "kind": said.kind}
        clip.markers.append(marker)
    return clip


def _own_sound(take: Take, clip: Any, begins_later: int, ends_later: int, count: Counting) -> Any:
    frames = take.frames - begins_later + ends_later
    if not (take.made and take.heard):
        return otio.schema.Gap(source_range=_span(0, frames, count))
    heard = otio.schema.Clip(clip.name, source_range=_span(take.head + begins_later, frames, count))
    heard.media_reference = clip.media_reference.clone()
    heard.metadata[METADATA] = {"shot": take.shot, "gain_db": take.gain_db}
    return heard


def _transition(take: Take, count: Counting) -> Any:
    before = take.overlap - take.overlap // 2
    transition = otio.schema.Transition(
        "dissolve",
        otio.schema.Transition.Type.SMPTE_Dissolve,
        in_offset=_time(before, count),
        out_offset=_time(take.overlap - before, count),
    )
    if take.effect:
        transition.metadata[METADATA] = {"effect": take.effect}
    return transition


def _sound_track(sound: Sound, index: int, count: Counting) -> Any:
    track = otio.schema.Track(f"A{index}", kind=otio.schema.TrackKind.Audio)
    if sound.at:
        track.append(otio.schema.Gap(source_range=_span(0, sound.at, count)))
    reference = otio.schema.ExternalReference(
        f"media/{sound.kind}_{index}.wav", _span(0, sound.first + sound.frames, count)
    )
    reference.metadata[METADATA] = {"reel": f"W{index:07d}", "width": 0, "height": 0, "sound": True, "channels": 1}
    clip = otio.schema.Clip(f"{sound.kind}_{index}.wav", reference, _span(sound.first, sound.frames, count))
    clip.metadata[METADATA] = dict(sound.facts)
    track.metadata[METADATA] = {"kind": "effects" if sound.kind == "effect" else sound.kind}
    track.append(clip)
    return track


def _time(frames: int, count: Counting) -> Any:
    return otio.opentime.RationalTime(frames, float(count.rate))


def _span(first: int, frames: int, count: Counting) -> Any:
    return otio.opentime.TimeRange(_time(first, count), _time(frames, count))


_words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20)

takes = st.builds(
    Take,
    shot=st.integers(1, 99).map(lambda number: f"SC010_SH{number:04d}"),
    frames=st.integers(24, 200),
    head=st.integers(6, 40),
    tail=st.integers(6, 40),
    size=st.sampled_from([(1280, 720), (854, 480), (720, 1280)]),
    heard=st.booleans(),
    overlap=st.sampled_from([0, 0, 1, 5, 12]),
    effect=st.sampled_from(["", "fade", "fadeblack", "wipeleft", "pixelize"]),
    gain_db=st.sampled_from([0.0, -12.5]),
    alternates=st.sampled_from([(), (), (200,), (30, 300)]),
    notes=st.lists(
        st.builds(Said, _words, st.integers(0, 20), st.integers(1, 4), kind=st.sampled_from(["note", "title"])),
        max_size=2,
    ).map(tuple),
    made=st.sampled_from([True, True, True, False]),
)
sounds = st.builds(
    Sound,
    kind=st.sampled_from(["music", "effect", "dialogue"]),
    at=st.integers(0, 900),
    frames=st.integers(1, 400),
    first=st.integers(0, 50),
    facts=st.sampled_from([{}, {"gain_db": -6.0, "fade_in_frames": 12}, {"fade_out_frames": 48}]),
)


@st.composite
def _any_timeline(draw: Any) -> Any:
    """All rates, missing shots, alternates, transitions, sounds at any place."""
    cut = draw(st.lists(takes, min_size=1, max_size=6))
    return timeline_of(cut, draw(st.lists(sounds, max_size=3)), draw(st.sampled_from(COUNTS)), draw(_words))


def timelines() -> st.SearchStrategy[Any]:
    """Any timeline by the conventions, and those that the film's own cuts become."""
    return st.one_of(_any_timeline(), cuts().map(lambda drawn: timeline.timeline_of(*drawn, "FLM_final")))
