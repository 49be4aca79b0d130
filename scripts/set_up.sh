#!/usr/bin/env bash
# Makes .venv from nothing but Python 3.11 or newer. `scripts/set_up.sh dev` adds the tools that tests and checks need.
# Does nothing, at once, when the locks, pyproject.toml, this script and this folder are those of the last time.
# Speaks on stderr only: what a make target prints on stdout is its program's own.
set -euo pipefail

main() {
    cd "$(dirname "${BASH_SOURCE[0]}")/.."
    local kind=${1:-run}
    is_done "$kind" && return
    started=$SECONDS
    find_python
    make_venv
    if ! is_done run; then
        install_what_a_film_needs
        write_down run
    fi
    if [ "$kind" = dev ]; then
        say "Installing the tools for tests and checks"
        pip install --no-deps --requirement requirements-dev.lock
        bash scripts/browser_for_here.sh >.venv/browser
        write_down dev
    fi
    say "Ready after $((SECONDS - started)) s"
}

say() { echo "set-up: $*" >&2; }

fingerprint() {
    { pwd; cat requirements*.lock pyproject.toml scripts/set_up.sh scripts/*_for_here.sh; } | cksum
}

is_done() {
    [ -x .venv/bin/python ] && [ -f ".venv/set-up.$1" ] && [ "$(cat ".venv/set-up.$1")" = "$(fingerprint)" ]
}

write_down() { fingerprint >".venv/set-up.$1"; }

find_python() {
    # A distribution compiles its Python with profiles of real programs, which pyenv leaves out unless it is told: tests
    # of ours took 4 to 9 % less of the processor with Debian's.
    local without_venv=
    for python in /usr/bin/python3.11 python3.11 /usr/bin/python3 python3 python3.12 python3.13; do
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        "$python" -c 'import ensurepip, venv' 2>/dev/null && return
        without_venv=${without_venv:-$python}
    done
    # Debian ships venv and ensurepip apart from Python.
    [ -z "$without_venv" ] || ask_for "${without_venv##*/}-venv"
    ask_for python3 python3-venv
}

ask_for() {
    say "missing Debian packages: $*"
    say "install them with:  sudo apt-get update && sudo apt-get install -y $*"
    exit 1
}

make_venv() {
    # A folder that was moved, or whose Python is gone, cannot be fixed; one that only lacks packages can.
    if [ -e .venv ] && ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        say ".venv does not run any more: making it again"
        rm -rf .venv
    fi
    if [ ! -e .venv ]; then
        say "Making .venv with $("$python" --version)"
        "$python" -m venv .venv
    fi
}

install_what_a_film_needs() {
    local torch
    torch=$(bash scripts/torch_for_here.sh "$PWD/.venv/bin/python")
    say "Installing $(grep -c == requirements.lock) packages (most of a minute on two cores)"
    # No compiling: pip would do 14,000 files, one at a time; Python does those that are used, when they first are.
    # The lock is complete, so there is nothing to resolve. CUDA's packages are not in it: with a GPU, pip finds them.
    local complete=--no-deps
    [ "$torch" = cuda ] && complete= torch=
    # shellcheck disable=SC2086 # each word is an argument
    pip install $complete --no-compile --requirement requirements.lock $torch
    pip install --no-deps --no-build-isolation --no-compile --editable .
    local verdict
    verdict=$(.venv/bin/python -m pip check) || { say "$verdict"; exit 1; }
}

pip() {
    # Errors are shown whole; the rest would be noise.
    .venv/bin/python -m pip --disable-pip-version-check --no-input --quiet --quiet "$@" >&2
}

main "$@"
