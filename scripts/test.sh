#!/usr/bin/env bash
# Every test. Each suite goes on when another fails; ends with the counts of all, also left in target/test-counts.
set -uo pipefail
cd "$(dirname "$0")/.."
mkdir -p target/test-logs
rm -f target/test-counts target/test-counts.suites target/test-logs/*.counted

suite() { # name, command…
  local name=$1 log=target/test-logs/$1.log began status p f broken=0
  shift
  printf '[test] %s\n' "$name"
  began=$(date +%s)
  "$@" 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  read -r p f < <(python3 scripts/test_counts.py "$log")
  # A suite that fails without naming a failed test did not run to its end.
  if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
  if [ "$status" -ne 0 ]; then broken=1; fi
  if [ "$p" -eq 0 ]; then printf '[test] %s ran no test\n' "$name"; broken=1; fi
  printf '[test] %s: %d passed, %d failed, %d s\n' "$name" "$p" "$f" $(($(date +%s) - began)) | tee -a target/test-counts.suites
  printf '%d %d %d\n' "$p" "$f" "$broken" >"target/test-logs/$name.counted"
}

# A browser and a server take part: what fails once is tried once more, and said.
twice() { "$@" || { printf '[test] once more: %s\n' "$*"; "$@"; }; }

# What `make check` asks of packages' own words, asked of the texts of their licences.
if [ "${SCREENER_FULL:-}" ]; then cargo deny --log-level error check licenses bans sources || exit 1; fi
scripts/interface.sh || exit 1
cargo build --quiet --workspace || exit 1
cargo build --quiet --workspace --example serve_tree || exit 1
# The viewer's page is watched while the tests are compiled: it takes its time to play, not the processor's.
SCREENER_SKIP_PAGE_BUILD=1 SCREENER_EDGE_BUILT=1 suite watch-page twice npm --prefix ui run --silent test:watch-page >target/test-logs/watch-page.said 2>&1 &
page=$!
# Examples are programs for a person; the one that the page needs is built.
targets=(--lib --bins --tests)
cargo nextest run --workspace "${targets[@]}" --no-run --cargo-quiet
compiled=$?
wait "$page"
cat target/test-logs/watch-page.said
[ "$compiled" -eq 0 ] || exit 1
# What is ignored says why; `make test-full` has what it takes.
suite rust cargo nextest run --workspace "${targets[@]}" ${SCREENER_FULL:+--run-ignored all} --no-fail-fast --status-level fail --final-status-level slow
suite interface npm --prefix ui run --silent test
suite window src-tauri/tests/window/run.sh
if [ "${SCREENER_FULL:-}" ]; then
  suite first-plays scripts/first-plays.sh 10
  suite lambda-twice scripts/lambda-twice.sh
fi

printf '\n'
cat target/test-counts.suites
cat target/test-logs/*.counted | awk '{ p += $1; f += $2; broken += $3 } END { printf "%d passed, %d failed\n", p, f; exit broken > 0 }' |
  tee target/test-counts
exit "${PIPESTATUS[1]}"
