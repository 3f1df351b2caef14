#!/usr/bin/env bash
# Installers for this system, in target/release/bundle: a .deb and an .rpm with the app, the worker and the terminal command.
# Then looks into them: whatever a program in them needs must be inside or declared.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf '[package] %s\n' "$*"; }

if [ "$(uname -s)" != Linux ]; then
  say "installers are made on Linux so far; elsewhere: scripts/interface.sh && cargo build --release -p screener-desktop -p screener-transcode -p screener-cli"
  exit 1
fi
command -v rpmbuild >/dev/null || scripts/setup.sh test

scripts/interface.sh
scripts/sample.sh
say "building the programs (release)"
# All three at once: what they share is built once, with one set of features.
cargo build --release --locked -p screener-desktop -p screener-transcode -p screener-cli
say "making the installers"
rm -rf target/release/bundle
(cd src-tauri && ../ui/node_modules/.bin/tauri bundle --bundles deb,rpm)
scripts/package-check.sh
