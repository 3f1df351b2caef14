#!/usr/bin/env bash
# Every bench there is, one after the other; each writes its table to benches/.  scripts/bench.sh [transcode|publish|delivery|edge|views|app]…
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- transcode publish delivery edge views app
for name in "$@"; do
  [ -x "benches/$name.sh" ] || continue
  printf '[bench] %s\n' "$name"
  "benches/$name.sh"
done
