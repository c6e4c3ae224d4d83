# Everything a fresh machine needs is Python 3.11+, make and a package index. `make run` is the main job.

PYTHON ?= python3
BIN := .venv/bin
RUN_STAMP := .venv/.run-$(shell cat requirements.txt | cksum | cut -d' ' -f1)
DEV_STAMP := .venv/.dev-$(shell cat requirements.txt requirements-dev.txt | cksum | cut -d' ' -f1)
WORDS := $(shell find locale -name '*.po' 2>/dev/null)
STATIC := $(shell find config/static -type f -not -path '*/build/*' 2>/dev/null)
# Building the assets and checking the code need settings, but no data and no environment of yours.
BARE := env -u DATABASE_URL -u REDIS_URL -u EMAIL_URL -u SECRET_KEY -u DEMO -u DEBUG VAR_DIR=.venv/var
PIP := $(BIN)/python -m pip --disable-pip-version-check install -qq --no-warn-script-location

.DEFAULT_GOAL := help
.PHONY: help run setup test check bench chaos clean dev

help: ## what there is to make
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

run: setup ## install, migrate and start web, worker and clock on SQLite; Ctrl-C stops all of it
	@exec $(BIN)/python manage.py up

setup: .static/staticfiles.json $(WORDS:.po=.mo) ## .venv, requirements and assets, nothing else

test: dev ## every test, on SQLite and then on PostgreSQL
	@$(BIN)/python -m tests.prepare
	TEST_DB=sqlite $(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)
	TEST_DB=postgres $(BIN)/python -m pytest -n 2 --dist worksteal -m "not browser and not once" $(ARGS)

check: dev ## format, lint, types, missing migrations, deploy check, dependency audit
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	@$(MAKE) --no-print-directory -j2 types audit

.PHONY: types audit
types:
	$(BARE) $(BIN)/mypy .

audit:
	$(BARE) $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m tests.deploy_check
	$(BIN)/python -m tests.audit

bench: dev ## the benchmark; docs/performance.md says how to read it
	@exec bench/run

chaos: dev ## the fault drills: mail servers that fail, then killed beats and workers; honours SEED, KILLS, ESCALATIONS, MAILS
	@$(BIN)/python -m bench.mail_drill
	@$(BIN)/python -m bench.chaos

clean: ## back to a fresh checkout: also deletes the data under var/
	rm -rf .venv var .static config/static/build .mypy_cache .pytest_cache .ruff_cache .hypothesis test-results
	find locale -name '*.mo' -delete
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

dev: .static/staticfiles.json $(WORDS:.po=.mo) $(DEV_STAMP)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Switchback needs Python 3.11 or newer: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq python3-venv; } \
		|| { echo "Python comes without venv here: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv

# Named by what they were made from: another branch's requirements are noticed, a new mtime alone is not.
$(RUN_STAMP): | .venv/bin/python
	@echo "Installing requirements ..."
	@$(PIP) -r requirements.txt
	@rm -f .venv/.run-* && touch $@

$(DEV_STAMP): | $(RUN_STAMP)
	@echo "Installing what tests and checks need ..."
	@$(PIP) -r requirements-dev.txt
	@pwd > "$$($(BIN)/python -c 'import site; print(site.getsitepackages()[0])')/switchback.pth"  # so pytest finds tests/
	@rm -f .venv/.dev-* && touch $@

config/static/build/inter.woff2: $(RUN_STAMP)
	@$(BARE) $(BIN)/python manage.py build_assets font

%.mo: %.po | $(RUN_STAMP)
	@$(BARE) $(BIN)/python manage.py build_assets words

.static/staticfiles.json: config/static/build/inter.woff2 $(STATIC)
	@rm -rf .static
	@$(BARE) $(BIN)/python manage.py collectstatic --noinput --ignore rest_framework --verbosity 0
