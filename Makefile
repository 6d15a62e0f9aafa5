# Needs Python 3.11 or newer with venv, and make. `make help` lists what it does.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
DATA_DIR ?= var
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

.DEFAULT_GOAL := help
.PHONY: help run test lint format bench pages screenshots lock clean

help: ## Say what can be done
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /|/' | awk -F'|' '{printf "make %-11s %s\n", $$1, $$2}'
	@echo "PORT=8000, DATA_DIR=var and PYTHON=python3 may be given with make run."

run: $(VENV)/base.stamp ## Serve the site with its launch content on 127.0.0.1:8000
	@DEMO=1 PORT="$(PORT)" DATA_DIR="$(DATA_DIR)" $(BIN)/python manage.py demo

test: $(VENV)/dev.stamp ## Run every test on SQLite, and on PostgreSQL what could differ (ARGS=… goes to pytest)
	@$(BIN)/python -W ignore -m tests.run $(ARGS)

lint: $(VENV)/dev.stamp ## Check style, imports, settings and migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	DEMO=1 $(BIN)/python manage.py check --fail-level WARNING
	DEMO=1 $(BIN)/python manage.py makemigrations --check --dry-run

format: $(VENV)/dev.stamp ## Rewrite the code in the house's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/dev.stamp ## Measure, and print the tables of benchmarks/
	$(BIN)/python -m benchmarks $(ARGS)

pages: $(VENV)/dev.stamp ## Measure what a page costs a reader (needs Chromium)
	$(BIN)/python -m benchmarks.pages

screenshots: $(VENV)/dev.stamp ## Take the pictures of docs/pages.md (needs Chromium)
	$(BIN)/python -m benchmarks.screenshots

lock: ## Lock the newest fitting packages, with hashes (needs uv)
	$(LOCK) --upgrade requirements/base.in -o requirements/base.lock
	$(LOCK) --upgrade requirements/dev.in -o requirements/dev.lock

clean: ## Remove the virtual environment and caches; var/ with its data stays
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/base.stamp: requirements/base.lock | $(BIN)/python
	@echo "Installing what the site needs …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r $<
	@touch $@

$(VENV)/dev.stamp: requirements/dev.lock | $(BIN)/python
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r $<
	@touch $@

# The first interpreter that will do, or PYTHON.
$(BIN)/python:
	@for python in $${PYTHON:-python3 python3.13 python3.12 python3.11}; do \
		if "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Making a virtual environment with $$("$$python" --version) …"; \
			exec "$$python" -m venv $(VENV); \
		fi; \
	done; \
	echo "No Python 3.11 or newer with the modules venv and ensurepip was found." >&2; \
	echo "Install one (on Debian: apt-get install python3 python3-venv) or name one: make PYTHON=/path/to/python3" >&2; \
	exit 1
