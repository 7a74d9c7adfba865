PYTHON ?= python3
PORT ?= 8069
DEV = $(PYTHON) -m dev

run:  ## serve the addon with demo data at http://localhost:8069 (another: PORT=8070)
	@$(DEV) run --port $(PORT)

test:  ## install the addon into a fresh database and run its tests, browser tours included
	@$(DEV) test

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run test help
.DEFAULT_GOAL := help
