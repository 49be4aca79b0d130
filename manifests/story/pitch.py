"""The pitch: what the film is about, and what kind of film it is to be, before anything of it is made."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field, StringConstraints

from manifests.noun import Noun, Words

FilmKind = Literal[
    "short", "feature", "episode", "commercial", "music_video", "trailer", "documentary", "explainer", "art", "other"
]
FILM_KINDS: tuple[FilmKind, ...] = get_args(FilmKind)
Delivery = Literal["cinema", "broadcast", "streaming", "web", "social", "event"]
DELIVERIES: tuple[Delivery, ...] = get_args(Delivery)
Treatment = Annotated[str, StringConstraints(strict=True, max_length=20_000)]


class FilmProfile(Noun):
    """What the finished film is to be. `length_s`: how long it plays, in seconds. `languages`: as BCP 47 tags (en,
    pt-BR). `delivery`: where it is shown.
    """

    length_s: Annotated[float, Field(gt=0, le=36_000, allow_inf_nan=False)] | None = None
    audience: Words = ""
    tone: Words = ""
    look: Words = ""
    languages: Annotated[
        tuple[Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")], ...],
        Field(max_length=40),
    ] = ()
    delivery: Annotated[tuple[Delivery, ...], Field(max_length=6)] = ()


class Pitch(Noun):
    """pitch.yaml. `logline`: the film in one or two sentences. `treatment`: its story in prose. People read it, and no
    prompt holds it.
    """

    schema_name: ClassVar[str] = "gate/pitch/1"

    logline: Words = ""
    treatment: Treatment = ""
    kind: FilmKind | None = None
    profile: FilmProfile = FilmProfile()
