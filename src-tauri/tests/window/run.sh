#!/usr/bin/env bash
# The window's tests: the real window in a real WebKit, under a virtual display, with a real keychain and real drags.
# Wants what was built before: `npm run build` in ui/, then `cargo build` of screener-desktop and screener-transcode.
#   run.sh [words]      only the tests whose names hold the words
#   SCREENER_SHOTS=DIR  where screenshots go (default: shots/)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
app=${SCREENER_DESKTOP:-$root/target/debug/screener-desktop}
driver=$(command -v tauri-driver || echo "${CARGO_HOME:-${HOME:-}/.cargo}/bin/tauri-driver")

for needed in "$app" "$(dirname "$app")/screener-worker" "$driver"; do
  [ -x "$needed" ] || { echo "window tests: $needed is missing; build it first"; echo "0 passed, 1 failed"; exit 1; }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SCREENER_TEST_WORK=$work SCREENER_TEST_APP=$app SCREENER_TEST_DRIVER=$driver
export SCREENER_SHOTS=${SCREENER_SHOTS:-$root/shots}
mkdir -p "$SCREENER_SHOTS" "$work/home" "$work/run"
chmod 700 "$work/run"
# Set before the session's bus starts: a second keyring daemon would otherwise begin with the old home.
export HOME=$work/home XDG_RUNTIME_DIR=$work/run NO_AT_BRIDGE=1 GTK_THEME=Adwaita LANG=C.UTF-8
unset XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME WAYLAND_DISPLAY SCREENER_HOME SCREENER_KEY_STORE

xvfb-run -a -s "-screen 0 1600x1000x24 -nolisten tcp" dbus-run-session -- bash -c '
  eval "$(printf %s pass | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null)"
  export GNOME_KEYRING_CONTROL
  openbox >/dev/null 2>&1 & wm=$!
  node "$@"; status=$?
  kill $wm 2>/dev/null
  exit $status' _ "$here/suite.mjs" "$@"
