# Two commands carry the day: `make demo` and `make test`. Each prepares .venv by itself.
# Every path is relative and plain, so the checkout itself may lie in a folder with spaces.

PYTHON ?= python3
RUN := .venv/bin/python -m
UV := build/uv/bin/python -m uv
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-config --no-emit-index-url --no-emit-find-links --no-header
# Settings of the person at the keyboard must not steer the demo or the tests.
unexport CONVENE_CONFIG CONVENE_DATABASE_URL CONVENE_SMTP_URL CONVENE_BASE_URL CONVENE_SECRET_KEY \
	CONVENE_MAIL_FROM CONVENE_NOW CONVENE_SMTP_CONNECTIONS CONVENE_SMTP_RATE CONVENE_STATE_FOLDER PYTHONPATH

.DEFAULT_GOAL := help
.PHONY: help install demo test lint format check-feeds faults benchmarks bench-mail bench-compose bench-feeds example states messages golden screenshots requirements clean

help: ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' Makefile | expand -t 20

install: .venv/.installed ## prepare .venv (the others do it by themselves)

.venv/.installed: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "convene needs Python 3.11 or newer; name one, as in: make $(MAKECMDGOALS) PYTHON=python3.13" >&2; exit 1; }
	@echo "Preparing .venv (once; about a minute)"
	$(PYTHON) -m venv .venv
	$(RUN) pip install --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(RUN) pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	@touch .venv/.installed

demo: install ## run four real programmes on a virtual clock; SERVE=1 stays up
	$(RUN) convene.cli.demo --out build/demo $(if $(SERVE),--serve)

test: lint ## everything: style, types, arrows, tests
	$(RUN) pytest --numprocesses auto --dist loadfile

lint: install ## style, types and the direction of imports
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	.venv/bin/python -c 'from importlinter.cli import lint_imports_command as lint; lint()' --no-logo

format: install ## put the code into its usual form
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

check-feeds: install build/ical.js/.installed ## 10,000 random feeds, read by icalendar, vobject and ical.js (needs node)
	CHECK_FEEDS=1 $(RUN) pytest tests/ical tests/usecases/feeds/test_entries_change_visibly.py $(ARGS)

# The parser of Thunderbird and Nextcloud. It has no dependencies; what comes is compared with what was looked at.
ICAL_JS := 2.2.1
ICAL_JS_SHA256 := 396c1349c899974b1048460e3c7495ec394ff1a86941ab5bf6291b272b8d53c2

build/ical.js/.installed: Makefile
	@mkdir -p build/ical.js
	npm install --prefix build/ical.js --no-save --no-package-lock --no-audit --no-fund --silent ical.js@$(ICAL_JS)
	@echo "$(ICAL_JS_SHA256)  build/ical.js/node_modules/ical.js/dist/ical.js" | sha256sum --check --quiet
	@touch $@

faults: install ## delivery under faults, at full length; ARGS="--scenario F1 --database sqlite --seed 7"
	$(RUN) tests.faults $(ARGS)

benchmarks: install build/benchmarks/.installed ## planning beside its peers; ARGS="--sizes 10000" for a quick look
	$(RUN) benchmarks.planning $(ARGS)

bench-mail: install build/benchmarks/.installed ## sending beside its peers; ARGS="--mails 1000 --rounds 1" for a quick look
	$(RUN) benchmarks.mail $(ARGS)

bench-compose: install build/benchmarks/.installed ## composing by language beside its peers; ARGS="--rounds 1" for a quick look
	$(RUN) benchmarks.compose $(ARGS)

bench-feeds: install build/benchmarks/.installed ## feeds beside nginx and Radicale; ARGS="--rounds 1 --parts steps nginx" for a quick look
	$(RUN) benchmarks.feeds $(ARGS)

build/benchmarks/.installed: requirements/benchmarks.txt
	$(PYTHON) -m venv build/benchmarks
	build/benchmarks/bin/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements/benchmarks.txt
	@touch build/benchmarks/.installed

example: install ## write config/convene.example.toml from the table of settings
	.venv/bin/python -c 'from convene.settings_table import example_toml; print(example_toml(), end="")' \
		> config/convene.example.toml

states: install ## draw the states of a notice into docs/delivery.md, from their table
	.venv/bin/python -m tests.packaging.states_in_docs

messages: install ## gather the sentences of code and templates into locales/*.pot and *.po, and list them in README.md
	$(RUN) babel.messages.frontend -q extract -F locales/babel.cfg -k to_translate -c Translators: -s \
		--width=10000 --sort-output --add-location=file --project=convene --version=1 \
		--msgid-bugs-address="see CONTRIBUTING.md" --copyright-holder="the convene contributors" -o locales/convene.pot .
	$(RUN) babel.messages.frontend -q update --no-fuzzy-matching --ignore-obsolete --width=10000 \
		--ignore-pot-creation-date -D convene -i locales/convene.pot -d locales
	$(RUN) tests.packaging.languages_in_readme

golden: install ## write the mails and calendars that are kept as files anew, for a new language too
	CONVENE_UPDATE_GOLDEN=1 $(RUN) pytest tests/mail/test_compose.py tests/mail/test_turns.py \
		tests/ical/test_vcalendar.py -k "golden_file or kept"

screenshots: install ## every mail and page in every language as pictures in build/screenshots; LANGUAGES="km lo"
	$(RUN) tests.rendering.screenshots $(LANGUAGES)

requirements: build/uv/.installed ## look up newer libraries and write requirements/*.txt
	@printf '%s\n' '# The libraries of a server, with the PostgreSQL driver. Made by: make requirements' > requirements/runtime.txt
	$(COMPILE) pyproject.toml --upgrade --extra postgresql >> requirements/runtime.txt
	@printf '%s\n' '# All libraries: server, demo, tests, build. Made by: make requirements' > requirements/dev.txt
	$(COMPILE) pyproject.toml --upgrade --extra dev >> requirements/dev.txt
	@printf '%s\n' '# The peers that benchmarks/ measures against. Made by: make requirements' > requirements/benchmarks.txt
	$(COMPILE) requirements/benchmarks.in --upgrade >> requirements/benchmarks.txt

build/uv/.installed:
	$(PYTHON) -m venv build/uv
	build/uv/bin/python -m pip install --disable-pip-version-check --quiet uv
	@touch build/uv/.installed

clean: ## remove everything that was made
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
