"""Times as FCPXML writes them: seconds as a fraction, always a whole number of frames."""

from __future__ import annotations

from assembly.turnover.timecode import Counting


def seconds(frames: int, count: Counting) -> str:
    """`frames` of the timeline in seconds: 86486400/24000s, or 3600s where they are whole."""
    numerator, denominator = frames * count.rate.denominator, count.rate.numerator
    if numerator % denominator == 0:
        return f"{numerator // denominator}s"
    return f"{numerator}/{denominator}s"


def tc_format(count: Counting) -> str:
    """How its timecode is shown."""
    return "DF" if count.drop_frame else "NDF"
