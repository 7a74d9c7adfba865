PYTHON ?= python3
PORT ?= 8069

run:  ## serve the addon with demo data at http://localhost:8069
	$(PYTHON) -m dev run --port $(PORT)

test:  ## run the addon's tests on a fresh database
	$(PYTHON) -m dev test

docs:  ## take the pictures of the guide again, in both languages, and check that every step still works
	$(PYTHON) -m dev docs

.PHONY: run test docs
