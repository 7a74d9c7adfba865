PYTHON ?= python3
PORT ?= 8069
HOST ?= 127.0.0.1
RUN = $(PYTHON) -m dev

run:  ## serve the addons with demo data at http://localhost:8069 (PORT=8070, HOST=0.0.0.0; DEV=1 loads changes)
	@$(RUN) run --port $(PORT) --host $(HOST) $(if $(DEV),--dev)

test:  ## run the addons' tests in a fresh database, browser tours included (T=path::name: these, in the last one)
	@$(RUN) test $(if $(T),--keep -- $(T))

test-system:  ## faults, replicas, other addons: on running servers (some minutes)
	@$(RUN) test-system

test-upstream:  ## run Odoo's own tests with the addon and without it, and compare
	@$(RUN) test-upstream

test-beside:  ## run the tests of the OCA's addons with the addon and without it, and compare
	@$(RUN) test-beside

bench:  ## measure what the addon costs and saves, side by side with Odoo's own; writes benchmarks/results.md
	@$(RUN) bench $(ARGS)

lint:  ## check and format every file (pre-commit)
	@$(RUN) lint

i18n:  ## export the addon's strings and merge them into i18n/uk.po; says which lack Ukrainian
	@$(RUN) i18n

lock:  ## pin the Python packages again, after a change of dev/*.in
	@$(RUN) lock

docs:  ## take the pictures of the guide again, in both languages, and check that its every step still works
	@$(RUN) docs

clean:  ## remove everything that these commands made, databases included
	@$(RUN) clean

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run test test-system test-upstream test-beside bench lint i18n docs lock clean help
.DEFAULT_GOAL := help
