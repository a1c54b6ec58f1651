.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000

.PHONY: help env demo test bench docs pictures assets messages pins clean

help: ## Say what each target does
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1|/' | column -t -s '|'

# The running platform alone: enough for the demonstration, and quick to install.
.venv/base: requirements/base.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: .venv/base requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

env: .venv/dev ## Make .venv with everything, tests and documentation included

demo: .venv/base ## Open the site with the sample city and people of every role (PORT=8000)
	$(BIN)/allcity demo --port $(PORT)

test: .venv/dev ## Check style, types, layers, behaviour, browser and documentation
	tests/run

bench: .venv/dev ## Measure against peers in the same run
	tests/with-postgresql $(BIN)/python -m benchmarks

docs: .venv/dev ## Build the documentation into build/docs
	$(BIN)/sphinx-build -q -W --keep-going -b html docs build/docs

pictures: .venv/dev ## Take the pictures of the documentation anew (needs Chromium)
	TAKE_PICTURES_TO=docs/pictures $(BIN)/pytest -p no:xdist tests/e2e/test_spotlight.py

assets: ## Build the map's JavaScript anew (needs Node)
	cd assets && npm ci --ignore-scripts && npm run build

messages: ## Take the strings out of the code and compile their translations (needs gettext)
	env -u DJANGO_SETTINGS_MODULE $(BIN)/python -m allcity.site.catalogue && \
	cd src/allcity/site/locale/es/LC_MESSAGES && msgfmt --check-format -o django.mo django.po

pins: ## Resolve the dependencies anew (needs uv)
	uv pip compile --quiet --upgrade --generate-hashes --no-header --python-version 3.11 pyproject.toml --extra build -o requirements/base.txt
	uv pip compile --quiet --upgrade --generate-hashes --no-header --python-version 3.11 pyproject.toml --extra build --extra s3 -c requirements/base.txt -o requirements/s3.txt
	uv pip compile --quiet --upgrade --generate-hashes --no-header --python-version 3.11 pyproject.toml --extra build --extra s3 --extra test --extra docs -c requirements/s3.txt -o requirements/dev.txt

clean: ## Remove the environment and everything built
	rm -rf .venv build
