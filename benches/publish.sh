#!/usr/bin/env bash
# What publishing costs, beside rclone and the AWS CLI; writes benches/publish.md. See benches/publish.py for the pieces.
set -euo pipefail
cd "$(dirname "$0")/.."
profile=${PROFILE:-release}
cargo build --quiet --profile "$profile" --workspace --bins --examples
rm -rf target/bench-publish
python3 benches/publish.py many one memory overlap first table
rm -rf "${WORK:-target/bench-work}"
