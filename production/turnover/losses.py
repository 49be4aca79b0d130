"""What no format of a turnover carries of this cut, because the film's own mix and picture are made by `gate film`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from assembly.feature.subtitles import spoken_in
from assembly.join import SAMPLE_RATE
from assembly.turnover.losses import Loss
from assembly.turnover.timecode import Counting
from manifests.assembly.film_cut import FilmCut
from manifests.film import frame_size
from production.turnover.parts import TurnoverParts
from production.turnover.sounds import in_frames


def losses_of(cut: FilmCut, counting: Counting, parts: TurnoverParts) -> Iterator[Loss]:
    """Only what this cut has."""
    yield from _pictures(cut, parts)
    for title in cut.titles:
        instead = "a plain title in FCPXML; elsewhere a marker with them, where a format has any"
        yield Loss(f"title {title.title.text!r}", "its words over the pictures", instead)
    lines = len(spoken_in(cut)) if cut.subtitles.burned else 0
    if lines:
        files = "gate film writes them as files, where assembly.yaml says so under subtitles"
        yield Loss("the film", f"its {lines} burned-in subtitles", files)
    yield from _sounds(cut)
    loud = f"its loudness of {cut.loudness_lufs:g} LUFS, and the limiter at {cut.true_peak_dbtp:g} dBTP"
    yield Loss("the film", loud, "every sound is as loud as its file and its gain")
    if counting.ntsc:
        yield Loss("the film", "its pitch and speed", f"at {counting.name} both are 1000/1001 of what they were")


def _pictures(cut: FilmCut, parts: TurnoverParts) -> Iterator[Loss]:
    for shot, words in ((s, parts.said.get(s.label, ())) for s in cut.shots):
        if shot.item is not None and shot.item.clip is None:
            yield Loss(shot.label, "its pictures: no take of it passed yet", "a slate with its panel")
        if hidden := sum(not word.words for word in words if word.kind == "note"):
            yield Loss(shot.label, f"the words of {hidden} notes: the shot is private", "a marker without words")
    for label, take, why in parts.unfit:
        yield Loss(label, f"its alternate {take}: {why}")
    width, height = frame_size(cut.resolution, cut.aspect)
    sizes = Counter((each.written.width, each.written.height) for each in parts.shown)
    del sizes[(width, height)]
    for size, shots in sorted(sizes.items()):
        kept = f"scale it to fill the frame of {width}×{height}"
        yield Loss(f"{shots} shots of {size[0]}×{size[1]}", "the film's crop of their pictures", kept)


def _sounds(cut: FilmCut) -> Iterator[Loss]:
    for sound in cut.sounds:
        if sound.duck_db:
            yield Loss(sound.file, f"its ducking by {sound.duck_db:g} dB while somebody speaks", "its own gain")
        if sound.own_db:
            yield Loss(sound.file, f"the clips' own sound, {-sound.own_db:g} dB lower below it", "the clips' own gain")
        if late := in_frames(sound, cut).late:
            how = f"{abs(late) * 1000 / SAMPLE_RATE:.1f} ms {'later' if late > 0 else 'earlier'}"
            yield Loss(sound.file, "its place between two frames", f"the nearest frame: it is heard {how}")
