"""What a camera can see of what another one saw: by their sizes, their people and their parts of the plate."""

from __future__ import annotations

from checks.continuity.story import Told
from manifests.staging import Box, plate_window
from manifests.story.states import PersonState, PropState

_MARGIN = 0.05
_MOVED, _MAGNIFIED = 0.08, 1.15
"""Two views of a plate are one angle where their middles lie nearer than this, in plates, and their sizes too."""


def would_show(now: Told, prop: PropState, there: Told, *, at_end: bool) -> bool:
    """Whether `now` frames the spot where `prop` lay in `there`, near enough for it to be named: from a view that is as
    wide, at most one size wider, of somebody who was there too.
    """
    if not 0 <= there.closeness - now.closeness <= 1 or not _shares_people(now, there):
        return False
    was, sees = plate_window(there.shot.camera, float(at_end)), plate_window(now.shot.camera, 0.0 if at_end else 1.0)
    x, y = _across(prop.x, was, sees), _down(prop.y, was, sees)
    return _MARGIN <= x <= 1 - _MARGIN and _MARGIN <= y <= 1


def same_view(last: Told, now: Told) -> bool:
    """Whether one shot opens on the part of the plate that the other closed on."""
    a, b = plate_window(last.shot.camera, 1.0), plate_window(now.shot.camera, 0.0)
    wide, narrow = sorted((a.right - a.left, b.right - b.left), reverse=True)
    apart = max(abs(a.left + a.right - b.left - b.right), abs(a.top + a.bottom - b.top - b.bottom)) / 2
    return apart < _MOVED and wide / narrow < _MAGNIFIED


def turned(last: PersonState, now: PersonState) -> bool:
    """Whether the camera sees somebody from another angle, or they have turned."""
    return (last.facing, last.mirrored) != (now.facing, now.mirrored)


def _shares_people(a: Told, b: Told) -> bool:
    these, those = ({who.character for who in told.shot.cast} for told in (a, b))
    return bool(these & those) if these or those else same_view(a, b)


def _across(x: float, was: Box, sees: Box) -> float:
    return (was.left + x * (was.right - was.left) - sees.left) / (sees.right - sees.left)


def _down(y: float, was: Box, sees: Box) -> float:
    return (was.top + y * (was.bottom - was.top) - sees.top) / (sees.bottom - sees.top)
