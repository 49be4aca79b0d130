"""Draw the props: the storm lantern and the red suitcase."""

import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # run as a program, from anywhere

from examples.harbour.art.brush import Easel, blob, box, capsule, limb, oval, poly
from examples.harbour.art.palette import BRASS, CREAM, LAMP, RED, TEAL, WHITE, line_of, lit, mix, shade
from examples.harbour.art.render import save, trimmed

ASSETS = Path(__file__).resolve().parent.parent / "assets"


def main() -> None:
    """Draw every prop."""
    props: dict[str, Callable[[Easel], None]] = {"lantern": lantern, "red_suitcase": red_suitcase}
    for name, draw in props.items():
        easel = Easel(640, 640)
        draw(easel)
        size = save(trimmed(easel.pixels()), ASSETS / "props" / f"{name}.png")
        print(f"{name}.png {size // 1000} kB")


def lantern(easel: Easel) -> None:
    """A brass storm lantern, alight."""
    x = 320.0
    easel.line([(x - 92, 300), (x - 96, 170), (x, 96), (x + 96, 170), (x + 92, 300)], line_of(BRASS), 15)
    easel.line([(x - 92, 300), (x - 96, 170), (x, 96), (x + 96, 170), (x + 92, 300)], BRASS, 10)
    easel.form(capsule((x - 26, 100), (x + 26, 100), 11, 11), (120, 70, 50), depth=4)
    easel.form(poly([(x - 26, 168), (x + 26, 168), (x + 40, 196), (x - 40, 196)]), shade(BRASS, 0.3), depth=8)
    easel.form(blob([(x - 36, 192), (x + 36, 192), (x + 76, 232), (x - 76, 232)], tension=0.4), BRASS, depth=12)
    glass = blob(
        [
            (x - 54, 236),
            (x + 54, 236),
            (x + 76, 300),
            (x + 70, 356),
            (x + 52, 392),
            (x - 52, 392),
            (x - 70, 356),
            (x - 76, 300),
        ],
        tension=0.6,
    )
    easel.ramp(glass, (0, 236), (0, 392), [(0, (255, 236, 170), 1), (0.6, (255, 200, 96), 1), (1, (236, 140, 52), 1)])
    with easel.inside(glass):
        easel.fill(oval(x, 320, 56, 72), (255, 240, 180), 0.75, blur=14)
        flame = blob([(x, 262), (x + 24, 316), (x + 20, 352), (x, 362), (x - 20, 352), (x - 22, 318)], tension=0.8)
        easel.fill(flame, (255, 252, 224))
        easel.fill(blob([(x, 306), (x + 11, 334), (x, 360), (x - 11, 334)], tension=0.8), (255, 176, 70))
        easel.line([(x - 56, 350), (x - 62, 300), (x - 44, 256)], WHITE, 10, 0.75)
    easel.line(glass, line_of(BRASS), 4, 0.8)
    for dx in (-84, 84):
        easel.form(capsule((x + dx, 236), (x + dx, 398), 8, 8), BRASS, depth=5, rim=4)
    for level in (286, 346):
        easel.line(
            [(x - 84, level), (x - 40, level + 10), (x, level + 13), (x + 40, level + 10), (x + 84, level)],
            line_of(BRASS),
            7,
        )
        easel.line(
            [(x - 84, level), (x - 40, level + 10), (x, level + 13), (x + 40, level + 10), (x + 84, level)], BRASS, 4
        )
    easel.form(box(x - 100, 388, 200, 28, 10), BRASS, depth=8, rim=7)
    easel.form(
        blob([(x - 84, 414), (x + 84, 414), (x + 106, 470), (x + 96, 490), (x - 96, 490), (x - 106, 470)], tension=0.5),
        BRASS,
        depth=18,
        rim=9,
    )
    easel.form(capsule((x + 96, 446), (x + 122, 446), 9, 13), shade(BRASS, 0.3), depth=4)
    easel.form(oval(x, 450, 24, 18), mix(BRASS, WHITE, 0.25), depth=6)
    easel.fill(oval(x - 58, 444, 12, 24, 14), lit(BRASS), 0.9)
    easel.fill(glass, LAMP, 0.16, blur=8)


def red_suitcase(easel: Easel) -> None:
    """An old red suitcase with brass corners and labels."""
    easel.form(
        limb([(250, 236), (256, 180), (320, 168), (384, 180), (390, 236)], [12, 12, 13, 12, 12]), (112, 62, 44), depth=6
    )
    case = box(120, 226, 400, 268, 34)
    easel.form(case, RED, depth=20, rim=10)
    with easel.inside(case):
        easel.fill(box(110, 320, 420, 7), line_of(RED), 0.75)
        easel.fill(box(110, 327, 420, 4), lit(RED), 0.6)
        for x in (196, 408):
            easel.form(box(x, 210, 36, 300), (134, 78, 50), depth=6, rim=5)
            for y in range(240, 500, 26):
                easel.fill(box(x + 5, y, 3, 12), CREAM, 0.6)
        for cx, cy in ((120, 226), (520, 226), (120, 494), (520, 494)):
            easel.form(oval(cx, cy, 54), BRASS, depth=5, rim=5)
    for x in (214, 426):
        easel.form(box(x - 24, 302, 48, 48, 8), BRASS, depth=7, rim=6)
        easel.fill(oval(x, 326, 7, 9), line_of(BRASS))
    for x in (250, 390):
        easel.form(box(x - 20, 224, 40, 20, 6), BRASS, depth=4, rim=5)
    label = oval(320, 400, 58, 44, -8)
    easel.form(label, CREAM, depth=6)
    with easel.inside(label):
        easel.fill(box(250, 404, 140, 60), TEAL, 0.9)
        easel.fill(poly([(296, 404), (346, 404), (336, 420), (306, 420)]), RED)
        easel.fill(poly([(322, 366), (346, 400), (322, 400)]), mix(CREAM, BRASS, 0.6))
    tag = poly([(470, 372), (506, 380), (498, 430), (462, 420)])
    easel.line([(400, 196), (450, 290), (484, 378)], (112, 62, 44), 5)
    easel.form(tag, (240, 206, 130), depth=5)
    for k in (0, 1):
        easel.line([(472, 394 + k * 14), (494, 399 + k * 14)], (112, 62, 44), 3, 0.7)


if __name__ == "__main__":
    main()
