"""The books of a film, and of no other: under another code its caps begin anew, and on a server all that was bought is out of sight."""

from __future__ import annotations

from governor.ledger import Ledger
from governor.mark import Mark
from governor.outside import Outside
from vault.contract import Shelf
from wiring.errors import AnotherCode
from wiring.settings import Settings, make_state


def open_books(settings: Settings, code: str, receipts: Shelf) -> Ledger:
    """The film's ledger, created where there is none. Raises AnotherCode where calls were made here under another code, and what `Ledger.open` does.

    `receipts`: the shelf of the vault on which every paid call is written down too.
    """
    make_state(settings)
    mark = settings.state / "code"
    before = mark.read_text(encoding="utf-8").strip() if mark.exists() else ""
    if before and before != code and (calls := _calls(settings, before)):
        cause = f"its code is {code} now, and {calls} call{'s were' if calls > 1 else ' was'} made here as {before}: its caps would begin anew, and on a server all would be bought again"
        cure = f"Write code: {before} again. For another film copy the folder without {settings.state.name}."
        raise AnotherCode(str(settings.film / "film.yaml"), cause, cure)
    if before != code:
        mark.write_text(code, encoding="utf-8")
    return _open(settings, code, Outside(Mark(settings.state / "ledger.mark"), receipts))


def _calls(settings: Settings, code: str) -> int:
    books = _open(settings, code)
    try:
        return len(books.takes(released_too=True))
    finally:
        books.close()


def _open(settings: Settings, code: str, outside: Outside | None = None) -> Ledger:
    return Ledger.open(settings.ledger, stop_file=settings.stop_file, film=code, outside=outside)
