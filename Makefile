# Two commands on a fresh machine: `make demo` and `make test`. A third, `make app`, opens the app.
PYTHON ?= $(shell command -v python3.11 || command -v python3.13 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
DEMO ?= demo
PORT ?= 8501
WORKERS ?= 2
MINUTES ?= 60
QGIS ?= /usr/bin/python3
OTHER ?= $(shell command -v python3.13)
OTHER_VENV ?= .venv-other
STAMP := $(VENV)/.ready
PO := $(wildcard locale/*/LC_MESSAGES/*.po)
ROOMS := app.py cli.py words.py geo scoring data surveys reports ui work

.PHONY: env demo test soak test-qgis test-two-pythons test-postgis app bench lint words browser clean sbom licences wheelhouse audit-deps test-laptop

env: $(STAMP) words

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	$(BIN)/python -m compileall -q $(ROOMS)
	touch $@

words: $(STAMP) $(PO:.po=.mo)

%.mo: %.po
	@$(BIN)/python tools/compile_words.py $<

demo: env
	rm -rf $(DEMO)
	$(BIN)/tapak demo $(DEMO)
	$(BIN)/tapak rank $(DEMO)
	$(BIN)/tapak map $(DEMO) -o $(DEMO)/out/peta.html --overwrite

test: lint browser
	$(BIN)/python -m pytest -n $(WORKERS)

# The QField project, opened and filled in by QGIS itself: needs Debian's python3-qgis.
test-qgis: env
	@$(QGIS) -c 'import qgis.core' || { echo "apt-get install python3-qgis"; exit 1; }
	TAPAK_QGIS=$(QGIS) $(BIN)/python -m pytest tests/qgis

# Both stores: a PostgreSQL 15 with PostGIS of its own on a free loopback port, run by an ordinary user.
# Needs Debian's postgresql-15 and postgresql-15-postgis-3.
POSTGIS_TESTS := tests/data/test_store.py tests/data/test_store_field.py tests/data/test_bulk.py tests/data/test_migrations.py \
  tests/data/test_server.py tests/data/test_postgis_agrees.py tests/work/test_moving_store.py tests/work/test_living.py \
  tests/work/test_changes.py tests/work/test_backup_server.py tests/work/test_health_server.py tests/reliability/test_writers.py \
  tests/reliability/test_server_killed.py
test-postgis: env
	TAPAK_NO_SKIP=1 $(BIN)/python tools/with_postgis.py -- $(BIN)/python -m pytest -n $(WORKERS) $(POSTGIS_TESTS)

# kill -9 at 200 moments on each store, a hundred full disks, ten people for an hour: a few hours.
soak: env
	$(BIN)/python tools/with_postgis.py -- $(BIN)/python -m pytest -m soak tests/reliability tests/work
	$(BIN)/python benchmarks/soak_app.py --minutes $(MINUTES)

# The same study on a second Python: its figures must be those of the first. OTHER=PATH names one.
test-two-pythons: env
	@test -n "$(OTHER)" || { echo "no second Python here: install python3.13, or name one: make $@ OTHER=PATH"; exit 1; }
	$(OTHER) -m venv $(OTHER_VENV)
	$(OTHER_VENV)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	TAPAK_OTHER_PYTHON=$(abspath $(OTHER_VENV))/bin/python $(BIN)/python -m pytest -s tests/reports/test_two_pythons.py

lint: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports

app: env
	test -d $(DEMO) || $(BIN)/tapak demo $(DEMO)
	$(BIN)/tapak app $(DEMO) --port $(PORT)

bench: env
	$(BIN)/python benchmarks/first_light.py
	$(BIN)/python benchmarks/ground.py
	$(BIN)/python benchmarks/streets_and_ground.py
	$(BIN)/python benchmarks/sureness.py
	$(BIN)/python benchmarks/siting.py
	$(BIN)/python benchmarks/field.py
	$(BIN)/python benchmarks/visits.py

# Parts (CycloneDX) and licences of the run time; wheels for a Windows laptop without internet.
sbom: env
	$(BIN)/python tools/parts.py sbom dist/tapak.cdx.json

licences: env
	$(BIN)/python tools/parts.py licences

wheelhouse: env
	$(BIN)/python tools/wheelhouse.py dist/wheels

# Exit 3 says that the advisory database could not be asked, which is no pass.
audit-deps: env
	$(BIN)/python tools/audit_dependencies.py

# tapak.sh on a machine without internet, from a folder of wheels; Tapak.cmd where wine and mingw are.
test-laptop: env
	$(BIN)/python tools/wheelhouse.py dist/wheels-linux --platform linux_x86_64 --python $$($(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
	TAPAK_WHEELS=$(CURDIR)/dist/wheels-linux $(BIN)/python -m pytest tests/laptop

# A browser for the tests: any Chromium already there, Debian's as root, else Playwright's own.
browser: env
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -q && apt-get install -y -q chromium; } \
	  || $(BIN)/python -m playwright install chromium

clean:
	rm -rf $(VENV) $(OTHER_VENV) $(DEMO) dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find locale -name '*.mo' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
