#!/usr/bin/env bash
# Every test. Each suite goes on when another fails; ends with the counts of all, also left in target/test-counts.
set -uo pipefail
cd "$(dirname "$0")/.."
mkdir -p target/test-logs
passed=0 failed=0 broken=0
: >target/test-counts

suite() { # name, command…
  local name=$1 log=target/test-logs/$1.log began status p f
  shift
  printf '[test] %s\n' "$name"
  began=$(date +%s)
  "$@" 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  read -r p f < <(python3 scripts/test_counts.py "$log")
  passed=$((passed + p)) failed=$((failed + f))
  # A suite that fails without naming a failed test did not run to its end.
  if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then failed=$((failed + 1)); fi
  if [ "$status" -ne 0 ]; then broken=1; fi
  if [ "$p" -eq 0 ]; then printf '[test] %s ran no test\n' "$name"; broken=1; fi
  printf '[test] %s: %d passed, %d failed, %d s\n' "$name" "$p" "$f" $(($(date +%s) - began)) | tee -a target/test-counts.suites
}

# A browser and a server take part: what fails once is tried once more, and said.
twice() { "$@" || { printf '[test] once more: %s\n' "$*"; "$@"; }; }

rm -f target/test-counts.suites
scripts/interface.sh || exit 1
cargo build --quiet --workspace || exit 1
# What is ignored says why; `make test-full` has what it takes.
suite rust cargo nextest run --workspace ${SCREENER_FULL:+--run-ignored all} --no-fail-fast --status-level fail --final-status-level slow
suite interface npm --prefix ui run --silent test
suite watch-page twice npm --prefix ui run --silent test:watch-page
suite window src-tauri/tests/window/run.sh
if [ "${SCREENER_FULL:-}" ]; then suite first-plays scripts/first-plays.sh 10; fi

printf '\n'
cat target/test-counts.suites
printf '%d passed, %d failed\n' "$passed" "$failed" | tee target/test-counts
exit $broken
