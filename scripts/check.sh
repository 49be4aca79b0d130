#!/usr/bin/env bash
# Everything that must hold before a change lands, in this folder; `make check`, and .ci/run in a fresh clone.
# The demos go to a temporary folder, so that a film of yours in ./demo is left alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PWD/.venv/bin:$PATH"
unset PYTHONDONTWRITEBYTECODE # as in the Makefile

scratch=$(mktemp -d)
prefect_check=
trap '[ -z "$prefect_check" ] || kill "$prefect_check" 2>/dev/null || true; rm -rf "$scratch"' EXIT

section() { printf '\n== %s (after %d min %02d s)\n' "$1" $((SECONDS / 60)) $((SECONDS % 60)); }

section "Style: ruff check"
ruff check

section "Style: ruff format"
ruff format --check

# It waits for Prefect's services most of its time, and mypy works.
python scripts/check_prefect.py >"$scratch/check_prefect.txt" 2>&1 &
prefect_check=$!

section "Types: mypy --strict"
mypy --num-workers 2

section "Imports: import-linter"
lint-imports

section "Prefect: the pinned version, and its server can be made"
wait "$prefect_check" || { cat "$scratch/check_prefect.txt"; exit 1; }
prefect_check=
cat "$scratch/check_prefect.txt"

section "Tests: make test"
make --no-print-directory test

section "Demo: make demo YES=1"
make --no-print-directory demo YES=1 INTO="$scratch/demo" </dev/null

section "Demo: once more it finds everything done, and names the film"
gate demo --into "$scratch/demo" --yes --json </dev/null >"$scratch/demo.json"
python scripts/check_demo.py "$scratch/demo.json"

section "Nothing of ours is left running"
python scripts/check_quiet.py "$scratch"

section "All is well"
