"""A film's dialogue as subtitles: SubRip, WebVTT and TTML, timed on the film's cut."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from assembly.srt import Subtitle, blocks, timestamp
from manifests.assembly.film_cut import FilmCut
from manifests.reading.whole_file import put_text

_METADATA = "http://www.w3.org/ns/ttml#metadata"


def spoken_in(cut: FilmCut) -> tuple[Subtitle, ...]:
    """The film's lines in its frames, in order: those of a trimmed shot that are still heard, none past its end."""
    lines = []
    for shot, start in zip(cut.shots, cut.starts(), strict=True):
        for line in shot.item.dialogue if shot.item else ():
            begins = start + max(0, round(line.from_s * cut.fps) - shot.first)
            ends = start + min(shot.frames, round(line.to_s * cut.fps) - shot.first)
            if begins < ends:
                lines.append(Subtitle(begins, ends, " ".join(line.text.split())))
    return tuple(sorted(lines, key=lambda line: line.start))


def write(cut: FilmCut, into: Path) -> list[Path]:
    """Write the subtitle files that the cut asks for beside `into`, each whole or not at all."""
    spoken, written = spoken_in(cut), []
    for kind in cut.subtitles.files:
        file = into.with_suffix(f".{kind}")
        put_text(_FORMS[kind](spoken, cut), file)
        written.append(file)
    return written


def _vtt(spoken: Sequence[Subtitle], cut: FilmCut) -> str:
    cues = [f"{_clock(line.start, cut.fps)} --> {_clock(line.end, cut.fps)}\n{escape(line.text)}\n" for line in spoken]
    return "\n".join(["WEBVTT\n", *cues])


def _ttml(spoken: Sequence[Subtitle], cut: FilmCut) -> str:
    lines = [
        f'      <p begin="{_clock(line.start, cut.fps)}" end="{_clock(line.end, cut.fps)}">{escape(line.text)}</p>'
        for line in spoken
    ]
    title = f"<ttm:title xmlns:ttm={quoteattr(_METADATA)}>{escape(cut.title)}</ttm:title>"
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<tt xmlns="http://www.w3.org/ns/ttml" xml:lang={quoteattr(cut.subtitles.language)}>',
            f"  <head><metadata>{title}</metadata></head>",
            "  <body>",
            "    <div>",
            *lines,
            "    </div>",
            "  </body>",
            "</tt>",
            "",
        ]
    )


def _clock(frame: int, fps: int) -> str:
    return timestamp(frame, fps).replace(",", ".")


_FORMS: dict[str, Callable[[Sequence[Subtitle], FilmCut], str]] = {
    "srt": lambda spoken, cut: blocks(spoken, cut.fps),
    "vtt": _vtt,
    "ttml": _ttml,
}
