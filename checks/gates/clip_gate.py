"""The clip gate: one sequential decode, then the Q rules on all of it and the V rules on its key frames."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from checks.contract import AskBands, Tally, Thresholds, Trouble
from checks.errors import Unreadable
from checks.faces.faces import FaceEye
from checks.gates.clip_motion import FIRST_KEY_FRAME, judge_clip, judge_motion
from checks.gates.frame_gate import judge_frames, skip_frames
from checks.gates.sight import TimedFrame
from checks.gates.technical import Watcher
from checks.rules import clip_rules as rules
from checks.rules import panel_rules
from checks.scorer.frame_score import judge_kept, skip_kept
from checks.scorer.learning import Learned
from checks.seeing.decode import DecodedClip, decode
from checks.seeing.eye import Eye, open_eye
from checks.seeing.masters import References, Rgb, read_rgb
from checks.seeing.similarity import agreement
from manifests.bible import Bible
from manifests.film import Resolution, frame_size
from manifests.finding import Verdict
from manifests.scene import Shot

_BT709 = 1
_UNSAID = {0, 2}
_AUDIO_OFF_S = 0.15
_CLIPPED_SHARE = 0.001
_STRETCH_MAX = 0.01
"""854×480 is not an exact 16:9: encoders write that as pixels of 1281:1280."""

_SILENT_S = 0.5
"""A drop-out of half a second is heard by everybody; sound that begins or ends a few frames late is not one."""


@dataclass(frozen=True, slots=True)
class ClipCase:
    """A clip to be gated. `panel` and `end_panel`: the first and last frame it was given. `draft`: the approved draft
    of a final. `frames`: how many were asked for. `audio`: whether sound was asked for. `references`: all of the
    film's. `size`: width and height of what its model makes at `resolution`, where those are not the film's own.
    `learned`: what is usual in this film, for V111 to V113. `bands`: the film's own ask bands; None where nobody is
    asked.
    """

    clip: Path
    panel: Path | None
    end_panel: Path | None
    draft: Path | None
    shot: Shot
    bible: Bible
    references: References
    resolution: Resolution
    frames: int
    thresholds: Thresholds = field(default_factory=dict)
    audio: bool = True
    size: tuple[int, int] | None = None
    learned: Learned | None = None
    bands: AskBands | None = None


def gate_clip(case: ClipCase, eye: Eye | None = None, faces: FaceEye | None = None) -> Verdict:
    """Judge a clip by the Q and V rules. Raises MasterMissing, EyeError. 1 to 2 CPU-s for 4 s at 480p to 720p, and up
    to 4 more where faces are compared.
    """
    tally, watcher = Tally(case.thresholds, case.bands), Watcher(case.shot.fps)
    moments = key_moments(case.frames)
    try:
        clip = decode(case.clip, {0, *moments}, watcher.see)
        broken = clip.broken
    except Unreadable as error:
        clip, broken = None, f"{error.thing}: {error.cause}"
    trouble = Trouble("undecodable", broken, "Fetch it again; if it stays so, make it again.")
    if not tally.judge(rules.DECODES, "clip", float(not broken), trouble) or clip is None:
        every = [rule for rule in (*rules.RULES, panel_rules.OWN_DRAFT) if rule is not rules.DECODES]
        tally.skip(every, "clip", "it does not decode")
        return _not_looked_at(case, tally, "the clip does not decode")
    _judge_facts(case, clip, tally)
    sound_until = judge_motion(watcher, clip.frames, tally)
    if clip.facts.turned:
        sound_until = 0  # lying on its side it resembles nothing: that is one flaw, and Q114 names it
    _judge_ends(case, clip, tally)
    frames = _frames(case, clip, sound_until)
    _judge_draft(case, clip, tally)
    if not frames:
        return _not_looked_at(
            case, tally, "it is turned by its head" if clip.facts.turned else "no key frame lies before what failed"
        )
    _judge_pictures(case, frames, tally, eye or open_eye(), faces)
    return tally.verdict()


def _not_looked_at(case: ClipCase, tally: Tally, why: str) -> Verdict:
    skip_frames(case.shot, tally, why)
    skip_kept(case.shot, tally, why)
    return tally.verdict()


def key_moments(frames: int) -> tuple[int, ...]:
    """The numbers of the key frames of a clip of `frames`: after 0.4 s, the middle, the last."""
    return tuple(sorted({min(FIRST_KEY_FRAME, frames - 1), frames // 2, frames - 1}))


def _judge_facts(case: ClipCase, clip: DecodedClip, tally: Tally) -> None:
    facts, (width, height) = clip.facts, case.size or frame_size(case.resolution, case.shot.aspect)
    judge_clip(
        tally,
        rules.SIZE,
        float(max(abs(facts.width - width), abs(facts.height - height))),
        "size",
        f"the clip is {facts.width}×{facts.height}, not {width}×{height}",
        "Ask for the right resolution.",
    )
    judge_clip(
        tally,
        rules.DURATION,
        float(abs(clip.frames - case.frames)),
        "duration",
        f"the clip has {clip.frames} frames, not {case.frames}",
        "Ask for the duration the shot says.",
    )
    _judge_rate(case.shot.fps, clip, tally)
    _judge_as_stored(clip, tally)
    tags = {facts.matrix, facts.primaries, facts.transfer} - _UNSAID
    sound = facts.pixel_format in {"yuv420p", "yuvj420p"} and tags <= {_BT709} and not facts.full_range
    judge_clip(
        tally,
        rules.PIXELS,
        float(sound),
        "pixel_format",
        f"it is {facts.pixel_format}, matrix {facts.matrix}, primaries {facts.primaries}, transfer {facts.transfer}",
        "Convert it to yuv420p BT.709 on import.",
    )
    _judge_audio(case, clip, tally)


def _judge_rate(wanted: int, clip: DecodedClip, tally: Tally) -> None:
    """A variable rate has no rate that could be judged."""
    steps_ms = 1000 * np.diff(clip.times_s)
    odd = float(np.abs(steps_ms - np.median(steps_ms)).max()) if steps_ms.size else 0.0
    steady = judge_clip(
        tally,
        rules.STEADY,
        odd,
        "variable_rate",
        f"frames are shown for {odd:.0f} ms more or less than the others",
        f"Convert it to a constant {wanted} frames a second.",
    )
    fps = clip.facts.fps
    if not steady:
        tally.skip([rules.FPS], "clip", "a variable rate has no rate")
        return
    judge_clip(
        tally, rules.FPS, abs(fps - wanted), "fps", f"it runs at {fps:.3f} frames a second", f"Ask for {wanted}."
    )


def _judge_as_stored(clip: DecodedClip, tally: Tally) -> None:
    facts, faults = clip.facts, []
    if facts.turned:
        faults.append(f"its head turns it by {facts.turned}°")
    if abs(facts.stretch - 1) > _STRETCH_MAX:
        faults.append(f"its pixels are {facts.stretch:.2f} times as wide as high")
    if 2 * clip.interlaced > clip.frames:
        faults.append("it is interlaced")
    if facts.pictures > 1:
        faults.append(f"it has {facts.pictures} streams of pictures")
    judge_clip(
        tally,
        rules.AS_STORED,
        float(len(faults)),
        "not_as_stored",
        "; ".join(faults) or "-",
        "Export it upright, with square pixels and whole frames, as one stream.",
    )


def _judge_audio(case: ClipCase, clip: DecodedClip, tally: Tally) -> None:
    if not case.audio:
        tally.skip([rules.AUDIO], "clip", "no sound was asked for")
        return
    faults, heard = [], clip.heard
    if not heard.samples:
        faults.append("there is no sound")
    else:
        if abs(off := heard.seconds - clip.frames / case.shot.fps) > _AUDIO_OFF_S:
            faults.append(f"the sound is {off:+.2f} s off the picture's length")
        if heard.clipped_share > _CLIPPED_SHARE:
            faults.append(f"{heard.clipped_share:.1%} of the sound is clipped")
        if (silent := heard.silent_seconds()) > _SILENT_S:
            faults.append(f"it is silent for {silent:.1f} s, where a room never is")
    judge_clip(
        tally,
        rules.AUDIO,
        float(len(faults)),
        "audio",
        "; ".join(faults) or "-",
        "Ask for sound again, or lay it in the mix.",
    )


def _judge_ends(case: ClipCase, clip: DecodedClip, tally: Tally) -> None:
    for rule, panel, frame, flaw, words in (
        (rules.FIRST_FRAME, case.panel, clip.kept.get(0), "first_frame", "open on its first frame"),
        (rules.LAST_FRAME, case.end_panel, clip.last, "last_frame", "end on its end panel"),
    ):
        wanted = None if panel is None or clip.facts.turned else read_rgb(panel)
        value = None if wanted is None or frame is None else agreement(frame, wanted)
        why = "the clip is turned by its head" if clip.facts.turned else "the clip was not given this frame"
        cure = "Give the frame again as the start or end frame."
        judge_clip(tally, rule, value, flaw, f"the clip does not {words}", cure, why=why)


def _frames(case: ClipCase, clip: DecodedClip, until: int) -> tuple[TimedFrame, ...]:
    """The key frames before `until`: the frames after it are not worth looking at."""
    end = max(1, clip.frames - 1)
    pictures: dict[int, Rgb] = {i: clip.kept[i] for i in key_moments(case.frames) if i in clip.kept and i < until}
    if clip.last is not None and until == clip.frames:
        pictures[end] = clip.last
    return tuple(TimedFrame(pictures[index], index / end, f"frame {index}") for index in sorted(pictures))


def _judge_pictures(
    case: ClipCase, frames: tuple[TimedFrame, ...], tally: Tally, eye: Eye, faces: FaceEye | None
) -> None:
    # The last frame is the one that chains and dissolves go on from, so it is the one that gets the embeddings.
    judge_frames(frames, case.shot, case.bible, case.references, tally, eye, (len(frames) - 1,), faces)
    judge_kept(frames, case.shot, case.bible, case.references, case.learned, eye, tally)


def _judge_draft(case: ClipCase, clip: DecodedClip, tally: Tally) -> None:
    value, label = None, ""
    if case.draft is not None:
        draft = decode(case.draft, key_moments(case.frames))
        both = {index: agreement(clip.kept[index], draft.kept[index]) for index in clip.kept if index in draft.kept}
        frame = min(both, key=lambda index: both[index], default=None)
        value, label = (0.0, "no common frame") if frame is None else (both[frame], f"frame {frame}")
    trouble = Trouble(
        "draft_mismatch",
        f"{label}: the final does not show what its approved draft showed",
        "Look at both; approve the draft again, or make the final from the draft's own panel and prompt.",
        {"frame": label},
    )
    tally.judge(panel_rules.OWN_DRAFT, "clip", value, trouble, why="there is no approved draft to compare it with")
