#!/usr/bin/env bash
# The engine's long forms: 200 kills at random moments (SCREENER_KILLS to change), real outages.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --quiet -p screener-cli -p screener-transcode
SCREENER_KILLS=${SCREENER_KILLS:-200} SCREENER_SOAK=1 cargo nextest run --profile soak -p screener-cli -p screener-publish -E 'test(soak) | test(kill) | test(outage)'
