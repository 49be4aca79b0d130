"""Reads FaceFusion's output: its version, its missing parts, why a run failed,
and the verdict of its content analyser.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from manifests.take import Request
from providers.errors import Invalid, Refused, Unavailable
from providers.over_http.answers import printable
from providers.surroundings import Program

NAME = "facefusion"
_MAJOR, _MINOR_MIN = 3, 8
NEEDS = ("curl", "ffmpeg", "ffprobe")
CURE_MODELS = "Download them once, by hand: python facefusion.py force-download --download-scope full"
_VERSION_S = 60.0
"""It loads its libraries before it says its version; from a cold disk that takes many seconds."""

_ANALYSED = re.compile(r"analys\w*.*?rate\s*=\s*(\d+(?:\.\d+)?)")
_RATE_MAX = 10.0
"""Its content analyser refuses a clip of which more than so many percent strike it;
the progress bar is all that says so.
"""

_LINES_MAX, _CHARACTERS_MAX = 20, 3000


async def checked_version(program: Program) -> str:
    """Its version, as it says it.
    Raises Invalid for one whose flags are not known here, Unavailable where it does not run.
    """
    with tempfile.TemporaryDirectory() as folder:
        code, said = await program.start(["--version"], home_of(program) or Path(folder), _VERSION_S)
    found = re.search(r"FaceFusion v?(\d+)\.(\d+)\S*", said)
    if (why := unable(code, said)) or found is None:
        why = why or f"it does not say its version ({_last_line(said)})"
        raise Unavailable(NAME, why, "Look at it: gate doctor", said)
    major, minor = int(found[1]), int(found[2])
    if major != _MAJOR or minor < _MINOR_MIN:
        cause = f"this is {found[0]}, whose flags are others"
        raise Invalid(NAME, cause, f"Install FaceFusion {_MAJOR}.{_MINOR_MIN} or a later {_MAJOR}.x.", said)
    return found[0]


def unable(code: int | None, said: str) -> str | None:
    """Why there is nothing to look at. Raises Unavailable where the fault is this machine's, not the job's."""
    if code is None:
        return "it did not come to an end in time, and was stopped"
    if code < 0:
        return f"it was ended by signal {-code}"
    if missing := [name for name in NEEDS if f"{name} is not installed" in said.lower()]:
        raise lacking(missing, said)
    if re.search(r"validating (hash|source) for \S+ failed", said):
        raise Unavailable(NAME, "its models are not downloaded, and a run downloads nothing", CURE_MODELS, said)
    if code in {2, 126, 127}:
        raise Unavailable(NAME, f"it cannot be run ({_last_line(said)})", "Look at it: gate doctor", said)
    return None if code == 0 else f"it ended with {code}"


def lacking(missing: list[str], said: str = "") -> Unavailable:
    """The error for programs that it needs and this machine lacks, with the packages that have them."""
    return Unavailable(NAME, f"it needs {', '.join(missing)}", f"Install it: apt install {_packages(missing)}", said)


def moderated(request: Request, why: str) -> Refused | None:
    """Its content analyser's refusal, where the log shows one. Of a still it says nothing, and then nobody knows."""
    rates = [float(found) for found in _ANALYSED.findall(why)]
    if not rates or rates[-1] <= _RATE_MAX:
        return None
    return Refused(
        f"{request.shot} {request.operation}",
        f"FaceFusion's content analyser takes {rates[-1]:g} % of its frames for nude",
        "Leave the face pass out.",
        why,
    )


def home_of(program: Program) -> Path | None:
    """The folder of facefusion.py, which looks for its own parts from there."""
    script = next((Path(word) for word in program.command if word.endswith(".py")), None)
    return script.absolute().parent if script is not None and script.is_file() else None


def _packages(missing: list[str]) -> str:
    return " ".join(sorted({"ffmpeg" if name == "ffprobe" else name for name in missing}))


def end_of(said: str) -> str:
    """The last lines of what it printed, bounded and printable."""
    return printable("\n".join(said.splitlines()[-_LINES_MAX:])[-_CHARACTERS_MAX:])


def _last_line(said: str) -> str:
    return next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "it says nothing")[:200]
