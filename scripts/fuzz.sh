#!/usr/bin/env bash
# Coverage-guided fuzzing of what parses a stranger's words, then mutated films.
#   scripts/fuzz.sh [TARGET…]      SCREENER_FUZZ_RUNS: executions a target; SCREENER_FUZZ_SECONDS: at most so long for each
# Without targets all of them, and the films. What was found and is to be kept lies in fuzz/corpus and fuzz/artifacts.
set -euo pipefail
cd "$(dirname "$0")/../fuzz"
runs=${SCREENER_FUZZ_RUNS:-2000000}
seconds=${SCREENER_FUZZ_SECONDS:-3600}
all=$#
[ $# -gt 0 ] || mapfile -t targets < <(cargo +nightly fuzz list)
[ $# -eq 0 ] || targets=("$@")
for target in "${targets[@]}"; do
  printf '[fuzz] %s, %s executions\n' "$target" "$runs"
  options=(-runs="$runs" -max_total_time="$seconds" -print_final_stats=1)
  seeds=()
  case $target in
    rewrite) options+=(-dict=rewrite.dict) seeds=(../crates/hls/tests/it/corpus) ;;

  esac
  mkdir -p "corpus/$target"
  cargo +nightly fuzz run "$target" "corpus/$target" "${seeds[@]}" -- "${options[@]}"
done
[ "$all" -eq 0 ] || exit 0
cd ..
SCREENER_MUTATIONS=${SCREENER_MUTATIONS:-10000} cargo nextest run --workspace --profile soak -E 'package(screener-transcode) & test(mutat)'
