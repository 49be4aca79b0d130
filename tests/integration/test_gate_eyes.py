"""gate eyes: a model of the user's own, brought from a hub on loopback by the hub's own client."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from checks.errors import EyeError
from checks.faces import finder, models
from checks.faces.faces import NOT_COMPARED
from checks.gates.face_masters import known_faces
from checks.seeing import masters
from checks.seeing.eye_name import OwnEye, mark_of
from checks.seeing.own_towers import load_own
from checks.seeing.towers import libraries
from desk.cli.main import gate
from manifests.errors import GateError
from manifests.reading.film_folder import read_film
from tests.stand_ins.model_hub import COMMIT, ModelHub, serving
from wiring import own_eyes
from wiring.errors import BadSetting
from wiring.own_eyes import eye_here
from wiring.settings import read_settings

ROOT = Path(__file__).parents[2]
TINY = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "layers": 2, "width": 32, "head_width": 16, "patch_size": 8},
    "text_cfg": {"context_length": 8, "vocab_size": 64, "width": 16, "heads": 1, "layers": 1},
}
"""A CLIP in small: the form of a checkpoint is that of a large one."""

SIGLIP = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}
REPO = "some/tiny-clip"


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Checkpoints of chance, in the two forms that repositories have: open_clip's and timm's."""
    open_clip, torch = libraries()
    import timm
    from safetensors.torch import save

    torch.manual_seed(1)
    small = timm.create_model("test_vit", num_classes=7)
    told = {
        "architecture": "test_vit",
        "num_classes": 7,
        "pretrained_cfg": {"input_size": [3, 160, 160], "mean": [0.5] * 3, "std": [0.5] * 3},
    }
    config = {"model_cfg": TINY, "preprocess_cfg": SIGLIP}
    return {
        f"{REPO}/open_clip_config.json": json.dumps(config).encode(),
        f"{REPO}/open_clip_model.safetensors": save(open_clip.CLIP(**TINY).state_dict()),
        "timm/tiny_dino/config.json": json.dumps(told).encode(),
        "timm/tiny_dino/model.safetensors": save(small.state_dict()),
        "other/format/config.json": b'{"architectures": ["Dinov2Model"]}',
    }


@pytest.fixture
def hub(weights: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelHub]:
    with serving(ModelHub(dict(weights))) as served:
        at(served.url, monkeypatch)
        yield served


def at(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What HF_ENDPOINT says to a process that starts: the hub is there.

    A run of a film that was imported earlier in this process may have told the hub's client to stay offline.
    """
    from huggingface_hub import close_session, constants

    close_session()
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "ENDPOINT", url)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", url + "/{repo_id}/resolve/{revision}/{filename}")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    root = tmp_path / "film"
    shutil.copytree(ROOT / "examples" / "harbour", root, ignore=shutil.ignore_patterns(".gate", "art", "out"))
    return root


def typed(*words: object) -> Result:
    return CliRunner().invoke(gate, [str(word) for word in words])


def said(*words: object) -> Any:
    done = typed(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def refusal(*words: object) -> str:
    """The sentence that the command ends with."""
    done = typed(*words)
    assert isinstance(done.exception, GateError), done.output
    return str(done.exception)


def test_a_repository_is_brought_named_in_film_yaml_and_looks_at_the_film(film: Path, hub: ModelHub) -> None:
    before = (film / "film.yaml").read_text(encoding="utf-8")
    brought = said("eyes", "get", f"hf-hub:{REPO}", "--film", film)

    eyes = read_film(film).film.eyes
    assert (eyes.model, eyes.weights, eyes.sha256) == (f"hf-hub:{REPO}", COMMIT, brought["sha256"])
    assert brought["licence"] == "mit"
    after = (film / "film.yaml").read_text(encoding="utf-8")
    assert after.startswith(before.rstrip("\n").split("\n")[0])
    assert all(line in after for line in before.splitlines())

    shown = said("eyes", "show", "--film", film)
    assert shown["eye"] == f"hf-hub:{REPO}/{brought['sha256'][:12]}"
    assert (shown["pinned"], shown["licence"], shown["numbers"]) == ("yes", "mit", 16)
    tower = load_own(OwnEye(eyes.model or "", eyes.weights_file(film), eyes.sha256))
    assert (tower.size, tower._mean.tolist()) == (32, [127.5] * 3)  # as the repository's config says, not CLIP's own


def test_the_model_that_compares_faces_is_shown_too(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said("eyes", "show", "--film", film)["faces"] == "dlib-resnet/v1"

    path = film / "film.yaml"
    path.write_text(path.read_text() + "eyes: {face: models/arc.onnx, face_limit: 0.5}\n")
    assert said("eyes", "show", "--film", film)["faces"] == f"{film}/models/arc.onnx: there is no such file"
    (film / "models").mkdir()
    (film / "models" / "arc.onnx").write_bytes(b"weights")
    shown = said("eyes", "show", "--film", film)
    mark = hashlib.sha256(b"weights").hexdigest()[:12]
    assert (shown["faces"], shown["face_limit"]) == (f"arcface/{mark}", 0.5)

    monkeypatch.setattr(finder, "is_there", lambda: False)
    assert said("eyes", "show", "--film", film)["faces"] == NOT_COMPARED


def test_the_hub_is_told_nothing_of_the_film(film: Path, hub: ModelHub) -> None:
    assert typed("eyes", "get", f"hf-hub:{REPO}", "--film", film).exit_code == 0
    title = read_film(film).film.title
    heard = "\n".join(hub.asked).lower()
    assert hub.asked
    assert all(word not in heard for word in (title.lower(), str(film).lower(), "harbour", "hrb", "marit"))


def test_a_tag_of_open_clip_brings_its_own_means_and_activation(
    film: Path, hub: ModelHub, weights: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_clip, _ = libraries()
    told = {"hf_hub": f"{REPO}/", "quick_gelu": True, **{key: tuple(value) for key, value in SIGLIP.items()}}
    monkeypatch.setitem(open_clip.pretrained._PRETRAINED, "Tiny", {"chance": told})
    monkeypatch.setitem(open_clip.factory._MODEL_CONFIGS, "Tiny", TINY)
    said("eyes", "get", "Tiny/chance", "--film", film)

    kept = film / "eyes" / "Tiny--chance"
    config = json.loads((kept / "open_clip_config.json").read_text())
    assert config["model_cfg"]["quick_gelu"] is True
    assert config["preprocess_cfg"]["mean"] == SIGLIP["mean"]
    assert (kept / "open_clip_model.safetensors").read_bytes() == weights[f"{REPO}/open_clip_model.safetensors"]
    assert read_film(film).film.eyes.weights == "chance"

    assert "chance" in refusal("eyes", "get", "Tiny/chanse", "--film", film)


def test_a_model_in_timms_form_such_as_dino_looks_too(film: Path, hub: ModelHub) -> None:
    brought = said("eyes", "get", "hf-hub:timm/tiny_dino", "--film", film)
    own = read_film(film).film.eyes
    tower = load_own(OwnEye(own.model or "", own.weights_file(film), brought["sha256"]))
    rows = tower.vectors(np.random.default_rng(1).integers(0, 256, (2, 160, 160, 3)).astype(np.uint8))
    assert rows.shape == (2, 64)
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1], abs=1e-5)


def test_a_download_that_was_cut_off_goes_on_in_the_same_call_and_in_a_later_one(
    film: Path, hub: ModelHub, weights: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 1000)  # 10 MB: what is written down at a time
    monkeypatch.setattr("time.sleep", lambda _: None)
    content = weights[f"{REPO}/open_clip_model.safetensors"]
    folder = film / "eyes" / f"hf-hub-some--tiny-clip--{COMMIT}"
    folder.mkdir(parents=True)
    mark = hashlib.sha256(content).hexdigest()[:16]
    (folder / f"open_clip_model.safetensors.{mark}.part").write_bytes(content[:1000])
    hub.cut_at = 5000
    said("eyes", "get", f"hf-hub:{REPO}", "--film", film)

    assert hub.ranges() == ["bytes=1000-", "bytes=6000-"]
    assert (folder / "open_clip_model.safetensors").read_bytes() == content
    assert not list(folder.glob("*.part"))


def test_bytes_without_the_stated_hash_are_thrown_away_and_the_film_keeps_its_model(film: Path, hub: ModelHub) -> None:
    before = (film / "film.yaml").read_bytes()
    hub.false.add(f"{REPO}/open_clip_model.safetensors")
    assert "does not have the hash" in refusal("eyes", "get", f"hf-hub:{REPO}", "--film", film)
    assert (film / "film.yaml").read_bytes() == before
    assert not list((film / "eyes").rglob("open_clip_model*"))


def test_what_is_here_already_is_not_asked_for_again_and_changed_weights_are(film: Path, hub: ModelHub) -> None:
    said("eyes", "get", f"hf-hub:{REPO}", "--film", film)
    hub.asked.clear()
    assert "here already" in typed("eyes", "get", "--film", film).output
    assert hub.asked == []

    weights = read_film(film).film.eyes.weights_file(film)
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    mark_of.cache_clear()
    eyes = read_film(film).film.eyes
    with pytest.raises(EyeError, match="pins weights"):
        load_own(OwnEye(eyes.model or "", weights, eyes.sha256))
    said("eyes", "get", "--film", film)
    assert weights.read_bytes() == whole


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("hf-hub:other/format", "neither open_clip's nor timm's"),
        ("hf-hub:some/absent", "no open_clip_config.json"),
        ("nonsense", "neither a model's tag nor a repository"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(film: Path, hub: ModelHub, named: str, words: str) -> None:
    assert words in refusal("eyes", "get", named, "--film", film)


def test_offline_there_is_a_sentence_at_once(film: Path, hub: ModelHub, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    at("http://127.0.0.1:9", monkeypatch)
    assert "cannot be reached" in refusal("eyes", "get", f"hf-hub:{REPO}", "--film", film)
    assert slept == []

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert "Unset HF_HUB_OFFLINE" in refusal("eyes", "get", f"hf-hub:{REPO}", "--film", film)


def test_the_trial_compares_the_films_model_with_the_built_in_one_on_its_masters(film: Path, hub: ModelHub) -> None:
    said("eyes", "get", f"hf-hub:{REPO}", "--film", film)
    own, built_in = said("eyes", "try", "--film", film)
    assert own["eye"].startswith(f"hf-hub:{REPO}/")
    assert built_in["eye"].startswith("tf_efficientnet_lite0/")
    people, heads, places = ({part["part"]: part for part in built_in["parts"]}[p] for p in ("figure", "head", "place"))
    assert (people["mistaken"], heads["mistaken"], places["mistaken"]) == (0, 0, 0)
    assert people["auc"] > 0.9
    assert places["auc"] == 1.0


def test_the_noise_of_the_films_model_is_learnt_from_its_masters_once_and_the_same_again(
    film: Path, hub: ModelHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert eye_here(read_settings(film)).noise.figure.scale == 1.0
    said("eyes", "get", f"hf-hub:{REPO}", "--film", film)
    first = eye_here(read_settings(film)).noise
    assert first.eye.startswith(f"hf-hub:{REPO}/")
    assert first.pictures == 8 + 8 + 4
    assert {0.0 < part.scale != 1.0 for part in (first.figure, first.head, first.place)} == {True}
    (kept,) = (film / ".gate" / "cache" / "eyes").iterdir()
    written = kept.read_bytes()
    kept.unlink()
    monkeypatch.setattr(own_eyes, "_learnt", {})
    assert eye_here(read_settings(film)).noise == first
    assert kept.read_bytes() == written


def test_faces_in_locked_pictures_are_looked_for_once_a_film_and_not_by_each_process(
    film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[int] = []
    search = finder.find
    monkeypatch.setattr(finder, "find", lambda *given: searched.append(1) or search(*given))

    def looks_of_a_process() -> int:
        models._looking.cache_clear()
        masters._worked.cache_clear()
        searched.clear()
        folder = read_film(film)
        faces = own_eyes.film_faces(read_settings(film), folder)
        assert faces is not None
        known_faces(folder.bible, own_eyes.masters_here(folder), faces)
        return len(searched)

    assert looks_of_a_process() > 0
    assert looks_of_a_process() == 0


def test_the_environment_of_earlier_versions_is_refused(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATE_CLIP_MODEL", "ViT-B-32")
    with pytest.raises(BadSetting, match=r"eyes: \{model: ViT-B-32"):
        read_settings(film)


def test_weights_of_another_model_are_refused_and_never_filled_with_chance(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    _, torch = libraries()
    path = tmp_path / "own.safetensors"
    save_file({"visual.proj": torch.zeros(4, 4)}, path)
    with pytest.raises(EyeError, match=r"own\.safetensors"):
        load_own(OwnEye("ViT-B-32", path))
