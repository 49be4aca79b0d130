"""The eye with its real weights."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest

from checks.errors import EyeError
from checks.seeing.eye import OpenClipEye, open_eye
from checks.seeing.eye_name import BUILT_IN, OwnEye

ROOT = Path(__file__).parents[2]
HARBOUR = ROOT / "examples" / "harbour" / "assets"


def plate(name: str) -> np.ndarray:
    return cv2.cvtColor(cv2.imread(str(HARBOUR / "locations" / f"{name}.png")), cv2.COLOR_BGR2RGB)


def test_a_blurred_plate_is_nearer_to_itself_than_to_another_place() -> None:
    eye = open_eye()
    rows = eye.embed([plate("quay"), cv2.GaussianBlur(plate("quay"), (0, 0), 4), plate("lamp_room")], "squash")

    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    assert rows.dtype == np.float32
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.1


def test_there_is_one_eye_a_process_and_threads_share_it() -> None:
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda _: open_eye().embed([plate("quay")], "squash")[0], range(4)))

    assert open_eye() is open_eye()
    assert open_eye().name == BUILT_IN
    assert all(np.allclose(row, rows[0], atol=1e-5) for row in rows)


def test_vectors_kept_on_disk_are_found_again_and_a_broken_one_is_computed_anew(tmp_path: Path) -> None:
    first = open_eye(store=tmp_path).embed([plate("quay")], "squash")
    (kept,) = tmp_path.rglob("*.npy")

    assert np.load(kept) == pytest.approx(first[0])
    kept.write_bytes(b"half")
    from checks.seeing.eye import OpenClipEye

    assert OpenClipEye(None, tmp_path).embed([plate("quay")], "squash") == pytest.approx(first, abs=1e-5)


def test_a_model_without_weights_is_refused_rather_than_filled_with_chance(tmp_path: Path) -> None:
    with pytest.raises(EyeError, match="are not there"):
        open_eye(OwnEye("ViT-B-32", tmp_path / "absent.pt"))
    with pytest.raises(EyeError, match="are not there"):
        open_eye(OwnEye("ViT-B-32", tmp_path / "absent.pt", "0" * 64)).embed([np.zeros((8, 8, 3), np.uint8)])


def test_a_gpu_is_used_where_there_is_one_and_gets_whole_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from checks.seeing import towers

    class Model:
        """Says where it was put, and what it was given; the pictures stay where they are, as there is no GPU here."""

        def __init__(self) -> None:
            self.on, self.batches = "", list[int]()

        def to(self, device: str) -> Model:
            self.on = device
            return self

        def encode_image(self, tensor: torch.Tensor, *, normalize: bool) -> torch.Tensor:
            assert normalize
            self.batches.append(len(tensor))
            return tensor.mean((2, 3))

    sent: list[str] = []
    stays = torch.Tensor.to
    monkeypatch.setattr(torch.Tensor, "to", lambda self, where: sent.append(where) or stays(self, "cpu"))
    pictures = np.full((70, 8, 8, 3), 255, np.uint8)
    told = {}
    for there in (True, False):
        monkeypatch.setattr(torch.cuda, "is_available", lambda there=there: there)
        model = Model()
        rows = towers.Tower(model, 8, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)).vectors(pictures)
        assert rows == pytest.approx(np.ones((70, 3)))
        told[model.on] = model.batches
    assert told == {"cuda": [64, 6], "cpu": [1] * 70}
    assert sent == ["cuda"] * 2 + ["cpu"] * 70


def test_the_tower_is_written_out_once_gives_pytorchs_vectors_and_later_needs_no_pytorch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from checks.seeing import towers
    from checks.seeing.onnx_tower import COSINE_MIN, OnnxTower

    monkeypatch.setattr(towers, "_opened", [])
    monkeypatch.setattr(towers, "BESIDE_THE_PROGRAM", tmp_path / "share")
    pictures = [plate("quay"), plate("lamp_room")]
    first = OpenClipEye(None, tmp_path)
    by_torch, by_onnx = OpenClipEye().embed(pictures, "squash"), first.embed(pictures, "squash")
    assert (by_onnx * by_torch).sum(1).min() >= COSINE_MIN
    (model,) = (tmp_path / "share").iterdir()
    assert not (tmp_path / "towers").exists()  # no film needs one of its own

    code = (
        "import sys; from pathlib import Path; import numpy as np; from checks.seeing import towers; "
        "towers.BESIDE_THE_PROGRAM = Path(sys.argv[1], 'share'); "
        "tower = towers.load_built_in(); print('torch' in sys.modules, "
        "tower.vectors(np.zeros((2, 224, 224, 3), np.uint8)).shape)"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split(maxsplit=1) == ["False", "(2, 1280)\n"]

    whole = model.read_bytes()
    model.write_bytes(whole[:-1])
    towers._opened.clear()
    assert isinstance(towers.load_built_in(tmp_path), OnnxTower)
    assert model.read_bytes() == whole  # an incomplete file is written out again


def test_a_tower_that_does_not_give_pytorchs_vectors_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from checks.seeing import onnx_tower, towers

    monkeypatch.setattr(towers, "_opened", [])
    monkeypatch.setattr(towers, "BESIDE_THE_PROGRAM", tmp_path / "share")
    monkeypatch.setattr(onnx_tower, "COSINE_MIN", 1.1)
    assert isinstance(towers.load_built_in(tmp_path), towers.Tower)
    assert not any(tmp_path.iterdir())


def test_where_nobody_may_write_beside_the_program_the_tower_is_kept_with_the_film(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from checks.seeing import onnx_tower, towers
    from checks.seeing.onnx_tower import OnnxTower

    keep, locked = onnx_tower.keep, tmp_path / "share"

    def kept(model: bytes, folder: Path, name: str) -> None:
        if folder == locked:
            raise PermissionError(folder)
        keep(model, folder, name)

    monkeypatch.setattr(towers, "_opened", [])
    monkeypatch.setattr(towers, "BESIDE_THE_PROGRAM", locked)
    monkeypatch.setattr(onnx_tower, "keep", kept)
    assert isinstance(towers.load_built_in(tmp_path / "film"), OnnxTower)
    assert len(list((tmp_path / "film" / "towers").iterdir())) == 1
