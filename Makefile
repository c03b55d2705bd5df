# `make demo` and `make test` do everything on a fresh machine with Python (3.11 or later) and make.
PYTHON ?= python3
DATA ?= ../shared/data
BIN := .venv/bin

.PHONY: demo test bench accuracy extraction pictures clean

demo: .venv/demo
	$(BIN)/lanmu demo

test: .venv/test
	@$(BIN)/python -m tests.system
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

bench: .venv/test
	$(BIN)/python -m tests.bench

accuracy: .venv/test
	$(BIN)/python -m tests.accuracy $(DATA)

extraction: .venv/test
	$(BIN)/python -m crawler.accuracy $(DATA)/pages

# The README's pictures, made anew (needs Chromium).
pictures: .venv/test
	$(BIN)/python -m tests.pictures

clean:
	rm -rf .venv build lanmu-demo

# A virtual environment needs Debian's python3-venv; as root it is installed, elsewhere its name is said.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更高版本"; exit 2; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update && apt-get install -y python3-venv && $(PYTHON) -m venv .venv; \
	  else echo "缺少 python3-venv，请先安装: apt-get install python3-venv"; exit 2; fi; }

.venv/demo: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --disable-pip-version-check -q --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e .
	@touch $@

.venv/test: requirements-test.lock pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --disable-pip-version-check -q --require-hashes -r requirements-test.lock
	$(BIN)/python -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e .
	@touch $@ .venv/demo

# After changing a dependency: write both lock files anew.
.PHONY: lock
lock:
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --extra test pyproject.toml -o requirements-test.lock
