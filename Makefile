# Every target sets up what it needs; `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VENV ?= .venv
BIN := $(VENV)/bin
BASE ?= origin/main

# The first Python on the path that is 3.11 or newer and really runs.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)

GENERATE := $(BIN)/python -m generator spec/openapi.yaml generated --house --handlers handlers --client
README := $(BIN)/python -m generator.readme generated/openapi.json handlers README.md
REFERENCE := $(BIN)/python -m generator.reference generated/openapi.json docs/reference

.PHONY: help demo start generate check drift test contract contract-plain contract-proxied contract-deep spec-diff spec-compared bench bench-load bench-lomas docs ci tox serve-connexion clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/installed: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found on the path" >&2; exit 1; }
	@echo "setting up $(VENV) with $$($(PYTHON) --version) (about a minute, once) ..."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/developed: $(VENV)/installed
	@echo "installing what tests and checks need (about a minute, once) ..."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

$(VENV)/sparked: $(VENV)/developed
	@echo "installing Spark (a minute or two, once; its tests also need Java 17 or later) ..."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[spark]'
	@touch $@

$(VENV)/mlflow/installed: $(VENV)/installed
	@echo "installing MLflow in an environment of its own (two minutes, once; only the test of the mirror needs it) ..."
	$(PYTHON) -m venv $(VENV)/mlflow
	$(VENV)/mlflow/bin/python -m pip install --quiet --disable-pip-version-check 'mlflow>=3,<4'
	@touch $@

demo: $(VENV)/installed ## a server, a real dataset, a private answer, and what to try next
	$(BIN)/python examples/demo.py

start: $(VENV)/installed ## keep a server running on 127.0.0.1:9000
	$(BIN)/dq0 server start

serve-connexion: $(VENV)/installed ## the same API by plain `connexion run` on port 9000
	$(BIN)/connexion run generated/openapi.json . --port 9000

generate: $(VENV)/developed ## write generated/, docs/reference/ and the README's table from spec/
	$(GENERATE)
	$(README)
	$(REFERENCE)

drift: $(VENV)/developed ## fail if generated/ or docs/reference/ is not what spec/ says
	$(GENERATE) --check
	$(README) --check
	$(REFERENCE) --check

check: $(VENV)/developed ## style, types, layers, drift
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(GENERATE) --check
	$(README) --check
	$(REFERENCE) --check

test: $(VENV)/developed ## the tests, on SQLite and (where it is installed) PostgreSQL
	$(BIN)/python -m pytest -n 2 $(ARGS)

contract: $(VENV)/developed ## schemathesis against the running server, all operations
	$(BIN)/python tests/contract/run.py

contract-plain: $(VENV)/developed ## the same against plain `connexion run`
	$(BIN)/python tests/contract/run.py --plain

contract-proxied: $(VENV)/developed ## the same against a server whose active proxy is a second one
	$(BIN)/python tests/contract/run.py --proxied

contract-deep: $(VENV)/developed ## all three, with many more examples: for a night
	$(BIN)/python tests/contract/run.py --deep
	$(BIN)/python tests/contract/run.py --plain --deep
	$(BIN)/python tests/contract/run.py --proxied --deep

# A failed recipe always ends make with 2. Only a question (-q) ends it with 1, when something is left to do: so it is asked
# whether a breaking change is, after the lines marked + have run all the same.
ifeq ($(MAKECMDGOALS),spec-diff)
MAKEFLAGS += --question
endif
BREAKS := $(VENV)/spec-breaks

spec-compared:
	+@MAKEFLAGS= $(MAKE) --no-print-directory --silent $(VENV)/developed
	+@rm -f $(BREAKS); $(BIN)/python -m generator.diff $(BASE) || touch $(BREAKS)

spec-diff: spec-compared ## what changed in the spec since BASE, for a PR; exits 1 when clients break
	$(if $(shell test -e $(BREAKS) && echo breaks),@false)

bench: $(VENV)/developed ## speed, as ratios against peers in the same run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	@# SmartNoise SQL asks for old versions of what we use: it gets an environment of its own.
	test -x $(VENV)/smartnoise/bin/python || $(PYTHON) -m venv $(VENV)/smartnoise
	$(VENV)/smartnoise/bin/python -m pip install --quiet --disable-pip-version-check smartnoise-sql duckdb || true
	$(BIN)/python benchmarks/generate.py
	$(BIN)/python benchmarks/serve.py
	$(BIN)/python benchmarks/scale.py
	$(BIN)/python benchmarks/forward.py
	$(BIN)/python benchmarks/jobs.py
	SMARTNOISE_PYTHON=$(VENV)/smartnoise/bin/python $(BIN)/python benchmarks/query.py
	$(BIN)/python benchmarks/large.py

bench-load: $(VENV)/developed ## mixed traffic for a while: ARGS='--minutes 30' is a soak
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	$(BIN)/python benchmarks/load.py $(ARGS)

bench-lomas: $(VENV)/developed ## the same queries in lomas-server, in an environment of its own (some gigabytes)
	test -x $(VENV)/lomas/bin/python || $(PYTHON) -m venv $(VENV)/lomas
	@# Its libraries import names that later versions of these two have no more.
	$(VENV)/lomas/bin/python -m pip install --quiet --disable-pip-version-check \
		'lomas-server==0.4.*' 'scikit-learn<1.6' 'setuptools<81' || true
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	LOMAS_PYTHON=$(VENV)/lomas/bin/python $(BIN)/python benchmarks/lomas.py

docs: $(VENV)/developed ## the documentation as a site, in site/
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	$(BIN)/mkdocs build --strict --clean

tox: $(VENV)/developed ## the tests on every Python present
	$(BIN)/tox run

ci: ## what CI runs
	$(MAKE) --no-print-directory check
	$(MAKE) --no-print-directory demo
	@# Each of them waits for its servers half of the time: they run side by side.
	$(MAKE) --no-print-directory --jobs=3 --output-sync=target contract contract-plain contract-proxied
	DQ0_TEST_REQUIRE_POSTGRES=1 $(MAKE) --no-print-directory test

clean: ## remove the environment and caches
	rm -rf $(VENV) .tox .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
