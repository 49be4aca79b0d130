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
        description="The film's folder on the machine that runs this. Leave it empty: only the film that is served "
        "can run.",
    ),
]
UpTo = Annotated[
    Literal["draft", "final"],
    Field(
        description="Draft: make the drafts and their cut. Final: go on to the finals, which wait for your approval."
    ),
]
PlanFile = Annotated[
    str, Field(description="A plan file to follow (gate plan -o). Leave it empty to make a new plan.", max_length=4096)
]
ProviderName = Annotated[
    str,
    Field(
        pattern=rf"^([a-z][a-z0-9_-]{{0,39}}|{AS_THE_FILM_SAYS})$",
        description="The provider of the clips. Choosing another one changes film.yaml for every later run, and "
        "needs your name and your reason.",
    ),
]
CharacterName = Annotated[
    str,
    Field(
        pattern=rf"^([a-z][a-z0-9_]{{0,39}}|{EVERYBODY})$",
        description="The character whose missing views are made, or everybody.",
    ),
]
WardrobeName = Annotated[
    str,
    Field(pattern=rf"^([a-z][a-z0-9_]{{0,39}}|{EVERY_WARDROBE})$", description="One wardrobe, or every wardrobe."),
]
MissingViews = Annotated[
    tuple[Literal["three_quarter", "side", "back"], ...],
    Field(
        max_length=3,
        description="Only these views; empty makes all that are missing. People draw the front.",
    ),
]
ViewMaker = Annotated[
    str,
    Field(
        pattern=rf"^([a-z][a-z0-9_-]{{0,39}}|{AS_THE_FILM_SAYS})$",
        description="The provider that draws the views from the approved front. film.yaml stays as it is.",
    ),
]
Again = Annotated[
    bool,
    Field(description="Reject the views that nobody has approved yet, and make others. Needs your reason."),
]
BibleCapUsd = Annotated[
    float,
    Field(
        ge=0,
        le=9_999_999,
        title="Cap in US dollars",
        description="The most that all views of the bible together may cost. 0 leaves the cap as it is. Raising it "
        "needs your name and your reason.",
    ),
]
CapUsd = Annotated[
    float,
    Field(
        ge=0,
        le=9_999_999,
        title="Cap in US dollars",
        description="The most that the scene may cost. 0 leaves its cap as it is. Raising it needs your name and your "
        "reason.",
    ),
]
Who = Annotated[
    str,
    Field(
        max_length=80,
        description="Your name, if you raise a cap or change the provider.",
    ),
]
Why = Annotated[
    str, Field(max_length=400, description="Your reason, if you raise a cap, change the provider or reject.")
]
Night = Annotated[bool, Field(description="Make only drafts, under the scene's standing order, within its hours.")]
Partial = Annotated[bool, Field(description="Start a chain although the provider's credit will not last to its end.")]
