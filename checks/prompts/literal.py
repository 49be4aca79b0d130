"""P101 to P110: words that a model draws as they stand, and words that it cannot draw."""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks.prompts.record import Hit, Kind, PromptPart, PromptRecord
from checks.prompts.text import forms, found, has, one_of, sentence_at, sentence_before

_SAID: tuple[Kind, ...] = ("motion", "lens", "identity", "wardrobe", "place", "light", "prop", "style")
"""Every field that describes what is seen; the two clauses of the style say what is asked of the model."""

_DESTROYS = one_of(*forms(("explode", "erupt", "detonate", "shatter", "splinter", "disintegrate", "obliterate")))
_BURSTS = (
    r"\b(?:burst(?:s|ing)?|blast(?:s|ing)?|blow(?:s|ing)?|smash(?:es|ing)?|rip(?:s|ping)?|tear(?:s|ing)?)\s+(?:open"
    r"|apart|through|to pieces)\b"
)
_BREAKABLE = one_of(
    *("firework", "fireworks", "bomb", "grenade", "mine", "dynamite", "rocket", "volcano", "geyser", "lava", "shell"),
    *("balloon", "balloons", "bubble", "bubbles", "bottle", "glass", "vase", "plate", "mirror", "window", "windows"),
    *("pane", "ice", "cup", "pot", "log", "plank", "barrel", "explosive", "charge", "firecracker", "firecrackers"),
    *("bread", "paper", "letter", "envelope", "parcel", "wave", "waves", "spray", "skylight", "bag", "seam", "popcorn"),
)
_ICED = one_of(
    *("lake", "river", "pond", "sea", "water", "ground", "earth", "pipe", "pipes", "fish", "peas", "food", "puddle"),
    *(
        "harbour",
        "harbor",
        "rain",
        "waterfall",
        "canal",
        "field",
        "fields",
        "grass",
        "berries",
        "meat",
        "tundra",
        "soil",
    ),
    *("snow", "lock", "window", "windows", "stream", "bay", "lagoon", "fjord", "mud", "pizza", "dessert", "yoghurt"),
)
_FROZEN = (
    r"\b(?:frozen|froze|freez(?:es|e|ing))\b(?=\s+(?:in|into|on the spot|mid|still|solid|stiff|with|at|where|there)\b)"
)
_PERSON = (
    r"\b(?:he|she|they|who|man|woman|boy|girl|men|women|people|everyone|everybody|nobody|crowd|child|children|figure"
)
_TURNED = (
    r"\bturn(?:s|ed|ing)?\s+(?:to|into)\s+(?:stone|ice|a statue|statues|marble)\b|\bpetrified\b(?!\s+(?:wood|forest"
    r"|tree|log))"
    r"|\b(?:rooted|glued|nailed)\s+to\s+the\s+(?:spot|floor|ground|chair|seat)\b|\bmelts?\s+into\s+(?:his|her"
    r"|their)\s+arms\b"
    r"|\b(?:icy|stony|wooden)\s+(?:stare|gaze|look|silence|smile)\b|\bstone-faced\b"
)
_SHAPED = r"\b([a-z]+)[- ]shaped\b"
_GEOMETRY = frozenset(
    {"heart", "star", "crescent", "diamond", "almond", "oval", "round", "square", "box", "dome", "cone", "wedge"}
    | {"cross", "odd", "oddly", "irregularly", "differently", "well", "strangely", "ring", "disc", "disk", "cube"}
    | {"cylinder", "arrow", "spiral", "ball", "sphere", "rod", "fan", "arch", "egg", "half", "similarly", "perfectly"}
    | {"pear", "barrel", "finely", "roughly", "beautifully", "triangle", "pyramid", "teardrop", "tear", "moon"}
)
_MOODS = one_of(
    *("violent", "brutal", "sharp", "fierce", "furious", "savage", "explosive", "aggressive", "ferocious", "vicious"),
    *("devastating", "dramatic", "intense", "powerful", "menacing", "epic", "crushing", "thunderous", "merciless"),
)
_MOODILY = one_of(
    *("violently", "brutally", "fiercely", "furiously", "savagely", "explosively", "aggressively", "ferociously"),
    *("viciously", "dramatically", "intensely", "powerfully", "menacingly", "mercilessly", "epically"),
)
_ACTIONS = one_of(
    *(
        "kick",
        "kicks",
        "punch",
        "punches",
        "blow",
        "push",
        "slam",
        "strike",
        "swing",
        "shove",
        "jerk",
        "grab",
        "gesture",
    ),
    *("movement", "movements", "motion", "slap", "hit", "impact", "stomp", "tug", "yank", "lunge", "leap", "attack"),
)
_SIMILES = (
    r"(?<!would )(?<!['’]d )(?<!things )(?<!something )(?<!to )(?<!you )(?<!they )(?<!don't )(?<!i )\blike\s+(?:an?"
    r"|the|some)\s+\w+"
    r"|\bas\s+(?:if|though)\b|\bas\s+(?!soon|well|far|long|much|many|high|tall|wide|low|deep|large|big|small|near|close"
    r"|often|thick|thin|broad|quickly|slowly|before)\w+\s+as\s+(?:an?|the)\s+\w+"
)
_FEELINGS = one_of(
    *("sad", "happy", "lonely", "heartbroken", "nervous", "anxious", "angry", "afraid", "scared", "jealous", "proud"),
    *(
        "desperate",
        "ashamed",
        "grateful",
        "hopeful",
        "confused",
        "excited",
        "bored",
        "in love",
        "in despair",
        "worried",
    ),
    *("relieved", "devastated", "terrified", "guilty", "melancholic", "nostalgic", "furious", "overjoyed", "at peace"),
)
_FEELS = (
    rf"\b(?:is|are|looks?|feels?|seems?|becomes?|grows?|gets?|remains?)\s+(?:(?:very|so|deeply|truly|really"
    rf"|quite)\s+)?(?={_FEELINGS})"
    rf"{_FEELINGS}"
    r"|\b(?:he|she|they|who)\s+(?:feels?|thinks?|remembers?|reali[sz]es?|hopes?|wishes|regrets?|dreams?|longs?"
    r"|decides?|understands?)\b"
    r"|\b(?:sadly|happily|anxiously|nervously|angrily|desperately|jealously|proudly|lovingly|fearfully)\b"
)
_PRAISE = one_of(
    *("stunning", "gorgeous", "breathtaking", "amazing", "incredible", "awesome", "mesmerizing", "mesmerising"),
    *("captivating", "ethereal", "otherworldly", "award-winning", "jaw-dropping", "spectacular", "majestic", "magical"),
    *("beautiful", "beautifully", "epic", "dreamlike", "unforgettable", "iconic", "masterful", "visually striking"),
)
_MOODS_OF_A_PICTURE = (
    r"\b(?:\w+\s+)?vibes?\b|\bmoody\s+(?:atmosphere|feel|look|lighting|light|tone)\b|\b(?:\w+)\s+aesthetics?\b"
)
_BOOSTERS = (
    r"(?:^|[,;.]\s*)masterpiece\s*(?=[,;.]|$)|\b(?:4|8|16)k\b(?!\s*(?:tv|television|monitor|race|run|screen|projector"
    r"|euro|dollars|metres|meters))"
    r"|\btrending on \w+|\bunreal engine\b|\boctane(?: render)?\b|\b(?:ultra|hyper|highly|insanely)[- ]?(?:detailed"
    r"|realistic|hd)\b"
    r"|\bbest quality\b|\bhigh(?:est)? quality\b|\buhd\b|\bray[- ]?tracing\b|\bhyperreal(?:ism|istic)?\b"
    r"|\bsharp focus\b(?=\s*[,;.]|\s*$)"
)
_CAPITAL = r"(?<![\w@#'’-])[A-Z]{3,}(?![\w'’-])"
_ACRONYMS = frozenset(
    {"USA", "LED", "NASA", "DNA", "VHS", "CCTV", "UFO", "BMW", "POV", "III", "VII", "VIII", "XII", "ATM", "USB", "BBC"}
    | {"FBI", "CIA", "SUV", "VIP", "RAF", "IBM", "LCD", "CRT", "UPS", "SOS", "EXT", "INT", "NYC", "ISO", "RGB", "HDR"}
    | {"IMAX", "PVC", "VCR", "DVD", "OLED", "NATO", "UNICEF", "MRI", "GPS", "UHD", "SDR", "UN", "EU", "UK", "TV"}
)


def destruction(record: PromptRecord) -> Iterator[Hit]:
    """P101: a verb of destruction in a sentence that names nothing that breaks."""
    for piece in record.of(*_SAID):
        for match in found(piece.text, f"{_DESTROYS}|{_BURSTS}"):
            if not has(sentence_at(piece.text, *match.span()), _BREAKABLE):
                says = "asks for destruction: the model draws splinters"
                yield Hit(piece, *match.span(), says, "Say the movement: swings open fast and hits the wall")


def literal_state(record: PromptRecord) -> Iterator[Hit]:
    """P102: somebody who is frozen, petrified, rooted."""
    for piece in record.of(*_SAID):
        for match in found(piece.text, f"{_FROZEN}|{_TURNED}"):
            yield Hit(piece, *match.span(), "is drawn literally: ice, stone or glue", "Say: stands still, and how")
        for match in found(piece.text, rf"{_names(record)}(?:\s+(?:is|are|stands?|sits?))?\s+(?:frozen|freezes?)\b"):
            if not re.match(rf"\s+{_ICED}", piece.text[match.end() :]) and not _hit_before(piece, match):
                start = match.end() - len(match[0].split()[-1])
                yield Hit(piece, start, match.end(), "is drawn literally: ice", "Say: stands still, and how")


def _hit_before(piece: PromptPart, match: re.Match[str]) -> bool:
    """Whether the other pattern has this place already."""
    return any(other.end() == match.end() for other in found(piece.text, f"{_FROZEN}|{_TURNED}"))


def _names(record: PromptRecord) -> str:
    own = (record.bible.characters[member.character].name.split()[0] for member in record.shot.cast)
    return rf"(?:{'|'.join([_PERSON, *(re.escape(name) for name in own)])})\b)"


def object_as_shape(record: PromptRecord) -> Iterator[Hit]:
    """P103: brick-shaped and the like; letters and geometry pass."""
    for piece in record.of(*_SAID):
        for match in found(piece.text, _SHAPED):
            if len(match[1]) > 1 and match[1].lower() not in _GEOMETRY:
                says = f"gives the model a {match[1]} to draw"
                yield Hit(
                    piece, *match.span(), says, "Name the geometry and the size: a flat rectangular bar, 10 cm long"
                )


def affect(record: PromptRecord) -> Iterator[Hit]:
    """P104: a mood right before an action, or right beside a verb of action."""
    wanted = (
        rf"{_MOODS}(?:,?\s+(?:and\s+)?\w+)?\s+{_ACTIONS}|{_MOODILY}\s+\w+(?:s|ing)\b"
        rf"|{_ACTIONS}(?:\s+[\w'’]+){{0,4}}?\s+{_MOODILY}"
    )
    for piece in record.of("motion", "style"):
        for match in found(piece.text, wanted):
            yield Hit(
                piece,
                *match.span(),
                "is a mood on an action",
                "Say what moves, how far and where to: a boot kicks the door once, at handle height",
            )


def simile(record: PromptRecord) -> Iterator[Hit]:
    """P105: like a …, as if …, as grey as the …"""
    for piece in record.of(*_SAID):
        for match in found(piece.text, _SIMILES):
            if not re.search(r"\b(?:shaped|sounds?)\s*$", sentence_before(piece.text, match.start()), re.IGNORECASE):
                yield Hit(piece, *match.span(), "is a comparison: the model draws both", "Say what the body does")


def emotion(record: PromptRecord) -> Iterator[Hit]:
    """P106: a feeling in what moves."""
    for piece in record.of("motion"):
        for match in found(piece.text, _FEELS):
            yield Hit(piece, *match.span(), "is a feeling: it has no picture", "Say its sign: breath, hands, eyes")


def evaluator(record: PromptRecord) -> Iterator[Hit]:
    """P107: praise, vibes."""
    for piece in record.of(*_SAID):
        for match in found(piece.text, f"{_PRAISE}|{_MOODS_OF_A_PICTURE}"):
            yield Hit(
                piece, *match.span(), "is praise or a mood: nothing to draw", "Name the light, a colour, a material"
            )


def boosters(record: PromptRecord) -> Iterator[Hit]:
    """P108: tags of old image models."""
    for piece in record.of(*_SAID):
        for match in found(piece.text, _BOOSTERS):
            yield Hit(
                piece, *match.span(), "is a tag of old image models", "Take it out; name two real details instead"
            )


def capitals(record: PromptRecord) -> Iterator[Hit]:
    """P110: words in capitals that are neither quoted nor known abbreviations."""
    for piece in record.of(*_SAID):
        for match in found(piece.text, _CAPITAL, cased=True):
            if match[0] not in _ACRONYMS:
                yield Hit(
                    piece, *match.span(), "is stressed by capitals", f"Write {match[0].lower()}, or say what is seen"
                )
