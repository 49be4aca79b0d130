"""The review room's view of a scene, as frozen values; their JSON is what the page and the static export read.

Money is whole micro-dollars, times are ISO 8601 with their zone, frames count from 0, boxes are fractions of the
picture.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from manifests.bible import Region
from manifests.decision import DecisionKind, Say
from manifests.film import Shown
from manifests.handwork import FrameStage
from manifests.money import Microusd
from manifests.noun import Noun
from manifests.review.drawing import Drawing

Status = Literal[
    "planned",
    "panel?",
    "draft?",
    "retake",
    "comp",
    "circled",
    "final?",
    "final",
    "hold",
    "omit",
    "blocked:credit",
    "blocked:budget",
    "blocked:moderation",
    "blocked:stop",
]
"""Where a shot stands, in one word. A question mark waits for a person; a blocked shot has not failed, and resumes."""

WAITING: frozenset[Status] = frozenset({"panel?", "draft?", "final?"})


class Media(Noun):
    """One file of the vault. `name`: its hash with its ending, by which the room serves it."""

    name: str
    width: int
    height: int
    frames: int


class ReviewReference(Noun):
    """One picture that a take was made from. `media`: None where the vault lacks it."""

    role: str
    name: str
    media: str | None


class ReviewQuestion(Noun):
    """What the gate asks a person about a take. `masters`: the locked pictures to compare it with; `boxes`: where the
    gate looked when the shot opens, and when it ends.
    """

    rule: str
    words: str
    masters: tuple[ReviewReference, ...]
    boxes: tuple[Region, ...]


class PromptChange(Noun):
    """A run of words of a prompt: the same as in the take before, taken out of it, or put in."""

    kind: Literal["same", "out", "in"]
    text: str


class ReviewCheck(Noun):
    """One measurement with its threshold. `boxes`: where the gate looked when the shot opens, and when it ends.

    `says`: pass, ask, fail or "not checked". `why`: why it was not checked. `sure`: from where it passes without a
    question.
    """

    rule: str
    subject: str
    value: float | None
    threshold: float
    passed: bool
    applies: bool
    says: str
    why: str = ""
    sure: float | None = None
    boxes: tuple[Region, ...] = ()


class ReviewRule(Noun):
    """A rule's measurement; `direction` says which way is better, `source` where its threshold comes from."""

    name: str
    what: str
    unit: str
    direction: str
    source: str


class ReviewFlaw(Noun):
    """A flaw that a gate found, with its fix. `evidence`: the numbers behind it, the frames compared among them."""

    rule: str
    severity: str
    subject: str
    flaw: str
    message: str
    cure: str
    evidence: dict[str, float | str] = {}


class TakeView(Noun):
    """One take as it is looked at. `name`: "draft v002"; `file`: what it is called in out/.
    `parent`: the take it chains from.

    `seed`: None where its provider takes none. `passed`: None where no gate has judged it. `certificate`: what passed
    it. `asks`: what its gate asks and nobody has answered yet; a circle answers yes, a retake no.
    """

    key: str
    name: str
    file: str
    stage: str
    tier: str
    version: int
    provider: str
    model: str
    seed: int | None
    resolution: str
    seconds: float
    changed: str
    parent: str | None
    state: str
    cost_microusd: int | None
    held_microusd: int
    media: Media | None
    prompt: str
    guide: str
    before: str | None
    diff: tuple[PromptChange, ...]
    references: tuple[ReviewReference, ...]
    passed: bool | None
    asks: tuple[ReviewQuestion, ...]
    checks: tuple[ReviewCheck, ...]
    troubles: tuple[ReviewFlaw, ...]
    certificate: str | None


class ReviewRemark(Noun):
    """A note or a verdict that stands. `number`: the decision's, by which its author takes it back.
    `take`: the name of the take it is about; `key`: its generation key. `drawing`: marks on its frame. `answers`: the
    number of the note that it answers; `resolves`: whether it closes that note, or opens it again.
    """

    number: int
    kind: DecisionKind
    who: str
    made_at: str
    door: str
    why: str
    subject: str
    take: str | None = None
    frame: int | None = None
    to_frame: int | None = None
    box: Region | None = None
    proposes: Say | None = None
    key: str | None = None
    drawing: Drawing = ()
    answers: int | None = None
    resolves: bool | None = None


class ReviewHandwork(Noun):
    """People's hands on one frame of a shot.
    `kit`: the folder of the kit that is out, `save` the name to save there; else empty.

    `composite`: whether one was handed in. `polish`: how far the newest is; `uses`: which of both somebody chose.
    `says`: all of it in a sentence, empty where nobody has the frame in hand. `heat`: the picture of what a rejected
    pass moved, as the room serves it. `polish_microusd` and `edit_microusd` are of one pass as it is likely to be
    billed; None where there is nothing to change, or nobody can price it. `clip_microusd` comes on top of each: another
    frame wants another draft clip.
    """

    stage: FrameStage
    kit: str = ""
    save: str = ""
    composite: bool = False
    polish: Literal["", "asked", "rejected", "clean"] = ""
    uses: Literal["", "composite", "polish"] = ""
    says: str = ""
    heat: str | None = None
    polish_microusd: Microusd | None = None
    edit_microusd: Microusd | None = None
    clip_microusd: Microusd = 0


class Final(Noun):
    """The final that an approval would buy: its tier, size and price. `by`: whose approval stands; `lapsed`: the
    changes since an approval that does not.
    """

    tier: str
    resolution: str
    price_microusd: int
    wants_reason: bool
    by: str | None = None
    at: str | None = None
    lapsed: tuple[str, ...] = ()


class ShotView(Noun):
    """One shot. `shown`: the key of the take that is looked at first. `why`: why one sees this now, in a line.

    `disagree`: two people's last words on that take, where they differ. `retake_microusd`: what another draft is likely
    to cost. `hands`: its first frame, and its last where it has one, as people have them in hand. `final`: None where
    no draft stands. `sketch`: the hash of its pencil sketch; "" where there is none, or the shot is private.
    """

    id: str
    status: Status
    waits: bool
    why: str
    says_who: str
    motion: str
    place: str
    cast: tuple[str, ...]
    frames: int
    chain: bool
    takes: tuple[TakeView, ...]
    shown: str | None
    said: tuple[ReviewRemark, ...]
    disagree: str
    diagnosis: str
    fix: str
    mistaken_manifest: bool
    in_flight: str
    takes_left: int
    settled_microusd: int
    held_microusd: int
    cap_microusd: int | None
    retake_microusd: int
    hands: tuple[ReviewHandwork, ...]
    final: Final | None
    poster: str | None
    sketch: str = ""


class ReviewMoney(Noun):
    """A scene's cap and what stands against it. `promised`: finals that have an approval and are not bought yet."""

    cap_microusd: int | None
    settled_microusd: int
    held_microusd: int
    promised_microusd: int

    @property
    def left_microusd(self) -> int:
        """The rest under the cap that is neither spent, held nor promised;
        below 0 where more was promised than is left.
        """
        return (self.cap_microusd or 0) - self.settled_microusd - self.held_microusd - self.promised_microusd


class ReviewCut(Noun):
    """The assembled scene as the last run rendered it. `made_at`: when it was laid down."""

    tier: Literal["draft", "final"]
    media: Media
    made_at: str


class SceneView(Noun):
    """One scene as the room shows it, its shots in story order; `rules`: those that measured anything, by code.
    `cuts`: the draft cut and the final one, as far as they are rendered.
    """

    schema_name: ClassVar[str] = "gate/review/1"

    film: str
    code: str
    scene: str
    title: str
    intent: str
    fps: int
    aspect: Shown = "16:9"
    money: ReviewMoney
    stopped: str
    shots: tuple[ShotView, ...]
    rules: dict[str, ReviewRule]
    cuts: tuple[ReviewCut, ...] = ()

    @property
    def waiting(self) -> int:
        """How many shots wait for a person."""
        return sum(shot.waits for shot in self.shots)
