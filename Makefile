# Coldbind. `make demo` and `make test` need nothing but Python 3.11+ and make.
PYTHON ?= python3
BIN := .venv/bin
ONLY ?=
SEED ?= 1
CYCLES ?= 20
BROKER ?= nats
export COLDBIND_VAR ?= $(CURDIR)/var

.PHONY: help setup setup-dev python demo test test-thorough worlds test-browser chaos test-mosquitto test-timescale timescale lint format lock bench fuzz mutation screenshot clean

help:            ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 18

python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "set-up: no $(PYTHON) here. Install Python 3.11 or newer, or run: make PYTHON=/path/to/python" >&2; exit 1; }

setup: python    ## install what running needs
	@$(PYTHON) bootstrap.py runtime

setup-dev: python ## install what developing needs
	@$(PYTHON) bootstrap.py dev

demo: setup      ## play the story from sensor to claim on embedded servers
	@$(BIN)/coldbind demo

test: setup-dev  ## all tests that need no browser, no Mosquitto, no TimescaleDB and no patience
	@$(BIN)/pytest -n 2 -q -m "not browser and not timescale and not thorough and not chaos and not mosquitto and not worlds"

test-thorough: setup-dev ## the tests that take long
	@$(BIN)/pytest -n 2 -q -m "thorough and not chaos and not mosquitto"

worlds: setup-dev ## 2 000 random worlds of goods against a brute force; EXAMPLES=50 for 100 000
	@COLDBIND_EXAMPLES=$(or $(EXAMPLES),1) $(BIN)/pytest -n 2 -v -m worlds tests/property/test_worlds.py

test-browser: setup-dev ## the console in Chromium
	@$(BIN)/pytest -m browser

test-mosquitto: setup-dev ## security and doctor on a real Mosquitto
	@$(BIN)/pytest -q -m "mosquitto and not chaos"

chaos: setup-dev ## kill everything in random order under load; SEED=1 CYCLES=20 BROKER=nats
	@$(BIN)/python -m tests.chaos --seed $(SEED) --cycles $(CYCLES) --broker $(BROKER)

timescale: setup-dev ## Debian's PostgreSQL 17 with TimescaleDB into var/, started on loopback (needs root)
	@$(BIN)/python -m storage.timescale_debian install
	@$(BIN)/python -m storage.timescale_debian start

# What never asks the database anything, or only by commands that others test, would run twice for nothing.
NO_DATABASE := commands embedded benchmark doctor json_logs metrics gateway broker_line no_secret
test-timescale: setup-dev ## integration and acceptance tests on TimescaleDB (needs root)
	@$(BIN)/python -m storage.timescale_debian install
	@COLDBIND_TEST_DATABASE=timescale $(BIN)/pytest -n 2 -q tests/integration tests/acceptance $(NO_DATABASE:%=--ignore-glob='*test_*%*') \
	  -m "not browser and not thorough and not mosquitto and not chaos"

lint: setup-dev  ## format, lint, types, layers
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/basedpyright --warnings
	@$(BIN)/lint-imports

format: setup-dev ## put the code into shape
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .

bench: setup-dev ## measure; ONLY=name for one of them
	@$(BIN)/python -m benchmarks $(ONLY)

fuzz: setup-dev  ## spoiled messages through all decoders; RUNS=1000000 SEED=1
	@$(BIN)/python -m tests.fuzz $(or $(RUNS),100000) $(SEED)

mutation: setup-dev ## would a quick test notice a changed line of the pure rules?; SAMPLE=300 SEED=1
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --group mutation
	@OPENBLAS_NUM_THREADS=1 COLDBIND_EXAMPLES=$(or $(EXAMPLES),0.2) $(BIN)/python -m tests.mutation \
	  $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(AGAIN),--again $(AGAIN)) --seed $(SEED) $(FOLDERS)

screenshot: setup-dev ## the README's picture of a lot page (needs Chromium)
	@$(BIN)/python -m coldbind.demo.picture docs/images/lot-page.png

lock: setup-dev  ## resolve the dependencies again and lock them with hashes
	@$(BIN)/python -m pip install --quiet uv
	@for lock in runtime dev; do \
	  groups="--group build"; [ $$lock = dev ] && groups="$$groups --group dev"; \
	  $(BIN)/uv pip compile pyproject.toml $$groups --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header --no-annotate --quiet --upgrade -o requirements/$$lock.txt || exit 1; \
	done

clean:           ## remove what set-up and runs made
	@rm -rf .venv var dashboards/web/node_modules
