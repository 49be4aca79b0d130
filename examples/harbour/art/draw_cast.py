"""Draw the cast: everybody, in all their clothes, from four sides."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # run as a program, from anywhere

from examples.harbour.art.brush import Easel
from examples.harbour.art.dog import WARDROBES, draw_kelp
from examples.harbour.art.figure import Figure
from examples.harbour.art.people import CAST, behind
from examples.harbour.art.render import Pixels, grounded, save_figure, trimmed
from examples.harbour.art.turntable import View

ASSETS = Path(__file__).resolve().parent.parent / "assets"
VIEWS = {"front": 0.0, "three_quarter": 40.0, "side": 90.0, "back": 180.0}


def main() -> None:
    """Draw every view of everybody."""
    for person, wardrobe in roster():
        for view in VIEWS:
            size = save_figure(
                portrait(person, wardrobe, view),
                ASSETS / "characters" / person / wardrobe / f"{view}.png",
            )
            print(f"{person}/{wardrobe}/{view}.png {size // 1000} kB")


def roster() -> list[tuple[str, str]]:
    """Everybody's every wardrobe."""
    people = [(name, wardrobe) for name, person in CAST.items() for wardrobe in person.clothes]
    return people + [("kelp", wardrobe) for wardrobe in WARDROBES]


def portrait(person: str, wardrobe: str, view: str) -> Pixels:
    """One figure from one side, trimmed to its feet."""
    easel = Easel(1000, 1700)
    turned = View(VIEWS[view], 500, 1600)
    if person == "kelp":
        draw_kelp(easel, turned, wardrobe)
    else:
        who = CAST[person]
        figure = Figure(easel, turned, who.build)
        behind(figure, wardrobe)
        figure.neck()
        who.clothes[wardrobe](figure)
        who.head(figure, wardrobe)
    return grounded(trimmed(easel.pixels()))


if __name__ == "__main__":
    main()
