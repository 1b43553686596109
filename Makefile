# `make` shows what there is. Each part of `make test` is a target of its own.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.NOTPARALLEL:
.DEFAULT_GOAL := help

# Python from .venv, cargo from rustup when that has one.
export PATH := $(CURDIR)/.venv/bin:$(HOME)/.cargo/bin:$(PATH)

# Lints differ between compilers. Warnings fail with the one that the lints were chosen for and
# are only shown with others, so that a newer compiler does not break a sound checkout.
LINT_RUST := 1.95
DENY_WARNINGS = $(shell rustc --version | grep -q '^rustc $(LINT_RUST)\.' && echo '-D warnings')

heading = @printf '\n\033[1m== %s\033[0m\n' '$(1)'

.PHONY: help
help:
	@echo 'make demo     from a ready issue to a governed merge, on this machine, offline'
	@echo 'make test     everything CI checks'
	@echo 'make chaos    50 workers, 200 issues, faults, and workers that are killed'
	@echo 'make bench    measures, printed with the machine they were taken on'
	@echo 'make fmt      formats the Rust code'

# --- The demo -----------------------------------------------------------------------------------

.PHONY: demo
demo: setup
	$(call heading,Build)
	cargo build --locked --package althing
	$(call heading,Demo)
	@"$${CARGO_TARGET_DIR:-target}/debug/althing" demo --dir "demo-run-$$(date +%Y%m%d-%H%M%S)"

.PHONY: bench
bench: setup
	cargo build --locked --release --package althing
	cargo run --locked --release --package althing-bench
	cargo run --locked --release --package althing-eval --example conversions
	scripts/with-postgres cargo run --locked --release --package althing-ledger --example measure
	cargo bench --locked --package althing-council

.PHONY: chaos
chaos: setup-test
	$(call heading,A fleet on a bad day)
	ALTHING_CHAOS_WORKERS=50 ALTHING_CHAOS_ACCOUNTS=10 ALTHING_CHAOS_ISSUES=200 ALTHING_CHAOS_KILLS=60 \
	ALTHING_CHAOS_TTL=120 ALTHING_CHAOS_SLEEP=20 ALTHING_CHAOS_LIMIT=3600 \
	    cargo test --locked --workspace --test fleet -- --exact --nocapture \
	    chaos::whatever_goes_wrong_every_issue_ends_once

.PHONY: fmt
fmt:
	cargo fmt --all

.PHONY: setup
setup:
	$(call heading,Set up)
	@scripts/setup

# --- What CI checks -----------------------------------------------------------------------------

.PHONY: test
test: setup-test scripts-check format clippy doc arrows dependencies tests doc-tests models-repo agents-repo
	$(call heading,All checks passed)

.PHONY: setup-test
setup-test:
	$(call heading,Set up)
	@scripts/setup test

.PHONY: scripts-check
scripts-check:
	$(call heading,Scripts can be read)
	@for script in scripts/* .ci/run; do \
	    case "$$(head -n 1 "$$script")" in \
	        *bash) bash -n "$$script" ;; \
	        *python3) python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read(), sys.argv[1])' "$$script" ;; \
	    esac; \
	done

.PHONY: format
format:
	$(call heading,Format)
	cargo fmt --all --check

.PHONY: clippy
clippy:
	$(call heading,Lints)
	cargo clippy --locked --workspace --all-targets -- $(DENY_WARNINGS)

.PHONY: doc
doc:
	$(call heading,Documentation builds)
	RUSTDOCFLAGS='$(DENY_WARNINGS)' cargo doc --locked --workspace --no-deps

.PHONY: arrows
arrows:
	$(call heading,Who uses whom)
	scripts/check-arrows
	scripts/test-arrows

.PHONY: dependencies
dependencies:
	$(call heading,Licences and sources of dependencies)
	scripts/check-dependencies

.PHONY: tests
tests:
	$(call heading,Tests)
	INSTA_UPDATE=no scripts/with-postgres cargo nextest run --locked --workspace

.PHONY: doc-tests
doc-tests:
	$(call heading,Examples in the documentation)
	cargo test --locked --workspace --doc --quiet

.PHONY: models-repo
models-repo:
	$(call heading,Tests of the template of a models repository)
	cargo test --locked --workspace --test cli --no-run --quiet
	cd templates/models-repo && PYTHONDONTWRITEBYTECODE=1 \
	    ALTHING_BIN='$(abspath $(or $(CARGO_TARGET_DIR),target))/debug/althing' \
	    python -m pytest -q -rs -m ''

.PHONY: agents-repo
agents-repo:
	$(call heading,Tests of the template of an agents repository)
	cd templates/agents-repo && PYTHONDONTWRITEBYTECODE=1 python -m pytest -q
