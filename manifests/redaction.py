"""Takes keys, tokens and signed addresses out of words that came from outside, before anybody reads or exports them.

It would rather take out a harmless word than leave a key in. Doing it twice changes nothing more.
"""

from __future__ import annotations

import re

GONE = "[redacted]"

_JOIN = r"""(?:\\*["'])?\s{0,9}(?:=>|[:=]|%3[ADad])\s{0,9}"""
"""How a name and its value stand together: in a header, a form, a query, JSON, or JSON inside JSON."""

_HEADER = re.compile(
    rf"""(?P<name>\b(?:proxy-)?authorization|\b(?:set-)?cookie){_JOIN}(?P<quote>\\*["'])?(?P<value>[^\r\n"'\\]+)""",
    re.IGNORECASE,
)
"""A header whose whole value is secret, up to its quote or the end of the line: the scheme's name has spaces in it."""

_NAMES = "key|token|secret|passw(?:or)?d|passphrase|signature|sig|credentials?|auth|session(?:id)?|jwt|hmac"
_NAMED = re.compile(
    rf"""(?P<name>(?<![A-Za-z0-9])(?:[A-Za-z0-9]{{1,40}}[_.-]){{0,6}}"""
    rf"""(?:[A-Za-z0-9]{{0,40}}(?:(?<=[a-z0-9])(?=[A-Z])|api|access|auth))?"""
    rf"""(?i:{_NAMES})(?i:[_.-]?id)?){_JOIN}"""
    r"""(?:(?P<quote>\\*["'])(?P<quoted>[^"'\\\r\n]*)|(?P<bare>[^\s"'\\,;&<>(){}|]+))"""
)
"""`api_key=…`, `"accessToken": "…"`, `X-Goog-Api-Key: …`, `OPENROUTER_API_KEY=…`, `password: …`."""

_BEARER = re.compile(r"""\b(?P<name>bearer)\s{1,9}(?P<value>[^\s"'\\,;<>]+)""", re.IGNORECASE)
_LOGIN = re.compile(r"""(?P<scheme>\b[a-z][a-z0-9+.-]{1,20}://)[^\s/?#"'<>@\\]{1,400}@""", re.IGNORECASE)
_QUERY = re.compile(
    r"""(?P<address>\b[a-z][a-z0-9+.-]{1,20}://[^\s?#"'<>\\]{0,2000})(?P<mark>[?#])[^\s"'<>\\]+""", re.IGNORECASE
)
"""An address's query and fragment: a signed address is a key to what lies there,
and no two clouds call the signature alike.
"""

_SHAPES = re.compile(
    r"""\b(?:(?:sk|pk|rk|key)[-_][A-Za-z0-9_-]{12,}|A(?:KIA|SIA)[A-Z0-9]{12,}|AIza[\w-]{20,}|ya29\.[\w.-]{10,}"""
    r"""|gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\w{16,}|xox[a-z]-[\w-]{8,}|hf_[A-Za-z0-9]{16,}|r8_[A-Za-z0-9]{16,}"""
    r"""|eyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)?"""
    r"""|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}:[0-9a-f]{16,})"""
)
"""Keys that are known by their looks, whatever stands before them; the last is a key's id with its secret."""

_PEM = re.compile(r"-----BEGIN [A-Z ]{1,40}-----[^-]*(?:-----END [A-Z ]{1,40}-----)?")


def redacted(text: str) -> str:
    """The same words without what opens a door: keys, tokens, passwords, cookies, and what follows an address's `?`."""
    text = _PEM.sub(GONE, text)
    text = _QUERY.sub(rf"\g<address>\g<mark>{GONE}", text)
    text = _LOGIN.sub(rf"\g<scheme>{GONE}@", text)
    text = _HEADER.sub(_value_gone, text)
    text = _NAMED.sub(_value_gone, text)
    text = _BEARER.sub(_value_gone, text)
    return _SHAPES.sub(GONE, text)


def _value_gone(found: re.Match[str]) -> str:
    """The match with its value replaced; the name, the joint and an opening quote stay."""
    start = next(found.start(name) for name in ("value", "quoted", "bare") if found.groupdict().get(name) is not None)
    return f"{found[0][: start - found.start()]}{GONE}"
