#!/usr/bin/env bash
# Viewers of one video at the same time, against the local edge; writes benches/edge.md.
set -euo pipefail
cd "$(dirname "$0")/.."
# 1,000 connections on both sides need more open files than many shells allow.
ulimit -n "$(ulimit -Hn)" 2>/dev/null || true
# SCREENER_BENCH_PROFILE=dev measures the unoptimised build, which is at hand wherever the tests ran.
profile=${SCREENER_BENCH_PROFILE:-release}
cargo build --quiet --profile "$profile" --workspace --bins --examples
folder=$profile
[ "$profile" != dev ] || folder=debug
program="${CARGO_TARGET_DIR:-target}/$folder/examples/viewers"
load=$(cut -d' ' -f1 /proc/loadavg 2>/dev/null || echo unknown)
rows=$(mktemp)
trap 'rm -f "$rows"' EXIT
for arguments in "100 10 200" "1000 10 200" "1000 3 1000"; do
  # shellcheck disable=SC2086 — three numbers
  "$program" $arguments | tee -a "$rows"
done
{
  echo '# The edge under viewers'
  echo
  echo "Every viewer has a connection and a link of its own (RSA 2048, SHA-1) and does what a player does: the multivariant"
  echo 'playlist and the media playlist through the endpoint’s own code, then for each segment a range of 1 KB and the whole.'
  echo 'Each answer’s status and bytes are compared with what was stored. Client and edge are two processes on one machine and'
  echo 'share its cores; CPU and memory are the edge’s alone. Made by `benches/edge.sh`.'
  echo
  echo "Machine: $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -1); load average when the run began: $load. Build profile: \`$profile\`."
  echo
  echo '| viewers at once | segments each | requests | errors | wall | requests/s | throughput | CPU of the edge | memory at most |'
  echo '| --- | --- | --- | --- | --- | --- | --- | --- | --- |'
  cat "$rows"
} > benches/edge.md
