#!/usr/bin/env bash
# Drives the real window: a real WebKit, a real keychain, real drags. Needs no display: it brings a screen, a session bus,
# an unlocked keychain and a window's frame of its own, and throws its home folder away afterwards.
#   src-tauri/tests/window/run.sh ["WORDS"…]    only the tests whose names hold one of these
# Wants what `scripts/interface.sh` and `cargo build --workspace` make. Screenshots are left in target/window-shots/.
set -uo pipefail
cd "$(dirname "$0")/../../.."
root=$PWD

die() { printf '[window] %s\n\n0 passed, 1 failed\n' "$*" >&2; printf '0 passed, 1 failed\n'; exit 1; }
for command in xvfb-run dbus-run-session gnome-keyring-daemon openbox xdotool xclip import convert tauri-driver WebKitWebDriver ffmpeg node; do
  command -v "$command" >/dev/null || PATH=$PATH:$HOME/.cargo/bin
  command -v "$command" >/dev/null || die "$command is missing: run scripts/setup.sh build play test"
done
[ -x target/debug/screener-desktop ] || die "target/debug/screener-desktop is missing: run cargo build --workspace"
[ -x target/debug/screener-worker ] || die "target/debug/screener-worker is missing: run cargo build --workspace"
scripts/sample.sh || die "the sample film could not be made"
[ -e ui/dist/index.html ] || die "ui/dist is missing: run scripts/interface.sh"

room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
mkdir -p "$room/home" "$room/run"
chmod 700 "$room/run"
mkdir -p target/window-shots
rm -f target/window-shots/*.png

# Both before dbus-run-session: what the bus starts by itself must not see the old ones.
export HOME="$room/home" XDG_RUNTIME_DIR="$room/run"
export ROOM="$room" ROOT="$root" LANG=C.UTF-8 LC_ALL=C.UTF-8 NO_AT_BRIDGE=1
unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME XDG_STATE_HOME \
  SCREENER_HOME SCREENER_KEY_STORE SCREENER_KEY_PASSPHRASE SCREENER_WORKER

xvfb-run -a -s "-screen 0 1600x1000x24 -nolisten tcp" dbus-run-session -- bash -c '
  eval "$(printf %s pass | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null)"
  openbox 2>/dev/null & frame=$!
  exec 3< <(/usr/bin/python3 "$ROOT/src-tauri/tests/window/desktop.py" "$ROOM/desktop.log"); desktop=$!
  read -r _ <&3
  node "$ROOT/src-tauri/tests/window/suite.mjs" "$@" </dev/null
  code=$?
  kill "$frame" "$desktop" 2>/dev/null
  exit $code' window "$@"
