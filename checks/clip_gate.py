"""The clip gate: one sequential decode, then the Q rules on all of it and the V rules on its key frames."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from checks import clip_rules as rules
from checks import panel_rules
from checks.contract import Rule, Tally, Thresholds, Trouble
from checks.decode import Decoded, decode
from checks.errors import Unreadable
from checks.eye import Eye, open_eye
from checks.frame_gate import Frame, judge_frames
from checks.masters import References, Rgb, read_rgb
from checks.scorer.frame_score import judge_kept
from checks.scorer.learning import Learned
from checks.similarity import agreement
from checks.technical import FPS, Watcher
from manifests.bible import Bible
from manifests.film import FRAME_SIZES, Resolution
from manifests.finding import Verdict
from manifests.scene import Shot

FIRST_KEY_FRAME = 10
"""The first key frame is 0.4 s in: before that a clip may still ease out of its start frame."""

_BT709 = 1
_UNSAID = {0, 2}
_AUDIO_OFF_S = 0.15
_CLIPPED_SHARE = 0.001


@dataclass(frozen=True, slots=True)
class ClipCase:
    """A clip to be gated. `panel` and `end_panel`: the first and last frame it was given. `draft`: the approved draft of a
    final. `frames`: how many were asked for. `audio`: whether sound was asked for. `references`: all of the film's. `size`:
    width and height of what its model makes at `resolution`, where those are not the film's own. `learned`: what is usual in
    this film, for V111 to V113.
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


def gate_clip(case: ClipCase, eye: Eye | None = None) -> Verdict:
    """Judge a clip by the Q and V rules. Raises MasterMissing, EyeError. 1 to 2 CPU-s for 4 s at 480p to 720p."""
    tally, watcher = Tally(case.thresholds), Watcher()
    moments = key_moments(case.frames)
    try:
        clip = decode(case.clip, {0, *moments}, watcher.see)
        broken = clip.broken
    except Unreadable as error:
        clip, broken = None, f"{error.thing}: {error.cause}"
    trouble = Trouble("undecodable", broken, "Fetch it again; if it stays so, make it anew.")
    if not tally.judge(rules.DECODES, "clip", float(not broken), trouble) or clip is None:
        return tally.verdict()
    _judge_facts(case, clip, tally)
    sound_until = _judge_motion(watcher, clip.frames, tally)
    _judge_ends(case, clip, tally)
    if sound_until:
        _judge_pictures(case, clip, sound_until, tally, eye or open_eye())
    _judge_draft(case, clip, tally)
    return tally.verdict()


def key_moments(frames: int) -> tuple[int, ...]:
    """The numbers of the key frames of a clip of `frames`: after 0.4 s, the middle, the last."""
    return tuple(sorted({min(FIRST_KEY_FRAME, frames - 1), frames // 2, frames - 1}))


def _judge_facts(case: ClipCase, clip: Decoded, tally: Tally) -> None:
    facts, (width, height) = clip.facts, case.size or FRAME_SIZES[case.resolution]
    _judge(
        tally, rules.SIZE, float(max(abs(facts.width - width), abs(facts.height - height))), "size",
        f"the clip is {facts.width}×{facts.height}, not {width}×{height}", "Ask for the right resolution.",
    )  # fmt: skip
    _judge(
        tally, rules.DURATION, float(abs(clip.frames - case.frames)), "duration",
        f"the clip has {clip.frames} frames, not {case.frames}", "Ask for the duration the shot says.",
    )  # fmt: skip
    _judge(tally, rules.FPS, abs(facts.fps - FPS), "fps", f"it runs at {facts.fps:.3f} frames a second", "Ask for 24.")
    tags = {facts.matrix, facts.primaries, facts.transfer} - _UNSAID
    sound = facts.pixel_format in {"yuv420p", "yuvj420p"} and tags <= {_BT709} and not facts.full_range
    _judge(
        tally, rules.PIXELS, float(sound), "pixel_format",
        f"it is {facts.pixel_format}, matrix {facts.matrix}, primaries {facts.primaries}, transfer {facts.transfer}",
        "Convert it to yuv420p BT.709 on import.",
    )  # fmt: skip
    _judge_audio(case, clip, tally)


def _judge_audio(case: ClipCase, clip: Decoded, tally: Tally) -> None:
    if not case.audio:
        tally.judge(rules.AUDIO, "clip", None)
        return
    faults = []
    if not clip.samples:
        faults.append("there is no sound")
    else:
        off = clip.samples / clip.sample_rate - clip.frames / FPS
        if abs(off) > _AUDIO_OFF_S:
            faults.append(f"the sound is {off:+.2f} s off the picture's length")
        if clip.loud_samples > _CLIPPED_SHARE * clip.samples:
            faults.append(f"{clip.loud_samples / clip.samples:.1%} of the sound is clipped")
    _judge(
        tally,
        rules.AUDIO,
        float(len(faults)),
        "audio",
        "; ".join(faults) or "-",
        "Ask for sound again, or lay it in the mix.",
    )


def _judge_motion(watcher: Watcher, frames: int, tally: Tally) -> int:
    """Judge black, frozen, cut and flicker; say how many frames are worth judging as pictures.

    What a black, frozen or cut clip shows afterwards is that one flaw again, not a wrong place or a missing person.
    """
    black = watcher.black_share()
    anew = "Make it again; the request is right, the render failed."
    _judge(tally, rules.BLACK, black, "black", f"{black:.0%} of the frames are black", anew)
    if black > 0.5:
        for rule in (rules.FROZEN, rules.CUT_INSIDE, rules.FLICKER):
            tally.judge(rule, "clip", None)
        return 0
    still, (ratio, frame) = watcher.still_seconds(), watcher.cut()
    moves = _judge(
        tally, rules.FROZEN, still, "frozen", f"nothing moves for {still:.1f} s",
        "Say in the shot's motion what moves, and make it again.",
    )  # fmt: skip
    whole = _judge(
        tally, rules.CUT_INSIDE, ratio, "cut", f"there is a cut at {frame / FPS:.2f} s (frame {frame})",
        "Ask for one continuous shot; split the shot in two if the story needs the cut.",
    )  # fmt: skip
    flicker = watcher.flicker()
    _judge(tally, rules.FLICKER, flicker, "flicker", f"brightness pumps by {flicker:.1f} grey levels", anew)
    return min(frames, frames if moves else FIRST_KEY_FRAME + 1, frames if whole else frame)


def _judge_ends(case: ClipCase, clip: Decoded, tally: Tally) -> None:
    for rule, panel, frame, flaw, words in (
        (rules.FIRST_FRAME, case.panel, clip.kept.get(0), "first_frame", "open on its first frame"),
        (rules.LAST_FRAME, case.end_panel, clip.last, "last_frame", "end on its end panel"),
    ):
        wanted = None if panel is None else read_rgb(panel)
        value = None if wanted is None or frame is None else agreement(frame, wanted)
        _judge(
            tally, rule, value, flaw, f"the clip does not {words}", "Give the frame again as the start or end frame."
        )


def _judge_pictures(case: ClipCase, clip: Decoded, until: int, tally: Tally, eye: Eye) -> None:
    end = max(1, clip.frames - 1)
    pictures: dict[int, Rgb] = {i: clip.kept[i] for i in key_moments(case.frames) if i in clip.kept and i < until}
    if clip.last is not None and until == clip.frames:
        pictures[end] = clip.last
    if not pictures:
        return
    frames = tuple(Frame(pictures[index], index / end, f"frame {index}") for index in sorted(pictures))
    # The last frame is the one that chains and dissolves go on from, so it is the one that gets the embeddings.
    judge_frames(frames, case.shot, case.bible, case.references, tally, eye, look_with_eye=(len(frames) - 1,))
    judge_kept(frames[-1], case.shot, case.bible, case.references, case.learned, eye, tally)


def _judge_draft(case: ClipCase, clip: Decoded, tally: Tally) -> None:
    value, label = None, ""
    if case.draft is not None:
        draft = decode(case.draft, key_moments(case.frames))
        both = {index: agreement(clip.kept[index], draft.kept[index]) for index in clip.kept if index in draft.kept}
        frame = min(both, key=lambda index: both[index], default=None)
        value, label = (0.0, "no common frame") if frame is None else (both[frame], f"frame {frame}")
    trouble = Trouble(
        "draft_mismatch", f"{label}: the final does not show what its approved draft showed",
        "Look at both; approve the draft anew, or make the final from the draft's own panel and prompt.", {"frame": label},
    )  # fmt: skip
    tally.judge(panel_rules.OWN_DRAFT, "clip", value, trouble)


def _judge(tally: Tally, rule: Rule, value: float | None, flaw: str, message: str, cure: str) -> bool:
    return tally.judge(rule, "clip", value, Trouble(flaw, message, cure))
