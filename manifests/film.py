"""The film: its format, its tiers, and how much money, how many tries and how many lanes it may use."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints, field_validator

from manifests.eyes import Eyes
from manifests.money import Usd
from manifests.notify import Notify
from manifests.noun import Noun, Text
from manifests.review.tools import ReviewTools

Resolution = Literal["480p", "720p", "1080p"]
Cube = Annotated[str, StringConstraints(strict=True, pattern=r"^[\w-][\w./-]*\.cube$")]
"""A three-dimensional LUT, by its path below the film's folder."""
TierName = Literal["draft", "final", "hero"]
Stage = Literal["panel", "end_panel", "clip"]
Bought = Literal["panel", "end_panel", "clip", "judge", "write", "view"]
"""The purchases that the ledger holds money for: a stage of a shot, a judge's answer about a stage's output,
a writer's words for a shot or a scene, or a locked view of the bible.
"""

ANSWERS: frozenset[str] = frozenset({"judge", "write"})
"""The purchases that are words, and no pictures."""

_Name = Annotated[str, StringConstraints(strict=True, min_length=1)]

Judging = Literal["ask", "always", "never"]
WhenUnsure = Literal["judge", "person", "go_on"]

Fps = Literal[24, 25, 30]
Aspect = Literal["16:9", "9:16", "1:1"]
"""The shapes in which pictures and clips are made: width to height."""

Shown = Literal["16:9", "9:16", "1:1", "2.39:1"]
"""The shapes in which a film is shown. One in 2.39:1 is made in 16:9, and the cut crops it."""

RATIOS: dict[Shown, float] = {"16:9": 16 / 9, "9:16": 9 / 16, "1:1": 1.0, "2.39:1": 2.39}
_SIDES: dict[Resolution, tuple[int, int]] = {"480p": (854, 480), "720p": (1280, 720), "1080p": (1920, 1080)}
_SCOPE_LINES: dict[Resolution, int] = {"480p": 358, "720p": 536, "1080p": 804}


def frame_size(resolution: Resolution, shown: Shown = "16:9") -> tuple[int, int]:
    """Width and height in pixels of a frame of this shape; both even, as yuv420p needs. 720p has 720 lines in 16:9, a
    square of 720 in 1:1, 1280 lines in 9:16, and is 1280 wide in 2.39:1.
    """
    long, short = _SIDES[resolution]
    match shown:
        case "16:9":
            return long, short
        case "9:16":
            return short, long
        case "1:1":
            return short, short
        case "2.39:1":
            return long, _SCOPE_LINES[resolution]


def made_in(shown: Shown) -> Aspect:
    """The shape in which the pictures and clips of a film of this shape are made."""
    return "16:9" if shown == "2.39:1" else shown


def lines_shown(shown: Shown) -> float:
    """The part of a picture's height that the film shows: all of it, but in 2.39:1 the middle three quarters."""
    return RATIOS[made_in(shown)] / RATIOS[shown]


class Tier(Noun):
    """A quality one pays for. A tier is a gate: `approve: person` means that nothing is bought before an approval."""

    resolution: Resolution
    approve: Literal["none", "person"]
    reason: Literal["optional", "required"] = "optional"


class Tiers(Noun):
    """The three tiers. Drafts need no approval; the other two do, and the hero tier needs a reason with it."""

    draft: Tier = Tier(resolution="480p", approve="none")
    final: Tier = Tier(resolution="720p", approve="person")
    hero: Tier = Tier(resolution="1080p", approve="person", reason="required")

    @field_validator("final", "hero")
    @classmethod
    def _a_person_approves(cls, tier: Tier) -> Tier:
        if tier.approve != "person":
            raise ValueError("a tier above draft is approved by a person: write approve: person")
        return tier


class FilmBudget(Noun):
    """Caps in US dollars. `settled + held` of each never passes its cap. `keys`: by the name of the provider."""

    film_usd: Usd
    scene_usd: Usd
    run_usd: Usd
    shot_usd: Usd
    keys: dict[Annotated[str, StringConstraints(strict=True, min_length=1, max_length=80)], Usd] = {}


class Limits(Noun):
    """Bounds on effort.

    `attempts`: takes a stage of a shot may have, 1 to 9; 1 is "fire once, log, move on". `same_flaw`: after the same
    flaw this many times no re-roll is made. `no_progress`: nor after this many takes whose best score is not
    `progress_margin` (0 to 1) better than the best before. `in_flight`: calls that one provider may have at once, of
    all runs. `lanes`: shots in flight side by side. `drift_every`: shots between drift checks. `price_age_days`: an
    older price is refused.
    """

    attempts: Annotated[int, Field(strict=True, ge=1, le=9)] = 3
    same_flaw: Annotated[int, Field(strict=True, ge=1, le=9)] = 2
    no_progress: Annotated[int, Field(strict=True, ge=1, le=9)] = 2
    progress_margin: Annotated[float, Field(ge=0, le=1)] = 0.02
    in_flight: Annotated[int, Field(strict=True, ge=1, le=64)] = 8
    lanes: Annotated[int, Field(strict=True, ge=1, le=16)] = 2
    drift_every: Annotated[int, Field(strict=True, ge=2, le=50)] = 5
    price_age_days: Annotated[int, Field(strict=True, ge=1, le=3650)] = 365


class Providers(Noun):
    """The film's providers, by the names of the registry.
    `panel_model`, `clip_model`, `judge_model`, `writer_model`: which of its models; else its default.

    `judge`: the provider that looks at takes beside the local image checks; None: those decide alone. `writer`: the
    provider of the text model that `gate write` asks for words; None: nobody is asked. No take depends on the writer,
    so neither of its fields is stored.
    """

    panel: _Name = "previz"
    clip: _Name = "previz"
    panel_model: _Name | None = None
    judge: _Name | None = None
    clip_model: _Name | None = None
    judge_model: _Name | None = None
    writer: _Name | None = Field(default=None, exclude=True)
    writer_model: _Name | None = Field(default=None, exclude=True)

    @property
    def makers(self) -> frozenset[str]:
        """All that are named, the judge and the writer among them."""
        return frozenset({self.panel, self.clip} | {name for name in (self.judge, self.writer) if name})

    def models_of(self, provider: str) -> dict[Literal["panel", "clip", "score", "write"], str]:
        """The models that are named of a provider, by what they make."""
        chosen: dict[Literal["panel", "clip", "score", "write"], tuple[str | None, str | None]] = {
            "panel": (self.panel, self.panel_model),
            "clip": (self.clip, self.clip_model),
            "score": (self.judge, self.judge_model),
            "write": (self.writer, self.writer_model),
        }
        return {operation: model for operation, (name, model) in chosen.items() if name == provider and model}


class Finish(Noun):
    """How the cut is finished.

    `loudness_lufs`: integrated loudness, -40 to -5 LUFS. `true_peak_dbtp`: -9 to 0 dBTP. `grade`: the show's LUT, a
    .cube file beside film.yaml, over every shot. `subtitles`: burned into the picture, or as an .srt file beside it.
    `colour_match`: chained shots are brought to the colours of their chain's first in the cut; the takes stay as they
    are.
    """

    loudness_lufs: Annotated[float, Field(ge=-40, le=-5)] = -16.0
    true_peak_dbtp: Annotated[float, Field(ge=-9, le=0)] = -1.0
    grade: Cube | None = None
    subtitles: Literal["burned", "srt"] = "burned"
    colour_match: bool = True


class Waiver(Noun):
    """A finding of the roster or of the prompt rules that the film accepts. `subject`: as `gate lint` names it;
    `why`: the reason, for later readers.
    """

    rule: Annotated[str, StringConstraints(strict=True, pattern=r"^(R20[1-3]|P[0-9]{3})$")]
    subject: Text
    why: Text


class Film(Noun):
    """film.yaml. `fps`, `aspect`: the film's rate and shape (docs/formats.md). `thresholds` overrides a rule's own
    threshold by its code, for this film; `waivers` accepts findings of the roster, and of the prompt rules about the
    bible's words.

    `ask_bands`: how far beyond its threshold a rule asks a person instead of passing, by its code and in its unit; 0:
    never.

    `when_unsure`: who answers where a gate is neither sure that a picture is right nor that it is wrong. `judge`: the
    film's judge where it has one, else a person; `person`; `go_on`: nobody, and the picture passes. At night it is
    always `person`.

    `judge`: when the judge that `providers` names is asked: `ask` where the local eye is not sure or has nothing to
    say, `always` about every panel and clip, `never`. `notify`: who is told when a person is needed (docs/night.md).
    `eyes`: the image model that the local checks look with, where it is not the built-in one (docs/eyes.md).
    `review_tools`: how takes meet Kitsu and Frame.io (docs/review_tools.md).
    """

    schema_name: ClassVar[str] = "gate/film/1"

    title: Text
    code: Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z][A-Z0-9]{1,7}$")]
    fps: Fps = 24
    aspect: Shown = "16:9"
    tiers: Tiers = Tiers()
    budget: FilmBudget
    limits: Limits = Limits()
    thresholds: dict[Annotated[str, StringConstraints(pattern=r"^[PMCRVDQ][0-9]{3}$")], float] = {}
    ask_bands: dict[Annotated[str, StringConstraints(pattern=r"^V[0-9]{3}$")], Annotated[float, Field(ge=0)]] = {}
    waivers: tuple[Waiver, ...] = ()
    providers: Providers = Providers()
    judge: Judging = "ask"
    when_unsure: WhenUnsure = "judge"
    eyes: Eyes = Eyes()
    finish: Finish = Finish()
    notify: Notify = Notify()
    review_tools: ReviewTools = ReviewTools()
    naming: Text = "{shot}_{task}_v{version:03d}"

    @field_validator("aspect", mode="before")
    @classmethod
    def _scope_is_written_in_many_ways(cls, aspect: object) -> object:
        return "2.39:1" if aspect in (2.39, "2.39") else aspect

    @field_validator("naming")
    @classmethod
    def _naming_fills_in(cls, template: str) -> str:
        try:
            template.format(scene="SC010", shot="SC010_SH0010", task="draft", version=1)
        except (KeyError, IndexError, ValueError, AttributeError, TypeError):
            raise ValueError("it may use {scene}, {shot}, {task} and {version:03d}, and nothing else") from None
        return template

    @property
    def made_in(self) -> Aspect:
        """The shape in which its pictures and clips are made."""
        return made_in(self.aspect)

    def tier(self, name: TierName) -> Tier:
        """The tier called `name`."""
        chosen: Tier = getattr(self.tiers, name)
        return chosen
