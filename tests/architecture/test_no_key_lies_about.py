"""Nothing that ships, and nothing that was recorded, holds a key or an address that is signed."""

from __future__ import annotations

import re

from manifests.redaction import redacted
from scripts.canaries import contents, written

FOLDERS = (
    "tests/recordings",
    "tests/goldens",
    "tests/cases",
    "examples",
    "docs",
    "rehearsal",
    "providers",
    "governor/prices/price_lists",
)
MADE_UP = re.compile(rb"made-up|sk-test-|canary|\{signed\}", re.IGNORECASE)

KEY = re.compile(
    rb"\b(?:sk|pk|rk|key)[-_][A-Za-z0-9_-]{12,}|\bA(?:KIA|SIA)[A-Z0-9]{12,}|\bAIza[\w-]{20,}"
    rb"|\br8_[A-Za-z0-9]{16,}|\bhf_[A-Za-z0-9]{16,}"
    rb"|\beyJ[\w-]{10,}\.[\w-]{10,}|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:[0-9a-f]{16,}|-----BEGIN [A-Z ]+-----"
)
SIGNED = re.compile(
    rb"[?&](?:x-(?:amz|goog|tos)-(?:signature|credential|security-token)|signature|sig|policy|access_token|token|key)"
    rb"=[^&\s\"'<>\\]{4,}",
    re.IGNORECASE,
)
CARRIED = re.compile(
    rb"(?:authorization|x-key|x-goog-api-key)[\"']?\s*[:=]\s*[\"']?(?:bearer |key )?[A-Za-z0-9_.:-]{12,}", re.IGNORECASE
)


def found(content):
    hits = (match[0] for pattern in (KEY, SIGNED, CARRIED) for match in pattern.finditer(content))
    return [hit for hit in hits if not MADE_UP.search(hit)]


def test_no_file_holds_a_key_or_a_signed_address(root):
    files = [path for folder in FOLDERS for path in written(root / folder) if "__pycache__" not in path.parts]
    assert len(files) > 100
    told = {
        f"{path.relative_to(root)}: {hit[:60]!r}"
        for path in files
        for content in contents(path)
        for hit in found(content)
    }
    assert sorted(told) == []


def test_what_is_looked_for_is_what_is_taken_out_of_a_providers_words():
    for planted in (
        "sk-or-v1-0123456789abcdef",
        "AKIAABCDEFGHIJKLMNOP",
        f"AIza{'x' * 35}",
        f"r8_{'x' * 30}",
        f"hf_{'x' * 30}",
        f"eyJ{'x' * 20}.{'y' * 20}",
        "01234567-89ab-cdef-0123-456789abcdef:0123456789abcdef",
        "https://a.example/p?X-Amz-Signature=abcdef",
        "https://a.example/p?sv=1&sig=abcdef",
        "Authorization: Bearer abcdefghijklmnop",
        '"x-key": "abcdefghijklmnop"',
    ):
        assert found(planted.encode()), planted
        assert found(redacted(planted).encode()) == [], planted
