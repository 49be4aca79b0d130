"""Keys, signed addresses and private words are planted wherever a run meets them,
and looked for in everything it wrote or said.
"""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import io
import os
import tempfile
import traceback

import pytest
from PIL import ImageDraw
from ruamel.yaml import YAML

import wiring.keys
import wiring.live_prices
import wiring.surroundings
from checks.drift import DriftReport
from manifests.finding import Verdict
from production.gating import clip as gate_clip
from production.gating import panel as gate_panel
from rehearsal import files
from rehearsal.faults import AccountTerms, Fault, Script
from rehearsal.live import live
from scripts.canaries import contents, found_in, written
from vault.s3 import S3Vault
from wiring.keys import VARIABLES, alias_of, key_of

SCENE = "SC010"
PRIVATE_NIGHT = (
    ("openrouter", "previz", "clip", "moderation_input", "sensitive content: "),
    ("replicate", "gemini", "clip", "lost_response", None),
    ("fal", "gemini", "clip", "server_error_after_accept", None),
    ("evolink", "gemini", "clip", "failed", ""),
    ("byteplus", "gemini", "clip", "poll_5xx", None),
    ("byteplus", "gemini", "clip", "expired_url", None),
    ("gemini", "gemini", "clip", "moderation_output", ""),
    ("openrouter", "bfl", "panel", "moderation_output", ""),
    ("openrouter", "byteplus", "panel", "forbidden", ""),
    ("openrouter", "gemini", "panel", "moderation_input", ""),
)
PUBLIC_NIGHT = (
    ("openrouter", "gemini", "clip", "moderation_input", "sensitive content: "),
    ("replicate", "gemini", "clip", "failed", ""),
    ("fal", "gemini", "clip", "failed", ""),
    ("evolink", "gemini", "clip", "failed", ""),
    ("gemini", "gemini", "clip", "moderation_output", ""),
    ("byteplus", "gemini", "clip", "failed", ""),
    ("fal", "bfl", "panel", "moderation_output", ""),
    ("fal", "byteplus", "panel", "forbidden", ""),
    ("fal", "gemini", "panel", "moderation_input", ""),
)
"""A shot each: who makes its clip, who its panel, which of the two goes wrong, how,
and what that provider begins to say then.
"""

NIGHT = tuple(enumerate((*PRIVATE_NIGHT, *PUBLIC_NIGHT), 1))
SHOTS = tuple(f"{SCENE}_SH{number:02d}00" for number, _ in NIGHT)
KEYS = {name: f"kanari.{name}/0815-geheim" for name in VARIABLES} | {"fal": "kanari-fal-kennung:kanari-fal-geheimnis"}
"""They look like no key that is known by its looks."""

MOTION, SAID, SOUND, LENS = "quaddelmolch kriecht", "zwirbelkauz ruft", "brummelschnack knistert", "glitzerlinse"
PRIVATE = ("quaddelmolch", "zwirbelkauz", "brummelschnack", "glitzerlinse")
SIGNATURE = "kanarisignatur4711"
HOOK = "kanarihaken0815"
"""Part of an address to which people are told things; nobody listens there."""
PUBLIC = "tangglocke"
ECHO = (
    f"the key {{key}} may not; it is about {{words}}.\nThe picture is "
    f"https://cdn.example/p.png?X-Amz-Signature={SIGNATURE}&x=1 https://cdn.example/r?opens={SIGNATURE}"
    f" or https:\\/\\/cdn.example\\/q?sig={SIGNATURE}\\u0026a=b\nAuthorization: Bearer {{key}}\n"
)
"""What a careless provider says of a call that it refuses."""


def echo(provider, number):
    """Of a private shot it quotes the prompt too."""
    words = f"{MOTION!r} through the {LENS}" if number <= len(PRIVATE_NIGHT) else PUBLIC
    return ECHO.format(key=KEYS[provider], words=words)


ACCOUNTS = tuple(AccountTerms(provider=name, key=key) for name, key in KEYS.items())


def bad_night():
    """Every shot has a fault of its own, known by its lens; who refuses quotes all that it was told."""
    faults = tuple(
        Fault(
            fault=fault,
            provider=clip if made == "clip" else panel,
            operation=made,
            prompt_contains=f"{30 + number} mm",
            words=None if begins is None else begins + echo(clip if made == "clip" else panel, number),
        )
        for number, (clip, panel, made, fault, begins) in NIGHT
    )
    return Script(pictures="plain", job_s=0, accounts=ACCOUNTS, faults=faults)


def dry_night():
    """OpenRouter's key is at its limit."""
    limit = Fault(fault="key_limit", provider="openrouter")
    return Script(pictures="plain", job_s=0, accounts=ACCOUNTS, faults=(limit,))


@pytest.fixture
def house(tmp_path):
    with live(tmp_path / "house", bad_night()) as house:
        yield house


@pytest.fixture
def planted(tmp_path, monkeypatch, s3, house):
    """Keys in the environment and in a file, a bucket, and a note of every signature that anybody writes."""
    signatures = [SIGNATURE]
    names = list(KEYS)
    for name in names[::2]:
        monkeypatch.setenv(VARIABLES[name][0], KEYS[name])
    keys = tmp_path / "keys"
    keys.write_text("".join(f"{VARIABLES[name][0]}={KEYS[name]}\n" for name in names[1::2]))
    keys.chmod(0o600)
    monkeypatch.setenv("GATE_KEYS", str(keys))
    monkeypatch.setenv("GATE_VAULT", f"s3://{s3.bucket}/canaries")
    monkeypatch.setenv("GATE_REHEARSAL", house.url)
    monkeypatch.setenv("GATE_NOTIFY_TEAM", f"json://127.0.0.1:9/{HOOK}")
    truly = {"key_of": key_of, "alias_of": alias_of}  # a rehearsal's are not secrets
    for module, name in (
        (wiring.keys, "key_of"),
        (wiring.keys, "alias_of"),
        (wiring.surroundings, "key_of"),
        (wiring.live_prices, "key_of"),
        (wiring.live_prices, "alias_of"),
    ):
        monkeypatch.setattr(
            module, name, lambda s, p, find=truly[name]: find(dataclasses.replace(s, rehearsal=None), p)
        )
    link, sign = S3Vault.link, files._signature

    def linked(vault, sha256, *, seconds):
        url = link(vault, sha256, seconds=seconds)
        signatures.append(url.rpartition("ignature=")[2].partition("&")[0])
        return url

    def signed(*given):
        signatures.append(sign(*given))
        return signatures[-1]

    monkeypatch.setattr(S3Vault, "link", linked)
    monkeypatch.setattr(files, "_signature", signed)
    pieces = [piece for key in KEYS.values() for piece in key.split(":")]
    return lambda: {*pieces, *PRIVATE, s3.secret, HOOK, *signatures}


@pytest.fixture
def film(film_of, monkeypatch):
    """A shot for each line of the night; the first ones are private."""
    film = film_of("SH0020", "SH0040")
    nothing = DriftReport(drifted=(), re_anchor=(), read_at=(), series=(), composition={}, eye="none")
    monkeypatch.setattr(gate_clip, "look", lambda case, eye, faces: Verdict(scores=(), findings=()))
    monkeypatch.setattr(gate_panel, "look", lambda case, eye, faces: Verdict(scores=(), findings=()))
    monkeypatch.setattr("production.gating.drift._measure", lambda *given: [])
    monkeypatch.setattr("production.gating.drift.judge_drift", lambda *given: nothing)

    def told(scene):
        first = scene["shots"][0]
        scene["shots"] = [copy.deepcopy(first) for _ in NIGHT]
        for shot, (number, (clip, panel, *_)) in zip(scene["shots"], NIGHT, strict=True):
            private = number <= len(PRIVATE_NIGHT)
            shot["id"], shot["providers"] = SHOTS[number - 1], {"clip": clip, "panel": panel}
            shot["motion"] = f"Beat {number}: {MOTION if private else PUBLIC}."
            shot["camera"]["lens"] = f"{LENS if private else PUBLIC} {30 + number} mm"
            shot["sound"] = SOUND if private else "waves"
            said = SAID if private else f"{PUBLIC} is heard"
            shot["dialogue"] = [{"character": "marit", "text": said, "from_s": 0, "to_s": 1}]
            shot["private"] = private

    film.edit(f"scenes/{SCENE}.yaml", told)
    film.accept_changes()
    budget = {"film_usd": "190.00", "scene_usd": "160.00", "run_usd": "160.00", "shot_usd": "9.00"}
    notify = {group: ["team"] for group in ("approval", "digest", "money")}
    film.edit("film.yaml", lambda d: d.update(budget=budget, notify=notify))
    film.say("drafts", "720p", "--why", "Veo makes none that are smaller", "--yes")
    price = {
        "provider": "evolink",
        "model": "seedance-2.0-image-to-video",
        "operation": "clip",
        "resolutions": ["720p"],
        "unit": "output_second",
    }
    price |= {"usd": "0.08", "audio": "any", "source": "a trial price", "as_of": "2026-11-21", "fixed": True}
    YAML().dump({"schema": "gate/prices/1", "prices": [price]}, film.root / "trial.prices.yaml")
    film.prices(film.root / "trial.prices.yaml")
    return film


class Heard:
    """All that was said, on both streams, and what was raised."""

    def __init__(self):
        self.text = io.StringIO()

    def do(self, act, *given):
        with contextlib.redirect_stdout(self.text), contextlib.redirect_stderr(self.text):
            try:
                print(act(*given))
            except Exception as error:  # noqa: BLE001  whatever it raises is said too
                traceback.print_exc(file=self.text)
                print(repr(error), getattr(error, "raw", ""))


def made(film, shown):
    """`gate run` as Prefect's page starts it: what it says goes to Prefect's log too."""
    from prefect.context import refresh_global_settings_context

    from desk.cli.making import run_flow
    from flows.naming import _log

    services = film.services
    os.environ.update(PREFECT_LOGGING_TO_API_ENABLED="true", PREFECT_LOGGING_LEVEL="DEBUG")
    refresh_global_settings_context()
    services.telemetry._listeners[:] = [lambda step: print(step, file=shown), _log]
    try:
        return run_flow(services.settings, SCENE).model_dump_json()
    finally:
        services.telemetry._listeners.clear()  # Prefect's log is one of a run


SAYS = (
    ("log",),
    ("log", "--json"),
    ("log", "export", "-o", "{out}/calls.jsonl"),
    ("log", "export"),
    ("status", SCENE),
    ("lint",),
    *(("explain", shot, "--all") for shot in SHOTS[::3]),
    *(("offers", shot, "--json") for shot in SHOTS),
    ("offers", SHOTS[0]),
    ("plan", SCENE, "-o", "{out}/plan.json"),
    ("plan", SCENE, "--json"),
    ("cost", SCENE, "--json"),
    ("doctor", "--json"),
    ("doctor",),
    ("reconcile", "--json"),
    ("vault", "check"),
    ("dailies", SCENE),
    ("notify", "--test"),
    ("notify", "--json"),
    ("prices",),
    ("provider", "compare", SCENE, "--to", "replicate"),
    ("handoff",),
)


def test_no_canary_is_found_in_anything_that_was_written_or_said(
    film, house, planted, tmp_path, tmp_path_factory, monkeypatch
):
    heard, out, odds = Heard(), tmp_path / "out", tmp_path / "tmp"
    drawn = [b""]  # no grep finds what was drawn into a picture
    draw = ImageDraw.ImageDraw.text

    def noted(pen, place, text, *given, **more):
        drawn[0] += f"{text}\n".encode()
        return draw(pen, place, text, *given, **more)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", noted)
    out.mkdir()
    odds.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(odds))
    heard.do(made, film, heard.text)
    never_struck = [fault.fault[:60] for fault in house.report().faults if not fault.struck]
    house.tell(dry_night())
    heard.do(film.say, "reconcile", "--json")  # a lost call is looked for by its words
    found = {take.shot for take in film.ledger.takes(stage="clip") if take.state in {"submitted", "settled"}}
    heard.do(made, film, heard.text)
    for words in SAYS:
        heard.do(film.say, *(word.format(out=out) for word in words))
    told, canaries = heard.text.getvalue(), planted()

    # They were there to be leaked: the providers had the words, quoted them, and had links that are signed.
    assert never_struck == []
    assert {SHOTS[1], SHOTS[2]} <= found  # whether made by then or not
    asked = " ".join(post.prompt for post in house.records.posts())
    assert [word for word in (MOTION, LENS) if word not in asked] == []
    assert len(canaries) > 2 * len(SHOTS)

    assert found_in(told.encode() + drawn[0], canaries) == []
    prefect = list(tmp_path_factory.getbasetemp().glob("server*/.gate/prefect/*.db*"))
    everything = {
        path: list(contents(path))
        for path in (*written(film.state), *written(film.root / "out"), *written(odds), *written(out), *prefect)
    }
    leaks = {f"{path}: {one}" for path, each in everything.items() for text in each for one in found_in(text, canaries)}
    assert sorted(leaks) == []

    # And what explains a failure is still told: of a private shot by its provider's code, of another in its words.
    for word in (PUBLIC, "[private]", "sensitive content", "[redacted]", "[key]", "team was not told"):
        assert word in told
    assert "sensitive content" in next(film.root.glob("out/*/dailies/*/index.html")).read_text()
    assert b"tangglocke is heard" in drawn[0]
    for path in (film.state / "ledger.sqlite", *(path for path in prefect if path.suffix == ".db")):
        assert any(b"raiMediaFiltered" in text for text in everything[path]), path
