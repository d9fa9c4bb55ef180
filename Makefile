# One task file. Every target works from a clean clone with Python 3.11 or newer on the path.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help install demo test lint faults bench bench-retrieval bench-scale eval lock clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

# torch goes first and pinned: the newest build would bring gigabytes that are not needed here. Bytecode is made at the
# end and on all cores, where pip takes one, so that the first command need not; what does not compile is for another
# Python than this.
$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --no-compile "$$(grep '^torch==' requirements.lock)"
	$(BIN)/python -m pip install --quiet --no-compile --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -qq -j 0 -x /tests/ ragkit $(VENV)/lib || true
	@touch $@

install: $(VENV)/.installed ## make .venv and install into it

demo: install ## ingest the handbook and ask it three questions
	@BIN=$(BIN) sh evals/handbook/demo.sh

LINT := $(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports && $(BIN)/mypy

lint: install ## ruff, import-linter, mypy
	$(LINT)

# mypy takes one core for most of a minute where it has no cache: the tests run meanwhile, and what it said comes last.
test: install ## everything that must hold: lint and all tests
	@{ $(LINT); } >$(VENV)/lint.txt 2>&1 & lint=$$!; \
	$(BIN)/pytest -q -n 2 --dist worksteal; tests=$$?; \
	wait $$lint; lint=$$?; cat $(VENV)/lint.txt; test $$tests -ne 0 || tests=$$lint; exit $$tests

bench: install ## ragkit and its peers side by side (builds .venv-peers)
	$(BIN)/python indexes/bench_peers.py

bench-retrieval: install ## quality of retrieval on labelled collections (RAGKIT_BENCH_DATA: their folder)
	$(BIN)/python indexes/bench_retrieval.py $(if $(RAGKIT_BENCH_DATA),--data $(RAGKIT_BENCH_DATA))

bench-scale: install ## ragkit to a million chunks, FAISS bare and peers (builds .venv-scale; hours, 10 GB of disk)
	$(BIN)/python indexes/bench_scale.py

faults: install ## 200 kills, 200 mutated files a format, and all else of which other tests take a sample
	RAGKIT_FAULTS=1 $(BIN)/pytest -q $$(grep -rl ALL_FAULTS tests --include='test_*.py')

eval: install ## run the handbook suite
	$(BIN)/ragkit eval run handbook --restart

lock: ## write requirements.lock from what is installed
	{ $(BIN)/python -m pip freeze --exclude-editable | sed 's/+cpu$$//'; } > requirements.lock

clean: ## remove what was made
	rm -rf $(VENV) .venv-peers .venv-scale build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
