"""Where the example film and the documents are: inside the package where it was installed,
else in the checkout it runs from.
"""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parents[1]
_CHECKOUT = {"example": Path("examples", "harbour"), "docs": Path("docs")}


def shipped(name: str) -> Path:
    """The folder `example` or `docs`, which exists unless somebody took it out of the installation."""
    inside = _HERE / name
    return inside if inside.is_dir() else _HERE.parent / _CHECKOUT[name]
