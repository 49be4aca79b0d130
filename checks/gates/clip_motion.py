"""A clip's faults over its whole length: black, bars, frozen, repeated frames, cuts, dissolves, flicker."""

from __future__ import annotations

from checks.contract import Rule, Tally, Trouble
from checks.gates.technical import Watcher
from checks.rules import clip_rules as rules

FIRST_KEY_FRAME = 10
"""The first key frame is 0.4 s in: before that a clip may still ease out of its start frame."""


def judge_motion(watcher: Watcher, frames: int, tally: Tally) -> int:
    """Judge black, bars, frozen, cuts and flicker; say how many frames are worth judging as pictures.

    What a black, barred, frozen or cut clip shows besides is that one flaw again, not a flicker or a missing person.
    """
    black, bars = watcher.black_share(), watcher.bars()
    again = "Make it again; the request is right, the render failed."
    lit = judge_clip(tally, rules.BLACK, black, "black", f"{black:.0%} of the frames are black", again)
    if not lit:
        moving = (rules.BARS, rules.FROZEN, rules.CUT_INSIDE, rules.DISSOLVE_INSIDE, rules.FLICKER, rules.REPEATED)
        tally.skip(moving, "clip", "it is black")
        return 0
    message = f"black bars take {bars:.0%} of the picture"
    full = judge_clip(tally, rules.BARS, bars, "bars", message, "Ask for a picture that fills the frame.")
    still = watcher.still_seconds()
    moves = judge_clip(
        tally,
        rules.FROZEN,
        still,
        "frozen",
        f"nothing moves for {still:.1f} s",
        "Say in the shot's motion what moves, and make it again.",
    )
    repeated = watcher.repeated_share() if moves else None
    judge_clip(
        tally,
        rules.REPEATED,
        repeated,
        "repeated_frames",
        f"{repeated or 0:.0%} of the frames repeat the one before",
        f"Ask for {watcher.fps} frames a second; a rate that is made up by repeating stutters.",
        why="it is frozen",
    )
    one_take_until = _one_take_until(watcher, frames, tally)
    flicker = watcher.flicker() if one_take_until == frames else None
    judge_clip(
        tally,
        rules.FLICKER,
        flicker,
        "flicker",
        f"brightness pumps by {flicker or 0:.1f} grey levels",
        again,
        why="it is not one take",
    )
    return min(frames if full else 0, frames if moves else FIRST_KEY_FRAME + 1, one_take_until)


def _one_take_until(watcher: Watcher, frames: int, tally: Tally) -> int:
    """Judge cuts and dissolves; the number of frames before the first of them.
    A cut does not count as a dissolve as well.
    """
    cure = "Ask for one continuous shot; split the shot in two if the story needs the change."
    ratio, frame = watcher.cut()
    message = f"there is a cut at {frame / watcher.fps:.2f} s (frame {frame})"
    if not judge_clip(tally, rules.CUT_INSIDE, ratio, "cut", message, cure):
        tally.skip([rules.DISSOLVE_INSIDE], "clip", "there is a cut inside")
        return frame
    blend = watcher.blend()
    message = (
        f"two pictures lie over each other between {blend.first / watcher.fps:.2f} and {blend.last / watcher.fps:.2f} s"
    )
    whole = judge_clip(tally, rules.DISSOLVE_INSIDE, blend.share, "dissolve", message, cure)
    return frames if whole else blend.first


def judge_clip(
    tally: Tally, rule: Rule, value: float | None, flaw: str, message: str, cure: str, *, why: str = ""
) -> bool:
    """Judge the whole clip by one rule; None is not judged, for the reason `why`. Say whether it passed."""
    return tally.judge(rule, "clip", value, Trouble(flaw, message, cure), why=why)
