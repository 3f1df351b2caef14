#!/usr/bin/env bash
# What the window costs: its start, its rest, long lists, its pages' size; writes benches/app.md. See benches/app.py for the pieces.
#   benches/app.sh [start|idle|busy|bundle|table]…     default: all, one after the other
set -euo pipefail
cd "$(dirname "$0")/.."
# SCREENER_BENCH_BUILT: the programs are there already.
if [ -z "${SCREENER_BENCH_BUILT:-}" ]; then
  scripts/interface.sh app
  # As `scripts/package.sh` builds them, so that both use one build.
  cargo build --quiet --release --locked -p screener-desktop -p screener-transcode -p screener-cli
fi
[ $# -gt 0 ] || set -- start idle busy bundle table
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
mkdir -p "$room/home" "$room/run"
chmod 700 "$room/run"
export HOME_OF_CARGO="${CARGO_HOME:-$HOME/.cargo}"
export PATH="$PATH:$HOME_OF_CARGO/bin" HOME="$room/home" XDG_RUNTIME_DIR="$room/run" ROOM="$room" LANG=C.UTF-8 LC_ALL=C.UTF-8 NO_AT_BRIDGE=1
unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME XDG_STATE_HOME SCREENER_HOME
xvfb-run -a -s "-screen 0 1600x1000x24 -nolisten tcp" dbus-run-session -- bash -c '
  eval "$(printf %s pass | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null)"
  openbox 2>/dev/null & frame=$!
  python3 benches/app.py "$@"
  code=$?
  kill "$frame" 2>/dev/null
  exit $code' app "$@"
