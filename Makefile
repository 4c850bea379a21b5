# Two commands do all on a fresh Debian 12: `make demo` (the main job, on a lab of real parts) and `make test`.
SHELL := /bin/bash
export PATH := $(PATH):/usr/sbin:/sbin
export PYTHONDONTWRITEBYTECODE :=  # every process of the tests would compile them, and the lab, anew
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadgroup -q
LAB := build/lab
CATALOGUES := $(wildcard bitools/locale/*/LC_MESSAGES/bitools.po)

.PHONY: help venv lock demo test torture check fix messages schema manual lab lab-change lab-down recordings bench clean

help:                ## this list
	@grep -hE '^[a-z-]+: *.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */  make \1\t/' | expand -t 22

venv: .venv/.installed .venv/.compiled
.venv/.installed: pyproject.toml requirements-dev.lock catalogues.py lab/install.sh
	@bash lab/install.sh python
.venv/.compiled: .venv/.installed $(CATALOGUES)
	@$(BIN)/pybabel -q compile -d bitools/locale -D bitools && touch $@

lock:                ## write requirements*.lock anew: the newest versions that pyproject.toml allows, with hashes
	@bash lab/install.sh lock

demo:                ## the main job from end to end, on a lab of real parts
	@bash lab/demo.sh

test: venv           ## everything a user relies on, against real counterparts
	@bash lab/install.sh system
	$(PYTEST) -n 4 -m "not torture" tests  # they wait a third of their time

torture: venv        ## kill storms and long properties
	@bash lab/install.sh system
	$(PYTEST) -n 3 -m torture tests  # likewise

check: venv          ## style, types, architecture, messages; under a minute
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) -m "not torture" tests/unit/test_messages.py tests/unit/test_architecture.py tests/unit/inventory/test_reference.py

fix: venv            ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: venv       ## bring the Turkish catalogue up to date with the source
	@mkdir -p build
	$(BIN)/pybabel -q extract -F bitools/locale/babel.cfg -k _ -k ng:1,2 --no-location --sort-output --omit-header -o build/bitools.pot .
	$(BIN)/pybabel -q update -i build/bitools.pot -d bitools/locale -D bitools --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

schema: venv         ## write JSON Schema: of the inventory for editors, of every document for scripts
	BITOOLS_LANG=en $(BIN)/bitools inventory schema --to inventories/example/schema
	$(BIN)/python -m bitools.inventory.reference docs
	$(BIN)/python -m bitools.documents.schemas docs/documents
	$(BIN)/python -m bitools.platforms.sets docs/platforms.md
	$(BIN)/python -m bitools.cli.frame.words bitools/cli/tree.json

manual: venv         ## manual pages in both languages: build/man, for /usr/local/share/man
	for language in en tr; do $(BIN)/python -m bitools.cli.frame.manual build/man $$language; done

lab: venv            ## bring the municipality in a box up, and leave it up
	@bash lab/install.sh system
	$(BIN)/python -m lab up $(LAB)

lab-change: venv     ## somebody changes two devices
	$(BIN)/python -m lab change $(LAB)

lab-down: venv       ## take down exactly what `make lab` started
	$(BIN)/python -m lab down $(LAB)

recordings: venv     ## snapshot a folder of recorded sessions and judge what is stored: DIR=…
	$(BIN)/python -m lab.recordings $(DIR)

bench: venv           ## side by side with what people would use instead
	$(BIN)/python -m pip install -q --disable-pip-version-check -e ".[dev,bench]"
	$(BIN)/python -m bench

clean:               ## remove what was built
	rm -rf build dist .venv .venv-ansible .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
