# `make demo` runs the main job on the shipped study; `make test` runs the tests. Each sets itself up in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint schemas catalogue simulate clean

demo: $(READY)
	$(BIN)/cwb-impact run surveys/nieuw_west

test: $(READY)
	$(BIN)/python -m pytest -n auto

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

schemas: $(READY)
	$(BIN)/python -m cwb_impact.spec.schemas

catalogue: $(READY)
	$(BIN)/python -m cwb_impact.explain docs

simulate: $(READY)
	$(BIN)/cwb-impact simulate surveys/nieuw_west

# Everything in the lock file is checked against its hash; the package itself is installed in place.
$(READY): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $(READY)

clean:
	rm -rf $(VENV) releases restricted dist build
