"""Lets PyPI's torchvision import beside the CPU build of torch.

PyPI's torchvision is compiled for CUDA; beside `torch==…+cpu` its import dies with "operator torchvision::nms does not
exist", and open_clip and timm die with it. Declaring the two schemas that its Python code registers meta kernels for is
enough: only the C++ detection operators stay unavailable, and no embedding uses them.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
_kept: list[Any] = []


def import_torchvision() -> None:
    """Import torchvision, with the schemas declared only when the plain import fails for want of them.

    Raises the import's own error when anything else is wrong. Not thread-safe: the eye holds its lock around it.
    """
    try:
        importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::nms" not in str(error):
            raise
        _forget_half_imported()
        _declare()
        importlib.import_module("torchvision")


def _declare() -> None:
    torch = importlib.import_module("torch")
    library = torch.library.Library("torchvision", "DEF")
    for schema in _SCHEMAS:
        library.define(schema)
    _kept.append(library)  # torch drops a library's schemas when the object dies


def _forget_half_imported() -> None:
    for name in [name for name in sys.modules if name == "torchvision" or name.startswith("torchvision.")]:
        del sys.modules[name]
