"""The machine's settings: the only reader, and the only writer, of the environment.

Variables of ours: GATE_FILM (the film's folder), GATE_STATE (where the vault, the ledger and Prefect keep theirs; the
folder .gate beside film.yaml), GATE_WHO (the name under a decision; the login name), GATE_PRICES and GATE_FLAWS
(files), GATE_LEDGER (a postgresql:// URL for the ledger of a studio; else it lies in GATE_STATE), GATE_VAULT
(s3://bucket/prefix for the media of a studio; else they lie in GATE_STATE) with GATE_VAULT_ENDPOINT (the URL of a
server that is not AWS's; a bucket's keys are boto3's to find), GATE_KEYS (a file of providers' keys, for its
owner's eyes alone), GATE_REHEARSAL (the loopback address of a rehearsal; then no provider is called), GATE_FACEFUSION
(the command that starts FaceFusion, as in a shell), GATE_ROOM_TOKEN (a key to the review room, where others than this
machine reach it), GATE_ROOM_URL (the address under which a studio's people open that room), GATE_AGENT_KEY (an agent's
key: this process reads and proposes, and decides nothing), GATE_OPENAI_URL (the address of a text model behind
OpenAI's wire), GATE_SIGN_KEY and GATE_SIGN_CHAIN (PEM files: the private key and the certificates that finished films
are signed with). Those of review tools: `wiring/review_tools.py`.
"""

from __future__ import annotations

import os
import pwd
import re
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from wiring.errors import BadSetting
from wiring.setting_addresses import loopback_of, page_of

AGENT_KEY = "GATE_AGENT_KEY"


@dataclass(frozen=True, slots=True)
class Settings:
    """One process's settings. Paths are absolute."""

    film: Path
    state: Path
    who: str
    prices: Path | None = None
    flaws: Path | None = None
    ledger_url: str | None = field(default=None, repr=False)  # it may hold a password
    vault_url: str | None = None
    vault_endpoint: str | None = None
    keys: Path | None = None
    rehearsal: str | None = None
    facefusion: str | None = None
    room_url: str | None = None
    agent: str | None = None
    openai_url: str | None = None
    sign_key: Path | None = None
    sign_chain: Path | None = None

    @property
    def handoffs(self) -> Path:
        """Where jobs that are made by hand are laid out for people."""
        return self.state / "handoffs"

    @property
    def ledger(self) -> Path | str:
        """Where the ledger is."""
        return self.ledger_url or self.state / "ledger.sqlite"

    @property
    def vault(self) -> Path:
        """Where media lie on this machine: all, or copies of a bucket's; and the remembered results of free steps."""
        return self.state / "vault"

    @property
    def stop_file(self) -> Path:
        """Anyone may `touch` it: while it is there nothing new is submitted."""
        return self.state / "STOP"

    @property
    def out(self) -> Path:
        """Where finished films, contact sheets and timelines lie: beside film.yaml, wherever the state is."""
        return self.film / "out"

    @property
    def cache(self) -> Path:
        """The cache of files and pictures by content, which makes the next command quick. Anybody may delete it."""
        return self.state / "cache"

    @property
    def srgb_copies(self) -> Path:
        """Copies of pictures of assets/ that are not upright and in sRGB themselves, by the content of those."""
        return self.cache / "srgb"

    @property
    def house(self) -> Path:
        """Where a rehearsal's providers keep their side. Only the copy of a film that is rehearsed has one."""
        return self.state / "rehearsal"

    def host(self, url: str) -> str:
        """Where a provider's address is called: there, or below the rehearsal, which has every host as a folder."""
        return url.replace("https:/", self.rehearsal, 1) if self.rehearsal and url.startswith("https://") else url

    @property
    def up_file(self) -> Path:
        """Written by `gate up` while its server runs."""
        return self.state / "up.json"


def read_settings(film: Path | None = None, *, prices: Path | None = None, flaws: Path | None = None) -> Settings:
    """Read the environment; the caller's values come first, then it, then the defaults. Raises BadSetting."""
    root = (film or Path(os.environ.get("GATE_FILM", "."))).resolve()
    _refuse_former()
    return Settings(
        film=root,
        state=Path(os.environ.get("GATE_STATE", root / ".gate")).resolve(),
        who=os.environ.get("GATE_WHO") or (f"agent {agent}" if (agent := agent_key()) else _login_name()),
        prices=_path("GATE_PRICES", prices),
        flaws=_path("GATE_FLAWS", flaws),
        ledger_url=os.environ.get("GATE_LEDGER") or None,
        vault_url=os.environ.get("GATE_VAULT") or None,
        vault_endpoint=os.environ.get("GATE_VAULT_ENDPOINT") or None,
        keys=_path("GATE_KEYS", None),
        rehearsal=loopback_of(os.environ.get("GATE_REHEARSAL")),
        facefusion=os.environ.get("GATE_FACEFUSION") or None,
        room_url=page_of(os.environ.get("GATE_ROOM_URL"), "GATE_ROOM_URL"),
        agent=agent_key(),
        openai_url=page_of(os.environ.get("GATE_OPENAI_URL"), "GATE_OPENAI_URL"),
        sign_key=_path("GATE_SIGN_KEY", None),
        sign_chain=_path("GATE_SIGN_CHAIN", None),
    )


def film_served() -> Path | None:
    """The film that this process was settled for; None where nobody has said."""
    named = os.environ.get("GATE_FILM")
    return Path(named).resolve() if named else None


def prefect_home() -> Path | None:
    """The folder of Prefect's database, once `settle_environment` was called; None where it is elsewhere."""
    elsewhere = os.environ.get("PREFECT_SERVER_DATABASE_CONNECTION_URL")
    return None if elsewhere else Path(os.environ["PREFECT_HOME"])


def make_state(settings: Settings) -> None:
    """Make the folder of the state where there is none, for its owner's eyes alone. People who share a folder make it
    themselves, with the permissions that they need.
    """
    settings.state.mkdir(mode=0o700, parents=True, exist_ok=True)


_SECRETIVE = re.compile(r"^(GATE|PREFECT|AWS)_|KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|_URL$", re.IGNORECASE)
_NOBODY = "http://127.0.0.1:9"
"""The port of the discard service, at which nothing answers."""


def environment_of_programs() -> dict[str, str]:
    """The environment for programs of others: no key in it, and no network for those that heed a proxy."""
    kept = {
        name: value for name, value in os.environ.items() if not _SECRETIVE.search(name) and "proxy" not in name.lower()
    }
    proxies = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    return kept | dict.fromkeys(proxies, _NOBODY)


_IDLE_SERVICES = (
    "CANCELLATION_CLEANUP",
    "DB_VACUUM",
    "EVENT_PERSISTER",
    "FOREMAN",
    "LATE_RUNS",
    "PAUSE_EXPIRATIONS",
    "SCHEDULER",
    "TRIGGERS",
)
"""The services of a server for deployments and workers, and for the page of events;
a server for runs from a terminal has none.

Without the persister it keeps no list of events: states, task runs and artefacts are recorded all the same.
"""

_BRIEF = {f"PREFECT_SERVER_SERVICES_{service}_ENABLED": "false" for service in _IDLE_SERVICES} | {
    "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",  # Prefect's own blocks, for its page; ours registers itself
    # By default the recorder writes each state of each task in a transaction of its own: half of the server's work.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "500",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
}


def settled(settings: Settings, *, serving: bool) -> dict[str, str]:
    """The settings that every process of ours gives to Prefect and to the processes that it starts.
    `docker-compose.yml` says the same.
    """
    return {
        "HF_HUB_OFFLINE": "1",
        "DO_NOT_TRACK": "1",
        "PREFECT_HOME": str(settings.state / "prefect"),
        "PREFECT_LOCAL_STORAGE_PATH": str(settings.vault / "steps"),
        "PREFECT_RESULTS_DEFAULT_SERIALIZER": "json",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
        "PREFECT_LOGGING_TO_API_ENABLED": str(serving).lower(),
        "PREFECT_LOGGING_LEVEL": "INFO" if serving else "CRITICAL",
        "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        "PREFECT_CLI_PROMPT": "false",
        "GATE_FILM": str(settings.film),
        "GATE_STATE": str(settings.state),
        "GATE_WHO": settings.who,
    }


def settle_environment(
    settings: Settings,
    api_url: str | None = None,
    *,
    port: int | None = None,
    brief: bool = False,
    serving: bool = False,
) -> None:
    """Set what Prefect and the model hub read when they are first imported. Call it before either is.

    Results are JSON, never pickle (a poisoned file would run code), and lie in the vault. Leases of the providers'
    lanes are kept in files, so that a restarted server neither leaks nor kills one. The port is set here and not by a
    flag: with the flag the server's own page talks to port 4200. A `brief` server lives for one run and serves no
    deployment; a `serving` process starts runs for Prefect's page, which shows their log. Anywhere else Prefect is
    silent: a refusal is a sentence of ours, and a fault comes out of the flow with its traceback.
    """
    chosen = settled(settings, serving=serving)
    chosen |= {"PREFECT_API_URL": api_url} if api_url else {}
    chosen |= _BRIEF if brief else {}
    chosen |= _serving_at(port) if port else {}
    chosen |= {"GATE_PRICES": str(settings.prices)} if settings.prices else {}
    chosen |= {"GATE_FLAWS": str(settings.flaws)} if settings.flaws else {}
    chosen |= {"GATE_REHEARSAL": settings.rehearsal} if settings.rehearsal else {}
    os.environ.update(chosen)
    left_out = {"GATE_LEDGER": settings.ledger_url, "GATE_VAULT": settings.vault_url, "GATE_KEYS": settings.keys}
    left_out |= {AGENT_KEY: settings.agent}
    for variable, value in left_out.items():
        if value is None:  # what these settings leave out must not come back with the next reader of the environment
            os.environ.pop(variable, None)


def _serving_at(port: int) -> dict[str, str]:
    """Where a server of ours listens, and which pages may read it: its own, under both names of this machine."""
    return {
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"http://127.0.0.1:{port},http://localhost:{port}",
    }


def rehearsed(settings: Settings, copy: Path, url: str | None) -> Settings:
    """The settings of a film's `copy` that is rehearsed at `url`: with its own ledger and store, and no key."""
    own = replace(settings, film=copy, state=copy / ".gate", rehearsal=url, ledger_url=None, vault_url=None)
    return replace(own, keys=None, flaws=None, agent=None)  # in the copy, the rehearsal plays the people too


def prefect_api() -> str | None:
    """The address of the Prefect that this machine belongs to, a studio's; None where it has none but its own."""
    return os.environ.get("PREFECT_API_URL") or None


def secret(variable: str) -> str | None:
    """A key that lies in the environment; read where it is used and kept nowhere, so that no settings can print it."""
    return os.environ.get(variable) or None


def wants_colour() -> bool:
    """False when NO_COLOR is set to anything (no-color.org)."""
    return not os.environ.get("NO_COLOR")


def _refuse_former() -> None:
    """Raise BadSetting for variables of earlier versions: another model would judge than the film's owner thinks."""
    model, weights = (os.environ.get(f"GATE_CLIP_{name}") for name in ("MODEL", "WEIGHTS"))
    if model or weights:
        cure = f"Write `eyes: {{model: {model or 'NAME'}, weights: {weights or 'FILE'}}}` in film.yaml, and unset both."
        raise BadSetting("GATE_CLIP_MODEL and GATE_CLIP_WEIGHTS", "film.yaml names the image model now", cure)


def _login_name() -> str:
    """The name of the account; a container may run as a number that has none."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"user {os.getuid()}"


def agent_key() -> str | None:
    """The fingerprint of the agent's key under which this process works; None where a person works. The key itself is
    kept nowhere.
    """
    key = os.environ.get(AGENT_KEY)
    return sha256(key.encode()).hexdigest()[:12] if key else None


def _path(variable: str, named: Path | None) -> Path | None:
    value = named or (Path(os.environ[variable]) if os.environ.get(variable) else None)
    return value.resolve() if value else None
