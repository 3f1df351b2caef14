#!/usr/bin/env bash
# How fast access logs are read, and with how much memory; writes benches/views.md.
# SCREENER_BENCH_LINES: how many lines, and how often ("1000000:3 10000000:1"); ten million take some minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
# SCREENER_BENCH_BUILT: the program is there already.
[ -n "${SCREENER_BENCH_BUILT:-}" ] || cargo build --quiet --release -p screener-views --example read_logs
program="${CARGO_TARGET_DIR:-target}/release/examples/read_logs"
load=$(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || echo unknown)
rows=$(mktemp)
trap 'rm -f "$rows"' EXIT
for size in ${SCREENER_BENCH_LINES:-1000000:3 10000000:1}; do
  lines=${size%:*}
  # In turns, so that a busy moment spoils both.
  for _ in $(seq "${size#*:}"); do
    "$program" "$lines" none | tee -a "$rows"
    "$program" "$lines" memory | tee -a "$rows"
  done
done
{
  cat <<'TEXT'
# Access logs, read

Written by `benches/views.sh`. CloudFront's lines (standard logging v2, JSON) in gzip members of 50,000, read on one core into
views, segments and traffic of 2,000 links of 20 videos. No two lines are alike; a hundred thousand are an hour of the log. The
lines are made beforehand, one member at a time: their making is not in the times, but its buffers are in the memory. Rates are
by the reading thread's CPU time; by the clock they are lower on a busy machine.

"Remembered" is what tells lines that come twice: *none* takes every line as new, *in memory* keeps the hashes of the last 48
hours of the log, which is what makes its memory grow until 48 hours (4.8 million lines) are there. A database is slower and
needs no such memory.

TEXT
  echo "- $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -1), $(nproc) cores, load $load at the start"
  echo "- $(rustc --version)"
  echo "- $(date -u +%Y-%m-%d); medians of so many runs as stand there, in turns"
  echo
  echo '| lines | remembered | runs | lines/s of CPU | lines/s by the clock | text/s | gzip/s | unpacking’s part | bytes a line | pairs a batch | peak memory after one member | peak memory at the end |'
  echo '| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |'
  # Rows of the same lines and port become one, of medians column by column.
  python3 - "$rows" <<'PYTHON'
import re, statistics, sys
rows = {}
for line in open(sys.argv[1]):
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    rows.setdefault((cells[0], cells[1]), []).append(cells[2:])
for (lines, port), of in rows.items():
    columns = []
    for column in zip(*of):
        unit = re.sub(r"[\d.]", "", column[0])
        middle = statistics.median(float(re.sub(r"[^\d.]", "", cell)) for cell in column)
        columns.append(f"{middle:.0f}{unit}")
    print("| " + " | ".join([lines, port, str(len(of)), *columns]) + " |")
PYTHON
} > benches/views.md
