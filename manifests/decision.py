"""A person's decision: who approved what exactly, for how much, and why."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from manifests.bible import Region
from manifests.film import Resolution, TierName
from manifests.finding import RuleCode
from manifests.handwork import Handwork, Retake
from manifests.money import Microusd
from manifests.noun import Noun, Sha256, ShotId, Text
from manifests.review.drawing import Drawing
from manifests.spending.standing_order import StandingOrder

DecisionKind = Literal[
    "approve",
    "reject",
    "raise_cap",
    "write_off",
    "release",
    "stop",
    "go",
    "reanchor",
    "standing_order",
    "end_order",
    "switch_provider",
    "fix",
    "verdict",
    "set_threshold",
    "retake",
    "hands",
    "note",
    "circle",
    "edit_layer",
    "composite",
    "post_fix",
    "hold",
    "omit",
    "undo",
    "draft_resolution",
    "accept_proposal",
    "reject_proposal",
]
Say = Literal["circle", "retake", "edit_layer", "composite", "post_fix", "hold", "omit"]
"""The kinds of remarks and verdicts on a shot or a take in the review room. None of them spends anything."""
SAYS: tuple[Say, ...] = get_args(Say)

Door = Literal["terminal", "command line", "prefect form", "review room", "budget block", "review tool", "program"]
REVIEW_TOOL: Door = "review tool"
"""What people said in a review tool of another maker: notes and verdicts, and nothing that spends."""


class Binding(Noun):
    """The facts that an approval is bound to. When one of them changes, the approval lapses and names it.

    `draft`: the clip that the person saw. For the approval of a draft, which has none yet, the generation key that it
    buys: that binds one take, with all that is sent.
    """

    shot: ShotId
    tier: TierName
    resolution: Resolution
    prompt: Sha256
    references: Sha256
    panel: Sha256
    draft: Sha256
    provider: Text
    price_microusd: Microusd

    def differences(self, now: Binding) -> tuple[str, ...]:
        """The names of what changed between this approval and `now`; a lower price is not a change."""
        names = {"draft": "take"} if self.tier == "draft" else {}
        changed = [names.get(name, name) for name in _BOUND if getattr(self, name) != getattr(now, name)]
        return (*changed, "price") if now.price_microusd > self.price_microusd else tuple(changed)


_BOUND = ("tier", "resolution", "prompt", "references", "panel", "draft", "provider")


class Label(Noun):
    """A person's verdict on one take, by its generation key: right, or wrong.
    `rules`: the rules that it is about; none means all of them.
    """

    take: Sha256
    asset: Sha256
    good: bool
    rules: tuple[RuleCode, ...] = ()


class Remark(Noun):
    """The subject of a remark in the review room: a take, by its generation key, with the bytes that were seen.

    `frame`: counted from 0; `to_frame`: the last of a range. `box`: the part of the picture that is meant. `proposes`:
    the verdict that an agent would give; a program's remark decides nothing. `drawing`: marks on that frame. `answers`:
    the number of the note that this one answers; `resolves`: whether it closes that note (True) or opens it again
    (False). `source`: the tool and the ID there of what was imported. These four are left out of what is stored where
    they say nothing.
    """

    take: Sha256 | None = None
    asset: Sha256 | None = None
    frame: Annotated[int, Field(strict=True, ge=0, le=100_000)] | None = None
    to_frame: Annotated[int, Field(strict=True, ge=0, le=100_000)] | None = None
    box: Region | None = None
    proposes: Say | None = None
    drawing: Drawing = ()
    answers: Annotated[int, Field(strict=True, ge=1)] | None = None
    resolves: bool | None = None
    source: Annotated[str, Field(max_length=200)] = ""

    @model_validator(mode="after")
    def _runs_forward(self) -> Remark:
        if self.to_frame is not None and (self.frame is None or self.to_frame < self.frame):
            raise ValueError("a range of frames begins at a frame, and ends at that one or later")
        if self.resolves is not None and self.answers is None:
            raise ValueError("what closes or opens a note names it")
        return self

    @model_serializer(mode="wrap")
    def _told(self, as_it_is: SerializerFunctionWrapHandler) -> dict[str, Any]:
        told: dict[str, Any] = as_it_is(self)
        unset = {"drawing": (), "answers": None, "resolves": None, "source": ""}
        return {name: each for name, each in told.items() if name not in unset or getattr(self, name) != unset[name]}


class Decision(Noun):
    """One row of the ledger. `made_at` is an ISO 8601 time with its zone; `scope` a film, scene or shot.

    `subject`: what it is about beside its scope; of a switch_provider the stage and the provider, "clip: fal"; of a
    draft_resolution the resolution; of a fix the line that was changed; of a set_threshold the rule and its values;
    of a retake the one thing that changes; of an accept_proposal or reject_proposal the id of the proposal; of an
    undo the number of the row that is taken back. `label`: of a verdict, what was seen. `remark`: of a decision in
    the review room, its subject. `retake`, `hands`: what is sent back, and what a person does or made by hand.
    """

    schema_name: ClassVar[str] = "gate/decision/1"

    kind: DecisionKind
    scope: Text
    who: Text
    made_at: Text
    door: Door
    why: str = ""
    amount_microusd: int = 0
    binding: Binding | None = None
    order: StandingOrder | None = None
    subject: str = ""
    label: Label | None = None
    remark: Remark | None = None
    retake: Retake | None = None
    hands: Handwork | None = None
