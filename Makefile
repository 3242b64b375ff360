# Comity. `make demo` shows the whole story; `make test` holds every promise.
.PHONY: help demo serve test lint bench bench-full match-report docs web lock clean
SHELL := /bin/bash
PY := .venv/bin/python
LISTS ?= ../shared/data

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

.venv/run.ready: requirements/run.lock pyproject.toml tools/setup.sh
	@tools/setup.sh run

.venv/dev.ready: requirements/dev.lock requirements/run.lock pyproject.toml tools/setup.sh
	@tools/setup.sh dev

web: .venv/run.ready ## build the style sheets (GOV.UK Frontend from npm)
	@$(PY) tools/build_web.py

demo: .venv/run.ready ## two nodes, one witness, the whole story, then the pages (ONCE=1: no pages)
	@$(PY) tools/build_web.py
	@$(PY) -m comity.cli.demo $(if $(ONCE),--once,)

test: .venv/dev.ready ## lint and the whole suite
	@tools/system.sh
	@$(PY) tools/build_web.py
	@$(MAKE) --no-print-directory lint
	@$(PY) -m pytest -q

lint: .venv/dev.ready ## ruff, mypy strict, imports downward
	@.venv/bin/ruff check src tests tools bench
	@.venv/bin/ruff format --check src tests tools bench
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-cache >/dev/null || .venv/bin/lint-imports --no-cache

bench: .venv/dev.ready ## the numbers, beside the peers'
	@$(PY) bench/all.py

bench-full: .venv/dev.ready ## the same at the size of the Union: 93 million objects, 10 million persons; long
	@$(PY) bench/all.py --full

match-report: .venv/dev.ready ## measure the matcher anew: its page, and the gate's figures (LISTS=folder)
	@$(PY) -m comity match report --page docs/reference/match-report.md $(addprefix --lists ,$(wildcard $(LISTS)))
	@$(PY) tools/match_baseline.py

docs: .venv/dev.ready ## write the generated reference pages
	@$(PY) tools/build_docs.py

lock: ## refresh requirements/*.lock (needs uv)
	uv pip compile pyproject.toml --extra postgresql --group build --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o requirements/run.lock
	uv pip compile pyproject.toml --extra postgresql --extra ray --group build --group dev --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q \
	  -o requirements/dev.lock

clean: ## remove what was built
	rm -rf .venv .build node_modules src/comity/web/static demo-run
