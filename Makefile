# `make` lists what there is. Everything works on a bare clone: what is missing is set up first.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help setup environment assets translations run test test-long fuzz mutants lint bench chaos chaos-short migrate lock sbom audit

VENV := .venv/bin
# Compiled tests are kept, whatever the environment says: rewriting their asserts takes as long as collecting them.
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(VENV)/python -m pytest

help: ## what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  PORT=8000  TRACKER_DATA_DIR=./var  SAMPLE=0 (start empty)"

setup: environment assets translations ## environment, assets and translations; starts nothing

environment:
	@bin/setup-environment

assets: environment
	@bin/build-assets

# Compiled catalogues. `.venv/bin/python translations/catalogue.py` brings the catalogues themselves up to date.
COMPILED := $(patsubst %.po,%.mo,$(filter-out translations/en/%,$(wildcard translations/*/LC_MESSAGES/messages.po)))

translations: $(COMPILED)

translations/%.mo: translations/%.po | environment
	@$(VENV)/python translations/catalogue.py --compile

run: setup ## start everything; Ctrl-C stops it
	@exec $(VENV)/python -m embedded.supervisor --under-make

test: setup ## all tests but the long ones
	@bin/install-browser
	@$(PYTEST) -n 2 $(ARGS)

test-long: setup ## the tests that take longer
	@bin/install-browser
	@$(PYTEST) -n 2 -m long $(ARGS)

fuzz: setup ## made-up requests to every route as every role, and forms about a case that is there (CASES=100000 of each)
	@FUZZ_CASES=$(or $(CASES),100000) $(PYTEST) -n 2 -m long tests/long/test_fuzz.py

mutants: environment ## take each permission check away in turn: which of them would no test miss (ARGS=tracker/cases)
	@$(VENV)/python -m tests.mutants $(ARGS)

lint: environment ## style, types, layers, dependencies, templates
	$(VENV)/ruff check .
	$(VENV)/ruff format --check .
	$(VENV)/mypy
	$(VENV)/lint-imports --no-cache
	$(VENV)/deptry .
	$(VENV)/djlint --quiet --lint templates
	$(VENV)/python translations/catalogue.py --check
	bin/check-registry-names

bench: setup ## speed figures, beside a floor (SIZES=1000,100000 DRAINING=0)
	@$(VENV)/python -m bench

chaos: setup ## 10,000 reminders while everything around them breaks, both kinds of relay; the fault table; a soak
	@$(VENV)/python -m chaos --relay askable $(ARGS)
	@$(VENV)/python -m chaos --relay opaque $(ARGS)
	@$(VENV)/python -m chaos table
	@$(VENV)/python -m chaos soak

chaos-short: setup ## the same in three minutes: 500 reminders, a few of every fault
	@$(VENV)/python -m chaos --short $(ARGS)

migrate: environment ## bring the database to the newest revision
	@$(VENV)/python -m embedded.bootstrap

sbom: environment ## what is installed, as CycloneDX: sbom/*.json
	@mkdir -p sbom
	@for list in runtime embedded; do \
		$(VENV)/cyclonedx-py requirements --output-reproducible --of JSON -o sbom/$$list.json requirements/$$list.txt || exit 1; \
	done; ls -l sbom

audit: environment ## locked packages against published vulnerabilities; NOT AUDITED when that could not be done
	@bin/audit-packages

lock: environment ## write requirements/*.txt anew from the .in files
	@for list in runtime embedded dev node uv; do \
		PATH="$$PWD/.tools/uv/bin:$$PATH" uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-emit-index-url --no-header $(LOCK_ARGS) requirements/$$list.in -o requirements/$$list.txt || exit 1; \
	done
