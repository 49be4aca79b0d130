"""Flaws of panels: by the staging, as models make them, and by the pixels, as machines do."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from PIL import Image

from bench.planting.kinds import Kind, Stand
from manifests.finding import Verdict
from manifests.scene import CastMember, Shot
from providers.previz import light
from providers.previz.pictures import Picture

_WIDTH = 1280


def _seen(stand: Stand, shot: Shot) -> Verdict:
    return stand.takes.gate_panel(stand.panel(shot), stand.shot)


def _spoilt(stand: Stand, picture: Picture) -> Verdict:
    path = stand.takes.folder / f"{stand.name}.png"
    cv2.imwrite(str(path), np.clip(picture, 0, 255).astype(np.uint8))
    return stand.takes.gate_panel(path, stand.shot)


def _drawn(stand: Stand, shot: Shot | None = None) -> Picture:
    picture = cv2.imread(str(stand.panel(shot)))
    assert picture is not None
    return picture


def _recast(shot: Shot, slot: int, **change: object) -> Shot:
    cast = [m.model_copy(update=change) if index == slot else m for index, m in enumerate(shot.cast)]
    return shot.model_copy(update={"cast": tuple(cast)})


def _anybody(stand: Stand) -> int:
    return int(stand.chance.integers(len(stand.shot.cast)))


def wardrobe(stand: Stand, _strength: float) -> Verdict | None:
    """Somebody in another of their wardrobes."""
    worn = stand.takes.bible.characters
    able = [n for n, m in enumerate(stand.shot.cast) if len(worn[m.character].wardrobes) > 1]
    if not able:
        return None
    slot = int(stand.chance.choice(able))
    member = stand.shot.cast[slot]
    others = sorted(set(worn[member.character].wardrobes) - {member.wardrobe})
    return _seen(stand, _recast(stand.shot, slot, wardrobe=str(stand.chance.choice(others))))


def missing(stand: Stand, _strength: float) -> Verdict:
    """Somebody is not there."""
    slot = _anybody(stand)
    rest = tuple(m for index, m in enumerate(stand.shot.cast) if index != slot)
    return _seen(stand, stand.shot.model_copy(update={"cast": rest}))


def _somebody_else(stand: Stand, like: CastMember) -> CastMember | None:
    there = {m.character for m in stand.shot.cast}
    absent = sorted(set(stand.takes.bible.characters) - there - {"kelp"})
    if not absent:
        return None
    who = str(stand.chance.choice(absent))
    wears = min(stand.takes.bible.characters[who].wardrobes)
    return like.model_copy(update={"character": who, "wardrobe": wears})


def stranger(stand: Stand, _strength: float) -> Verdict | None:
    """Somebody else stands on a mark."""
    people = [n for n, m in enumerate(stand.shot.cast) if m.character != "kelp"]
    slot = int(stand.chance.choice(people))
    other = _somebody_else(stand, stand.shot.cast[slot])
    if other is None:
        return None
    return _seen(stand, _recast(stand.shot, slot, character=other.character, wardrobe=other.wardrobe))


def extra(stand: Stand, _strength: float) -> Verdict | None:
    """Somebody more than the shot asks for, in the widest gap."""
    taken = sorted([0.0, 1.0, *(m.start.x for m in stand.shot.cast)])
    gaps = [(b - a, (a + b) / 2) for a, b in pairwise(taken)]
    other = _somebody_else(stand, stand.shot.cast[0])
    if other is None:
        return None
    mark = other.start.model_copy(update={"x": max(gaps)[1]})
    more = (*stand.shot.cast, other.model_copy(update={"start": mark, "end": None}))
    return _seen(stand, stand.shot.model_copy(update={"cast": more}))


def swapped(stand: Stand, _strength: float) -> Verdict:
    """Two people on each other's marks."""
    one, two = (int(n) for n in stand.chance.choice(len(stand.shot.cast), 2, replace=False))
    cast = list(stand.shot.cast)
    for here, there in ((one, two), (two, one)):
        mark, own = stand.shot.cast[there].start, stand.shot.cast[here]
        start = own.start.model_copy(
            update={"x": mark.x, "y": mark.y, "facing": mark.facing, "mirrored": mark.mirrored}
        )
        cast[here] = own.model_copy(update={"start": start, "end": None})
    return _seen(stand, stand.shot.model_copy(update={"cast": tuple(cast)}))


def off_mark(stand: Stand, widths: float) -> Verdict:
    """Somebody beside their mark by so many frame widths, towards the middle."""
    slot = _anybody(stand)
    start = stand.shot.cast[slot].start
    moved = start.model_copy(update={"x": start.x + (widths if start.x < 0.5 else -widths)})
    return _seen(stand, _recast(stand.shot, slot, start=moved, end=None))


def place(stand: Stand, _strength: float) -> Verdict:
    """Another place."""
    others = sorted(set(stand.takes.bible.locations) - {stand.shot.location})
    return _seen(stand, stand.shot.model_copy(update={"location": str(stand.chance.choice(others))}))


def prop_gone(stand: Stand, _strength: float) -> Verdict:
    """A prop that must survive is not there."""
    return _seen(stand, stand.shot.model_copy(update={"props": stand.shot.props[1:]}))


def prop_moved(stand: Stand, widths: float) -> Verdict:
    """A prop beside its place."""
    prop = stand.shot.props[0]
    x = prop.start.x + (widths if prop.start.x < 0.5 else -widths)
    moved = prop.model_copy(update={"start": prop.start.model_copy(update={"x": x}), "end": None})
    return _seen(stand, stand.shot.model_copy(update={"props": (moved, *stand.shot.props[1:])}))


def hue(stand: Stand, degrees: float) -> Verdict:
    """All hues turned."""
    return _spoilt(stand, light.turned(_drawn(stand), degrees * float(stand.chance.choice([-1, 1]))))


def _set_alone(stand: Stand, spoil: object) -> Verdict:
    """Only the set is spoilt: the people are drawn over it unharmed."""
    whole = _drawn(stand).astype(np.float32)
    empty = _drawn(stand, stand.shot.model_copy(update={"cast": (), "props": ()}))
    there = cv2.GaussianBlur((np.abs(whole - empty).max(2) > 14).astype(np.float32), (0, 0), 2)[..., None]
    changed = np.asarray(spoil(empty), np.float32)  # type: ignore[operator]
    return _spoilt(stand, changed * (1 - there) + whole * there)


def set_recoloured(stand: Stand, degrees: float) -> Verdict:
    """The set in other colours, the people in theirs."""
    return _set_alone(stand, lambda plate: light.turned(plate, degrees))


def set_rearranged(stand: Stand, share: float) -> Verdict:
    """A part of the set, so many frame widths wide, stands where another stood."""
    wide = round(share * _WIDTH)
    left, right = _WIDTH // 2 - wide - 40, _WIDTH // 2 + 40

    def exchanged(plate: Picture) -> Picture:
        out = plate.copy()
        out[:, left : left + wide], out[:, right : right + wide] = (
            plate[:, right : right + wide],
            plate[:, left : left + wide],
        )
        return out

    return _set_alone(stand, exchanged)


def mirrored(stand: Stand, _strength: float) -> Verdict:
    """The whole picture the wrong way round."""
    return _spoilt(stand, cv2.flip(_drawn(stand), 1))


def dark(stand: Stand, part: float) -> Verdict:
    """So much of the light is left; at 0 the picture is black."""
    return _spoilt(stand, _drawn(stand).astype(np.float32) * part)


def grey_card(stand: Stand, level: float) -> Verdict:
    """One even tone."""
    return _spoilt(stand, np.full_like(_drawn(stand), level))


def bars(stand: Stand, share: float) -> Verdict:
    """Bars above and below."""
    picture = _drawn(stand)
    high = round(share * picture.shape[0] / 2)
    inner = cv2.resize(picture, (_WIDTH, picture.shape[0] - 2 * high), interpolation=cv2.INTER_AREA)
    return _spoilt(stand, cv2.copyMakeBorder(inner, high, high, 0, 0, cv2.BORDER_CONSTANT))


def banded(stand: Stand, bits: float) -> Verdict:
    """So many bits a channel."""
    step = 2 ** (8 - int(bits))
    return _spoilt(stand, _drawn(stand) // step * step + step // 2)


def colourless(stand: Stand, _strength: float) -> Verdict:
    """Without colour."""
    return _spoilt(stand, cv2.cvtColor(cv2.cvtColor(_drawn(stand), cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR))


def blurred(stand: Stand, pixels: float) -> Verdict:
    """Out of focus, by a blur of so many pixels."""
    return _spoilt(stand, cv2.GaussianBlur(_drawn(stand), (0, 0), pixels))


def small(stand: Stand, lines: float) -> Verdict:
    """Of another size."""
    return _spoilt(stand, cv2.resize(_drawn(stand), (round(lines * 16 / 9), int(lines))))


def cut_short(stand: Stand, share: float) -> Verdict:
    """Only the first so much of the file."""
    path = stand.panel()
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    return stand.takes.gate_panel(path, stand.shot)


def see_through(stand: Stand, share: float) -> Verdict:
    """A part of it cut out."""
    picture = cv2.cvtColor(_drawn(stand), cv2.COLOR_BGR2RGBA)
    picture[:, : round(_WIDTH * share), 3] = 0
    path = stand.takes.folder / f"{stand.name}.png"
    Image.fromarray(picture).save(path)
    return stand.takes.gate_panel(path, stand.shot)


def _two(shot: Shot) -> bool:
    return len(shot.cast) >= 2


def _props(shot: Shot) -> bool:
    return bool(shot.props)


def _wide(shot: Shot) -> bool:
    return shot.camera.size in {"wide", "full", "medium"}


KINDS = (
    Kind("wrong wardrobe", "panel", ("wardrobe",), "", (0,) * 6, wardrobe),
    Kind("somebody missing", "panel", ("missing",), "", (0,) * 6, missing),
    Kind("somebody else", "panel", ("identity",), "", (0,) * 6, stranger),
    Kind("somebody extra", "panel", ("extra", "count"), "", (0,) * 3, extra, _wide),
    Kind("swapped sides", "panel", ("blocking",), "", (0,) * 5, swapped, _two),
    Kind("off the mark", "panel", ("blocking",), "frame widths", (0.06, 0.08, 0.1, 0.15, 0.25), off_mark, _wide),
    Kind("wrong place", "panel", ("location",), "", (0,) * 5, place),
    Kind("prop gone", "panel", ("prop",), "", (0,) * 4, prop_gone, _props),
    Kind("prop moved", "panel", ("prop",), "frame widths", (0.05, 0.1, 0.2), prop_moved, _props),
    Kind("hue turned", "panel", ("hue",), "degrees", (20, 25, 30, 45), hue),
    Kind("set recoloured", "panel", ("hue", "location"), "degrees", (25, 40, 80), set_recoloured, _wide),
    Kind("set rearranged", "panel", ("location", "set"), "frame widths", (0.15, 0.25, 0.35), set_rearranged, _wide),
    Kind("mirrored", "panel", ("blocking", "location", "mirrored"), "", (0,) * 3, mirrored),
    Kind("dark", "panel", ("black",), "of its light", (0.0, 0.05, 0.1), dark),
    Kind("one tone", "panel", ("black",), "level", (128, 255), grey_card),
    Kind("bars", "panel", ("bars",), "of the picture", (0.06, 0.11, 0.25), bars),
    Kind("banded", "panel", ("banding",), "bits", (4, 3), banded),
    Kind("colourless", "panel", ("hue", "colour"), "", (0,) * 2, colourless),
    Kind("blurred", "panel", ("blur",), "pixels", (4, 8), blurred),
    Kind("another size", "panel", ("size",), "lines", (704, 1080), small),
    Kind("file cut short", "panel", ("undecodable",), "of the file", (0.5, 0.97), cut_short),
    Kind("see-through", "panel", ("undecodable",), "of the picture", (0.2,), see_through),
)
