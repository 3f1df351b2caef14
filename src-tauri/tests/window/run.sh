#!/usr/bin/env bash
# Drives the real window: a real WebKit, a real keychain, real drags, in a room of its own.
#   src-tauri/tests/window/run.sh ["WORDS"…]    only the tests whose names hold one of these
# Wants what `scripts/interface.sh` and `cargo build --workspace` make. Screenshots are left in target/window-shots/.
set -uo pipefail
cd "$(dirname "$0")/../../.."
. src-tauri/tests/window/needs.sh

mkdir -p target/window-shots
rm -f target/window-shots/*.png
src-tauri/tests/window/room.sh node "$PWD/src-tauri/tests/window/suite.mjs" "$@"
