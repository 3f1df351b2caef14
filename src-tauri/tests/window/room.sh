#!/usr/bin/env bash
# Runs a command as one session of a desktop: a screen, a session bus, an unlocked keychain and a window's frame of its own, in a home
# folder that nobody has used and that is thrown away afterwards. Needs no display.
#   src-tauri/tests/window/room.sh [--sound] COMMAND…
# `--sound`: with a sound device, the null sink of PulseAudio. Without it there is none.
set -uo pipefail
cd "$(dirname "$0")/../../.."

sound=
[ "${1:-}" = --sound ] && { sound=1; shift; }
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
mkdir -p "$room/home" "$room/run"
chmod 700 "$room/run"
# Nobody starts a sound server on the side.
mkdir -p "$room/home/.config/pulse"
printf 'autospawn = no\n' >"$room/home/.config/pulse/client.conf"

# Both before dbus-run-session: what the bus starts by itself must not see the old ones.
export HOME="$room/home" XDG_RUNTIME_DIR="$room/run"
export ROOM="$room" ROOT="$PWD" SOUND="$sound" LANG=C.UTF-8 LC_ALL=C.UTF-8 NO_AT_BRIDGE=1
unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS PULSE_SERVER XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME XDG_STATE_HOME \
  SCREENER_HOME SCREENER_KEY_STORE SCREENER_KEY_PASSPHRASE SCREENER_WORKER

xvfb-run -a -s "-screen 0 1600x1000x24 -nolisten tcp" dbus-run-session -- bash -c '
  eval "$(printf %s pass | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null)"
  openbox 2>/dev/null & parts=($!)
  exec 3< <(/usr/bin/python3 "$ROOT/src-tauri/tests/window/desktop.py" "$ROOM/desktop.log"); parts+=($!)
  read -r _ <&3
  if [ "$SOUND" ]; then
    # Its socket is there before any program asks for it: `--daemonize` returns when it is.
    pulseaudio -n --daemonize --exit-idle-time=-1 -L module-native-protocol-unix -L module-null-sink 2>/dev/null || exit 3
    parts+=("$(cat "$XDG_RUNTIME_DIR/pulse/pid")")
  fi
  "$@" </dev/null
  code=$?
  kill "${parts[@]}" 2>/dev/null
  exit $code' room "$@"
