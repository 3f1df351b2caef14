#!/usr/bin/env bash
# Everything that can be judged without running the product.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '[check] %s\n' "$*"; }

step "format"; cargo fmt --all --check
step "spelling"; .tools/py/bin/typos
step "interface: built"; scripts/interface.sh
step "interface: types"; npm --prefix ui run --silent check
step "interface: lint"; npm --prefix ui run --silent lint
step "clippy"; cargo clippy --quiet --workspace --all-targets -- -D warnings
step "docs"; RUSTDOCFLAGS="-D warnings" cargo doc --quiet --workspace --no-deps --document-private-items
step "licences, bans, sources"; .tools/py/bin/python scripts/licences.py
step "all checks passed"
