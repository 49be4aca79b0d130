"""The media type of bytes, by how they begin: a server tells it to the client that opens a link."""

from __future__ import annotations


def media_type_of(head: bytes) -> str:
    """The media type of what begins with these 12 bytes; application/octet-stream where they say nothing."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head[4:8] == b"ftyp":
        return "video/mp4"
    return "application/octet-stream"
