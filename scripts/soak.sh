#!/usr/bin/env bash
# The engine's long forms: 200 kills at random moments (SCREENER_KILLS to change), real outages.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --quiet --workspace
SCREENER_KILLS=${SCREENER_KILLS:-200} SCREENER_SOAK=1 cargo nextest run --workspace --profile soak \
  -E '(package(screener-cli) | package(screener-publish)) & (test(soak) | test(kill) | test(outage))'
