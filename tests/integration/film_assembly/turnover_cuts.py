"""Cuts of a film drawn at random, with media that exist on paper only."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from assembly.turnover.media import WrittenMedia, reels_of
from assembly.turnover.timecode import RATES, Counting
from manifests.assembly.film_cut import FilmCut, FilmShot, FilmSound, FilmTitle
from manifests.assembly.parts import Cdl, Grade, Subtitled, Title
from manifests.cut import CutItem
from manifests.scene import Transition
from manifests.take import Artefact
from production.turnover.parts import MarkedWord, MediaFile, TurnoverParts

COUNTINGS = [*(Counting(rate) for rate in RATES.values()), Counting(RATES["29.97"], drop_frame=True)]
EFFECTS = ("fade", "fade", "fade", "fadeblack", "wipeleft")
EXTRA = 40
"""The frames that a clip has after its shot."""


def sha(words: str) -> str:
    return (words.encode().hex() * 64)[:64]


def film_cut(fps: int, shots: list[FilmShot], **fields: Any) -> FilmCut:
    form = {"code": "FLM", "title": "Film", "tier": "final", "resolution": "720p", "aspect": "16:9"}
    loud = {"subtitles": Subtitled(), "loudness_lufs": -16.0, "true_peak_dbtp": -1.0}
    return FilmCut.model_validate({**form, **loud, "fps": fps, "shots": tuple(shots), **fields})


def film_shot(number: int, frames: int, **fields: Any) -> FilmShot:
    first = fields.get("first", 0)
    clip = Artefact(sha256=sha(str(number)), media_type="video/mp4", frames=first + frames + EXTRA, size_bytes=9)
    name = f"SC010_SH{number:04d}"
    item = CutItem(shot=name, frames=frames, clip=clip, panel=None, transition=Transition(), take="v003")
    return FilmShot(label=name, item=item, frames=frames, **fields)


def card(number: int, frames: int, **fields: Any) -> FilmShot:
    return FilmShot(label=f"card {number}", card="The End", frames=frames, **fields)


def parts_of(cut: FilmCut, silent: frozenset[int] = frozenset(), said: dict[str, Any] | None = None) -> TurnoverParts:
    """Media for a cut: two alternates a shot. `silent`: the places whose clip has no sound."""
    files: list[dict[str, Any]] = []
    for index, shot in enumerate(cut.shots):
        clip = shot.item.clip if shot.item else None
        about = {"shot": shot.label, "tier": "final", "kind": "take"} if clip else {"kind": "card"}
        length = (clip.frames if clip else 0) or shot.frames
        written = WrittenMedia(
            length, 1280, 720, sound=(heard := clip is not None and index not in silent), channels=2 * heard
        )
        for take in ("v003", "v001", "v002") if clip else ("",):
            name = f"{shot.label.replace(' ', '_')}{f'_final_{take}' if take else ''}.mov"
            files.append({**about, "name": name, "take": take, "written": written, "place": index})
    for sound in cut.sounds:
        written = WrittenMedia(10_000, 0, 0, sound=True, channels=1 if sound.kind == "dialogue" else 2)
        files.append({"kind": "sound", "name": sound.file.rpartition("/")[2], "written": written, "place": -1})
    reels = reels_of({file["name"]: file["name"] for file in files})
    places = [file.pop("place") for file in files]
    made = [MediaFile(reel=reels[file["name"]], sha256=sha(file["name"]), **file) for file in files]
    of = [[one for one, place in zip(made, places, strict=True) if place == index] for index in range(len(cut.shots))]
    return TurnoverParts(
        shown=tuple(each[0] for each in of),
        alternates=tuple(tuple(each[1:]) for each in of),
        luts=tuple(tuple(f"grade_{n}.cube" for n, _ in enumerate(shot.grades)) for shot in cut.shots),
        sounds=tuple(one for one, place in zip(made, places, strict=True) if place == -1),
        said=said or {},
    )


@st.composite
def cuts(draw: st.DrawFn) -> tuple[FilmCut, Counting, TurnoverParts]:
    counting = draw(st.sampled_from(COUNTINGS))
    shots: list[FilmShot] = []
    before = moved = 0
    for number in range(1, draw(st.integers(1, 7)) + 1):
        frames, first = draw(st.integers(before + 12, 60)), draw(st.integers(12, 20))
        overlap = draw(st.one_of(st.just(0), st.integers(1, max(1, (frames - before - 1) // 2))))
        overlap = overlap if before + overlap < frames else 0
        fields: dict[str, Any] = {"overlap": overlap, "effect": draw(st.sampled_from(EFFECTS)) if overlap else "fade"}
        moved = 0 if overlap or draw(st.booleans()) else draw(st.integers(-5, 5))
        if draw(st.integers(0, 5)) == 0:
            shots.append(card(number, frames, **fields))
        else:
            grades = (Grade(cdl=Cdl(saturation=0.5)),) if draw(st.booleans()) else ()
            more = {"first": first, "sound_frames": moved, "grades": grades, "sound_db": draw(st.sampled_from((0, -6)))}
            shots.append(film_shot(number, frames, **fields, **more))
        before = overlap
    shots[-1] = shots[-1].model_copy(update={"overlap": 0, "effect": "fade", "sound_frames": 0})
    end_s = film_cut(counting.base, shots).frames / counting.base
    sounds = [_sound(draw, number, end_s) for number in range(draw(st.integers(0, 4)))]
    title = FilmTitle(title=Title(text="Söö – 日", seconds=1), start=draw(st.integers(0, 11)), end=30)
    cut = film_cut(counting.base, shots, sounds=tuple(sounds), titles=(title,))
    silent = draw(st.frozensets(st.integers(0, len(shots) - 1)))
    words = st.lists(
        st.builds(MarkedWord, kind=st.just("note"), who=st.just("Ada"), words=st.text(max_size=12)), max_size=2
    )
    said = {shots[0].label: tuple(draw(words))}
    return cut, counting, parts_of(cut, silent, said)


def _sound(draw: st.DrawFn, number: int, end_s: float) -> FilmSound:
    return FilmSound(
        kind=draw(st.sampled_from(("music", "effect", "dialogue"))),
        file=f"sound/s{number}.wav",
        sha256=sha(f"s{number}"),
        start_s=draw(st.floats(0, end_s * 0.9)),
        from_s=draw(st.floats(0, 3)),
        seconds=draw(st.floats(0.05, 3)),
        gain_db=draw(st.sampled_from((0.0, -6.0, 18.0))),
        fade_in_s=draw(st.sampled_from((0.0, 0.5))),
    )


def seconds(frames: int, counting: Counting) -> Fraction:
    return frames / counting.rate
