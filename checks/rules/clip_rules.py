"""Q rules: whether a clip is technically a clip."""

from __future__ import annotations

from functools import partial

from checks.rules.define import define_rule

_rule = partial(define_rule, span="0 or more", direction="lower is better")

DECODES = define_rule(
    "Q101",
    "decodes",
    "The file is an MP4, MOV or WebM within bounds, and every frame of it decodes.",
    "A provider's file comes from outside: it is bounded before it is opened, and a playlist never opens what "
    "it names.",
)
SIZE = _rule(
    "Q102",
    "frame_size",
    "Width and height are the ones asked for.",
    "Shots of mixed sizes join without a warning into a broken cut.",
    8.0,
    "pixels off, the worse of width and height",
    "854 is not a multiple of 16: models give 848 to 864 for 480p",
)
DURATION = _rule(
    "Q103",
    "duration",
    "The clip has as many frames as were asked for.",
    "The cut, the lines and the sound are laid out on it.",
    3.0,
    "frames off, at 24 a second",
    "An eighth of a second: providers round to their own frame grid",
)
FPS = _rule(
    "Q104",
    "frame_rate",
    "The clip runs at the film's frame rate: 24, 25 or 30 a second.",
    "Another rate judders when it is joined.",
    0.1,
    "frames a second off",
    "Tells 24 and 23.976 from 25, and 30 and 29.97 from 25",
)
PIXELS = define_rule(
    "Q105",
    "pixel_format",
    "8-bit 4:2:0, and tagged BT.709 where it is tagged at all.",
    "An untagged or wrongly tagged clip changes colour in the player.",
)
BLACK = _rule(
    "Q106",
    "black",
    "The clip is not black, wholly or for part of it.",
    "A black clip is a failed render that was billed.",
    0.10,
    "share of frames whose 98th-percentile luma is under 28 of 255",
    "A fade of a quarter of a second in four is 6 %",
    span="0 to 1",
)
FROZEN = _rule(
    "Q107",
    "frozen",
    "Something moves: no long stretch repeats one frame.",
    "A still is not a take; it could have been had for the price of a panel.",
    0.9,
    "seconds of the longest stretch in which frames a quarter of a second apart differ by less than 0.3 grey levels",
    "Measured at 480p and 720p: frozen takes stay under 0.25 grey levels, held poses that breathe have a "
    "median over 0.45; the shortest clip lasts 1 s",
)
CUT_INSIDE = _rule(
    "Q108",
    "cut_inside",
    "One take, without a cut inside.",
    "A cut inside a take cannot be cut around.",
    3.0,
    "content change of a frame over that of its neighbours (PySceneDetect's adaptive ratio)",
    "PySceneDetect's default for AdaptiveDetector; a flash after which the picture is as before does not count",
)
FIRST_FRAME = _rule(
    "Q109",
    "first_frame",
    "The clip opens on the panel it was given.",
    "The panel is what was approved, and what the shot before ended on.",
    0.65,
    "agreement: SSIM less colour difference",
    "Coded previz clips of the example film agree with their own first and last frames by 0.97 and more",
    span="0 to 1",
    direction="higher is better",
)
LAST_FRAME = _rule(
    "Q110",
    "last_frame",
    "The clip ends on the end panel it was given.",
    "The next shot begins there.",
    0.60,
    "agreement: SSIM less colour difference",
    "Coded previz clips of the example film agree with their own first and last frames by 0.97 and more",
    span="0 to 1",
    direction="higher is better",
)
AUDIO = _rule(
    "Q111",
    "audio",
    "There is sound, as long as the picture, neither silent nor clipped.",
    "Missing or short sound leaves a hole in the mix.",
    0.0,
    "faults: absent, more than 0.15 s off, more than 0.1 % of samples within 0.2 dB of full scale, or silent "
    "(under -75 dBFS) for more than 0.5 s",
    "The quiet room tone that previz lays has -50 dBFS; digital silence through AAC has none at all",
    span="0 to 3",
)
FLICKER = _rule(
    "Q112",
    "flicker",
    "Brightness does not pump from frame to frame.",
    "Flicker is read as a fault of the projector, and cannot be graded away.",
    1.2,
    "median, over a second, of how far a frame's mean luma is off the mean of two frames 1 to 6 before and "
    "after it, in grey levels",
    "Clean previz clips under seven camera moves stay under 0.6; pumping by 2 grey levels, every 2 to 12 "
    "frames, has 1.5 and more; "
    "a flash of lightning is under half of a second",
)
STEADY = _rule(
    "Q113",
    "steady_rate",
    "Every frame is shown for as long as every other.",
    "A variable rate drifts against the sound, and judders when it is joined.",
    10.0,
    "milliseconds by which the oddest frame's time is off the middle one's",
    "A WebM counts in whole milliseconds; one frame that is left out is 41.7 ms",
    span="0 or more",
)
AS_STORED = _rule(
    "Q114",
    "shown_as_stored",
    "The clip is shown as its pixels are stored: upright, square pixels, whole frames, one stream of pictures.",
    "Players and editors disagree about what a head only asks for, and joining drops it.",
    0.0,
    "faults: turned by its head, pixels not square, interlaced, several streams of pictures",
    "A fact, not a measurement",
    span="0 to 4",
)
BARS = _rule(
    "Q115",
    "bars",
    "The picture fills the frame: no bars above, below or beside it.",
    "Bars are part of the pixels: cropping them costs resolution that was paid for.",
    0.05,
    "share of the frame that is bars",
    "Bars of a 2.00:1 picture in 16:9 take 11 %; an edge of black takes under 2 %",
    span="0 to 1",
)
DISSOLVE_INSIDE = _rule(
    "Q116",
    "dissolve_inside",
    "One take, without a dissolve or a morph inside.",
    "Two pictures at once cannot be cut around either, and no cut detector sees them.",
    0.16,
    "share of a frame's detail that only an earlier and a later frame together explain, with their motion taken out",
    "Clean previz clips under seven camera moves, whip pans among them, stay under 0.14; dissolves of 0.5 s "
    "and more into another place have 0.18 and more",
    span="0 to 1",
)
REPEATED = _rule(
    "Q117",
    "repeated_frames",
    "No frame is shown twice where the picture moves.",
    "Twelve frames a second in a file of 24 stutter, and pass every other test.",
    0.3,
    "share of frames that change by less than a quarter of what the liveliest before and after them change by",
    "Clean previz clips have none; 12 frames a second in 24 have 0.5, 16 in 24 a third",
    span="0 to 1",
)

RULES = (
    DECODES,
    SIZE,
    DURATION,
    FPS,
    PIXELS,
    BLACK,
    FROZEN,
    CUT_INSIDE,
    FIRST_FRAME,
    LAST_FRAME,
    AUDIO,
    FLICKER,
    STEADY,
    AS_STORED,
    BARS,
    DISSOLVE_INSIDE,
    REPEATED,
)
