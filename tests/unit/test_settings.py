from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest
from prefect.settings.models.server.services import ServerServicesTaskRunRecorderSettings

from wiring import settings
from wiring.errors import BadSetting
from wiring.settings import read_settings, settle_environment, wants_colour
from wiring.telemetry import StageChange, Telemetry


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment of our own, which the process gets back as it was."""
    own: dict[str, str] = {"PATH": os.defpath}
    monkeypatch.setattr(os, "environ", own)
    return own


def test_the_film_is_here_and_its_state_beside_it_where_nothing_is_said():
    read = read_settings()
    assert read.film == Path.cwd()
    assert read.state == Path.cwd() / ".gate"
    assert (read.prices, read.flaws) == (None, None)


def test_the_environment_goes_before_the_defaults(environment):
    environment |= {
        "GATE_FILM": "/films/tea",
        "GATE_STATE": "/var/gate",
        "GATE_WHO": "mara",
        "GATE_PRICES": "/p.yaml",
        "GATE_FLAWS": "/f.yaml",
    }
    read = read_settings()
    assert (read.film, read.state, read.who) == (Path("/films/tea"), Path("/var/gate"), "mara")
    assert (read.prices, read.flaws) == (Path("/p.yaml"), Path("/f.yaml"))


def test_what_is_named_goes_before_the_environment(environment):
    environment |= {"GATE_FILM": "/films/tea", "GATE_PRICES": "/p.yaml"}
    read = read_settings(Path("/films/soup"), prices=Path("/q.yaml"), flaws=Path("/g.yaml"))
    assert (read.film, read.prices, read.flaws) == (Path("/films/soup"), Path("/q.yaml"), Path("/g.yaml"))


def test_the_media_of_a_studio_are_in_the_bucket_that_is_named_and_no_key_is_kept(environment):
    assert (read_settings().vault_url, read_settings().vault_endpoint) == (None, None)
    environment |= {"GATE_VAULT": "s3://film/tea", "GATE_VAULT_ENDPOINT": "http://127.0.0.1:8333"}
    environment |= {"AWS_ACCESS_KEY_ID": "sk-test-1", "AWS_SECRET_ACCESS_KEY": "sk-test-2"}
    read = read_settings()
    assert (read.vault_url, read.vault_endpoint) == ("s3://film/tea", "http://127.0.0.1:8333")
    assert read.vault == read.state / "vault"
    assert "sk-test" not in repr(read)
    environment |= {"GATE_VAULT": "", "GATE_VAULT_ENDPOINT": ""}
    assert (read_settings().vault_url, read_settings().vault_endpoint) == (None, None)


def test_a_rehearsal_has_no_bucket_and_its_process_forgets_the_films(environment):
    environment["GATE_VAULT"] = "s3://film/tea"
    apart = settings.rehearsed(read_settings(), Path("/films/copy"), "http://127.0.0.1:4400")
    assert apart.vault_url is None
    settle_environment(apart)
    assert "GATE_VAULT" not in environment


@pytest.mark.parametrize("name", ["GATE_PRICES", "GATE_FLAWS"])
def test_an_empty_variable_names_no_file(name, environment):
    environment[name] = ""
    read = read_settings()
    assert (read.prices, read.flaws) == (None, None)


def test_a_model_in_the_environment_is_refused_with_the_line_that_film_yaml_needs(environment):
    environment |= {"GATE_CLIP_MODEL": "ViT-B-32", "GATE_CLIP_WEIGHTS": "/w.pt"}
    with pytest.raises(BadSetting) as refused:
        read_settings()
    assert "eyes: {model: ViT-B-32, weights: /w.pt}" in refused.value.cure
    environment |= {"GATE_CLIP_MODEL": "", "GATE_CLIP_WEIGHTS": ""}
    assert read_settings().film == Path.cwd()


def test_paths_are_absolute_whatever_was_typed():
    read = read_settings(Path("films/../films/tea"))
    assert read.film == Path.cwd() / "films" / "tea"
    assert (read.stop_file, read.out, read.up_file) == (read.state / "STOP", read.film / "out", read.state / "up.json")


def test_an_account_without_a_name_still_decides_under_one(monkeypatch):
    def nameless(uid: int) -> None:
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", nameless)
    assert read_settings().who == f"user {os.getuid()}"


def test_the_settled_environment_reads_back_as_the_same_settings():
    first = read_settings(Path("/films/tea"), prices=Path("/p.yaml"), flaws=Path("/f.yaml"))
    settle_environment(first)
    assert read_settings() == first


def test_prefect_keeps_its_things_in_the_films_state_and_never_pickles(environment):
    settle_environment(read_settings(Path("/films/tea")), "http://127.0.0.1:4300/api", port=4300)
    assert environment["PREFECT_HOME"] == "/films/tea/.gate/prefect"
    assert environment["PREFECT_RESULTS_DEFAULT_SERIALIZER"] == "json"
    assert environment["PREFECT_API_URL"] == "http://127.0.0.1:4300/api"
    assert (environment["PREFECT_SERVER_API_HOST"], environment["PREFECT_SERVER_API_PORT"]) == ("127.0.0.1", "4300")
    assert environment["PATH"] == os.defpath


def test_only_a_brief_server_has_no_scheduler_and_writes_many_task_states_at_once(environment):
    read = read_settings(Path("/films/tea"))
    switch = f"PREFECT_SERVER_SERVICES_{settings._IDLE_SERVICES[0]}_ENABLED"
    settle_environment(read)
    assert switch not in environment
    settle_environment(read, brief=True)
    assert environment[switch] == "false"
    assert ServerServicesTaskRunRecorderSettings().batch_size == 500


@pytest.mark.parametrize(("value", "colour"), [(None, True), ("", True), ("1", False), ("0", False), ("no", False)])
def test_no_color_set_to_anything_takes_the_colour(value, colour, environment):
    environment |= {} if value is None else {"NO_COLOR": value}
    assert wants_colour() is colour


def test_everybody_who_listens_hears_every_step_in_order():
    telemetry, one, other = Telemetry(), list[StageChange](), list[StageChange]()
    telemetry.say("SC010", "cut", "works")
    telemetry.listen(one.append)
    telemetry.say("SC010_SH0010", "panel", "done", "v001")
    telemetry.listen(other.append)
    telemetry.say("SC010_SH0010", "clip", "retake")
    panel, clip = StageChange("SC010_SH0010", "panel", "done", "v001"), StageChange("SC010_SH0010", "clip", "retake")
    assert (one, other) == ([panel, clip], [clip])


def test_the_room_that_people_open_is_an_address_of_a_page_and_nothing_else(environment):
    assert read_settings().room_url is None
    environment["GATE_ROOM_URL"] = "https://review.studio.lan/room/"
    assert read_settings().room_url == "https://review.studio.lan/room"
    for no_page in (
        "javascript:alert(1)",
        "review.studio.lan",
        "https://mia:pw@review.studio.lan",
        "https://x/?once=a",
    ):
        environment["GATE_ROOM_URL"] = no_page
        with pytest.raises(BadSetting, match="GATE_ROOM_URL"):
            read_settings()


def test_only_the_pages_of_our_own_server_may_read_what_it_says(environment, tmp_path):
    settle_environment(read_settings(tmp_path), port=4300)
    assert environment["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"] == "http://127.0.0.1:4300,http://localhost:4300"
