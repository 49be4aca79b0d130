"""What people fill in when they launch a run in Prefect's page: each field with its help text and its bounds.

A flow does not know which film it will be for: `flows.serving.forms` adds the film's own scenes and names when it is
deployed.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from production.bible.views import EVERY_WARDROBE, EVERYBODY

AS_THE_FILM_SAYS = "as film.yaml says"
EVERY_SCENE = "every scene"

SceneName = Annotated[str, Field(pattern=r"^SC[0-9]{3,4}$", description="The scene to make, such as SC010.")]
SceneOrAll = Annotated[
    str, Field(pattern=rf"^(SC[0-9]{{3,4}}|{EVERY_SCENE})$", description="One scene of the film, or every scene.")
]
FilmFolder = Annotated[
    str,
    Field(
        title="Film",
        description="The folder of the film that is served, on the machine that runs this. Empty: that one; another "
        "is refused.",
    ),
]
UpTo = Annotated[
    Literal["draft", "final"],
    Field(
        description="How far: to the draft cut, where nobody is asked; or on to the finals, which wait for your "
        "approval."
    ),
]
PlanFile = Annotated[
    str, Field(description="A plan file that the run keeps to (gate plan -o); empty: none.", max_length=4096)
]
ProviderName = Annotated[
    str,
    Field(
        pattern=rf"^([a-z][a-z0-9_-]{{0,39}}|{AS_THE_FILM_SAYS})$",
        description="Who makes the clips. Another one than now is named in film.yaml, for every run from now on: "
        "that takes your "
        "name and your reason below.",
    ),
]
CharacterName = Annotated[
    str,
    Field(
        pattern=rf"^([a-z][a-z0-9_]{{0,39}}|{EVERYBODY})$",
        description="Whose views are missing: a character of the bible, or everybody.",
    ),
]
WardrobeName = Annotated[
    str,
    Field(pattern=rf"^([a-z][a-z0-9_]{{0,39}}|{EVERY_WARDROBE})$", description="In what: one wardrobe, or every one."),
]
MissingViews = Annotated[
    tuple[Literal["three_quarter", "side", "back"], ...],
    Field(max_length=3, description="Only these views. Empty: all that are missing. The front is a person's to draw."),
]
ViewMaker = Annotated[
    str,
    Field(
        pattern=rf"^([a-z][a-z0-9_-]{{0,39}}|{AS_THE_FILM_SAYS})$",
        description="Who draws them, from the approved front. It changes nothing in film.yaml.",
    ),
]
Again = Annotated[
    bool,
    Field(description="Send back what lies there unapproved, and make another take of it. Takes your reason below."),
]
BibleCapUsd = Annotated[
    float,
    Field(
        ge=0,
        le=9_999_999,
        title="Cap in US dollars",
        description="What all views of the bible together may cost from now on; 0 leaves the cap as it is. Raising "
        "it takes your "
        "name and your reason.",
    ),
]
CapUsd = Annotated[
    float,
    Field(
        ge=0,
        le=9_999_999,
        title="Cap in US dollars",
        description="What the scene may cost from now on; 0 leaves its cap as it is. Raising it takes your name and "
        "your reason.",
    ),
]
Who = Annotated[
    str, Field(max_length=80, description="Your name. It is written under what you decide here; else leave it.")
]
Why = Annotated[str, Field(max_length=400, description="Your reason, where one is asked for.")]
Night = Annotated[bool, Field(description="Only drafts, under the scene's standing order, while its window is open.")]
Partial = Annotated[bool, Field(description="Begin a chain that the provider's credit does not cover to its end.")]
