# Every target does its own set-up in .venv, from nothing but Python 3.11 and make; a second time that costs nothing.
SHELL := bash
.DEFAULT_GOAL := help
# Packages are compiled when they are first used; where that is forbidden, every command takes twice as long to start.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help demo test check bench storm lock clean

# Where the demo's film goes.
INTO ?= demo

# How many runs the kill storm has, and whose real adapters it goes through: names, or all; none is the loopback provider.
RUNS ?= 20
PROVIDERS ?=

help: ## What can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

demo: ## A nine-shot film in ./demo, at $0; YES=1 pre-approves the finals, INTO=DIR puts it elsewhere
	@bash scripts/set_up.sh
	@.venv/bin/gate demo --into "$(INTO)" $(if $(YES),--yes)

test: ## Every test
	@bash scripts/set_up.sh dev
	@bash scripts/run_tests.sh

check: ## All that CI does, in this folder: style, types, imports, tests, demo
	@bash scripts/set_up.sh dev
	@bash scripts/check.sh

bench: ## Every performance claim, as a ratio
	@bash scripts/set_up.sh dev
	@set -e; for bench in bench/*.py; do [ -e "$$bench" ] || continue; echo "== $$bench"; .venv/bin/python "$$bench"; done

storm: ## Kill the paid step at every moment, RUNS times, and compare the ledger with the provider's true bill
	@bash scripts/set_up.sh dev
	@.venv/bin/python -m bench.storm.storm --runs $(RUNS) --providers "$(PROVIDERS)"

lock: ## Resolve pyproject.toml again into the two requirements files
	@bash scripts/set_up.sh
	@.venv/bin/python scripts/lock.py

clean: ## Remove what was made here: .venv, the demo's film, caches
	rm -rf .venv demo build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
