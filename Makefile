PYTHON ?= python3
PORT ?= 8069
DEV = $(PYTHON) -m dev

run:  ## serve the addon with demo data at http://localhost:8069 (another port: PORT=8070)
	@$(DEV) run --port $(PORT)

test:  ## install the addon into a fresh database and run its tests, browser tours included
	@$(DEV) test

test-system:  ## rights, bad input, faults, replicas, other addons: on running servers (some minutes)
	@$(DEV) test-system

test-upstream:  ## run Odoo's own tests with the addon and without it, and compare
	@$(DEV) test-upstream

test-beside:  ## run the tests of the OCA's addons with the addon and without it, and compare
	@$(DEV) test-beside

bench:  ## measure what the addon costs and saves, side by side with Odoo's own; writes benchmarks/results.md
	@$(DEV) bench $(ARGS)

lint:  ## check and format every file (pre-commit)
	@$(DEV) lint

i18n:  ## export the addon's strings and merge them into i18n/uk.po; says which lack Ukrainian
	@$(DEV) i18n

lock:  ## pin the Python packages again, after a change of dev/*.in
	@$(DEV) lock

docs:  ## take the pictures of the guide again, in both languages, and check that its every step still works
	@$(DEV) docs

clean:  ## remove everything that these commands made, databases included
	@$(DEV) clean

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run test test-system test-upstream test-beside bench lint i18n docs lock clean help
.DEFAULT_GOAL := help
