# What a person types. `make help` lists it.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help setup demo test test-fast lint bench corpus rounds soak cluster down images clean

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## the Python environment in .venv, from the lock file

$(STAMP): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; set PYTHON=python3.12 or the like" >&2; exit 1; }
	@echo "setting up $(VENV) (about 30 s the first time)" >&2
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## everything on a real cluster, seen live (first time: 10 to 20 minutes, it builds Kubernetes)
	@$(BIN)/python hack/demo

test: setup ## every test, the real-cluster ones included
	@hack/test

test-fast: setup ## the tests that need no cluster (under a minute)
	@$(BIN)/python -m pytest -m "not cluster and not lifecycle" -q

lint: setup ## formatting, lint, types, the one-way rule
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache >/dev/null

bench: setup ## figures beside the obvious way of doing it, into docs/results (10 minutes)
	@$(BIN)/python hack/bench

corpus: setup ## how often the doctor is right, into docs/corpus.md (two minutes)
	@$(BIN)/python hack/corpus-report --write

rounds: setup ## 50 rounds of the stale socket at random moments on the cluster (an hour; N=10: 10 minutes)
	@$(BIN)/python hack/rounds $(or $(N),50) --write

soak: setup ## the doctor under churn on the cluster: leaks, missed deaths (an hour; MINUTES=5 for less)
	@$(BIN)/python hack/soak $(or $(MINUTES),60) --write

cluster: setup ## a real one-node cluster on this machine (or kind, where there is an engine)
	@$(BIN)/python hack/cluster up

down: ## stops the cluster and leaves nothing behind but the built binaries
	@$(PYTHON) hack/cluster down

images: setup ## the images of the operator, the toolbox and the patients
	@$(BIN)/python hack/build-images

clean: down ## and removes .venv and build products
	@rm -rf $(VENV) build dist
