"""Pictures that people propose for the bible: each lies in proposed/ until somebody decides. Nothing here locks one."""

from __future__ import annotations

import io
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from manifests.keys import hash_file
from manifests.reading.whole_file import put_bytes
from manifests.story.proposal import FieldChange, Proposal
from production.planning.shot_file import one_writer
from production.proposals.errors import ChangedSince, NotProposable
from production.proposals.proposing import ProposedChange, Proposer, file_once
from wiring.services import Services

FOLDER = "proposed"
_NOTHING = sha256(b"").hexdigest()
"""The base of a picture that the film does not have yet."""


def propose_picture(services: Services, name: str, content: bytes, *, by: Proposer, why: str) -> Proposal:
    """Keep a PNG picture under the canonical name of one that the bible asks for and the film lacks; gives the
    proposal that waits in the inbox. Raises NotProposable, RejectedBefore, WrongState where too many wait.
    """
    wanted = [each for each in services.folder.bible.assets() if each not in services.hashes()]
    if name not in wanted:
        cause = "the film has this picture" if name in services.hashes() else "the bible asks for no such picture"
        shown = ", ".join(wanted[:8]) or "none: begin one with gate new"
        raise NotProposable(name[:120], cause, f"It lacks: {shown}")
    told, file = (FieldChange(at="picture", value=_in_words(content)),), f"assets/{name}.png"
    return file_once(
        services,
        ProposedChange(file, _NOTHING, {}, sha256(content).hexdigest(), told),
        tool="board",
        arguments={"picture": name},
        by=by,
        why=why,
        before=lambda: _write(services, _proposed(services, file), content),
    )


def proposed_picture(services: Services, proposal: Proposal) -> Path | None:
    """The proposed picture, where it still lies as it was proposed."""
    path = _proposed(services, proposal.file)
    there = path.is_file() and not path.is_symlink() and hash_file(path) == proposal.result
    return path if there else None


def picture_base(services: Services, proposal: Proposal) -> str:
    """The hash of what lies now where the picture is to go."""
    path = asset_of(services, proposal)
    return hash_file(path) if path.exists() else _NOTHING


def asset_of(services: Services, proposal: Proposal) -> Path:
    """Where the picture is to go. Raises NotProposable where a link leads out of the film's folder."""
    path = services.folder.root / proposal.file
    if path.resolve() != services.folder.root.resolve() / proposal.file:
        raise NotProposable(proposal.file, "a link leads out of the film's folder", "Put the picture there yourself.")
    return path


def take_picture(services: Services, proposal: Proposal, record: Callable[[], object]) -> Path:
    """Move the picture into assets/, and `record` that; where that is refused, the picture is where it was. Nothing is
    locked. Raises ChangedSince where the picture is gone, or its place is taken.
    """
    with one_writer(services.folder.root):
        found, into = _ways(services, proposal)
        into.parent.mkdir(parents=True, exist_ok=True)
        found.replace(into)
        try:
            record()
        except BaseException:
            into.replace(found)
            raise
    return into


def _ways(services: Services, proposal: Proposal) -> tuple[Path, Path]:
    found, into = proposed_picture(services, proposal), asset_of(services, proposal)
    if found is None or into.exists():
        cause = "the picture is not there any more" if found is None else f"{proposal.file} is there already"
        raise ChangedSince(f"proposal {proposal.id[:12]}", cause, "Propose it again.")
    return found, into


def _proposed(services: Services, file: str) -> Path:
    return services.folder.root / FOLDER / file.removeprefix("assets/")


def _write(services: Services, path: Path, content: bytes) -> None:
    with one_writer(services.folder.root):
        put_bytes(content, path)


def _in_words(content: bytes) -> str:
    from PIL import Image  # noqa: PLC0415  the inbox of a film without proposed pictures loads no pixel library

    with Image.open(io.BytesIO(content)) as picture:
        return f"{picture.width}×{picture.height} pixels, {len(content) / 1000:.0f} kB"
