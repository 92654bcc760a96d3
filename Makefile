# The only commands anyone must know. `make` alone lists them.
# Written for GNU make 3.81, which is what macOS carries.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
LOCKING := pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate $(UPGRADE)

.DEFAULT_GOAL := help
.PHONY: help run test sure bench bench-matches-page bench-roster bench-money bench-matching bank-test races crash-lines mutation bench-quality lock words translations chromium

help:
	@echo "make run          start Alongside: http://127.0.0.1:8000 (another port: make run PORT=8010)"
	@echo "make test         every test, in the browser too"
	@echo "make sure         format, lint, types, contracts, translations, unit tests: before a commit"
	@echo "make bench        measure the pages: one JSON line each"
	@echo "make bench-money  measure postings, webhooks, checkouts, jobs and proofs, each beside a baseline"
	@echo "make bench-quality  try the ranking in simulated markets with a known truth, beside what others rank by"
	@echo "make bench-matches-page  measure the matches page over a market of N creators (N=1000000)"
	@echo "make bench-roster  measure taking a list of creators from upload to the last row (N=35000)"
	@echo "make bench-matching  measure the matching engine beside NumPy, faiss and pgvector (N=1000000)"
	@echo "make bank-test    48 writers, workers and PostgreSQL killed at random (again: make bank-test SEED=7)"
	@echo "make races        two people at once, 1,000 rounds of each kind (fewer: make races ROUNDS=50)"
	@echo "make crash-lines  crash before every line of every money flow, recover, compare (at once: JOBS=2)"
	@echo "make mutation     break the money code in every small way: do the tests notice?"
	@echo "make words        collect the texts for translators after changing one"
	@echo "make lock         resolve pyproject.toml's dependencies (newest: make lock UPGRADE=--upgrade)"
	@echo ""
	@echo "They need Python 3.11 or newer, and nothing else. Another Python: make run PYTHON=python3.12"

run: $(VENV)/for-running
	@exec $(PY) -m marketplace.run

sure: $(VENV)/for-testing
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports
	@$(MAKE) --no-print-directory translations
	$(PY) -m pytest -q -n 2 -m "not browser and not story and not wide"

# Stories run real processes and the browser is heavy: they take turns after the quick ones.
# NO_SKIP=1 forbids skipping; THOROUGH gives every field of every form all bad texts there are.
test: $(VENV)/for-testing chromium
	@failed=0; \
	THOROUGH=1 $(PY) -m pytest -p tests.gate -q -n 2 -m "not browser and not story" || failed=1; \
	$(PY) -m pytest -p tests.gate -q -m "browser or story"; case $$? in 0|5) ;; *) failed=1;; esac; \
	exit $$failed

bench: $(VENV)/for-testing
	@$(PY) -m tests.bench

bench-money: $(VENV)/for-testing
	@$(PY) -m tests.bench.money

bench-quality: $(VENV)/for-testing
	@OPENBLAS_NUM_THREADS=1 $(PY) -m matching.evaluate

bench-matches-page: $(VENV)/for-testing
	@$(PY) -m tests.bench.matches_page N=$(or $(N),100000)

bench-roster: $(VENV)/for-testing
	@$(PY) -m tests.bench.roster N=$(or $(N),35000)

# One thread for everybody, so that engines are compared and not cores.
bench-matching: $(VENV)/for-testing
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(PY) -m tests.bench.matching $(or $(N),1000000)

bank-test: $(VENV)/for-testing
	@SEED=$(SEED) $(PY) -m tests.bank

races: $(VENV)/for-testing
	@ROUNDS=$(or $(ROUNDS),1000) $(PY) -m pytest -q -n 2 tests/money/test_races.py

crash-lines: $(VENV)/for-testing
	@JOBS=$(or $(JOBS),2) $(PY) -m tests.money.crash

mutation: $(VENV)/for-testing
	@$(PY) -m tests.mutation

translations: $(VENV)/for-testing
	@$(PY) -m tests.translations

words: $(VENV)/for-testing
	@$(PY) -m tests.translations --write

lock: $(VENV)/for-testing
	$(PY) -m pip install --quiet --disable-pip-version-check uv
	$(PY) -m uv $(LOCKING) --output-file requirements.lock
	$(PY) -m uv $(LOCKING) --group dev --constraint requirements.lock \
		--output-file requirements-dev.lock

# A note in the environment says what it was made from: only a changed lock file makes it again.
INSTALL = $(PY) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r

$(VENV)/for-running: requirements.lock
	@$(MAKE) --no-print-directory venv
	@echo "Installing what it needs (only this once; about a minute) ..."
	@$(INSTALL) requirements.lock
	@touch $@

$(VENV)/for-testing: requirements-dev.lock
	@$(MAKE) --no-print-directory venv
	@echo "Installing what it needs, and what its tests need (only this once) ..."
	@$(INSTALL) requirements-dev.lock
	@touch $@ $(VENV)/for-running

.PHONY: venv
venv:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
		echo "There is no “$(PYTHON)” here. Install Python 3.11 or newer, or name yours:" >&2; \
		echo "  make run PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$$($(PYTHON) --version) is too old: this needs Python 3.11 or newer. Name one:" >&2; \
		echo "  make run PYTHON=python3.12" >&2; exit 1; }
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) || { \
		echo "Python could not make a virtual environment. On Debian and Ubuntu:" >&2; \
		echo "  apt-get install python3-venv" >&2; exit 1; }

# Browser tests need Chromium: Debian's, when we may install it; else whichever is on PATH.
chromium:
	@if ! command -v chromium >/dev/null 2>&1 && ! command -v chromium-browser >/dev/null 2>&1 \
		&& ! command -v google-chrome >/dev/null 2>&1 \
		&& [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "Installing Chromium for the browser tests ..."; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -qq --no-install-recommends chromium >/dev/null \
		|| echo "Chromium could not be installed." >&2; \
	fi
