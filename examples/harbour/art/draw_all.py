"""Redraw every picture of the film: `python examples/harbour/art/draw_all.py`.

Needs skia-python beside the project's own dependencies. The same programs draw the same pixels every time.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # run as a program, from anywhere

from examples.harbour.art import draw_cast, draw_plates, draw_props


def main() -> None:
    """Cast, places and props."""
    draw_cast.main()
    draw_plates.main()
    draw_props.main()


if __name__ == "__main__":
    main()
