"""P171 to P174: words of a shot that contradict the film's own files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from checks.prompts.record import Hit, PromptRecord
from checks.prompts.text import found, has, listed, one_of, sentence_at, sentence_before
from manifests.bible import Bible

_COMMON = frozenset(
    listed("""
    will mark rose grace hope faith joy may june april dawn amber ivy lily daisy bill jack rob sandy art frank
    rich pat drew chase hunter mason cook baker smith summer autumn olive ruby pearl jade iris violet robin
    jay ray pierce miles dean the young old big little captain doctor mother father man woman boy girl king
    queen
    """)
)
_PICTURED = (
    r"\b(?:photo|photograph|picture|portrait|painting|name|voice|letter|statue|drawing|memory|grave|shadow"
    r"|poster)\s+of\s+(?:the\s+)?$"
)
_GARMENTS = one_of(
    *(
        "coat",
        "raincoat",
        "overcoat",
        "peacoat",
        "jacket",
        "blazer",
        "cardigan",
        "jumper",
        "sweater",
        "pullover",
        "hoodie",
    ),
    *(
        "shirt",
        "blouse",
        "t-shirt",
        "vest",
        "waistcoat",
        "dress",
        "gown",
        "nightdress",
        "nightgown",
        "skirt",
        "trousers",
    ),
    *(
        "jeans",
        "shorts",
        "dungarees",
        "overalls",
        "apron",
        "uniform",
        "suit",
        "tuxedo",
        "cape",
        "cloak",
        "raincape",
        "shawl",
    ),
    *("scarf", "hat", "cap", "helmet", "hood", "boots", "shoes", "clogs", "sandals", "slippers", "sneakers", "gloves"),
    *(
        "oilskin",
        "pyjamas",
        "pajamas",
        "robe",
        "bathrobe",
        "kimono",
        "sari",
        "tunic",
        "armour",
        "armor",
        "swimsuit",
        "bikini",
    ),
)
_STORED = one_of(
    *(
        "hook",
        "hooks",
        "rack",
        "hanger",
        "peg",
        "chair",
        "hangs",
        "hanging",
        "hang",
        "stand",
        "drawer",
        "folded",
        "folds",
    ),
    *("wardrobe", "closet", "laundry", "line", "holds", "carries", "carrying", "throws", "drops", "shelf", "suitcase"),
)
_INSIDE = r"\b(?:in|inside|within|across|through|around|throughout)\s+(?:the\s+)?$"
_DAYTIMES: Mapping[str, str] = {
    "night": one_of("night", "midnight", "moonlight", "moonlit", "night-time", "nighttime"),
    "day": one_of("noon", "midday", "daylight", "broad day", "afternoon", "daytime", "sunlit", "noonday"),
    "dawn": one_of("dawn", "sunrise", "daybreak", "early morning"),
    "dusk": one_of("dusk", "sunset", "twilight", "nightfall"),
}
_NOT_A_TIME = r"^\s*(?:gown|dress|shirt|stand|light|table|club|mare|cap|bird|shift|nurse|owl|tea)\b"


def not_in_cast(record: PromptRecord) -> Iterator[Hit]:
    """P171: the name of a character who is not in the shot. A thing that is somebody's (Bram's lantern) passes."""
    cast = {member.character for member in record.shot.cast}
    called = {word.lower() for who in cast for word in record.bible.characters[who].name.split()}
    for who, person in sorted(record.bible.characters.items()):
        first = person.name.split()[0] if person.name.split() else ""
        if who in cast or first.lower() in called or len(first) < 2 or not first[:1].isupper():
            continue
        for piece in record.of("motion"):
            for match in found(piece.text, rf"\b{re.escape(first)}\b(?!['’]s\b)", cased=True):
                if not _another_thing(piece.text, match, first) and not _of_a_place(record.bible, piece.text, match):
                    yield Hit(
                        piece,
                        *match.span(),
                        "is not in the shot's cast: the model makes up a stranger",
                        f"Add {who} to cast, or name nobody",
                    )


def _another_thing(text: str, match: re.Match[str], first: str) -> bool:
    before = sentence_before(text, match.start())
    if re.search(_PICTURED, before, re.IGNORECASE):
        return True
    return first.lower() in _COMMON and not before.strip()


def _of_a_place(bible: Bible, text: str, match: re.Match[str]) -> bool:
    """Whether the name is a part of a place's or a thing's own name: the Marit lighthouse."""
    named = [place.name for place in bible.locations.values()] + [prop.name for prop in bible.props.values()]
    named = [name.removeprefix("The ") for name in named]
    return any(
        match[0] in name.split() and found_at.start() <= match.start() < found_at.end()
        for name in named
        for found_at in re.finditer(re.escape(name), text)
    )


def other_wardrobe(record: PromptRecord) -> Iterator[Hit]:
    """P172: a garment of another wardrobe of somebody in the shot, which nobody there wears."""
    bible, shot = record.bible, record.shot
    worn = " ".join(
        bible.characters[m.character].wardrobes[m.wardrobe].words + f" {_spoken(m.wardrobe)}" for m in shot.cast
    )
    there = f"{worn} " + " ".join(f"{bible.props[p.prop].words} {bible.props[p.prop].name}" for p in shot.props)
    others = {
        garment.lower(): (member.character, name)
        for member in shot.cast
        for name, wardrobe in bible.characters[member.character].wardrobes.items()
        if name != member.wardrobe
        for garment in _garments(f"{wardrobe.words} {_spoken(name)}")
        if not has(there, one_of(garment))
    }
    for piece in record.of("motion"):
        for match in found(piece.text, _GARMENTS):
            if (other := others.get(match[0].lower())) and not has(sentence_at(piece.text, *match.span()), _STORED):
                who, name = other
                says = f"belongs to {who}'s wardrobe {name}, which the shot does not have"
                yield Hit(piece, *match.span(), says, f"Write wardrobe: {name}, or name what {who} wears")


def _garments(text: str) -> list[str]:
    return [match[0] for match in found(text, _GARMENTS)]


def other_place(record: PromptRecord) -> Iterator[Hit]:
    """P173: something happens inside another place of the bible."""
    here, bible = record.shot.location, record.bible
    own = f"{bible.locations[here].name} {bible.locations[here].words} {_spoken(here)}"
    for name, place in sorted(bible.locations.items()):
        spoken = {_spoken(name), re.sub(r"^the\s+", "", place.name, flags=re.IGNORECASE)}
        for said in sorted(
            each for each in spoken if name != here and each and not has(own, rf"\b{re.escape(each)}\b")
        ):
            for piece in record.of("motion"):
                for match in found(piece.text, rf"\b{re.escape(said)}\b"):
                    if re.search(_INSIDE, sentence_before(piece.text, match.start()), re.IGNORECASE):
                        says = f"is another place than the shot's location {here}"
                        yield Hit(piece, *match.span(), says, f"Write location: {name}, or split the shot")


def other_time(record: PromptRecord) -> Iterator[Hit]:
    """P174: another time of day than the place's words and light have."""
    place = record.bible.locations[record.shot.location]
    lit = f"{place.light}. {place.words}"
    there = {time for time, words in _DAYTIMES.items() if has(lit, words)}
    for piece in record.of("motion") if there else ():
        for time, words in _DAYTIMES.items():
            for match in found(piece.text, words):
                if time not in there and not re.match(_NOT_A_TIME, piece.text[match.end() :], re.IGNORECASE):
                    says = f"is another time of day than the place's light ({', '.join(sorted(there))})"
                    yield Hit(piece, *match.span(), says, "Take it out, or give the shot a place that is lit so")


def _spoken(name: str) -> str:
    return name.replace("_", " ")
