"""The file names in paths and URLs that come from other machines."""

from __future__ import annotations

import re
from urllib.parse import unquote

_LONG = 4_096


def path_of(written: str) -> str:
    """The path in a URL, or the path itself, with / between its folders."""
    words = written[:_LONG]
    if found := re.match(r"(?i)file:(?://[^/]*)?(/.*|[^/].*)", words):
        words = unquote(found[1])
    elif "://" not in words:
        words = unquote(words) if "%" in words else words
    return words.replace("\\", "/").replace("\0", "")


def name_of(written: str) -> str:
    """The name of the file, with its extension."""
    return path_of(written).rstrip("/").rpartition("/")[2]
