# Everything here needs Python 3.11 or later, git and make, and nothing else.
# The first target that is made also makes .venv, from locked and hashed packages.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes
PYTEST := $(BIN)/python -m pytest
# What `make bench` runs beside this program, in an environment of its own.
PEERS := $(VENV)/peers
SIZES ?= typical
# What Hypothesis draws depends on how strings are hashed, so that runs would differ.
export PYTHONHASHSEED := 0
# One worker a core: most tests wait for nothing but the processor.
WORKERS ?= auto

.PHONY: help demo test lint bench bench-peers docs prove format lock clean

help:
	@echo "make demo    see the incident that started it being rejected"
	@echo "make test    run the tests (a few minutes)"
	@echo "make lint    ruff, mypy --strict, the import contract, fresh docs"
	@echo "make bench   measure start-up and whole runs, beside other programs"
	@echo "make docs    write the generated pages and schemas again"
	@echo "make prove   the long proofs: random estates, every clock change, and mutants that must die"

demo: $(VENV)/.runs
	@$(BIN)/python examples/demo.py

test: $(VENV)/.tests
	$(PYTEST) -n $(WORKERS) tests

prove: $(VENV)/.tests
	$(PYTEST) -n $(WORKERS) tests --prove -m prove

lint: $(VENV)/.tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.generate --check

format: $(VENV)/.tests
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.tests $(PEERS)/.installed
	$(BIN)/python -m benchmarks --naive=small,typical --peers $(PEERS) $(SIZES)

bench-peers: $(PEERS)/.installed

docs: $(VENV)/.tests
	$(BIN)/python -m tools.generate

# Needs uv (https://docs.astral.sh/uv/), only when a dependency changes.
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	  --no-header --quiet --upgrade -o requirements/runtime.txt
	echo "cel-expr-python>=0.1.3" | uv pip compile - --universal --python-version 3.11 --generate-hashes \
	  --no-header --quiet --upgrade -o requirements/cel.txt
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
	  --no-header --quiet --upgrade -o requirements/build.txt
	uv pip compile pyproject.toml --group build --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-header --quiet --upgrade -o requirements/dev.txt
	uv pip compile --group bench --universal --python-version 3.11 --generate-hashes \
	  --no-header --quiet --upgrade -o requirements/bench.txt

clean:
	rm -rf $(VENV) build dist

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "opspolicy needs Python 3.11 or later; set PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "this Python can't make a virtual environment; on Debian: apt install python3-venv" >&2; \
	  exit 1; }

$(VENV)/.runs: requirements/build.txt pyproject.toml | $(BIN)/python
	$(INSTALL) -r requirements/build.txt
	$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.tests: requirements/dev.txt $(VENV)/.runs
	$(INSTALL) -r requirements/dev.txt
	@touch $@

$(PEERS)/.installed: requirements/bench.txt | $(BIN)/python
	@$(BIN)/python -m venv $(PEERS)
	$(PEERS)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes \
	  -r requirements/bench.txt
	@touch $@
