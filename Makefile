# Bare `make` lists the words; CI runs the same ones.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.ready

# A home of the tests' own, gone at their end, unless there is one.
APART := made=$$(mktemp -d); trap 'rm -rf "$$made"' EXIT; ROPEWALK_HOME=$${ROPEWALK_HOME:-$$made}

.DEFAULT_GOAL := help
.PHONY: help setup demo dev test test-postgresql test-alone trust bench load check screens format clean

help: ## List the words
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 18

setup: $(STAMP) ## Make .venv with everything locked (twice is harmless)

$(STAMP): requirements-dev.lock pyproject.toml
	@echo "Setting up .venv (once; a minute or so) …"
	@$(PYTHON) -m venv .venv
	@if command -v uv >/dev/null 2>&1; then \
	  uv pip install -q --python $(BIN)/python --require-hashes -r requirements-dev.lock; \
	else \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --no-compile --require-hashes -r requirements-dev.lock; \
	fi
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . 2>/dev/null \
	  || $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $(STAMP)

demo: setup ## A generated company, served at http://127.0.0.1:8000
	@$(BIN)/ropewalk demo

dev: setup ## Serve your own $$ROPEWALK_HOME with reload
	@$(BIN)/ropewalk serve --reload

test: setup ## Every test, the browser's included
	@$(APART) $(BIN)/python -m pytest -q -n 2 --dist loadfile

trust: setup ## The long proofs: kills, sweeps, state machines, load (some hours)
	@$(APART) $(BIN)/python -m pytest -q -m trust

test-postgresql: setup ## The tests with a database, but the browser's, on PostgreSQL instead of the files (a server from a wheel)
	@$(APART) $(BIN)/python -m tests.on_postgresql -q -n 2 --dist loadfile -m "not browser" --ignore tests/rules --ignore tests/drawing

test-alone: setup ## The same tests in a network that has loopback alone: red where anybody is called outside (Linux)
	@$(APART) $(BIN)/python -m tests.in_no_network -q -n 2 --dist loadfile

bench: setup ## Measure it all, beside other tools, into docs/performance.md (SCALE=0.1: a smaller company)
	@PYTHONPATH=src:. $(BIN)/python -m benchmarks.bench .bench --scale $(or $(SCALE),1)

load: setup ## 30 requests a second of the two thousand people's pages (SECONDS=60, IMPORTING=1000000 rows meanwhile)
	@PYTHONPATH=src:. $(BIN)/python -m benchmarks.home .bench/home $(or $(SCALE),1)
	@PYTHONPATH=src:. $(BIN)/python -m benchmarks.load .bench/home --seconds $(or $(SECONDS),60) --importing $(or $(IMPORTING),0)

check: setup ## Format, lint, types, imports, house rules, migrations, tests, docs links
	@bash .ci/check

screens: setup ## Walk every screen in every state, and draw docs/screens anew (ONLY=setup,plan: those whose name begins so)
	@ROPEWALK_KEEP_SCREENS=yes ROPEWALK_SCREENS_ONLY=$(ONLY) $(BIN)/python -m pytest -q -n 2 --dist load tests/pages/test_screens_walk.py tests/pages/test_by_keyboard.py tests/pages/test_other_languages.py tests/pages/test_other_ways_of_looking.py tests/stories/test_screens_kept.py

format: setup ## Put the code into shape
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

clean: ## Remove what setup made
	@rm -rf .venv
