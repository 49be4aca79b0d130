"""Run ffmpeg.

A file is written beside its name, flushed to disk, and renamed: a file under its name is always complete. The program
ends on a time-out, on a cancel, and on any error of ours: see `assembly.child`.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import ffmpeg
import imageio_ffmpeg

from assembly.child import child, end
from assembly.errors import EncodeFailed, EncodeTimedOut
from manifests.reading.whole_file import whole_file

Stream = Any
"""A stream of ffmpeg-python, which ships no types."""

Progress = Callable[[float], None]
"""Called with the part done, 0 to 1. To cancel, raise an error in it: ffmpeg is stopped, and
the call raises that error.
"""

PROTOCOLS = "file,pipe,fd"
"""All that an input may be: a playlist hidden in a clip opens no URL."""

_LOG_LINES_MAX, _LOG_CHARACTERS_MAX = 12, 1500


@dataclass(frozen=True)
class FfmpegOutput:
    """The output of one run: streams to `into`, or nowhere (`None`) where only the log matters.
    `options` are ffmpeg's.
    """

    streams: tuple[Stream, ...]
    into: Path | None
    options: Mapping[str, str | int | float] = field(default_factory=dict)


def source(path: Path, form: str, **options: str | int | float) -> Stream:
    """Open `path` as exactly `form` (an ffmpeg demuxer: "mov", "png_pipe", "wav", "concat"),
    never as what it claims to be.
    """
    return ffmpeg.input(str(path.absolute()), f=form, protocol_whitelist=PROTOCOLS, **options)


def run(
    outputs: Sequence[FfmpegOutput],
    *,
    thing: str,
    seconds: float,
    timeout_s: float,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> str:
    """Run one ffmpeg over all `outputs` and return its log (info level).

    `thing` names the work in errors; `seconds` is the output's length, for progress. Relative paths in filters are
    looked up in `folder`. Raises EncodeFailed with ffmpeg's words, EncodeTimedOut past `timeout_s`, and what `progress`
    raises.
    """
    with ExitStack() as whole, tempfile.TemporaryFile() as log:
        # Absolute, because the child runs in `folder`, and because a name must never look like an option or a protocol.
        parts = [o.into and whole.enter_context(whole_file(o.into.absolute())) for o in outputs]
        arguments = _arguments([_stream(*each) for each in zip(outputs, parts, strict=True)])
        code, timed_out = _watch(arguments, log, folder, seconds, timeout_s, progress)
        words = _words(log)
        if timed_out:
            raise EncodeTimedOut(
                thing, f"ffmpeg did not end within {timeout_s:g} s", "Try again when the machine is free"
            )
        if code != 0:
            raise EncodeFailed(
                thing,
                f"ffmpeg ended with {code}: {shorten(words)}",
                "Check the disk's room, then the clips it names",
                log=words[-8000:],
            )
    return words


def shorten(words: str) -> str:
    """The last lines of a log, which hold the reason; at most 12 lines and 1500 characters."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    return " | ".join(lines[-_LOG_LINES_MAX:])[-_LOG_CHARACTERS_MAX:]


def _stream(output: FfmpegOutput, part: Path | None) -> Stream:
    if part is None:
        return ffmpeg.output(*output.streams, "-", f="null", **output.options)
    return ffmpeg.output(*output.streams, str(part), **output.options)


def _arguments(streams: list[Stream]) -> list[str]:
    quiet = [
        "-nostdin",
        "-hide_banner",
        "-nostats",
        "-loglevel",
        "info",
        "-progress",
        "pipe:1",
        "-stats_period",
        "0.25",
    ]
    command: list[str] = ffmpeg.compile(ffmpeg.merge_outputs(*streams), cmd=[program(), *quiet], overwrite_output=True)
    return command


def program() -> str:
    """The path of the ffmpeg that the imageio-ffmpeg wheel ships.
    Raises EncodeFailed where it has none for this machine.
    """
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise EncodeFailed(
            "ffmpeg", "there is none for this machine", "Install imageio-ffmpeg's wheel again"
        ) from error


def _watch(
    arguments: list[str],
    log: IO[bytes],
    folder: Path | None,
    seconds: float,
    timeout_s: float,
    progress: Progress | None,
) -> tuple[int, bool]:
    """Run it to its end."""
    late = threading.Event()
    with child(arguments, None, log, folder) as encoder:
        assert encoder.stdout is not None

        def stop() -> None:
            late.set()
            end(encoder)

        watchdog = threading.Timer(timeout_s, stop)
        watchdog.daemon = True
        watchdog.start()
        try:
            for line in encoder.stdout:
                if progress and (done := _part_done(line, seconds)) is not None:
                    progress(done)
            code = encoder.wait()
        finally:
            watchdog.cancel()
            watchdog.join()
    return code, late.is_set()


def _part_done(line: bytes, seconds: float) -> float | None:
    key, _, value = line.strip().partition(b"=")
    if key != b"out_time_us" or not value.isdigit() or seconds <= 0:
        return None
    return min(1.0, int(value) / 1_000_000 / seconds)


def _words(log: IO[bytes]) -> str:
    log.seek(0)
    return log.read().decode("utf-8", errors="replace")
