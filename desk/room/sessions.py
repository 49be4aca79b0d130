"""Who may come into the review room, under which names it answers, and what it writes down when it refuses."""

from __future__ import annotations

import hmac
import json
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

SESSION_S = 12 * 3600
"""How long a session lasts: a working day."""

_SESSIONS_MAX, _LINKS_MAX, _CALLERS_MAX = 200, 20, 2000
_LOG_BYTES_MAX = 4_000_000
WRITES, WRITES_S = 40, 10.0
"""A quick person decides once a second; forty in ten seconds is a program."""
LOOKS = 600
"""Pictures that one browser may have drawn in ten seconds: sixty a second, which no drag reaches."""
TRIES, TRIES_S = 10, 60.0
"""Tries at a key from one address in a minute. A key has 32 random bytes; this keeps the log short."""


@dataclass(frozen=True, slots=True)
class Key:
    """A lasting key to the room. Only its hash is held. An agent's opens the reading, and proposals."""

    name: str
    agent: bool
    hash: bytes

    @classmethod
    def of(cls, name: str, token: str, *, agent: bool = False) -> Key:
        """The key of somebody."""
        return cls(name, agent, sha256(token.encode()).digest())


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who came in. `csrf` goes with every decision; `id` is the cookie, and never shown."""

    id: str
    name: str
    agent: bool
    csrf: str
    until: float


@dataclass
class Sessions:
    """Who has come into one room, and who may. `hosts`: the names, with their ports, under which it answers; any other
    Host is a trick.
    """

    hosts: frozenset[str]
    who: str
    log: Path
    keys: tuple[Key, ...] = ()
    clock: Callable[[], float] = time.monotonic
    _links: OrderedDict[bytes, tuple[str, float]] = field(default_factory=OrderedDict)
    _sessions: OrderedDict[str, Session] = field(default_factory=OrderedDict)
    _seen: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def on_loopback(cls, port: int, *, who: str, log: Path, keys: tuple[Key, ...] = ()) -> Sessions:
        """Those of a room that only this machine reaches."""
        return cls(frozenset({f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"}), who, log, keys)

    @property
    def cookie(self) -> str:
        """The cookie's name. Cookies know no ports, and another room may run beside this one."""
        return f"gate_room_{sha256(' '.join(sorted(self.hosts)).encode()).hexdigest()[:8]}"

    def link(self, address: str, page: str = "/") -> str:
        """An address that lets one person in, once. Anyone who has it is taken for that person:
        it is shown to nobody else.
        """
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._links[sha256(token.encode()).digest()] = (self.who, self.clock() + SESSION_S)
            while len(self._links) > _LINKS_MAX:
                self._links.popitem(last=False)
        return f"{address}/enter?once={token}&to={page}"

    def enter_once(self, token: str) -> Session | None:
        """The session that a link opens; None for one that was used, is too old, or never was."""
        with self._lock:
            who, until = self._links.pop(sha256(token.encode()).digest(), ("", 0.0))
        return self._open(who, agent=False) if until > self.clock() else None

    def enter_with(self, token: str) -> Session | None:
        """The session of a person's lasting key; None for any other, an agent's too: that goes into a header."""
        key = self._key(token)
        return self._open(key.name, agent=False) if key and not key.agent else None

    def session(self, cookie: str) -> Session | None:
        """Whose cookie it is."""
        with self._lock:
            found = self._sessions.get(cookie)
        return found if found and found.until > self.clock() else None

    def bearer(self, token: str) -> Session | None:
        """An agent by its key, or a person's program: whatever comes in a header is a program."""
        key = self._key(token)
        return Session("", key.name, agent=True, csrf="", until=self.clock() + SESSION_S) if key else None

    def key(self, token: str) -> Key | None:
        """The lasting key that a token is, an agent's or a person's; None for any other."""
        return self._key(token)

    def too_fast(self, caller: str, times: int, within_s: float) -> bool:
        """Whether `caller` has come more than `times` in `within_s` seconds, this time counted."""
        now = self.clock()
        with self._lock:
            seen = self._seen.pop(caller, deque())
            while seen and seen[0] <= now - within_s:
                seen.popleft()
            refused = len(seen) >= times
            if not refused:
                seen.append(now)
            self._seen[caller] = seen
            while len(self._seen) > _CALLERS_MAX:
                self._seen.popitem(last=False)
        return refused

    def refused(self, *, address: str, who: str, what: str, why: str) -> None:
        """Write a refusal down: when, from where, who, what and why, a JSON line each. The log starts again at 4 MB."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        line = {"at": at, "address": address[:60], "who": who[:80], "what": what[:200], "why": why[:400]}
        with self._lock:
            if self.log.exists() and self.log.stat().st_size > _LOG_BYTES_MAX:
                self.log.replace(self.log.with_suffix(".1.log"))
            with self.log.open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")

    def _open(self, name: str, *, agent: bool) -> Session:
        session = Session(
            secrets.token_urlsafe(32), name, agent=agent, csrf=secrets.token_urlsafe(32), until=self.clock() + SESSION_S
        )
        with self._lock:
            self._sessions[session.id] = session
            while len(self._sessions) > _SESSIONS_MAX:
                self._sessions.popitem(last=False)
        return session

    def _key(self, token: str) -> Key | None:
        given = sha256(token.encode()).digest()
        # Every key is compared, so that the time says nothing about which one it was.
        return next((key for key in [k for k in self.keys if hmac.compare_digest(k.hash, given)]), None)
