"""The built-in tower on ONNX Runtime: written out from PyTorch once, held against it, and kept for every later process.

On a processor it takes two thirds of PyTorch's time a picture, and a process that finds it kept loads neither PyTorch
nor open_clip. Its vectors are PyTorch's to six digits, so that the eye keeps its name, and scores stay comparable.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from manifests.reading.whole_file import put_bytes

Rows = NDArray[np.float32]

COSINE_MIN = 0.999
"""A vector that is further from PyTorch's own is another eye's; 0.9999997 was the least of those measured."""

_OPSET = 17
_PROBES = 3


class OnnxTower:
    """An image tower on ONNX Runtime, one thread. `size` is the side of the square it sees, in pixels."""

    device = "cpu"

    def __init__(self, model: bytes, size: int, mean: tuple[float, ...], std: tuple[float, ...]) -> None:
        runtime = importlib.import_module("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # shots are gated side by side, one core each
        self._session = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self.size = size
        self._mean, self._std = (np.asarray(v, np.float32) * 255 for v in (mean, std))

    def vectors(self, batch: NDArray[np.uint8]) -> Rows:
        """N × size × size × 3 uint8 RGB to N L2-normalised rows; one picture at a time, as that is quickest."""
        normal = ((batch.astype(np.float32) - self._mean) / self._std).transpose(0, 3, 1, 2)
        rows = [self._session.run(None, {"pictures": np.ascontiguousarray(each[None])})[0] for each in normal]
        out: Rows = np.concatenate(rows)
        return out


def is_there() -> bool:
    """Whether ONNX Runtime is installed."""
    return importlib.util.find_spec("onnxruntime") is not None


def kept(folder: Path, name: str) -> bytes | None:
    """The model that an earlier process kept in `folder` under `name`;
    None where there is none, or its bytes are not whole.
    """
    for path in sorted(folder.glob(f"{name}.*.onnx")):
        model = path.read_bytes()
        if path.name == _file_name(name, model):
            return model
    return None


def keep(model: bytes, folder: Path, name: str) -> None:
    """Keep a model, whole or not at all. Its file bears the start of its hash."""
    put_bytes(model, folder / _file_name(name, model), synced=False)


def written_out(model: Any, size: int) -> bytes:
    """A torch model of pictures (N × 3 × size × size) as the bytes of an ONNX model."""
    torch = importlib.import_module("torch")
    into = importlib.import_module("io").BytesIO()
    axes = {"pictures": {0: "n"}, "rows": {0: "n"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter announces its successor, which needs a further package
        torch.onnx.export(
            _encoder(torch, model),
            (torch.zeros(1, 3, size, size),),
            into,
            input_names=["pictures"],
            output_names=["rows"],
            dynamic_axes=axes,
            opset_version=_OPSET,
            dynamo=False,
        )
    out: bytes = into.getvalue()
    return out


def agrees(one: Any, other: Any, size: int) -> bool:
    """Whether two towers give the same vectors, on pictures of noise made coarse."""
    rough = np.random.default_rng(0).integers(0, 256, (_PROBES, size // 16, size // 16, 3)).astype(np.uint8)
    probes = rough.repeat(16, axis=1).repeat(16, axis=2)
    return bool(((one.vectors(probes) * other.vectors(probes)).sum(1) >= COSINE_MIN).all())


def _encoder(torch: Any, model: Any) -> Any:
    class Encoder(torch.nn.Module):  # type: ignore[misc]  # torch is imported late, and untyped here
        def forward(self, pictures: Any) -> Any:
            return self.model.encode_image(pictures, normalize=True)

    encoder = Encoder()
    encoder.model = model
    return encoder.eval()


def _file_name(name: str, model: bytes) -> str:
    return f"{name}.{hashlib.sha256(model).hexdigest()[:16]}.onnx"
