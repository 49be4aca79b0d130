"""The content of the dailies as a value: the page, the table and the JSON are written from this,
and from nothing else.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from manifests.money import Microusd
from manifests.noun import Noun, SceneId, ShotId, Text

Standing = Literal["final", "approved", "ready", "parked", "blocked", "waits", "to make", "hold", "omit"]
"""Where a shot stands: its final is made; its draft has an approval; its draft waits for a verdict; a person is needed;
money, credit, moderation, doubt or the window is in the way; it waits for another shot or for hands; nobody has begun
it; a person put it on hold, or omitted it from the film.
"""


class DailiesCheck(Noun):
    """One score beside its threshold, in the rule's own unit. `value` is None where the rule had nothing to judge."""

    word: Text
    rule: Text
    value: float | None
    threshold: float | None
    at_most: bool
    passed: bool


class ShotRow(Noun):
    """One shot. `why`: of a shot that does not stand, what decided so.
    `attempts`: takes of its panel and its clip, draft tier.

    `clip`, `thumb`: files beside the page. `key`: the generation key of the take that is shown. Amounts in
    micro-dollars.
    """

    shot: ShotId
    title: str
    standing: Standing
    kind: str = ""
    why: str = ""
    next: tuple[str, ...] = ()
    take: str = ""
    changed: str = ""
    checks: tuple[DailiesCheck, ...] = ()
    panels: int = 0
    clips: int = 0
    take_microusd: Microusd = 0
    shot_microusd: Microusd = 0
    notes: tuple[str, ...] = ()
    seconds: float
    key: str = ""
    clip: str = ""
    thumb: str = ""


class WaitingForPerson(Noun):
    """One thing that waits for a person, and the commands that go on with it."""

    what: Text
    detail: str = ""
    next: tuple[str, ...] = ()


class DailiesMoney(Noun):
    """The night's money, in micro-dollars; of a page by day, that of everything since the dailies before.

    `bad_panels`: panels that a gate refused, what they cost, and what their clips would have. `finals`: every draft
    that stands, made final at today's prices. `cap`: the night's, or the scene's by day; `left`: under the scene's cap.
    """

    planned: Microusd
    actual: Microusd
    cap: Microusd
    capped: Text
    refused_calls: int
    refused: Microusd
    held: Microusd
    doubt_calls: int
    doubt: Microusd
    bad_panels: int
    bad: Microusd
    saved: Microusd
    finals_shots: int
    finals: Microusd
    left: Microusd


class ProviderWords(Noun):
    """A provider's own words about one call, without what opens a door."""

    at: Text
    shot: str
    who: Text
    outcome: Text
    job: str
    words: Text


class Fired(Noun):
    """A rule that refused something, and how often."""

    rule: Text
    name: str
    count: Annotated[int, Field(ge=1)]


class Dailies(Noun):
    """The dailies of one scene. `night`: the date that names them.
    `order`, `opens`, `closes`, `plan`: of the night, if it was one.
    """

    schema_name: ClassVar[str] = "gate/dailies/1"

    film: Text
    title: Text
    scene: SceneId
    scene_title: str
    night: Text
    made_at: Text
    window: str = ""
    order: int = 0
    plan: str = ""
    message: str = ""
    seconds_ready: float = 0.0
    waiting: tuple[WaitingForPerson, ...] = ()
    since: str = ""
    changed: tuple[str, ...] = ()
    shots: tuple[ShotRow, ...]
    money: DailiesMoney
    fired: tuple[Fired, ...] = ()
    waivers: tuple[str, ...] = ()
    drift: tuple[str, ...] = ()
    said: tuple[ProviderWords, ...] = ()
    references: dict[str, str] = {}
    reel: str = ""
    contact_sheet: str = ""
    drift_chart: str = ""
    timeline: str = ""

    def counted(self, *standings: Standing) -> int:
        """How many shots stand so."""
        return sum(shot.standing in standings for shot in self.shots)
