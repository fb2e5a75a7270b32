# Two commands are enough for a newcomer: `make run` and `make test`. Everything they need is installed into .venv.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(firstword $(shell for name in python3.11 python3.12 python3.13 python3; do command -v $$name && break; done))
CHECK_PYTHON = $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	{ echo "segue needs Python 3.11 or newer; '$(PYTHON)' is not. Next: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
TEXTS := chalice_bot/chalicelib/texts
PYTHON_FILES := ingest orchestration chalice_bot spark tests
# What hadoop-aws needs of the AWS SDK for S3, 14 MB: less what Spark has (netty, httpclient, slf4j), not the bundle of all services.
AWS_SDK := annotations apache-client arns auth aws-core aws-query-protocol aws-xml-protocol checksums checksums-spi crt-core \
	endpoints-spi http-auth http-auth-aws http-auth-aws-eventstream http-auth-spi http-client-spi identity-spi json-utils \
	metrics-spi netty-nio-client profiles protocol-core regions retries retries-spi s3 s3-transfer-manager sdk-core sts \
	third-party-jackson-core utils utils-lite

.PHONY: help run chat athena report test chromium check lint format unit bench weights texts package lock javalock clean

help: ## Show what make can do
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 10

run: $(BIN)/.run ## Install what is missing, then run the main job on the demo catalogue
	@$(BIN)/segue run

chat: $(BIN)/.run ## Chat with the bot in the browser, about what is published, or else the demo
	@$(BIN)/segue chat --demo

athena: $(BIN)/.run ## The same on a local Athena: Trino behind the Athena API
	@$(BIN)/segue run --target athena

report: $(BIN)/.dev ## Draw what the built catalogue sounds like, with Spark, and show it in the browser
	@$(BIN)/segue report

test: $(BIN)/.dev chromium lint ## Everything CI runs: lint, types, unit, integration and end-to-end tests
	$(BIN)/pytest -n 2 --dist loadscope

chromium: # The browser that shows the chat page; where it may not be installed, that test skips and says what to type
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
		{ test "$$(id -u)" = 0 && command -v apt-get >/dev/null && echo "Installing chromium (once; about a minute)" && \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || true

check: $(BIN)/.dev lint unit ## The fast part of `make test`

lint: $(BIN)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint -q dbt_project/models dbt_project/tests
	$(BIN)/mypy $(PYTHON_FILES)

format: $(BIN)/.dev ## Let ruff and sqlfluff mend what they can
	$(BIN)/ruff check -q --fix-only .
	$(BIN)/ruff format -q .
	$(BIN)/sqlfluff fix -q dbt_project/models dbt_project/tests

unit: $(BIN)/.dev
	$(BIN)/pytest -n 2 --dist loadscope -m 'not slow'

bench: $(BIN)/.dev ## Measure what README quotes (needs ../shared/data)
	$(BIN)/python tests/benchmarks/__main__.py

weights: $(BIN)/.dev ## Learn the weights of the blend anew; judge those of songs' distances (needs ../shared/data)
	$(BIN)/python tests/benchmarks/learn_blend.py
	$(BIN)/python tests/benchmarks/learn_audio.py

texts: $(BIN)/.dev ## Bring new names of texts into the bot's catalogues, and compile them
	$(BIN)/pybabel -q extract -k texts -k self -k other -k counted:1,1 --no-default-keywords --no-location --sort-output -o $(TEXTS)/segue.pot chalice_bot/chalicelib
	for language in en ko; do $(BIN)/pybabel -q update -D segue -i $(TEXTS)/segue.pot -d $(TEXTS) -l $$language -w 120 \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date || exit; done
	rm $(TEXTS)/segue.pot
	$(BIN)/pybabel -q compile -D segue -d $(TEXTS)

lock: $(BIN)/.dev ## Resolve pyproject.toml's groups anew into the two lock files
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
		--group ingest --group dbt --group bot --group orchestration --group spark --group dev -o requirements-dev.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
		--group ingest --group dbt --group bot --group orchestration -c requirements-dev.lock -o requirements.lock

	$(BIN)/uv pip compile -q --python-version 3.11.4 --python-platform x86_64-manylinux_2_17 --no-emit-index-url --no-emit-find-links --no-header \
		--no-annotate --group lambda -c requirements-dev.lock --no-emit-package boto3 --no-emit-package botocore \
		--no-emit-package python-dateutil --no-emit-package six -o chalice_bot/requirements.txt

package: $(BIN)/.dev ## Make the bot's package for Lambda and its template, in build/bot (fetches wheels)
	cd chalice_bot && AWS_DEFAULT_REGION=$${AWS_DEFAULT_REGION:-ap-northeast-2} PIP_NO_DEPS=1 \
		../$(BIN)/chalice package --merge-template .chalice/resources.json ../build/bot

javalock: $(BIN)/.run ## Resolve the Java programs of the local stack anew into orchestration/local/libraries/
	$(BIN)/python -m orchestration.local.lock_libraries dynamodb com.amazonaws:DynamoDBLocal:2.6.1 org.eclipse.jetty:jetty-xml:12.0.14
	$(BIN)/python -m orchestration.local.lock_libraries elasticmq org.elasticmq:elasticmq-server_2.13:1.6.12
	$(BIN)/python -m orchestration.local.lock_libraries trino io.trino:trino-server:476:tar.gz
	$(BIN)/python -m orchestration.local.lock_libraries hadoop-aws --alone org.apache.hadoop:hadoop-aws:3.5.0 \
		software.amazon.s3.analyticsaccelerator:analyticsaccelerator-s3:1.3.1 org.wildfly.openssl:wildfly-openssl:2.2.5.Final \
		software.amazon.eventstream:eventstream:1.0.1 org.reactivestreams:reactive-streams:1.0.4 \
		$(patsubst %,software.amazon.awssdk:%:2.35.4,$(AWS_SDK))

clean: ## Stop the local stack and remove its state and the environment
	-test ! -x $(BIN)/segue || $(BIN)/segue down
	rm -rf .segue $(VENV)

$(BIN)/python:
	@$(CHECK_PYTHON)
	$(PYTHON) -m venv $(VENV)

$(BIN)/.run: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing segue into $(VENV) (once; about two minutes)"
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(BIN)/.dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "Installing segue and its development tools into $(VENV) (once; about four minutes)"
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(BIN)/.run
