"""A composition into the film: the file's text with it, judged before anything is written, and then written by a person
or proposed by anybody else.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from manifests.names import scene_of_shot
from manifests.reading.document import load_yaml, plain
from manifests.reading.film_folder import FilmFolder
from manifests.scene import Scene, Shot
from manifests.story.proposal import FieldChange, Proposal
from production.board.changes import Entry, changes_between, shot_entry
from production.board.composition import Composition, composition_of, shot_with
from production.board.errors import MovedOn, NotByProgram, NotComposable
from production.board.splicing import spliced
from production.planning.shot_file import rewritten, scene_file
from production.proposals import bases
from production.proposals.proposing import Proposer, propose
from wiring.film_files import read_with
from wiring.services import Services

_CONTEXT = 2
_PROPOSED_MAX = 50
"""So many changes a proposal holds."""


@dataclass(frozen=True, slots=True)
class OnBoard:
    """A shot as the board opens it. `base`: the hash of its file. `entry`: the shot as it is written."""

    scene: Scene
    shot: Shot
    path: Path
    base: str
    content: bytes
    entry: Entry
    composition: Composition


@dataclass(frozen=True, slots=True)
class EditDraft:
    """A composition as its file would hold it; nothing is written. `folder`: the film as it would be. `diff`: the
    file's difference as unified diff lines; none where nothing changes.
    """

    board: OnBoard
    composition: Composition
    changes: tuple[FieldChange, ...]
    text: str
    folder: FilmFolder
    diff: tuple[str, ...]

    @property
    def result(self) -> str:
        """The hash of the file once it is saved."""
        return sha256(self.text.encode()).hexdigest()


def on_board(services: Services, shot: str) -> OnBoard:
    """Open a shot. Its file is remembered field by field, so that a later refusal can name what changed. Raises
    NotAFilm, ManifestError, and NotComposable where the board cannot show it.
    """
    found, scene = services.shot(shot), services.scene(scene_of_shot(shot))
    path = scene_file(services.folder.root, shot)
    content = path.read_bytes()
    entry = shot_entry(plain(path, load_yaml(path, content=content)), shot)
    if entry is None:
        raise NotComposable(shot, f"{path.name} does not hold it any more", "Load the page again.")
    base = bases.hand_out(services, f"scenes/{path.name}")
    return OnBoard(scene, found, path, base, content, entry, composition_of(found))


def drafted(services: Services, shot: str, composition: Composition, *, base: str) -> EditDraft:
    """What saving would write. Raises MovedOn naming what changed since `base`, NotComposable, NotByProgram, and what
    the film's reader raises.
    """
    board = on_board(services, shot)
    if board.base != base:
        raise _stale(services, board, base)
    composition = composition.model_copy(update={"locked": ()})
    shot_with(board.shot, composition, services.folder.bible)
    changes = changes_between(board.entry, board.composition, composition)
    before = board.content.decode("utf-8")
    text = spliced(before, changes)
    folder = read_with(services.settings, {board.path: text.encode()}) if changes else services.folder
    _refuse_other_changes(board, text, composition, folder)
    lines = (before.splitlines(), text.splitlines())
    name = f"scenes/{board.path.name}"
    diff = tuple(difflib.unified_diff(*lines, name, name, n=_CONTEXT, lineterm=""))
    return EditDraft(board, composition, changes, text, folder, diff)


def save(services: Services, draft: EditDraft) -> str:
    """Write it, and give the file's new hash. Raises FileChanged where somebody wrote the file just now, FileBusy, and
    ManifestError; then the file is as it was.
    """
    if not draft.changes:
        return draft.board.base
    with rewritten(services.folder.root, draft.board.path, draft.text, before=draft.board.content):
        return draft.result


def propose_composition(services: Services, draft: EditDraft, *, by: Proposer, why: str) -> Proposal:
    """Put the composition into the inbox of proposals; a person decides. Raises ProposalRefused, NotComposable."""
    board, changes = draft.board, draft.changes
    if len(changes) > _PROPOSED_MAX:
        changes = changes_between(board.entry, board.composition, draft.composition, coarse=True)
    if len(changes) > _PROPOSED_MAX:
        cause = f"it changes {len(changes)} fields, and a proposal holds {_PROPOSED_MAX}"
        raise NotComposable(board.shot.id, cause, "Propose it in parts.")
    return propose(
        services,
        f"scenes/{board.path.name}",
        changes,
        base=board.base,
        tool="board",
        arguments={"shot": board.shot.id, "composition": draft.composition.model_dump(mode="json", exclude={"locked"})},
        by=by,
        why=why,
    )


def _refuse_other_changes(board: OnBoard, text: str, composition: Composition, folder: FilmFolder) -> None:
    """Raise NotByProgram where the spliced file does not say just what the board shows, and all else as before."""
    before = plain(board.path, load_yaml(board.path, content=board.content))
    after = plain(board.path, load_yaml(board.path, content=text.encode()))
    shot = board.shot.id
    others = [[each for each in document["shots"] if each.get("id") != shot] for document in (before, after)]
    rest = [{name: each for name, each in document.items() if name != "shots"} for document in (before, after)]
    now = folder.scenes[board.scene.id].shot(shot)
    if others[0] != others[1] or rest[0] != rest[1] or not composition.shows_as(composition_of(now)):
        raise NotByProgram(shot, "its file is written so that the change would reach other places", _BY_HAND)


def _stale(services: Services, board: OnBoard, base: str) -> MovedOn:
    before, now = bases.remembered(services, base), bases.fields_of(board.path, board.content)
    named = bases.in_words(bases.differences(before, now)) if before else ""
    told = f": changed since are {named}" if named else ""
    cause = f"scenes/{board.path.name} is not the file that you began on{told}"
    return MovedOn(board.shot.id, cause, "Look at what changed, put your composition on it, and save again.")


_BY_HAND = "Edit this shot in the file itself."
