"""A file on its way: written beside its place, gone on with after a drop, and put into its place once, whole."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from providers.errors import Gone, Invalid, Undecodable, Withheld
from providers.over_http.answers import Again

_NEW_ADDRESS = "Ask for a new address."
_RANGE = re.compile(r"bytes (\d{1,19})-(\d{1,19})/(\d{1,19}|\*)", re.ASCII)


class PartialDownload:
    """The part so far of one file of at most `bytes_max` bytes.
    It begins again wherever it cannot prove that it continues the same file.
    """

    def __init__(self, provider: str, into: Path, bytes_max: int) -> None:
        self._provider, self._into, self._bytes_max = provider, into, bytes_max
        self._path = into.with_name(f"{into.name}.part")
        self._total: int | None = None
        into.parent.mkdir(parents=True, exist_ok=True)
        self._begin_anew()

    def headers(self) -> dict[str, str]:
        """The headers of the next request: the rest, if it is still the same file;
        all of it where nothing proves that.
        """
        if not (self._size and self._same_as):
            self._begin_anew()
            return {}
        return {"Range": f"bytes={self._size}-", "If-Range": self._same_as}

    async def take(self, status: int, headers: Mapping[str, str], pieces: AsyncIterator[bytes]) -> int:
        """Write a 200 or a 206 (a 416 has nothing to write) and return the whole file's size in bytes;
        `headers` by lower-case name.

        Raises Again for one that is short or of another file, Undecodable for one that is whole and empty, and Invalid
        above `bytes_max`.
        """
        if status == 206:
            self._go_on(headers)
        elif status == 416:
            self._begin_anew()
            raise Again("it has no such rest")
        else:
            self._begin_anew()
            promised = headers.get("content-length", "")
            self._total = int(promised) if promised.isdecimal() else None
            self._same_as = _validator(headers)
        self._refuse_large(self._total or 0)
        with self._path.open("ab") as file:
            async for piece in pieces:
                self._refuse_large(self._size + len(piece))
                self._size += file.write(piece)
        if self._size == 0 and self._total in {None, 0}:
            raise Undecodable(self._provider, "the output is empty: it has 0 bytes", _NEW_ADDRESS)
        if self._total is not None and self._size != self._total:
            raise Again(f"{self._size} of {self._total} bytes came")
        return self._size

    def finish(self) -> None:
        """Put it into its place, whole."""
        self._path.replace(self._into)

    def drop(self) -> None:
        """Leave nothing half beside its place."""
        self._path.unlink(missing_ok=True)

    def _begin_anew(self) -> None:
        self._size, self._same_as, self._total = 0, "", None
        self._path.write_bytes(b"")

    def _go_on(self, headers: Mapping[str, str]) -> None:
        said = _RANGE.fullmatch(headers.get("content-range", ""))
        whole = said[3] if said else ""
        if (
            said is None
            or int(said[1]) != self._size
            or (self._total is not None and whole not in {str(self._total), "*"})
            or _validator(headers) not in {"", self._same_as}
        ):
            self._begin_anew()
            raise Again("the rest that came is not the rest of what we have")
        if whole != "*":
            self._total = int(whole)

    def _refuse_large(self, size: int) -> None:
        if size > self._bytes_max:
            cause = f"the output is larger than {self._bytes_max} bytes"
            raise Invalid(self._provider, cause, "Ask for a shorter or smaller one.")


def _validator(headers: Mapping[str, str]) -> str:
    """The proof that a file is still the same; a weak ETag proves nothing of its bytes (RFC 9110, 13.1.5)."""
    tag = headers.get("etag", "")
    return tag if tag.startswith('"') else headers.get("last-modified", "")


def no_file(provider: str, host: str, status: int, kind: str) -> Gone | None:
    """The meaning of a download's answer without a file:
    Withheld for 403 or a page in its place, Gone for 404 and 410; else None.

    `kind`: its media type.
    """
    is_page = 200 <= status < 300 and kind.startswith("text/html")
    if status == 403 or is_page:
        words = "a page in the place of the file" if is_page else "403"
        return Withheld(provider, f"{host} answers with {words}", _NEW_ADDRESS, kind)
    return Gone(provider, f"{status} for the output", _NEW_ADDRESS, kind) if status in {404, 410} else None
