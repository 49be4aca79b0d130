"""How a film meets review tools of other makers: where its versions go there, and what their status words mean here."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from manifests.noun import Noun

VerdictWord = Literal["pass", "fail"]
_Name = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=80)]
_Words = Annotated[dict[_Name, VerdictWord], Field(max_length=40)]


class _Tool(Noun):
    """`project`: the project's name or ID there; the film's title where it is not given. `verdicts`: what a status word
    of the tool says of a take, by the word in small letters. A word that is not listed says nothing.
    """

    project: _Name | None = None
    verdicts: _Words = {}

    @field_validator("verdicts")
    @classmethod
    def _in_small_letters(cls, words: dict[str, VerdictWord]) -> dict[str, VerdictWord]:
        return {word.casefold(): says for word, says in words.items()}


class KitsuTool(_Tool):
    """`task_type`: the task of each shot that takes are published on. `publish`: the short name of the status that a
    published version gets.
    """

    task_type: _Name = "Compositing"
    publish: _Name = "wfa"
    verdicts: _Words = {"done": "pass", "approved": "pass", "retake": "fail", "rejected": "fail"}


class FrameioTool(_Tool):
    """`status_field`: the name of the metadata field that holds a file's status. `first_frame`: the number that the
    API gives a clip's first frame in comments.
    """

    status_field: _Name = "Status"
    first_frame: Literal[0, 1] = 0
    verdicts: _Words = {"approved": "pass", "needs edit": "fail", "rejected": "fail"}


class ReviewTools(Noun):
    """film.yaml's `review_tools`. Addresses and keys stand in no file of the film (docs/review_tools.md)."""

    kitsu: KitsuTool = KitsuTool()
    frameio: FrameioTool = FrameioTool()
