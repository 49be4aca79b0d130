from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from checks.errors import EyeError
from checks.seeing.eye_name import BUILT_IN, OwnEye, eye_name
from manifests.eyes import Eyes

FILM = Path("/films/tea")


def test_a_film_that_names_no_model_is_looked_at_with_the_built_in_one():
    assert Eyes().model is None
    assert eye_name() == BUILT_IN


def test_a_file_of_weights_is_named_from_film_yaml():
    eyes = Eyes(model="ViT-B-32", weights="models/own.pt")
    assert not eyes.from_hub
    assert eyes.weights_file(FILM) == FILM / "models" / "own.pt"
    assert Eyes(model="ViT-B-32", weights="/models/own.pt").weights_file(FILM) == Path("/models/own.pt")


@pytest.mark.parametrize(
    ("model", "tag", "folder"),
    [
        ("ViT-B-32", "laion2b_s34b_b79k", "ViT-B-32--laion2b_s34b_b79k"),
        ("hf-hub:timm/vit_small", "0" * 40, f"hf-hub-timm--vit_small--{'0' * 40}"),
    ],
)
def test_a_tag_stands_for_the_files_that_were_brought_from_the_hub(model, tag, folder):
    eyes = Eyes(model=model, weights=tag)
    assert eyes.from_hub
    assert eyes.weights_file(FILM) == FILM / "eyes" / folder / "open_clip_model.safetensors"


@pytest.mark.parametrize("half", [{"model": "ViT-B-32"}, {"weights": "own.pt"}, {"sha256": "0" * 64}, {"tower": "x"}])
def test_half_a_model_is_refused(half):
    with pytest.raises(ValidationError):
        Eyes(**half)


def test_a_film_may_name_a_model_of_faces_alone():
    assert Eyes(face="eyes/arcface.onnx").model is None
    assert Eyes(face="eyes/arcface.onnx", face_limit=0.5).face_limit == 0.5
    for wrong in ({"face": "eyes/arcface.pt"}, {"face_limit": 0.5}, {"face": "a.onnx", "face_limit": 0.0}):
        with pytest.raises(ValidationError):
            Eyes(**wrong)


def test_a_pinned_model_has_its_name_before_its_weights_are_there():
    pinned = OwnEye("ViT-B-32", FILM / "absent.pt", "0123456789ab" + "0" * 52)
    assert eye_name(pinned) == "ViT-B-32/0123456789ab"


def test_a_model_that_is_neither_pinned_nor_there_says_how_to_bring_it():
    with pytest.raises(EyeError, match="gate eyes get"):
        eye_name(OwnEye("ViT-B-32", FILM / "absent.pt"))
