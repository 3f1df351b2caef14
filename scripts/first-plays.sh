#!/usr/bin/env bash
# The first film of a window, again and again: each in a new home, a new session and a new process. Half of them are played while
# they are still being published, half beside a load on every core, half with a sound device (where PulseAudio is installed).
#   scripts/first-plays.sh [HOW-OFTEN]      default: 10
# Fails where one does not move within five seconds (FIRST_PLAY_SECONDS to change) of the click on Play. Every play is a line of JSON
# in target/first-plays.jsonl.
set -uo pipefail
cd "$(dirname "$0")/.."
. src-tauri/tests/window/needs.sh

plays=${1:-10}
within=${FIRST_PLAY_SECONDS:-5}
films=$(mktemp -d)
trap 'rm -rf "$films"' EXIT
lavfi=(-f lavfi -i testsrc2=size=640x360:rate=25:duration=8 -f lavfi -i sine=frequency=330:duration=8)
ffmpeg -v error -y "${lavfi[@]}" -c:v libx264 -preset veryfast -pix_fmt yuv420p -c:a aac -shortest "$films/Live film.mp4" || exit 1
# So long that it is surely not done when the first of it plays.
lavfi=(-f lavfi -i testsrc2=size=854x480:rate=24:duration=60 -f lavfi -i sine=frequency=330:duration=60)
ffmpeg -v error -y "${lavfi[@]}" -c:v libx264 -preset veryfast -pix_fmt yuv420p -c:a aac -shortest "$films/minute.mp4" || exit 1
ffmpeg -v error -y -stream_loop 29 -i "$films/minute.mp4" -c copy "$films/Film under way.mp4" || exit 1
sound=
if command -v pulseaudio >/dev/null; then sound=1; else printf '[first-plays] no PulseAudio here: all without a sound device\n'; fi

mkdir -p target/window-shots
: >target/first-plays.jsonl
for ((play = 0; play < plays; play++)); do
  kind=() room=()
  if ((play % 2 == 0)); then kind+=("$films/Film under way.mp4" publishing); else kind+=("$films/Live film.mp4"); fi
  if ((play / 2 % 2 == 0)); then kind+=(load); fi
  if ((play / 4 % 2 == 1)) && [ "$sound" ]; then room=(--sound); fi
  src-tauri/tests/window/room.sh "${room[@]}" node "$PWD/src-tauri/tests/window/first-play.mjs" "${kind[@]}" 2>/dev/null |
    tail -n 1 | tee -a target/first-plays.jsonl
done
node src-tauri/tests/window/first-plays.mjs target/first-plays.jsonl "$plays" "$within"
