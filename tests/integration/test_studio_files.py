"""The studio's files: what Compose is given keeps to its schema and to our rules,
and Prefect is offered the same everywhere.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from wiring.prefect_server.door import HERE
from wiring.settings import read_settings, settled

ROOT = Path(__file__).parents[2]
SCHEMA = Path(__file__).parents[1] / "schemas" / "compose-spec.json"
PINNED = re.compile(r"\d+\.\d+")
DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")
ONE_SHOT = {"bucket"}


@pytest.fixture(scope="module")
def compose():
    return YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def services(compose):
    return compose["services"]


def test_the_compose_file_keeps_to_the_compose_schema_and_one_that_does_not_is_seen(compose):
    schema = jsonschema.Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    schema.validate(compose)
    wrong = {**compose, "services": {"worker": {**compose["services"]["worker"], "port": 1}}}
    assert not schema.is_valid(wrong)


def test_every_port_is_published_on_loopback_alone(services):
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert len(ports) >= 4
    assert [port for port in ports if not re.fullmatch(r"127\.0\.0\.1:\$\{\w+:-\d+\}:\d+", port)] == []


def test_every_image_is_pinned_and_every_program_of_ours_runs_in_our_own(services):
    for name, service in services.items():
        tag = service["image"].partition(":")[2]
        assert PINNED.search(tag), name
        assert "latest" not in tag
        ours = service["command"][0] in {"gate", "prefect", "python"}
        assert ours or DIGEST.search(tag), f"{name}: an image of others is named by its digest, which cannot be moved"
        assert ours == service["image"].startswith("check-the-gate:"), name
        assert ("build" in service) == ours
        if ours:
            assert service["cap_drop"] == ["ALL"]
            assert service["read_only"] is True
            assert service["user"] == "${GATE_USER:-10001:10001}"


def test_everything_that_stays_has_a_health_check_and_is_waited_for_by_it(services):
    assert {name for name, service in services.items() if "healthcheck" not in service} == ONE_SHOT
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            done = "service_completed_successfully" if other in ONE_SHOT else "service_healthy"
            assert how["condition"] == done, f"{name} waits for {other}"
            elsewhere = set(services[other].get("profiles", [])) - set(service.get("profiles", []))
            assert not elsewhere or how.get("required") is False, f"{name} waits for {other}, which may not be there"


def test_prefects_background_work_is_checked_by_its_own_health_and_not_by_that_of_redis(services):
    for name in ("prefect", "prefect-services"):
        assert "127.0.0.1:4200/api/health" in services[name]["healthcheck"]["test"][-1], name
    assert "ports" not in services["prefect-services"]


def test_every_service_has_a_bound_on_its_memory_its_processes_and_its_logs(services):
    for name, service in services.items():
        assert re.fullmatch(r"\d+[mg]|\$\{WORKER_MEMORY:-\d+g\}", service["mem_limit"]), name
        assert service["pids_limit"] > 0
        assert service["logging"]["options"].keys() == {"max-size", "max-file"}


def test_only_the_service_that_changes_the_ledgers_tables_is_given_their_owner(services):
    given = {name: service.get("environment", {}).get("GATE_LEDGER", "") for name, service in services.items()}
    assert [name for name, url in given.items() if "//ledger:" in url] == ["offer"]
    assert [name for name, url in given.items() if "//ledger_worker:" in url] == ["bucket", "worker", "room"]


def test_there_is_no_version_key_every_volume_is_named_and_every_profile_is_known(compose, services):
    assert "version" not in compose
    used = {v.split(":")[0] for s in services.values() for v in s.get("volumes", []) if not v.startswith((".", "$"))}
    assert used == set(compose["volumes"])
    assert {p for s in services.values() for p in s.get("profiles", [])} == {"one", "scale", "local-s3"}


def test_no_secret_stands_in_a_file_and_every_variable_stands_in_the_example():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"\$\{(\w+)", text)) - {"GATE_TAG"}
    given = dict(re.findall(r"^(\w+)=(.*)$", example, re.MULTILINE))
    assert named <= set(given)
    secret = {name for name in given if re.search("PASSWORD|TOKEN|KEY", name)}
    assert len(secret) == 7
    assert {given[name] for name in secret} == {""}


def test_the_containers_are_told_what_our_own_processes_are_told(services, tmp_path):
    settings = replace(read_settings(tmp_path), film=Path("/film"), state=Path("/state"), who="the studio")
    ours = settled(settings, serving=True)
    for name in ("offer", "worker", "room"):
        given = services[name]["environment"]
        assert {k: given[k] for k in ours if k != "GATE_WHO"} == {k: v for k, v in ours.items() if k != "GATE_WHO"}, (
            name
        )
    for name in ("prefect", "prefect-api", "prefect-services"):
        given, own = services[name]["environment"], {k: v for k, v in ours.items() if not k.startswith("GATE_")}
        own.pop("PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE")
        assert {k: given.get(k) for k in own} == own, name


def test_prefects_server_stands_behind_our_door_and_lets_its_own_page_in_alone(services):
    for name in ("prefect", "prefect-api", "prefect-services"):
        assert services[name]["command"][:5] == ["python", "-m", "wiring.prefect_server.serve", "--name", "prefect"]
        page = "http://{}:${{PREFECT_PORT:-4200}}"
        own = ",".join(page.format(host) for host in HERE)
        assert services[name]["environment"]["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"] == own


def test_prefects_password_reaches_whoever_speaks_to_prefect_where_there_is_one(services):
    given = {name: [each["path"] for each in service.get("env_file", [])] for name, service in services.items()}
    told = {"prefect", "prefect-api", "prefect-services", "offer", "worker", "room"}
    assert {name for name, paths in given.items() if "prefect.env" in paths} == told
    assert [name for name, paths in given.items() if "keys.env" in paths] == ["worker"]


def test_leases_outlive_a_server_and_redis_stands_between_its_parts_only_where_they_are_apart(services):
    lease = "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE"
    assert services["prefect"]["environment"][lease].endswith("lease_storage.filesystem")
    for name in ("prefect-api", "prefect-services"):
        told = services[name]["environment"]
        assert told[lease] == "prefect_redis.lease_storage"
        assert told["PREFECT_MESSAGING_BROKER"] == told["PREFECT_MESSAGING_CACHE"] == "prefect_redis.messaging"
    assert services["prefect-api"]["command"][-1] == "--no-services"
    assert "--no-services" not in services["prefect-services"]["command"]
    assert not any("redis" in str(v) for v in services["prefect"]["environment"].values())


def test_the_image_is_pinned_made_from_our_lock_and_runs_as_nobody_special():
    text = (ROOT / "deployments" / "Dockerfile").read_text(encoding="utf-8")
    python = re.search(r"^ARG PYTHON=(\S+)$", text, re.MULTILINE)
    assert python
    assert re.fullmatch(r"3\.11\.\d+-slim-bookworm@sha256:[0-9a-f]{64}", python[1])
    assert re.findall(r"^FROM (\S+)", text, re.MULTILINE) == ["python:${PYTHON}"] * 2
    last = text.rpartition("\nFROM ")[2]
    assert "\nUSER 10001:10001\n" in last
    assert "set_up.sh" in text
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignored, "only what is named goes in: no .env, no .git, no film of yours"


def test_prefects_own_command_deploys_what_gate_up_offers(tmp_path):
    from flows.serving.deployments import OFFERED, POOL

    text = (ROOT / "deployments" / "prefect.yaml").read_text(encoding="utf-8")
    listed = {each["name"]: each for each in YAML(typ="safe").load(text)["deployments"]}
    offered = {each.name: each for each in OFFERED}
    assert list(listed) == list(offered)
    for name, each in offered.items():
        there = listed[name]
        fn = each.flow.fn
        assert there["entrypoint"] == f"{fn.__module__}.{fn.__name__}"
        assert ":" not in there["entrypoint"], "a module, never a file"
        assert there["description"] == each.words
        assert there["work_pool"]["name"] == POOL
        limit = each.limit and {"limit": each.limit.limit, "collision_strategy": each.limit.collision_strategy.value}
        assert there.get("concurrency_limit") == limit
        assert bool(there.get("schedules")) == (name == "overnight-drafts")
