#!/bin/sh
# Draws every size of the icon from screener.svg. Needs `npm ci` in ui/ first.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../ui"
out=$(mktemp -d)
npx tauri icon "$here/screener.svg" --output "$out" >/dev/null
for size in 32x32 64x64 128x128 128x128@2x icon; do cp "$out/$size.png" "$here/"; done
cp "$out/icon.ico" "$out/icon.icns" "$here/"
rm -r "$out"
