# Two commands on a fresh machine: `make demo` and `make test`. A third, `make app`, opens the app.
PYTHON ?= $(shell command -v python3.11 || command -v python3.13 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
DEMO ?= demo
PORT ?= 8501
WORKERS ?= 2
QGIS ?= /usr/bin/python3
STAMP := $(VENV)/.ready
PO := $(wildcard locale/*/LC_MESSAGES/*.po)
ROOMS := app.py cli.py words.py geo scoring data surveys reports ui work

.PHONY: env demo test test-qgis app bench lint words browser clean

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

# A browser for the tests: any Chromium already there, Debian's as root, else Playwright's own.
browser: env
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -q && apt-get install -y -q chromium; } \
	  || $(BIN)/python -m playwright install chromium

clean:
	rm -rf $(VENV) $(DEMO) dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find locale -name '*.mo' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
