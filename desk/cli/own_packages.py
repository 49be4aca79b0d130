"""Whether Python finds our packages, or somebody else's of the same plain name."""

from __future__ import annotations

from importlib.machinery import PathFinder
from importlib.metadata import packages_distributions
from pathlib import Path

_NAMES = (
    "manifests",
    "providers",
    "checks",
    "governor",
    "assembly",
    "vault",
    "wiring",
    "production",
    "rehearsal",
    "tasks",
    "flows",
    "desk",
)
_DISTRIBUTION = "check-the-gate"
_HOME = Path(__file__).resolve().parents[2]


def shadowed() -> dict[str, str]:
    """Our packages that Python finds somewhere else than beside this one, each with that place.
    Imports none of them.
    """
    found = {name: PathFinder.find_spec(name) for name in _NAMES}
    places = {name: Path(spec.origin) if spec and spec.origin else None for name, spec in found.items()}
    return {
        name: str(place.parent) if place else "nowhere"
        for name, place in places.items()
        if place is None or place.resolve().parent.parent != _HOME
    }


def shared() -> dict[str, str]:
    """Our packages that another installed distribution owns too, with its name: its files lie among ours.
    Reads them all: 0.1 s.
    """
    owners = packages_distributions()
    others = {name: sorted(set(owners.get(name, ())) - {_DISTRIBUTION}) for name in _NAMES}
    return {name: " and ".join(who) for name, who in others.items() if who}
