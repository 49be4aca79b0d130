"""Draw the places of the film."""

import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # run as a program, from anywhere

from examples.harbour.art.brush import Easel
from examples.harbour.art.plate_cafe import door_side, main_room
from examples.harbour.art.plate_lamp_room import lamp_room
from examples.harbour.art.plate_quay import quay
from examples.harbour.art.render import save

ASSETS = Path(__file__).resolve().parent.parent / "assets"
PLATES: dict[str, Callable[[Easel], None]] = {
    "cafe_main": main_room,
    "cafe_door": door_side,
    "quay": quay,
    "lamp_room": lamp_room,
}


def main() -> None:
    """Draw every plate."""
    for name, draw in PLATES.items():
        easel = Easel(1920, 1080)
        draw(easel)
        size = save(easel.pixels()[..., :3], ASSETS / "locations" / f"{name}.png")
        print(f"{name}.png {size // 1000} kB")


if __name__ == "__main__":
    main()
