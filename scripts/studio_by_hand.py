"""The studio of docker-compose.yml without Docker: its own commands, settings and health checks,
started on this machine.

    python scripts/studio_by_hand.py [--profiles one,local-s3] [--shots SH0020,SH0040]

It reads the compose file, puts this machine's addresses, folders and free ports where the containers have theirs,
starts the services in their order, and runs a scene of the example through them: launched, suspended, answered and
finished over Prefect's API. Needs PostgreSQL's programs, redis-server for `scale`, and weed for `local-s3` (both in the
development lock or Debian). What it cannot show: the image itself, and what only an engine does (networks, read-only
folders, users).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[1]
PORTS = ("4200", "8080", "5432", "6379", "8333", "8765")
WAIT_S = 300.0
VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}")
PROGRAMS = {"postgres": "postgres", "redis": "redis-server", "chrislusf/seaweedfs": "weed"}
"""The program that each third-party image starts when it is given a command."""


def main() -> None:
    """Start, run a scene, say what was seen, end everything."""
    options = argparse.ArgumentParser()
    options.add_argument("--profiles", default="one,local-s3")
    options.add_argument("--shots", default="", help="Only these shots of the example.")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="studio") as folder, contextlib.ExitStack() as stack:
        Path(folder).chmod(0o755)
        studio = Studio(Path(folder), given.profiles.split(","), _film(Path(folder), given.shots))
        stack.callback(studio.end)
        for name in studio.order():
            studio.start(name)
        studio.run_a_scene()
        studio.tell_the_ledger()


class Studio:
    """The services of the compose file, as processes of ours."""

    def __init__(self, folder: Path, profiles: list[str], film: Path) -> None:
        self.folder, self.film = folder, film
        self.values = _values()
        self.ports = dict(zip(PORTS, _free_ports(len(PORTS)), strict=True))
        text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
        parsed = YAML(typ="safe").load(text)["services"]
        self.services = {n: s for n, s in parsed.items() if not s.get("profiles") or set(s["profiles"]) & set(profiles)}
        self.names = sorted([*self.services, "prefect"], key=len, reverse=True)
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def order(self) -> Iterator[str]:
        """Each service after those that it waits for."""
        done: set[str] = set()
        while len(done) < len(self.services):
            for name, service in self.services.items():
                if name not in done and all(n in done or n not in self.services for n in service.get("depends_on", {})):
                    done.add(name)
                    yield name

    def start(self, name: str) -> None:
        """Start one as its container would be, and wait until its own health check passes."""
        service, began = self.services[name], time.monotonic()
        image = self.here(service["image"]).partition(":")[0]
        command = [self.here(word, service) for word in service["command"]]
        if image in PROGRAMS and command[0] != PROGRAMS[image]:
            command.insert(0, PROGRAMS[image])
        environment = self.environment(service)
        who = "postgres" if image == "postgres" and os.geteuid() == 0 else None
        if image == "postgres":
            command += ["-D", str(self.cluster(environment, who)), "-k", ""]
        if image == "chrislusf/seaweedfs":  # a container has these ports to itself
            command += [f"-{n}.port={p}" for n, p in zip(("master", "volume", "filer"), _free_ports(3), strict=True)]
            command += ["-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
        with (self.folder / f"{name}.log").open("wb") as log:
            self.running[name] = subprocess.Popen(
                [_program(command[0]), *command[1:]],
                env=_environment() | environment,
                stdout=log,
                stderr=log,
                user=who,
                cwd=self.folder,
                start_new_session=True,
            )
        if service["restart"] == "no":
            if self.running.pop(name).wait(WAIT_S):
                sys.exit(f"{name} failed:\n{(self.folder / f'{name}.log').read_text()[-3000:]}")
            return
        self.wait_for(name, service, environment, command, began)
        if image == "postgres":
            self.make_databases(environment)

    def environment(self, service: dict[str, Any]) -> dict[str, str]:
        """The environment of its container; a service's name that stands alone is an address."""
        given = (service.get("environment") or {}).items()
        return {k: "127.0.0.1" if k.endswith("_HOST") and v in self.names else self.here(v, service) for k, v in given}

    def wait_for(
        self, name: str, service: dict[str, Any], environment: dict[str, str], command: list[str], began: float
    ) -> None:
        """Until the service's own health check passes. Exits where its process ends before."""
        kind, *check = (self.here(word, service) for word in service["healthcheck"]["test"])
        assert kind == "CMD", kind
        while True:
            done = subprocess.run(
                [_program(check[0]), *check[1:]], env=_environment() | environment, capture_output=True, check=False
            )
            if done.returncode == 0:
                break
            if self.running[name].poll() is not None or time.monotonic() - began > WAIT_S:
                sys.exit(f"{name} does not come up:\n{(self.folder / f'{name}.log').read_text()[-3000:]}")
            time.sleep(0.3)
        print(f"  ✓ {name:<17}{time.monotonic() - began:5.1f} s   {' '.join(command)[:90]}", flush=True)

    def here(self, text: object, service: dict[str, Any] | None = None) -> str:
        """A word of the compose file with this machine's values, addresses, folders and ports."""
        said = VARIABLE.sub(lambda m: self.values.get(m[1]) or m[2] or "", str(text))
        said = said.replace("0.0.0.0", "127.0.0.1")  # noqa: S104
        for volume in (service or {}).get("volumes", []):
            source, target = self.here(volume).split(":")[:2]
            if target == "/film" or not source.startswith("."):
                path = self.film if target == "/film" else self.folder / "volumes" / source
                path.mkdir(mode=0o755, parents=True, exist_ok=True)
                said = re.sub(rf"(?<![\w/]){re.escape(target)}(?![\w-])", str(path), said)
        said = re.sub(rf"(//|[@'])({'|'.join(self.names)})(?=:\d{{4}}(?![\w@])|')", r"\g<1>127.0.0.1", said)
        return re.sub(r"(?<!\d)(\d{4})(?!\d)", lambda m: self.ports.get(m[1], m[1]), said)

    def cluster(self, environment: dict[str, str], who: str | None) -> Path:
        """The first step of PostgreSQL's image: a cluster of its own."""
        data, word = self.folder / "volumes" / "postgres-data", self.folder / "superuser"
        word.write_text(environment["POSTGRES_PASSWORD"])
        data.mkdir(parents=True)
        if who:
            for path in (data, word):
                os.chown(path, pwd.getpwnam(who).pw_uid, -1)
        made = [
            _program("initdb"),
            "-D",
            str(data),
            "-U",
            "postgres",
            "--auth=scram-sha-256",
            f"--pwfile={word}",
            "--no-sync",
        ]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, user=who, cwd=self.folder)
        return data

    def make_databases(self, environment: dict[str, str]) -> None:
        """The image's next step: deployments/databases.sql."""
        command = [_program("psql"), "-v", "ON_ERROR_STOP=1", "-q", "-f", str(ROOT / "deployments" / "databases.sql")]
        where = {"PGHOST": "127.0.0.1", "PGPORT": self.ports["5432"], "PGUSER": "postgres"}
        password = {"PGPASSWORD": environment["POSTGRES_PASSWORD"]}
        subprocess.run(command, env=_environment() | environment | where | password, check=True)

    def run_a_scene(self) -> None:
        """Launch, wait for the question, answer it, and wait for the end, over Prefect's API."""
        scene = self.ask("GET", "/deployments/name/scene/scene")
        offered = scene["parameter_openapi_schema"]["properties"]["scene"]["enum"]
        run = self.ask("POST", f"/deployments/{scene['id']}/create_flow_run", {"state": {"type": "SCHEDULED"}})["id"]
        began = time.monotonic()
        print(
            f"  launched {offered[0]}: {self.until(run, 'Suspended')} after {time.monotonic() - began:.0f} s",
            flush=True,
        )
        form = {"answer": "make the finals", "who": "Mia", "max_usd": "1.00"}
        assert self.ask("POST", f"/flow_runs/{run}/resume", {"run_input": form})["status"] == "ACCEPT"
        print(f"  answered: {self.until(run, 'Completed')} after {time.monotonic() - began:.0f} s", flush=True)

    def tell_the_ledger(self) -> None:
        """The contents of the ledger's database, the bucket and the volume."""
        url = f"postgresql://ledger:{self.values['LEDGER_PASSWORD']}@127.0.0.1:{self.ports['5432']}/ledger"
        asked = "select count(*) || ' calls, ' || count(distinct generation_key) || ' keys' from gate_hrb.attempts"
        said = subprocess.run([_program("psql"), url, "-Atc", asked], capture_output=True, text=True, check=True)
        print(f"  ledger (PostgreSQL): {said.stdout.strip()}")
        if "s3" in self.services:
            environment = _environment() | self.environment(self.services["worker"])
            check = [_program("gate"), "vault", "check"]
            done = subprocess.run(check, env=environment, capture_output=True, text=True, check=False)
            print("  vault (S3): " + (done.stdout.strip() or done.stderr.strip()).splitlines()[-1])
        films = sorted((self.folder / "film" / "out").glob("*/*_final.mp4"))
        print(f"  film: {films[0].name}, {films[0].stat().st_size} bytes" if films else sys.exit("there is no film"))

    def until(self, run: str, name: str) -> str:
        """Wait for a state of a run. Exits where it ends otherwise."""
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            state = self.ask("GET", f"/flow_runs/{run}")["state"]
            if state["name"] == name:
                return name
            if state["type"] in {"FAILED", "CRASHED", "COMPLETED", "CANCELLED"}:
                sys.exit(
                    f"the run is {state['name']}: "
                    f"{state['message']}\n{(self.folder / 'worker.log').read_text()[-3000:]}"
                )
            time.sleep(1)
        sys.exit(f"the run did not come to {name}")

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """One call of Prefect's API."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.ports['4200']}/api{path}", data, method=method)
        request.add_header("content-type", "application/json")
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return json.load(answer)

    def end(self) -> None:
        """End them in the reverse of their order, each with what it started."""
        for name, process in reversed(self.running.items()):
            process.send_signal(signal.SIGINT if name == "postgres" else signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(15)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        print("  all ended")


def _values() -> dict[str, str]:
    """The example's settings, with secrets of our own where it has none."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    pairs = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name: value or secrets.token_urlsafe(32) for name, value in pairs.items()}


def _film(folder: Path, shots: str) -> Path:
    """A copy of the example, with all of its shots or with some."""
    film = folder / "film"
    shutil.copytree(ROOT / "examples" / "harbour", film, ignore=shutil.ignore_patterns(".gate", "art", "__pycache__"))
    path, yaml = film / "scenes" / "SC010.yaml", YAML()
    scene = yaml.load(path)
    if shots:
        scene["shots"] = [shot for shot in scene["shots"] if shot["id"].partition("_")[2] in shots.split(",")]
        yaml.dump(scene, path)
    return film


def _program(name: str) -> str:
    """Where a program lies: beside our Python, on the path, or where Debian keeps PostgreSQL's."""
    if name == "python":
        return sys.executable
    beside = Path(sys.executable).with_name(name)
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = str(beside) if beside.exists() else shutil.which(name) or (str(versions[-1]) if versions else None)
    return found or sys.exit(f"there is no {name} on this machine")


def _environment() -> dict[str, str]:
    """Nothing of this shell's own settings; only where programs and modules are."""
    return {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME") if name in os.environ}


def _free_ports(count: int) -> list[str]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [str(each.getsockname()[1]) for each in sockets]


if __name__ == "__main__":
    main()
