# Everything the book can do, from a fresh clone. `make` alone lists it.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# The first Python that is new enough; `make book PYTHON=/path/to/python3` names another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
# uv installs in seconds what takes pip a minute; where uv cannot be had, pip does it.
install = if $(BIN)/python -m pip install --quiet --disable-pip-version-check uv; \
	then $(BIN)/uv pip install --python $(BIN)/python $(1); \
	else $(BIN)/python -m pip install $(1); fi

.PHONY: help
help: ## list what can be done
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

.PHONY: book
book: .venv/.book ## build the book and say where it is (PYODIDE=folder brings Pyodide along)
	@echo "Building the book."
	@$(BIN)/python tools/build.py -q -W -n --keep-going
	@echo "The book: file://$(CURDIR)/_build/html/index.html"

.PHONY: serve
serve: book ## build the book and show it in the browser
	$(BIN)/python tools/serve.py _build/html

.PHONY: pdf
pdf: .venv/.dev book ## print every chapter, and the whole book with bookmarks, into _build/pdf
	$(BIN)/python tools/pdf.py _build/html _build/pdf

.PHONY: lab
lab: .venv/.book ## open the chapters in JupyterLab
	$(BIN)/jupyter lab chapters --LabApp.news_url=

.PHONY: test
test: .venv/.dev ## prove everything (NO_BROWSER=1 leaves the browser out)
	$(BIN)/python tools/prove.py

.PHONY: test-cpus
test-cpus: .venv/.dev ## run the notebooks as on other processors and with the oldest NumPy
	$(BIN)/python tools/prove_cpus.py

.PHONY: fuzz
fuzz: .venv/.dev ## call everything public with a hundred thousand good and bad inputs
	$(BIN)/python tests/nnlib/fuzz.py 100000 $(or $(SEED),0)

.PHONY: test-notebooks
test-notebooks: .venv/.dev ## run every notebook that is downloaded where nothing of the book is installed
	EVERY_CHAPTER=1 $(BIN)/python -m pytest -q tests/book/test_portable.py

.PHONY: bench
bench: .venv/.dev ## measure nnlib and the book
	@for program in benchmarks/*.py; do \
		echo "== $$program"; $(BIN)/python $$program || exit 1; done

.PHONY: format
format: .venv/.dev ## format the code and the notebooks
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .
	$(BIN)/python tools/notebook.py normalise chapters

.PHONY: clean
clean: ## remove what was built; the virtual environment stays
	rm -rf _build .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "The book needs Python 3.11 or newer. Found: \
	$$(python3 --version 2>&1 || echo none). Install one, or name it: make book PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "The book needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv

# The stamps: what was installed, and when. They are older than the lists only if these changed.
.venv/.book: requirements.txt pyproject.toml book/pyproject.toml $(wildcard book/nnbook/labextension/*) | .venv/bin/python
	@$(call install,-r requirements.txt)
	@touch $@

.venv/.dev: .venv/.book
	@$(call install,-e "./book[dev]")
	@touch $@
