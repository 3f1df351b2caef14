#!/usr/bin/env bash
# Coverage-guided fuzzing of what parses a stranger's words, then mutated films.  SCREENER_FUZZ_RUNS: executions a target.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v cargo-fuzz >/dev/null || cargo install --quiet --locked cargo-fuzz
runs=${SCREENER_FUZZ_RUNS:-10000000}
for target in $(cd fuzz && cargo +nightly fuzz list); do
  printf '[fuzz] %s, %s executions\n' "$target" "$runs"
  (cd fuzz && cargo +nightly fuzz run "$target" -- -runs="$runs" -max_total_time=3600)
done
SCREENER_MUTATIONS=${SCREENER_MUTATIONS:-10000} cargo nextest run --profile soak -p screener-transcode -E 'test(mutat)'
