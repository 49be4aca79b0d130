"""A shot that is marked private: in its film's files, in the log, and in what local providers and people keep of it."""

from __future__ import annotations

import json
import stat

import pytest
from ruamel.yaml import YAML

from governor.errors import LedgerBroken
from governor.ledger import Ledger
from governor.purchase import Proof, Purchase
from manifests.errors import ManifestError
from manifests.keys import generation_key
from manifests.privacy import PRIVATE
from manifests.reading.film_folder import read
from manifests.scene import Camera, Scene, Shot
from manifests.spending.grant import Grant
from manifests.spending.price import Quote
from manifests.take import Request
from providers.handoff.adapter import Handoff
from providers.previz.adapter import Previz
from providers.previz.flaws import FlawScript
from providers.surroundings import Surroundings

SHOT = "SC010_SH0020"
PRICE = Quote(low_microusd=0, likely_microusd=0, high_microusd=0, price="a" * 64)
MAP = {
    "source": "my-script",
    "shot": {"field": "shot"},
    "stage": {"default": "clip"},
    "provider": {"default": "fal"},
    "model": {"default": "m"},
    "made_at": {"field": "at"},
    "cost": {"field": "usd", "unit": "usd"},
    "outcome": {"default": "settled"},
    "prompt": {"field": "prompt"},
    "raw": {"field": "raw"},
}


def edited(film, **changes):
    """The film's second shot, written otherwise."""
    path, yaml = film / "scenes" / "SC010.yaml", YAML()
    scene = yaml.load(path)
    scene["shots"][1].update(changes)
    yaml.dump(scene, path)
    return path


def request_of(*, private, prompt="Wide. Action: the quaddel rises."):
    shot = Shot(
        id=SHOT,
        location="kitchen",
        camera=Camera(size="wide"),
        motion="the quaddel rises",
        duration_s=2,
        private=private,
    )
    return Request(
        operation="clip", shot=SHOT, staging=shot, prompt=prompt, references=(), resolution="480p", frames=48, seed=1
    )


@pytest.fixture
def asked(film):
    """The shot was asked for twice, when it was not private and when it was; its provider quoted it each time."""
    ledger = Ledger.open(film / ".gate" / "ledger.sqlite", stop_file=film / ".gate" / "STOP", film="TEA")
    ledger.declare_caps(dict.fromkeys(("film:TEA", "scene:SC010", "run:r1", f"shot:{SHOT}"), 1_000_000))
    epoch = ledger.begin_epoch("SC010", "r1")
    for attempt, private in enumerate((False, True), 1):
        request = request_of(private=private, prompt=f"Wide {attempt}. Action: the quaddel rises.")
        key = generation_key("fal", "m", "clip", request.payload(), attempt)
        purchase = Purchase(
            generation_key=key,
            recipe=request.recipe("fal", "m"),
            film="TEA",
            scene="SC010",
            shot=SHOT,
            stage="clip",
            tier="draft",
            attempt=attempt,
            attempts_max=3,
            provider="fal",
            model="m",
            request=request,
            changed="seed",
            epoch=epoch,
            quote=Quote(low_microusd=1, likely_microusd=1, high_microusd=1, price="0" * 64),
        )
        ledger.hold(purchase).redeem(key)
        said = "422 no quaddel" if not private else "422"
        ledger.release(key, Proof.not_billed(said, epoch))
    yield ledger
    ledger.close()


def test_a_call_from_before_the_shot_was_private_is_shown_without_its_words_too(film, asked, gate):
    told = gate("log", "--json")[1]
    assert told.count("quaddel") == 2, "of the call that was not private: what it asked, and what it was told"
    edited(film, private=True)
    for words in (("log",), ("log", SHOT), ("log", "--json"), ("log", "export")):
        code, said, _ = gate(*words)
        assert code == 0
        assert "quaddel" not in said
        assert said.count(PRIVATE) >= 2
    told = [call["prompt"] for call in json.loads(gate("log", "--json")[1])["calls"]]
    assert told == [PRIVATE, PRIVATE]


def test_another_tools_words_about_a_private_shot_are_not_imported(film, asked, gate):
    edited(film, private=True)
    line = {"shot": SHOT, "at": "2026-11-20T10:00:00Z", "usd": 0.1, "prompt": "a quaddel", "raw": "no quaddel"}
    (film / "theirs.jsonl").write_text(json.dumps(line) + "\n")
    YAML().dump(MAP, film / "map.yaml")
    assert gate("log", "import", "theirs.jsonl", "--map", "map.yaml")[0] == 0
    (call,) = [call for call in json.loads(gate("log", "--json")[1])["calls"] if call["source"] == "my-script"]
    assert (call["prompt"], call["raw"]) == (PRIVATE, "")
    bodies = [body.stored() for _, _, body in _imported(asked)]
    assert len(bodies) == 1
    assert "quaddel" not in bodies[0]


def _imported(ledger):
    from governor.other_tools import foreign

    with ledger._read() as transaction:
        return list(foreign.find(transaction))


@pytest.mark.parametrize(
    "changes",
    [
        {"motion": "quaddel " * 400},
        {"sound": "quaddel", "duration_s": "quaddel"},
        {"dialogue": [{"character": "ada", "text": "quaddel", "from_s": 1, "to_s": 9}]},
        {"camera": {"size": "quaddel"}},
    ],
)
def test_a_refused_file_is_named_by_its_place_and_a_private_shot_is_not_quoted(film, gate, changes):
    with pytest.raises(ManifestError) as shown:
        read(edited(film, **changes), Scene)
    with pytest.raises(ManifestError) as hidden:
        read(edited(film, private=True), Scene)
    assert "quaddel" in str(shown.value)
    assert "quaddel" not in f"{hidden.value!r} {hidden.value}"
    assert hidden.value.line >= shown.value.line > 1
    code, out, error = gate("lint")
    assert code == 2
    assert "quaddel" not in out + error


def test_a_new_state_folder_is_for_its_owners_eyes_alone(film, gate):
    assert gate("status", "SC010")[0] == 0
    assert stat.S_IMODE((film / ".gate").stat().st_mode) == 0o700


def test_a_state_folder_that_is_shared_stays_so(film, gate):
    (film / ".gate").mkdir()
    (film / ".gate").chmod(0o770)
    assert gate("status", "SC010")[0] == 0
    assert stat.S_IMODE((film / ".gate").stat().st_mode) == 0o770


async def test_what_previz_keeps_of_a_job_has_no_private_words(tmp_path, monkeypatch):
    monkeypatch.setattr("providers.previz.adapter._needed", lambda request: ())
    previz = Previz(tmp_path, lambda sha: tmp_path, lambda usage: PRICE, FlawScript(()))
    request = request_of(private=True)
    key = generation_key("previz", "previz-clip-1", "clip", request.payload(), 1)
    for _ in range(2):  # the same call once more is the same job
        job = await previz.submit(Grant.mint(key, 0, lambda: None), key, request)
    (record,) = tmp_path.glob("*.json")
    assert "quaddel" not in record.read_text()
    assert previz._spool.job(job.job_id).request.wordless


async def test_a_person_who_makes_it_by_hand_gets_the_words_to_paste_and_the_record_beside_them_has_none(tmp_path):
    around = Surroundings(
        spool_dir=tmp_path,
        read_reference=lambda sha: tmp_path,
        price_of=lambda usage: PRICE,
        canon=lambda name: tmp_path,
        canon_names=list,
        hands_dir=tmp_path / "handoffs",
    )
    hands, request = Handoff(around), request_of(private=True)
    key = generation_key("handoff", "by-hand", "clip", request.payload(), 1)
    job = await hands.submit(Grant.mint(key, 0, lambda: None), key, request)
    folder = tmp_path / "handoffs" / job.job_id
    assert "the quaddel rises" in (folder / "prompt.txt").read_text()
    others = [path for path in folder.iterdir() if path.is_file() and path.name != "prompt.txt"]
    assert len(others) >= 3
    assert [path.name for path in others if "quaddel" in path.read_text()] == []


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:quaddel@[::1/db",
        "postgresql://u:quaddel@host:port/db",
        "mysql://u:quaddel@host/db?password=quaddel",
    ],
)
def test_no_password_of_a_databases_address_is_in_its_refusal(tmp_path, url):
    with pytest.raises(LedgerBroken) as refused:
        Ledger.open(url, stop_file=tmp_path / "STOP", film="TEA")
    assert "quaddel" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
