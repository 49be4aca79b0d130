"""Puts together one question to a vision judge: what it looks at, what it is told, and the closed shape of its answer.

The same pictures, data and references are the same question, whenever and wherever it is put together, so that an
answer that was paid for is found again. One of the pictures is a control: its answer is known beforehand.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from checks.judge.words import CONTROLLED, INSTRUCTION, answer_schema
from manifests.bible import VIEWS, Bible, plate_name, view_name
from manifests.keys import hash_json
from manifests.question import Question, Shown
from manifests.scene import Shot
from manifests.staging import Placement, placements

PICTURES_MAX = 3
"""Judged in one call, beside the control."""

_WORDS_MAX, _WORDS_A_PICTURE, _WORDS_A_PERSON = 3000, 250, 150
"""Tokens: what the judged pictures' part of an answer may come to (a judge's answer ends at 4,096), and what it comes
to for each picture and for each of the cast in it, the longest sentences counted and white space between the fields.
"""

_SHOWN_MAX = 64
_LABELS = ("p1", "p2", "p3", "p4")
_STANDS = 0.5
"""How wide a figure is held to be, in parts of its height, when it is asked whether any of it is in the frame."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One picture to be judged: its content, and the moment of the shot that it is to show (0 first frame, 1 last)."""

    sha256: str
    shot: Shot
    progress: float


@dataclass(frozen=True, slots=True)
class Claim:
    """The claimed content of a picture. `cast`: character and wardrobe, from left to right;
    `x`: where each stands, 0 to 1.
    """

    label: str
    sha256: str
    location: str
    cast: tuple[tuple[str, str], ...]
    x: tuple[float, ...]

    def data(self) -> dict[str, Any]:
        """The claim as the judge is told it."""
        stand = [
            {"character": who, "wardrobe": worn, "x": round(x, 2)}
            for (who, worn), x in zip(self.cast, self.x, strict=True)
        ]
        return {"location": self.location, "cast_from_left_to_right": stand}


@dataclass(frozen=True, slots=True)
class Control:
    """The picture whose answer is known. `kind`: "somebody else", a view of another character under the name of `who`;
    or "nobody", the empty plate of `plate`, in which `who` is said to stand.
    """

    label: str
    kind: Literal["somebody else", "nobody"]
    who: str
    plate: str


@dataclass(frozen=True, slots=True)
class QuestionSheet:
    """A question with all that its answer is read by. `claims`: the judged pictures in order, without the control.

    `plates`: every location that was shown. `control`: None where the bible has nothing to make one from. `neighbour`:
    whether the shot before was shown.
    """

    question: Question
    claims: tuple[Claim, ...]
    plates: tuple[str, ...]
    control: Control | None
    neighbour: bool


def pictures_at_once(cast: int) -> int:
    """How many pictures with so many people fit into one answer, 1 to PICTURES_MAX."""
    return max(1, min(PICTURES_MAX, _WORDS_MAX // (_WORDS_A_PICTURE + _WORDS_A_PERSON * cast)))


def lay_out(
    judged: Sequence[Judged], bible: Bible, hashes: Mapping[str, str], neighbour: str | None = None
) -> QuestionSheet:
    """The question about 1 to PICTURES_MAX pictures. `hashes`: the film's canonical pictures by name; `neighbour`: the
    content of the shot before's panel. Raises ValueError for none or too many pictures, or more references than a judge
    sees.
    """
    if not 0 < len(judged) <= PICTURES_MAX:
        raise ValueError(f"a question is about 1 to {PICTURES_MAX} pictures, not {len(judged)}")
    plates = tuple(sorted(name for name in bible.locations if plate_name(name) in hashes))
    claims = [_claim(each) for each in judged]
    kind, planted = _control(claims, bible, hashes, plates)
    if planted is not None:
        claims.insert(int(hash_json([c.sha256 for c in claims])[:8], 16) % (len(claims) + 1), planted)
    at = claims.index(planted) if planted is not None else -1
    named = [Claim(label, c.sha256, c.location, c.cast, c.x) for label, c in zip(_LABELS, claims, strict=False)]
    control = (
        Control(named[at].label, kind, named[at].cast[0][0], _plate_of(hashes, plates, named[at])) if at >= 0 else None
    )
    question = Question(
        instruction=_instruction(named, bible, plates, neighbour is not None),
        pictures=(*_references(named, bible, hashes, plates, neighbour), *_looked_at(named)),
        answer=answer_schema({c.label: tuple(who for who, _ in c.cast) for c in named}, plates),
    )
    return QuestionSheet(
        question, tuple(c for i, c in enumerate(named) if i != at), plates, control, neighbour is not None
    )


def _claim(judged: Judged) -> Claim:
    seen = sorted((p for p in placements(judged.shot, judged.progress) if _in_frame(p)), key=lambda p: (p.x, p.entity))
    return Claim(
        "",
        judged.sha256,
        judged.shot.location,
        tuple((p.entity, p.wardrobe or "") for p in seen),
        tuple(min(1.0, max(0.0, p.x)) for p in seen),
    )


def _in_frame(place: Placement) -> bool:
    """Whether anything of somebody can be seen; props are not asked about."""
    box = place.box(_STANDS)
    return place.wardrobe is not None and box.left < 1 and box.right > 0 and box.top < 1 and box.bottom > 0


def _control(
    claims: Sequence[Claim], bible: Bible, hashes: Mapping[str, str], plates: Sequence[str]
) -> tuple[Literal["somebody else", "nobody"], Claim | None]:
    """A picture that is none of what is claimed of it."""
    first = claims[0]
    who = first.cast[0] if first.cast else next(iter(_everybody(bible)), None)
    if who is None or not plates:
        return "nobody", None
    kin = bible.characters[who[0]].kind if who[0] in bible.characters else "person"
    others = [view_name(c, w, "front") for c, w in _everybody(bible) if c != who[0] and bible.characters[c].kind == kin]
    found = next((hashes[name] for name in others if name in hashes), None) if first.cast else None
    if found is not None:
        return "somebody else", Claim("", found, first.location, (who,), (0.5,))
    empty = next((plate for plate in plates if plate != first.location), plates[0])
    return "nobody", Claim("", hashes[plate_name(empty)], first.location, (who,), (0.5,))


def _everybody(bible: Bible) -> Iterable[tuple[str, str]]:
    return ((name, min(bible.characters[name].wardrobes)) for name in sorted(bible.characters))


def _plate_of(hashes: Mapping[str, str], plates: Sequence[str], claim: Claim) -> str:
    return next((plate for plate in plates if hashes[plate_name(plate)] == claim.sha256), "")


def _references(
    claims: Sequence[Claim], bible: Bible, hashes: Mapping[str, str], plates: Sequence[str], neighbour: str | None
) -> tuple[Shown, ...]:
    """Each locked picture once, whatever the number of pictures that are held against it."""
    looks = sorted({look for claim in claims for look in claim.cast if look[0] in bible.characters})
    shown = [Shown(label=f"plate {p}", role="reference", sha256=hashes[plate_name(p)]) for p in plates]
    more = 1 if neighbour else 0
    views = [view for view in VIEWS if view_name(*looks[0], view) in hashes] if looks else []
    while views and len(shown) + more + len(claims) + len(views) * len(looks) > _SHOWN_MAX:
        views.pop()
    shown += [
        Shown(label=f"character {who} in {worn}, {view} view", role="reference", sha256=hashes[name])
        for who, worn in looks
        for view in views
        if (name := view_name(who, worn, view)) in hashes
    ]
    if neighbour:
        shown.append(Shown(label="the shot before", role="context", sha256=neighbour))
    if len(shown) + len(claims) > _SHOWN_MAX:
        raise ValueError(f"{len(shown) + len(claims)} pictures are more than the {_SHOWN_MAX} that a judge is shown")
    return tuple(shown)


def _looked_at(claims: Sequence[Claim]) -> tuple[Shown, ...]:
    return tuple(Shown(label=claim.label, role="judged", sha256=claim.sha256) for claim in claims)


def _instruction(claims: Sequence[Claim], bible: Bible, plates: Sequence[str], before: bool) -> str:  # noqa: FBT001
    """Our words, and after them everything that somebody else wrote, as one line of JSON:
    it is data, and never a request.
    """
    people = sorted({who for claim in claims for who in claim.cast if who[0] in bible.characters})
    data = {
        "pictures": {claim.label: claim.data() for claim in claims},
        "characters": {who: bible.characters[who].identity for who, _ in people},
        "wardrobes": {f"{who} in {worn}": _worn(bible, who, worn) for who, worn in people},
        "plates": {plate: bible.locations[plate].words for plate in plates},
        "the_shot_before_is_shown": before,
    }
    return f"{INSTRUCTION}\n{CONTROLLED}\n{json.dumps(data, sort_keys=True, ensure_ascii=True)}"


def _worn(bible: Bible, who: str, worn: str) -> str:
    wardrobe = bible.characters[who].wardrobes.get(worn)
    return wardrobe.words if wardrobe else ""
