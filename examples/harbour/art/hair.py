"""Hair, beards and hats."""

import math
import random

from examples.harbour.art.brush import Shape, oval, poly, union
from examples.harbour.art.faces import Head, tufted
from examples.harbour.art.palette import BRASS, Colour, line_of, lit, shade
from examples.harbour.art.turntable import Ring, Solid

Levels = tuple[tuple[float, float], ...]


def cap_of_hair(
    head: Head,
    colour: Colour,
    hairline: Levels,
    tuft: float = 7.0,
    seed: int = 1,
    scale: float = 1.10,
    lift: float = 0.02,
) -> None:
    """Hair that lies on the head above a hairline, given for one half and mirrored."""
    shell = head.shell(scale, lift)
    half = list(hairline)
    line = [(-lon, t) for lon, t in reversed(half)] + half
    shape = head.area(shell, *line, (180, 1.09), (-180, 1.09))
    tufted(head, shape, colour, tuft, seed, depth=head.build.face * 0.16)


def strands(head: Head, colour: Colour, tracks: tuple[Levels, ...], width: float = 4.0, scale: float = 1.09) -> None:
    """Combed lines on the hair."""
    shell = head.shell(scale, 0.02)
    for track in tracks:
        for run in shell.track(head.view, head.level(*track)):
            thin = [*run[:: max(1, len(run) // 5)], run[-1]]
            head.easel.line(thin, line_of(colour), width, 0.40)


def ball(head: Head, colour: Colour, level: float, back: float, radius: float) -> None:
    """A bun."""
    face = head.build.face
    x, y = head.view.place(0, head.height(level), head.build.stoop - back * face)
    head.easel.form(oval(x, y, radius * face, radius * face * 0.86), colour, depth=face * 0.12)
    for k in (0.62, 0.30):
        head.easel.line(oval(x - 2, y + 2, radius * face * k, radius * face * k * 0.8), line_of(colour), 3.2, 0.35)


def curls(head: Head, colour: Colour, *, front: bool) -> None:
    """A great cloud of curls: the half behind the head, or the half before it."""
    face, view = head.build.face, head.view
    rng = random.Random(12)
    shapes: list[tuple[float, Shape, float, float, float]] = []
    for k in range(150):
        level = 1.14 - 1.28 * (k / 149) + rng.uniform(-0.05, 0.05)
        lon = (k * 137.508 + rng.uniform(-14, 14)) % 360 - 180
        fringe = 0.87 + 0.05 * math.cos(math.radians(lon * 5))
        if abs(lon) < (88 if level < 0.74 else 66) and level < fringe:
            continue
        spread = 1.26 + 0.30 * math.sin(math.pi * min(1.0, max(0.0, (1.10 - level) / 1.25)))
        swell = math.sqrt(max(0.05, 1 - ((level - 0.42) / 0.80) ** 2)) * spread
        x, z = swell * face * math.sin(math.radians(lon)), swell * face * math.cos(math.radians(lon)) * 0.96
        px, py = view.place(x, head.height(level), z)
        radius = face * rng.uniform(0.20, 0.36)
        shapes.append((view.depth(x, z), oval(px, py, radius, radius * 0.94), px, py, radius))
    wanted = sorted((s for s in shapes if (s[0] >= -face * 0.15) == front), key=lambda s: s[0])
    if not wanted:
        return
    tone = colour if front else shade(colour, 0.75)
    if front:
        roots = ((0, 0.90), (56, 0.86), (76, 0.70), (84, 0.20), (100, 0.0), (181, -0.08))
        line = [*((-lon, t) for lon, t in reversed(roots)), *roots]
        base = head.area(head.shell(1.16, 0.0), *line, (181, 1.09), (-181, 1.09))
        head.easel.form(base, shade(colour, 0.8), depth=face * 0.14)
    head.easel.form(union(*(s[1] for s in wanted)), tone, depth=face * 0.14)
    for depth, shape, px, py, radius in wanted:
        near = min(1.0, max(0.0, depth / face))
        spin = rng.uniform(0, 6.28)
        if front:
            head.easel.form(shape, tone, depth=radius * 0.26, rim=0, edge=0)
        swirl = [
            (px + radius * (0.80 - 0.09 * a) * math.cos(a + spin), py + radius * (0.80 - 0.09 * a) * math.sin(a + spin))
            for a in (0.7 * k for k in range(10))
        ]
        head.easel.line(swirl, line_of(tone), 3.4, 0.22 + 0.14 * near)
        if front:
            arc = [(px + radius * 0.74 * math.cos(a), py + radius * 0.74 * math.sin(a)) for a in (3.0, 3.5, 4.0, 4.5)]
            head.easel.line(arc, lit(tone), 4.5, 0.7)


def beard(head: Head, colour: Colour, length: float, seed: int) -> None:
    """A full beard from ear to ear, of a length in head heights below the chin."""
    if head.view.yaw > 150:
        return
    face, stoop = head.build.face, head.build.stoop
    rows = (
        (0.52, 1.03, 1.03, 0),
        (0.28, 1.06, 1.05, 0),
        (0.10, 0.98, 0.98, 0.08),
        (-length * 0.35, 0.80, 0.84, 0.14),
        (-length * 0.75, 0.52, 0.56, 0.22),
        (-length, 0.20, 0.26, 0.24),
    )
    solid = Solid([Ring(head.height(t), face * w, face * d, stoop + face * f) for t, w, d, f in rows])
    corners = (
        (-97, 0.52),
        (-70, 0.50),
        (-62, 0.34),
        (-40, 0.22),
        (-22, 0.26),
        (0, 0.24),
        (22, 0.26),
        (40, 0.22),
        (62, 0.34),
        (70, 0.50),
        (97, 0.52),
        (99, -length),
        (-99, -length),
    )
    tufted(head, head.area(solid, *corners), colour, face * 0.13, seed, depth=face * 0.16, every=2.0)
    for lon in (-44, -16, 14, 44):
        places = head.level((lon, 0.06), (lon * 0.8, -length * 0.45), (lon * 0.6, -length * 0.8))
        for run in solid.track(head.view, places):
            head.easel.line([run[0], run[len(run) // 2], run[-1]], line_of(colour), 3.2, 0.22)


def moustache(head: Head, colour: Colour, wide: float, droop: float, thick: float = 0.10) -> None:
    """A moustache, parted under the nose."""
    if head.view.yaw > 150:
        return
    shell = head.shell(1.05, 0.0)
    for side in (-1, 1):
        corners = (
            (0, 0.285),
            (side * wide * 0.45, 0.30),
            (side * wide, 0.20 - droop),
            (side * wide * 1.12, 0.13 - droop),
            (side * wide * 0.75, 0.15 - droop),
            (side * wide * 0.4, 0.29 - thick * 1.5),
            (0, 0.29 - thick),
        )
        shape = head.area(shell, *corners, out=head.build.face * 0.08)
        if shape is not None:
            tufted(head, shape, colour, head.build.face * 0.07, 5 + side, depth=5)


def chops(head: Head, colour: Colour) -> None:
    """A crown of hair round a bald head, and side-whiskers."""
    shell = head.shell(1.09, 0.0)
    area = (
        (181, 0.56),
        (130, 0.58),
        (98, 0.60),
        (80, 0.54),
        (74, 0.36),
        (50, 0.20),
        (46, 0.10),
        (58, 0.04),
        (80, 0.10),
        (96, 0.22),
        (130, 0.12),
        (181, 0.08),
    )
    halves = [head.area(shell, *((side * lon, t) for lon, t in area)) for side in (1, -1)]
    if head.view.yaw > 150:
        tufted(head, union(*(half for half in halves if half is not None)), colour, 12, 21, depth=12)
    else:
        for half in halves if head.view.yaw == 0 else halves[1:]:
            tufted(head, half, colour, 12, 22, depth=9)
    if 0 < head.view.yaw < 150:
        head.ear(-1)


def braids(head: Head, colour: Colour, ribbon: Colour, *, near: bool) -> None:
    """Two plaits: those behind the head from here, or those before it."""
    face, view = head.build.face, head.view
    for side in (1, -1):
        in_front = view.yaw in (0, 180) or side < 0
        if in_front != near:
            continue
        z = 16.0 if view.yaw < 120 else -10.0
        spots = []
        for k in range(7):
            swing = face * (1.02 + 0.10 * math.sin(k * 0.7))
            spots.append(view.place(side * swing, head.height(0.26) - k * face * 0.27, z + k * 3.0))
        for k, (x, y) in enumerate(spots):
            size = face * (0.235 - 0.012 * k)
            turn = 28 if k % 2 else -28
            head.easel.form(oval(x, y, size, size * 0.86, turn), colour, depth=5, rim=4, edge=2)
        x, y = spots[-1]
        tail = poly([(x - 9, y + 8), (x + 9, y + 8), (x + 14, y + 44), (x, y + 34), (x - 13, y + 46)])
        head.easel.form(tail, colour, depth=4, rim=3)
        for flip in (-1, 1):
            wing = oval(x + flip * 19, y + 9, 18, 12, flip * -18)
            head.easel.form(wing, ribbon, depth=4, rim=3)
        head.easel.form(oval(x, y + 9, 9), ribbon, depth=3, rim=2)


def _peak(head: Head, solid: Solid, level: float, out: float, drop: float, span: float) -> Shape:
    """The peak of a cap: how far it stands out and drops at the front."""
    inner, outer = [], []
    for k in range(49):
        lon = -span + 2 * span * k / 48
        near = solid.spot(head.view, lon, head.height(level))
        swell = math.sqrt(max(0.0, 1 - (lon / span) ** 2))
        far = solid.spot(head.view, lon, head.height(level), out=out * swell * head.build.face)
        inner.append((near.x, near.y))
        outer.append((far.x, far.y + drop * swell * head.build.face))
    return poly([*inner, *outer[::-1]])


def captain_cap(head: Head, band: Colour, top: Colour) -> None:
    """A peaked cap with a badge."""
    face, stoop, easel = head.build.face, head.build.stoop, head.easel
    crown = Solid(
        [
            Ring(head.height(t), face * w, face * w * 1.02, stoop + face * f)
            for t, w, f in (
                (1.20, 0.60, -0.06),
                (1.18, 0.95, -0.04),
                (1.08, 1.26, 0.0),
                (1.0, 1.24, 0.0),
                (0.91, 1.08, 0.0),
            )
        ]
    )
    strip = Solid([Ring(head.height(t), face * w, face * w * 1.02, stoop) for t, w in ((0.94, 1.08), (0.75, 1.07))])
    easel.form(crown.outline(head.view), top, depth=face * 0.2)
    easel.form(strip.outline(head.view), band, depth=face * 0.14, rim=4)
    if head.view.yaw < 150:
        easel.form(_peak(head, strip, 0.77, 0.44, 0.17, 74), (44, 36, 46), depth=6, rim=6)
        for run in strip.track(head.view, head.level((-70, 0.79), (0, 0.785), (70, 0.79))):
            easel.line([run[0], run[len(run) // 2], run[-1]], BRASS, 6)
        badge = strip.spot(head.view, 0, head.height(0.875), out=3)
        easel.form(oval(badge.x, badge.y, 17 * (0.4 + 0.6 * badge.facing), 17), BRASS, depth=5, rim=4)


def souwester(head: Head, colour: Colour) -> None:
    """A rain hat, short before and long behind."""
    face, stoop, easel = head.build.face, head.build.stoop, head.easel
    dome = Solid(
        [
            Ring(head.height(t), face * w, face * w * 1.04, stoop)
            for t, w in ((1.14, 0.15), (1.12, 0.46), (1.02, 0.86), (0.88, 1.08), (0.70, 1.14))
        ]
    )
    brim = Solid(
        [
            Ring(head.height(t), face * w, face * d, stoop + face * f)
            for t, w, d, f in ((0.83, 1.10, 1.14, 0), (0.74, 1.34, 1.42, -0.06), (0.67, 1.62, 1.72, -0.10))
        ]
    )
    easel.form(dome.outline(head.view), colour, depth=face * 0.2)
    for lon in (-120, -60, 0, 60, 120, 180):
        for run in dome.track(head.view, head.level((lon, 0.73), (lon, 0.92), (lon, 1.13))):
            easel.line([run[0], run[len(run) // 2], run[-1]], line_of(colour), 3, 0.45)
    easel.form(brim.outline(head.view), colour, depth=face * 0.16, rim=6)
    if head.view.yaw > 150:
        souwester_behind(head, colour, 0.3)
    for run in brim.track(head.view, head.level((-180, 0.69), (180, 0.69))):
        easel.line(run, line_of(colour), 3, 0.4)


def souwester_behind(head: Head, colour: Colour, tone: float = 0.7) -> None:
    """The long back of the rain hat, over the neck."""
    face = head.build.face
    tail = Solid(
        [
            Ring(head.height(t), face * w, face * d, head.build.stoop - face * f)
            for t, w, d, f in ((0.74, 1.16, 0.5, 0.6), (0.46, 1.30, 0.52, 0.92), (0.26, 1.16, 0.36, 1.12))
        ]
    )
    head.easel.form(tail.outline(head.view), shade(colour, tone), depth=8, rim=3)
