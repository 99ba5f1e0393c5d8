# `make` lists what there is. Nothing but Python 3.11 to 3.13 with venv has to be installed.

# The first Python of a good version; name another with PYTHON=python3.12
GOOD := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(or $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c '$(GOOD)' 2>/dev/null && echo $$name && break; done),python3)
VENV := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run test matrix lint format bench browser lock environment-run environment-test

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: environment-run ## everything at http://localhost:8000, with a sample conference (PORT=, HOST=, RELOAD=1)
	@exec $(VENV) -m openevent.embedded

test: environment-test ## the whole suite (ARGS="tests/api -k filter")
	@exec $(VENV) -m pytest $(ARGS)

matrix: environment-test ## every cell of the permission matrix, sent and printed (docs/permission-matrix.html)
	@exec $(VENV) -m pytest tests/matrix --every-cell

lint: environment-test ## format, lint, types, import contract, system checks, missing migrations
	$(VENV) -m ruff format --check .
	$(VENV) -m ruff check .
	$(VENV) -m mypy
	.venv/bin/lint-imports
	$(VENV) manage.py check
	$(VENV) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

format: environment-test ## write the code as `lint` wants it, where a machine can
	$(VENV) -m ruff check --fix .
	$(VENV) -m ruff format .

bench: environment-test ## how fast pages are, against a frozen floor and plain DRF
	@exec $(VENV) -m bench

browser: ## Chromium for the browser tests (Debian, as root)
	@if command -v chromium >/dev/null; then echo "chromium is there: $$(chromium --version)"; \
	elif ! command -v apt-get >/dev/null; then \
		echo "Install Chromium so that 'chromium' is on the PATH."; exit 1; \
	elif [ "$$(id -u)" != 0 ]; then \
		echo "Run: sudo apt-get install --no-install-recommends chromium"; exit 1; \
	else \
		apt-get -o DPkg::Lock::Timeout=600 update -q \
		&& DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 \
			install -q -y --no-install-recommends chromium; \
	fi

UV := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
lock: environment-test ## pin what requirements/*.in ask for (UPGRADE=1: at newer versions)
	$(UV) $(if $(UPGRADE),--upgrade) requirements/run.in --output-file requirements/run.txt
	$(UV) $(if $(UPGRADE),--upgrade) --constraint requirements/run.txt requirements/test.in \
		--output-file requirements/test.txt

environment-run:
	@$(PYTHON) requirements/environment.py run

environment-test:
	@$(PYTHON) requirements/environment.py test
