# The commands people type. Each sets up what it needs; none needs another one first.
# PYTHON chooses the interpreter: `make test PYTHON=python3.12`.
.PHONY: help setup demo serve test quick check fuzz mutation concurrency crash jobs-crash machine sabotage dump generate lock clean

VENV ?= .venv
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	if command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then echo $$p; break; fi; done)
BIN = $(VENV)/bin

help: ## List these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(VENV)/.ready ## Prepare .venv only

# The stamp is newer than the locks when nothing is left to install.
$(VENV)/.ready: requirements/build.txt requirements/dev.txt pyproject.toml
	@sh scripts/setup.sh "$(VENV)" "$(PYTHON)"

demo: setup ## Adjust a 1,200-item invoice through SOAP with zeep, and show what happened
	@$(BIN)/gateway demo

serve: setup ## Start a gateway on the demo's data and print its address, user and password
	@$(BIN)/gateway demo --serve

test: setup ## Run the tests: SQLite, and the databases that GATEWAY_TEST_*_URL name
	@$(BIN)/python -m pytest

quick: ## Run format, lint, types, import arrows and the unit tests
	@bash .ci/run quick

check: ## Run all that CI runs
	@bash .ci/run

fuzz: setup ## Send 200,000 whole, odd and broken requests to gateways in process; FUZZ="--cases 5000"
	@$(BIN)/python scripts/fuzz.py $(FUZZ)

# The long runs bring databases of their own.
ENDURANCE = $(BIN)/python scripts/databases.py -- env PYTHONPATH=tests $(BIN)/python -m

concurrency: setup ## Let 32 clients fight over 20 invoices on both servers; CONCURRENCY="--calls 1000 --some"
	@$(ENDURANCE) endurance.concurrency $(CONCURRENCY)

crash: setup ## Kill the gateway and its database under load, 50 times each on both servers; CRASH="--kills 5"
	@env PYTHONPATH=tests:scripts $(BIN)/python -m endurance.crash $(CRASH)

jobs-crash: setup ## Kill a bulk job 20 times on both servers and resume it; JOBS="--kills 5 --only postgresql"
	@env PYTHONPATH=tests:scripts $(BIN)/python -m endurance.jobs $(JOBS)

machine: setup ## Foretell 50,000 steps of the use cases with a model of the rule book; MACHINE=100 examples of 50
	@$(BIN)/python scripts/databases.py -- env GATEWAY_MACHINE_EXAMPLES=$(MACHINE) $(BIN)/python -m pytest \
		-q -s -o faulthandler_timeout=0 tests/property/test_machine.py

MACHINE = 1000

sabotage: setup ## Break the gateway one line at a time and see that short long runs notice
	@$(BIN)/python scripts/databases.py --only postgresql -- env PYTHONPATH=tests $(BIN)/python -m sabotage.run \
		$(SABOTAGE)

generate: setup ## Write wsdl/, schemas/ and the reference pages from their sources
	@$(BIN)/python scripts/generate.py

mutation: setup ## Change the engine line by line and see that its tests notice; a quarter of an hour
	@$(BIN)/python -m pip --disable-pip-version-check install -qq --require-hashes -r requirements/mutation.txt
	@$(BIN)/python scripts/mutation.py

dump: setup ## Keep the present schema with a little data, for the tests of later migrations
	@$(BIN)/python scripts/databases.py -- $(BIN)/python scripts/dump.py

lock: setup ## Resolve requirements/*.txt again, with hashes
	$(BIN)/uv pip compile $(LOCK_FLAGS) requirements/build.in -o requirements/build.txt
	$(BIN)/uv pip compile $(LOCK_FLAGS) --extra dev pyproject.toml -o requirements/dev.txt
	$(BIN)/uv pip compile $(LOCK_FLAGS) requirements/mutation.in -o requirements/mutation.txt

LOCK_FLAGS = --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --quiet

clean: ## Remove the virtual environment, caches and the demo's data
	rm -rf tests/interop/clients/node/node_modules $(VENV) .venv-3.* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache mutants build *.egg-info demo
