"""Opens the ledger of a film, and of no other film: under another code its caps would begin again, and on a server the
film would not see its purchases.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

from governor.ledger import Ledger
from governor.mark import HighWaterMark
from governor.outside import Outside
from governor.reading_copy import file_to_read
from vault.contract import Shelf
from wiring.errors import AnotherCode
from wiring.settings import Settings, make_state


def open_ledger(settings: Settings, code: str, receipts: Shelf) -> Ledger:
    """The film's ledger, created where there is none.
    Raises AnotherCode where calls were made here under another code, and what `Ledger.open` does.

    `receipts`: the shelf of the vault on which every paid call is written down too.
    """
    make_state(settings)
    mark = settings.state / "code"
    if _refuse_another_code(settings, mark, code) != code:
        mark.write_text(code, encoding="utf-8")
    outside, agent = _outside(settings, receipts), settings.agent or ""
    return Ledger.open(settings.ledger, stop_file=settings.stop_file, film=code, outside=outside, agent=agent)


def read_ledger(settings: Settings, code: str, receipts: Shelf) -> Ledger:
    """The film's ledger for a command that only reads: nothing is written in the film's folder. Where there is none
    yet, or an older version wrote it, a copy in a temporary folder stands for it; one on a server is opened as for
    work. Raises the same.
    """
    _refuse_another_code(settings, settings.state / "code", code)
    return _read(settings, code, _outside(settings, receipts))


def _refuse_another_code(settings: Settings, mark: Path, code: str) -> str:
    """The code under which calls were made here before, "" where none were. Raises AnotherCode."""
    before = mark.read_text(encoding="utf-8").strip() if mark.exists() else ""
    if before and before != code and (calls := _calls(settings, before)):
        cause = (
            f"its code is {code} now, and {calls} call{'s were' if calls > 1 else ' was'} made here as "
            f"{before}: its caps would begin again, and on a server all would be bought again"
        )
        cure = f"Write code: {before} again. For another film copy the folder without {settings.state.name}."
        raise AnotherCode(str(settings.film / "film.yaml"), cause, cure)
    return before


def _calls(settings: Settings, code: str) -> int:
    ledger = _read(settings, code)
    try:
        return len(ledger.takes(released_too=True))
    finally:
        ledger.close()


def _outside(settings: Settings, receipts: Shelf) -> Outside:
    return Outside(HighWaterMark(settings.state / "ledger.mark"), receipts)


def _read(settings: Settings, code: str, outside: Outside | None = None) -> Ledger:
    where = settings.ledger
    if isinstance(where, Path):
        folder = tempfile.mkdtemp(prefix="gate-ledger-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        where = file_to_read(where, Path(folder))
    return Ledger.open(
        where, stop_file=settings.stop_file, film=code, outside=outside, adopts=False, agent=settings.agent or ""
    )
