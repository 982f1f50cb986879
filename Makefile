# Every target sets up what it needs: a fresh clone takes any of them first.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test check bench docs golden words vendor lock clean

VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
UV := $(BIN)/uv
# A stamp stands for a lock that is installed, so nothing is installed twice.
STAMPS := $(VENV)/.stamps
WORKERS ?= 2

install = VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --require-hashes --build-constraints requirements/bootstrap.txt -r $(1)
install_self = VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --no-deps --no-build-isolation --editable .

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMPS)/dev ## Make .venv and install everything that tests and checks need

demo: $(if $(wildcard $(STAMPS)/dev),$(STAMPS)/dev,$(STAMPS)/run) ## Open a marketplace in the browser; settle and explain a season beside it
	@rm -rf demo
	@$(BIN)/wavepool demo --folder demo --then "$(PYTHON) -m examples.complete_journey demo/complete_journey"

test: $(STAMPS)/dev ## Run all tests, and those of the platform again on PostgreSQL
	$(PYTHON) -m pytest -n $(WORKERS) -p platform_ready --doctest-modules src
	$(PYTHON) -m pytest -n $(WORKERS) --ignore=tests/browser tests
	$(PYTHON) -m pytest tests/browser
	WAVEPOOL_TEST_STORE=postgresql $(PYTHON) -m pytest -n $(WORKERS) tests/domains tests/journeys tests/plumbing tests/promises tests/site

check: $(STAMPS)/dev ## Check format, lint, types, architecture and the house rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTHON) -m pytest -q tests/tidy

bench: $(STAMPS)/bench ## Measure against named peers, ratios in one run
	$(PYTHON) -m benchmarks

docs: $(STAMPS)/dev ## Check every link, run every table, example and notebook of the docs
	$(PYTHON) -m pytest -q tests/tidy/test_pages.py tests/tidy/test_worked_tables.py tests/tidy/test_system_page.py tests/notebooks

golden: $(STAMPS)/dev ## Write the steps' SQL anew for the other engines
	PYTHONPATH=src:tests $(PYTHON) -m tidy.golden_sql

words: $(STAMPS)/dev ## Collect every string of the pages for translation (needs gettext)
	PYTHONPATH=src:tests $(PYTHON) -m tidy.words

vendor: $(STAMPS)/dev ## Fetch the pages' vendored files anew (maintainers; needs npm)
	PYTHONPATH=src:tests $(PYTHON) -m tidy.vendor

lock: $(STAMPS)/venv ## Resolve all requirements anew (reaches the package registry)
	$(UV) pip compile --quiet --upgrade --group bootstrap -o requirements/bootstrap.txt
	$(UV) pip compile --quiet --upgrade pyproject.toml --extra dev -c requirements/bootstrap.txt -o requirements/dev.txt
	$(UV) pip compile --quiet --upgrade pyproject.toml --extra bench -c requirements/dev.txt -o requirements/bench.txt
	$(UV) pip compile --quiet --upgrade pyproject.toml --extra examples --extra signing --extra site -c requirements/dev.txt -o requirements/run.txt

clean: ## Remove what tests, checks and builds leave behind; .venv stays
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -path ./$(VENV) -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +

# The first Python that runs and is new enough; a shim that only prints advice does not run.
$(STAMPS)/venv: requirements/bootstrap.txt
	@echo "Making $(VENV)"
	@for python in python3 python3.13 python3.12 python3.11; do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    $$python -m venv $(VENV); break; \
	  fi; \
	done
	@test -x $(PYTHON) || { echo "wavepool needs Python 3.11 or newer" >&2; exit 1; }
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/run: requirements/run.txt pyproject.toml | $(STAMPS)/venv
	@echo "Installing requirements/run.txt"
	@$(call install,requirements/run.txt)
	@$(install_self)
	@touch $@

$(STAMPS)/dev: requirements/dev.txt pyproject.toml | $(STAMPS)/venv
	@echo "Installing requirements/dev.txt (a minute or two the first time)"
	@$(call install,requirements/dev.txt)
	@$(install_self)
	@touch $@

$(STAMPS)/bench: requirements/bench.txt $(STAMPS)/dev
	@echo "Installing requirements/bench.txt (one peer is compiled)"
	@$(call install,requirements/bench.txt)
	@touch $@
