# Two commands matter: `make demo` and `make test`. Both install what they need into .venv first, once.
# `make test-slow` runs the tests that `make test` leaves out, `make test-all` runs both.
PYTHON ?= python3
PORT ?= 8484
VENV := .venv
RUN := $(VENV)/bin/python
STAMP := $(VENV)/.installed
# What installing takes, with room to spare.
NEEDED_MB := 2000

# Compiled code is kept, whatever the shell says: without it every start compiles the house anew.
unexport PYTHONDONTWRITEBYTECODE
# Whole files to whoever is free, the long ones of the integration tests before the short ones of the unit tests.
# Three share two cores, since much of a scenario is waiting; threads of their own for sums would only be in the way.
WORKERS ?= 3
PYTEST := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(RUN) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
# pyproject.toml says what the marks mean. Tests with random examples run both times, the second time with many more.
LEFT_OUT := slow or browser or crash or postgres
QUICK := -m "not ($(LEFT_OUT))"
SLOW := -m "$(LEFT_OUT) or hypothesis" --hypothesis-profile=thorough

.PHONY: demo test test-slow test-all check lint types sizes texts lock install clean
demo: install
	@$(RUN) app.py demo --port $(PORT) $(if $(KB),--kb "$(KB)")

test: install
	@$(PYTEST) $(QUICK)

test-slow: install
	@$(PYTEST) $(SLOW)

test-all: test test-slow

check: install lint types sizes
	@$(PYTEST) --cov --cov-report=term:skip-covered

lint: install
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(VENV)/bin/lint-imports

types: install
	$(RUN) -m mypy

sizes: install
	@$(RUN) tests/sizes.py

# Brings the catalogues of texts up to date with the code; LANGUAGE=it begins one in Italian.
texts: install
	@$(RUN) -m tests.catalogues $(LANGUAGE)

install: $(STAMP)

$(STAMP): requirements.lock
	@command -v $(PYTHON) >/dev/null || { \
	  echo "There is no $(PYTHON) here. Install Python 3.11 or newer, or name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Footbridge needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@free=$$(df -Pm . | awk 'NR==2 {print $$4}'); [ "$$free" -ge $(NEEDED_MB) ] || { \
	  echo "Installing needs $(NEEDED_MB) MB of disk; only $$free MB are free here. Free some space and try again."; exit 1; }
	@echo "Installing into $(VENV) (about a minute, once) ..."
	@[ -x $(RUN) ] && $(RUN) -c 'import pip' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV) || { \
	  echo "No virtual environment could be made. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(RUN) -m pip install --quiet --disable-pip-version-check uv || { \
	  echo "The package index cannot be reached. Check the network, or pip's settings (pip config list), and try again."; exit 1; }
	@$(VENV)/bin/uv pip sync --quiet --python $(RUN) --compile-bytecode requirements.lock || { \
	  echo "Not everything could be installed; what is missing is named above. Trying again goes on from here."; exit 1; }
	@touch $(STAMP)

lock: install
	$(VENV)/bin/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-header -o requirements.lock --quiet

clean:
	rm -rf $(VENV) .demo .mypy_cache .ruff_cache .pytest_cache
