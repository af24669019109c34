# Works with GNU make 3.81 (macOS) and newer. `make` alone lists what there is.

PYTHON ?= python3
# Another version has an environment of its own: PYTHON=python3.13 that in .venv-3.13.
VENV := .venv$(patsubst python%,-%,$(filter python3.%,$(notdir $(PYTHON))))
BIN := $(VENV)/bin
export TASK_LEDGER_VENV := $(VENV)
INSTALLED := $(VENV)/.installed
WEB := services/web
WEB_INSTALLED := $(WEB)/node_modules/.installed
# Where the server looks for the built page.
PAGE_DIR := task_ledger/server/page
PAGE := $(PAGE_DIR)/.built
WEB_SOURCES = $(shell find $(WEB)/src -type f ! -name '*.test.*' 2>/dev/null) \
	$(wildcard $(WEB)/index.html $(WEB)/vite.config.ts $(WEB)/package.json)

# A machine's own uv configuration must not change what is installed or locked; its own
# certificates must count, or nothing can be fetched behind a company's proxy.
export UV_NO_CONFIG := 1
export UV_SYSTEM_CERTS := 1
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Everything here starts many processes: each reads what the first one compiled.
export PYTHONDONTWRITEBYTECODE :=
UV = $(BIN)/uv
COMPILE := pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
	--overrides requirements-overrides.txt --python-version 3.11 --python $(BIN)/python $(if $(UPGRADE),--upgrade)

# The programs in .venv know where the checkout was when it was made: one that was moved or
# copied is made again.
ifneq ($(shell cat $(INSTALLED) 2>/dev/null),$(CURDIR))
.PHONY: $(INSTALLED)
endif

.DEFAULT_GOAL := help
.PHONY: help setup page client run test quick coverage release check docs bench soak chaos drill proof celery-suite model claims malformed lock

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: $(INSTALLED) ## Make the virtual environment, from hashed locks (PYTHON=python3.12)

page: $(PAGE) ## Build the web page, with the Node of the virtual environment

client: $(WEB_INSTALLED) ## Pack the React client as an npm package, into dist/
	$(WEB)/npm run --silent pack-client -- $(CURDIR)/dist

run: $(INSTALLED) $(PAGE) ## Start everything on this machine (HOST, PORT); Ctrl-C stops it
	@TASK_LEDGER_PLUGINS=$${TASK_LEDGER_PLUGINS-services.plugin:takeoff} exec $(BIN)/task-ledger up

# What touches the broker; the rest does not depend on which one it is.
ON_RABBITMQ := tests/task_ledger/celery tests/services/test_outages.py tests/task_ledger/projector \
	tests/task_ledger/tracing tests/services/workers/sets tests/services/workers/takeoffs tests/task_ledger/cli/test_doctor.py \
	tests/examples

# Of that, what depends on it most: confirms, queues, redelivery, duplicates, countdowns, an outage.
MOST_ON_RABBITMQ := tests/services/test_outages.py::test_the_broker_is_away_and_comes_back \
	tests/task_ledger/tracing/test_one_trace.py \
	$(addprefix tests/task_ledger/projector/,test_relay.py test_killed_relay.py test_relay_on_rabbitmq.py) \
	$(addprefix tests/task_ledger/celery/,test_duplicates.py test_queues.py \
		test_queues_on_rabbitmq.py test_retry.py test_sending.py test_terminate.py \
		test_lost_workers.py::test_a_message_that_the_broker_lost_is_dispatched_again \
		test_lost_workers.py::test_a_worker_that_was_paused_beyond_its_lease_commits_nothing)

# What the database does: with POSTGRES=16, 17 or 18 on a server of that version.
ON_POSTGRES := tests/test_servers.py tests/schema \
	$(addprefix tests/task_ledger/,eventlog model ops projector registration)

# Of that, what depends on the version most: every SQL function, migrating, folding, verifying.
MOST_ON_POSTGRES := tests/test_servers.py tests/schema \
	$(addprefix tests/task_ledger/,ops/test_migrate.py ops/test_migrate_login.py \
		eventlog/test_append.py eventlog/test_read.py eventlog/test_task_list.py \
		eventlog/test_verify.py projector/test_records.py)

# The suite in three parts, and the inner loop: the log, its projection and the server, without what takes long.
PART_ledger := tests/task_ledger tests/drill tests/schema tests/model tests/malformed tests/examples tests/test_servers.py
PART_takeoff := tests/takeoff tests/services/api tests/services/demo tests/services/workers \
	$(wildcard tests/services/*.py)
PART_page := tests/services/web tests/task_ledger/server/mounted
QUICK := tests/schema tests/test_imports.py $(addprefix tests/task_ledger/,test_public_names.py \
	model eventlog registration ops projector server celery/test_ends.py)
# What works with Django: on Django 5.2 with Python 3.11, on Django 6 with a newer one. With
# DJANGO=6, in an environment of its own beside the first, from the same lock.
ON_DJANGO := tests/task_ledger/django tests/examples/test_django_app.py
# What depends on the versions of libraries: with OLDEST=1, on the oldest ones promised, in an
# environment of its own that differs from the first by these. The warnings that the suite turns
# into errors are Celery 5.7's.
ON_OLDEST := $(addprefix tests/task_ledger/,celery django registration test_sessions.py \
	$(addprefix cli/test_,doctor.py migrate.py show.py) \
	$(addprefix server/test_,problems.py slow_clients.py stream.py task_list.py tasks.py))
OLDEST_VENV := $(VENV)/oldest
DJANGO_PYTHON ?= python3.12
DJANGO_VENV := $(VENV)/django6
# Many tests wait for other processes, so half as many again as there are cores keep all of them busy.
JOBS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) * 3 / 2 )))
WITH_PYTEST = $(if $(DJANGO),$(DJANGO_VENV)/bin,$(if $(OLDEST),$(OLDEST_VENV)/bin,$(BIN)))/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

test: $(INSTALLED) $(PAGE) $(if $(DJANGO),$(DJANGO_VENV)/.installed) $(if $(OLDEST),$(OLDEST_VENV)/.installed) ## Run the suite (ONLY=ledger, takeoff or page; ARGS="-k append -x"; PYTHON=python3.13; BROKER=rabbitmq, POSTGRES=16, DJANGO=6, OLDEST=1: its part for that, BRIEF=1: less)
	$(if $(filter-out ledger takeoff page,$(ONLY)),$(error ONLY is ledger, takeoff or page, not $(ONLY)))
	$(if $(BROKER),TASK_LEDGER_TEST_BROKER=$(BROKER)) $(if $(POSTGRES),TASK_LEDGER_TEST_POSTGRES=$(POSTGRES)) \
		$(WITH_PYTEST) $(PART_$(ONLY)) \
		$(if $(filter rabbitmq,$(BROKER)),$(if $(BRIEF),$(MOST_ON_RABBITMQ),$(ON_RABBITMQ))) \
		$(if $(POSTGRES),$(if $(BRIEF),$(MOST_ON_POSTGRES),$(ON_POSTGRES))) \
		$(if $(DJANGO),$(ON_DJANGO)) $(if $(OLDEST),-o filterwarnings=default $(ON_OLDEST)) $(ARGS)

quick: $(INSTALLED) $(PAGE) ## Run the inner loop: log, projection and server, 150 s of processor time (ARGS="-k append -x")
	$(WITH_PYTEST) -m "not slow" $(QUICK) $(ARGS)

coverage: $(INSTALLED) $(PAGE) ## Measure how much of the library its tests run, into docs/coverage.md; fails below the floor (TESTS=tests/task_ledger/cli: only show it)
	$(WITH_PYTEST) --cov --cov-report=term:skip-covered --cov-report=html:htmlcov \
		$(if $(TESTS),--cov-fail-under=0,--cov-report=json:htmlcov/coverage.json) $(or $(TESTS),$(PART_ledger)) $(ARGS)
	$(if $(TESTS),,$(BIN)/python -m docs.generate.coverage htmlcov/coverage.json)

release: $(INSTALLED) $(PAGE) ## Check everything, build wheel, sdist and the React client into dist/, and tag the version of pyproject.toml
	$(BIN)/python .ci/release.py

malformed: $(INSTALLED) ## Send every part ten thousand malformed inputs; the suite sends a tenth
	TASK_LEDGER_TEST_MALFORMED=all $(WITH_PYTEST) tests/malformed $(ARGS)

check: $(INSTALLED) $(WEB_INSTALLED) ## Check style, types, imports, SQL, traces of a machine and docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports --no-logo
	find schema takeoff/schema -name '*.sql' -print0 | xargs -0 $(BIN)/squawk
	$(WEB)/npm run --silent types
	$(WEB)/npm run --silent lint
	$(WEB)/npm run --silent check
	.ci/no-machine-traces
	@$(MAKE) --no-print-directory docs

docs: $(INSTALLED) $(WEB_INSTALLED) ## Build the documentation as a site in site/, and check its links
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build

bench: $(INSTALLED) ## Measure against peers into bench/results/latest.json (ONLY=append; SIZES="100000 1000000": events for reads)
	$(BIN)/python -m bench $(if $(ONLY),--only $(ONLY)) $(if $(SIZES),--sizes $(SIZES))

soak: $(INSTALLED) ## Hold a load with incidents, and fail if anything grows (MINUTES=30; RATE=20: tasks a second, else 70 % of the limit is held; SEED=1)
	@$(BIN)/python -m tests.soak $(if $(MINUTES),--minutes $(MINUTES)) $(if $(RATE),--rate $(RATE)) \
		$(if $(SEED),--seed $(SEED)) $(ARGS)

chaos: $(INSTALLED) ## Break everything, then prove that nothing is wrong (FAULTS=200 TASKS=1000 SEED=1)
	@$(BIN)/python -m tests.chaos $(if $(FAULTS),--faults $(FAULTS)) $(if $(TASKS),--tasks $(TASKS)) \
		$(if $(SEED),--seed $(SEED)) $(ARGS)

drill: $(INSTALLED) ## Lose the database under load and restore it, from a dump, WAL and a replica (TASKS=1000)
	TASK_LEDGER_DRILL_TASKS=$(or $(TASKS),1000) $(BIN)/python -m pytest -q -n 0 tests/drill $(ARGS)

proof: $(INSTALLED) ## Charge orders of the Django example while its workers are killed (TASKS=10000 SEED=1)
	@$(BIN)/python -m tests.examples.django_proof $(if $(TASKS),--tasks $(TASKS)) $(if $(SEED),--seed $(SEED))

celery-suite: $(INSTALLED) ## Run Celery's own tests on it and on plain Celery, from sources that you have (CELERY=path)
	$(if $(CELERY),,$(error CELERY is the path of a checkout or sdist of Celery, as in CELERY=../celery))
	@$(BIN)/python -m tests.celery_suite $(CELERY) $(ARGS)

model: $(INSTALLED) ## Check the protocol by its models; needs spin and gcc (ARGS=--short)
	@$(BIN)/python -m model $(ARGS)

claims: $(INSTALLED) ## Measure made-up drawings, and fail if anything claimed is wrong (SHEETS=2000 SEED=1)
	@$(BIN)/python -m takeoff.quality.claims $(or $(SHEETS),2000) $(or $(SEED),1)

lock: $(INSTALLED) ## Lock the dependencies anew for every platform (UPGRADE=1 takes newer ones)
	$(UV) $(COMPILE) --all-extras --group dev --group docs --group takeoff -o requirements.lock pyproject.toml
	$(UV) $(COMPILE) --extra server --extra sign-in --extra evidence --group takeoff -c requirements.lock -o requirements-service.lock pyproject.toml
	$(UV) $(COMPILE) --no-deps -o requirements-oldest.lock requirements-oldest.in
	$(UV) $(COMPILE) --group uv -o requirements-uv.lock

$(INSTALLED): requirements.lock requirements-uv.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Task Ledger needs Python 3.11 or newer, but $(PYTHON) is" \
			"$$($(PYTHON) --version 2>/dev/null || echo missing)." \
			"Install one, or name it: make setup PYTHON=python3.12" >&2; exit 1; }
	@[ "$$(cat $@ 2>/dev/null)" = "$(CURDIR)" ] || $(PYTHON) -m venv --clear $(VENV) || { \
		echo "The virtual environment could not be made. Debian and Ubuntu keep what is missing" \
			"in the package python3-venv." >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-uv.lock
	$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@echo "$(CURDIR)" > $@

$(DJANGO_VENV)/.installed: $(INSTALLED)
	$(DJANGO_PYTHON) -m venv --clear $(DJANGO_VENV)
	$(UV) pip sync --quiet --compile-bytecode --python $(DJANGO_VENV)/bin/python --require-hashes requirements.lock
	$(UV) pip install --quiet --python $(DJANGO_VENV)/bin/python --no-deps --no-build-isolation --editable .
	@touch $@

$(OLDEST_VENV)/.installed: $(INSTALLED) requirements-oldest.lock
	$(PYTHON) -m venv --clear $(OLDEST_VENV)
	$(UV) pip sync --quiet --compile-bytecode --python $(OLDEST_VENV)/bin/python --require-hashes requirements.lock
	$(UV) pip install --quiet --compile-bytecode --python $(OLDEST_VENV)/bin/python --no-deps --require-hashes -r requirements-oldest.lock
	$(UV) pip install --quiet --python $(OLDEST_VENV)/bin/python --no-deps --no-build-isolation --editable .
	@touch $@

$(WEB_INSTALLED): $(wildcard $(WEB)/package-lock.json) | $(INSTALLED)
	@rm -f $@
	$(WEB)/npm ci --loglevel=error > /dev/null
	@touch $@

$(PAGE): $(WEB_INSTALLED) $(WEB_SOURCES)
	PAGE_DIR="$(CURDIR)/$(PAGE_DIR)" $(WEB)/npm run --silent build -- --logLevel warn
	@touch $@
