"""The film's colours, and the few ways in which one colour becomes another."""

from typing import Final

Colour = tuple[int, int, int]

WHITE: Final[Colour] = (255, 252, 245)
CREAM: Final[Colour] = (248, 234, 205)
INK: Final[Colour] = (52, 36, 44)
NIGHT: Final[Colour] = (66, 46, 92)
LAMP: Final[Colour] = (255, 226, 168)
STORM: Final[Colour] = (150, 190, 226)

FAIR: Final[Colour] = (250, 212, 184)
ROSY: Final[Colour] = (248, 198, 170)
WEATHERED: Final[Colour] = (226, 168, 132)
OLIVE: Final[Colour] = (216, 160, 118)
WARM: Final[Colour] = (240, 190, 152)

BRASS: Final[Colour] = (214, 160, 70)
TEAL: Final[Colour] = (32, 122, 124)
YELLOW: Final[Colour] = (250, 196, 40)
NAVY: Final[Colour] = (38, 54, 96)
ORANGE: Final[Colour] = (236, 110, 40)
GREEN: Final[Colour] = (66, 112, 62)
BROWN: Final[Colour] = (128, 82, 50)
RED: Final[Colour] = (206, 50, 48)
PALE_BLUE: Final[Colour] = (178, 212, 236)
VIOLET: Final[Colour] = (128, 84, 176)
MUSTARD: Final[Colour] = (206, 150, 40)
PLUM: Final[Colour] = (112, 50, 84)
GINGER: Final[Colour] = (206, 84, 34)


def mix(first: Colour, second: Colour, amount: float) -> Colour:
    """The colour that lies `amount` of the way from the first to the second."""
    r, g, b = (round(x + (y - x) * amount) for x, y in zip(first, second, strict=True))
    return (r, g, b)


def shade(colour: Colour, amount: float = 1.0) -> Colour:
    """The same cloth or skin out of the lamp light: darker, and a little toward the night."""
    dark = mix(colour, NIGHT, 0.30)
    r, g, b = (round(c * 0.86) for c in dark)
    return mix(colour, (r, g, b), amount)


def lit(colour: Colour, amount: float = 1.0) -> Colour:
    """The same cloth or skin where the lamp strikes it."""
    return mix(colour, LAMP, 0.48 * amount)


def line_of(colour: Colour) -> Colour:
    """The colour of a drawn line on something of this colour."""
    r, g, b = (round(c * 0.52) for c in mix(colour, NIGHT, 0.25))
    return (r, g, b)
