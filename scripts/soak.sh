#!/usr/bin/env bash
# The long forms: 200 kills of the engine at random moments (SCREENER_KILLS to change), real outages, and 100 first films of a window
# (SCREENER_PLAYS to change).
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/interface.sh
cargo build --quiet --workspace
SCREENER_KILLS=${SCREENER_KILLS:-200} SCREENER_SOAK=1 cargo nextest run --workspace --profile soak \
  -E '(package(screener-cli) | package(screener-publish)) & (test(soak) | test(kill) | test(outage))'
scripts/first-plays.sh "${SCREENER_PLAYS:-100}"
