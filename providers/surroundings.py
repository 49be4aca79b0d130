"""The inputs that an adapter is built from: its film's pictures and prices, its key,
and the programs of this machine.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from manifests.spending.price import PriceOf
from manifests.take import Operation
from providers.errors import Invalid


@dataclass(frozen=True, slots=True)
class Program:
    """A program of this machine. `command` begins its command line.

    `start` runs it with further words in a folder for so many seconds, and gives its exit code (None: it was late;
    below 0: a signal) and the last that it said. It gets no key of ours and no network, and ends with the call, however
    that ends.
    """

    command: tuple[str, ...]
    start: Callable[[Sequence[str], Path, float], Awaitable[tuple[int | None, str]]]


def no_program(name: str) -> Program:
    """The programs of surroundings that have none. Raises Invalid."""
    raise Invalid(name, "this machine has no such program", "Install it, and say where: gate doctor")


def no_key(provider: str) -> str:
    """The keys of surroundings that have none. Raises Invalid."""
    raise Invalid(provider, "there is no key for it", "See which keys are known: gate doctor")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The inputs that an adapter is built from.

    `spool_dir`: a folder of its own. `read_reference`: the file of a content hash. `price_of`: the price book. `canon`
    and `canon_names`: the locked pictures by canonical name. `flaws_file`: a script of wanted flaws, for rehearsals.
    `key_of`: the secret of a provider by its name, asked at each call; raises Invalid. `host`: where a provider's real
    origin (`https://openrouter.ai`) is called: itself, or a rehearsal on this machine. `link_to`: a public address of a
    content hash that lives for some hours, None where the vault has none. `models`: what film.yaml chose, by operation.
    `hurry`: ask often how a job stands, because it is a rehearsal's. `program_of`: a program by its name; raises
    Invalid. `hands_dir`: where people find what is laid out for them. `credit_of`: micro-dollars that a credit costs at
    a model of this provider, None where the price book does not say. `address`: where the user says that the provider
    is, None where nobody has said.
    """

    spool_dir: Path
    read_reference: Callable[[str], Path]
    price_of: PriceOf
    canon: Callable[[str], Path]
    canon_names: Callable[[], list[str]]
    flaws_file: Path | None = None
    key_of: Callable[[str], str] = no_key
    host: Callable[[str], str] = str
    link_to: Callable[[str], str | None] = lambda _sha256: None
    models: Mapping[Operation, str] = field(default_factory=dict)
    hurry: bool = False
    program_of: Callable[[str], Program] = no_program
    hands_dir: Path | None = None
    credit_of: Callable[[str], int | None] = lambda _model: None
    address: str | None = None
