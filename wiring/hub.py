"""Files of the Hugging Face Hub: brought whole and with the hash that the hub states, or not at all.

The hub is told the names of a repository and a file, versions of Python and its libraries, and the user's own hub
token where there is one: nothing of the film.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
from huggingface_hub import HfApi, constants, get_hf_file_metadata, hf_hub_url
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.file_download import http_get
from huggingface_hub.utils._headers import build_hf_headers

from wiring.errors import HubDown, NotOnHub

_TIMEOUT_S = 10.0
"""How long the hub may take to say what a file is."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file on the hub. `etag`: the SHA-256 of a large file, the Git blob hash of a small one. `commit`: its version.
    `url`: where its bytes are sent from.
    """

    repo: str
    name: str
    commit: str
    etag: str
    size: int
    url: str


def place() -> str:
    """The hub's address; HF_ENDPOINT names another."""
    return str(constants.ENDPOINT)


def look_up(repo: str, names: Sequence[str], revision: str | None = None) -> HubFile:
    """The first of these files that the repository has. Asks once, without retries. Raises NotOnHub, HubDown."""
    with _in_our_words(repo):
        for name in names:
            try:
                told = get_hf_file_metadata(hf_hub_url(repo, name, revision=revision), timeout=_TIMEOUT_S)
            except EntryNotFoundError:
                continue
            if not told.etag or told.size is None or not told.commit_hash:
                raise NotOnHub(f"{repo}/{name}", "the hub states no hash or size of it", "Name another repository.")
            return HubFile(repo, name, told.commit_hash, told.etag, told.size, told.location)
    raise NotOnHub(repo, f"it has no {' and no '.join(names)}", "Name a repository in open_clip's or timm's form.")


def bring(file: HubFile, folder: Path) -> Path:
    """Download a file into `folder`; one that was cut off goes on from where it is. Shows progress on stderr.

    Raises NotOnHub, HubDown; and HubDown, with the file thrown away, where its bytes are not what the hub stated.
    """
    target, part = folder / file.name, folder / f"{file.name}.{file.etag[:16]}.part"
    if target.is_file() and _is(target, file):
        return target
    folder.mkdir(parents=True, exist_ok=True)
    with _in_our_words(f"{file.repo}/{file.name}"), part.open("ab") as into:
        there = into.tell()
        own = file.url.startswith(f"{place()}/")
        headers = build_hf_headers(token=None if own else False)  # a token goes to the hub alone, not to its storage
        http_get(
            file.url,
            into,
            resume_size=there,
            headers=headers,
            expected_size=file.size,
            displayed_filename=file.name,
        )
    if not _is(part, file):
        part.unlink()
        cause = "what arrived does not have the hash that the hub states; it was thrown away"
        raise HubDown(f"{file.repo}/{file.name}", cause, "Run the command again.")
    return part.replace(target)


def licence_of(repo: str) -> str:
    """The licence that the repository states, such as mit; "" where it states none. Raises NotOnHub, HubDown."""
    with _in_our_words(repo):
        card = HfApi().model_info(repo, timeout=_TIMEOUT_S).card_data
    stated = card.get("license") if card is not None else None
    return stated if isinstance(stated, str) else ""


def _is(path: Path, file: HubFile) -> bool:
    """Whether these are the file's bytes: by SHA-256, or by the hash that Git gives a small file."""
    if path.stat().st_size != file.size:
        return False
    if _SHA256.fullmatch(file.etag):
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest() == file.etag
    blob = f"blob {file.size}\0".encode() + path.read_bytes()
    return hashlib.sha1(blob, usedforsecurity=False).hexdigest() == file.etag


@contextmanager
def _in_our_words(thing: str) -> Iterator[None]:
    try:
        yield
    except OfflineModeIsEnabled as error:
        raise HubDown(thing, "HF_HUB_OFFLINE is set, so that nothing may be asked", "Unset HF_HUB_OFFLINE.") from error
    except GatedRepoError as error:
        cure = f"Accept its terms at {place()}/{thing}, and put your hub token into HF_TOKEN."
        raise NotOnHub(thing, "its owner wants to know who uses it", cure) from error
    except RevisionNotFoundError as error:
        raise NotOnHub(thing, "the repository has no such version", "Name another commit, or none.") from error
    except (RepositoryNotFoundError, EntryNotFoundError) as error:
        raise NotOnHub(thing, f"{place()} has no such repository or file", "Look at its page for the name.") from error
    except HfHubHTTPError as error:
        status = error.response.status_code
        raise HubDown(thing, f"{place()} answered {status}", "Try again later.") from error
    except (httpx2.HTTPError, OSError) as error:
        cure = "Connect this machine, or copy the file here by hand and name it: `eyes: {model: NAME, weights: FILE}`"
        raise HubDown(thing, f"{place()} cannot be reached ({type(error).__name__})", cure) from error
