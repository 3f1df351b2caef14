#!/usr/bin/env bash
# Builds the window's interface and the viewer's page where their sources are newer than what was built.
#   scripts/interface.sh [watch|app]     default: both
set -euo pipefail
cd "$(dirname "$0")/.."

stale() { # output folder, sources…
  local out=$1; shift
  [ -e "$out/.built" ] || return 0
  [ -n "$(find "$@" -newer "$out/.built" -not -path '*/node_modules/*' -type f -print -quit)" ]
}

build() { # script, output folder, sources…
  local script=$1 out=$2; shift 2
  stale "$out" "$@" || return 0
  printf '[interface] npm run %s (less than a minute)\n' "$script"
  npm --prefix ui run --silent "$script" -- --logLevel warn
  touch "$out/.built"
}

shared=(ui/package-lock.json)
what=${1:-both}
if [ "$what" != app ]; then build build:watch-page ui/dist-watch ui/watch ui/src/player/watchdog.ts ui/src/player/seeks.ts ui/vite.watch.config.ts "${shared[@]}"; fi
if [ "$what" != watch ]; then build build ui/dist ui/src ui/index.html ui/vite.config.ts ui/messages "${shared[@]}"; fi
