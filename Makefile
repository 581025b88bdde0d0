# Everything a newcomer needs: `make demo` and `make test` set themselves up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# The demo's clock stands in the example magazine's own week, whatever the year is.
DEMO_NOW := 2026-11-23T05:30:00Z

.PHONY: install demo test lint format golden bench prove docs clean

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

demo: install
	@PUBLISHER_NOW=$(DEMO_NOW) $(BIN)/python examples/demo.py

test: install
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: install
	$(BIN)/ruff check publisher tests examples
	$(BIN)/ruff format --check publisher tests examples
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install
	$(BIN)/ruff check --fix publisher tests examples
	$(BIN)/ruff format publisher tests examples

golden: install
	PUBLISHER_GOLDEN=write $(BIN)/python -m pytest tests/golden

bench: install
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench_feeds

# Slow proofs. Sends: 200 kills, half of the runs on a faulty relay; FAULT_SEED repeats a run. Feeds: 500 regenerations
# under 8 readers and 50 kills. Hostile input: every generated case, of which `make test` takes a sample.
prove: install
	@for seed in 1 2 3 4 5 6 7 8 9 10; do \
	  FAULT_SEED=$$seed FAULT_KILLS=10 $(BIN)/python -m pytest tests/integration/test_deliver_kill.py || exit 1; \
	done; echo "200 kills: 0 lost, 0 mailed twice, every unknown listed"
	PUBLISHER_TEST_REGENERATIONS=500 PUBLISHER_TEST_READERS=8 PUBLISHER_TEST_KILLS=50 \
	  $(BIN)/python -m pytest tests/integration/test_syndicate_readers.py
	PUBLISHER_PROVE=1 $(BIN)/python -m pytest -n 2 --dist loadfile tests/integration tests/acceptance -k hostile
	PUBLISHER_PROVE=1 $(BIN)/python -m pytest -n 2 tests/property/test_cadence_histories.py

docs: install
	$(BIN)/python -m tests.docs_reference
	$(BIN)/python -m tests.docs_mail_rules

clean:
	rm -rf $(VENV) .bench .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
